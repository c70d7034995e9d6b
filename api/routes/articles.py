"""Articles: the list and its search for everyone signed in; featuring, hiding and topics for officers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import Call, OfficerCall, SignedInCall, listed, one, path_id, takes
from api.route import Route
from api.schemas.feeds import ArticlePatch
from api.times import instant
from tracker.domain.articles import ArticleChange, ArticleFilter, read_search
from tracker.domain.errors import AppError, Code
from tracker.domain.types import FeedId
from tracker.services import articles
from tracker.services.articles import Cursor

if TYPE_CHECKING:
    from api.http import PageRequest
    from tracker.domain.articles import Article

router = APIRouter(tags=["articles"], route_class=Route)

CURSOR_MOST = 2**63 - 1


def article_json(article: Article) -> dict[str, Any]:
    """Give an article as the API answers it; the summary is plain text."""
    return {
        "id": article.article_id,
        "title": article.title,
        "url": article.url,
        "source": article.source,
        "summary": article.summary,
        "published_at": instant(article.published_at),
        "date_quality": article.date_quality,
        "first_seen_at": instant(article.first_seen_at),
        "topics": list(article.topics),
        "featured": article.featured,
        "hidden": article.hidden,
        "authors": list(article.authors),
        "image": article.image,
    }


@router.get("/articles")
def list_articles(call: SignedInCall) -> Response:
    """List and search articles, newest first."""
    page, wanted = call.page(), _wanted(call)
    if wanted is None:
        return listed([])
    with call.read() as tx:
        found = articles.list_page(tx, call.viewer, wanted, after=_after(page), limit=page.limit, today=call.today)
    after = found.next
    mark = None if after is None else (after.marked, after.published_us, after.article_id)
    return listed([article_json(a) for a in found.items], mark)


@router.get("/articles/{article_id}")
def get_article(call: SignedInCall, article_id: str) -> Response:
    """Get an article."""
    found = _load(call, article_id)
    return one(article_json(found), found.version)


@router.patch("/articles/{article_id}", openapi_extra=takes(ArticlePatch))
def change_article(call: OfficerCall, article_id: str) -> Response:
    """Feature or hide an article for one's unit and all below, set its topics for all."""
    current = _load(call, article_id)
    call.if_match(current.version)
    body = call.body(ArticlePatch)
    wanted = ArticleChange(
        featured=body.featured, hidden=body.hidden, topics=None if body.topics is None else tuple(body.topics)
    )
    with call.write() as tx:
        changed = articles.change(tx, call.viewer, current, wanted, now=call.now, today=call.today)
    return one(article_json(changed), changed.version)


def _wanted(call: Call) -> ArticleFilter | None:
    """Read what the list is narrowed to; None where the words searched for can stand in no article."""
    asked = call.query("q")
    search = None if asked is None else read_search(asked)
    if asked is not None and asked.strip() and search is None:
        return None
    feed_id = call.query_id("feed")
    return ArticleFilter(
        search=search,
        feed_id=None if feed_id is None else FeedId(feed_id),
        topic=call.query("topic"),
        since=call.query_instant("since"),
        featured=call.query_flag("featured"),
    )


def _after(page: PageRequest) -> Cursor | None:
    if page.after is None:
        return None
    if len(page.after) != 3 or not all(isinstance(v, int) and abs(v) <= CURSOR_MOST for v in page.after):  # noqa: PLR2004 - the three parts of a place
        raise AppError(Code.CURSOR_INVALID)
    marked, published_us, article_id = page.after
    return Cursor(marked=marked, published_us=published_us, article_id=article_id)


def _load(call: Call, article_id: str) -> Article:
    with call.read() as tx:
        return articles.get(tx, call.viewer, path_id(article_id), today=call.today)
