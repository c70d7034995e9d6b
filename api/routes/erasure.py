"""Carrying out a member's request to be erased."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.http import AdminCall, one, path_id
from api.route import Route
from tracker.services import erasure

router = APIRouter(tags=["members"], route_class=Route)


@router.post("/members/{member_id}/erasure")
def erase_member(call: AdminCall, member_id: str) -> Response:
    """Erase a person: names go everywhere, closed reports included; numbers stay. Again: nothing more to do."""
    with call.write() as tx:
        carried = erasure.carry_out(tx, call.viewer, path_id(member_id), now=call.now)
    erasure.finish(call.deps.db, call.deps.files, carried)
    told = {
        "member_id": carried.member_id,
        "erased": True,
        "claims": carried.claim_count,
        "files": len(carried.file_names),
        "requests": carried.request_count,
    }
    return one(told, 1)
