"""The notices, and one's own consent to each: asked with an empty box, versioned, withdrawn at will."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.http import Call, MemberCall, SignedInCall
from api.problems import STATUS
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.services import consents
from web import flash, forms, render
from web.addresses import HOME, safe_next, with_query
from web.forms import Fields

router = APIRouter(route_class=Route)


@router.get("/consents")
def consents_page(call: SignedInCall) -> Response:
    """Show the current notices with one's own answers."""
    return _page(call, Fields.filled(next=call.query("next")))


@router.post("/consents")
def give_consent(call: MemberCall) -> Response:
    """Record a consent whose box was ticked."""
    form = forms.read(call)
    if not form.has("agree"):
        form.refuse(AppError(Code.CONSENT_MISSING), call.language)
        return _page(call, form, STATUS[Code.CONSENT_MISSING])
    kind, version = form.text("kind"), form.whole("version") or 0
    return flash.act(
        call,
        _after(call, safe_next(form.get("next")), kind),
        "consent_given",
        lambda tx: consents.give(tx, call.viewer, kind=kind, version=version, now=call.now, today=call.today),
    )


@router.post("/consents/{kind}/withdraw")
def withdraw_consent(call: MemberCall, kind: str) -> Response:
    """Withdraw a consent."""
    return flash.act(
        call, "/consents", "consent_withdrawn", lambda tx: consents.withdraw(tx, call.viewer, kind, now=call.now)
    )


def _after(call: Call, back: str, kind: str) -> str:
    """Give the page one came from once nothing required is missing beside this consent; else the notices again."""
    if back == HOME:
        return "/consents"
    with call.read() as tx:
        states = consents.list_current(tx, call.viewer)
    missing = {s.notice.kind for s in states if s.notice.required and s.given_at is None}
    return back if missing == {kind} else with_query("/consents", {"next": back})


def _page(call: Call, form: Fields, status: int = 200) -> Response:
    with call.read() as tx:
        states = consents.list_current(tx, call.viewer)
    return render.page(call, "consents.html", status=status, form=form, states=states, next=safe_next(form.get("next")))
