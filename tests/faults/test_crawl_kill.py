"""`kill -9` of a worker while it collects: no article is lost, none stands twice, and what it held is soon free."""

from __future__ import annotations

import datetime as dt
import os
import random  # noqa: TID251 - seeded, to spread the moments of the kills
import signal
import time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update
from typing_extensions import override

from crawler.address import AddressPolicy
from lantoa import wiring
from tests.corpus.house import ADMIN, make_crawler, open_sandbox
from tests.corpus.site import Item, Site
from tests.faults.installation import WAIT_S, Installation
from tests.postgres import drop_database, new_database
from tracker.domain.feeds import FeedKind
from tracker.domain.jobs import JobKind
from tracker.domain.sources import NewFeed
from tracker.services import feeds
from tracker.store.tables.feeds import Article, ArticleAddress, Feed, HostPause, Sighting
from tracker.store.tables.operations import Job

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.run import Crawler
    from tracker.store.db import Database

pytestmark = pytest.mark.faults

KILLS = {"sqlite": 40, "postgres": 12}
SITES, FEEDS, ITEMS = 6, 5, 12
LONGEST_S = 0.35  # from the first request to the kill; a round takes about as long
RESUMED_S = 90
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class CollectingInstallation(Installation):
    """An installation whose worker may go to loopback."""

    @override
    def environment(self) -> dict[str, str]:
        return super().environment() | {"LANTOA_ALLOW_PRIVATE_HOSTS": "127.0.0.0/8"}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CollectingInstallation]:
    made = CollectingInstallation(tmp_path)
    server = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    if server is not None:
        made.database_url = new_database(server, f"faults_{made.port}")
    made.migrate()
    yield made
    if server is not None:
        drop_database(server, f"faults_{made.port}")


class Outlets:
    """Sites whose feeds get new items each round, and keep those of the round before."""

    def __init__(self) -> None:
        self.sites = [Site(f"127.0.0.{2 + number}") for number in range(SITES)]
        self.rounds = 0

    @property
    def item_count(self) -> int:
        return self.rounds * SITES * FEEDS * ITEMS

    def publish(self) -> list[str]:
        """Put a round of new items into every feed; give the addresses of the feeds."""
        self.rounds += 1
        newest = self.rounds * ITEMS
        numbers = range(max(newest - 2 * ITEMS, 0), newest)
        urls = []
        for site in self.sites:
            site.visits.clear()
            for feed in range(FEEDS):
                items = [Item(path=f"/bai-post{feed + 1}{number:06}.html", title=f"Bài {number}") for number in numbers]
                urls.append(site.set_feed(f"/rss{feed}", items))
        return urls

    def visited(self) -> int:
        """Count the requests of this round."""
        return sum(len(site.visits) for site in self.sites)

    def close(self) -> None:
        for site in self.sites:
            site.close()


@pytest.fixture
def outlets() -> Iterator[Outlets]:
    made = Outlets()
    yield made
    made.close()


def kill_while_collecting(home: Installation, outlets: Outlets, after_s: float) -> None:
    """Start a worker and kill it some time after its first request; its own children with it."""
    with home.spawn("work") as worker:
        deadline = time.monotonic() + WAIT_S
        while not outlets.visited():
            assert worker.poll() is None, worker.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.002)
        time.sleep(after_s)
        os.kill(worker.pid, signal.SIGKILL)
        worker.communicate()


def held(db: Database) -> list[Any]:
    """List until when what the dead worker held is kept from others."""
    with db.read() as tx:
        jobs = tx.scalars(select(Job.lease_until).where(Job.kind == JobKind.FEED_FETCH, Job.owner.is_not(None)))
        return [*jobs, *tx.scalars(select(HostPause.lease_until).where(HostPause.owner.is_not(None)))]


def let_time_pass(db: Database) -> None:
    """Put what was held, and what is due, as far back as waiting would."""
    past = wiring.clock() - dt.timedelta(seconds=1)
    with db.write() as tx:
        tx.execute(update(Job).where(Job.owner.is_not(None)).values(lease_until=past))
        tx.execute(update(HostPause).where(HostPause.owner.is_not(None)).values(lease_until=past))


def make_due(db: Database) -> None:
    past = wiring.clock() - dt.timedelta(seconds=1)
    with db.write() as tx:
        tx.execute(update(Job).where(Job.kind == JobKind.FEED_FETCH).values(due_at=past))
        tx.execute(update(Feed).values(next_fetch_at=past))


def add_feeds(db: Database, urls: list[str]) -> None:
    with db.write() as tx:
        for url in urls:
            feeds.add(tx, ADMIN, NewFeed(url=url, kind=FeedKind.FEED), now=wiring.clock())


def counts(db: Database) -> dict[str, int]:
    with db.read() as tx:
        return {
            "articles": tx.scalar(select(func.count()).select_from(Article)),
            "keys": tx.scalar(select(func.count(func.distinct(Article.url_key)))),
            "addresses": tx.scalar(select(func.count()).select_from(ArticleAddress)),
            "sighted": tx.scalar(select(func.count(func.distinct(Sighting.article_id)))),
        }


def resume(crawler: Crawler, db: Database) -> None:
    """Collect as another worker does that comes after the dead one."""
    failed: list[object] = []
    crawler.fetch_due(lambda result: failed.append(result.problem) if result.problem else None)
    assert failed == []
    assert held(db) == []


def test_no_article_is_lost_or_doubled_when_a_worker_is_killed(
    installation: CollectingInstallation, outlets: Outlets, request: pytest.FixtureRequest
) -> None:
    chance = random.Random(20261122)  # noqa: S311 - spreads the moments of the kills
    kills, middle = KILLS[request.node.callspec.params["installation"]], 0
    db = installation.open_database()
    add_feeds(db, outlets.publish())
    with open_sandbox() as sandbox:
        crawler = make_crawler(db, sandbox, wiring.clock, policy=AddressPolicy.parse(["127.0.0.0/8"]))
        for _ in range(kills):
            kill_while_collecting(installation, outlets, chance.uniform(0, LONGEST_S))
            now, left = wiring.clock(), held(db)
            assert all(now < until <= now + dt.timedelta(seconds=RESUMED_S) for until in left)
            middle += bool(left)
            let_time_pass(db)
            resume(crawler, db)
            stored = counts(db)
            assert set(stored.values()) == {outlets.item_count}, stored
            outlets.publish()
            make_due(db)
    assert middle * 2 >= kills, f"only {middle} of {kills} kills fell into collecting: nothing was tried"
    with db.read() as tx:
        assert tx.integrity_problems() == []
    db.close()
    assert installation.lantoa("verify").returncode == 0
