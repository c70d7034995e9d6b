"""Closing and reopening periods: what is closed is printed from its frozen rows, what changes later is restated.

What a close means for a claim stands in closes.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text
from tracker.domain.organisation import deciding_day
from tracker.domain.periods import Period
from tracker.domain.rights import Right
from tracker.domain.types import UnitId
from tracker.services import freezing, registers, scoped
from tracker.services.asked import Asked, get_unit
from tracker.services.ledgers import find_close, read_live
from tracker.services.paging import cut
from tracker.store import audit
from tracker.store import freezes as store
from tracker.store.freezes import CloseRow, RestatementRow

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.methods import MethodVersions
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx


__all__ = ["CloseRow", "RestatementRow"]  # its callers know the rows, not the store


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """The close that was undone, and when."""

    close: CloseRow
    at: dt.datetime


def close_period(
    tx: Tx,
    viewer: Viewer,
    unit_id: int,
    period: Period,
    *,
    method: MethodVersions,
    now: dt.datetime,
    today: dt.date,
) -> CloseRow:
    """Close a period that is over, for a unit and all below it: its rows are frozen as they are now.

    What is frozen is of one moment, after everybody who was changing it; who changes it later restates.
    """
    unit = _get_unit(tx, viewer, unit_id, today)
    if today < period.closable_on:
        raise AppError(Code.PERIOD_RUNNING, f"{period} can be closed from {period.closable_on} on", period=str(period))
    store.lock(tx)
    asked = Asked(unit_id=unit)
    standing = find_close(tx, asked, period, today=today)
    if standing is not None:
        raise AppError(Code.PERIOD_CLOSED, f"{standing.period} is closed", period=standing.period)
    with tx.snapshot() as still:
        ledger = read_live(still, asked, period, now=now, today=today, figures=True, whole=True)
        registered = registers.read_live(still, unit, period)
    made = store.add(tx, unit, period, method, now=now, actor=viewer.account_id)
    freezing.freeze(tx, made, replace(ledger, names={**registered.names, **ledger.names}))
    registers.freeze(tx, made, registered)
    _note(tx, viewer, "period.close", made, period, now)
    return made


def reopen_period(
    tx: Tx, viewer: Viewer, unit_id: int, period: Period, *, reason: str, now: dt.datetime, today: dt.date
) -> Reopened:
    """Reopen a closed period of a unit with a reason; the closed version stays."""
    unit = _get_unit(tx, viewer, unit_id, today)
    words = clean_text(reason)
    if not words:
        raise AppError(Code.REASON_MISSING, "reopening needs a reason")
    store.lock(tx)
    standing = store.find_standing(tx, unit, period)
    if standing is None or not store.reopen(tx, standing.close_id, now=now, actor=viewer.account_id, reason=words):
        raise AppError(Code.PERIOD_OPEN, f"{period} is not closed for this unit", period=str(period))
    _note(tx, viewer, "period.reopen", standing, period, now)
    return Reopened(close=standing, at=now)


def list_page(
    tx: Tx, viewer: Viewer, unit_id: int | None, *, after: tuple[str, int] | None, limit: int, today: dt.date
) -> tuple[list[CloseRow], tuple[str, int] | None]:
    """List the periods ever closed for a unit, by itself or by one above it, each in its latest version, latest first.

    Gives also the mark of the last row where more follow.
    """
    rights.require(Right.READ, viewer)
    unit = get_unit(tx, viewer, unit_id, Period.parse(today.isoformat()), today=today)
    rows = store.list_latest(tx, unit, today, after=after, limit=limit + 1)
    return cut(rows, limit, lambda row: (Period.parse(row.period).start_on.isoformat(), row.close_id))


def list_restatements(
    tx: Tx, viewer: Viewer, unit_id: int | None, period: Period, *, after: int | None, limit: int, today: dt.date
) -> tuple[list[RestatementRow], int | None]:
    """List what changed after a period was closed for a unit (also by a close that holds it); and the last id."""
    rights.require(Right.READ, viewer)
    unit = get_unit(tx, viewer, unit_id, period, today=today)
    day = deciding_day(period, today)
    rows = store.list_restatements(tx, unit, period, day, after=after, limit=limit + 1)
    return cut(rows, limit, lambda row: row.restatement_id)


def _get_unit(tx: Tx, viewer: Viewer, unit_id: int, today: dt.date) -> UnitId:
    rights.require(Right.OFFICER, viewer)
    scoped.require_unit(tx, unit_id, rights.officer_scope(viewer, today))
    return UnitId(unit_id)


def _note(tx: Tx, viewer: Viewer, action: str, close: CloseRow, period: Period, now: dt.datetime) -> None:
    audit.record(
        tx,
        at=now,
        actor=viewer.account_id,
        action=action,
        subject=f"unit:{close.unit_id}",
        period=str(period),
        version=close.version,
        close_id=close.close_id,
    )
