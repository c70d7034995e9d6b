"""Targets of programmes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import OfficerCall, ReadOrSelfCall, listed, no_content, one, path_id, takes
from api.route import Route
from api.schemas.programmes import TargetIn, TargetPatch
from tracker.services import targets
from tracker.store.db import Tx

if TYPE_CHECKING:
    from tracker.services.targets import TargetRow

router = APIRouter(tags=["targets"], route_class=Route)


@router.get("/targets")
def list_targets(call: ReadOrSelfCall) -> Response:
    """List the targets that bind one's scope; a member gets those that ask something of them."""
    page = call.page()
    with call.read() as tx:
        found, after = targets.list_page(
            tx,
            call.viewer,
            programme_id=call.query_id("programme"),
            unit_id=call.query_id("unit"),
            after=call.after_id(page),
            limit=page.limit,
            today=call.today,
        )
    return listed([target_json(t) for t in found], None if after is None else (after,))


@router.post("/targets", status_code=201, openapi_extra=takes(TargetIn))
def create_target(call: OfficerCall) -> Response:
    """Set a target of a programme."""
    new = call.body(TargetIn).to_new()

    def work(tx: Tx) -> Response:
        made = targets.create(tx, call.viewer, new, now=call.now, today=call.today)
        return one(target_json(made), made.version, status=201)

    return call.create(work)


@router.get("/targets/{target_id}")
def get_target(call: ReadOrSelfCall, target_id: str) -> Response:
    """Get a target."""
    with call.read() as tx:
        found = targets.get(tx, call.viewer, path_id(target_id), today=call.today)
    return one(target_json(found), found.version)


@router.patch("/targets/{target_id}", openapi_extra=takes(TargetPatch))
def change_target(call: OfficerCall, target_id: str) -> Response:
    """Change a target."""
    with call.write() as tx:
        current = targets.get_own(tx, call.viewer, path_id(target_id), today=call.today)
        call.if_match(current.version)
        changes = call.body(TargetPatch).to_changes()
        changed = targets.change(tx, call.viewer, current, changes, now=call.now, today=call.today)
    return one(target_json(changed), changed.version)


@router.delete("/targets/{target_id}", status_code=204)
def remove_target(call: OfficerCall, target_id: str) -> Response:
    """Remove a target that nobody was assigned."""
    with call.write() as tx:
        current = targets.get_own(tx, call.viewer, path_id(target_id), today=call.today)
        call.if_match(current.version)
        targets.remove(tx, call.viewer, current, now=call.now)
    return no_content()


def target_json(row: TargetRow) -> dict[str, Any]:
    """Give a target as the API answers it."""
    target = row.target
    return {
        "id": target.target_id,
        "programme_id": target.programme_id,
        "programme": row.programme_name,
        "unit_id": row.unit_id,
        "who": target.who.value,
        "what": target.what.value,
        "minimum": target.minimum,
        "aim": target.aim,
        "per": target.per.value,
        "topics": list(row.topics),
        "slots": list(target.slots),
    }
