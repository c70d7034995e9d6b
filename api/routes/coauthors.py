"""Co-authors: pieces that name the caller and their word on it; who asks to be named, and officers' verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import MemberCall, OfficerCall, ReadCall, listed, one, path_id, takes
from api.places import coauthor_mark
from api.route import Route
from api.routes.claims import claim_key
from api.schemas.coauthors import CoauthorAnswerIn, CoauthorVerdictIn
from api.times import day, instant
from tracker.domain.types import MemberId
from tracker.services import coauthors

if TYPE_CHECKING:
    from tracker.domain.coauthors import CoauthorMark, Coauthorship
    from tracker.store.db import Tx

router = APIRouter(tags=["coauthors"], route_class=Route)


@router.get("/coauthorships")
def list_coauthorships(call: MemberCall) -> Response:
    """List the pieces of others that name the caller, the latest first."""
    page = call.page()
    with call.read() as tx:
        found = coauthors.list_mine(tx, call.viewer, after=coauthor_mark(page), limit=page.limit)
    return listed([coauthorship_json(one) for one in found.items], _after(found.after))


@router.post("/coauthorships/{claim_id}", openapi_extra=takes(CoauthorAnswerIn))
def answer_coauthorship(call: MemberCall, claim_id: str) -> Response:
    """Agree to be a co-author, or object."""
    key = claim_key(claim_id)

    def work(tx: Tx) -> Response:
        coauthors.require_mine(tx, call.viewer, key)
        said = call.body(CoauthorAnswerIn).answer
        state = coauthors.answer(tx, call.viewer, key, said, now=call.now, today=call.today)
        return one({"claim_id": str(key), "member_id": call.viewer.member_id, "state": state.value}, 1)

    return call.create(work)


@router.get("/coauthors/asked")
def list_asked(call: ReadCall) -> Response:
    """List who says of accepted pieces of others that they are theirs too, the oldest first."""
    page = call.page()
    with call.read() as tx:
        found = coauthors.list_asked(tx, call.viewer, after=coauthor_mark(page), limit=page.limit, today=call.today)
    return listed([coauthorship_json(one) for one in found.items], _after(found.after))


@router.post("/claims/{claim_id}/coauthors/{member_id}", openapi_extra=takes(CoauthorVerdictIn))
def decide_coauthor(call: OfficerCall, claim_id: str, member_id: str) -> Response:
    """Accept or refuse somebody who says of an accepted piece that it is theirs too."""
    key, who = claim_key(claim_id), MemberId(path_id(member_id))

    def work(tx: Tx) -> Response:
        coauthors.get_for_decision(tx, call.viewer, key, who, today=call.today)
        verdict = call.body(CoauthorVerdictIn).verdict
        state = coauthors.decide(tx, call.viewer, key, who, verdict, now=call.now, today=call.today)
        return one({"claim_id": str(key), "member_id": who, "state": state.value}, 1)

    return call.create(work)


def coauthorship_json(row: Coauthorship) -> dict[str, Any]:
    """Give what a member has to do with a piece as the API answers it."""
    return {
        "claim_id": str(row.claim_id),
        "member_id": row.member_id,
        "member_name": row.member_name or None,
        "owner_id": row.claim_id.member_id,
        "owner_name": row.owner_name or None,
        "unit_id": row.unit_id,
        "title": row.title,
        "url": row.url,
        "happened_on": day(row.happened_on),
        "claim_state": row.claim_state.value,
        "state": row.state.value,
        "since": instant(row.since_at),
    }


def _after(mark: CoauthorMark | None) -> tuple[Any, ...] | None:
    return None if mark is None else (mark[0].isoformat(), *mark[1:])
