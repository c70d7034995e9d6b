"""One round of fetching: leases taken, feeds fetched lane by lane (a host a lane), read, and handed to be stored.

One event loop in one thread; the database is reached in threads. A busy host keeps only its own lane waiting. No SQL,
no decision about what a fetch means.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import functools
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import structlog

from crawler.completeness import find_page_due, list_page
from crawler.plan import request_of
from crawler.reading import Means, read_source, request_for
from crawler.storing import BATCH_MOST, Brought, failed_by_bug, not_fetched
from crawler.types import Fetched, FetchFailed
from tracker.domain.errors import AppError
from tracker.domain.feeds import FetchErrorCode, FetchProblem
from tracker.domain.jobs import HEARTBEAT_S
from tracker.services import harvest

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from crawler.fetch import Fetcher
    from crawler.storing import Storer
    from crawler.types import FetchOutcome, FetchRequest
    from sandbox import Sandbox
    from tracker.domain.feeds import FeedLease, FetchResult
    from tracker.domain.sources import LeasedFeed
    from tracker.store.db import Database

T = TypeVar("T")

LEASES_AT_ONCE: Final = 40
LEASES_MOST: Final = 2000
LANE_MOST: Final = 3
IDLE_S: Final = 1.0
STOP_GRACE_S: Final = 10
UNSTORED_MOST: Final = 64  # twice what is stored at once: while one batch is written the next is read
UNSTORED_BYTES_MOST: Final = 64 * 2**20
LINGER_S: Final = 0.02
TOO_MANY_REQUESTS: Final = 429
WAITS = FetchProblem(
    code=FetchErrorCode.HTTP,
    message="Not asked: its host wants all of us to wait.",
    http_status=TOO_MANY_REQUESTS,
)

log = structlog.get_logger(__name__)


class Supply(Protocol):
    """Where a round's feeds come from; called in a thread."""

    def take(self, owner: str, now: dt.datetime, *, limit: int, full_hosts: frozenset[str]) -> list[LeasedFeed]:
        """Lease up to `limit` feeds, none of the full hosts; an empty list where there is none at this moment."""

    @property
    def is_done(self) -> bool:
        """Nothing more will come: the round ends with what it holds."""

    @property
    def is_asked_for(self) -> bool:
        """A person named these feeds: they are fetched also where their host asked all of us to wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a round works with."""

    db: Database
    clock: Callable[[], dt.datetime]
    zone: ZoneInfo
    fetcher: Fetcher
    sandbox: Sandbox
    storer: Storer
    owner: str
    lane_width: int  # how many of one host at once
    compares: bool = True  # sources with their own pages, once a day; not while somebody waits for one fetch


@dataclass(slots=True)
class _Lane:
    """The leased feeds of one host that wait for their turn, and how many are being fetched."""

    waiting: deque[LeasedFeed] = field(default_factory=deque)
    running: int = 0

    @property
    def load(self) -> int:
        return len(self.waiting) + self.running


