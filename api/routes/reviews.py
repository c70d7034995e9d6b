"""Officers' decisions on claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from api.http import OfficerCall, one, takes
from api.route import Route
from api.routes.claims import claim_json, claim_key
from api.schemas.claims import ReviewIn, ReviewsIn
from tracker.domain.errors import AppError, Code
from tracker.labels import error_words
from tracker.services import claims, reviews

if TYPE_CHECKING:
    from tracker.store.db import Tx

router = APIRouter(tags=["reviews"], route_class=Route)


@router.post("/claims/{claim_id}/reviews", openapi_extra=takes(ReviewIn))
def review_claim(call: OfficerCall, claim_id: str) -> Response:
    """Decide on a claim."""

    def work(tx: Tx) -> Response:
        key = claim_key(claim_id)
        reviews.get_for_review(tx, call.viewer, key, today=call.today)
        decision = call.body(ReviewIn).decision()
        reviews.decide(tx, call.viewer, key, decision, now=call.now, zone=call.deps.zone)
        view = claims.get(tx, call.viewer, key, now=call.now, today=call.today)
        return one(claim_json(view, call.language), view.claim.version)

    return call.create(work)


@router.post("/reviews", openapi_extra=takes(ReviewsIn))
def review_claims(call: OfficerCall) -> Response:
    """Decide on many claims alike, each alone."""
    body = call.body(ReviewsIn)

    def work(tx: Tx) -> Response:
        known = body.known_ids()
        asked = list(dict.fromkeys(claim_id for claim_id in known.values() if claim_id is not None))
        decided = reviews.decide_all(tx, call.viewer, asked, body.decision(), now=call.now, zone=call.deps.zone)
        found = {r.claim_id: r for r in decided}
        items = [_item(text, found.get(key) if key else None, call.language) for text, key in known.items()]
        return JSONResponse({"items": items})

    return call.create(work)


def _item(text: str, reviewed: reviews.Reviewed | None, language: str) -> dict[str, Any]:
    refusal = AppError(Code.NOT_FOUND) if reviewed is None else reviewed.refusal
    state = None if reviewed is None or reviewed.state is None else reviewed.state.value
    error = None if refusal is None else {"code": refusal.code.value, "message": error_words(refusal.code, language)}
    return {"claim_id": text, "state": state, "error": error}
