"""Closes as they are made and undone, and the rows they froze; what a close means for claims is read in closes.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select, tuple_, update

from tracker.domain.methods import MethodVersions
from tracker.domain.periods import Period
from tracker.domain.types import AccountId, UnitId
from tracker.store.closes import CLOSING
from tracker.store.scope import units_below, valid_on
from tracker.store.tables.organisation import UnitAncestry
from tracker.store.tables.periods import FrozenRow, PeriodClose, Restatement

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from tracker.store.db import Tx

BINDING = ("programme", "target", "directive")  # subjects that bind all units below theirs
KINDS_AT_ONCE = 5_000  # named in one statement

Frozen = tuple[str, int, Any]  # kind, position within the kind, payload


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRow:
    """One closing of one period of one unit; reopened ones stay as old versions."""

    close_id: int
    unit_id: UnitId
    period: str
    version: int
    method: MethodVersions
    cut_off_at: dt.datetime
    closed_at: dt.datetime
    closed_by: AccountId
    reopened_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RestatementRow:
    """What changed after a close."""

    restatement_id: int
    at: dt.datetime
    actor_id: AccountId
    subject: str
    before: Any
    after: Any
    reason: str | None


_COLUMNS = (
    PeriodClose.close_id,
    PeriodClose.unit_id,
    PeriodClose.period,
    PeriodClose.version,
    PeriodClose.method,
    PeriodClose.bot_list,
    PeriodClose.cut_off_at,
    PeriodClose.closed_at,
    PeriodClose.closed_by,
    PeriodClose.reopened_at,
)


def list_closed_above(tx: Tx, unit_id: int, day: dt.date) -> list[CloseRow]:
    """List the standing closes of a unit and of all that stood above it on a day."""
    query = select(*_COLUMNS).where(PeriodClose.unit_id.in_(_above(unit_id, day)), PeriodClose.reopened_at.is_(None))
    return [_close(row) for row in tx.all(query.order_by(PeriodClose.close_id))]


def list_latest(tx: Tx, unit_id: int, day: dt.date, *, after: tuple[str, int] | None, limit: int) -> list[CloseRow]:
    """List the latest version of each period ever closed for a unit or above it, latest period first.

    Pages follow (first day, close).
    """
    latest = (
        select(func.max(PeriodClose.close_id))
        .where(PeriodClose.unit_id.in_(_above(unit_id, day)))
        .group_by(PeriodClose.unit_id, PeriodClose.period)
    )
    order = (PeriodClose.start_on, PeriodClose.close_id)
    query = select(*_COLUMNS, PeriodClose.start_on).where(PeriodClose.close_id.in_(latest))
    query = query.order_by(*(column.desc() for column in order)).limit(limit)
    return [_close(row) for row in tx.all(query if after is None else query.where(tuple_(*order) < after))]


def find_standing(tx: Tx, unit_id: int, period: Period) -> CloseRow | None:
    """Find the standing close of exactly this unit and period, and hold it until the transaction ends."""
    query = select(*_COLUMNS).where(
        *(PeriodClose.unit_id == unit_id, PeriodClose.period == str(period)), PeriodClose.reopened_at.is_(None)
    )
    row = tx.first(query.with_for_update())
    return None if row is None else _close(row)


def lock(tx: Tx) -> None:
    """Wait until nobody else closes or reopens periods, or changes what a close would freeze (closes.hold)."""
    tx.lock(CLOSING)


def add(
    tx: Tx, unit_id: int, period: Period, method: MethodVersions, *, now: dt.datetime, actor: AccountId
) -> CloseRow:
    """Close a period of a unit, under its next version."""
    of_period = (PeriodClose.unit_id == unit_id, PeriodClose.period == str(period))
    last = tx.scalar(select(func.max(PeriodClose.version)).where(*of_period))
    row = {
        "unit_id": unit_id,
        "period": str(period),
        "start_on": period.start_on.isoformat(),
        "end_on": period.end_on.isoformat(),
        "version": (last or 0) + 1,
        "method": method.method,
        "bot_list": method.bot_list,
        "cut_off_at": now,
        "closed_at": now,
        "closed_by": actor,
    }
    return _close(tx.execute(tx.insert(PeriodClose).values(row).returning(*_COLUMNS)).one())


def reopen(tx: Tx, close_id: int, *, now: dt.datetime, actor: AccountId, reason: str) -> bool:
    """Undo a close; it stays as an old version. False when it was undone already."""
    at = update(PeriodClose).where(PeriodClose.close_id == close_id, PeriodClose.reopened_at.is_(None))
    return tx.changed(at.values(reopened_at=now, reopened_by=actor, reopen_reason=reason)) == 1


def freeze(tx: Tx, close_id: int, rows: Iterable[Frozen]) -> None:
    """Keep rows as they are at a close."""
    tx.insert_rows(
        FrozenRow,
        ({"close_id": close_id, "kind": kind, "position": n, "payload": payload} for kind, n, payload in rows),
    )


def list_frozen(tx: Tx, close_id: int, kinds: Sequence[str]) -> dict[str, list[tuple[int, Any]]]:
    """List the rows of a close of some kinds, each in order."""
    query = select(FrozenRow.kind, FrozenRow.position, FrozenRow.payload).where(FrozenRow.close_id == close_id)
    query = query.order_by(FrozenRow.kind, FrozenRow.position)
    found: dict[str, list[tuple[int, Any]]] = {}
    for start in range(0, len(kinds), KINDS_AT_ONCE):
        for row in tx.all(query.where(FrozenRow.kind.in_(kinds[start : start + KINDS_AT_ONCE]))):
            found.setdefault(row.kind, []).append((row.position, row.payload))
    return found


def list_restatements(
    tx: Tx, unit_id: int, period: Period, day: dt.date, *, after: int | None, limit: int
) -> list[RestatementRow]:
    """List what changed of a unit and all below it after the closes of a period, or of one that holds it, in order.

    What binds from above (a programme, a target) changes a unit too.
    """
    columns = (Restatement.restatement_id, Restatement.at, Restatement.actor_id, Restatement.subject)
    above, binds = _above(unit_id, day), or_(*(Restatement.subject.startswith(f"{sort}:") for sort in BINDING))
    query = select(*columns, Restatement.before, Restatement.after, Restatement.reason).where(
        Restatement.close_id.in_(_closes_holding(tx, unit_id, period, day)),
        or_(Restatement.unit_id.in_(units_below(unit_id, day)), and_(binds, Restatement.unit_id.in_(above))),
    )
    query = query.order_by(Restatement.restatement_id).limit(limit)
    rows = tx.all(query if after is None else query.where(Restatement.restatement_id > after))
    return [RestatementRow(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


def _closes_holding(tx: Tx, unit_id: int, period: Period, day: dt.date) -> list[int]:
    query = select(PeriodClose.close_id, PeriodClose.period).where(PeriodClose.unit_id.in_(_above(unit_id, day)))
    return [row.close_id for row in tx.all(query) if period.lies_in(Period.parse(row.period))]


def _above(unit_id: int, day: dt.date) -> Any:
    return select(UnitAncestry.ancestor_id).where(
        UnitAncestry.unit_id == unit_id, valid_on(UnitAncestry.valid_from, UnitAncestry.valid_to, day)
    )


def _close(row: Any) -> CloseRow:
    return CloseRow(
        close_id=row.close_id,
        unit_id=UnitId(row.unit_id),
        period=row.period,
        version=row.version,
        method=MethodVersions(method=row.method, bot_list=row.bot_list),
        cut_off_at=row.cut_off_at,
        closed_at=row.closed_at,
        closed_by=AccountId(row.closed_by),
        reopened_at=row.reopened_at,
    )
