"""Assignments as stored: keyed by the member first, known outside by the key they began as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, func, select, tuple_, update

from tracker.domain.periods import Period
from tracker.domain.programmes import Assignment as Turn
from tracker.domain.programmes import AssignmentState
from tracker.domain.types import AccountId, MemberId, TargetId, TopicId, UnitId
from tracker.store.scope import owned_in_scope, units_below
from tracker.store.standings import Territory, of_people
from tracker.store.tables.feeds import Topic
from tracker.store.tables.organisation import Member
from tracker.store.tables.programmes import Assignment
from tracker.store.targets import GONE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from tracker.domain.rights import Scope
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentRow:
    """An assignment with the name of its member; `key` is its public id, whoever holds it now."""

    key: str
    number: int
    turn: Turn
    member_name: str
    unit_id: UnitId
    topic: str | None
    reason: str | None
    override_reason: str | None
    given_by: AccountId
    given_at: dt.datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentFilter:
    """Which assignments of a scope are asked for; `periods` names them all."""

    target_id: int | None = None
    member_id: int | None = None
    unit_id: int | None = None  # and all below it
    periods: Collection[str] | None = None
    state: AssignmentState | None = None


def find(tx: Tx, key: str, scope: Scope) -> AssignmentRow | None:
    """Find an assignment of a scope by its public id."""
    row = tx.first(_query(scope).where(Assignment.first_key == key))
    return None if row is None else _row(row)


def list_page(
    tx: Tx, scope: Scope, asked: AssignmentFilter, *, after: tuple[int, int] | None, limit: int
) -> list[AssignmentRow]:
    """List the assignments of a scope by member."""
    order = (Assignment.member_id, Assignment.number)
    query = _query(scope).where(*_asked(asked, scope)).order_by(*order).limit(limit)
    rows = tx.all(query if after is None else query.where(tuple_(*order) > after))
    return [_row(row) for row in rows]


def list_turns(tx: Tx, territory: Territory, target_ids: Collection[int]) -> list[Turn]:
    """List the assignments of targets to a territory's people, whenever."""
    if not target_ids:
        return []
    query = select(*_TURN).where(
        of_people(Assignment.member_id, territory), Assignment.target_id.in_(target_ids), Assignment.state != GONE
    )
    return [_turn(row) for row in tx.all(query.order_by(Assignment.given_at, Assignment.member_id, Assignment.number))]


def list_given(tx: Tx, target_id: int, unit_id: int, period: Period) -> list[Turn]:
    """List whom a unit has assigned a target in a period."""
    query = select(*_TURN).where(
        *(Assignment.target_id == target_id, Assignment.unit_id == unit_id, Assignment.period == str(period)),
        Assignment.state != GONE,
    )
    return [_turn(row) for row in tx.all(query.order_by(Assignment.given_at))]


def lock(tx: Tx, target_id: int, unit_id: int, period: Period) -> None:
    """Wait until nobody else assigns a unit's turn of a target in a period."""
    tx.lock("assignment", str(target_id), str(unit_id), str(period))


def add(tx: Tx, turn: Turn, values: dict[str, Any], *, key: str | None = None) -> str | None:
    """Add an assignment under the member's next number and give its public id; None when the number was taken."""
    last = tx.scalar(select(func.max(Assignment.number)).where(Assignment.member_id == turn.member_id))
    number = (last or 0) + 1
    row = values | {
        "member_id": turn.member_id,
        "number": number,
        "first_key": key or f"{turn.member_id}-{number}",
        "target_id": turn.target_id,
        "period": str(turn.period),
        "slot": turn.slot,
        "topic_id": turn.topic_id,
        "due_on": turn.due_on,
        "state": turn.state.value,
    }
    made: str | None = tx.scalar(
        tx.insert(Assignment).values(row).on_conflict_do_nothing().returning(Assignment.first_key)
    )
    return made


def change(tx: Tx, row: AssignmentRow, **values: Any) -> bool:
    """Change an assignment; False when someone else changed it meanwhile."""
    at = update(Assignment).where(*_is(row), Assignment.version == row.version, Assignment.state != GONE)
    return tx.changed(at.values(version=row.version + 1, **values)) == 1


_TURN = (
    *(Assignment.target_id, Assignment.member_id, Assignment.period, Assignment.slot, Assignment.topic_id),
    *(Assignment.due_on, Assignment.state),
)
_OWN = (
    *(Assignment.number, Assignment.first_key, Assignment.unit_id, Assignment.reason, Assignment.override_reason),
    *(Assignment.given_by, Assignment.given_at, Assignment.version),
)


def _is(row: AssignmentRow) -> tuple[ColumnElement[bool], ...]:
    return Assignment.member_id == row.turn.member_id, Assignment.number == row.number


def _query(scope: Scope) -> Any:
    names = (Member.full_name, Member.erased_at, Topic.name.label("topic"))
    return (
        select(*_TURN, *_OWN, *names)
        .join(Member, Member.member_id == Assignment.member_id)
        .outerjoin(Topic, Topic.topic_id == Assignment.topic_id)
        .where(and_(owned_in_scope(Assignment.unit_id, Assignment.member_id, scope), Assignment.state != GONE))
    )


def _asked(asked: AssignmentFilter, scope: Scope) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if asked.target_id is not None:
        wanted.append(Assignment.target_id == asked.target_id)
    if asked.member_id is not None:
        wanted.append(Assignment.member_id == asked.member_id)
    if asked.unit_id is not None:
        wanted.append(Assignment.unit_id.in_(units_below(asked.unit_id, scope.on)))
    if asked.periods is not None:
        wanted.append(Assignment.period.in_(asked.periods))
    if asked.state is not None:
        wanted.append(Assignment.state == asked.state.value)
    return wanted


def _turn(row: Any) -> Turn:
    return Turn(
        target_id=TargetId(row.target_id),
        member_id=MemberId(row.member_id),
        period=Period.parse(row.period),
        slot=row.slot,
        topic_id=None if row.topic_id is None else TopicId(row.topic_id),
        due_on=row.due_on,
        state=AssignmentState(row.state),
    )


def _row(row: Any) -> AssignmentRow:
    return AssignmentRow(
        key=row.first_key,
        number=row.number,
        turn=_turn(row),
        member_name="" if row.erased_at else row.full_name,
        unit_id=UnitId(row.unit_id),
        topic=row.topic,
        reason=row.reason,
        override_reason=row.override_reason,
        given_by=AccountId(row.given_by),
        given_at=row.given_at,
        version=row.version,
    )
