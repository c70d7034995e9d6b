"""Reach: figures by subject, measures and grades apart."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.http import ReadCall, listed
from api.progress_pages import part_of
from api.route import Route
from api.routes.assignments import get_period
from api.routes.claims import figure_json
from tracker.domain.errors import AppError, Code
from tracker.domain.reach import ReachBy
from tracker.services import reach

router = APIRouter(tags=["reach"], route_class=Route)


@router.get("/reach")
def get_reach(call: ReadCall) -> Response:
    """Give the figures of a period by article, unit, channel, day, source or claim, and over all of them."""
    period, by = get_period(call), call.query("by") or ReachBy.ARTICLE.value
    if by not in set(ReachBy):
        raise AppError(Code.FIELD_INVALID, f"by is one of {', '.join(ReachBy)}", field="by")
    with call.read() as tx:
        view = reach.get(tx, call.viewer, call.query_id("unit"), period, ReachBy(by), now=call.now, zone=call.deps.zone)
    shown, after = part_of(call, view.items, lambda item: item.key)
    items = [
        {"id": i.key, "title": i.title, "shares": i.shares, "figures": [figure_json(f) for f in i.figures]}
        for i in shown
    ]
    return listed(items, after, totals=[figure_json(f) for f in view.totals], closed=view.close is not None)
