"""A click counter on a database, with a link to follow, a clock to move and what can go wrong."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from tests import make
from tracker.domain.agents import AgentClassifier, AgentLists
from tracker.domain.errors import AppError, Code
from tracker.domain.links import TrackedLink
from tracker.domain.types import Channel, MemberId
from tracker.services.click_judging import Request
from tracker.services.clicks import ClickCounter
from tracker.store.clicks import count_requests
from tracker.store.tables.links import Link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.services.claims_house import ClaimsHouse
    from tracker.store.db import Database, Tx

PHONE = "Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"
LISTS = AgentLists(
    robots=("bot",),
    previews=(("facebookexternalhit", "Facebook"),),
    people=("cubot",),
    ignored=frozenset(),
    version="test 1",
)


@dataclass
class Counting:
    """A counter on a database, with a link to follow and a clock to move."""

    db: Database
    link: TrackedLink
    zone: dt.tzinfo
    now: dt.datetime = make.NOW
    away: bool = False
    commits: bool = True
    broken: bool = False
    sessions: dict[str, MemberId] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    counter: ClickCounter = field(init=False)

    def __post_init__(self) -> None:
        self.counter = self.make()

    def make(self, **more: Any) -> ClickCounter:
        classifier = AgentClassifier(LISTS)
        return ClickCounter(
            self,  # type: ignore[arg-type]  # all it asks of a database is to open a writing transaction
            zone=self.zone,
            clock=lambda: self.now,
            agents=lambda: classifier,
            find_member=self.find_member,
            **more,
        )

    @property
    def dialect(self) -> str:
        return self.db.dialect

    @contextlib.contextmanager
    def write(self) -> Iterator[Tx]:
        self.require_database()
        if self.broken:
            raise RuntimeError("a bug of ours")
        with self.db.write() as tx:
            yield tx
            if not self.commits:
                raise AppError(Code.DATABASE_UNREACHABLE)

    def find_member(self, credentials: str) -> MemberId | None:
        self.asked.append(credentials)
        self.require_database()
        return self.sessions.get(credentials)

    def require_database(self) -> None:
        if self.away:
            raise AppError(Code.DATABASE_UNREACHABLE)

    def follow(self, *, after_s: float = 0, link: TrackedLink | None = None, **more: Any) -> None:
        self.now += dt.timedelta(seconds=after_s)
        told: dict[str, Any] = {"method": "GET", "address": "113.160.1.1", "agent": PHONE, "prefetch": False}
        self.counter.take(Request(link=link or self.link, at=self.now, **(told | more)))

    def counts(self, slug: str = "abcdefgh") -> dict[str, int]:
        assert self.counter.flush()
        with self.db.read() as tx:
            return count_requests(tx, slug)

    def total(self, column: Any) -> int:
        with self.db.read() as tx:
            return int(tx.scalar(select(func.coalesce(func.sum(column), 0))))


def counting_on(house: ClaimsHouse) -> Counting:
    """Give a counter on the small organisation, with a link of its member."""
    link = TrackedLink(
        slug="abcdefgh",
        member_id=house.an,
        article_id=house.articles[0],
        channel=Channel.ZALO,
        target_url="https://nhandan.vn/1",
    )
    row = {"slug": link.slug, "member_id": link.member_id, "article_id": link.article_id, "channel": "zalo"}
    with house.db.write() as tx:
        tx.execute(insert(Link), row | {"target_url": link.target_url, "created_at": make.NOW})
    return Counting(house.db, link, house.zone)
