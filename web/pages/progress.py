"""Progress: units by periods, who has not met a target yet, contributions, and why a result is what it is."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.http import Call, ReadOrSelfCall
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.domain.periods import Period, PeriodKind, containing
from tracker.domain.types import Role, UnitId
from tracker.services import contributions, explain, scoped
from web import render
from web.forms import Fields
from web.period_choice import report_periods
from web.tallies import boards
from web.unit_choice import find_choice, find_report_unit

router = APIRouter(route_class=Route)

ROWS_SHOWN, UNITS_SHOWN, MEMBERS_SHOWN = 20, 100, 50  # all of them stand in progress_rows.py, a page at a time
BOARDS_SHOWN = 20
EXPLAINED_SHOWN = 100  # of a target of the unit that may be thousands
PERIODS_OPEN = 13  # of one target; more are folded away
REPORTS = {
    PeriodKind.MONTH: "month",
    PeriodKind.QUARTER: "quarter",
    PeriodKind.HALF: "half",
    PeriodKind.YEAR: "year",
}


@router.get("/progress")
def progress_page(call: ReadOrSelfCall) -> Response:
    """Show what was done against each target in a period; a member sees their own rows."""
    period, unit_id, start = asked_period(call), call.query_id("unit"), call.query_id("from") or 0
    language = render.language_of(call.request)
    with call.read() as tx:
        view, given = contributions.get_with_progress(
            tx, call.viewer, unit_id, period, now=call.now, zone=call.deps.zone
        )
        chosen = "" if unit_id is None else view.unit_names.get(UnitId(unit_id), "–")
        reads = call.viewer.role is not Role.MEMBER
        choice = find_choice(tx, call.viewer, call.query("q"), chosen=chosen, today=call.today) if reads else None
        shown_ids = [row.given.member_id for row in given.rows[:MEMBERS_SHOWN]]
        known = scoped.list_known(tx, call.viewer, shown_ids, call.today) if reads else frozenset()
        report_unit = unit_id or (find_report_unit(tx, call.viewer, today=call.today) if reads else None)
    shown = boards(view, language, call.today)
    asked = Fields.filled(period=period, unit=unit_id, q=call.query("q"))
    return render.page(
        call,
        "progress.html",
        asked=asked,
        period=period,
        periods=report_periods(call.today, period, language),
        choice=choice,
        report_unit=report_unit,
        boards=shown[start : start + BOARDS_SHOWN],
        following=start + BOARDS_SHOWN if len(shown) > start + BOARDS_SHOWN else None,
        close=view.close,
        given=given,
        known=known,
        rows_shown=ROWS_SHOWN,
        units_shown=UNITS_SHOWN,
        members_shown=MEMBERS_SHOWN,
        periods_open=PERIODS_OPEN,
        report_kind=REPORTS.get(period.kind),
    )


@router.get("/progress/explain")
def explain_page(call: ReadOrSelfCall) -> Response:
    """Explain one member's result from the rows it was read from."""
    member_id, target_id = call.query_id("member"), call.query_id("target")
    if member_id is None or target_id is None:
        raise AppError(Code.NOT_FOUND)
    with call.read() as tx:
        view = explain.get(
            tx,
            call.viewer,
            member_id,
            target_id,
            asked_period(call),
            lang=render.language_of(call.request),
            now=call.now,
            zone=call.deps.zone,
        )
    start = call.query_id("from") or 0
    following = start + EXPLAINED_SHOWN if len(view.claims) > start + EXPLAINED_SHOWN else None
    here = {"member": member_id, "target": target_id, "period": call.query("period")}
    return render.page(
        call,
        "explain.html",
        view=view,
        claims=view.claims[start : start + EXPLAINED_SHOWN],
        following=following,
        here=here,
    )


def asked_period(call: Call) -> Period:
    """Give the period an address names, else the month that runs."""
    asked = call.query("period")
    return containing(PeriodKind.MONTH, call.today) if asked is None else Period.parse(asked)
