"""How one source does, for administrators."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from api.feed_answers import health_json
from api.http import AdminCall, path_id
from api.route import Route
from tracker.services import completeness, feed_volume, feeds

router = APIRouter(tags=["feeds"], route_class=Route)


@router.get("/feeds/{feed_id}/health")
def get_feed_health(call: AdminCall, feed_id: str) -> Response:
    """Tell how a source does, what it brings beside what is usual, and what it misses."""
    with call.read() as tx:
        feed = feeds.get(tx, call.viewer, path_id(feed_id))
        days = feed_volume.list_days(tx, call.viewer, feed, today=call.today, zone=call.deps.zone)
        checked = completeness.find(tx, call.viewer, feed)
        outlet = completeness.find_outlet_share(tx, call.viewer, feed, now=call.now)
    return JSONResponse(health_json(feed, days, checked, outlet))
