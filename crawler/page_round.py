"""The round that reads articles' own pages: leased, fetched one of a host at a time, read, and written down.

It runs beside the round of feeds, never in its way: a few pages at once through the same gate, and one where many feeds
are waiting. No text leaves the worker that reads a page; that worker ends when there has been nothing to read for a
while.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import structlog

from crawler.page_facts import PageNotes, aread_facts
from crawler.types import Cookies, Fetched, FetchFailed, FetchRequest
from tracker.domain.errors import AppError
from tracker.domain.feeds import FetchErrorCode, FetchProblem
from tracker.domain.jobs import HEARTBEAT_S
from tracker.domain.page_reads import (
    TRIES_MOST,
    PageEnd,
    ReadState,
    is_publishers,
    is_same_piece,
    judge_failure,
)
from tracker.domain.urls import url_key
from tracker.services import page_reads, topic_rules

if TYPE_CHECKING:
    import datetime as dt
    import threading
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from crawler.fetch import Fetcher
    from sandbox import Sandbox
    from tracker.domain.page_reads import PageFacts, PageLease
    from tracker.domain.types import ArticleId
    from tracker.services.topic_rules import RulesState
    from tracker.store.db import Database

T = TypeVar("T")

PAGES_AT_ONCE: Final = 6
PAGE_BYTES_MOST: Final = 5 * 1024 * 1024
IDLE_S: Final = 2.0
REST_AFTER_S: Final = 60.0  # without a page to read, until the worker that reads pages ends
ACCEPT: Final = "text/html, application/xhtml+xml, */*;q=0.1"

NOT_PUBLIC = FetchProblem(code=FetchErrorCode.ADDRESS_REFUSED, message="No page of a publisher.")
ELSEWHERE = FetchProblem(code=FetchErrorCode.GONE, message="Another page stands in its place.")
NO_END = FetchProblem(code=FetchErrorCode.UNREADABLE, message="Reading it was begun five times and never ended.")
BUG = FetchProblem(code=FetchErrorCode.UNREADABLE, message="An error of this program; its log says more.")
NO_BODY = FetchProblem(code=FetchErrorCode.HTTP, message="The answer holds no page.")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResult:
    """How reading one page ended; `code` says why it did not."""

    article_id: ArticleId
    state: ReadState
    code: FetchErrorCode | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageParts:
    """What the round works with."""

    db: Database
    clock: Callable[[], dt.datetime]
    zone: ZoneInfo
    fetcher: Fetcher
    sandbox: Sandbox
    owner: str


async def look_at_page(
    parts: PageParts, url: str, *, brings_cookies: bool = False, now: dt.datetime
) -> PageNotes | FetchProblem:
    """Fetch and read one page, or say why not; nothing is stored."""
    if not is_publishers(url):
        return NOT_PUBLIC
    cookies = Cookies.KEPT if brings_cookies else Cookies.CHAIN
    request = FetchRequest(url=url, accept=ACCEPT, obeys_robots=True, cookies=cookies)
    outcome = await parts.fetcher.fetch(request, now=now)
    if not isinstance(outcome, Fetched):
        return outcome.problem if isinstance(outcome, FetchFailed) else NO_BODY
    if not is_publishers(outcome.url):
        return NOT_PUBLIC
    read = await aread_facts(parts.sandbox, outcome, zone=parts.zone, now=now)
    return read if isinstance(read, PageNotes) else read.problem


class PageRound:
    """Runs until `stop` is set; without one until nothing is due."""

    def __init__(
        self, parts: PageParts, *, on_result: Callable[[PageResult], None], stop: threading.Event | None
    ) -> None:
        self._parts, self._on_result, self._stop = parts, on_result, stop
        self._held: dict[ArticleId, PageLease] = {}
        self._rules: RulesState | None = None
        self._readers: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None
        self._busy_at = time.monotonic()
        self._store_thread = ThreadPoolExecutor(1, thread_name_prefix="pages")

    async def run(self) -> None:
        """Work until the end; on a failure of the store everything is let go and the failure raised."""
        heart = asyncio.create_task(self._beat())
        heart.add_done_callback(self._note_failure)
        try:
            while not self._stopping and await self._go_on():
                pass
        finally:
            for task in (heart, *self._readers):
                task.cancel()
            await asyncio.gather(heart, *self._readers, return_exceptions=True)
            if self._held and self._failure is None:
                await self._in_store(functools.partial(self._give_back, list(self._held.values())))
            self._store_thread.shutdown()
        if self._failure is not None:
            raise self._failure

    @property
    def _stopping(self) -> bool:
        return self._failure is not None or (self._stop is not None and self._stop.is_set())

    async def _go_on(self) -> bool:
        """Begin what there is room for and wait for something to end; False at the end of a single pass.

        That is where nothing was left out and nothing was due: a page whose host was busy while we asked may be due
        though its reader has ended meanwhile.
        """
        had_all = not self._held
        leased = await self._lease()
        for held in leased:
            self._begin(held)
        if not self._readers:
            if self._stop is None:
                return not had_all
            await self._rest(self._stop)
            return True
        if not leased:
            await asyncio.wait(self._readers, timeout=IDLE_S, return_when=asyncio.FIRST_COMPLETED)
        return True

    async def _lease(self) -> list[PageLease]:
        room = PAGES_AT_ONCE - len(self._held)
        if room <= 0:
            return []
        full = frozenset(held.host_key for held in self._held.values())
        work = functools.partial(
            page_reads.lease, owner=self._parts.owner, now=self._parts.clock(), limit=room, full_hosts=full
        )
        return await self._in_store(lambda: self._parts.db.write_retrying(work))

    def _begin(self, held: PageLease) -> None:
        self._busy_at = time.monotonic()
        self._held[held.article_id] = held
        reader = asyncio.create_task(self._read_one(held))
        self._readers.add(reader)
        reader.add_done_callback(self._readers.discard)
        reader.add_done_callback(self._note_failure)

    async def _read_one(self, held: PageLease) -> None:
        found = await self._look(held)
        end = await self._write(held, found)
        self._held.pop(held.article_id, None)
        self._busy_at = time.monotonic()
        if end is not None:
            self._on_result(PageResult(article_id=held.article_id, state=end.state, code=end.code))

    async def _look(self, held: PageLease) -> PageFacts | FetchProblem:
        if held.tries_count > TRIES_MOST:
            return NO_END
        try:
            found = await look_at_page(
                self._parts, held.url, brings_cookies=held.brings_cookies, now=self._parts.clock()
            )
        except AppError:
            raise
        except Exception as error:
            log.exception("page.bug", article_id=held.article_id, error=type(error).__name__)
            return BUG  # of this page; the others go on
        if not isinstance(found, PageNotes):
            return found
        return found.facts if is_same_piece(url_key(held.url) or "", held.title, found.facts) else ELSEWHERE

    async def _write(self, held: PageLease, found: PageFacts | FetchProblem) -> PageEnd | None:
        """Write the end of a try; None where another worker has the page by now."""
        if isinstance(found, FetchProblem):
            return await self._in_store(functools.partial(self._write_end, held, found))
        try:
            return await self._in_store(functools.partial(self._write_facts, held, found))
        except AppError:
            raise
        except Exception as error:
            log.exception("page.store_failed", article_id=held.article_id, error=type(error).__name__)
            return await self._in_store(functools.partial(self._write_end, held, BUG))

    def _write_end(self, held: PageLease, problem: FetchProblem) -> PageEnd | None:
        end = judge_failure(problem, held.tries_count, now=self._parts.clock())
        kept = self._parts.db.write_retrying(lambda tx: page_reads.record_end(tx, held, end))
        return end if kept else None

    def _write_facts(self, held: PageLease, facts: PageFacts) -> PageEnd | None:
        now, zone = self._parts.clock(), self._parts.zone
        with contextlib.suppress(AppError), self._parts.db.read() as tx:  # a busy database is waited for below
            self._rules = topic_rules.make_ready(tx, self._rules)
        kept = self._parts.db.write_retrying(lambda tx: page_reads.record_read(tx, held, facts, now=now, zone=zone))
        return PageEnd(state=ReadState.READ) if kept else None

    async def _rest(self, stop: threading.Event) -> None:
        """Wait for work; after a while without any, let the worker process go."""
        if time.monotonic() - self._busy_at >= REST_AFTER_S:
            await asyncio.to_thread(self._parts.sandbox.rest)
            self._busy_at = time.monotonic()
        await asyncio.to_thread(stop.wait, IDLE_S)

    async def _beat(self) -> None:
        """Prolong what is held, at a third of a lease."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            held = list(self._held.values())
            if held:
                await self._in_store(functools.partial(self._hold, held))

    def _hold(self, held: Sequence[PageLease]) -> None:
        now = self._parts.clock()
        self._parts.db.write_retrying(lambda tx: page_reads.hold(tx, held, now=now))

    def _give_back(self, held: Sequence[PageLease]) -> None:
        self._parts.db.write_retrying(lambda tx: page_reads.give_back(tx, held))

    def _in_store(self, work: Callable[[], T]) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._store_thread, work)

    def _note_failure(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self._failure = self._failure or task.exception()
