"""The jobs table: enqueue, lease, heartbeat, end. One statement leases; what a job does stands elsewhere."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, any_, bindparam, delete, func, or_, select, update

from tracker.domain.jobs import ATTEMPTS_MOST, DUE, LEASE_S, JobLease
from tracker.domain.types import JobId
from tracker.store.tables.operations import Job

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import ColumnElement

    from tracker.store.db import Tx

_LEASED = (Job.job_id, Job.kind, Job.subject, Job.slot, Job.owner, Job.fence, Job.attempts, Job.payload)


def enqueue(
    tx: Tx, kind: str, subjects: Iterable[str], *, due_at: dt.datetime, slot: str = DUE, payload: Any = None
) -> None:
    """Add jobs that are not there yet; any number of clocks may do this at once."""
    rows = [{"kind": kind, "subject": s, "slot": slot, "due_at": due_at, "payload": payload} for s in subjects]
    if rows:
        tx.execute(tx.insert(Job).on_conflict_do_nothing(), rows)


def renew(tx: Tx, kind: str, subject: str, *, due_at: dt.datetime, slot: str, payload: Any = None) -> None:
    """Add a job; one that was ended begins once more, one that waits or runs goes on as it does."""
    row = {"kind": kind, "subject": subject, "slot": slot, "due_at": due_at, "payload": payload}
    again = _rearmed(due_at) | {"done_at": None, "payload": payload}
    ended, keys = Job.done_at.is_not(None), [Job.kind, Job.subject, Job.slot]
    tx.execute(tx.insert(Job).on_conflict_do_update(index_elements=keys, set_=again, where=ended), row)


def lease(
    tx: Tx,
    owner: str,
    *,
    kinds: Collection[str],
    now: dt.datetime,
    limit: int,
    where: ColumnElement[bool] | None = None,
) -> list[JobLease]:
    """Lease due jobs, the longest due first."""
    due = and_(Job.done_at.is_(None), Job.due_at <= now, Job.attempts < ATTEMPTS_MOST, Job.kind.in_(kinds), free(now))
    chosen = select(Job.job_id).where(due if where is None else and_(due, where)).order_by(Job.due_at, Job.job_id)
    return take(tx, owner, chosen.limit(limit), now=now)


def take(tx: Tx, owner: str, chosen: Any, *, now: dt.datetime) -> list[JobLease]:
    """Lease the jobs whose ids `chosen` selects, but for those that another holds."""
    ids = chosen.with_for_update(skip_locked=True).scalar_subquery()
    # As an array they are chosen once, and looked up by their ids: for a join PostgreSQL may read through all jobs.
    among = Job.job_id == any_(func.array(ids)) if tx.dialect == "postgresql" else Job.job_id.in_(ids)
    statement = update(Job).where(among, free(now))
    values = {
        "owner": owner,
        "lease_until": now + dt.timedelta(seconds=LEASE_S),
        "fence": Job.fence + 1,
        "attempts": Job.attempts + 1,
    }
    return [_lease(row) for row in tx.execute(statement.values(values).returning(*_LEASED))]


def free(now: dt.datetime) -> ColumnElement[bool]:
    """Nobody holds the job."""
    return or_(Job.lease_until.is_(None), Job.lease_until < now)


def hold(tx: Tx, owner: str, job_ids: Sequence[int], *, now: dt.datetime) -> int:
    """Prolong leases (a heartbeat); give how many are still held."""
    held = update(Job).where(Job.job_id.in_(job_ids), Job.owner == owner)
    return tx.changed(held.values(lease_until=now + dt.timedelta(seconds=LEASE_S)))


def list_held(tx: Tx, leases: Sequence[JobLease]) -> set[int]:
    """Tell which jobs are still these leases'; their rows are locked until the transaction ends."""
    query = select(Job.job_id, Job.owner, Job.fence).where(Job.job_id.in_([one.job_id for one in leases]))
    rows = {row.job_id: (row.owner, row.fence) for row in tx.all(query.with_for_update())}
    return {one.job_id for one in leases if rows.get(one.job_id) == (one.owner, one.fence)}


