"""Pauses between requests to one host, kept by all processes together."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from crawler.politeness import LocalGate, SharedGate
from tests.make import NOW
from tracker.services import hosts
from tracker.store.tables.feeds import HostPause

if TYPE_CHECKING:
    from tracker.store.db import Database

HOST = "bao.example:443"


def enter(db: Database, owner: str, *, slots: int = 1, after_s: int = 0) -> tuple[int | None, dt.datetime | None]:
    with db.write() as tx:
        return hosts.enter(tx, HOST, owner, slots=slots, now=NOW + dt.timedelta(seconds=after_s))


def leave(db: Database, owner: str, slot: int = 0, *, after_s: int = 0) -> None:
    with db.write() as tx:
        hosts.leave(tx, HOST, slot, owner, now=NOW + dt.timedelta(seconds=after_s), delay_ms=2000)


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


def gate(db: Database, waits: list[float], *, delay_ms: int, owner: str = "me") -> SharedGate:
    clock = [NOW]

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock[0] += dt.timedelta(seconds=seconds)
        await asyncio.sleep(0)

    return SharedGate(db, lambda: clock[0], owner=owner, delay_ms=delay_ms, concurrency=1, sleep=sleep)


def test_a_second_request_waits_for_the_pause_and_not_longer(db: Database, waits: list[float]) -> None:
    async def visit_twice() -> None:
        for _ in range(2):
            await shared.enter(HOST)
            await shared.leave(HOST)

    shared = gate(db, waits, delay_ms=2000)
    asyncio.run(visit_twice())
    shared.close()
    assert waits == [2.0]


def test_without_a_pause_nothing_is_written(db: Database, waits: list[float]) -> None:
    async def visit() -> None:
        await shared.enter(HOST)
        await shared.leave(HOST)

    shared = gate(db, waits, delay_ms=0)
    asyncio.run(visit())
    shared.close()
    with db.read() as tx:
        assert tx.all(select(HostPause.host_key)) == []


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
