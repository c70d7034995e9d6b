"""Assignments: giving a member a turn, swapping, excusing, taking back; and who should have the next turn."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text
from tracker.domain.organisation import deciding_day, standing, unit_on
from tracker.domain.periods import Period, PeriodKind, periods_inside
from tracker.domain.programmes import (
    Assignment,
    AssignmentState,
    Candidate,
    check_assignment,
    check_not_given,
    own_periods,
    suggest,
)
from tracker.domain.rights import Right
from tracker.domain.types import MemberId, UnitId
from tracker.services import closes, office_rules, scoped, topics
from tracker.services.paging import cut
from tracker.store import assignments as store
from tracker.store import audit, members, standings
from tracker.store import targets as target_store
from tracker.store.assignments import AssignmentFilter, AssignmentRow
from tracker.store.standings import Territory

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.rights import Scope
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx
    from tracker.store.targets import TargetRow

__all__ = ["AssignmentRow"]  # its callers know the row, not the store

LONGEST_DAYS = 400  # of a period inside which assignments of single days and weeks are still looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssignment:
    """A turn to be given; `override` is the reason for a second one where the target asks for one."""

    target_id: int
    member_id: int
    period: Period
    topic: str | None = None
    slot: str | None = None
    due_on: dt.date | None = None
    override: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Somebody who might have the next turn, with the name."""

    candidate: Candidate
    full_name: str
    unit_id: UnitId


def create(tx: Tx, viewer: Viewer, new: NewAssignment, *, now: dt.datetime, today: dt.date) -> AssignmentRow:
    """Give a member of one's scope a turn of a target that binds them."""
    rights.require(Right.OFFICER, viewer)
    scope = rights.officer_scope(viewer, today)
    target = _hold_target(tx, new.target_id, scope)
    turn = Assignment(
        target_id=target.target.target_id,
        member_id=_get_member(tx, new.member_id, new.period, scope, today),
        period=new.period,
        slot=clean_text(new.slot) if new.slot else None,
        topic_id=topics.get_ids(tx, [new.topic])[0] if new.topic else None,
        due_on=new.due_on,
    )
    check_assignment(target.target, turn)
    if not own_periods(target.target, new.period, from_on=target.from_on, until_on=target.until_on):
        raise AppError(Code.FIELD_INVALID, "the programme does not run in this period", field="period")
    unit_id = _unit_of(tx, turn, target, today)
    override = clean_text(new.override or "") or None
    store.lock(tx, turn.target_id, unit_id, turn.period)
    check_not_given(turn, store.list_given(tx, turn.target_id, unit_id, turn.period), override=override is not None)
    values = {"unit_id": unit_id, "override_reason": override, "given_by": viewer.account_id, "given_at": now}
    key = _add(tx, turn, values)
    made = _get(tx, key, scope)
    _note(tx, viewer, "assignment.create", made, before=None, now=now)
    return made


def get(tx: Tx, viewer: Viewer, key: str, *, today: dt.date) -> AssignmentRow:
    """Get an assignment of one's scope, or one's own."""
    rights.require(Right.READ_OR_SELF, viewer)
    return _get(tx, key, rights.scope_of(viewer, today))


def get_own(tx: Tx, viewer: Viewer, key: str, *, today: dt.date) -> AssignmentRow:
    """Get an assignment that the viewer may change."""
    rights.require(Right.OFFICER, viewer)
    return _get(tx, key, rights.officer_scope(viewer, today))


def list_page(
    tx: Tx,
    viewer: Viewer,
    *,
    target_id: int | None = None,
    member_id: int | None = None,
    unit_id: int | None = None,
    period: Period | None = None,
    state: AssignmentState | None = None,
    after: tuple[int, int] | None,
    limit: int,
    today: dt.date,
) -> tuple[list[AssignmentRow], tuple[int, int] | None]:
    """List assignments of one's scope and one's own; give also the last row's key where more follow.

    A period finds those of all periods inside it, or else those that hold it.
    """
    rights.require(Right.READ_OR_SELF, viewer)
    scope = rights.scope_of(viewer, today)
    scoped.require_asked(tx, unit_id, scope)
    asked = AssignmentFilter(
        target_id=target_id,
        member_id=member_id,
        unit_id=unit_id,
        periods=None if period is None else _periods(period),
        state=state,
    )
    rows = store.list_page(tx, scope, asked, after=after, limit=limit + 1)
    return cut(rows, limit, lambda row: (row.turn.member_id, row.number))


