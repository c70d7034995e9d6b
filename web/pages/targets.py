"""The turns of a target that single members are assigned: who has one, who should have the next, giving it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from api.http import Call, OfficerCall, ReadCall, path_id
from api.problems import STATUS
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.domain.explain_words import rule_words
from tracker.domain.periods import FIRST_YEAR, LAST_YEAR, Period, PeriodKind, containing
from tracker.domain.programmes import AssignmentState, TargetWho
from tracker.services import assignments, rota, targets
from web import flash, forms, render
from web.addresses import with_query
from web.forms import Fields
from web.period_choice import around
from web.saving import check_version, require_version
from web.unit_choice import unit_options

if TYPE_CHECKING:
    from tracker.services.assignments import AssignmentRow
    from tracker.services.targets import TargetRow
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

SUGGESTED_MOST = 20
TURNS_MOST = 200
OTHERS_MOST = 500
PERIODS_AROUND = 4
AHEAD = {  # so many periods ahead turns are exchanged
    PeriodKind.DAY: 30,
    PeriodKind.WEEK: 26,
    PeriodKind.MONTH: 24,
    PeriodKind.QUARTER: 12,
    PeriodKind.HALF: 6,
    PeriodKind.YEAR: 3,
}
COUNT_MOST = 1_000


@router.get("/targets/{target_id}")
def target_page(call: ReadCall, target_id: str) -> Response:
    """Show who has a turn in a period, and who should have the next."""
    return _page(call, _load(call, target_id), Fields())


@router.post("/targets/{target_id}/assignments")
def assign(call: OfficerCall, target_id: str) -> Response:
    """Give a member a turn; a second one in the same period asks for its reason."""
    row, form = _load(call, target_id), forms.read(call)
    member_id, period = form.identity("member_id", needed=True), _period(call, row, form.get("period"))
    due_on, slot = form.day("due_on"), form.text("slot", needed=bool(row.target.slots))
    if not form.sound or member_id is None:
        return _page(call, row, form, STATUS[Code.FIELD_INVALID])
    new = assignments.NewAssignment(
        target_id=row.target.target_id,
        member_id=member_id,
        period=period,
        slot=slot or None,
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
    """Say that a turn is done or excused, give it to somebody else, exchange it with another turn, or take it back."""
    with call.read() as tx:
        current = assignments.get_own(tx, call.viewer, key, today=call.today)
    form = forms.read(call)
    to = with_query(f"/targets/{current.turn.target_id}", {"period": str(current.turn.period)})
    excused = form.get("state") == AssignmentState.EXCUSED or form.get("act") in {"substitute", "swap"}
    if excused and not form.text("reason"):
        return flash.go_refused(to, AppError(Code.REASON_MISSING))
    return flash.act(call, to, "saved", lambda tx: _change(tx, call, key, form))


def _change(tx: Tx, call: Call, key: str, form: Fields) -> None:
    own = assignments.get_own(tx, call.viewer, key, today=call.today)
    reason = form.text("reason") or None
    match form.get("act"):
        case "take_back":
            assignments.remove(tx, call.viewer, own, now=call.now)
        case "substitute":
            taker = form.identity("taker", needed=True)
            if taker is None:
                raise AppError(Code.FIELD_INVALID, field="taker")
            assignments.change(tx, call.viewer, own, member_id=taker, reason=reason, now=call.now, today=call.today)
        case "swap":
            other = assignments.get_own(tx, call.viewer, form.text("other"), today=call.today)
            assignments.swap(tx, call.viewer, own, other, reason=reason, now=call.now, today=call.today)
        case _:
            state = form.choice("state", AssignmentState, needed=True)
            if state is None:
                raise AppError(Code.FIELD_INVALID, field="state")
            assignments.change(tx, call.viewer, own, state=state, reason=reason, now=call.now, today=call.today)


@router.get("/targets/{target_id}/board")
def board_page(call: ReadCall, target_id: str) -> Response:
    """Show who has which part in each period of a year, and what is still open."""
    row = _load(call, target_id)
    asked = Fields.filled(year=call.query("year") or call.today.year, unit=call.query("unit"))
    year = asked.whole("year", least=FIRST_YEAR, most=LAST_YEAR) or call.today.year
    with call.read() as tx:
        units = unit_options(tx, call.viewer, today=call.today)
        board = rota.get_board(
            tx, call.viewer, row, Period.parse(str(year)), unit_id=asked.identity("unit"), today=call.today
        )
    rule = rule_words(row.target, render.language_of(call.request))
    return render.page(
        call,
        "rota_board.html",
        row=row,
        rule=rule,
        board=board,
        fillable=board.is_whole and rota.has_open_ahead(row, board, call.today),
        most=rota.TURNS_MOST,
        year=year,
        asked=asked,
        units=units,
    )


@router.post("/targets/{target_id}/board")
def fill_board(call: OfficerCall, target_id: str) -> Response:
    """Give what is open in a year, but for what is over, to whom the rota suggests."""
    row, form = _load(call, target_id), forms.read(call)
    year, unit_id = form.whole("year", needed=True, least=FIRST_YEAR, most=LAST_YEAR), form.identity("unit")
    if year is None or not form.sound:
        raise AppError(Code.FIELD_INVALID, field="year")
    back = with_query(f"/targets/{row.target.target_id}/board", {"year": str(year), "unit": form.get("unit")})
    try:
        with call.write() as tx:
            given = rota.fill_ahead(
                tx,
                call.viewer,
                row.target.target_id,
                Period.parse(str(year)),
                unit_id=unit_id,
                now=call.now,
                today=call.today,
            )
    except AppError as error:
        if error.code is Code.NOT_FOUND:
            raise
        return flash.go_refused(back, error)
    return flash.go(back, "assigned", given)


@router.post("/targets/{target_id}/fill")
def fill_open(call: OfficerCall, target_id: str) -> Response:
    """Give what is open in a period to whom the rota suggests."""
    row, form = _load(call, target_id), forms.read(call)
    period, unit_id = _period(call, row, form.get("period")), form.identity("unit")
    back = with_query(f"/targets/{row.target.target_id}", {"period": str(period)})
    try:
        with call.write() as tx:
            given = rota.fill_open(
                tx, call.viewer, row.target.target_id, period, unit_id=unit_id, now=call.now, today=call.today
            )
    except AppError as error:
        if error.code is Code.NOT_FOUND:
            raise
        return flash.go_refused(back, error)
    return flash.go(back, "assigned", given)


@router.get("/targets/{target_id}/edit")
def edit_page(call: OfficerCall, target_id: str) -> Response:
    """Show how many a target asks for and on which topics, to be changed."""
    row = _load_own(call, target_id)
    filled = Fields.filled(minimum=row.target.minimum, aim=row.target.aim, topics=row.topics, version=row.version)
    return _edit(call, row, filled)


@router.post("/targets/{target_id}/edit")
def edit_target(call: OfficerCall, target_id: str) -> Response:
    """Change how many a target asks for and on which topics; whom it asks stays."""
    row, form = _load_own(call, target_id), forms.read(call)
    minimum = form.whole("minimum", needed=True, least=1, most=COUNT_MOST)
    aim = form.whole("aim", least=1, most=COUNT_MOST)
    if aim is not None and minimum is not None and aim < minimum:
        form.errors["aim"] = forms.BELOW_MINIMUM
    check_version(call, form, row.version)
    if not form.sound:
        return _edit(call, row, form, STATUS[Code.FIELD_INVALID])
    changes = {"minimum": minimum, "aim": aim, "topics": form.lines("topics")}

    def work(tx: Tx) -> None:
        own = targets.get_own(tx, call.viewer, row.target.target_id, today=call.today)
        require_version(own.version, row.version)
        targets.change(tx, call.viewer, own, changes, now=call.now, today=call.today)

    return flash.act(call, f"/programmes/{row.target.programme_id}", "saved", work)


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
        given, more = assignments.list_page(
            tx,
            call.viewer,
            target_id=row.target.target_id,
            period=period,
            after=None,
            limit=TURNS_MOST,
            today=call.today,
        )
        others = _still_to_take(tx, call, row)
        units = unit_options(tx, call.viewer, today=call.today)
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
        beside=around(row.target.per, period.start_on, before=1, after=1)[::2],
        given=given,
        cut=more is not None,
        others=others,
        units=units,
        rota=(cells := rota.get_cells(row, period, given)),
        suggested=next_ones[:SUGGESTED_MOST],
        members=[(int(s.candidate.member_id), s.full_name) for s in next_ones[:TURNS_MOST]],
        slots=[(cell.slot, cell.slot) for cell in sorted(cells.rows[0], key=lambda c: not c.is_open) if cell.slot],
    )


def _still_to_take(tx: Tx, call: Call, row: TargetRow) -> list[AssignmentRow]:
    """List the turns of a target that are still to be taken in the next periods: those one may be exchanged with."""
    running = containing(row.target.per, call.today)
    last = running
    for _ in range(AHEAD[row.target.per]):
        last = last.following()
    found, _ = assignments.list_page(
        tx,
        call.viewer,
        target_id=row.target.target_id,
        period=Period.parse(f"{running}..{last}"),
        state=AssignmentState.GIVEN,
        after=None,
        limit=OTHERS_MOST,
        today=call.today,
    )
    return sorted(found, key=lambda a: (a.turn.period.start_on, a.member_name))


def _edit(call: Call, row: TargetRow, form: Fields, status: int = 200) -> Response:
    rule = rule_words(row.target, render.language_of(call.request))
    return render.page(call, "target_edit.html", status=status, row=row, rule=rule, form=form)


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


def _load_own(call: Call, target_id: str) -> TargetRow:
    with call.read() as tx:
        return targets.get_own(tx, call.viewer, path_id(target_id), today=call.today)


def _load(call: Call, target_id: str) -> TargetRow:
    with call.read() as tx:
        return targets.get(tx, call.viewer, path_id(target_id), today=call.today)
