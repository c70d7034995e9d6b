"""The audit log, for administrators and auditors: ids, states and numbers, newest first."""

from __future__ import annotations

import datetime as dt

from fastapi import APIRouter, Response

from api.http import AuditCall, mark
from tracker.services import trail
from web import render
from web.forms import Fields

router = APIRouter()

PAGE_SIZE = 100


@router.get("/audit")
def audit_page(call: AuditCall) -> Response:
    """List events."""
    asked = {name: call.query(name) for name in ("action", "actor", "since")}
    form = Fields.filled(**asked)
    since, actor = form.day("since"), form.identity("actor")
    before = call.after_id(call.page())
    with call.read() as tx:
        found = trail.list_page(
            tx,
            call.viewer,
            since=None if since is None else dt.datetime.combine(since, dt.time(), tzinfo=call.deps.zone),
            actor=actor,
            action=form.text("action") or None,
            before=before,
            limit=PAGE_SIZE,
            today=call.today,
        )
    cursor = mark(int(found.next)) if found.next else None
    return render.page(call, "audit.html", found=found.items, form=form, asked=asked, cursor=cursor)
