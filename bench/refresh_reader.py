"""The peer's side of the refresh: the feed library `reader`, run by the interpreter of the peers' environment.

`python bench/refresh_reader.py DATABASE` understands the orders of bench/refresh_ours.py.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from reader import make_reader  # type: ignore[import-not-found]  # only the peers' environment has it

WORKERS = 10


def main() -> None:
    reader = make_reader(sys.argv[1])
    for line in sys.stdin:
        order, given = json.loads(line)
        answer: Any = add(reader, given) if order == "add" else fetch(reader)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def add(reader: Any, urls: list[str]) -> int:
    """Add the feeds."""
    for url in urls:
        reader.add_feed(url)
    return len(urls)


def fetch(reader: Any) -> dict[str, Any]:
    """Update all; `scheduled=False` asks each feed whether its time has come or not."""
    before = reader.get_entry_counts().total
    began = time.perf_counter()
    reader.update_feeds(scheduled=False, workers=WORKERS)
    seconds = time.perf_counter() - began
    failed = sum(feed.last_exception is not None for feed in reader.get_feeds())
    new = reader.get_entry_counts().total - before
    return {"seconds": seconds, "status": {"failed": failed} if failed else {}, "new": new}


if __name__ == "__main__":
    main()
