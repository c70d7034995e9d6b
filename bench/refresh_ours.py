"""Our side of the refresh, a process of its own: `python bench/refresh_ours.py` in the environment of a place.

Reads orders from its input, a JSON list a line, and answers each by a line: `["add", [url, …]]`, `["fetch", places]`
(places: how many connections at once), the latter as `{"seconds": …, "status": {…}, "new": …}`.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from crawler.address import AddressPolicy
from crawler.run import Crawler, CrawlSettings
from lantoa import wiring
from tracker.domain.feeds import FeedKind
from tracker.domain.sources import NewFeed
from tracker.services import feeds as service

if TYPE_CHECKING:
    from lantoa.wiring import House
    from tracker.domain.feeds import FetchResult


def main() -> None:
    with wiring.open_house() as house:
        for line in sys.stdin:
            order, given = json.loads(line)
            answer: Any = add(house, given) if order == "add" else fetch(house, given)
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


def add(house: House, urls: list[str]) -> int:
    """Add the feeds."""
    sources = [NewFeed(url=url, kind=FeedKind.FEED) for url in urls]
    with house.db.write() as tx:
        service.add_all(tx, wiring.console_viewer(), sources, now=house.clock())
    return len(sources)


def fetch(house: House, places: int) -> dict[str, Any]:
    """Fetch all, as `lantoa fetch --all` does."""
    crawler = _crawler(house, places)
    results: list[FetchResult] = []
    with house.db.read() as tx:
        feed_ids = [feed.feed_id for feed in service.list_all(tx, wiring.console_viewer())]
    began = time.perf_counter()
    left = crawler.fetch_these(feed_ids, results.append)
    seconds = time.perf_counter() - began
    status = Counter(str(result.status) for result in results)
    return {
        "seconds": seconds,
        "status": status | ({"left": len(left)} if left else {}),
        "new": sum(r.new for r in results),
    }


def _crawler(house: House, places: int) -> Crawler:
    settings = CrawlSettings(
        policy=AddressPolicy.parse(house.settings.allow_private_hosts),
        user_agent="lantoa-bench",
        host_delay_s=house.settings.host_delay_s,
        host_concurrency=house.settings.host_concurrency,
        places=places,
        zone=house.zone,
    )
    return Crawler(house.db, house.sandbox, settings, clock=wiring.clock)


if __name__ == "__main__":
    main()
