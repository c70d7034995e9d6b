"""A peer's side of the refresh: the feed reader newsboat, where the machine has it.

`python bench/refresh_newsboat.py PROGRAM FOLDER` understands the orders of bench/refresh_ours.py. A fetch is a run of
the program that reloads all and ends; its start and its reading of the cache count, as they do for whoever uses it so.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

THREADS = 20
SETTINGS = f"""reload-threads {THREADS}
max-items 0
cleanup-on-quit no
suppress-first-reload yes
show-read-feeds yes
error-log "errors.log"
"""


class Newsboat:
    """The program with files of its own."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program, self._folder = program, folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config").write_text(SETTINGS)

    def add(self, urls: list[str]) -> int:
        """Write down the feeds."""
        (self._folder / "urls").write_text("".join(f"{url}\n" for url in urls))
        return len(urls)

    def fetch(self) -> dict[str, Any]:
        """Reload all feeds."""
        errors = self._folder / "errors.log"
        errors.unlink(missing_ok=True)
        before = self._count()
        began = time.perf_counter()
        files = ["-u", "urls", "-c", "cache.db", "-C", "config"]
        done = subprocess.run(
            [self._program, *files, "-x", "reload"],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - began
        failed = len(errors.read_text().splitlines()) if errors.exists() else int(done.returncode != 0)
        status = {"failed": failed} if failed else {}
        return {"seconds": seconds, "status": status, "new": self._count() - before}

    def _count(self) -> int:
        with contextlib.closing(sqlite3.connect(self._folder / "cache.db")) as cache:
            try:
                return int(cache.execute("SELECT count(*) FROM rss_item").fetchone()[0])
            except sqlite3.OperationalError:  # nothing was fetched yet
                return 0


def main() -> None:
    peer = Newsboat(sys.argv[1], Path(sys.argv[2]))
    for line in sys.stdin:
        order, given = json.loads(line)
        answer: Any = peer.add(given) if order == "add" else peer.fetch()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
