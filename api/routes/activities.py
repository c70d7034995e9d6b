"""The register of counted activities."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from api.http import OfficerCall, ReadCall, listed, no_content, one, path_id, takes
from api.route import Route
from api.routes.assignments import find_period
from api.schemas.activities import ActivityIn, ActivityPatch
from tracker.services import activities
from tracker.services.activities import ActivityRow
from tracker.store.db import Tx

router = APIRouter(tags=["activities"], route_class=Route)


@router.get("/activities")
def list_activities(call: ReadCall) -> Response:
    """List the activities of a unit and all below it in a period, with totals by name."""
    page, period = call.page(), find_period(call)
    with call.read() as tx:
        found = activities.list_page(
            tx,
            call.viewer,
            unit_id=call.query_id("unit"),
            period=period,
            after=call.after_id(page),
            limit=page.limit,
            today=call.today,
        )
    totals = [{"name": t.name, "count": t.count, "participants": t.participants} for t in found.totals]
    items = [activity_json(row) | {"unit_name": found.unit_names.get(row.unit_id, "")} for row in found.items]
    return listed(items, None if found.after is None else (found.after,), totals=totals)


@router.post("/activities", status_code=201, openapi_extra=takes(ActivityIn))
def create_activity(call: OfficerCall) -> Response:
    """Register an activity."""
    new = call.body(ActivityIn).to_new()

    def work(tx: Tx) -> Response:
        made = activities.create(tx, call.viewer, new, now=call.now, today=call.today)
        return one(activity_json(made), made.version, status=201)

    return call.create(work)


@router.get("/activities/{activity_id}")
def get_activity(call: ReadCall, activity_id: str) -> Response:
    """Get an activity."""
    with call.read() as tx:
        found = activities.get(tx, call.viewer, path_id(activity_id), today=call.today)
    return one(activity_json(found), found.version)


@router.patch("/activities/{activity_id}", openapi_extra=takes(ActivityPatch))
def change_activity(call: OfficerCall, activity_id: str) -> Response:
    """Change an activity."""
    with call.write() as tx:
        current = activities.get(tx, call.viewer, path_id(activity_id), today=call.today)
        call.if_match(current.version)
        changes = call.body(ActivityPatch).to_changes()
        changed = activities.change(tx, call.viewer, current, changes, now=call.now, today=call.today)
    return one(activity_json(changed), changed.version)


@router.delete("/activities/{activity_id}", status_code=204)
def remove_activity(call: OfficerCall, activity_id: str) -> Response:
    """Remove an activity."""
    with call.write() as tx:
        current = activities.get(tx, call.viewer, path_id(activity_id), today=call.today)
        call.if_match(current.version)
        activities.remove(tx, call.viewer, current, now=call.now)
    return no_content()


def activity_json(row: ActivityRow) -> dict[str, Any]:
    """Give an activity as the API answers it."""
    return {
        "id": row.activity_id,
        "unit_id": row.unit_id,
        "name": row.name,
        "period": row.period,
        "count": row.activity_count,
        "participants": row.participant_count,
        "programme_id": row.programme_id,
    }
