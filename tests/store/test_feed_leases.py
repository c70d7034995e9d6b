"""Leasing sources while hundreds of hosts have enough to do. On both databases."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, text, update

from tests.corpus.house import ADMIN
from tests.make import NOW
from tracker.domain.feeds import FeedKind, FeedState
from tracker.domain.jobs import JobKind
from tracker.domain.sources import NewFeed
from tracker.services import feeds, harvest
from tracker.store import jobs
from tracker.store.tables.feeds import Feed

if TYPE_CHECKING:
    from tracker.store.db import Database, Tx


def leases_told(db: Database) -> list[tuple[str, Any]]:
    """Note the statements that lease, with their values."""
    told: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("UPDATE jobs") and "LIMIT" in statement:
            told.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    return told


def test_however_many_hosts_are_full_the_statement_is_the_same(db: Database) -> None:
    with db.write() as tx:
        for number in range(4):
            feeds.add(tx, ADMIN, NewFeed(url=f"https://bao{number}.vn/rss", kind=FeedKind.FEED), now=NOW)
    told = leases_told(db)
    others = {f"tin{number}.vn:443" for number in range(40_000)}
    for full in ({"bao0.vn:443"}, {"bao0.vn:443", "bao2.vn:443"} | others):
        with db.write() as tx:
            leased = harvest.lease_due(tx, "w", now=NOW, limit=9, full_hosts=full)
            assert {one.host_key for one in leased}.isdisjoint(full)
            assert len(leased) == 4 - len(full & {"bao0.vn:443", "bao2.vn:443"})
            harvest.give_back(tx, "w", leased)
    assert len(told) == 2
    assert len({(statement, len(values)) for statement, values in told}) == 1


def test_a_lease_looks_up_the_sources_of_due_jobs_and_reads_through_no_others(db: Database) -> None:
    told = leases_told(db)
    with db.write() as tx:
        harvest.lease_due(tx, "w", now=NOW, limit=9)
        harvest.lease_due(tx, "w", now=NOW, limit=9, full_hosts={"bao0.vn:443"})
        for statement, values in told:
            plan = plan_of(tx, statement, values)
            assert "ix_jobs_turn" in plan
            assert re.search(r"SEARCH feeds USING INTEGER PRIMARY KEY|Index Scan using pk_feeds", plan)
            assert not re.search(r"SCAN (feeds|jobs)|Seq Scan on (feeds|jobs)|B-TREE|Sort", plan)


def plan_of(tx: Tx, statement: str, values: Any) -> str:
    """Give how a statement is carried out; PostgreSQL would read through a table of three rows, and must not here."""
    if tx.dialect == "sqlite":
        return "\n".join(row[3] for row in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))
    tx.execute(text("SET LOCAL enable_seqscan = off"))
    return "\n".join(row[0] for row in tx.connection.exec_driver_sql(f"EXPLAIN {statement}", values))


def test_what_other_work_is_called_by_hinders_no_lease_of_sources(db: Database) -> None:
    with db.write() as tx:
        jobs.enqueue(tx, JobKind.TOPICS_APPLY, ["no number"], due_at=NOW - dt.timedelta(days=1))
        jobs.enqueue(tx, JobKind.PAGE_ARCHIVE, ["1", "2"], due_at=NOW - dt.timedelta(days=1))
        ids = [
            feeds.add(tx, ADMIN, NewFeed(url=f"https://bao{number}.vn/rss", kind=FeedKind.FEED), now=NOW).feed_id
            for number in range(3)
        ]
        tx.execute(update(Feed).where(Feed.feed_id == ids[1]).values(state=FeedState.PAUSED))
        jobs.enqueue(tx, JobKind.FEED_FETCH, ["99"], due_at=NOW)  # of a source that is gone
    with db.write() as tx:
        assert {one.lease.feed_id for one in harvest.lease_due(tx, "w", now=NOW, limit=9)} == {ids[0], ids[2]}
