"""Who else carried an authored piece, and officers' verdicts on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import OfficerCall, ReadCall, ReadOrSelfCall, listed, one, takes
from api.places import claim_mark, republication_key
from api.route import Route
from api.routes.claims import claim_key
from api.schemas.republications import RepublicationIn
from api.times import instant
from tracker.services import claims, republication_queue, republications

if TYPE_CHECKING:
    from tracker.domain.republications import Republication
    from tracker.domain.types import ClaimId
    from tracker.store.db import Tx

router = APIRouter(tags=["republications"], route_class=Route)


@router.get("/republications")
def list_waiting(call: ReadCall) -> Response:
    """List claimed pieces that others carry and nobody has decided on, the longest waiting first."""
    page = call.page()
    with call.read() as tx:
        found = republication_queue.list_waiting(
            tx, call.viewer, after=claim_mark(page), limit=page.limit, today=call.today
        )
    items = [
        {
            "claim_id": str(one.claim.claim_id),
            "title": one.claim.title,
            "member_id": one.claim.member_id,
            "member_name": one.claim.member_name or None,
            "unit_id": one.claim.unit_id,
            "since": instant(one.since_at),
            "republications": [republication_json(one.claim.claim_id, carried) for carried in one.carried],
        }
        for one in found.items
    ]
    return listed(items, None if found.after is None else (found.after[0].isoformat(), *found.after[1:]))


@router.get("/claims/{claim_id}/republications")
def list_republications(call: ReadOrSelfCall, claim_id: str) -> Response:
    """List the other sources that carry a claimed piece, the earliest first."""
    key = claim_key(claim_id)
    with call.read() as tx:
        found = republications.list_of(tx, call.viewer, key, today=call.today)
    return listed([republication_json(key, item) for item in found])


@router.post("/republications/{republication_id}", openapi_extra=takes(RepublicationIn))
def decide_republication(call: OfficerCall, republication_id: str) -> Response:
    """Confirm or refuse that a source carried a piece."""
    key, article_id = republication_key(republication_id)

    def work(tx: Tx) -> Response:
        republications.get_for_decision(tx, call.viewer, key, article_id, today=call.today)
        verdict = call.body(RepublicationIn).verdict
        found = republications.decide(tx, call.viewer, key, article_id, verdict, now=call.now, today=call.today)
        version = claims.find_row(tx, call.viewer, key, today=call.today).version
        return one(republication_json(key, found), version)

    return call.create(work)


def republication_json(claim_id: ClaimId, item: Republication) -> dict[str, Any]:
    """Give a republication as the API answers it."""
    carrier = item.carrier
    return {
        "id": f"{claim_id}-{carrier.article_id}",
        "claim_id": str(claim_id),
        "article_id": carrier.article_id,
        "title": carrier.title,
        "url": carrier.url,
        "source": carrier.source,
        "published_at": instant(carrier.published_at),
        "similarity": carrier.similarity_percent / 100 if carrier.similarity_percent else None,
        "earlier": item.is_earlier,
        "state": item.state.value,
        "decided_at": instant(item.decided_at),
    }
