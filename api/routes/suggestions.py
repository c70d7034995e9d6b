"""«Is this yours?»: what is offered to the member, and their answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import MemberCall, listed, no_content, one, takes
from api.places import suggestion_key
from api.problems import problem
from api.route import Route
from api.routes.claims import claim_json
from api.schemas.suggestions import Answer, AnswerIn
from api.times import instant
from tracker.domain.authorship_words import told_words
from tracker.domain.errors import Code
from tracker.services import claims, filing, suggestions

if TYPE_CHECKING:
    from tracker.domain.suggestions import SuggestionRow
    from tracker.store.db import Tx

router = APIRouter(tags=["suggestions"], route_class=Route)


@router.get("/suggestions")
def list_suggestions(call: MemberCall) -> Response:
    """List collected pieces that may be the member's own, the latest first."""
    page = call.page()
    with call.read() as tx:
        found = suggestions.list_open(tx, call.viewer, after=call.after_id(page), limit=page.limit)
    items = [suggestion_json(row, call.language) for row in found.items]
    return listed(items, None if found.after is None else (found.after,))


@router.post("/suggestions/{suggestion_id}", status_code=201, openapi_extra=takes(AnswerIn))
def answer_suggestion(call: MemberCall, suggestion_id: str) -> Response:
    """Claim a piece as one's own (201, the pending claim), or say it is not (204)."""
    member_id, article_id = suggestion_key(suggestion_id)

    def work(tx: Tx) -> Response:
        suggestions.require(tx, call.viewer, member_id, article_id)
        if call.body(AnswerIn).answer is Answer.NOT_MINE:
            suggestions.refuse(tx, call.viewer, member_id, article_id, now=call.now)
            return no_content()
        filed = suggestions.accept(tx, call.viewer, member_id, article_id, now=call.now, zone=call.deps.zone)
        if isinstance(filed, filing.Repeated):
            return problem(Code.CLAIM_DUPLICATE, language=call.language, claim_id=str(filed.claim_id))
        view = claims.get(tx, call.viewer, filed.claim_id, now=call.now, today=call.today)
        return one(claim_json(view, call.language), view.claim.version, status=201)

    return call.create(work)


def suggestion_json(row: SuggestionRow, language: str) -> dict[str, Any]:
    """Give a suggestion as the API answers it."""
    return {
        "id": f"{row.member_id}-{row.article_id}",
        "article_id": row.article_id,
        "title": row.title,
        "url": row.url,
        "source": row.source,
        "authors": list(row.authors),
        "published_at": instant(row.published_at),
        "score": row.score_percent / 100,
        "reasons": told_words(row.reasons, language),
        "offered_at": instant(row.offered_at),
    }
