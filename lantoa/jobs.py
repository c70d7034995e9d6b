"""The worker: which function does which kind of job, the clock that enqueues, the thread that works jobs off.

APScheduler is only the clock; what is to be done stands in the leased `jobs` table, so that any number of workers may
run. Sources have a loop of their own (crawler/round.py), leased from the same table, and articles' pages
another beside it (crawler/page_round.py).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
import threading
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from tracker.domain.errors import AppError
from tracker.domain.feeds import FetchProblem
from tracker.domain.jobs import JobKind
from tracker.services import (
    catch_ups,
    evidence,
    feed_volume,
    feeds,
    jobs,
    links,
    meetings,
    page_archives,
    page_counters,
    retention,
    rule_runs,
    sessions,
)
from tracker.store import audit, idempotency, leftovers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from zoneinfo import ZoneInfo

    from crawler.page_round import PageResult
    from lantoa.wiring import House
    from tracker.domain.feeds import FetchResult
    from tracker.domain.jobs import JobLease
    from tracker.store.db import Tx

ENQUEUE_S: Final = 5
WORK_OFF_S: Final = 1
PAUSE_AFTER_FAILURE_S: Final = 5
STEPS_AT_ONCE: Final = 10
ARCHIVE_S: Final = 5
COUNTERS_S: Final = 30
SWEEP_S: Final = 900  # an upload that was cut off leaves nothing for an hour
KEPT_ANSWERS: Final = dt.timedelta(days=retention.KEPT_ANSWERS_DAYS)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A standing job: what it does in one transaction, and how often; `while_busy` after a turn that did `full`."""

    work: Callable[[Tx, dt.datetime, ZoneInfo], int]
    every: dt.timedelta
    while_busy: dt.timedelta | None = None
    full: int = 1

    def next_in(self, done: int) -> dt.timedelta:
        """Give the pause after a turn that did so much."""
        return self.while_busy if done >= self.full and self.while_busy is not None else self.every


DUTIES: Mapping[JobKind, Duty] = {
    JobKind.AUDIT_SEAL: Duty(work=lambda tx, now, _: audit.seal(tx, now=now), every=dt.timedelta(seconds=5)),
    JobKind.IDEMPOTENCY_PURGE: Duty(
        work=lambda tx, now, _: idempotency.purge(tx, before=now - KEPT_ANSWERS), every=dt.timedelta(hours=1)
    ),
    JobKind.FETCHES_PURGE: Duty(work=lambda tx, now, _: feeds.purge_fetches(tx, now=now), every=dt.timedelta(hours=6)),
    JobKind.SESSIONS_PURGE: Duty(work=lambda tx, now, _: sessions.purge_ended(tx, now), every=dt.timedelta(hours=1)),
    JobKind.FEEDS_TALLY: Duty(work=feed_volume.tally, every=dt.timedelta(minutes=5)),
    JobKind.EVIDENCE_PURGE: Duty(work=evidence.purge_due, every=dt.timedelta(hours=1)),
    JobKind.PHOTOS_PURGE: Duty(work=meetings.purge_photos, every=dt.timedelta(hours=1)),
    JobKind.LEFTOVERS_PURGE: Duty(
        work=lambda tx, now, _: retention.purge_leftovers(tx, now=now),
        every=dt.timedelta(hours=6),
        while_busy=dt.timedelta(minutes=1),
        full=leftovers.AT_ONCE,
    ),
    JobKind.SUGGESTIONS_CATCH_UP: Duty(
        work=catch_ups.work, every=dt.timedelta(seconds=5), while_busy=dt.timedelta(seconds=WORK_OFF_S)
    ),
    JobKind.LINKS_DROP: Duty(work=lambda tx, now, _: links.drop_unclaimed(tx, now=now), every=dt.timedelta(hours=1)),
}


def run_worker(house: House, stop: threading.Event) -> None:
    """Work until told to stop; what is under way is finished or given back."""
    worker = Worker(house)
    clock = BackgroundScheduler(timezone=dt.UTC, job_defaults={"coalesce": True, "max_instances": 1})
    clock.add_job(worker.enqueue, "interval", seconds=ENQUEUE_S, next_run_time=house.clock())
    clock.add_job(worker.work_off, "interval", seconds=WORK_OFF_S)
    clock.add_job(worker.apply_rules, "interval", seconds=WORK_OFF_S)
    clock.add_job(worker.archive_pages, "interval", seconds=ARCHIVE_S)
    clock.add_job(worker.read_counters, "interval", seconds=COUNTERS_S)
    clock.add_job(worker.sweep, "interval", seconds=SWEEP_S, next_run_time=house.clock())
    clock.start()
    pages = threading.Thread(target=_read_pages, args=(house, stop), name="pages")
    pages.start()
    try:
        _crawl(house, stop)
    finally:
        stop.set()  # whatever ended this loop: the other must not keep the process
        pages.join()
        clock.shutdown(wait=True)


def _crawl(house: House, stop: threading.Event) -> None:
    """Keep the crawler working; a database that is away for a while is waited for."""
    while not stop.is_set():
        try:
            house.crawler.work(stop, _tell)
        except AppError as refusal:
            log.warning("crawl.stopped", code=str(refusal.code))
            stop.wait(PAUSE_AFTER_FAILURE_S)


def _read_pages(house: House, stop: threading.Event) -> None:
    """Keep reading articles' pages; nothing that goes wrong here may touch the sources, or end it unseen."""
    while not stop.is_set():
        try:
            house.crawler.work_on_pages(stop, _tell_page)
        except AppError as refusal:
            log.warning("pages.stopped", code=str(refusal.code))
            stop.wait(PAUSE_AFTER_FAILURE_S)
        except Exception as error:
            log.exception("pages.failed", error=type(error).__name__)
            stop.wait(PAUSE_AFTER_FAILURE_S)


