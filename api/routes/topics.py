"""Topics."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.http import SignedInCall, listed
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.services import topics

router = APIRouter(tags=["topics"], route_class=Route)


@router.get("/topics")
def list_topics(call: SignedInCall) -> Response:
    """List topics by name."""
    page = call.page()
    if page.after is not None and (len(page.after) != 1 or not isinstance(page.after[0], str)):
        raise AppError(Code.CURSOR_INVALID)
    with call.read() as tx:
        found = topics.list_page(tx, call.viewer, after=page.after[0] if page.after else None, limit=page.limit)
    items = [{"id": topic.topic_id, "name": topic.name} for topic in found.items]
    return listed(items, (found.next,) if found.next else None)
