"""The sources: what each is doing; adding, looking at an address first, OPML. One source stands in feed_health.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Response

from api.http import AdminCall, AuditCall, Call, Form, mark, needs_form
from api.problems import STATUS
from api.route import Route
from crawler.opml import import_opml, read_opml, write_opml
from tracker.domain.errors import AppError, Code
from tracker.domain.rights import Right
from tracker.labels import error_words
from tracker.services import feeds
from web import flash, forms, render
from web.feed_telling import tell
from web.forms import Fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.opml import ImportRow
    from tracker.domain.sources import Feed, NewFeed, Preview

router = APIRouter(route_class=Route)

PAGE_SIZE = 50
URL_MOST = 2_000
REFUSED_SHOWN = 100  # of an OPML file


@router.get("/feeds")
def feeds_page(call: AuditCall) -> Response:
    """List the sources with their health."""
    return _list(call, Fields())


@router.post("/feeds")
def add_feed(call: AdminCall) -> Response:
    """Look at an address, or add it as a source."""
    form = forms.read(call)
    url, title = form.text("url", needed=True, most=URL_MOST), form.text("title")
    if not form.sound:
        return _list(call, form, STATUS[Code.FIELD_INVALID])
    try:
        if form.get("act") == "look":
            return _list(call, form, preview=call.deps.crawl.look(url))
        made = _add(call, url, title)
    except AppError as error:
        form.refuse(error, call.language)
        return _list(call, form, STATUS[error.code])
    return flash.go(f"/feeds/{made.feed_id}", "feed_added")


@router.post("/feeds/opml")
def import_feeds(sent: Annotated[tuple[Call, Form], Depends(needs_form(Right.ADMIN))]) -> Response:
    """Add the sources of an OPML file."""
    call, uploaded = sent
    form = forms.of(uploaded.fields)
    content = uploaded.files.get("file", ("", b""))[1]
    if not content:
        form.errors["file"] = forms.NEEDED
        return _list(call, form, STATUS[Code.FIELD_INVALID])
    try:
        outlines = read_opml(content)
        with call.write() as tx:
            rows = import_opml(
                tx, call.viewer, outlines, check=call.deps.crawl.check_address, now=call.now, dry_run=False
            )
    except AppError as error:
        form.refuse(error, call.language)
        return _list(call, form, STATUS[error.code])
    counts = [_count(rows, status) for status in ("new", "same", "refused")]
    refused = [row for row in rows if row.status == "refused"]
    if not refused:
        return flash.go("/feeds", "opml", *counts)
    return _list(call, Fields(), refused=refused, said=flash.tell("opml", call.language, *counts))


@router.get("/feeds-export.opml")
def export_feeds(call: AdminCall) -> Response:
    """Give all sources as OPML."""
    with call.read() as tx:
        titles = feeds.list_titles(tx, call.viewer)
    headers = {"Content-Disposition": 'attachment; filename="lantoa.opml"'}
    return Response(write_opml(titles), media_type="text/x-opml; charset=utf-8", headers=headers)


def _add(call: Call, url: str, title: str) -> Feed:
    """Look for the source before the transaction, so that no lock waits for another site."""
    with call.read() as tx:
        feeds.check_new(tx, call.viewer, url)
    found: NewFeed = call.deps.crawl.find_source(url, title=title)
    with call.write() as tx:
        return feeds.add(tx, call.viewer, found, now=call.now)


def _list(
    call: Call,
    form: Fields,
    status: int = 200,
    *,
    preview: Preview | None = None,
    refused: Sequence[ImportRow] = (),
    **more: Any,
) -> Response:
    after = call.after_id(call.page())
    with call.read() as tx:
        found = feeds.list_page(tx, call.viewer, after=after, limit=PAGE_SIZE)
        counts = feeds.count_articles(tx, call.viewer, found.items)
    language = render.language_of(call.request)
    return render.page(
        call,
        "feeds.html",
        status=status,
        form=form,
        found=found.items,
        told={feed.feed_id: tell(feed, language) for feed in found.items},
        counts=counts,
        preview=preview,
        refused=[(row, error_words(Code(row.code), language)) for row in refused[:REFUSED_SHOWN] if row.code],
        more_refused_count=max(0, len(refused) - REFUSED_SHOWN),
        cursor=mark(int(found.next)) if found.next else None,
        **more,
    )


def _count(rows: list[ImportRow], status: str) -> int:
    return sum(row.status == status for row in rows)
