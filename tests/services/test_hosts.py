"""Pauses between requests to one host, kept by all processes together."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select, update

from crawler.politeness import LocalGate, SharedGate
from tests.make import NOW
from tracker.domain.errors import AppError
from tracker.domain.feeds import FeedKind
from tracker.domain.sites import Admission, SlotReturn, SlotWish
from tracker.domain.sources import NewFeed
from tracker.domain.types import AccountId, Role, Viewer
from tracker.services import feeds, hosts
from tracker.store.tables.feeds import Feed, HostPause

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.domain.sites import SlotAsk
    from tracker.store.db import Database

HOST = "bao.example:443"
ADMIN = Viewer(account_id=AccountId(0), role=Role.ADMIN)


def settle(db: Database, ask: SlotAsk, owner: str, *, slots: int = 1, after_s: int = 0) -> Admission:
    with db.write() as tx:
        return hosts.settle(tx, [ask], owner, slots=slots, now=NOW + dt.timedelta(seconds=after_s))[0]


def enter(db: Database, owner: str, *, slots: int = 1, after_s: int = 0) -> tuple[int | None, dt.datetime | None]:
    found = settle(db, SlotWish(host_key=HOST), owner, slots=slots, after_s=after_s)
    return found.slot, found.again_at


def leave(db: Database, owner: str, slot: int = 0, *, after_s: int = 0) -> None:
    settle(db, SlotReturn(host_key=HOST, slot=slot, pause_s=2), owner, after_s=after_s)


def test_one_request_at_a_time_over_all_processes(db: Database) -> None:
    assert enter(db, "one") == (0, None)
    slot, again_at = enter(db, "two")
    assert slot is None
    assert again_at == NOW + dt.timedelta(seconds=hosts.HELD_POLL_S)


def test_the_pause_begins_with_the_end_of_a_request(db: Database) -> None:
    enter(db, "one")
    leave(db, "one", after_s=5)
    assert enter(db, "two", after_s=6) == (None, NOW + dt.timedelta(seconds=7))
    assert enter(db, "two", after_s=7) == (0, None)


def test_as_many_slots_as_are_set_are_used(db: Database) -> None:
    assert [enter(db, "one", slots=2)[0], enter(db, "two", slots=2)[0]] == [0, 1]
    assert enter(db, "three", slots=2)[0] is None


def test_a_dead_process_loses_its_slot_and_cannot_give_back_what_is_another_s(db: Database) -> None:
    enter(db, "dead")
    late = hosts.LEASE_S + 1
    assert enter(db, "next", after_s=late) == (0, None)
    leave(db, "dead", after_s=late)
    assert enter(db, "third", after_s=late)[0] is None


@pytest.fixture
def waits() -> list[float]:
    return []


class Gates:
    """Gates of one database, each of a process of its own, on one clock that sleeping moves."""

    def __init__(self, db: Database, waits: list[float]) -> None:
        self.slept = asyncio.Event()
        self.made: list[SharedGate] = []
        self._db, self._waits, self._now = db, waits, NOW

    def __call__(self, owner: str = "me", *, delay_s: float = 2, concurrency: int = 1) -> SharedGate:
        given = SharedGate(
            self._db, lambda: self._now, owner=owner, delay_s=delay_s, concurrency=concurrency, sleep=self._sleep
        )
        self.made.append(given)
        return given

    async def _sleep(self, seconds: float) -> None:
        self._waits.append(seconds)
        self._now += dt.timedelta(seconds=seconds)
        self.slept.set()
        await asyncio.sleep(0)


@pytest.fixture
def gates(db: Database, waits: list[float]) -> Iterator[Gates]:
    made = Gates(db, waits)
    yield made
    for gate in made.made:
        gate.close()


def places() -> asyncio.Semaphore:
    return asyncio.Semaphore(50)


async def visit(gate: SharedGate, host: str = HOST, *, pause_s: float = 0, insists: bool = False) -> int | None:
    held_s = await gate.enter(host, places(), insists=insists)
    if held_s is None:
        await gate.leave(host, pause_s=pause_s)
    return held_s


def test_a_second_request_waits_for_the_pause_and_not_longer(gates: Gates, waits: list[float]) -> None:
    async def twice() -> None:
        for gate in (gates("one"), gates("two")):
            await visit(gate)

    asyncio.run(twice())
    assert waits == [2.0]


def test_without_a_pause_too_all_processes_together_ask_one_at_a_time(gates: Gates, waits: list[float]) -> None:
    async def work() -> list[str]:
        one, two, order = gates("one", delay_s=0), gates("two", delay_s=0), list[str]()
        await one.enter(HOST, places(), insists=False)
        waiting = asyncio.create_task(visit(two))
        async with asyncio.timeout(20):
            await gates.slept.wait()
        order.append("one leaves")
        await one.leave(HOST)
        await waiting
        return order

    assert asyncio.run(work()) == ["one leaves"]
    assert set(waits) == {float(hosts.HELD_POLL_S)}


def test_what_is_asked_at_once_shares_a_transaction(db: Database, gates: Gates) -> None:
    async def work(gate: SharedGate) -> None:
        await asyncio.gather(*(visit(gate, f"bao{number}.example:443") for number in range(50)))

    begun: list[int] = []
    event.listen(db.engine, "begin", lambda _: begun.append(1))
    asyncio.run(work(gates(delay_s=0)))
    assert len(begun) < 50
    with db.read() as tx:
        assert {tuple(row) for row in tx.all(select(HostPause.owner, HostPause.lease_until))} == {(None, None)}


def test_the_longest_pause_that_a_source_of_the_host_or_the_site_asks_for_is_kept(
    db: Database, gates: Gates, waits: list[float]
) -> None:
    async def twice(pause_s: float) -> None:
        gate = gates(delay_s=1)
        for _ in range(2):
            await visit(gate, pause_s=pause_s)

    with db.write() as tx:
        for number, pause_s in enumerate((None, 7, 3)):
            new = NewFeed(url=f"https://bao.example/rss{number}", kind=FeedKind.FEED)
            feed = feeds.add(tx, ADMIN, new, now=NOW)
            tx.execute(update(Feed).where(Feed.feed_id == feed.feed_id).values(pause_s=pause_s))
    asyncio.run(twice(0))
    asyncio.run(twice(30))
    assert waits == [7.0, 7.0, 30.0]


def test_a_host_that_asks_all_to_wait_is_asked_by_no_process(gates: Gates, waits: list[float]) -> None:
    async def work() -> list[int | None]:
        one, two = gates("one"), gates("two")
        await one.hold_off(HOST, 3600)
        await one.hold_off(HOST, 60)
        told = [await visit(two), await visit(two, "other.example:443"), await visit(two, insists=True)]
        return [*told, await visit(one)]

    assert asyncio.run(work()) == [3600, None, None, 3600]
    assert waits == []


def test_a_place_asked_for_by_one_that_was_cancelled_meanwhile_goes_back(db: Database, gates: Gates) -> None:
    async def work() -> tuple[bool, bool]:
        gate, among = gates(delay_s=0), asyncio.Semaphore(1)
        tired = asyncio.create_task(gate.enter(HOST, among, insists=False))
        for _ in range(3):
            await asyncio.sleep(0)
        tired.cancel()
        await asyncio.gather(tired, return_exceptions=True)
        async with asyncio.timeout(20):
            return tired.cancelled(), await gate.enter(HOST, among, insists=False) is None

    assert asyncio.run(work()) == (True, True)


def test_no_turn_is_held_while_all_places_are_taken(db: Database, gates: Gates) -> None:
    """A turn that waits for a place would outlive its lease, and two would ask the host at once."""

    async def work() -> None:
        full = asyncio.Semaphore(0)
        waiting = asyncio.create_task(gates("one").enter(HOST, full, insists=False))
        await asyncio.sleep(0)
        assert await visit(gates("two")) is None
        full.release()
        assert await waiting is None

    asyncio.run(work())


def test_a_database_that_is_away_is_told_and_leaves_turn_and_place(sqlite_db: Database) -> None:
    async def work() -> None:
        gate = SharedGate(sqlite_db, lambda: NOW, owner="me", delay_s=0, concurrency=1)
        among = asyncio.Semaphore(1)
        for _ in range(2):
            with pytest.raises(AppError):
                await gate.enter(HOST, among, insists=False)
        assert not among.locked()

    with sqlite_db.write() as tx:
        tx.connection.exec_driver_sql("ALTER TABLE host_pauses RENAME TO elsewhere")
    asyncio.run(work())


def test_the_local_gate_lets_in_as_many_as_allowed_in_the_order_they_came() -> None:
    async def work() -> list[int]:
        local, order = LocalGate(1), list[int]()

        async def visit(number: int) -> None:
            await local.enter(HOST)
            order.append(number)
            await asyncio.sleep(0)
            await local.leave(HOST)

        await asyncio.gather(*(visit(number) for number in range(5)))
        await local.enter("other.example:443")
        return order

    assert asyncio.run(work()) == [0, 1, 2, 3, 4]


def test_who_gives_up_waiting_keeps_nobody_else_waiting() -> None:
    async def work() -> bool:
        local = LocalGate(1)
        await local.enter(HOST)
        tired, patient = asyncio.create_task(local.enter(HOST)), asyncio.create_task(local.enter(HOST))
        await asyncio.sleep(0)
        tired.cancel()
        await asyncio.gather(tired, return_exceptions=True)
        await local.leave(HOST)
        await patient
        return tired.cancelled()

    assert asyncio.run(work())


def test_a_place_granted_to_one_that_was_cancelled_meanwhile_goes_on() -> None:
    async def work() -> None:
        local = LocalGate(1)
        await local.enter(HOST)
        first, second = asyncio.create_task(local.enter(HOST)), asyncio.create_task(local.enter(HOST))
        await asyncio.sleep(0)
        await local.leave(HOST)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        async with asyncio.timeout(5):
            await second

    asyncio.run(work())
