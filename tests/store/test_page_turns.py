"""Whose page comes next: the same as looking at all of them would say, without looking at them. On both databases."""

from __future__ import annotations

import datetime as dt
import random  # noqa: TID251 - only in seeded instances
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from tests import make
from tests.make import NOW
from tracker.store import page_turns
from tracker.store.hosts import HELD_OFF
from tracker.store.tables.feeds import HostPause, PageRead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.store.db import Database

MINUTE = dt.timedelta(minutes=1)
HOSTS = tuple(f"bao{number}.vn:443" for number in range(7))


def some_pages(chance: random.Random, count: int) -> list[dict[str, Any]]:
    """Give pages in every state a page can be in."""
    return [
        {
            "article_id": number,
            "host_key": chance.choice(HOSTS),
            "cause": "shared",
            "by_source": chance.random() < 0.5,
            "state": chance.choice(["due", "due", "due", "read"]),
            "due_at": NOW + MINUTE * chance.randint(-9, 3),
            "owner": "w",
            "lease_until": chance.choice([None, None, NOW - MINUTE, NOW + MINUTE]),
        }
        for number in range(1, count + 1)
    ]


def looked_through(pages: Sequence[dict[str, Any]], left_out: set[str], limit: int) -> list[int]:
    """Find what comes next by looking at all."""
    ready = [
        (page["by_source"], page["due_at"], page["article_id"], page["host_key"])
        for page in pages
        if page["state"] == "due"
        and page["due_at"] <= NOW
        and (page["lease_until"] is None or page["lease_until"] < NOW)
        and page["host_key"] not in left_out
    ]
    first: dict[str, int] = {}
    for _, _, article_id, host in sorted(ready):
        first.setdefault(host, article_id)
    return list(first.values())[:limit]


@pytest.mark.parametrize("seed", range(6))
def test_the_next_of_each_host_are_those_that_looking_at_all_pages_finds(db: Database, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same on every run
    with db.write() as tx:
        count = chance.choice([1, 9, 80])
        for number in range(1, count + 1):
            make.article(tx, number)
        pages = some_pages(chance, count)
        tx.execute(insert(PageRead), pages)
        held = {"slot": HELD_OFF, "next_at": NOW + MINUTE}
        over = {"slot": HELD_OFF, "next_at": NOW - MINUTE}
        busy = {"slot": 0, "next_at": NOW + MINUTE}
        waits = [{"host_key": host} | state for host, state in zip(HOSTS, (held, over, busy), strict=False)]
        tx.execute(insert(HostPause), waits)
    with db.read() as tx:
        for limit, full in ((6, set[str]()), (1, {HOSTS[3]}), (9, {HOSTS[4], HOSTS[5], "no.vn:443"})):
            found = page_turns.list_next(tx, now=NOW, limit=limit, full_hosts=full)
            assert list(found) == looked_through(pages, {HOSTS[0]} | full, limit)


def test_no_page_is_looked_at_but_through_the_index_of_turns(sqlite_db: Database) -> None:
    given = {"literal_binds": True, "render_postcompile": True}
    values = {"now": NOW, "most": 6, "full_hosts": ["bao.vn:443"]}
    statement = page_turns.NEXT_PAGES.params(values).compile(sqlite_db.engine, compile_kwargs=given)
    with sqlite_db.read() as tx:
        plan = [str(row[3]) for row in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all()]
    looks = [step for step in plan if "page_reads" in step]
    assert len(looks) == 5
    assert not [step for step in looks if step.startswith("SCAN")]
    assert sum("ix_page_reads_turn" in step for step in looks) == 4  # the fifth fetches what was chosen by its id
