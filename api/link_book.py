"""Tracked links as the redirect keeps them: recent ones in memory, read anew every second while they are used.

One look-up at a time runs in a thread, for all links that are asked for meanwhile: a burst costs few statements.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tracker.domain.links import TrackedLink

FRESH_S = 1.0  # served without a look
STALE_S = 3.0  # served while it is read anew; older ones wait for that: a withdrawn link ends within seconds
KEPT_S = 3600.0  # served all the same while the database is away
WAIT_S = 2.0  # for a database that does not answer
LINKS_MOST = 50_000
ASKED_AT_ONCE = 500


log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Entry:
    """A link as last read, on the monotonic clock."""

    link: TrackedLink
    read_at: float


class LinkBook:
    """Finds links by slug. Used from one event loop."""

    def __init__(
        self,
        load: Callable[[Sequence[str]], dict[str, TrackedLink]],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        most: int = LINKS_MOST,
    ) -> None:
        self._load = load
        self._monotonic = monotonic
        self._most = most
        self._kept: dict[str, Entry] = {}
        self._asked: dict[str, asyncio.Future[TrackedLink | AppError | None]] = {}
        self._loading: asyncio.Task[None] | None = None
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="links")

    def find_fresh(self, slug: str) -> TrackedLink | None:
        """Find a link that needs no look; None says nothing."""
        entry = self._kept.get(slug)
        return entry.link if entry is not None and self._monotonic() - entry.read_at < FRESH_S else None

    async def find(self, slug: str) -> TrackedLink | None:
        """Find a link, or None where there is none.

        Refuses (`database.unreachable`, `store.busy`) only where the database is away and the link is not known here.
        """
        entry = self._kept.get(slug)
        age = KEPT_S if entry is None else self._monotonic() - entry.read_at
        if entry is not None and age < FRESH_S:
            return entry.link
        asked = self._ask(slug)
        if entry is not None and age < STALE_S:
            return entry.link
        found = await _waited(asked)
        if not isinstance(found, AppError):
            return found
        if entry is not None and age < KEPT_S:
            return entry.link
        raise found

    def _ask(self, slug: str) -> asyncio.Future[TrackedLink | AppError | None]:
        future = self._asked.get(slug)
        if future is None:
            loop = asyncio.get_running_loop()
            future = self._asked[slug] = loop.create_future()
            if self._loading is None:
                self._loading = loop.create_task(self._load_asked())
        return future

    async def _load_asked(self) -> None:
        """Look up what was asked for, batch after batch, until nobody asks."""
        try:
            while self._asked:
                slugs = list(self._asked)[:ASKED_AT_ONCE]
                found = await self._looked_up(slugs)
                for slug in slugs:
                    answer = found if isinstance(found, AppError) else self._keep(slug, found.get(slug))
                    future = self._asked.pop(slug)
                    if not future.done():
                        future.set_result(answer)
        finally:
            self._loading = None

    async def _looked_up(self, slugs: list[str]) -> dict[str, TrackedLink] | AppError:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._load, slugs)
        except AppError as refusal:
            return refusal
        except Exception:  # a bug here must not leave people waiting for an answer that never comes
            log.exception("links.failed")
            return AppError(Code.INTERNAL)

    def _keep(self, slug: str, link: TrackedLink | None) -> TrackedLink | None:
        """Remember a link as just read, as the newest; forget the one read longest ago where there are too many."""
        self._kept.pop(slug, None)
        if link is not None:
            self._kept[slug] = Entry(link, self._monotonic())
            if len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]
        return link


async def _waited(
    asked: asyncio.Future[TrackedLink | AppError | None],
) -> TrackedLink | AppError | None:
    """Wait for a look-up that others wait for too; a database that does not answer counts as away."""
    try:
        return await asyncio.wait_for(asyncio.shield(asked), WAIT_S)
    except TimeoutError:
        return AppError(Code.DATABASE_UNREACHABLE, "the database does not answer")
