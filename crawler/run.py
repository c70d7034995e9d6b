"""The crawler as the rest of the house sees it: fetch one, what is due, or all; work on; look at an address.

Blocking calls, each with an event loop of its own; a call may be made from any thread. How a round works stands in
crawler/round.py, what a fetch means in crawler/plan.py.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from crawler.archive import archive_page
from crawler.discover import Looker, checked_address
from crawler.fetch import MAX_BYTES, TOTAL_DEADLINE_S, Fetcher
from crawler.page_facts import PageNotes
from crawler.page_round import PAGE_BYTES_MOST, PAGES_AT_ONCE, PageParts, PageRound, look_at_page
from crawler.pages.listing_reading import check_selectors
from crawler.politeness import SharedGate
from crawler.robots import Robots
from crawler.round import Parts, Round
from crawler.storing import Storer
from crawler.trip import StoredJars
from tracker.domain.errors import AppError, Code
from tracker.domain.feeds import FeedKind
from tracker.domain.sources import NewFeed
from tracker.services import harvest, probing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Coroutine, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from crawler.address import AddressPolicy, Resolver
    from crawler.archive import ArchivedPage
    from crawler.page_round import PageResult
    from crawler.pages.types import PageCounters
    from crawler.round import Supply
    from sandbox import Sandbox
    from tracker.domain.feeds import FetchProblem, FetchResult
    from tracker.domain.sources import LeasedFeed, Preview
    from tracker.domain.types import FeedId
    from tracker.store.db import Database

T = TypeVar("T")

PLACES: Final = 50
JOIN_S: Final = 40.0  # how long whoever asks for a fetch waits for one that is under way; longer than any fetch
JOIN_PAUSE_S: Final = 0.1
BUSY_TRIES: Final = 90  # seconds to wait for feeds that another worker is fetching; longer than a lease


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSettings:
    """How the crawler goes out: guard, name, politeness, and the zone of dates that state none."""

    policy: AddressPolicy
    user_agent: str
    zone: ZoneInfo
    host_delay_s: float = 2
    host_concurrency: int = 1
    places: int = PLACES
    deadline_s: float = TOTAL_DEADLINE_S
    resolver: Resolver | None = None


class Crawler:
    """Fetches sources; made once a process."""

    def __init__(
        self,
        db: Database,
        sandbox: Sandbox,
        settings: CrawlSettings,
        *,
        clock: Callable[[], dt.datetime],
        page_sandbox: Sandbox | None = None,
    ) -> None:
        """Take the worker processes: pages are read in their own, which need not start where only feeds are."""
        self._page_sandbox = page_sandbox or sandbox
        self._db, self._sandbox, self._settings, self._clock = db, sandbox, settings, clock
        self._owner = secrets.token_hex(8)
        self._gate = SharedGate(
            db,
            clock,
            owner=self._owner,
            delay_s=settings.host_delay_s,
            concurrency=settings.host_concurrency,
        )

    def fetch_feed(self, feed_id: FeedId, *, join_s: float = 0) -> FetchResult:
        """Fetch one source now; where another worker is at it, wait for its result, or refuse (`feed.busy`)."""
        results: list[FetchResult] = []
        before = self._last_fetch(feed_id)
        self._go(_These(self._db, [feed_id], tries=1), results.append, compares=False)
        found = results[0] if results else self._join(feed_id, before, join_s)
        if found is None:
            raise AppError(Code.FEED_BUSY, "this source is being fetched at this moment")
        return found

    def fetch_these(self, feed_ids: Sequence[FeedId], on_result: Callable[[FetchResult], None]) -> list[FeedId]:
        """Fetch these sources now, due or not; give those that another worker kept all the while."""
        supply = _These(self._db, feed_ids, tries=BUSY_TRIES)
        self._go(supply, on_result)
        return supply.left

    def fetch_due(self, on_result: Callable[[FetchResult], None]) -> None:
        """Fetch what is due, then stop."""
        self._go(_Due(self._db, endless=False), on_result)

    def work(self, stop: threading.Event, on_result: Callable[[FetchResult], None]) -> None:
        """Fetch whatever becomes due until told to stop."""
        self._go(_Due(self._db, endless=True), on_result, stop)

    def work_on_pages(self, stop: threading.Event, on_result: Callable[[PageResult], None]) -> None:
        """Read whatever article's page becomes due until told to stop."""
        self._run(self._read_pages(on_result, stop))

    def read_due_pages(self, on_result: Callable[[PageResult], None]) -> None:
        """Read the pages of articles until none is due, then stop; one that is put off meanwhile waits for its time."""
        self._run(self._read_pages(on_result, None))

    def read_counters(self, url: str) -> PageCounters | FetchProblem:
        """Read what a publisher's page prints of its own reach, or say why not. Nothing is stored."""
        found = self.read_reach(url)
        return found.counters if isinstance(found, PageNotes) else found

    def read_reach(self, url: str) -> PageNotes | FetchProblem:
        """Read the same with the rule and the printed lines it rests on.

        What the site gave us to be known by is kept and shown again: a site that counts a reader once counts us once.
        """
        return self._run(self._read_reach(url))

    def archive_page(self, url: str) -> ArchivedPage | FetchProblem:
        """Fetch a publisher's page and pack it as it stands, for its author's evidence."""
        return self._run(self._archive_page(url))

    def look(self, url: str, *, kind: FeedKind | None = None, selectors: Mapping[str, Any] | None = None) -> Preview:
        """Look at an address: the feed that is there, or what it leads to; with a kind as that. Nothing is stored."""
        self.check_selectors(selectors)
        found = self._run(self._look(url, FeedKind.LISTING if selectors and kind is None else kind, selectors))
        with self._db.read() as tx:
            return probing.tell_known(tx, found)

    def find_source(self, url: str, *, kind: FeedKind | None = None, title: str = "", selectors: Any = None) -> NewFeed:
        """Find the source to add for an address; refuse with `feed.address` where there is none.

        With a kind the address is taken as it stands, so that a source can be added whose site is down; selectors are
        those of a list page.
        """
        self.check_selectors(selectors)
        kind = FeedKind.LISTING if selectors and kind is None else kind
        if kind is not None:
            return NewFeed(url=self.check_address(url), kind=kind, title=title, selectors=selectors)
        return replace(self._run(self._find_source(url)), title=title)

    def check_selectors(self, selectors: Mapping[str, Any] | None) -> None:
        """Refuse selectors that are none, with `field.invalid` and words that name the wrong one."""
        check_selectors(self._sandbox, selectors)

    def check_address(self, url: str) -> str:
        """Give an address as it would be stored; refuse with `feed.address`, always in the same words."""
        return checked_address(url, self._settings.policy)

    def _join(self, feed_id: FeedId, before: tuple[int, FetchResult] | None, join_s: float) -> FetchResult | None:
        """Wait for the fetch that another worker began."""
        pause = threading.Event()
        for _ in range(int(join_s / JOIN_PAUSE_S)):
            last = self._last_fetch(feed_id)
            if last is not None and (before is None or last[0] > before[0]):
                return last[1]
            pause.wait(JOIN_PAUSE_S)
        return None

    def _last_fetch(self, feed_id: FeedId) -> tuple[int, FetchResult] | None:
        with self._db.read() as tx:
            return harvest.find_last(tx, feed_id)

    async def _archive_page(self, url: str) -> ArchivedPage | FetchProblem:
        async with self._fetcher() as fetcher:
            return await archive_page(fetcher, url, software=self._settings.user_agent, now=self._clock())

    async def _look(self, url: str, kind: FeedKind | None, selectors: Mapping[str, Any] | None) -> Preview:
        async with self._fetcher() as fetcher:
            return await self._looker(fetcher).look(url, now=self._clock(), kind=kind, selectors=selectors)

    async def _find_source(self, url: str) -> NewFeed:
        async with self._fetcher() as fetcher:
            return await self._looker(fetcher).find_source(url, now=self._clock())

    def _looker(self, fetcher: Fetcher) -> Looker:
        return Looker(fetcher, self._sandbox, self._settings.policy, zone=self._settings.zone)

    def _go(
        self,
        supply: Supply,
        on_result: Callable[[FetchResult], None],
        stop: threading.Event | None = None,
        *,
        compares: bool = True,
    ) -> None:
        self._run(self._round(supply, on_result, stop, compares=compares))

    async def _round(
        self,
        supply: Supply,
        on_result: Callable[[FetchResult], None],
        stop: threading.Event | None,
        *,
        compares: bool,
    ) -> None:
        async with self._fetcher() as fetcher:
            parts = Parts(
                db=self._db,
                clock=self._clock,
                zone=self._settings.zone,
                fetcher=fetcher,
                sandbox=self._sandbox,
                storer=Storer(self._db, self._clock, self._settings.zone),
                owner=f"{self._owner}.{secrets.token_hex(4)}",
                lane_width=self._settings.host_concurrency,
                compares=compares,
            )
            await Round(parts, supply, on_result=on_result, stop=stop).run()

    async def _read_pages(self, on_result: Callable[[PageResult], None], stop: threading.Event | None) -> None:
        async with self._fetcher(places=PAGES_AT_ONCE, max_bytes=PAGE_BYTES_MOST) as fetcher:
            await PageRound(self._page_parts(fetcher), on_result=on_result, stop=stop).run()

    async def _read_reach(self, url: str) -> PageNotes | FetchProblem:
        async with self._fetcher(places=1, max_bytes=PAGE_BYTES_MOST) as fetcher:
            return await look_at_page(self._page_parts(fetcher), url, brings_cookies=True, now=self._clock())

    def _page_parts(self, fetcher: Fetcher) -> PageParts:
        return PageParts(
            db=self._db,
            clock=self._clock,
            zone=self._settings.zone,
            fetcher=fetcher,
            sandbox=self._page_sandbox,
            owner=f"{self._owner}.{secrets.token_hex(4)}",
        )

    def _fetcher(self, *, places: int | None = None, max_bytes: int = MAX_BYTES) -> Fetcher:
        settings = self._settings
        return Fetcher(
            settings.policy,
            user_agent=settings.user_agent,
            resolver=settings.resolver,
            gate=self._gate,
            robots=Robots(self._db, self._sandbox, self._clock),
            jars=StoredJars(self._db),
            max_bytes=max_bytes,
            max_connections=places or settings.places,
            total_deadline_s=settings.deadline_s,
        )

    @staticmethod
    def _run(work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run(work)


class _Due:
    """Feeds as they become due."""

    is_asked_for = False

    def __init__(self, db: Database, *, endless: bool) -> None:
        self._db, self._endless = db, endless
        self._found_none = False

    @property
    def is_done(self) -> bool:
        return self._found_none and not self._endless

    def take(self, owner: str, now: dt.datetime, *, limit: int, full_hosts: frozenset[str]) -> list[LeasedFeed]:
        """Lease what is due; nothing due on hosts with room, and none left out, is the end of a single pass."""
        leased = self._db.write_retrying(
            lambda tx: harvest.lease_due(tx, owner, now=now, limit=limit, full_hosts=full_hosts)
        )
        self._found_none = not leased and not full_hosts
        return leased


class _These:
    """Feeds asked for by id, whether due or not."""

    is_asked_for = True

    def __init__(self, db: Database, feed_ids: Sequence[FeedId], *, tries: int) -> None:
        self._db, self._tries = db, tries
        self.left = list(dict.fromkeys(feed_ids))
        self._given_up = False

    @property
    def is_done(self) -> bool:
        return self._given_up or not self.left

    def take(self, owner: str, now: dt.datetime, *, limit: int, full_hosts: frozenset[str]) -> list[LeasedFeed]:  # noqa: ARG002 - the feeds are named, whatever their host
        """Lease the next ones; those that another holds are asked for again later."""
        asked = self.left[:limit]
        leased = self._db.write_retrying(lambda tx: harvest.lease_these(tx, owner, asked, now=now))
        got = {one.lease.feed_id for one in leased}
        self.left = [*self.left[limit:], *(feed_id for feed_id in asked if feed_id not in got)]
        if not leased:
            self._tries -= 1
            self._given_up = self._tries <= 0
        return leased
