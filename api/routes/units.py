"""Units, their groups, and which of them have one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import AdminCall, Call, ReadCall, listed, one, path_id, takes
from api.route import Route
from api.schemas.organisation import GroupIn, UnitIn, UnitPatch
from api.times import day
from tracker.domain.errors import AppError, Code
from tracker.services import units

if TYPE_CHECKING:
    from api.http import PageRequest
    from tracker.domain.units import GroupRow
    from tracker.services.units import UnitCard

router = APIRouter(tags=["units"], route_class=Route)


def unit_json(unit: UnitCard) -> dict[str, Any]:
    """Give a unit as the API answers it."""
    return {
        "id": unit.unit_id,
        "code": unit.code,
        "name": unit.name,
        "kind": unit.kind or None,
        "parent_id": unit.parent_id,
        "parent_name": unit.parent_name,
        "since": day(units.known(unit.since)),
        "valid_from": day(unit.valid_from),
        "valid_to": day(unit.valid_to),
        "successor_id": unit.successor_id,
        "groups": [group_json(g) for g in unit.groups],
    }


def group_json(group: GroupRow) -> dict[str, Any]:
    """Give a group as the API answers it."""
    return {
        "id": group.group_id,
        "unit_id": group.unit_id,
        "kind": group.kind,
        "established_on": day(group.established_on),
    }


def query_day(call: Call, name: str) -> dt.date | None:
    """Read a query parameter that is a local date."""
    text = call.query(name)
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise AppError(Code.FIELD_INVALID, f"{name} is a date, YYYY-MM-DD") from error


def after_name(page: PageRequest) -> tuple[str, int] | None:
    """Give the (sort value, id) after which a page of a list by name begins."""
    if page.after is None:
        return None
    if len(page.after) == 2 and isinstance(page.after[0], str) and isinstance(page.after[1], int):  # noqa: PLR2004 - both
        return page.after[0], page.after[1]
    raise AppError(Code.CURSOR_INVALID)


@router.get("/units")
def list_units(call: ReadCall) -> Response:
    """List the units of a day (today), by name, or by code with `sort=code`."""
    page, sort = call.page(), call.query("sort") or "name"
    if sort not in {"name", "code"}:
        raise AppError(Code.FIELD_INVALID, "sort is name or code")
    with call.read() as tx:
        found, after = units.list_page(
            tx,
            call.viewer,
            today=call.today,
            limit=page.limit,
            q=call.query("q"),
            parent_id=call.query_id("parent"),
            on=query_day(call, "on"),
            by_code=sort == "code",
            after=after_name(page),
        )
    return listed([unit_json(u) for u in found], after)


@router.post("/units", status_code=201, openapi_extra=takes(UnitIn))
def create_unit(call: AdminCall) -> Response:
    """Make a unit."""
    new = call.body(UnitIn).to_new()

    def work(tx: Any) -> Response:
        made = units.create(tx, call.viewer, new, now=call.now, today=call.today)
        return one(unit_json(made), made.version, status=201)

    return call.create(work)


@router.get("/units/coverage")
def get_coverage(call: ReadCall) -> Response:
    """Count which units directly below one had a group of a kind on a day."""
    group = call.query("group")
    if group is None:
        raise AppError(Code.FIELD_INVALID, "name the kind of group (group=)")
    with call.read() as tx:
        found = units.tally_coverage(
            tx,
            call.viewer,
            group=group,
            unit_id=call.query_id("unit"),
            on=query_day(call, "on"),
            today=call.today,
        )
    tenths = found.tenths_percent
    answer = {
        "with": found.with_group,
        "total": found.total,
        "percent": None if tenths is None else tenths / 10,
        "missing": [{"id": row.unit_id, "code": row.code, "name": row.name} for row in found.missing],
    }
    return one(answer, 0)


@router.get("/units/{unit_id}")
def get_unit(call: ReadCall, unit_id: str) -> Response:
    """Get a unit as it stands today, or on another day (`on=`), with its history."""
    with call.read() as tx:
        found = units.get(tx, call.viewer, path_id(unit_id), today=call.today, on=query_day(call, "on"))
    return one(_with_history(found), found.version)


@router.patch("/units/{unit_id}", openapi_extra=takes(UnitPatch))
def change_unit(call: AdminCall, unit_id: str) -> Response:
    """Change a unit from a day on; what it was stands before that day."""
    with call.read() as tx:
        current = units.get(tx, call.viewer, path_id(unit_id), today=call.today)
    call.if_match(current.version)
    wanted = call.body(UnitPatch).to_change()
    with call.write() as tx:
        changed = units.change(
            tx, call.viewer, current.unit_id, wanted, version=current.version, now=call.now, today=call.today
        )
    return one(_with_history(changed), changed.version)


@router.post("/units/{unit_id}/groups", status_code=201, openapi_extra=takes(GroupIn))
def add_group(call: AdminCall, unit_id: str) -> Response:
    """Put down that a unit has set up a working group."""
    with call.read() as tx:
        current = units.get(tx, call.viewer, path_id(unit_id), today=call.today)
    body = call.body(GroupIn)

    def work(tx: Any) -> Response:
        made = units.add_group(
            tx,
            call.viewer,
            current.unit_id,
            kind=body.kind,
            established_on=body.established_on,
            now=call.now,
            today=call.today,
        )
        return one(group_json(made), 1, status=201)

    return call.create(work)


def _with_history(unit: UnitCard) -> dict[str, Any]:
    history = [
        {
            "name": v.name,
            "kind": v.kind or None,
            "parent_id": v.parent_id,
            "valid_from": day(units.known(v.valid_from)),
            "valid_to": day(v.valid_to),
        }
        for v in unit.history
    ]
    return unit_json(unit) | {"history": history}
