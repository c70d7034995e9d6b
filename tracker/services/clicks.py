"""Counting the requests of tracked links: buffered, judged and written in batches, after their answers.

What tells a reader apart (address, agent, session) lives here between the answer and the next flush, in memory only;
what is written are counts by link, day and verdict. One flusher thread a process.
"""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from tracker.domain.clicks import ClickJudge, ClickVerdict, Judged, Visit, day_token, network_of
from tracker.domain.errors import AppError
from tracker.domain.periods import local_date
from tracker.store import clicks as store
from tracker.store.clicks import ClickCount

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tracker.domain.agents import AgentClassifier
    from tracker.domain.links import TrackedLink
    from tracker.domain.types import MemberId
    from tracker.store.db import Database

METHOD = "1"  # of judging, as product.md describes it; the lists' versions stand beside it
FLUSH_EVERY_S = 0.5
STOP_WAIT_S = 10.0
WAITING_MOST = 20_000  # beyond, whoever brings a request judges what waits: the memory held stays bounded
JUDGED_AT_ONCE = 200
SECRET_BYTES = 32
Counts = dict[tuple[str, dt.date, ClickVerdict], ClickCount]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One answered request of a tracked link. `credentials` are what a browser sent of a session, '' for none."""

    link: TrackedLink
    at: dt.datetime
    method: str
    address: str
    agent: str
    prefetch: bool
    credentials: str = ""


class ClickCounter:
    """Takes requests in, judges them in order and adds them to the day counters.

    `find_member` tells whose session some credentials are; it is asked off the answer's path. `agents` gives the
    classifier, which takes some tenths of a second the first time. What cannot be written stays for the next flush.
    """

    def __init__(
        self,
        db: Database,
        *,
        zone: dt.tzinfo,
        clock: Callable[[], dt.datetime],
        agents: Callable[[], AgentClassifier],
        find_member: Callable[[str], MemberId | None],
        flush_every_s: float = FLUSH_EVERY_S,
        waiting_most: int = WAITING_MOST,
    ) -> None:
        self._db = db
        self._zone = zone
        self._clock = clock
        self._agents = agents
        self._find_member = find_member
        self._flush_every_s = flush_every_s
        self._waiting_most = waiting_most
        self._judge = ClickJudge(zone)
        self._secret = (dt.date.min, b"")  # the local day and its secret; never stored
        self._waiting: deque[Request] = deque()
        self._counts: Counts = {}
        self._judging = threading.Lock()  # guards what is above; held for no look-up and no writing
        self._writing = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def take(self, request: Request) -> None:
        """Take in a request that was answered; cheap, and never fails for a count's sake."""
        self._waiting.append(request)
        if len(self._waiting) > self._waiting_most:
            with self._judging:
                self._judge_waiting(None, at_most=JUDGED_AT_ONCE)

    def start(self) -> None:
        """Begin to flush by itself."""
        if self._thread is None:
            self._stopped.clear()
            self._thread = threading.Thread(target=self._run, name="clicks", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the flusher and write what waits."""
        thread, self._thread = self._thread, None
        self._stopped.set()
        if thread is not None:
            thread.join(STOP_WAIT_S)
        self.flush()

    def flush(self) -> bool:
        """Judge what waits and write all counts in one transaction; False where the database would not take them."""
        with self._writing:
            try:
                members = self._members_of({r.credentials for r in self._waiting.copy() if r.credentials})
                with self._judging:
                    self._judge.forget_past_days(self._clock())
                    self._judge_waiting(members, at_most=len(self._waiting))
                    counts, self._counts = self._counts, {}
                self._write(counts)
            except AppError as refusal:
                log.warning("clicks.deferred", code=str(refusal.code), waiting=len(self._waiting))
                return False
            return True

    def _run(self) -> None:
        self._agents()
        while not self._stopped.wait(self._flush_every_s):
            try:
                self.flush()
            except Exception:  # a bug in one batch must not end the counting of all later ones
                log.exception("clicks.failed")

    def _members_of(self, credentials: set[str]) -> dict[str, MemberId | None]:
        return {told: self._find_member(told) for told in credentials}

    def _judge_waiting(self, members: Mapping[str, MemberId | None] | None, *, at_most: int) -> None:
        """Judge the oldest requests, up to one whose session was not looked up yet; None: no time to look any up."""
        for _ in range(min(at_most, len(self._waiting))):
            request = self._waiting[0]
            if members is not None and request.credentials and request.credentials not in members:
                return
            self._count(request, (members or {}).get(request.credentials))
            self._waiting.popleft()

    def _count(self, request: Request, member_id: MemberId | None) -> None:
        day = local_date(request.at, self._zone)
        judged = self._judge.judge(self._visit(request, day, member_id))
        key = (request.link.slug, day, judged.verdict)
        self._counts[key] = _sum(self._counts.get(key), self._counted(request.link, day, judged))

    def _visit(self, request: Request, day: dt.date, member_id: MemberId | None) -> Visit:
        return Visit(
            slug=request.link.slug,
            at=request.at,
            token=day_token(self._secret_of(day), request.link.slug, request.address, request.agent),
            network=network_of(request.address),
            agent=self._agents().classify(request.agent),
            method=request.method,
            prefetch=request.prefetch,
            own=member_id is not None and member_id == request.link.member_id,
        )

    def _secret_of(self, day: dt.date) -> bytes:
        """Give the secret of a local day; that of the day before is gone."""
        if self._secret[0] != day:
            self._secret = (day, secrets.token_bytes(SECRET_BYTES))
        return self._secret[1]

    def _counted(self, link: TrackedLink, day: dt.date, judged: Judged) -> ClickCount:
        return ClickCount(
            slug=link.slug,
            member_id=link.member_id,
            article_id=link.article_id,
            channel=link.channel.value,
            day=day,
            verdict=judged.verdict.value,
            method=f"{METHOD}; {self._agents().list_version}",
            valid=judged.verdict is ClickVerdict.COUNTED,
            request_count=1,
            person_day_count=int(judged.new_person),
        )

    def _write(self, counts: Counts) -> None:
        """Write counts; what could not be written is kept."""
        written = not counts
        try:
            if counts:
                with self._db.write() as tx:
                    store.record(tx, list(counts.values()))
                written = True
        finally:
            if not written:
                with self._judging:
                    for key, count in counts.items():
                        self._counts[key] = _sum(self._counts.get(key), count)


def _sum(before: ClickCount | None, more: ClickCount) -> ClickCount:
    if before is None:
        return more
    return replace(
        more,
        request_count=before.request_count + more.request_count,
        person_day_count=before.person_day_count + more.person_day_count,
    )
