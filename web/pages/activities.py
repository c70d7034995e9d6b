"""The register of counted activities on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import Call, OfficerCall, ReadCall, mark, path_id
from api.route import Route
from tracker.domain.activities import COUNT_MOST
from tracker.services import activities
from web import flash, forms, render
from web.forms import Fields
from web.saving import check_version, save
from web.typed_period import one_of, read_period, typed
from web.unit_choice import unit_options

if TYPE_CHECKING:
    from tracker.services.activities import ActivityRow
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

PAGE_SIZE = 50


@router.get("/activities")
def activities_page(call: ReadCall) -> Response:
    """List activities with their totals by name."""
    return _list(call, Fields())


@router.post("/activities")
def add_activity(call: OfficerCall) -> Response:
    """Register an activity."""
    form = forms.read(call)
    values = {"unit_id": form.identity("unit_id", needed=True)} | _read(form)

    def work(tx: Tx) -> str:
        activities.create(tx, call.viewer, activities.NewActivity(**values), now=call.now, today=call.today)
        return "/activities"

    return save(call, form, work, lambda status: _list(call, form, status))


@router.get("/activities/{activity_id}")
def activity_page(call: ReadCall, activity_id: str) -> Response:
    """Show an activity."""
    return _one(call, _load(call, activity_id), Fields())


@router.post("/activities/{activity_id}")
def change_activity(call: OfficerCall, activity_id: str) -> Response:
    """Change an activity."""
    current, form = _load(call, activity_id), forms.read(call)
    values = _read(form)
    check_version(call, form, current.version)

    def work(tx: Tx) -> str:
        activities.change(tx, call.viewer, current, values, now=call.now, today=call.today)
        return f"/activities/{current.activity_id}"

    return save(call, form, work, lambda status: _one(call, current, form, status))


@router.post("/activities/{activity_id}/remove")
def remove_activity(call: OfficerCall, activity_id: str) -> Response:
    """Remove an activity."""
    current = _load(call, activity_id)

    def work(tx: Tx) -> None:
        activities.remove(tx, call.viewer, current, now=call.now)

    return flash.act(call, "/activities", "deleted", work)


def _read(form: Fields) -> dict[str, Any]:
    return {
        "name": form.text("name", needed=True),
        "period": one_of(form, "for_period", needed=True),
        "activity_count": form.whole("count", needed=True, most=COUNT_MOST),
        "participant_count": form.whole("participants", most=COUNT_MOST),
    }


def _list(call: Call, form: Fields, status: int = 200) -> Response:
    asked = Fields.filled(period=call.query("period"), unit=call.query("unit"), name=call.query("name"))
    with call.read() as tx:
        found = activities.list_page(
            tx,
            call.viewer,
            unit_id=asked.identity("unit"),
            period=one_of(asked, "period"),
            name=asked.text("name") or None,
            after=call.after_id(call.page()),
            limit=PAGE_SIZE,
            today=call.today,
        )
        units = unit_options(tx, call.viewer, today=call.today)
    return render.page(
        call,
        "activities.html",
        status=status,
        form=form,
        asked=asked,
        found=found,
        units=units,
        cursor=None if found.after is None else mark(found.after),
    )


def _one(call: Call, activity: ActivityRow, form: Fields, status: int = 200) -> Response:
    if not form.sent:
        period = read_period(activity.period)
        form = Fields.filled(
            name=activity.name,
            for_period=activity.period if period is None else typed(period),
            count=activity.activity_count,
            participants=activity.participant_count,
        )
    return render.page(call, "activity.html", status=status, activity=activity, form=form)


def _load(call: Call, activity_id: str) -> ActivityRow:
    with call.read() as tx:
        return activities.get(tx, call.viewer, path_id(activity_id), today=call.today)
