"""Reports as files."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Response

from api.http import ReadCall
from api.route import Route
from api.routes.assignments import get_period
from tracker.services import reports, trail

router = APIRouter(tags=["reports"], route_class=Route)


@router.get("/reports/{kind}")
def get_report(call: ReadCall, kind: str) -> Response:
    """Make a report of a unit and a period; of a closed one always the same bytes."""
    period, wanted = get_period(call), call.query("format") or reports.ReportFormat.JSON.value
    with call.read() as tx:
        made = reports.make_file(
            tx,
            call.viewer,
            kind,
            period,
            call.query_id("unit"),
            wanted,
            method=call.deps.method(),
            now=call.now,
            zone=call.deps.zone,
        )
    with call.write() as tx:
        facts = {"period": str(period), "unit_id": call.query_id("unit"), "format": wanted}
        trail.record_report(tx, call.viewer, kind, now=call.now, **facts)
    return file_response(made)


def file_response(made: reports.ReportFile) -> Response:
    """Answer a report as a file to be kept."""
    named = f"attachment; filename=\"{made.name}\"; filename*=UTF-8''{quote(made.name)}"
    return Response(made.body, media_type=made.media_type, headers={"Content-Disposition": named})
