"""Rows that nobody needs any more and that no row of another table outlives: ended work, sites no longer asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, or_, select

from tracker.domain.jobs import ATTEMPTS_MOST, DUE
from tracker.store.tables.feeds import CookieJar, HostPause, RobotsFile
from tracker.store.tables.operations import Job, OutboxMessage

if TYPE_CHECKING:
    import datetime as dt

    from tracker.store.db import Tx

AT_ONCE = 5_000


def purge_work(tx: Tx, *, before: dt.datetime) -> int:
    """Forget jobs that were ended or given up before an instant, and messages sent before it.

    Standing jobs stay: one that was ended belongs to a source that is paused.
    """
    over = or_(Job.done_at < before, and_(Job.done_at.is_(None), Job.attempts >= ATTEMPTS_MOST, Job.due_at < before))
    old = select(Job.job_id).where(Job.slot != DUE, over).order_by(Job.job_id).limit(AT_ONCE)
    jobs = tx.changed(delete(Job).where(Job.job_id.in_(old.scalar_subquery()), Job.slot != DUE, over))
    return jobs + tx.changed(delete(OutboxMessage).where(OutboxMessage.sent_at < before))


def purge_sites(tx: Tx, *, before: dt.datetime, now: dt.datetime) -> int:
    """Forget pauses, cookies and robots.txt of sites that nobody asked since an instant."""
    idle = (HostPause.next_at < before, or_(HostPause.lease_until.is_(None), HostPause.lease_until < now))
    return (
        tx.changed(delete(HostPause).where(*idle))
        + tx.changed(delete(CookieJar).where(CookieJar.updated_at < before))
        + tx.changed(delete(RobotsFile).where(RobotsFile.until < before))
    )
