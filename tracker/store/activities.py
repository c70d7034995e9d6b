"""Counted activities as stored, and their totals by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select

from tracker.domain.activities import ActivityTotal
from tracker.store import register_rows
from tracker.store.scope import unit_asked, unit_in_scope
from tracker.store.tables.registers import Activity

if TYPE_CHECKING:
    from tracker.domain.periods import Period
    from tracker.domain.rights import Scope
    from tracker.domain.types import ProgrammeId, UnitId
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRow:
    """An activity of a unit in a period; participants None: nobody said."""

    activity_id: int
    unit_id: UnitId
    name: str
    period: str
    activity_count: int
    participant_count: int | None
    programme_id: ProgrammeId | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFilter:
    """Which activities of a scope are asked for: of a unit and all below it, of a period or one inside it."""

    unit_id: int | None = None
    period: Period | None = None
    name: str | None = None


_OWN = (
    *(Activity.activity_id, Activity.unit_id, Activity.name, Activity.period, Activity.activity_count),
    *(Activity.participant_count, Activity.programme_id, Activity.version),
)


def add(tx: Tx, values: dict[str, Any]) -> int:
    """Add an activity."""
    return register_rows.add(tx, Activity.activity_id, values)


def find(tx: Tx, activity_id: int, scope: Scope) -> ActivityRow | None:
    """Find an activity of a scope."""
    query = select(*_OWN).where(Activity.activity_id == activity_id, unit_in_scope(Activity.unit_id, scope))
    row = tx.first(query)
    return None if row is None else ActivityRow(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def list_page(
    tx: Tx, scope: Scope, asked: ActivityFilter, *, after: int | None, limit: int | None
) -> list[ActivityRow]:
    """List activities in the order they were registered."""
    query = select(*_OWN).where(*_asked(scope, asked)).order_by(Activity.activity_id)
    if after is not None:
        query = query.where(Activity.activity_id > after)
    rows = tx.all(query if limit is None else query.limit(limit))
    return [ActivityRow(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


def tally(tx: Tx, scope: Scope, asked: ActivityFilter, *, limit: int) -> list[ActivityTotal]:
    """Sum activities by name, the most counted first; participants where anybody said how many."""
    counted = func.sum(Activity.activity_count).label("counted")
    took_part = func.sum(Activity.participant_count).label("took_part")
    query = select(Activity.name, counted, took_part).where(*_asked(scope, asked)).group_by(Activity.name)
    query = query.order_by(counted.desc(), Activity.name).limit(limit)
    return [
        ActivityTotal(
            name=row.name, count=int(row.counted), participants=None if row.took_part is None else int(row.took_part)
        )
        for row in tx.all(query)
    ]


def change(tx: Tx, activity_id: int, version: int, values: dict[str, Any]) -> bool:
    """Change an activity; False when someone else changed it meanwhile."""
    return register_rows.change(tx, Activity.activity_id, activity_id, version, values)


def remove(tx: Tx, activity_id: int, version: int) -> bool:
    """Remove an activity; False when someone else changed it meanwhile."""
    return register_rows.remove(tx, Activity.activity_id, activity_id, version)


def _asked(scope: Scope, asked: ActivityFilter) -> list[ColumnElement[bool]]:
    wanted = [unit_asked(Activity.unit_id, asked.unit_id, scope)]
    if asked.period is not None:
        wanted.append(register_rows.period_inside(Activity.period, asked.period))
    if asked.name is not None:
        wanted.append(Activity.name == asked.name)
    return wanted
