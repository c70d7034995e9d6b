"""The one page a unit brings to its monthly meeting, to be printed: shared, written, due, next turns, meetings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from api.http import ReadCall
from api.route import Route
from tracker.domain.periods import PeriodKind
from tracker.services import reports
from tracker.services.reports import ReportKind
from web import render
from web.forms import Fields
from web.period_choice import around
from web.typed_period import one_of, typed
from web.unit_choice import find_report_unit, unit_options

if TYPE_CHECKING:
    from tracker.services.reports import ReportData

router = APIRouter(route_class=Route)

ROWS_SHOWN = 100  # of each part: a cell has far fewer, and a committee reads its report


@router.get("/registers/sheet")
def meeting_sheet_page(call: ReadCall) -> Response:
    """Show the sheet of a unit and a period, as it is printed; left unnamed, of the month that ended last."""
    asked = Fields.filled(period=call.query("period"), unit=call.query("unit"))
    period = one_of(asked, "period") or around(PeriodKind.MONTH, call.today, before=1)[0]
    data: ReportData | None = None
    with call.read() as tx:
        units = unit_options(tx, call.viewer, today=call.today)
        unit = asked.identity("unit") or find_report_unit(tx, call.viewer, today=call.today)
        if unit is not None:
            data = reports.get_data(
                tx,
                call.viewer,
                ReportKind.MEETING,
                period,
                unit,
                method=call.deps.method(),
                now=call.now,
                zone=call.deps.zone,
            )
    shown = Fields.filled(period=asked.get("period") if asked.errors else typed(period), unit=unit)
    shown.errors = asked.errors
    return render.page(
        call,
        "meeting_sheet.html",
        asked=shown,
        units=units,
        unit=unit,
        period=period,
        data=data,
        rows_shown=ROWS_SHOWN,
    )
