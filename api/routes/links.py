"""Tracked links of a member."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import MemberCall, one, path_id, takes
from api.schemas.claims import LinkIn
from tracker.domain.links import link_url
from tracker.domain.types import ArticleId
from tracker.services import links

if TYPE_CHECKING:
    from tracker.store.db import Tx

router = APIRouter(tags=["links"])


@router.post("/articles/{article_id}/links", status_code=201, openapi_extra=takes(LinkIn))
def get_link(call: MemberCall, article_id: str) -> Response:
    """Give one's own link to an article for a channel; the same three give the same link (200)."""
    article = ArticleId(path_id(article_id))

    def work(tx: Tx) -> Response:
        links.check_article(tx, call.viewer, article, today=call.today)
        channel = call.body(LinkIn).channel
        given = links.get_link(
            tx, call.viewer, article, channel, secret=call.deps.secret, now=call.now, today=call.today
        )
        return one(_answer(call.deps.base_url, given), 1, status=201 if given.made else 200)

    return call.create(work)


def _answer(base_url: str, given: links.GivenLink) -> dict[str, Any]:
    link = given.link
    return {
        "slug": link.slug,
        "url": link_url(base_url, link.slug),
        "channel": link.channel.value,
        "article_id": link.article_id,
    }
