"""Assignments, and who should have the next turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import (
    LIMIT_MOST,
    Call,
    OfficerCall,
    PageRequest,
    ReadCall,
    ReadOrSelfCall,
    listed,
    no_content,
    one,
    takes,
)
from api.route import Route
from api.schemas.programmes import AssignmentIn, AssignmentPatch
from api.times import day, instant
from tracker.domain.errors import AppError, Code
from tracker.domain.periods import Period
from tracker.services import assignments
from tracker.services.paging import cut
from tracker.store.db import Tx

if TYPE_CHECKING:
    from tracker.services.assignments import AssignmentRow, Suggestion

router = APIRouter(tags=["assignments"], route_class=Route)


@router.get("/assignments")
def list_assignments(call: ReadOrSelfCall) -> Response:
    """List assignments of one's scope, or one's own."""
    page = call.page()
    with call.read() as tx:
        found, after = assignments.list_page(
            tx,
            call.viewer,
            target_id=call.query_id("target"),
            member_id=call.query_id("member"),
            unit_id=call.query_id("unit"),
            period=find_period(call),
            after=_after_key(page),
            limit=page.limit,
            today=call.today,
        )
    return listed([assignment_json(a) for a in found], after)


@router.post("/assignments", status_code=201, openapi_extra=takes(AssignmentIn))
def create_assignment(call: OfficerCall) -> Response:
    """Give a member a turn; a second one in the period needs `override` with a reason."""
    new = call.body(AssignmentIn).to_new()

    def work(tx: Tx) -> Response:
        made = assignments.create(tx, call.viewer, new, now=call.now, today=call.today)
        return one(assignment_json(made), made.version, status=201)

    return call.create(work)


@router.get("/assignments/suggest")
def suggest(call: ReadCall) -> Response:
    """List who might have the next turn of a target, fairest first; as many as a page holds where none are named."""
    target_id, period = call.query_id("target"), get_period(call)
    page = call.page()
    if target_id is None:
        raise AppError(Code.FIELD_INVALID, "name the target (target=)", field="target")
    with call.read() as tx:
        found = assignments.list_suggestions(
            tx, call.viewer, target_id, period, unit_id=call.query_id("unit"), today=call.today
        )
    shown, more = _after_member(found, call.after_id(page), page.limit if call.query("limit") else LIMIT_MOST)
    return listed([_suggestion_json(s) for s in shown], more)


@router.get("/assignments/{key}")
def get_assignment(call: ReadOrSelfCall, key: str) -> Response:
    """Get an assignment."""
    with call.read() as tx:
        found = assignments.get(tx, call.viewer, key, today=call.today)
    return one(assignment_json(found), found.version)


@router.patch("/assignments/{key}", openapi_extra=takes(AssignmentPatch))
def change_assignment(call: OfficerCall, key: str) -> Response:
    """Give a turn on to another member, or say that it is done or excused."""
    with call.write() as tx:
        current = assignments.get_own(tx, call.viewer, key, today=call.today)
        call.if_match(current.version)
        body = call.body(AssignmentPatch)
        changed = assignments.change(
            tx,
            call.viewer,
            current,
            member_id=body.member_id,
            state=body.state,
            reason=body.reason,
            now=call.now,
            today=call.today,
        )
    return one(assignment_json(changed), changed.version)


@router.delete("/assignments/{key}", status_code=204)
def remove_assignment(call: OfficerCall, key: str) -> Response:
    """Take a turn back."""
    with call.write() as tx:
        current = assignments.get_own(tx, call.viewer, key, today=call.today)
        call.if_match(current.version)
        assignments.remove(tx, call.viewer, current, now=call.now)
    return no_content()


def assignment_json(row: AssignmentRow) -> dict[str, Any]:
    """Give an assignment as the API answers it; its id stays when it is given on."""
    return {
        "id": row.key,
        "target_id": row.turn.target_id,
        "member_id": row.turn.member_id,
        "full_name": row.member_name,
        "unit_id": row.unit_id,
        "period": str(row.turn.period),
        "topic": row.topic,
        "slot": row.turn.slot,
        "due_on": day(row.turn.due_on),
        "state": row.turn.state.value,
        "reason": row.reason,
        "override": row.override_reason,
        "given_at": instant(row.given_at),
    }


def find_period(call: Call) -> Period | None:
    """Read the query parameter `period`, where there is one."""
    text = call.query("period")
    return None if text is None else Period.parse(text)


def get_period(call: Call) -> Period:
    """Read the query parameter `period`."""
    period = find_period(call)
    if period is None:
        raise AppError(Code.PERIOD_INVALID, "name the period (period=), such as 2025-Q2")
    return period


def _after_key(page: PageRequest) -> tuple[int, int] | None:
    match page.after:
        case None:
            return None
        case (int(member_id), int(number)):
            return member_id, number
        case _:
            raise AppError(Code.CURSOR_INVALID)


def _after_member(
    found: list[Suggestion], member_id: int | None, limit: int
) -> tuple[list[Suggestion], tuple[int] | None]:
    """Cut a page from the whole order, which is made anew each time: what follows a member, or all from the start."""
    order = [int(one.candidate.member_id) for one in found]
    start = 0 if member_id is None else order.index(member_id) + 1 if member_id in order else len(found)
    return cut(found[start:], limit, lambda one: (int(one.candidate.member_id),))


def _suggestion_json(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "member_id": suggestion.candidate.member_id,
        "full_name": suggestion.full_name,
        "unit_id": suggestion.unit_id,
        "turns": suggestion.candidate.turn_count,
        "last_on": day(suggestion.candidate.last_on),
    }
