"""A crawler on a test's database that may reach loopback, with a clock the test moves."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from typing_extensions import override

from crawler.address import AddressPolicy
from crawler.drafting import DRAFT_FEED
from crawler.pages.listing_reading import LISTING_TASKS
from crawler.parse import PARSE_TASKS
from crawler.previewing import PREVIEW_TASKS
from crawler.robots import ROBOTS_TASKS
from crawler.run import Crawler, CrawlSettings
from sandbox import Sandbox
from tests import make
from tests.corpus.site import Item
from tracker.domain.feeds import FeedKind
from tracker.domain.sources import NewFeed
from tracker.domain.types import AccountId, FeedId, Role, Viewer
from tracker.services import feeds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tracker.domain.feeds import FetchResult
    from tracker.domain.sources import Feed
    from tracker.store.db import Database

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ADMIN = Viewer(account_id=AccountId(0), role=Role.ADMIN)


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: dt.datetime = make.NOW

    def __call__(self) -> dt.datetime:
        return self.now

    def forward(self, **span: int) -> None:
        self.now += dt.timedelta(**span)


class RunningClock(Clock):
    """A clock that begins at the sample instant and goes on with the machine's monotonic one."""

    def __init__(self) -> None:
        super().__init__()
        self._zero = time.monotonic()

    @override
    def __call__(self) -> dt.datetime:
        return self.now + dt.timedelta(seconds=time.monotonic() - self._zero)


def open_sandbox() -> AbstractContextManager[Sandbox]:
    """Give the worker processes a crawler reads feeds in."""
    return Sandbox(tasks=(*PARSE_TASKS, DRAFT_FEED, *LISTING_TASKS, *PREVIEW_TASKS, *ROBOTS_TASKS))


def make_crawler(db: Database, sandbox: Sandbox, clock: Callable[[], dt.datetime], **more: Any) -> Crawler:
    """Give a crawler without a pause that may go to loopback."""
    given: dict[str, Any] = {
        "policy": AddressPolicy.parse(["127.0.0.1", "127.0.0.2"]),
        "user_agent": "LantoaTest/1.0 (+http://127.0.0.1)",
        "zone": ZONE,
        "host_delay_s": 0,
    }
    return Crawler(db, sandbox, CrawlSettings(**(given | more)), clock=clock)


@dataclass
class CrawlHouse:
    """Database, clock and crawler of one test."""

    db: Database
    sandbox: Sandbox
    clock: Clock = field(default_factory=Clock)
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.crawler = make_crawler(self.db, self.sandbox, self.clock, **self.settings)

    def add(self, url: str, title: str = "") -> FeedId:
        """Add a source as it stands."""
        with self.db.write() as tx:
            new = NewFeed(url=url, kind=FeedKind.FEED, title=title)
            return feeds.add(tx, ADMIN, new, now=self.clock.now).feed_id

    def fetch(self, feed_id: FeedId) -> FetchResult:
        """Fetch one source."""
        return self.crawler.fetch_feed(feed_id)

    def fetch_due(self) -> list[FetchResult]:
        """Fetch what is due."""
        results: list[FetchResult] = []
        self.crawler.fetch_due(results.append)
        return results

    def feed(self, feed_id: FeedId) -> Feed:
        """Read a source."""
        with self.db.read() as tx:
            return feeds.get(tx, ADMIN, feed_id)


def entries(count: int, first: int = 1) -> Iterator[tuple[str, str]]:
    """Give paths and titles of sample entries."""
    for number in range(first, first + count):
        yield f"/bai-{number}-post{100000 + number}.html", f"Bài số {number}"


def some(count: int, first: int = 1) -> list[Item]:
    """Give sample entries as items of a feed."""
    return [Item(path=path, title=title) for path, title in entries(count, first)]


def rows(house: CrawlHouse, *columns: Any) -> list[tuple[Any, ...]]:
    """Read columns of a table, sorted."""
    with house.db.read() as tx:
        return [tuple(row) for row in tx.all(select(*columns).order_by(*columns))]


def count(house: CrawlHouse, table: Any) -> int:
    """Count the rows of a table."""
    with house.db.read() as tx:
        return int(tx.scalar(select(func.count()).select_from(table)) or 0)