class Round:
    """Runs until the supply is done or `stop` is set."""

    def __init__(
        self, parts: Parts, supply: Supply, *, on_result: Callable[[FetchResult], None], stop: threading.Event | None
    ) -> None:
        self._parts, self._supply, self._on_result, self._stop = parts, supply, on_result, stop
        self._means = Means(fetcher=parts.fetcher, sandbox=parts.sandbox, zone=parts.zone, insists=supply.is_asked_for)
        self._lanes: dict[str, _Lane] = {}
        self._held: dict[int, LeasedFeed] = {}
        self._runners: set[asyncio.Task[None]] = set()
        self._brought: asyncio.Queue[tuple[Brought, asyncio.Future[None]]] = asyncio.Queue()
        self._moved = asyncio.Event()  # something ended: there may be room, or the end
        self._unstored = self._unstored_bytes = 0  # bodies in memory: fetched, not yet stored
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._failure: BaseException | None = None
        self._store_thread = ThreadPoolExecutor(1, thread_name_prefix="store")

    async def run(self) -> None:
        """Work until the end; on a failure of the store everything is let go and the failure raised."""
        helpers = [asyncio.create_task(self._write()), asyncio.create_task(self._beat())]
        for task in helpers:
            task.add_done_callback(self._note_failure)
        try:
            await self._feed_lanes()
            await self._finish()
        finally:
            for task in (*helpers, *self._runners):
                task.cancel()
            await asyncio.gather(*helpers, *self._runners, return_exceptions=True)
            await self._let_go()
            self._store_thread.shutdown()
        if self._failure is not None:
            raise self._failure

    @property
    def _stopping(self) -> bool:
        return self._failure is not None or (self._stop is not None and self._stop.is_set())

    async def _feed_lanes(self) -> None:
        """Lease whenever there is room; wait where there is nothing to lease."""
        while not self._stopping:
            taken = await self._lease()
            for leased in taken:
                self._put_in_lane(leased)
            if self._supply.is_done and not self._held:
                return
            if not taken:
                self._moved.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._moved.wait(), IDLE_S)

    async def _lease(self) -> list[LeasedFeed]:
        room = min(LEASES_AT_ONCE, LEASES_MOST - len(self._held))
        if room <= 0 or self._supply.is_done:
            return []
        full = frozenset(host for host, lane in self._lanes.items() if lane.load >= LANE_MOST)
        now = self._parts.clock()
        return await self._in_thread(
            functools.partial(self._supply.take, self._parts.owner, now, limit=room, full_hosts=full)
        )

    def _put_in_lane(self, leased: LeasedFeed) -> None:
        self._held[leased.job.job_id] = leased
        lane = self._lanes.setdefault(leased.host_key, _Lane())
        lane.waiting.append(leased)
        if lane.running < self._parts.lane_width:
            lane.running += 1
            runner = asyncio.create_task(self._run_lane(leased.host_key, lane))
            self._runners.add(runner)
            runner.add_done_callback(self._runners.discard)
            runner.add_done_callback(self._note_failure)

    async def _run_lane(self, host: str, lane: _Lane) -> None:
        try:
            while lane.waiting and not self._stopping:
                await self._has_room.wait()
                if lane.waiting and not self._stopping:
                    await self._fetch_one(lane.waiting.popleft(), lane)
        finally:
            lane.running -= 1
            if not lane.load:
                self._lanes.pop(host, None)
            self._moved.set()

    async def _fetch_one(self, leased: LeasedFeed, lane: _Lane) -> None:
        now = self._parts.clock()
        request = replace(_request(leased.lease, now), insists=self._supply.is_asked_for)
        outcome = await self._parts.fetcher.fetch(request, now=now)
        if isinstance(outcome, FetchFailed) and not outcome.was_asked:
            await self._wait_for_host(leased, lane, outcome.problem)
            return
        size = len(outcome.body) if isinstance(outcome, Fetched) else None
        self._count_unstored(size)
        try:
            await self._store_one(leased, lane, outcome, now)
        finally:
            self._count_unstored(size, over=True)
        if isinstance(outcome, FetchFailed) and outcome.problem.http_status == TOO_MANY_REQUESTS:
            await self._put_off(lane)
        page = find_page_due(leased.lease, outcome, now) if self._parts.compares else None
        if page is not None:
            await self._compare(leased.lease, page, now)

    async def _compare(self, lease: FeedLease, page: str, now: dt.datetime) -> None:
        """Compare what was collected of a source with what its own page lists; its lease has ended."""
        try:
            found = await list_page(replace(self._means, insists=False), lease, page, now)
            if isinstance(found, FetchProblem) and not found.was_asked:
                return  # its host wants all of us to wait: nothing was compared, and it stays due
            await self._in_thread(functools.partial(self._parts.storer.keep_comparison, lease, page, found))
        except AppError:
            raise
        except Exception as error:
            log.exception("feed.compare_failed", feed_id=lease.feed_id, error=type(error).__name__)

    async def _store_one(self, leased: LeasedFeed, lane: _Lane, outcome: FetchOutcome, now: dt.datetime) -> None:
        try:
            outcome, read = await read_source(self._means, leased.lease, outcome, now)
            if isinstance(outcome, FetchFailed) and not outcome.was_asked:  # of an index none of the further sitemaps
                await self._wait_for_host(leased, lane, outcome.problem)
                return
            brought = Brought(leased=leased, outcome=outcome, read=read)
        except Exception as error:
            log.exception("feed.bug", feed_id=leased.lease.feed_id, error=type(error).__name__)
            brought = failed_by_bug(leased)  # the other feeds go on
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._brought.put_nowait((brought, stored))
        await stored

    async def _wait_for_host(self, leased: LeasedFeed, lane: _Lane, problem: FetchProblem) -> None:
        """Put a feed off that was not asked for, since its host had told another worker to wait: no failure of it."""
        until = self._parts.clock() + dt.timedelta(seconds=problem.retry_after_s or 0)
        await self._give_back([leased], until)
        self._on_result(not_fetched(leased, problem))
        await self._put_off(lane, until)

    async def _put_off(self, lane: _Lane, until: dt.datetime | None = None) -> None:
        """Let the other feeds of a host go that asked all of us to wait; the store has put them off already."""
        waiting = list(lane.waiting)
        lane.waiting.clear()
        await self._give_back(waiting, until)
        for leased in waiting:
            self._on_result(not_fetched(leased, WAITS))

    async def _write(self) -> None:
        """Store what was brought, as much at once as there is."""
        while True:
            batch = [await self._brought.get()]
            if len(self._runners) > 1:
                await asyncio.sleep(LINGER_S)  # more will have come: one transaction for several feeds
            while len(batch) < BATCH_MOST and not self._brought.empty():
                batch.append(self._brought.get_nowait())
            results = await self._in_thread(
                functools.partial(self._parts.storer.store, [brought for brought, _ in batch])
            )
            for (brought, stored), result in zip(batch, results, strict=True):
                self._end(brought.leased, result)
                if not stored.done():
                    stored.set_result(None)

    def _end(self, leased: LeasedFeed, result: FetchResult | None) -> None:
        self._held.pop(leased.job.job_id, None)
        self._moved.set()
        if result is not None:
            self._on_result(result)

    def _count_unstored(self, size: int | None, *, over: bool = False) -> None:
        """Let no more be fetched while many bodies wait to be read and stored; None: there is no body."""
        if size is None:
            return
        self._unstored += -1 if over else 1
        self._unstored_bytes += -size if over else size
        if self._unstored < UNSTORED_MOST and self._unstored_bytes < UNSTORED_BYTES_MOST:
            self._has_room.set()
        else:
            self._has_room.clear()

    async def _beat(self) -> None:
        """Prolong what is held, at a third of a lease."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            held = list(self._held.values())
            if held:
                await self._in_thread(functools.partial(self._hold, held))

    def _hold(self, held: Sequence[LeasedFeed]) -> None:
        now = self._parts.clock()
        self._parts.db.write_retrying(lambda tx: harvest.hold(tx, self._parts.owner, held, now=now))

    async def _finish(self) -> None:
        """Give what is under way a moment to end; where nobody told us to stop, as long as its fetch may take."""
        if self._runners and self._failure is None:
            await asyncio.wait(self._runners, timeout=STOP_GRACE_S if self._stopping else None)

    async def _let_go(self) -> None:
        """Give back what was leased and not fetched, so that others need not wait for the lease to end."""
        if self._held and self._failure is None:
            await self._give_back(list(self._held.values()))

    async def _give_back(self, leased: Sequence[LeasedFeed], due_at: dt.datetime | None = None) -> None:
        for one in leased:
            self._held.pop(one.job.job_id, None)
        if leased:
            await self._in_thread(functools.partial(self._release, leased, due_at))

    def _release(self, leased: Sequence[LeasedFeed], due_at: dt.datetime | None) -> None:
        self._parts.db.write_retrying(lambda tx: harvest.give_back(tx, self._parts.owner, leased, due_at=due_at))

    def _in_thread(self, work: Callable[[], T]) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._store_thread, work)

    def _note_failure(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self._failure = self._failure or task.exception()
            self._moved.set()


def _request(lease: FeedLease, now: dt.datetime) -> FetchRequest:
    return request_for(request_of(lease, now=now), lease.kind)
