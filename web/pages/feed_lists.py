"""Sources without a feed: a list page or a news sitemap tried live, selectors changed and tried again, then added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Response

from api.http import AdminCall, Call, path_id
from api.problems import STATUS
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.domain.feeds import FeedKind
from tracker.services import feeds
from web import flash, forms, render
from web.forms import Fields
from web.words import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.domain.sources import Feed, NewFeed, Preview

router = APIRouter(route_class=Route)

URL_MOST: Final = 2_000
SELECTOR_MOST: Final = 300
PAGE_PARTS: Final = ("row", "title", "link", "published", "image", "summary")
JSON_PARTS: Final = ("items", "base", "script")
PARTS: Final = (*PAGE_PARTS, "date_format", *JSON_PARTS)
AT: Final = "at_"  # before a part's name in the form: a source has a title, too
NOT_A_SELECTOR = mark("This is not written as it must be; see the examples")
NOT_AN_ATTRIBUTE = mark("Write each as published=datetime")


@router.get("/feeds-list")
def list_page(call: AdminCall) -> Response:
    """Show the form; for a source that is there with its selectors."""
    feed = _find(call, call.query("feed") or "")
    return _show(call, Fields.filled(kind=FeedKind.LISTING.value) if feed is None else _filled(feed), feed)


@router.post("/feeds-list")
def try_list_page(call: AdminCall) -> Response:
    """Show what would be collected, add the source, or change its selectors."""
    form = forms.read(call)
    feed = _find(call, form.get("feed"))
    url = feed.url if feed else form.text("url", needed=True, most=URL_MOST)
    kind = feed.kind if feed else form.choice("kind", FeedKind, needed=True)
    selectors = _selectors(form)
    if not form.sound or kind is None:
        return _show(call, form, feed, status=STATUS[Code.FIELD_INVALID])
    try:
        if form.get("act") == "look":
            return _show(call, form, feed, preview=call.deps.crawl.look(url, kind=kind, selectors=selectors or None))
        kept = _add(call, url, kind, form.text("title"), selectors) if feed is None else _change(call, feed, form)
    except AppError as error:
        _refuse(form, error, call.language)
        return _show(call, form, feed, status=STATUS[error.code])
    return flash.go(f"/feeds/{kept.feed_id}", "saved" if feed else "feed_added")


def _selectors(form: Fields) -> dict[str, Any]:
    """Read what is filled in; an attribute is written `published=datetime`."""
    told: dict[str, Any] = {}
    for name in PARTS:
        if value := form.text(AT + name, most=SELECTOR_MOST):
            told[name] = value
    attributes = dict(line.partition("=")[::2] for line in form.lines("at_attr"))
    if not all(name and value for name, value in attributes.items()):
        form.errors["at_attr"] = NOT_AN_ATTRIBUTE
    return told | ({"attr": {n.strip(): v.strip() for n, v in attributes.items()}} if attributes else {})


def _add(call: Call, url: str, kind: FeedKind, title: str, selectors: Mapping[str, Any]) -> Feed:
    with call.read() as tx:
        feeds.check_new(tx, call.viewer, url)
    found: NewFeed = call.deps.crawl.find_source(url, kind=kind, title=title, selectors=dict(selectors) or None)
    with call.write() as tx:
        return feeds.add(tx, call.viewer, found, now=call.now)


def _change(call: Call, feed: Feed, form: Fields) -> Feed:
    selectors = _selectors(form)
    call.deps.crawl.check_selectors(selectors)
    if form.whole("version") != feed.version:
        raise AppError(Code.ETAG_STALE)
    with call.write() as tx:
        return feeds.change(tx, call.viewer, feed, feeds.FeedChange(selectors=selectors), now=call.now)


def _refuse(form: Fields, error: AppError, language: str) -> None:
    form.refuse(error, language)
    part = error.extra.get("part")
    if isinstance(part, str) and part in (*PARTS, "attr"):
        form.errors[AT + part] = NOT_A_SELECTOR


def _filled(feed: Feed) -> Fields:
    told: dict[str, Any] = dict(feed.selectors or {})
    attributes = "\n".join(f"{name}={value}" for name, value in told.pop("attr", {}).items())
    parts = {AT + name: value for name, value in (told | {"attr": attributes}).items()}
    return Fields.filled(feed=feed.feed_id, url=feed.url, kind=feed.kind.value, **parts)


def _find(call: Call, told: str) -> Feed | None:
    if not told:
        return None
    with call.read() as tx:
        return feeds.get(tx, call.viewer, path_id(told))


def _show(
    call: Call, form: Fields, feed: Feed | None, *, status: int = 200, preview: Preview | None = None
) -> Response:
    tried = any(form.get(AT + name) for name in (*PARTS, "attr"))
    return render.page(
        call, "feed_list.html", status=status, form=form, feed=feed, preview=preview, opened=tried or not form.sound
    )
