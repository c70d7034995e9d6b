"""The audit trail, for administrators and auditors."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from api.http import AuditCall, listed
from api.route import Route
from api.times import instant
from tracker.services import trail

router = APIRouter(tags=["audit"], route_class=Route)


@router.get("/audit")
def list_audit(call: AuditCall) -> Response:
    """List events, newest first."""
    page = call.page()
    with call.read() as tx:
        found = trail.list_page(
            tx,
            call.viewer,
            since=call.query_instant("since"),
            actor=call.query_id("actor"),
            action=call.query("action"),
            before=call.after_id(page),
            limit=page.limit,
            today=call.today,
        )
    return listed([_event(e) for e in found.items], (int(found.next),) if found.next else None)


def _event(event: Any) -> dict[str, Any]:
    return {
        "id": event.event_id,
        "at": instant(event.at),
        "actor": event.actor_id,
        "action": event.action,
        "subject": event.subject,
        "facts": event.facts,
    }
