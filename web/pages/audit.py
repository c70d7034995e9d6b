"""The audit log, for administrators and auditors: ids, states and numbers, newest first."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from api.http import AuditCall, mark
from api.route import Route
from tracker.domain.types import Role
from tracker.services import trail
from web import audit_facts, render
from web.forms import Fields

if TYPE_CHECKING:
    from tracker.domain.types import Viewer

router = APIRouter(route_class=Route)

PAGE_SIZE = 100
# Where the thing an event tells of has a page of its own that stays; what can be removed is named only.
_PAGES = {
    "account": "/accounts/{}",
    "article": "/articles/{}",
    "claim": "/claims/{}",
    "import": "/imports/{}",
    "member": "/members/{}",
    "unit": "/units/{}",
}
_FOR_ADMINS = frozenset({"account", "import"})


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
    language = render.language_of(call.request)
    return render.page(
        call,
        "audit.html",
        found=[
            (event, *_subject(event.subject, call.viewer), audit_facts.tell(event.action, event.facts, language))
            for event in found.items
        ],
        form=form,
        asked=asked,
        cursor=cursor,
    )


def _subject(subject: str, viewer: Viewer) -> tuple[str, str, str | None]:
    """Give kind, name and page of the thing an event tells of."""
    kind, _, name = subject.partition(":")
    if kind == "evidence":
        return kind, name, f"/claims/{name.rpartition('-')[0]}"
    if kind not in _PAGES or (kind in _FOR_ADMINS and viewer.role is not Role.ADMIN):
        return kind, name, None
    return kind, name, _PAGES[kind].format(name)