def finish(tx: Tx, held: JobLease, *, now: dt.datetime) -> bool:
    """End a job for good, with its result in the same transaction; False: we were replaced, the result is void."""
    return tx.changed(_still(held).values(done_at=now, owner=None, lease_until=None)) == 1


def rearm(tx: Tx, held: JobLease, *, due_at: dt.datetime) -> bool:
    """End this turn of a standing job and set the next; False: we were replaced, the result is void."""
    return tx.changed(_still(held).values(_rearmed(due_at))) == 1


def rearm_all(tx: Tx, turns: Sequence[tuple[int, dt.datetime]]) -> None:
    """Set the next turn of jobs that `list_held` found still held in this transaction."""
    if turns:
        statement = update(Job).where(Job.job_id == bindparam("at_job")).values(_rearmed(bindparam("next_due")))
        tx.execute(statement, [{"at_job": job_id, "next_due": due_at} for job_id, due_at in turns])


def give_back(tx: Tx, owner: str, leases: Sequence[JobLease], *, due_at: dt.datetime | None = None) -> None:
    """Let jobs go that were not begun: the attempt does not count. `due_at` puts them off."""
    if not leases:
        return
    mine = update(Job).where(Job.job_id.in_([one.job_id for one in leases]), Job.owner == owner)
    values: dict[str, Any] = {"owner": None, "lease_until": None, "attempts": Job.attempts - 1}
    tx.changed(mine.values(values if due_at is None else values | {"due_at": due_at}))


def record_failure(tx: Tx, held: JobLease, reason: str, *, due_at: dt.datetime) -> bool:
    """Note why a job failed and when it is tried again; its attempts stay counted."""
    values = {"owner": None, "lease_until": None, "failed_reason": reason, "due_at": due_at}
    return tx.changed(_still(held).values(values)) == 1


def try_again_aside(tx: Tx, *, before: dt.datetime, now: dt.datetime) -> int:
    """Let standing jobs that were set aside and have been due since `before` be tried again."""
    aside = and_(Job.attempts >= ATTEMPTS_MOST, Job.slot == DUE, Job.done_at.is_(None), Job.due_at < before, free(now))
    return tx.changed(update(Job).where(aside).values(attempts=0, due_at=now))


def set_standing(tx: Tx, kind: str, subject: str, *, due_at: dt.datetime | None) -> None:
    """Set when a standing job is due next, whoever holds it; None stops it. The fence of a run under way is broken."""
    values: dict[str, Any] = {
        "due_at": due_at or Job.due_at,
        "done_at": None if due_at is not None else func.coalesce(Job.done_at, Job.due_at),
        "owner": None,
        "lease_until": None,
        "fence": Job.fence + 1,
        "attempts": 0,
    }
    tx.changed(update(Job).where(Job.kind == kind, Job.subject == subject, Job.slot == DUE).values(values))


def remove(tx: Tx, kind: str, subject: str) -> None:
    """Forget all jobs of a kind for a subject; a run under way finds itself replaced."""
    tx.changed(delete(Job).where(Job.kind == kind, Job.subject == subject))


def _still(held: JobLease) -> Any:
    return update(Job).where(Job.job_id == held.job_id, Job.owner == held.owner, Job.fence == held.fence)


def _rearmed(due_at: Any) -> dict[str, Any]:
    return {"due_at": due_at, "owner": None, "lease_until": None, "attempts": 0, "failed_reason": None}


def _lease(row: Any) -> JobLease:
    return JobLease(
        job_id=JobId(row.job_id),
        kind=row.kind,
        subject=row.subject,
        slot=row.slot,
        owner=row.owner,
        fence=row.fence,
        attempts=row.attempts,
        payload=row.payload,
    )
