"""Rows that nobody needs any more and that no row of another table outlives: ended work, sites no longer asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, tuple_

from tracker.domain.jobs import ATTEMPTS_MOST, DUE
from tracker.store.tables.feeds import CookieJar, HostPause, RobotsFile
from tracker.store.tables.operations import Job, OutboxMessage

if TYPE_CHECKING:
    import datetime as dt

    from tracker.store.db import Tx

AT_ONCE = 5_000  # rows of a table in one transaction; the duty comes again soon where it found any


def purge_work(tx: Tx, *, before: dt.datetime) -> int:
    """Forget jobs that were ended or given up before an instant, and messages sent before it; so many at once.

    Standing jobs stay: one that was ended belongs to a source that is paused.
    """
    over = or_(Job.done_at < before, and_(Job.done_at.is_(None), Job.attempts >= ATTEMPTS_MOST, Job.due_at < before))
    jobs = _purge(tx, Job, (Job.job_id,), and_(Job.slot != DUE, over))
    return jobs + _purge(tx, OutboxMessage, (OutboxMessage.message_id,), OutboxMessage.sent_at < before)


def purge_sites(tx: Tx, *, before: dt.datetime, now: dt.datetime) -> int:
    """Forget pauses, cookies and robots.txt of sites that nobody asked since an instant; so many at once."""
    idle = and_(HostPause.next_at < before, or_(HostPause.lease_until.is_(None), HostPause.lease_until < now))
    return (
        _purge(tx, HostPause, (HostPause.host_key, HostPause.slot), idle)
        + _purge(tx, CookieJar, (CookieJar.host_key,), CookieJar.updated_at < before)
        + _purge(tx, RobotsFile, (RobotsFile.host_key,), RobotsFile.until < before)
    )


def _purge(tx: Tx, table: Any, key: tuple[Any, ...], over: ColumnElement[bool]) -> int:
    """Delete the first rows that are over, in the order of their key; still so when it is their turn."""
    first = select(*key).where(over).order_by(*key).limit(AT_ONCE)
    return tx.changed(delete(table).where(tuple_(*key).in_(first), over))
