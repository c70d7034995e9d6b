"""Rows that nobody needs any more and that no row of another table outlives: ended work, sites no longer asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, tuple_

from tracker.domain.jobs import ATTEMPTS_MOST, DUE
from tracker.store.tables.feeds import CookieJar, HostPause, RobotsFile
from tracker.store.tables.operations import Job, OutboxMessage

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from tracker.store.db import Tx

AT_ONCE = 5_000  # rows in one transaction; the duty comes again soon after so many


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """Rows of a table that are over, and the columns of its key."""

    table: Any
    key: tuple[Any, ...]
    over: ColumnElement[bool]


def old_work(before: dt.datetime) -> list[Leftover]:
    """Name jobs that were ended or given up before an instant, and messages sent before it.

    Standing jobs stay: one that was ended belongs to a source that is paused.
    """
    over = or_(Job.done_at < before, and_(Job.done_at.is_(None), Job.attempts >= ATTEMPTS_MOST, Job.due_at < before))
    return [
        Leftover(table=Job, key=(Job.job_id,), over=and_(Job.slot != DUE, over)),
        Leftover(table=OutboxMessage, key=(OutboxMessage.message_id,), over=OutboxMessage.sent_at < before),
    ]


def old_sites(before: dt.datetime, now: dt.datetime) -> list[Leftover]:
    """Name pauses, cookies and robots.txt of sites that nobody asked since an instant."""
    idle = and_(HostPause.next_at < before, or_(HostPause.lease_until.is_(None), HostPause.lease_until < now))
    return [
        Leftover(table=HostPause, key=(HostPause.host_key, HostPause.slot), over=idle),
        Leftover(table=CookieJar, key=(CookieJar.host_key,), over=CookieJar.updated_at < before),
        Leftover(table=RobotsFile, key=(RobotsFile.host_key,), over=RobotsFile.until < before),
    ]


def purge(tx: Tx, leftovers: Iterable[Leftover]) -> int:
    """Remove what is left over, at most AT_ONCE rows altogether; give how many went."""
    count = 0
    for leftover in leftovers:
        count += _remove(tx, leftover, AT_ONCE - count)
    return count


def _remove(tx: Tx, leftover: Leftover, most: int) -> int:
    """Delete the first rows that are over, in the order of their key; still so when it is their turn."""
    table, key, over = leftover.table, leftover.key, leftover.over
    first = select(*key).where(over).order_by(*key).limit(most)
    return tx.changed(delete(table).where(tuple_(*key).in_(first), over))