def change(
    tx: Tx,
    viewer: Viewer,
    current: AssignmentRow,
    *,
    member_id: int | None = None,
    state: AssignmentState | None = None,
    reason: str | None = None,
    now: dt.datetime,
    today: dt.date,
) -> AssignmentRow:
    """Give a turn on to another member, or say that it is done or excused; the public id stays."""
    rights.require(Right.OFFICER, viewer)
    scope = rights.officer_scope(viewer, today)
    values: dict[str, Any] = {} if state is None else {"state": state.value}
    if reason is not None:
        values["reason"] = clean_text(reason) or None
    if member_id is not None and member_id != current.turn.member_id:
        _give_on(tx, viewer, current, _get_member(tx, member_id, current.turn.period, scope, today), values, now, today)
    elif not store.change(tx, current, **values):
        raise AppError(Code.ETAG_STALE)
    changed = _get(tx, current.key, scope)
    _note(tx, viewer, "assignment.change", changed, before=current, now=now)
    return changed


def swap(
    tx: Tx,
    viewer: Viewer,
    one: AssignmentRow,
    other: AssignmentRow,
    *,
    reason: str | None,
    now: dt.datetime,
    today: dt.date,
) -> None:
    """Let two members of one unit exchange their turns of a target; the public ids stay with the turns."""
    rights.require(Right.OFFICER, viewer)
    if one.turn.target_id != other.turn.target_id or one.unit_id != other.unit_id:
        raise AppError(Code.FIELD_INVALID, "turns of one target and unit are exchanged", field="other")
    if one.turn.member_id == other.turn.member_id:
        raise AppError(Code.FIELD_INVALID, "these are turns of the same member", field="other")
    if not all(row.turn.state is AssignmentState.GIVEN for row in (one, other)):
        raise AppError(Code.FIELD_INVALID, "only turns that are still to be taken are exchanged", field="other")
    scope, told = rights.officer_scope(viewer, today), clean_text(reason or "") or None
    target = _get_target(tx, one.turn.target_id, scope)
    for row, taker in ((one, other), (other, one)):
        taken = replace(row.turn, member_id=taker.turn.member_id)
        if _unit_of(tx, taken, target, today) != _unit_of(tx, row.turn, target, today):
            raise AppError(Code.FIELD_INVALID, "somebody stands in another unit by then", field="other")
    for row in sorted((one, other), key=lambda row: row.turn.period.start_on):  # two exchanges wait in one order
        _get_member(tx, row.turn.member_id, row.turn.period, scope, today)
        store.lock(tx, row.turn.target_id, row.unit_id, row.turn.period)
        if not store.change(tx, row, state=target_store.GONE):
            raise AppError(Code.ETAG_STALE)
    for row, taker in ((one, other), (other, one)):
        kept = {"unit_id": row.unit_id, "override_reason": row.override_reason, "version": row.version + 1}
        given = {"given_by": viewer.account_id, "given_at": now, "reason": told}
        _add(tx, replace(row.turn, member_id=taker.turn.member_id), kept | given, key=row.key)
        _note(tx, viewer, "assignment.swap", _get(tx, row.key, scope), before=row, now=now)


def remove(tx: Tx, viewer: Viewer, current: AssignmentRow, *, now: dt.datetime) -> None:
    """Take a turn back."""
    rights.require(Right.OFFICER, viewer)
    if not store.change(tx, current, state=target_store.GONE):
        raise AppError(Code.ETAG_STALE)
    _note(tx, viewer, "assignment.remove", None, before=current, now=now)


def list_suggestions(
    tx: Tx, viewer: Viewer, target_id: int, period: Period, *, unit_id: int | None, today: dt.date
) -> list[Suggestion]:
    """List who might have the next turn of a target, fairest first: of a unit and all below it, the absent left out."""
    rights.require(Right.READ, viewer)
    scope = rights.officer_scope(viewer, today)
    target = _get_target(tx, target_id, scope)
    asked = _suggested_unit(tx, viewer, target, unit_id, scope)
    territory = Territory(unit_id=asked, member_id=None, start_on=period.start_on, end_on=period.end_on)
    day = deciding_day(period, today)
    units = {span.unit_id for span in standings.list_spans(tx, territory) if span.covers(day)}
    people, names = standings.list_people(tx, territory)
    turns = [t for t in store.list_turns(tx, territory, [target_id]) if t.state is not AssignmentState.EXCUSED]
    counts = Counter(turn.member_id for turn in turns)
    last_on: dict[MemberId, dt.date] = {}
    for turn in turns:
        last_on[turn.member_id] = max(turn.period.last_day, last_on.get(turn.member_id, turn.period.last_day))
    counting = office_rules.book(tx).of(period).counting
    found: dict[MemberId, Suggestion] = {}
    for place, (member_id, person) in enumerate(people.items()):
        stands = standing(person.history.memberships, person.history.absences, period, today, counting)
        if stands.counted and stands.unit_id in units:
            candidate = Candidate(
                member_id=member_id,
                turn_count=counts[member_id],
                last_on=last_on.get(member_id),
                sort_key=f"{place:09d}",  # people come in the order of their names
                absent=stands.excused,
            )
            found[member_id] = Suggestion(candidate=candidate, full_name=names[member_id], unit_id=stands.unit_id)
    return [found[candidate.member_id] for candidate in suggest(s.candidate for s in found.values())]