def _tell_page(result: PageResult) -> None:
    log.info(
        "page.read",
        article_id=result.article_id,
        state=str(result.state),
        error=str(result.code) if result.code else None,
    )


def _tell(result: FetchResult) -> None:
    log.info(
        "feed.fetched",
        feed_id=result.feed_id,
        status=str(result.status),
        new=result.new,
        changed=result.changed,
        seen=result.seen,
        skipped=result.skipped,
        error=str(result.problem.code) if result.problem else None,
    )


class Worker:
    """One process's hands on the standing jobs."""

    def __init__(self, house: House, duties: Mapping[JobKind, Duty] = DUTIES) -> None:
        self._house, self._duties = house, duties
        self._owner = secrets.token_hex(8)

    def enqueue(self) -> None:
        """Make sure that every standing job stands."""
        now = self._house.clock()
        with _noted("enqueue"), self._house.db.write() as tx:
            jobs.enqueue_standing(tx, list(self._duties), now=now)

    def work_off(self) -> None:
        """Do what is due, one job after the other."""
        with _noted("work_off"):
            while self._do_one():
                pass

    def apply_rules(self) -> None:
        """Apply topic rules to what was collected before, a few steps at a time: its end is waited for."""
        with _noted("apply_rules"):
            for _ in range(STEPS_AT_ONCE):
                if not self._apply_step():
                    return

    def archive_pages(self) -> None:
        """Archive the pages that members named as their own pieces, one after the other."""
        with _noted("archive_pages"):
            while self._archive_one():
                pass

    def read_counters(self) -> None:
        """Read what the pages of members' own pieces print of their reach, one after the other."""
        with _noted("read_counters"):
            while self._read_one():
                pass

    def sweep(self) -> None:
        """Remove files that belong to nothing; any number of workers may do this at once."""
        with _noted("sweep"):
            count = evidence.sweep(self._house.db, self._house.files, now=self._house.clock())
            if count:
                log.info("files.swept", count=count)

    def _archive_one(self) -> bool:
        """Fetch one page between two transactions."""
        house = self._house
        with house.db.write() as tx:
            errand = page_archives.lease(tx, self._owner, now=house.clock())
        if errand is None:
            return False
        found = house.crawler.archive_page(errand.url)
        with house.db.write() as tx:
            if isinstance(found, FetchProblem):
                page_archives.record_failure(tx, errand, found, now=house.clock())
                log.info("page.not_archived", claim=str(errand.claim_id), error=str(found.code))
                return True
            copy = page_archives.PageCopy(content=found.warc, url=found.url, body_sha256=found.body_sha256)
            kept = page_archives.record(tx, errand, copy, house.files, now=house.clock())
        log.info("page.archived", claim=str(errand.claim_id), kept=kept)
        return True

    def _read_one(self) -> bool:
        """Read one page's counters between two transactions."""
        house = self._house
        with house.db.write() as tx:
            errand = page_counters.lease(tx, self._owner, now=house.clock(), zone=house.zone)
        if errand is None:
            return False
        found = house.crawler.read_reach(errand.url)
        with house.db.write() as tx:
            if isinstance(found, FetchProblem):
                page_counters.record_failure(tx, errand, found, now=house.clock())
                log.info("counters.not_read", claim=str(errand.claim_id), error=str(found.code))
                return True
            told = page_counters.Printed(
                values=asdict(found.counters),
                rule=found.counter_rule,
                raw_text="\n".join(found.counter_texts),
                to_check=frozenset(found.to_check),
            )
            page_counters.record(tx, errand, told, now=house.clock())
        log.info("counters.read", claim=str(errand.claim_id))
        return True

    def _apply_step(self) -> bool:
        """Take one step of one run."""
        now = self._house.clock()
        with self._house.db.write() as tx:
            held = rule_runs.lease(tx, self._owner, now=now)
        if held is None:
            return False
        with self._failure_noted(held, now):
            with self._house.db.read() as tx:
                rule_runs.make_ready(tx, held)
            with self._house.db.write() as tx:
                rule_runs.work(tx, held, now=now)
        return True

    def _do_one(self) -> bool:
        now = self._house.clock()
        with self._house.db.write() as tx:
            held = jobs.lease(tx, self._owner, list(self._duties), now=now)
        if held is None:
            return False
        with self._failure_noted(held, now):
            self._carry_out(held)
        return True

    @contextlib.contextmanager
    def _failure_noted(self, held: JobLease, now: dt.datetime) -> Iterator[None]:
        """Note a bug with the job, which is tried again later; the others go on."""
        try:
            yield
        except AppError:
            raise
        except Exception as error:
            log.exception("job.failed", kind=held.kind, error=type(error).__name__)
            with self._house.db.write() as tx:
                jobs.record_failure(tx, held, type(error).__name__, now=now)

    def _carry_out(self, held: JobLease) -> None:
        """Do one job: its result and its next turn in one transaction; a worker that was replaced leaves nothing."""
        duty, now = self._duties[JobKind(held.kind)], self._house.clock()
        with self._house.db.write() as tx:
            done = duty.work(tx, now, self._house.zone)
            if not jobs.rearm(tx, held, due_at=now + duty.next_in(done)):
                raise ReplacedError(held.kind)
        if done:
            log.info("job.done", kind=held.kind, count=done)


class ReplacedError(Exception):
    """The lease ran out and another worker has the job: the transaction is undone."""


@contextlib.contextmanager
def _noted(step: str) -> Iterator[None]:
    """Let the clock go on after a refusal of the database; bugs are left to the scheduler's own log."""
    try:
        yield
    except AppError as refusal:
        log.warning("jobs.stopped", step=step, code=str(refusal.code))
