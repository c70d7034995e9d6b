"""Closed periods as claims meet them: what is closed on a day for a unit, and what changed afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tracker.store.scope import valid_on
from tracker.store.tables.organisation import UnitAncestry
from tracker.store.tables.periods import PeriodClose, Restatement

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.types import AccountId
    from tracker.store.db import Tx


CLOSING = "periods"  # who closes holds it alone, who changes claims shares it


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedRow:
    """One standing close that covers a unit and a day."""

    close_id: int
    period: str
    unit_id: int


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
