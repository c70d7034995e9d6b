"""Requests at a steady pace, from a process of its own: how long redirects take while the server is not at its limit.

Run as `python -m bench.paced PORT PATH REQUESTS_A_SECOND SECONDS`; prints `redirects median_ms p99_ms`. The time of a
request runs from the moment it was due, so that a server that stalls is not asked less meanwhile.
"""

from __future__ import annotations

import asyncio
import functools
import sys
import time
from collections import deque
from typing import cast

import uvloop
from typing_extensions import override

from bench.load import END, HOST, REDIRECT, request

CONNECTIONS = 64
TICK_S = 0.001
WAIT_S = 10.0


class Pace:
    """The moments at which requests fell due, the connections that are free, and how long each request took."""

    def __init__(self) -> None:
        self.due: deque[float] = deque()
        self.free: deque[Lane] = deque()
        self.took: list[float] = []
        self.error = ""

    def send(self) -> None:
        """Send what is due over connections that are free."""
        while self.due and self.free:
            self.free.popleft().send(self.due.popleft())


class Lane(asyncio.Protocol):
    """One kept-alive connection: a request, its answer, then free again."""

    def __init__(self, pace: Pace, told: bytes) -> None:
        self._pace, self._told = pace, told
        self._transport: asyncio.WriteTransport | None = None
        self._due, self._got = 0.0, b""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be free from now on."""
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's are of no class of asyncio
        self._pace.free.append(self)

    def send(self, due: float) -> None:
        """Send a request that fell due at a moment."""
        self._due = due
        if self._transport is not None:
            self._transport.write(self._told)

    @override
    def data_received(self, data: bytes) -> None:
        """Take in an answer, and take what waits."""
        self._got += data
        if not self._got.endswith(END):
            return
        if not self._got.startswith(REDIRECT):
            self._pace.error = f"not a redirect: {self._got[:200]!r}"
        self._got = b""
        self._pace.took.append(time.perf_counter() - self._due)
        self._pace.free.append(self)
        self._pace.send()


async def run(port: int, path: str, rate: float, seconds: float) -> list[float]:
    """Send requests as they fall due; give how long each took, in seconds."""
    pace, loop, count = Pace(), asyncio.get_running_loop(), int(rate * seconds)
    for number in range(CONNECTIONS):
        await loop.create_connection(functools.partial(Lane, pace, request(path, number)), HOST, port)
    began, sent = time.perf_counter(), 0
    while sent < count:
        until = min(count, int((time.perf_counter() - began) * rate) + 1)
        pace.due.extend(began + number / rate for number in range(sent, until))
        sent = until
        pace.send()
        await asyncio.sleep(TICK_S)
    ends = time.perf_counter() + WAIT_S
    while len(pace.took) < count and time.perf_counter() < ends and not pace.error:  # noqa: ASYNC110 - nothing to set in a hot path
        await asyncio.sleep(TICK_S)
    if pace.error or len(pace.took) < count:
        raise RuntimeError(pace.error or f"{count} sent, {len(pace.took)} answered")
    return pace.took


if __name__ == "__main__":
    port, path, rate, seconds = sys.argv[1:]
    took = sorted(uvloop.run(run(int(port), path, float(rate), float(seconds))))
    median, late = took[len(took) // 2], took[len(took) * 99 // 100]
    sys.stdout.write(f"{len(took)} {median * 1000:.2f} {late * 1000:.2f}\n")
