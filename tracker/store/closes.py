"""Closed periods as claims meet them: what is closed on a day for a unit, and what changed afterwards."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from tracker.store.scope import valid_on
from tracker.store.tables.organisation import UnitAncestry
from tracker.store.tables.periods import PeriodClose, Restatement
from tracker.store.units import chunks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.domain.types import AccountId
    from tracker.store.db import Tx


CLOSING = "periods"  # who closes holds it alone; who changes claims, members or units shares it


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedRow:
    """One standing close that covers a unit and a day."""

    close_id: int
    period: str
    unit_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingClose:
    """One standing close with its days [start_on, end_on)."""

    close_id: int
    unit_id: int
    start_on: dt.date
    end_on: dt.date

    def holds(self, day: dt.date) -> bool:
        """Say whether a local day lies in the closed period."""
        return self.start_on <= day < self.end_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """Who stood above a unit (or is it) on the days [valid_from, valid_to)."""

    ancestor_id: int
    valid_from: dt.date
    valid_to: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restated:
    """What changed after a close: in which unit, of what, from what to what."""

    close_id: int
    unit_id: int
    subject: str
    before: Any
    after: Any


def hold(tx: Tx) -> None:
    """Wait while a period is being closed; until the transaction ends, none is."""
    tx.lock_shared(CLOSING)


def list_closed(tx: Tx, unit_id: int, day: dt.date) -> list[ClosedRow]:
    """List the standing closes, of the unit or one above it on that day, whose period holds the day; longest last."""
    above = select(UnitAncestry.ancestor_id).where(
        UnitAncestry.unit_id == unit_id, valid_on(UnitAncestry.valid_from, UnitAncestry.valid_to, day)
    )
    query = select(PeriodClose.close_id, PeriodClose.period, PeriodClose.unit_id).where(
        *(PeriodClose.reopened_at.is_(None), PeriodClose.unit_id.in_(above)),
        *(PeriodClose.start_on <= day.isoformat(), PeriodClose.end_on > day.isoformat()),
    )
    rows = tx.all(query.order_by(PeriodClose.start_on.desc(), PeriodClose.end_on, PeriodClose.close_id))
    return [ClosedRow(close_id=r.close_id, period=r.period, unit_id=r.unit_id) for r in rows]


def restate(
    tx: Tx,
    close_ids: list[int],
    *,
    unit_id: int,
    at: dt.datetime,
    actor: AccountId,
    subject: str,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str | None,
) -> None:
    """Write what changed after these closes, one row each."""
    told = {"unit_id": unit_id, "at": at, "actor_id": actor, "subject": subject}
    told |= {"before": before, "after": after, "reason": reason}
    tx.insert_rows(Restatement, [told | {"close_id": c} for c in close_ids])


def list_standing(tx: Tx) -> list[StandingClose]:
    """List every standing close."""
    query = select(PeriodClose.close_id, PeriodClose.unit_id, PeriodClose.start_on, PeriodClose.end_on)
    rows = tx.all(query.where(PeriodClose.reopened_at.is_(None)).order_by(PeriodClose.close_id))
    return [
        StandingClose(
            close_id=r.close_id,
            unit_id=r.unit_id,
            start_on=dt.date.fromisoformat(r.start_on),
            end_on=dt.date.fromisoformat(r.end_on),
        )
        for r in rows
    ]


def list_around(tx: Tx, unit_id: int, from_on: dt.date, until_on: dt.date | None) -> list[tuple[StandingClose, bool]]:
    """List the standing closes, of a unit or one above or below it, that hold some of these days; True: of one below.

    `until_on` is not included; None: with no end.
    """
    above = and_(UnitAncestry.unit_id == unit_id, UnitAncestry.ancestor_id == PeriodClose.unit_id)
    below = and_(UnitAncestry.ancestor_id == unit_id, UnitAncestry.unit_id == PeriodClose.unit_id)
    columns = (PeriodClose.close_id, PeriodClose.unit_id, PeriodClose.start_on, PeriodClose.end_on)
    spans = (UnitAncestry.valid_from, UnitAncestry.valid_to, UnitAncestry.ancestor_id)
    query = select(*columns, *spans).join(UnitAncestry, or_(above, below))
    query = query.where(PeriodClose.reopened_at.is_(None), PeriodClose.end_on > from_on.isoformat())
    if until_on is not None:
        query = query.where(PeriodClose.start_on < until_on.isoformat())
    found: dict[int, tuple[StandingClose, bool]] = {}
    for row in tx.all(query.order_by(PeriodClose.close_id)):
        start_on, end_on = dt.date.fromisoformat(row.start_on), dt.date.fromisoformat(row.end_on)
        ends = [end for end in (end_on, until_on, row.valid_to) if end is not None]
        if max(start_on, from_on, row.valid_from) < min(ends):
            close = StandingClose(close_id=row.close_id, unit_id=row.unit_id, start_on=start_on, end_on=end_on)
            found[row.close_id] = close, row.ancestor_id == unit_id and row.unit_id != unit_id
    return list(found.values())


def list_above(tx: Tx, unit_ids: Iterable[int]) -> dict[int, list[Above]]:
    """List who ever stood above units, themselves included, by unit."""
    columns = (UnitAncestry.unit_id, UnitAncestry.ancestor_id, UnitAncestry.valid_from, UnitAncestry.valid_to)
    found: dict[int, list[Above]] = {}
    for ids in chunks(unit_ids):
        for row in tx.all(select(*columns).where(UnitAncestry.unit_id.in_(ids))):
            above = Above(ancestor_id=row.ancestor_id, valid_from=row.valid_from, valid_to=row.valid_to)
            found.setdefault(row.unit_id, []).append(above)
    return found


def record_restated(tx: Tx, rows: Iterable[Restated], *, at: dt.datetime, actor: AccountId, reason: str | None) -> None:
    """Write what one act changed in closed periods, in order."""
    told = {"at": at, "actor_id": actor, "reason": reason}
    tx.insert_rows(
        Restatement,
        (
            told
            | {
                "close_id": row.close_id,
                "unit_id": row.unit_id,
                "subject": row.subject,
                "before": row.before,
                "after": row.after,
            }
            for row in rows
        ),
    )
