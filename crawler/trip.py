"""One fetch under way: its time, and the cookies it carries. No HTTP; what is kept of cookies goes by the services."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from crawler.cookies import Jar, Place, revive_all
from crawler.types import Cookies, FetchFailed
from tracker.services import sites

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from crawler.journey import Journey
    from crawler.types import FetchRequest
    from tracker.domain.feeds import FetchProblem
    from tracker.store.db import Database


class KeptJars(Protocol):
    """Where the cookies of hosts are kept over fetches."""

    async def load(self, host_port: str) -> Jar:
        """Give the jar of a host, empty where there is none."""

    async def save(self, host_port: str, jar: Jar, *, now: dt.datetime) -> None:
        """Keep the jar of a host."""


class StoredJars:
    """Cookies kept in the database, for all processes."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def load(self, host_port: str) -> Jar:
        """Give the jar of a host."""
        return await asyncio.to_thread(self._find, host_port)

    async def save(self, host_port: str, jar: Jar, *, now: dt.datetime) -> None:
        """Keep the jar of a host."""
        frozen = [cookie.freeze() for cookie in jar.cookies]
        record = functools.partial(sites.record_cookies, host_key=host_port, cookies=frozen, now=now)
        await asyncio.to_thread(self._db.write_retrying, record)

    def _find(self, host_port: str) -> Jar:
        with self._db.read() as tx:
            return revive_all(sites.find_cookies(tx, host_port))


@dataclass(slots=True, kw_only=True)
class Trip:
    """Where a fetch stands in time, and what it was given on its way. Waiting at the gate is no part of its time."""

    request: FetchRequest
    now: dt.datetime
    deadline_s: float
    journey: Journey
    kept: KeptJars | None = None
    spent_s: float = 0
    _hop_from: float | None = None
    _jars: dict[str, Jar] = field(default_factory=dict)

    @property
    def elapsed_s(self) -> float:
        """Give the seconds spent, the hop under way included."""
        return self.spent_s + (0 if self._hop_from is None else time.monotonic() - self._hop_from)

    @property
    def left_s(self) -> float:
        """Give the seconds left."""
        return self.deadline_s - self.elapsed_s

    @property
    def duration_ms(self) -> int:
        """Give the time spent, as it is recorded."""
        return round(self.elapsed_s * 1000)

    @property
    def conditional(self) -> bool:
        """Tell whether a 304 is an answer."""
        return self.request.etag is not None or self.request.last_modified is not None

    def failed(self, problem: FetchProblem) -> FetchFailed:
        """End without a body."""
        return FetchFailed(problem=problem, duration_ms=self.duration_ms)

    @contextlib.contextmanager
    def hop(self) -> Iterator[None]:
        """Count the time of one hop."""
        self._hop_from = time.monotonic()
        try:
            yield
        finally:
            self.spent_s, self._hop_from = self.elapsed_s, None

    async def cookie_header(self) -> bytes | None:
        """Give what this host is shown of its own cookies."""
        if self._keeper is None and not (self.request.cookies is Cookies.CHAIN and self.journey.in_circle):
            return None
        jar = await self._jar()
        return jar.header(self._place, self.now) if jar.cookies else None

    async def take_cookies(self, lines: Sequence[str]) -> None:
        """Take what this host sets."""
        if not lines or self.request.cookies is Cookies.NONE:
            return
        jar = await self._jar()
        jar.take(lines, self._place, self.now)
        if self._keeper is not None and jar.is_changed:
            await self._keeper.save(self.journey.host_port, jar, now=self.now)
            jar.is_changed = False

    @property
    def _keeper(self) -> KeptJars | None:
        return self.kept if self.request.cookies is Cookies.KEPT else None

    @property
    def _place(self) -> Place:
        parts = urlsplit(self.journey.url)
        host = self.journey.target.host if self.journey.target else ""
        return Place(host=host, path=parts.path or "/", secure=parts.scheme == "https")

    async def _jar(self) -> Jar:
        key = self.journey.host_port
        if key not in self._jars:
            self._jars[key] = await self._keeper.load(key) if self._keeper else Jar()
        return self._jars[key]
