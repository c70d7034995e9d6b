"""Awards as stored. What they rest on stands in award_grounds.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select

from tracker.domain.awards import AwardState, AwardTotals, AwardWho
from tracker.domain.periods import Period
from tracker.store import register_rows
from tracker.store.scope import unit_asked, unit_in_scope
from tracker.store.tables.registers import Award

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.rights import Scope
    from tracker.domain.types import MemberId, UnitId
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRow:
    """An award of a unit or of a member."""

    award_id: int
    unit_id: UnitId
    period: Period
    who: AwardWho
    member_id: MemberId | None
    title: str
    state: AwardState
    decision: str | None
    decided_on: dt.date | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardFilter:
    """Which awards of a scope are asked for: of a unit and all below it, of a period or one inside it, in a state."""

    unit_id: int | None = None
    period: Period | None = None
    state: AwardState | None = None
    who: AwardWho | None = None


_OWN = (
    *(Award.award_id, Award.unit_id, Award.period, Award.who, Award.member_id, Award.title, Award.state),
    *(Award.decision, Award.decided_on, Award.version),
)


def add(tx: Tx, values: dict[str, Any]) -> int:
    """Add an award."""
    return register_rows.add(tx, Award.award_id, values)


def find(tx: Tx, award_id: int, scope: Scope) -> AwardRow | None:
    """Find an award of a scope."""
    row = tx.first(select(*_OWN).where(Award.award_id == award_id, unit_in_scope(Award.unit_id, scope)))
    return None if row is None else _row(row)


def list_page(tx: Tx, scope: Scope, asked: AwardFilter, *, after: int | None, limit: int | None) -> list[AwardRow]:
    """List awards in the order they were registered."""
    query = select(*_OWN).where(*_asked(scope, asked)).order_by(Award.award_id)
    if after is not None:
        query = query.where(Award.award_id > after)
    return [_row(row) for row in tx.all(query if limit is None else query.limit(limit))]


def tally(tx: Tx, scope: Scope, asked: AwardFilter) -> AwardTotals:
    """Count the collectives and individuals of all awards that are asked for."""
    query = select(Award.who, func.count().label("awards")).where(*_asked(scope, asked)).group_by(Award.who)
    counts = {row.who: row.awards for row in tx.all(query)}
    return AwardTotals(
        collective=counts.get(AwardWho.COLLECTIVE.value, 0), individual=counts.get(AwardWho.INDIVIDUAL.value, 0)
    )


def change(tx: Tx, award_id: int, version: int, values: dict[str, Any]) -> bool:
    """Change an award; False when someone else changed it meanwhile."""
    return register_rows.change(tx, Award.award_id, award_id, version, values)


def remove(tx: Tx, award_id: int, version: int) -> bool:
    """Remove an award; False when someone else changed it meanwhile."""
    return register_rows.remove(tx, Award.award_id, award_id, version)


def _asked(scope: Scope, asked: AwardFilter) -> list[ColumnElement[bool]]:
    wanted = [unit_asked(Award.unit_id, asked.unit_id, scope)]
    if asked.period is not None:
        wanted.append(register_rows.period_inside(Award.period, asked.period))
    if asked.state is not None:
        wanted.append(Award.state == asked.state.value)
    if asked.who is not None:
        wanted.append(Award.who == asked.who.value)
    return wanted


def _row(row: Any) -> AwardRow:
    told = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    told |= {"period": Period.parse(row.period), "who": AwardWho(row.who), "state": AwardState(row.state)}
    return AwardRow(**told)
