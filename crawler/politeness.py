"""Politeness: how many requests one host:port gets at once, and the pause between them. No HTTP here.

At most so many at once within a process is kept in memory; the pause, and so many at once over all processes, in the
database, where many requests share one transaction (crawler/slots.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import math
import threading
from collections import deque
from typing import TYPE_CHECKING

from crawler.slots import SlotDesk
from tracker.domain.sites import Admission

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable
    from concurrent.futures import Future

    from tracker.store.db import Database

    Waiter = tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]


class LocalGate:
    """So many at once to a host within this process, over all its threads and event loops; first come, first served."""

    def __init__(self, concurrency: int) -> None:
        self._concurrency = concurrency
        self._lock = threading.Lock()
        self._busy: dict[str, int] = {}
        self._waiting: dict[str, deque[Waiter]] = {}

    async def enter(self, host_port: str) -> None:
        """Wait for a place."""
        loop = asyncio.get_running_loop()
        with self._lock:
            if self._busy.get(host_port, 0) < self._concurrency:
                self._busy[host_port] = self._busy.get(host_port, 0) + 1
                return
            turn: asyncio.Future[None] = loop.create_future()
            self._waiting.setdefault(host_port, deque()).append((loop, turn))
        try:
            await turn
        except asyncio.CancelledError:
            self._give_up(host_port, (loop, turn))
            raise

    async def leave(self, host_port: str) -> None:
        """Give the place to whoever has waited longest."""
        self._pass_on(host_port)

    def _give_up(self, host_port: str, waiter: Waiter) -> None:
        """Stop waiting; a place that was given meanwhile goes to the next."""
        with self._lock, contextlib.suppress(ValueError):
            self._waiting.get(host_port, deque()).remove(waiter)
            return
        self._pass_on(host_port)

    def _pass_on(self, host_port: str) -> None:
        with self._lock:
            queue = self._waiting.get(host_port)
            while queue:
                loop, turn = queue.popleft()
                with contextlib.suppress(RuntimeError):  # its event loop is closed: nobody waits there any more
                    loop.call_soon_threadsafe(_grant, turn)
                    return
            self._waiting.pop(host_port, None)
            self._busy[host_port] -= 1
            if not self._busy[host_port]:
                del self._busy[host_port]


def _grant(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_result(None)


class SharedGate:
    """The same over all processes, with a pause after each request; never holds a transaction while it waits.

    First a turn within this process, then a place among the fetches, last the turn among all processes: so a turn that
    others wait for is never held by one that waits itself.
    """

    def __init__(
        self,
        db: Database,
        clock: Callable[[], dt.datetime],
        *,
        owner: str,
        delay_s: float,
        concurrency: int,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._local = LocalGate(concurrency)
        self._desk = SlotDesk(db, clock, owner=owner, slots=concurrency, delay_s=delay_s)
        self._slots: dict[str, list[int]] = {}
        self._slots_lock = threading.Lock()  # the loops of feeds and of pages are two threads

    async def enter(self, host_port: str, places: asyncio.Semaphore, *, insists: bool) -> int | None:
        """Wait until one more request may go to the host; give the seconds where the host wants all of us to wait."""
        await self._local.enter(host_port)
        wait_s: int | None = 0  # also where an error ends it
        try:
            wait_s = await self._enter_shared(host_port, places, insists=insists)
        finally:
            if wait_s is not None:
                await self._local.leave(host_port)
        return wait_s

    async def leave(self, host_port: str, *, pause_s: float = 0) -> None:
        """Give the turn back; the pause begins now."""
        try:
            slot = self._pop_slot(host_port)
            await _told(self._desk.give_back(host_port, slot, pause_s=pause_s))
        finally:
            await self._local.leave(host_port)

    async def hold_off(self, host_port: str, wait_s: int) -> None:
        """Let nobody in for a while, in any process."""
        await _told(self._desk.hold_off(host_port, wait_s))

    def close(self) -> None:
        """Let the thread go."""
        self._desk.close()

    def _pop_slot(self, host_port: str) -> int:
        with self._slots_lock:
            slot = self._slots[host_port].pop()
            if not self._slots[host_port]:
                del self._slots[host_port]
            return slot

    async def _enter_shared(self, host_port: str, places: asyncio.Semaphore, *, insists: bool) -> int | None:
        while True:
            await places.acquire()
            found = Admission()
            try:
                found = await self._ask(host_port, insists=insists)
            finally:
                if found.slot is None:
                    places.release()
            if found.slot is not None:
                with self._slots_lock:
                    self._slots.setdefault(host_port, []).append(found.slot)
                return None
            wait_s = max((found.again_at - self._clock()).total_seconds(), 0.0) if found.again_at else 0.0
            if found.held_off:
                return max(1, math.ceil(wait_s))
            await self._sleep(wait_s)

    async def _ask(self, host_port: str, *, insists: bool) -> Admission:
        """Ask for a turn; one that comes when nobody waits for it any more goes back at once."""
        wish = self._desk.wish(host_port, insists=insists)
        try:
            return await _told(wish)
        except asyncio.CancelledError:
            if not wish.cancel():
                wish.add_done_callback(functools.partial(self._return_unused, host_port))
            raise

    def _return_unused(self, host_port: str, wish: Future[Admission]) -> None:
        slot = None if wish.exception() is not None else wish.result().slot
        if slot is not None:
            self._desk.give_back(host_port, slot, pause_s=0)


async def _told(asked: Future[Admission]) -> Admission:
    """Wait for what a thread will say; it goes on with it also when nobody waits any more."""
    loop = asyncio.get_running_loop()
    heard: asyncio.Future[None] = loop.create_future()

    def tell(_: Future[Admission]) -> None:
        with contextlib.suppress(RuntimeError):  # the event loop is closed: nobody waits there
            loop.call_soon_threadsafe(_grant, heard)

    asked.add_done_callback(tell)
    await heard
    return asked.result()
