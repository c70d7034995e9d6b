"""Refreshing 200 feeds of 20 hosts, everything on (guard, politeness, sandbox, sanitising, search texts, database).

First refresh, all unchanged (304), the same bodies again (200); the floor is one process that gets each feed by httpx
and, where a body came, reads it by feedparser, one after the other, storing nothing. Its pace a feed does not depend on
how many there are, so it takes a part of them only.
"""

from __future__ import annotations

import statistics
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import feedparser
import httpx

from bench import feeds
from bench.house import databases, new_place
from bench.measure import insist, ratio, tell, timed
from bench.process import serving
from bench.site import HOST, path_of
from lantoa import wiring
from tracker.domain.feeds import FeedKind
from tracker.domain.sources import NewFeed
from tracker.services import feeds as service

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lantoa.wiring import House
    from tracker.domain.feeds import FetchResult
    from tracker.domain.types import FeedId

FEEDS = 200
FLOOR_FEEDS = 60
HOSTS = 20
ROUNDS = 3
SETTINGS = {"LANTOA_HOST_DELAY_S": "0", "LANTOA_ALLOW_PRIVATE_HOSTS": "127.0.0.0/8"}
FLOOR = "feedparser and httpx in turn"
STEPS = ("first", "unchanged", "same_body")

Spent = dict[str, list[float]]  # seconds a feed, by step


def main() -> None:
    site = Path(__file__).parent / "site.py"
    with serving(site, str(FEEDS), str(HOSTS), ready="Serving: ") as line:
        ports = line.split()[1:]
        urls = [f"http://{HOST}:{ports[number % HOSTS]}{path_of(number)}" for number in range(FEEDS)]
        works = {"floor": Floor(urls[:FLOOR_FEEDS]).run} | {
            database: Ours(urls, database).run for database in databases()
        }
        spent: dict[str, Spent] = {name: {step: [] for step in STEPS} for name in works}
        for _ in range(ROUNDS):
            for name, run in works.items():
                for step, seconds in run().items():
                    spent[name][step].append(seconds)
    report(spent)


def report(spent: dict[str, Spent]) -> None:
    """Print a line for each database and step."""
    for database in databases():
        for step in STEPS:
            ours, floor = spent[database][step], spent["floor"][step]
            rate = 1 / statistics.median(ours)
            tell(f"refresh_{step}_{database}", rate, "feeds/s", times=ratio(floor, ours), floor=FLOOR)


class Floor:
    """The simplest reader: one connection a host, kept alive, one feed after the other."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = urls
        self._etags: dict[str, str] = {}

    def run(self) -> dict[str, float]:
        """Give the seconds a feed of each step."""
        with httpx.Client(trust_env=False) as client:
            read = timed(lambda: self._read(client)) / len(self._urls)
            asked = timed(lambda: self._ask(client)) / len(self._urls)
        return {"first": read, "unchanged": asked, "same_body": read}

    def _read(self, client: httpx.Client) -> None:
        """Get and read every feed; a reader that compares no bodies does the same when they come again."""
        for url in self._urls:
            answer = client.get(url)
            self._etags[url] = answer.headers["ETag"]
            entries = feedparser.parse(answer.content).entries
            insist(len(entries) == feeds.ITEMS, f"feedparser found {len(entries)} entries")

    def _ask(self, client: httpx.Client) -> None:
        """Ask whether anything is new."""
        for url in self._urls:
            answer = client.get(url, headers={"If-None-Match": self._etags[url]})
            insist(answer.status_code == httpx.codes.NOT_MODIFIED, f"the site answered {answer.status_code}")


class Ours:
    """The crawler on a fresh database."""

    def __init__(self, urls: Sequence[str], database: str) -> None:
        self._urls, self._database = urls, database

    def run(self) -> dict[str, float]:
        """Give the seconds a feed of each step, having looked that it did what it is called."""
        with new_place(self._database, **SETTINGS) as place, place.open() as house:
            feed_ids = self._add(house)
            house.crawler.look(self._urls[0])  # the sandbox's process starts once, not with every refresh
            self._tell_site("yes")
            first = timed(lambda: fetch(house, feed_ids, "ok", new=FEEDS * feeds.ITEMS))
            insist(self._tell_site("yes") == FEEDS, "the first refresh did not get each feed once")
            unchanged = timed(lambda: fetch(house, feed_ids, "not_modified", new=0))
            insist(self._tell_site("no") == 0, "feeds came that were asked for with their validators")
            same_body = timed(lambda: fetch(house, feed_ids, "not_modified", new=0))
            insist(self._tell_site("yes") == FEEDS, "the same bodies did not come again")
        return {"first": first / FEEDS, "unchanged": unchanged / FEEDS, "same_body": same_body / FEEDS}

    def _add(self, house: House) -> list[FeedId]:
        viewer = wiring.console_viewer()
        sources = [NewFeed(url=url, kind=FeedKind.FEED) for url in self._urls]
        with house.db.write() as tx:
            service.add_all(tx, viewer, sources, now=house.clock())
        with house.db.read() as tx:
            return [feed.feed_id for feed in service.list_all(tx, viewer)]

    def _tell_site(self, heed: str) -> int:
        """Tell the site whether to heed validators; give how many bodies it has sent meanwhile."""
        return int(httpx.get(self._urls[0].rpartition("/feed/")[0] + f"/heed/{heed}", trust_env=False).text)


def fetch(house: House, feed_ids: Sequence[FeedId], status: str, *, new: int) -> None:
    """Fetch all, as `lantoa fetch --all` does."""
    results: list[FetchResult] = []
    left = house.crawler.fetch_these(feed_ids, results.append)
    found = Counter(str(result.status) for result in results)
    count = sum(result.new for result in results)
    insist(
        not left and found == {status: FEEDS} and count == new, f"{len(left)} left, {dict(found)}, {count} new articles"
    )


if __name__ == "__main__":
    main()
