"""One source: how it does and why, what to do about it, what it brings beside what is usual, and its settings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Response

from api.http import AdminCall, AuditCall, Call, path_id
from api.problems import STATUS
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.domain.feeds import DateOrder, FeedState, FetchStatus
from tracker.domain.sources import PAUSE_MOST_S, URL_MOST
from tracker.domain.types import FeedId
from tracker.services import completeness, feed_volume, feeds
from web import flash, forms, render
from web.feed_telling import tell
from web.forms import Fields
from web.words import mark

if TYPE_CHECKING:
    from tracker.domain.feed_findings import Findings
    from tracker.domain.sources import Feed

router = APIRouter(route_class=Route)

FETCHES_SHOWN: Final = 20
FORMATS: Final = {"rss": "", "rdf": "RDF", "atom": "Atom", "json": "JSON Feed"}  # names, the same in every language
NOT_ALLOWED: Final = mark("This address may not be opened from here")


@router.get("/feeds/{feed_id:int}")
def feed_page(call: AuditCall, feed_id: int) -> Response:
    """Show a source."""
    return _one(call, _load(call, feed_id), Fields())


@router.post("/feeds/{feed_id:int}")
def change_feed(call: AdminCall, feed_id: int) -> Response:
    """Change its settings, or whether it is collected."""
    feed, form = _load(call, feed_id), forms.read(call)
    wanted = _wanted(call, feed, form)
    if form.sound and form.whole("version") != feed.version:
        form.refuse(AppError(Code.ETAG_STALE), call.language)
    if not form.sound:
        return _one(call, feed, form, STATUS[Code.FIELD_INVALID])
    try:
        with call.write() as tx:
            feeds.change(tx, call.viewer, feed, wanted, now=call.now)
    except AppError as error:
        form.refuse(error, call.language)
        return _one(call, feed, form, STATUS[error.code])
    return flash.go(f"/feeds/{feed.feed_id}", "saved")


@router.post("/feeds/{feed_id:int}/fetch")
def fetch_feed(call: AdminCall, feed_id: int) -> Response:
    """Fetch a source now."""
    feed = _load(call, feed_id)
    to = f"/feeds/{feed.feed_id}"
    try:
        result = call.deps.crawl.fetch_feed(FeedId(feed.feed_id))
    except AppError as error:
        return flash.go_refused(to, error)
    if result.status is FetchStatus.FAILED:
        return flash.go_refused(to, AppError(Code.FETCH_FAILED))
    if result.status is FetchStatus.NOT_MODIFIED:
        return flash.go(to, "fetch_same")
    return flash.go(to, "fetched", result.new, result.changed)


@router.get("/feeds/{feed_id:int}/remove")
def remove_page(call: AdminCall, feed_id: int) -> Response:
    """Ask once more before a source is removed."""
    return render.page(call, "feed_remove.html", feed=_load(call, feed_id))


@router.post("/feeds/{feed_id:int}/remove")
def remove_feed(call: AdminCall, feed_id: int) -> Response:
    """Remove a source; its articles stay."""
    feed = _load(call, feed_id)
    return flash.act(call, "/feeds", "deleted", lambda tx: feeds.remove(tx, call.viewer, feed, now=call.now))


def _wanted(call: Call, feed: Feed, form: Fields) -> feeds.FeedChange:
    """Read what is to be changed: its name, whether it is collected, or all its settings."""
    wanted = feeds.FeedChange(
        title=form.text("title") if "title" in form.sent else None, state=form.choice("state", FeedState)
    )
    if "settings" not in form.sent:
        return wanted
    return replace(
        wanted,
        date_order=form.choice("date_order", DateOrder, needed=True),
        pause_s=form.whole("pause_s", most=PAUSE_MOST_S) or 0,
        reads_pages=form.has("reads_pages"),
        keeps_cookies=form.has("keeps_cookies"),
        compare_url=_compared(call, feed, form),
    )


def _compared(call: Call, feed: Feed, form: Fields) -> str | None:
    """Read the page to compare with; one that may not be opened is refused beside its field.

    The page that was shown stays what it is, given or found: who saves another setting has not chosen it, nor none.
    """
    page = form.text("compare_url", most=URL_MOST)
    if page == (feed.section_page or ""):
        return None
    if not page:
        return ""
    try:
        return str(call.deps.crawl.check_address(page))
    except AppError as error:
        form.errors["compare_url"] = NOT_ALLOWED
        form.refuse(error, call.language)
        return ""


def _filled(feed: Feed) -> Fields:
    return Fields.filled(
        title=feed.title if feed.title_given else "",
        date_order=feed.date_order.value,
        pause_s=feed.pause_s,
        reads_pages=feed.reads_pages,
        keeps_cookies=feed.keeps_cookies,
        compare_url=feed.section_page,
    )


def _one(call: Call, feed: Feed, form: Fields, status: int = 200) -> Response:
    with call.read() as tx:
        shown = {
            "fetches": feeds.list_fetches(tx, call.viewer, feed.feed_id, before=None, limit=FETCHES_SHOWN).items,
            "count": feeds.count_articles(tx, call.viewer, [feed]).get(feed.feed_id, 0),
            "days": feed_volume.list_days(tx, call.viewer, feed, today=call.today, zone=call.deps.zone),
            "checked": completeness.find(tx, call.viewer, feed),
            "outlet": completeness.find_outlet_share(tx, call.viewer, feed, now=call.now),
        }
    form = form if form.sent else _filled(feed)
    told = tell(feed, render.language_of(call.request))
    made = [] if feed.findings is None else list_made_with(feed.findings)
    return render.page(call, "feed.html", status=status, feed=feed, form=form, told=told, made_with=made, **shown)


def list_made_with(found: Findings) -> list[str]:
    """Give the format where it is another than the usual one, which the kind names, and the program that wrote it."""
    return [part for part in (FORMATS.get(found.format, found.format), found.generator) if part]


def _load(call: Call, feed_id: int) -> Feed:
    with call.read() as tx:
        return feeds.get(tx, call.viewer, path_id(str(feed_id)))
