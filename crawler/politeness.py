"""Politeness: how many requests one host:port gets at once, and the pause between them. No HTTP here.

At most so many at once within a process is kept in memory; the pause, and so many at once over all processes, in the
database. Without a pause nothing is written there.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

from tracker.services import hosts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Awaitable, Callable

    from tracker.store.db import Database

    Waiter = tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]

T = TypeVar("T")

STORE_THREADS: Final = 4


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
    """The same over all processes, with a pause after each request; never holds a transaction while it waits."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], dt.datetime],
        *,
        owner: str,
        delay_ms: int,
        concurrency: int,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._db, self._clock, self._sleep = db, clock, sleep
        self._owner, self._delay_ms, self._concurrency = owner, delay_ms, concurrency
        self._local = LocalGate(concurrency)
        self._slots: dict[str, list[int]] = {}
        self._threads = ThreadPoolExecutor(STORE_THREADS, thread_name_prefix="gate")

    async def enter(self, host_port: str) -> None:
        """Wait until one more request may go to the host."""
        await self._local.enter(host_port)
        try:
            if self._delay_ms:
                await self._enter_shared(host_port)
        except BaseException:
            await self._local.leave(host_port)
            raise

    async def leave(self, host_port: str) -> None:
        """Give the place back; the pause begins now."""
        try:
            if self._delay_ms and self._slots.get(host_port):
                slot = self._slots[host_port].pop()
                await asyncio.shield(self._in_thread(functools.partial(self._leave_store, host_port, slot)))
        finally:
            await self._local.leave(host_port)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown()

    async def _enter_shared(self, host_port: str) -> None:
        while True:
            slot, again_at = await self._in_thread(functools.partial(self._enter_store, host_port))
            if slot is not None:
                self._slots.setdefault(host_port, []).append(slot)
                return
            if again_at is not None:
                await self._sleep(max((again_at - self._clock()).total_seconds(), 0.0))

    def _in_thread(self, work: Callable[[], T]) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _enter_store(self, host_port: str) -> tuple[int, None] | tuple[None, dt.datetime]:
        return self._db.write_retrying(
            lambda tx: hosts.enter(tx, host_port, self._owner, slots=self._concurrency, now=self._clock())
        )

    def _leave_store(self, host_port: str, slot: int) -> None:
        self._db.write_retrying(
            lambda tx: hosts.leave(tx, host_port, slot, self._owner, now=self._clock(), delay_ms=self._delay_ms)
        )
