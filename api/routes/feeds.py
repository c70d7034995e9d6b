"""Sources, for administrators: kept, looked at, fetched now, exchanged as OPML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse

from api.feed_answers import feed_json, fetch_json, preview_json, result_json, row_json, totals
from api.http import AdminCall, Call, Form, listed, needs_form, no_content, one, path_id, takes
from api.route import Route
from api.schemas.feeds import FeedIn, FeedPatch, ProbeIn
from crawler.opml import import_opml, read_opml, write_opml
from crawler.run import JOIN_S
from tracker.domain.errors import AppError, Code
from tracker.domain.rights import Right
from tracker.domain.types import FeedId
from tracker.services import feeds

if TYPE_CHECKING:
    from tracker.domain.sources import Feed, NewFeed
    from tracker.store.db import Tx

router = APIRouter(tags=["feeds"], route_class=Route)

OPML_TYPE = "text/x-opml; charset=utf-8"


@router.get("/feeds")
def list_feeds(call: AdminCall) -> Response:
    """List sources."""
    page = call.page()
    with call.read() as tx:
        found = feeds.list_page(tx, call.viewer, after=call.after_id(page), limit=page.limit)
    return listed([feed_json(f) for f in found.items], (int(found.next),) if found.next else None)


@router.post("/feeds", status_code=201, openapi_extra=takes(FeedIn))
def create_feed(call: AdminCall) -> Response:
    """Add a source by its own or its site's address."""
    body = call.body(FeedIn)
    found = _found(call, body)

    def work(tx: Tx) -> Response:
        if isinstance(found, AppError):
            raise found
        made = feeds.add(tx, call.viewer, found, now=call.now)
        return one(feed_json(made), made.version, status=201)

    return call.create(work)


def _found(call: Call, body: FeedIn) -> NewFeed | AppError:
    """Look for the source before the transaction; a refusal waits, for the request may have been answered before."""
    try:
        with call.read() as tx:
            feeds.check_new(tx, call.viewer, body.url)
        new: NewFeed = call.deps.crawl.find_source(
            body.url, kind=body.kind, title=body.title or "", selectors=body.selectors
        )
    except AppError as refusal:
        return refusal
    return new


@router.post("/feeds/probe", openapi_extra=takes(ProbeIn))
def probe_feed(call: AdminCall) -> Response:
    """Look at an address; nothing is stored."""
    body = call.body(ProbeIn)
    return JSONResponse(preview_json(call.deps.crawl.look(body.url, kind=body.kind, selectors=body.selectors)))


@router.get("/feeds/opml")
def export_feeds(call: AdminCall) -> Response:
    """Give all sources as OPML."""
    with call.read() as tx:
        titles = feeds.list_titles(tx, call.viewer)
    headers = {"Content-Disposition": 'attachment; filename="lantoa.opml"'}
    return Response(write_opml(titles), media_type=OPML_TYPE, headers=headers)


@router.post("/feeds/opml")
def import_feeds(sent: Annotated[tuple[Call, Form], Depends(needs_form(Right.ADMIN))]) -> Response:
    """Add the sources of an OPML file, sent as the body or as the field `file`; `dry_run` only tells, row by row."""
    call, form = sent
    content = form.files["file"][1] if "file" in form.files else call.raw
    if not content:
        raise AppError(Code.BODY_INVALID, "an OPML file is needed, as the body or as the field «file»")
    dry_run = form.flag("dry_run") or bool(call.query_flag("dry_run"))
    outlines = read_opml(content)

    def work(tx: Tx) -> Response:
        rows = import_opml(
            tx, call.viewer, outlines, check=call.deps.crawl.check_address, now=call.now, dry_run=dry_run
        )
        return JSONResponse({"applied": not dry_run, "rows": [row_json(r) for r in rows], "totals": totals(rows)})

    return call.create(work)


@router.get("/feeds/{feed_id}")
def get_feed(call: AdminCall, feed_id: str) -> Response:
    """Get a source."""
    found = _load(call, feed_id)
    return one(feed_json(found), found.version)


@router.patch("/feeds/{feed_id}", openapi_extra=takes(FeedPatch))
def change_feed(call: AdminCall, feed_id: str) -> Response:
    """Change title, state and settings."""
    current = _load(call, feed_id)
    call.if_match(current.version)
    body = call.body(FeedPatch)
    call.deps.crawl.check_selectors(body.selectors)
    wanted = feeds.FeedChange(
        title=body.title,
        state=body.state,
        date_order=body.date_order,
        selectors=body.selectors,
        pause_s=body.pause_s,
        reads_pages=body.reads_pages,
        keeps_cookies=body.keeps_cookies,
        compare_url=call.deps.crawl.check_address(body.compare_url) if body.compare_url else body.compare_url,
    )
    with call.write() as tx:
        changed = feeds.change(tx, call.viewer, current, wanted, now=call.now)
    return one(feed_json(changed), changed.version)


@router.delete("/feeds/{feed_id}", status_code=204)
def remove_feed(call: AdminCall, feed_id: str) -> Response:
    """Remove a source; its articles stay."""
    current = _load(call, feed_id)
    call.if_match(current.version)
    with call.write() as tx:
        feeds.remove(tx, call.viewer, current, now=call.now)
    return no_content()


@router.post("/feeds/{feed_id}/fetch")
def fetch_feed(call: AdminCall, feed_id: str) -> Response:
    """Fetch a source now and tell what came of it."""
    current = _load(call, feed_id)
    return JSONResponse(result_json(call.deps.crawl.fetch_feed(FeedId(current.feed_id), join_s=JOIN_S)))


@router.get("/feeds/{feed_id}/fetches")
def list_fetches(call: AdminCall, feed_id: str) -> Response:
    """List a source's fetches, newest first."""
    page = call.page()
    with call.read() as tx:
        found = feeds.list_fetches(tx, call.viewer, path_id(feed_id), before=call.after_id(page), limit=page.limit)
    return listed([fetch_json(f) for f in found.items], (int(found.next),) if found.next else None)


def _load(call: Call, feed_id: str) -> Feed:
    with call.read() as tx:
        return feeds.get(tx, call.viewer, path_id(feed_id))