def _give_on(
    tx: Tx,
    viewer: Viewer,
    current: AssignmentRow,
    member_id: MemberId,
    values: dict[str, Any],
    now: dt.datetime,
    today: dt.date,
) -> None:
    target = _hold_target(tx, current.turn.target_id, rights.officer_scope(viewer, today))
    turn = replace(current.turn, member_id=member_id, state=AssignmentState(values.get("state", "given")))
    unit_id = _unit_of(tx, turn, target, today)
    store.lock(tx, turn.target_id, unit_id, turn.period)
    turns = store.list_given(tx, turn.target_id, unit_id, turn.period)
    held = [t for t in turns if unit_id != current.unit_id or t.member_id == member_id]
    check_not_given(turn, held, override=False)
    if not store.change(tx, current, state=target_store.GONE):
        raise AppError(Code.ETAG_STALE)
    kept = {"override_reason": current.override_reason, "version": current.version + 1}
    given = {"unit_id": unit_id, "given_by": viewer.account_id, "given_at": now, "reason": values.get("reason")}
    _add(tx, turn, kept | given, key=current.key)


def _add(tx: Tx, turn: Assignment, values: dict[str, Any], *, key: str | None = None) -> str:
    for _ in range(5):
        made = store.add(tx, turn, values, key=key)
        if made is not None:
            return made
    raise AppError(Code.STORE_BUSY, "somebody else is assigning this member")


def _get(tx: Tx, key: str, scope: Scope) -> AssignmentRow:
    return scoped.get_found(store.find(tx, key, scope))


def _get_target(tx: Tx, target_id: int, scope: Scope) -> TargetRow:
    found = target_store.find(tx, target_id, scope, binding=True)
    if found is None:
        raise AppError(Code.NOT_FOUND, "there is no such target in your scope")
    return found


def _hold_target(tx: Tx, target_id: int, scope: Scope) -> TargetRow:
    """Get a target that is to be given; it stays, as it is asked, until the transaction ends."""
    if not target_store.hold(tx, target_id):
        raise AppError(Code.NOT_FOUND, "there is no such target in your scope")
    return _get_target(tx, target_id, scope)


def _get_member(tx: Tx, member_id: int, period: Period, scope: Scope, today: dt.date) -> MemberId:
    scoped.require_member(tx, member_id, scope, replace(scope, on=deciding_day(period, today)))
    return MemberId(member_id)


def _unit_of(tx: Tx, turn: Assignment, target: TargetRow, today: dt.date) -> UnitId:
    """Give the unit whose turn it is: the member's on the period's first day, or on the day that decides the period."""
    stays = members.list_stays(tx, [turn.member_id]).get(turn.member_id, [])
    days = (turn.period.start_on, deciding_day(turn.period, today))
    unit_id, day = next(((u, d) for d in days if (u := unit_on(stays, d)) is not None), (None, today))
    if unit_id is None:
        raise AppError(Code.MEMBERSHIP_NONE, "the member stands in no unit in this period")
    if not standings.is_above(tx, target.unit_id, unit_id, day):
        raise AppError(Code.FIELD_INVALID, "this target does not bind the member's unit", field="member_id")
    return unit_id


def _suggested_unit(tx: Tx, viewer: Viewer, target: TargetRow, unit_id: int | None, scope: Scope) -> UnitId:
    """Give the lower of the unit asked about and the target's own."""
    wanted = unit_id if unit_id is not None else viewer.unit_id
    if wanted is None:
        return target.unit_id
    scoped.require_unit(tx, wanted, scope)
    return target.unit_id if standings.is_above(tx, UnitId(wanted), target.unit_id, scope.on) else UnitId(wanted)


def _periods(asked: Period) -> list[str]:
    kinds = [kind for kind in PeriodKind if kind is not PeriodKind.SPAN]
    if asked.day_count > LONGEST_DAYS:
        kinds = [kind for kind in kinds if kind not in {PeriodKind.DAY, PeriodKind.WEEK}]
    return [str(period) for kind in kinds for period in periods_inside(kind, asked)]


def _note(
    tx: Tx, viewer: Viewer, action: str, after: AssignmentRow | None, *, before: AssignmentRow | None, now: dt.datetime
) -> None:
    """Write the audit event, and the restatement where the period is closed."""
    row = after or before
    if row is None:
        raise AssertionError
    facts = {"target_id": row.turn.target_id, "member_id": row.turn.member_id, "state": row.turn.state.value}
    subject = f"assignment:{row.key}"
    audit.record(tx, at=now, actor=viewer.account_id, action=action, subject=subject, **facts)
    closes.restate(
        tx,
        viewer,
        row.unit_id,
        row.turn.period.last_day,
        subject=subject,
        before=_told(before) if before else {},
        after=_told(after) if after else {},
        reason=row.reason or row.override_reason,
        now=now,
    )


def _told(row: AssignmentRow) -> dict[str, Any]:
    return {"member_id": row.turn.member_id, "period": str(row.turn.period), "state": row.turn.state.value}
