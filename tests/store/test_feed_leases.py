"""Leasing sources while hundreds of hosts have enough to do. On both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from tests.corpus.house import ADMIN
from tests.make import NOW
from tracker.domain.feeds import FeedKind
from tracker.domain.sources import NewFeed
from tracker.services import feeds, harvest

if TYPE_CHECKING:
    from tracker.store.db import Database


def test_however_many_hosts_are_full_the_statement_is_the_same(db: Database) -> None:
    with db.write() as tx:
        for number in range(4):
            feeds.add(tx, ADMIN, NewFeed(url=f"https://bao{number}.vn/rss", kind=FeedKind.FEED), now=NOW)
    told: list[tuple[str, int]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("UPDATE jobs") and "LIMIT" in statement:
            told.append((statement, len(values)))

    event.listen(db.engine, "before_cursor_execute", note)
    others = {f"tin{number}.vn:443" for number in range(40_000)}
    for full in ({"bao0.vn:443"}, {"bao0.vn:443", "bao2.vn:443"} | others):
        with db.write() as tx:
            leased = harvest.lease_due(tx, "w", now=NOW, limit=9, full_hosts=full)
            assert {one.host_key for one in leased}.isdisjoint(full)
            assert len(leased) == 4 - len(full & {"bao0.vn:443", "bao2.vn:443"})
            harvest.give_back(tx, "w", leased)
    assert len(told) == 2
    assert len(set(told)) == 1
