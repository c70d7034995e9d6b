"""The registers under one place, and the reports made from them."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.http import ReadCall
from api.route import Route
from tracker.domain.periods import PeriodKind, containing
from web import render
from web.forms import Fields
from web.typed_period import one_of, typed
from web.unit_choice import find_report_unit, unit_options

router = APIRouter(route_class=Route)


@router.get("/registers")
def registers_page(call: ReadCall) -> Response:
    """Lead to the registers, and to their reports of a unit and a period."""
    asked = Fields.filled(period=call.query("period"), unit=call.query("unit"))
    period = one_of(asked, "period") or containing(PeriodKind.MONTH, call.today)
    with call.read() as tx:
        units = unit_options(tx, call.viewer, today=call.today)
        unit = asked.identity("unit") or find_report_unit(tx, call.viewer, today=call.today)
    shown = Fields.filled(period=call.query("period") or typed(period), unit=unit)
    shown.errors = asked.errors
    return render.page(call, "registers.html", asked=shown, units=units, period=period, unit=unit)
