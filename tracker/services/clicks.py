"""Counting the requests of tracked links: buffered, judged and written in batches, after their answers.

What tells a reader apart (address, agent, session) lives here between the answer and the next flush, in memory only;
what is written are counts by link, day and verdict. One flusher thread a process.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from typing import TYPE_CHECKING

import structlog

from tracker.domain.errors import AppError
from tracker.domain.periods import local_date
from tracker.services.click_judging import Counts, Judging, Request, add
from tracker.store import canaries, click_memory
from tracker.store import clicks as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping

    from tracker.domain.agents import AgentClassifier
    from tracker.domain.types import MemberId
    from tracker.store.db import Database

FLUSH_EVERY_S = 0.25
BEHIND_S = 0.6  # what waits longer than this is near the second that a kill may cost
STOP_WAIT_S = 10.0
WAITING_MOST = 20_000  # beyond, whoever brings a request judges what waits: the memory held stays bounded
JUDGED_AT_ONCE = 200
MACHINES_MOST = 1_000  # ways a machine calls itself, between two flushes
BATCH_MOST = 5_000

log = structlog.get_logger()


class ClickCounter:
    """Takes requests in, judges them in order and adds them to the day counters.

    `find_member` tells whose session some credentials are; it is asked off the answer's path. On PostgreSQL several web
    processes may count, so they judge in turn on a memory that they share. What cannot be written stays for next time.
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
        self._find_member = find_member
        self._flush_every_s = flush_every_s
        self._waiting_most = waiting_most
        self._shared = db.dialect == "postgresql"
        self._judging = Judging(zone, agents)
        self._waiting: deque[Request] = deque()
        self._counts: Counts = {}
        self._machines: Counter[tuple[str, dt.date, str]] = Counter()
        self._lock = threading.Lock()  # guards what is above; held for no look-up and no writing
        self._flushing = threading.Lock()
        self._swept: dt.date | None = None
        self._flushed_at = time.monotonic()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def take(self, request: Request) -> None:
        """Take in a request that was answered; cheap, and never fails for a count's sake."""
        if request.link.canary:
            self._note_machine(request)
            return
        self._waiting.append(request)
        if len(self._waiting) > self._waiting_most:
            with self._lock:
                add(self._counts, self._judging.judge_alone(self._next(None, JUDGED_AT_ONCE), {}))

    def _note_machine(self, request: Request) -> None:
        """Remember how the follower of a canary calls itself; of very many, only that there were more."""
        day = local_date(request.at, self._zone)
        key = (request.link.slug, day, canaries.agent_kept(request.agent))
        with self._lock:
            if key not in self._machines and len(self._machines) >= MACHINES_MOST:
                key = (request.link.slug, day, canaries.OTHERS)
            self._machines[key] += 1

    def is_behind(self) -> bool:
        """Tell that requests come faster than they are written: whoever brings them should make a pause."""
        return bool(self._waiting) and time.monotonic() - self._flushed_at > BEHIND_S

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
        while self.flush() and self._waiting:
            continue

    def flush(self) -> bool:
        """Judge what waits and write it in one transaction; False where the database would not take it."""
        with self._flushing:
            try:
                asked = {r.credentials for r in self._waiting.copy() if r.credentials}
                members = {told: self._find_member(told) for told in asked}
                if self._shared:
                    self._flush_in_turn(members)
                else:
                    self._flush_alone(members)
                self._flush_machines()
                self._flushed_at = time.monotonic()
            except AppError as refusal:
                log.warning("clicks.deferred", code=str(refusal.code), waiting=len(self._waiting))
                return False
            return True

    def _run(self) -> None:
        self._judging.agents()
        while not self._stopped.wait(self._flush_every_s):
            try:
                self.flush()
            except Exception:  # a bug in one batch must not end the counting of all later ones
                log.exception("clicks.failed")

    def _flush_alone(self, members: Mapping[str, MemberId | None]) -> None:
        """Judge at once; counts that could not be written are kept."""
        with self._lock:
            self._judging.forget_past_days(self._clock())
            add(self._counts, self._judging.judge_alone(self._next(members, len(self._waiting)), members))
            counts, self._counts = self._counts, {}
        written = not counts
        try:
            if counts:
                with self._db.write() as tx:
                    store.record(tx, list(counts.values()))
                written = True
        finally:
            if not written:
                with self._lock:
                    add(self._counts, counts)

    def _flush_machines(self) -> None:
        with self._lock:
            machines, self._machines = self._machines, Counter()
        written = not machines
        try:
            if machines:
                with self._db.write() as tx:
                    canaries.record_visits(tx, machines)
                written = True
        finally:
            if not written:
                with self._lock:
                    self._machines.update(machines)

    def _flush_in_turn(self, members: Mapping[str, MemberId | None]) -> None:
        """Judge in the transaction that writes; requests that could not be written wait on, in their order."""
        now = self._clock()
        with self._lock:
            self._judging.forget_past_days(now)
            batch = list(self._next(members, BATCH_MOST))
            counts, self._counts = self._counts, {}
        written = False
        try:
            self._write_in_turn(batch, counts, members, now)
            written = True
        finally:
            if not written:
                with self._lock:
                    self._waiting.extendleft(reversed(batch))
                    add(self._counts, counts)

    def _write_in_turn(
        self, batch: list[Request], counts: Counts, members: Mapping[str, MemberId | None], now: dt.datetime
    ) -> None:
        today = local_date(now, self._zone)
        if batch or counts:
            with self._db.write() as tx:
                judged = self._judging.judge_in_turn(tx, batch, members, now=now)
                add(judged, counts)
                store.record(tx, list(judged.values()))
        elif self._swept != today:
            with self._db.write() as tx:
                click_memory.forget_before(tx, today)
        self._swept = today

    def _next(self, members: Mapping[str, MemberId | None] | None, at_most: int) -> Iterator[Request]:
        """Take the oldest requests, up to one whose session was not looked up yet; None: no time to look any up."""
        for _ in range(min(at_most, len(self._waiting))):
            credentials = self._waiting[0].credentials
            if members is not None and credentials and credentials not in members:
                return
            yield self._waiting.popleft()
