"""Tracked links: one's own, what was counted on them, and bursts that are held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import MemberCall, OfficerCall, ReadCall, listed, one, path_id, takes
from api.places import hold_key, hold_mark
from api.route import Route
from api.schemas.claims import LinkIn
from api.times import instant
from tracker.domain.clicks import ClickVerdict
from tracker.domain.links import link_url
from tracker.domain.periods import Period
from tracker.domain.types import ArticleId, UnitId
from tracker.services import articles, link_counts, links

if TYPE_CHECKING:
    from tracker.domain.link_counts import CountedLink
    from tracker.services.link_counts import Hold
    from tracker.store.db import Tx

router = APIRouter(tags=["links"], route_class=Route)


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


@router.get("/articles/{article_id}/links")
def list_own_links(call: MemberCall, article_id: str) -> Response:
    """List one's own links to an article, with every request on them by its verdict; also to one hidden since."""
    article = ArticleId(path_id(article_id))
    with call.read() as tx:
        articles.get(tx, call.viewer, article, today=call.today)
        found = link_counts.list_own(tx, call.viewer, article)
    return listed([_counted(call.deps.base_url, link) for link in found])


@router.get("/links/requests")
def tally_requests(call: ReadCall) -> Response:
    """Sum the requests of a period by verdict: what counts, and what does not, and why."""
    period = Period.parse(call.query("period") or "")
    with call.read() as tx:
        found = link_counts.tally_requests(tx, call.viewer, _unit(call), period, today=call.today)
    return listed([{"verdict": row.verdict.value, "requests": row.requests} for row in found])


@router.get("/links/holds")
def list_holds(call: ReadCall) -> Response:
    """List bursts that are held and may still be released, the latest first."""
    page = call.page()
    with call.read() as tx:
        found = link_counts.list_holds(
            tx, call.viewer, _unit(call), after=hold_mark(page), limit=page.limit, today=call.today
        )
    return listed([_hold(hold) for hold in found.items], found.next)


@router.post("/links/{slug}/holds/{day}/release")
def release_hold(call: OfficerCall, slug: str, day: str) -> Response:
    """Let a held burst count."""
    asked = hold_key(slug, day)

    def work(tx: Tx) -> Response:
        count = link_counts.release(tx, call.viewer, *asked, now=call.now, today=call.today)
        return one({"slug": slug, "day": day, "released": count}, 1)

    return call.create(work)


def _unit(call: ReadCall) -> UnitId | None:
    unit_id = call.query_id("unit")
    return None if unit_id is None else UnitId(unit_id)


def _answer(base_url: str, given: links.GivenLink) -> dict[str, Any]:
    link = given.link
    return {
        "slug": link.slug,
        "url": link_url(base_url, link.slug),
        "channel": link.channel.value,
        "article_id": link.article_id,
    }


def _counted(base_url: str, link: CountedLink) -> dict[str, Any]:
    requests = {verdict.value: link.requests.get(verdict.value, 0) for verdict in ClickVerdict}
    return {
        "slug": link.slug,
        "url": link_url(base_url, link.slug),
        "channel": link.channel,
        "created_at": instant(link.created_at),
        "withdrawn_at": None if link.withdrawn_at is None else instant(link.withdrawn_at),
        "requests": requests,
        "person_days": link.person_days,
        "at_birth": link.birth_count,
    }


def _hold(hold: Hold) -> dict[str, Any]:
    return {
        "slug": hold.slug,
        "day": hold.day.isoformat(),
        "member_id": hold.member_id,
        "full_name": hold.full_name,
        "article_id": hold.article_id,
        "title": hold.title,
        "channel": hold.channel,
        "held": hold.held,
    }
