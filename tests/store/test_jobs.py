"""Leases: no job twice, no late word from a worker that was replaced, none tried for ever."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING

from sqlalchemy import select

from tests.make import NOW
from tracker.domain.jobs import ATTEMPTS_MOST, LEASE_S
from tracker.store import jobs
from tracker.store.tables.operations import Job

if TYPE_CHECKING:
    from tracker.domain.jobs import JobLease
    from tracker.store.db import Database

KIND = "test"
LATER = NOW + dt.timedelta(seconds=LEASE_S + 1)


def enqueue(db: Database, *subjects: str, due_at: dt.datetime = NOW) -> None:
    with db.write() as tx:
        jobs.enqueue(tx, KIND, subjects, due_at=due_at)


def lease(db: Database, owner: str = "me", *, now: dt.datetime = NOW, limit: int = 1) -> list[JobLease]:
    return db.write_retrying(lambda tx: jobs.lease(tx, owner, kinds=(KIND,), now=now, limit=limit))


def test_a_job_enqueued_by_several_clocks_stands_once(db: Database) -> None:
    for _ in range(3):
        enqueue(db, "a")
    with db.read() as tx:
        assert len(tx.all(select(Job.job_id))) == 1


def test_a_job_is_leased_when_due_and_by_one_worker_only(db: Database) -> None:
    enqueue(db, "now")
    enqueue(db, "later", due_at=LATER)
    assert [one.subject for one in lease(db, limit=5)] == ["now"]
    assert lease(db, "other", limit=5) == []


def test_workers_at_once_lease_every_job_exactly_once(db: Database) -> None:
    enqueue(db, *(str(n) for n in range(120)))
    got: list[str] = []

    def work(owner: str) -> None:
        while found := lease(db, owner, limit=5):
            got.extend(one.subject for one in found)

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got, key=int) == [str(n) for n in range(120)]


def test_a_worker_that_was_replaced_can_no_longer_end_the_job(db: Database) -> None:
    enqueue(db, "a")
    (late,) = lease(db, "late")
    (fresh,) = lease(db, "fresh", now=LATER)
    assert fresh.fence == late.fence + 1
    with db.write() as tx:
        assert jobs.list_held(tx, [late, fresh]) == {fresh.job_id}
        assert not jobs.finish(tx, late, now=LATER)
        assert not jobs.rearm(tx, late, due_at=LATER)
        assert jobs.finish(tx, fresh, now=LATER)
    assert lease(db, now=LATER + dt.timedelta(days=9)) == []


def test_a_heartbeat_keeps_a_lease(db: Database) -> None:
    enqueue(db, "a")
    (held,) = lease(db)
    with db.write() as tx:
        assert jobs.hold(tx, "me", [held.job_id], now=NOW + dt.timedelta(seconds=LEASE_S // 3)) == 1
        assert jobs.hold(tx, "other", [held.job_id], now=NOW) == 0
    assert lease(db, "other", now=LATER) == []


def test_a_standing_job_comes_again_and_its_fence_goes_on(db: Database) -> None:
    enqueue(db, "a")
    (held,) = lease(db)
    with db.write() as tx:
        assert jobs.rearm(tx, held, due_at=LATER)
    assert lease(db) == []
    (again,) = lease(db, now=LATER)
    assert (again.fence, again.attempts) == (2, 1)


def test_a_job_that_never_ends_is_set_aside_and_a_standing_one_tried_again_after_a_day(db: Database) -> None:
    enqueue(db, "a")
    now = NOW
    for _ in range(ATTEMPTS_MOST):
        assert len(lease(db, now=now)) == 1
        now += dt.timedelta(seconds=LEASE_S + 1)
    assert lease(db, now=now) == []
    with db.write() as tx:
        assert jobs.try_again_aside(tx, before=NOW - dt.timedelta(days=1), now=now) == 0
        assert jobs.try_again_aside(tx, before=now, now=now) == 1
    assert len(lease(db, now=now)) == 1


def test_a_job_given_back_counts_no_attempt(db: Database) -> None:
    enqueue(db, "a")
    for _ in range(ATTEMPTS_MOST + 2):
        held = lease(db)
        with db.write() as tx:
            jobs.give_back(tx, "me", held)
    (last,) = lease(db)
    assert last.attempts == 1


def test_stopping_a_standing_job_breaks_the_fence_of_a_run_under_way(db: Database) -> None:
    enqueue(db, "a")
    (held,) = lease(db)
    with db.write() as tx:
        jobs.set_standing(tx, KIND, "a", due_at=None)
        assert jobs.list_held(tx, [held]) == set()
    assert lease(db, now=LATER) == []
    with db.write() as tx:
        jobs.set_standing(tx, KIND, "a", due_at=NOW)
    assert len(lease(db)) == 1


def test_a_failure_is_noted_and_tried_later(db: Database) -> None:
    enqueue(db, "a")
    (held,) = lease(db)
    with db.write() as tx:
        assert jobs.record_failure(tx, held, "ValueError", due_at=LATER)
    assert lease(db) == []
    assert lease(db, now=LATER)[0].attempts == 2


def test_removed_jobs_leave_a_late_worker_with_nothing(db: Database) -> None:
    enqueue(db, "a")
    (held,) = lease(db)
    with db.write() as tx:
        jobs.remove(tx, KIND, "a")
        assert not jobs.rearm(tx, held, due_at=LATER)
