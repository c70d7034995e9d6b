"""Targets as stored, with their topics and slots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, or_, select, update

from tracker.domain.claims import ClaimKind
from tracker.domain.periods import PeriodKind
from tracker.domain.programmes import Target as Goal
from tracker.domain.programmes import TargetWho
from tracker.domain.types import ProgrammeId, TargetId, TopicId, UnitId
from tracker.store import register_rows
from tracker.store.programmes import reads
from tracker.store.scope import unit_in_scope, units_below
from tracker.store.tables.feeds import Topic
from tracker.store.tables.programmes import Assignment, Programme, Target, TargetSlot, TargetTopic

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Sequence

    from tracker.domain.rights import Scope
    from tracker.store.db import Tx

GONE = "gone"  # an assignment given on to another member, or taken back


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetRow:
    """A target with its programme's unit and days, and its topics by name."""

    target: Goal
    programme_name: str
    unit_id: UnitId
    from_on: dt.date | None
    until_on: dt.date | None
    topics: tuple[str, ...]
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFilter:
    """Which targets of a scope are asked for; `own` leaves a member the targets that ask something of them."""

    programme_id: int | None = None
    unit_id: int | None = None
    own: bool = False


_OWN = (
    *(Target.target_id, Target.programme_id, Target.who, Target.what, Target.minimum, Target.aim, Target.per),
    Target.version,
)
_PROGRAMME = (Programme.unit_id, Programme.name, Programme.from_on, Programme.until_on)


def add(tx: Tx, goal: Goal, *, now: dt.datetime) -> TargetId:
    """Add a target; the id it is handed in with says nothing."""
    row = _values(goal) | {"programme_id": goal.programme_id, "created_at": now}
    made: int = tx.scalar(tx.insert(Target).values(row).returning(Target.target_id))
    _set_topics(tx, made, goal.topic_ids)
    _set_slots(tx, made, goal.slots)
    return TargetId(made)


def find(tx: Tx, target_id: int, scope: Scope, *, binding: bool, own: bool = False) -> TargetRow | None:
    """Find a target of a scope; `binding`: also one of a unit above, which binds it."""
    allowed = reads(Programme.unit_id, scope) if binding else unit_in_scope(Programme.unit_id, scope)
    query = _query().where(Target.target_id == target_id, allowed)
    rows = _rows(tx, query.where(_asks(scope)) if own else query)
    return rows[0] if rows else None


def list_page(tx: Tx, scope: Scope, asked: TargetFilter, *, after: int | None, limit: int) -> list[TargetRow]:
    """List the targets that bind a scope, in the order they were set."""
    query = _query().where(reads(Programme.unit_id, scope)).order_by(Target.target_id).limit(limit)
    if asked.programme_id is not None:
        query = query.where(Target.programme_id == asked.programme_id)
    if asked.unit_id is not None:
        query = query.where(Programme.unit_id.in_(units_below(asked.unit_id, scope.on)))
    if asked.own:
        query = query.where(_asks(scope))
    return _rows(tx, query if after is None else query.where(Target.target_id > after))


def list_of(tx: Tx, programme_ids: Collection[int]) -> list[Goal]:
    """List the targets of programmes, in the order they were set."""
    if not programme_ids:
        return []
    query = _query().where(Target.programme_id.in_(list(programme_ids))).order_by(Target.target_id)
    return [row.target for row in _rows(tx, query)]


def change(tx: Tx, goal: Goal, version: int) -> bool:
    """Put a target in place of what it was; False when someone else changed it meanwhile."""
    at = update(Target).where(Target.target_id == goal.target_id, Target.version == version)
    if tx.changed(at.values(version=version + 1, **_values(goal))) != 1:
        return False
    _set_topics(tx, goal.target_id, goal.topic_ids)
    _set_slots(tx, goal.target_id, goal.slots)
    return True


def remove(tx: Tx, target_id: int, version: int) -> bool:
    """Remove a target; False when someone else changed it meanwhile."""
    _set_topics(tx, target_id, ())
    _set_slots(tx, target_id, ())
    return tx.changed(delete(Target).where(Target.target_id == target_id, Target.version == version)) == 1


def hold(tx: Tx, target_id: int) -> bool:
    """Keep a target from being removed until the transaction ends; False where it is gone."""
    return register_rows.hold(tx, Target.target_id, [target_id]) == 1


def is_assigned(tx: Tx, target_id: int) -> bool:
    """Tell whether somebody was assigned a target; nobody is until the transaction ends."""
    register_rows.seize(tx, Target.target_id, target_id)
    return bool(tx.scalar(select(exists().where(Assignment.target_id == target_id))))


def _asks(scope: Scope) -> Any:
    """The target asks something of the scope's member: of every member, or of this one by an assignment."""
    given = select(Assignment.target_id).where(Assignment.member_id == scope.member_id, Assignment.state != GONE)
    return or_(Target.who != TargetWho.ASSIGNED.value, Target.target_id.in_(given))


def _query() -> Any:
    return select(*_OWN, *_PROGRAMME).join(Programme, Programme.programme_id == Target.programme_id)


def _rows(tx: Tx, query: Any) -> list[TargetRow]:
    rows = tx.all(query)
    ids = [row.target_id for row in rows]
    if not ids:
        return []
    of_target = select(TargetTopic.target_id, TargetTopic.topic_id, Topic.name).join(
        Topic, Topic.topic_id == TargetTopic.topic_id
    )
    topics: dict[int, list[Any]] = {}
    for found in tx.all(of_target.where(TargetTopic.target_id.in_(ids)).order_by(Topic.name_folded)):
        topics.setdefault(found.target_id, []).append(found)
    parts = select(TargetSlot.target_id, TargetSlot.slot).where(TargetSlot.target_id.in_(ids))
    slots: dict[int, list[str]] = {}
    for found in tx.all(parts.order_by(TargetSlot.target_id, TargetSlot.position)):
        slots.setdefault(found.target_id, []).append(found.slot)
    return [_row(row, topics.get(row.target_id, ()), slots.get(row.target_id, ())) for row in rows]


def _row(row: Any, topics: Sequence[Any], slots: Sequence[str]) -> TargetRow:
    return TargetRow(
        target=Goal(
            target_id=TargetId(row.target_id),
            programme_id=ProgrammeId(row.programme_id),
            who=TargetWho(row.who),
            what=ClaimKind(row.what),
            minimum=row.minimum,
            per=PeriodKind(row.per),
            aim=row.aim,
            topic_ids=frozenset(TopicId(t.topic_id) for t in topics),
            slots=tuple(slots),
        ),
        programme_name=row.name,
        unit_id=UnitId(row.unit_id),
        from_on=row.from_on,
        until_on=row.until_on,
        topics=tuple(t.name for t in topics),
        version=row.version,
    )


def _values(goal: Goal) -> dict[str, Any]:
    return {
        "who": goal.who.value,
        "what": goal.what.value,
        "minimum": goal.minimum,
        "aim": goal.aim,
        "per": goal.per.value,
    }


def _set_topics(tx: Tx, target_id: int, topic_ids: Iterable[int]) -> None:
    tx.execute(delete(TargetTopic).where(TargetTopic.target_id == target_id))
    tx.insert_rows(TargetTopic, [{"target_id": target_id, "topic_id": t} for t in sorted(set(topic_ids))])


def _set_slots(tx: Tx, target_id: int, slots: Sequence[str]) -> None:
    tx.execute(delete(TargetSlot).where(TargetSlot.target_id == target_id))
    tx.insert_rows(TargetSlot, [{"target_id": target_id, "position": n, "slot": s} for n, s in enumerate(slots)])
