"""How many units have a working group on a day, which have none, and groups put down for many units at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from api.http import AdminCall, Call, ReadCall
from api.problems import STATUS
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.services import units
from web import flash, forms, render
from web.addresses import with_query
from web.forms import Fields
from web.unit_choice import find_report_unit, unit_options

if TYPE_CHECKING:
    from tracker.services.units import Coverage
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

KIND_MOST = 100
TICKS_MOST = 150  # units to be ticked at once: a form has at most 200 fields


@router.get("/coverage")
def coverage_page(call: ReadCall) -> Response:
    """Show how many units below one have a group of a kind on a day."""
    return _page(call, Fields())


@router.post("/coverage")
def add_groups(call: AdminCall) -> Response:
    """Put down that the ticked units have set up a group of one kind."""
    form = forms.read(call)
    kind, established_on = form.text("group_kind", needed=True, most=KIND_MOST), form.day("established_on", needed=True)
    ticked = form.identities("ticked", most=TICKS_MOST)
    if not ticked and "ticked" not in form.errors:
        form.errors["ticked"] = forms.NOTHING_TICKED
    if not form.sound or established_on is None:
        return _page(call, form, STATUS[Code.FIELD_INVALID])
    try:
        with call.write() as tx:
            for unit_id in ticked:
                units.add_group(
                    tx, call.viewer, unit_id, kind=kind, established_on=established_on, now=call.now, today=call.today
                )
    except AppError as error:
        form.refuse(error, call.language)
        return _page(call, form, STATUS[error.code])
    return flash.go(with_query("/coverage", {"group": kind, "unit": form.get("unit")}), "saved")


def _page(call: Call, form: Fields, status: int = 200) -> Response:
    group, unit = form.get("group_kind") or call.query("group"), form.get("unit") or call.query("unit")
    asked = Fields.filled(group=group, unit=unit, on=call.query("on"))
    with call.read() as tx:
        kinds = units.list_group_kinds(tx, call.viewer, today=call.today)
        options = unit_options(tx, call.viewer, today=call.today)
        unit_id = asked.identity("unit") or find_report_unit(tx, call.viewer, today=call.today)
        shown = Fields.filled(
            group=asked.text("group", most=KIND_MOST) or next(iter(kinds), None),
            unit=unit_id,
            on=asked.day("on") or call.today,
        )
        shown.errors = asked.errors
        found = _tally(call, tx, shown, unit_id)
    return render.page(
        call,
        "coverage.html",
        status=status,
        form=form,
        asked=shown,
        found=found,
        day=asked.day("on") or call.today,
        today=call.today,
        units=options,
        kinds=kinds,
        ticks_most=TICKS_MOST,
    )


def _tally(call: Call, tx: Tx, asked: Fields, unit_id: int | None) -> Coverage | None:
    """Count where a kind of group and a unit are known; None where something is still to be chosen."""
    if unit_id is None or not asked.get("group"):
        return None
    return units.tally_coverage(
        tx, call.viewer, group=asked.get("group"), unit_id=unit_id, on=asked.day("on"), today=call.today
    )
