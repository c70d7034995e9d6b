"""Awards as stored, and what they rest on: counted claims of their days, programmes that ran then."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, func, select

from tracker.domain.awards import AwardState, AwardTotals, AwardWho
from tracker.domain.periods import Period
from tracker.domain.types import ClaimId, MemberId, ProgrammeId, UnitId
from tracker.store import register_rows
from tracker.store.scope import unit_asked, unit_in_scope, valid_on
from tracker.store.tables.claims import ClaimCredit, counted_claims
from tracker.store.tables.organisation import UnitAncestry
from tracker.store.tables.programmes import Programme
from tracker.store.tables.registers import Award

if TYPE_CHECKING:
    from collections.abc import Collection

    from tracker.domain.rights import Scope
    from tracker.store.db import Tx

C = counted_claims.c


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A programme and the days on which it ran below a unit, [start_on, end_on)."""

    programme_id: ProgrammeId
    start_on: dt.date
    end_on: dt.date

    def runs_in(self, period: Period) -> bool:
        """Say whether it ran on some day of a period."""
        return max(self.start_on, period.start_on) < min(self.end_on, period.end_on)


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


def list_member_claims(
    tx: Tx, member_ids: Collection[int], start_on: dt.date, end_on: dt.date
) -> dict[int, list[tuple[dt.date, ClaimId]]]:
    """List the counted claims credited to members, co-authored ones too, in some days; in the order of days."""
    query = (
        select(ClaimCredit.member_id.label("whose"), C.member_id, C.number, C.happened_on)
        .join(counted_claims, and_(C.member_id == ClaimCredit.owner_id, C.number == ClaimCredit.number))
        .where(ClaimCredit.member_id.in_(set(member_ids)), C.happened_on >= start_on, C.happened_on < end_on)
        .order_by(C.happened_on, C.member_id, C.number)
    )
    return _gathered(tx.all(query)) if member_ids else {}


def list_unit_claims(
    tx: Tx, unit_ids: Collection[int], start_on: dt.date, end_on: dt.date
) -> dict[int, list[tuple[dt.date, ClaimId]]]:
    """List the counted claims of units and of all that stood below them on each claim's day."""
    here = and_(
        UnitAncestry.unit_id == C.unit_id, valid_on(UnitAncestry.valid_from, UnitAncestry.valid_to, C.happened_on)
    )
    query = (
        select(UnitAncestry.ancestor_id.label("whose"), C.member_id, C.number, C.happened_on)
        .select_from(counted_claims.join(UnitAncestry.__table__, here))
        .where(UnitAncestry.ancestor_id.in_(set(unit_ids)), C.happened_on >= start_on, C.happened_on < end_on)
        .order_by(C.happened_on, C.member_id, C.number)
    )
    return _gathered(tx.all(query)) if unit_ids else {}


def list_unit_programmes(tx: Tx, unit_ids: Collection[int]) -> dict[int, list[Ran]]:
    """List the programmes of units and of all below them, with the days on which they ran there."""
    if not unit_ids:
        return {}
    query = (
        select(
            UnitAncestry.ancestor_id,
            UnitAncestry.valid_from,
            UnitAncestry.valid_to,
            *(Programme.programme_id, Programme.from_on, Programme.until_on),
        )
        .join(Programme, Programme.unit_id == UnitAncestry.unit_id)
        .where(UnitAncestry.ancestor_id.in_(set(unit_ids)))
        .order_by(Programme.programme_id, UnitAncestry.valid_from)
    )
    found: dict[int, list[Ran]] = defaultdict(list)
    for row in tx.all(query):
        until = dt.date.max if row.until_on is None else row.until_on + dt.timedelta(days=1)
        found[row.ancestor_id].append(
            Ran(
                programme_id=ProgrammeId(row.programme_id),
                start_on=max(row.valid_from, row.from_on or dt.date.min),
                end_on=min(row.valid_to or dt.date.max, until),
            )
        )
    return found


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


def _gathered(rows: Any) -> dict[int, list[tuple[dt.date, ClaimId]]]:
    found: dict[int, list[tuple[dt.date, ClaimId]]] = defaultdict(list)
    for row in rows:
        found[row.whose].append((row.happened_on, ClaimId(MemberId(row.member_id), row.number)))
    return found
