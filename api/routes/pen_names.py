"""Pen names: proposed by the caller, confirmed or refused by an officer, and only then looked for in bylines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import MemberCall, OfficerCall, ReadCall, listed, no_content, one, takes
from api.places import proposal_mark
from api.route import Route
from api.schemas.pen_names import PenNameIn, PenNameVerdictIn
from api.times import instant
from tracker.domain.types import MemberId
from tracker.services import pen_names

if TYPE_CHECKING:
    from tracker.domain.pen_names import PenNameProposal
    from tracker.store.db import Tx

router = APIRouter(tags=["pen names"], route_class=Route)


@router.get("/me/pen-names")
def list_own(call: MemberCall) -> Response:
    """List the caller's pen names: confirmed, waiting, refused."""
    with call.read() as tx:
        confirmed, proposed = pen_names.list_own(tx, call.viewer)
    told = [{"name": name, "state": "confirmed", "reason": None} for name in confirmed]
    return listed(told + [_own_json(row) for row in proposed])


@router.post("/me/pen-names", status_code=201, openapi_extra=takes(PenNameIn))
def propose(call: MemberCall) -> Response:
    """Propose a name one signs with."""

    def work(tx: Tx) -> Response:
        made = pen_names.propose(tx, call.viewer, call.body(PenNameIn).name, now=call.now)
        return one(_own_json(made), 1, status=201)

    return call.create(work)


@router.post("/me/pen-names/drop", status_code=204, openapi_extra=takes(PenNameIn))
def drop(call: MemberCall) -> Response:
    """Take back a name that was proposed."""
    with call.write() as tx:
        pen_names.drop(tx, call.viewer, call.body(PenNameIn).name, now=call.now)
    return no_content()


@router.get("/pen-names")
def list_waiting(call: ReadCall) -> Response:
    """List the pen names of the caller's scope that wait for an officer, the oldest first."""
    page = call.page()
    with call.read() as tx:
        found = pen_names.list_waiting(tx, call.viewer, after=proposal_mark(page), limit=page.limit, today=call.today)
    after = None if found.after is None else (found.after[0].isoformat(), *found.after[1:])
    return listed([_waiting_json(row) for row in found.items], after)


@router.post("/pen-names", status_code=204, openapi_extra=takes(PenNameVerdictIn))
def decide(call: OfficerCall) -> Response:
    """Confirm or refuse a pen name."""
    body = call.body(PenNameVerdictIn)
    with call.write() as tx:
        pen_names.decide(
            tx,
            call.viewer,
            MemberId(body.member_id),
            body.name,
            body.verdict,
            body.reason,
            now=call.now,
            today=call.today,
        )
    return no_content()


def _own_json(row: PenNameProposal) -> dict[str, Any]:
    state = "waiting" if row.refused_at is None else "refused"
    return {"name": row.name, "state": state, "reason": row.reason, "proposed_at": instant(row.proposed_at)}


def _waiting_json(row: PenNameProposal) -> dict[str, Any]:
    return {
        "member_id": row.member_id,
        "member_name": row.member_name,
        "unit_name": row.unit_name,
        "name": row.name,
        "proposed_at": instant(row.proposed_at),
        "others": row.taken_count,
    }
