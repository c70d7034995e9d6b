"""Targets of programmes: set, changed, removed, and read by whom they bind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text
from tracker.domain.programmes import Target, check_target
from tracker.domain.rights import Right
from tracker.domain.types import ProgrammeId, Role, TargetId
from tracker.services import programmes, scoped, topics
from tracker.services.paging import cut
from tracker.services.restating_registers import restate_binding, running
from tracker.store import audit
from tracker.store import targets as store
from tracker.store.targets import TargetFilter, TargetRow

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from tracker.domain.claims import ClaimKind
    from tracker.domain.periods import PeriodKind
    from tracker.domain.programmes import TargetWho
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx

__all__ = ["TargetRow"]  # its callers know the row, not the store

NO_ID = TargetId(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTarget:
    """A target to be set; `topics` by name, made on first use."""

    programme_id: int
    who: TargetWho
    what: ClaimKind
    minimum: int
    per: PeriodKind
    aim: int | None = None
    topics: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()


def create(tx: Tx, viewer: Viewer, new: NewTarget, *, now: dt.datetime, today: dt.date) -> TargetRow:
    """Set a target of a programme in one's scope."""
    programme = programmes.get_own(tx, viewer, new.programme_id, today=today)
    programmes.require_binding(tx, viewer, programme.programme_id, today=today)
    goal = Target(
        target_id=NO_ID,
        programme_id=ProgrammeId(programme.programme_id),
        who=new.who,
        what=new.what,
        minimum=new.minimum,
        per=new.per,
        aim=new.aim,
        slots=_slots(new.slots),
    )
    check_target(goal)
    made = store.add(tx, replace(goal, topic_ids=frozenset(topics.get_ids(tx, new.topics))), now=now)
    _note(tx, viewer, "target.create", made, now=now, programme_id=new.programme_id)
    row = get(tx, viewer, made, today=today)
    _restate(tx, viewer, None, row, now=now)
    return row


def get(tx: Tx, viewer: Viewer, target_id: int, *, today: dt.date) -> TargetRow:
    """Get a target that binds the viewer's scope; a member, one that asks something of them."""
    rights.require(Right.READ_OR_SELF, viewer)
    own = viewer.role is Role.MEMBER
    return scoped.get_found(store.find(tx, target_id, rights.scope_of(viewer, today), binding=True, own=own))


def get_own(tx: Tx, viewer: Viewer, target_id: int, *, today: dt.date) -> TargetRow:
    """Get a target that the viewer may change: of a programme in their scope."""
    rights.require(Right.OFFICER, viewer)
    return scoped.get_found(store.find(tx, target_id, rights.officer_scope(viewer, today), binding=False))


def list_page(
    tx: Tx,
    viewer: Viewer,
    *,
    programme_id: int | None,
    unit_id: int | None,
    after: int | None,
    limit: int,
    today: dt.date,
) -> tuple[list[TargetRow], int | None]:
    """List the targets that bind the viewer's scope; give also the last row's id where more follow."""
    rights.require(Right.READ_OR_SELF, viewer)
    scope = rights.scope_of(viewer, today)
    scoped.require_asked(tx, unit_id, scope)
    asked = TargetFilter(programme_id=programme_id, unit_id=unit_id, own=viewer.role is Role.MEMBER)
    rows = store.list_page(tx, scope, asked, after=after, limit=limit + 1)
    return cut(rows, limit, lambda row: row.target.target_id)


def change(
    tx: Tx, viewer: Viewer, current: TargetRow, changes: Mapping[str, Any], *, now: dt.datetime, today: dt.date
) -> TargetRow:
    """Change a target; `changes` holds the fields of NewTarget that are to be different, but for the programme.

    Whom it asks, per which period and in which slots stays once somebody was assigned it.
    """
    rights.require(Right.OFFICER, viewer)
    fields = dict(changes)
    if "slots" in fields:
        fields["slots"] = _slots(fields["slots"])
    named = fields.pop("topics", None)
    goal = replace(current.target, **fields)
    check_target(goal)
    if named is not None:
        goal = replace(goal, topic_ids=frozenset(topics.get_ids(tx, named)))
    fixed = (goal.who, goal.per, goal.slots) == (current.target.who, current.target.per, current.target.slots)
    if not fixed and store.is_assigned(tx, goal.target_id):
        raise AppError(Code.IN_USE, "somebody was already assigned this target")
    if not store.change(tx, goal, current.version):
        raise AppError(Code.ETAG_STALE)
    _note(tx, viewer, "target.change", goal.target_id, now=now, fields=sorted(changes))
    row = get(tx, viewer, goal.target_id, today=today)
    _restate(tx, viewer, current, row, now=now)
    return row


def remove(tx: Tx, viewer: Viewer, current: TargetRow, *, now: dt.datetime) -> None:
    """Remove a target that nobody was assigned."""
    rights.require(Right.OFFICER, viewer)
    if store.is_assigned(tx, current.target.target_id):
        raise AppError(Code.IN_USE, "somebody was already assigned this target")
    if not store.remove(tx, current.target.target_id, current.version):
        raise AppError(Code.ETAG_STALE)
    _note(tx, viewer, "target.remove", current.target.target_id, now=now, programme_id=current.target.programme_id)
    _restate(tx, viewer, current, None, now=now)


def _slots(slots: Sequence[str]) -> tuple[str, ...]:
    return tuple(clean_text(slot) for slot in slots)


def _restate(tx: Tx, viewer: Viewer, before: TargetRow | None, after: TargetRow | None, *, now: dt.datetime) -> None:
    """Tell the closed periods in which the target binds somebody."""
    row = after or before
    if row is None:
        raise AssertionError
    restate_binding(
        tx,
        viewer,
        f"target:{row.target.target_id}",
        [running(row.unit_id, row.from_on, row.until_on)],
        None if before is None else _told(before),
        None if after is None else _told(after),
        now=now,
    )


def _told(row: TargetRow) -> dict[str, Any]:
    goal = row.target
    return {
        "programme_id": goal.programme_id,
        "who": goal.who.value,
        "what": goal.what.value,
        "minimum": goal.minimum,
        "aim": goal.aim,
        "per": goal.per.value,
        "topics": list(row.topics),
        "slots": list(goal.slots),
    }


def _note(tx: Tx, viewer: Viewer, action: str, target_id: int, *, now: dt.datetime, **facts: Any) -> None:
    audit.record(tx, at=now, actor=viewer.account_id, action=action, subject=f"target:{target_id}", **facts)
