"""What the refresh refreshes: a thousand feeds, real ones where the exam's folder stands beside the checkout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench import feeds

FEEDS = 1000
MAKER = Path(__file__).resolve().parents[2] / "shared" / "exam" / "make_feeds.py"


def lay(folder: Path) -> str:
    """Write the feeds into a folder; give what they are."""
    if MAKER.exists():
        done = subprocess.run(
            [sys.executable, str(MAKER), "lay", str(folder), "--count", str(FEEDS)],
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(FEEDS):
        body = feeds.rss(number) if number % 2 else feeds.atom(number)
        (folder / f"{number + 1:04}.xml").write_bytes(body)
    return f"{FEEDS} feeds made up, {FEEDS * feeds.ITEMS} entries"
