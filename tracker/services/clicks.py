"""Counting the requests of tracked links: read and judged after their answers, written in batches.

What tells a reader apart (address, agent, session) lives here until a request is read, in memory only: that is at once,
unless it is to be found out first whose session came with it. What is written are counts by link, day and verdict. One
flusher thread a process.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from typing import TYPE_CHECKING

import structlog

from tracker.domain.errors import AppError
from tracker.domain.periods import local_date
from tracker.services.click_judging import Counts, Judging, add, as_rows
from tracker.store import canaries
from tracker.store import clicks as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from tracker.domain.agents import AgentClassifier
    from tracker.domain.types import MemberId
    from tracker.services.click_judging import Arrival, Request
    from tracker.store.db import Database

FLUSH_EVERY_S = 0.25
BEHIND_S = 0.6  # what waits longer than this is near the second that a kill may cost
STOP_WAIT_S = 10.0
WAITING_MOST = 20_000  # beyond, the oldest are judged by what this process knows: the memory held stays bounded
MACHINES_MOST = 1_000  # ways a machine calls itself, between two flushes
BATCH_MOST = 5_000
READ_AT_ONCE = 200  # while whoever brings requests waits
SESSIONS_MOST = 1_000  # looked up before a writing: made-up ones must not keep it waiting

log = structlog.get_logger()


class ClickCounter:
    """Takes requests in, judges them and adds them to the day counters.

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
        self._judging = Judging(zone, agents, shared=self._shared)
        self._unread: deque[Request] = deque()  # whose session is not known yet, nor perhaps the lists or the secret
        self._read: deque[Arrival] = deque()  # to be judged in turn
        self._counts: Counts = {}
        self._machines: Counter[tuple[str, dt.date, str]] = Counter()
        self._lock = threading.Lock()  # guards what is above; held for no look-up and no writing
        self._flushing = threading.Lock()
        self._written_at = time.monotonic()  # what came before it is written
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def take(self, request: Request) -> None:
        """Take in a request that was answered; cheap, and never fails for a count's sake."""
        with self._lock:
            if request.link.canary:
                self._note_machine(request)
            elif self._judging.judge_by_itself(request, self._counts):
                return
            elif request.credentials or not self._take_in(request):
                self._unread.append(request)
                if len(self._unread) > self._waiting_most:
                    self._take_in_unasked(self._unread.popleft())

    def is_behind(self) -> bool:
        """Tell that requests come faster than they are written: whoever brings them should make a pause."""
        return time.monotonic() - self._written_at > BEHIND_S and self._holds_any()

    def start(self) -> None:
        """Begin to flush by itself; with the lists at hand, so that no request waits to be read."""
        if self._thread is None:
            self._judging.refresh()
            self._written_at = time.monotonic()
            self._stopped.clear()
            self._thread = threading.Thread(target=self._run, name="clicks", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the flusher and write what waits; what cannot be read now is judged by what this process knows."""
        thread, self._thread = self._thread, None
        self._stopped.set()
        if thread is not None:
            thread.join(STOP_WAIT_S)
        unread = len(self._unread)
        while self._try_flush() and self._holds_any():
            if len(self._unread) == unread:
                self._take_in_all_unasked()
            unread = len(self._unread)

    def flush(self) -> bool:
        """Judge what waits and write it in one transaction; False where the database would not take it."""
        with self._flushing:
            try:
                began = time.monotonic()
                self._judging.refresh()
                had_all = self._flush_in_turn() if self._shared else self._flush_alone()
                self._flush_machines()
                if had_all:
                    self._written_at = began
            except AppError as refusal:
                log.warning("clicks.deferred", code=str(refusal.code), waiting=len(self._unread) + len(self._read))
                return False
            return True

    def _holds_any(self) -> bool:
        return bool(self._counts or self._read or self._unread)

    def _take_in(self, request: Request, *, own: bool = False) -> bool:
        """Read a request, and judge it where this process judges alone; False where it cannot be read yet."""
        arrival = self._judging.read(request, own=own)
        if arrival is None:
            return False
        if self._shared:
            self._read.append(arrival)
            if len(self._read) > self._waiting_most:
                self._judging.judge_alone(self._read.popleft(), self._counts)
        else:
            self._judging.judge_alone(arrival, self._counts)
        return True

    def _note_machine(self, request: Request) -> None:
        """Remember how the follower of a canary calls itself; of very many, only that there were more."""
        day = local_date(request.at, self._zone)
        key = (request.link.slug, day, canaries.agent_kept(request.agent))
        if key not in self._machines and len(self._machines) >= MACHINES_MOST:
            key = (request.link.slug, day, canaries.OTHERS)
        self._machines[key] += 1

    def _run(self) -> None:
        while True:
            self._try_flush()
            if self._stopped.wait(self._flush_every_s):
                return

    def _try_flush(self) -> bool:
        """Flush; a bug in one batch is logged and must not end the counting of all later ones."""
        try:
            return self.flush()
        except Exception:
            log.exception("clicks.failed")
            return False

    def _read_unread(self) -> bool:
        """Read what could not be read as it came; sessions are looked up before, once for all their requests.

        False where more sessions came than are looked up at once.
        """
        with self._lock:
            asked = list(dict.fromkeys(request.credentials for request in self._unread if request.credentials))
        members = {told: self._find_member(told) for told in asked[:SESSIONS_MOST]}
        while self._read_some(members):
            continue
        return len(asked) <= SESSIONS_MOST

    def _read_some(self, members: Mapping[str, MemberId | None]) -> bool:
        """Read the oldest requests up to one whose session was not looked up; False when there is none more."""
        with self._lock:
            for _ in range(READ_AT_ONCE):
                if not self._unread:
                    return False
                request = self._unread[0]
                if request.credentials and request.credentials not in members:
                    return False
                member_id = members.get(request.credentials)
                if not self._take_in(request, own=member_id is not None and member_id == request.link.member_id):
                    return False
                self._unread.popleft()
        return True

    def _take_in_unasked(self, request: Request) -> None:
        """Judge a request by what this process knows, without a look at whose session came with it."""
        self._judging.judge_alone(self._judging.read_alone(request), self._counts)

    def _take_in_all_unasked(self) -> None:
        with self._lock:
            while self._unread:
                self._take_in_unasked(self._unread.popleft())

    def _flush_alone(self) -> bool:
        """Write what was judged as it came; counts that could not be written are kept. False: more waited."""
        had_all = self._read_unread()
        with self._lock:
            self._judging.forget_past_days(self._clock())
            counts, self._counts = self._counts, {}
        written = not counts
        try:
            if counts:
                with self._db.write() as tx:
                    store.record(tx, as_rows(counts))
                written = True
        finally:
            if not written:
                with self._lock:
                    add(self._counts, counts)
        return had_all

    def _flush_in_turn(self) -> bool:
        """Judge in the transaction that writes; requests that could not be written wait on, in their order.

        False: more waited than one transaction takes.
        """
        self._open_day(self._clock())
        had_all = self._read_unread()
        with self._lock:
            batch = [self._read.popleft() for _ in range(min(BATCH_MOST, len(self._read)))]
            had_all = had_all and not self._read
            counts, self._counts = self._counts, {}
        written = not (batch or counts)
        try:
            if not written:
                with self._db.write() as tx:
                    self._judging.wait_for_turn(tx)
                    now = self._clock()  # read now: who waited past midnight keeps nothing of the day that is over
                    secret = self._judging.open_day(tx, now)
                    judged = self._judging.judge_in_turn(tx, batch, now=now)
                    add(judged, counts)
                    store.record(tx, as_rows(judged))
                written = True
                self._judging.learn(secret)
        finally:
            if not written:
                with self._lock:
                    self._read.extendleft(reversed(batch))
                    add(self._counts, counts)
        return had_all

    def _open_day(self, now: dt.datetime) -> None:
        """Learn the secret of a new local day, and forget what was known of the days before, also when nobody comes."""
        with self._lock:
            self._judging.forget_past_days(now)
        if not self._judging.knows_secret(now):
            with self._db.write() as tx:
                self._judging.wait_for_turn(tx)
                secret = self._judging.open_day(tx, now)
            self._judging.learn(secret)

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
