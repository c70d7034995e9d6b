"""The news: list, search, one article with all ways of passing it on; what officers feature, hide and label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import Call, MemberCall, OfficerCall, SignedInCall, mark, path_id
from api.problems import STATUS
from api.route import Route
from tracker.domain import rights
from tracker.domain.articles import ArticleChange, ArticleFilter, read_search
from tracker.domain.clicks import ClickVerdict
from tracker.domain.errors import AppError, Code
from tracker.domain.links import is_slug, link_url
from tracker.domain.rights import Right
from tracker.domain.types import ArticleId, Channel, FeedId
from tracker.services import articles, feeds, link_counts, links, topics
from tracker.services.articles import Cursor
from web import flash, forms, render
from web.forms import Fields
from web.sharing import OFFERED, dialog_url

if TYPE_CHECKING:
    from tracker.domain.articles import Article
    from tracker.domain.link_counts import CountedLink
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

PAGE_SIZE = 20
OPTIONS_MOST = 200
PLACE_PARTS = 3
PLACE_MOST = 2**63 - 1
NO_PAGE = articles.ArticlePage(items=[], next=None)


@router.get("/articles")
def articles_page(call: SignedInCall) -> Response:
    """List and search articles, newest first."""
    wanted = _wanted(call)
    with call.read() as tx:
        found = NO_PAGE if wanted is None else _list(call, tx, wanted)
        options: dict[str, Any] = {"topics": _topics(tx, call), "feeds": _feeds(tx, call)}
    asked = {name: call.query(name) for name in ("q", "topic", "feed", "featured")}
    place = found.next
    cursor = None if place is None else mark(place.marked, place.published_us, place.article_id)
    return render.page(
        call, "articles.html", found=found.items, asked=asked, cursor=cursor, form=Fields.filled(**asked), **options
    )


@router.get("/articles/{article_id}")
def article_page(call: SignedInCall, article_id: str) -> Response:
    """Show an article with the ways of passing it on."""
    return _article_page(call, _load(call, article_id), Fields())


@router.post("/articles/{article_id}/share")
def make_link(call: MemberCall, article_id: str) -> Response:
    """Give one's own link for a channel, and go to where it is passed on."""
    article = ArticleId(path_id(article_id))
    with call.read() as tx:
        links.check_article(tx, call.viewer, article, today=call.today)
    channel = forms.read(call).choice("channel", Channel, needed=True)
    if channel is None:
        raise AppError(Code.FIELD_INVALID, "channel")
    with call.write() as tx:
        given = links.get_link(
            tx, call.viewer, article, channel, secret=call.deps.secret, now=call.now, today=call.today
        )
    return flash.go(f"/articles/{article}/share/{given.link.slug}")


@router.get("/articles/{article_id}/share/{slug}")
def share_page(call: MemberCall, article_id: str, slug: str) -> Response:
    """Show one's own link: copy it, hand it to another application, and declare the share once it is posted.

    Of an article hidden meanwhile nothing is handed over any more; what was posted may still be declared.
    """
    article = _load(call, article_id)
    with call.read() as tx:
        offered = links.is_offered(tx, call.viewer, ArticleId(article.article_id), today=call.today)
        link = links.list_targets(tx, [slug]).get(slug) if is_slug(slug) else None
    if link is None or link.member_id != call.viewer.member_id or link.article_id != article.article_id:
        raise AppError(Code.NOT_FOUND)
    url = link_url(call.deps.base_url, link.slug)
    dialog = dialog_url(link.channel, url)
    return render.page(call, "share.html", article=article, link=link, url=url, dialog=dialog, offered=offered)


@router.post("/articles/{article_id}/links/{slug}/withdraw")
def withdraw_link(call: MemberCall, article_id: str, slug: str) -> Response:
    """Withdraw one's own link; it leads nowhere from then on."""
    to = f"/articles/{path_id(article_id)}"
    return flash.act(call, to, "withdrawn", lambda tx: links.withdraw_link(tx, call.viewer, slug, now=call.now))


@router.post("/articles/{article_id}")
def change_article(call: OfficerCall, article_id: str) -> Response:
    """Feature or hide an article for one's unit and below, set its topics for all."""
    article = _load(call, article_id)
    form = forms.read(call)
    if form.whole("version") != article.version:
        form.refuse(AppError(Code.ETAG_STALE), call.language)
        return _article_page(call, article, form, STATUS[Code.ETAG_STALE])
    wanted = ArticleChange(featured=form.has("featured"), hidden=form.has("hidden"), topics=form.lines("topics"))
    try:
        with call.write() as tx:
            articles.change(tx, call.viewer, article, wanted, now=call.now, today=call.today)
    except AppError as error:
        form.refuse(error, call.language)
        return _article_page(call, article, form, STATUS[error.code])
    return flash.go(f"/articles/{article.article_id}", "saved")


def _article_page(call: Call, article: Article, form: Fields, status: int = 200) -> Response:
    if not form.sent:
        form = Fields.filled(
            featured=article.featured, hidden=article.hidden, topics=article.topics, version=article.version
        )
    with call.read() as tx:
        page = articles.get_page(tx, call.viewer, article, today=call.today)
        own = link_counts.list_own(tx, call.viewer, ArticleId(article.article_id)) if _is_member(call) else []
        offered = links.is_offered(tx, call.viewer, ArticleId(article.article_id), today=call.today)
    return render.page(
        call,
        "article.html",
        status=status,
        article=article,
        page=page,
        form=form,
        offered=offered,
        channels=OFFERED,
        own_links=[(link, link_url(call.deps.base_url, link.slug), _rejected(link)) for link in own],
    )


def _is_member(call: Call) -> bool:
    return rights.allows(Right.MEMBER, call.viewer)


def _rejected(link: CountedLink) -> list[tuple[ClickVerdict, int]]:
    """Give what was not counted on a link, by reason."""
    reasons = (verdict for verdict in ClickVerdict if verdict is not ClickVerdict.COUNTED)
    return [(verdict, link.requests[verdict]) for verdict in reasons if link.requests.get(verdict)]


def _load(call: Call, article_id: str) -> Article:
    with call.read() as tx:
        return articles.get(tx, call.viewer, path_id(article_id), today=call.today)


def _list(call: Call, tx: Tx, wanted: ArticleFilter) -> articles.ArticlePage:
    return articles.list_page(tx, call.viewer, wanted, after=_after(call), limit=PAGE_SIZE, today=call.today)


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
        featured=call.query_flag("featured"),
    )


def _after(call: Call) -> Cursor | None:
    after = call.page().after
    if after is None:
        return None
    if len(after) != PLACE_PARTS or not all(isinstance(v, int) and abs(v) <= PLACE_MOST for v in after):
        raise AppError(Code.CURSOR_INVALID)
    return Cursor(marked=after[0], published_us=after[1], article_id=after[2])


def _topics(tx: Tx, call: Call) -> list[tuple[str, str]]:
    return [(t.name, t.name) for t in topics.list_page(tx, call.viewer, after=None, limit=OPTIONS_MOST).items]


def _feeds(tx: Tx, call: Call) -> list[tuple[int, str]]:
    """Give the sources to choose from, to whoever may list them."""
    if not rights.allows(Right.ADMIN, call.viewer):
        return []
    return [(int(f.feed_id), f.title) for f in feeds.list_page(tx, call.viewer, after=None, limit=OPTIONS_MOST).items]
