"""The turns of a target that single members are assigned: who has one, who should have the next, giving it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from api.http import Call, OfficerCall, ReadCall, path_id
from api.problems import STATUS
from tracker.domain.errors import AppError, Code
from tracker.domain.explain_words import rule_words
from tracker.domain.periods import Period, containing
from tracker.domain.programmes import AssignmentState, TargetWho
from tracker.services import assignments, targets
from web import flash, forms, render
from web.addresses import with_query
from web.forms import Fields
from web.period_choice import around

if TYPE_CHECKING:
    from tracker.services.targets import TargetRow
    from tracker.store.db import Tx

router = APIRouter()

SUGGESTED_MOST = 20
TURNS_MOST = 200
PERIODS_AROUND = 4


@router.get("/targets/{target_id}")
def target_page(call: ReadCall, target_id: str) -> Response:
    """Show who has a turn in a period, and who should have the next."""
    return _page(call, _load(call, target_id), Fields())


@router.post("/targets/{target_id}/assignments")
def assign(call: OfficerCall, target_id: str) -> Response:
    """Give a member a turn; a second one in the same period asks for its reason."""
    row, form = _load(call, target_id), forms.read(call)
    member_id, period = form.identity("member_id", needed=True), _period(call, row, form.get("period"))
    due_on = form.day("due_on")
    if not form.sound or member_id is None:
        return _page(call, row, form, STATUS[Code.FIELD_INVALID])
    new = assignments.NewAssignment(
        target_id=row.target.target_id,
        member_id=member_id,
        period=period,
        slot=form.text("slot") or None,
        topic=form.text("topic", most=100) or None,
        due_on=due_on,
        override=form.text("override") or None,
    )
    try:
        with call.write() as tx:
            assignments.create(tx, call.viewer, new, now=call.now, today=call.today)
    except AppError as error:
        form.refuse(error, call.language)
        if error.code is Code.ASSIGNMENT_ALREADY_GIVEN:
            form.errors["override"] = forms.SECOND_TURN
        return _page(call, row, form, STATUS[error.code])
    return flash.go(_path(row, period), "saved")


@router.post("/assignments/{key}")
def change_assignment(call: OfficerCall, key: str) -> Response:
    """Say that a turn is done, excused or given again; or take it back."""
    with call.read() as tx:
        current = assignments.get_own(tx, call.viewer, key, today=call.today)
    form = forms.read(call)
    state, reason = form.choice("state", AssignmentState), form.text("reason") or None

    def work(tx: Tx) -> None:
        own = assignments.get_own(tx, call.viewer, key, today=call.today)
        if form.get("act") == "take_back":
            assignments.remove(tx, call.viewer, own, now=call.now)
        else:
            assignments.change(tx, call.viewer, own, state=state, reason=reason, now=call.now, today=call.today)

    to = with_query(f"/targets/{current.turn.target_id}", {"period": str(current.turn.period)})
    return flash.act(call, to, "saved", work)


@router.get("/targets/{target_id}/remove")
def remove_page(call: OfficerCall, target_id: str) -> Response:
    """Ask once more before a target is removed."""
    row = _load(call, target_id)
    return render.page(
        call, "target_remove.html", row=row, rule=rule_words(row.target, render.language_of(call.request))
    )


@router.post("/targets/{target_id}/remove")
def remove_target(call: OfficerCall, target_id: str) -> Response:
    """Remove a target that nobody was assigned."""
    row = _load(call, target_id)

    def work(tx: Tx) -> None:
        own = targets.get_own(tx, call.viewer, row.target.target_id, today=call.today)
        targets.remove(tx, call.viewer, own, now=call.now)

    return flash.act(call, f"/programmes/{row.target.programme_id}", "deleted", work)


def _page(call: Call, row: TargetRow, form: Fields, status: int = 200) -> Response:
    period = _period(call, row, form.get("period") or call.query("period"))
    with call.read() as tx:
        given, _ = assignments.list_page(
            tx,
            call.viewer,
            target_id=row.target.target_id,
            period=period,
            after=None,
            limit=TURNS_MOST,
            today=call.today,
        )
        next_ones = (
            assignments.list_suggestions(tx, call.viewer, row.target.target_id, period, unit_id=None, today=call.today)
            if row.target.who is TargetWho.ASSIGNED
            else []
        )
    return render.page(
        call,
        "target.html",
        status=status,
        row=row,
        rule=rule_words(row.target, render.language_of(call.request)),
        form=form,
        period=period,
        periods=_choices(call, row, period),
        given=given,
        suggested=next_ones[:SUGGESTED_MOST],
        members=[(int(s.candidate.member_id), s.full_name) for s in next_ones[:TURNS_MOST]],
        slots=[(slot, slot) for slot in row.target.slots],
    )


def _period(call: Call, row: TargetRow, text: str | None) -> Period:
    """Give the target's own period that was asked for, else the one that runs."""
    return containing(row.target.per, Period.parse(text).start_on if text else call.today)


def _choices(call: Call, row: TargetRow, chosen: Period) -> list[tuple[str, str]]:
    """Give some periods before and after the one that runs, with the chosen one."""
    found = around(row.target.per, call.today, before=PERIODS_AROUND, after=PERIODS_AROUND)
    if chosen not in found:
        found.append(chosen)
    language = render.language_of(call.request)
    return [(str(p), p.label(language)) for p in sorted(found, key=lambda p: p.start_on)]


def _path(row: TargetRow, period: Period) -> str:
    return with_query(f"/targets/{row.target.target_id}", {"period": str(period)})


def _load(call: Call, target_id: str) -> TargetRow:
    with call.read() as tx:
        return targets.get(tx, call.viewer, path_id(target_id), today=call.today)
