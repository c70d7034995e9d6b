"""My account and my data: what is held about me, my rights over it, my language, my password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from api.http import Call, MemberCall, SignedInCall, mark
from api.problems import STATUS
from api.route import Route
from tracker.domain.claim_records import ClaimFilter
from tracker.domain.errors import AppError, Code
from tracker.domain.privacy import RequestKind
from tracker.services import claims, consents, members, office_rules, own_account, requests
from web import flash, forms, render, session
from web.forms import Fields

if TYPE_CHECKING:
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

REQUESTS_AT_ONCE = 20


@router.get("/me")
def me_page(call: SignedInCall) -> Response:
    """Show what is held about me."""
    return _page(call, Fields())


@router.post("/me/password")
def change_password(call: SignedInCall) -> Response:
    """Change my password; every other device is signed out."""
    form = forms.read(call)
    if form.get("new") != form.get("again"):
        form.errors["again"] = forms.NOT_THE_SAME
    if not form.sound or call.signed_in is None:
        return _page(call, form, STATUS[Code.FIELD_INVALID])
    try:
        made = own_account.change_password(
            call.deps.db,
            call.viewer,
            call.signed_in.account,
            current=form.get("current"),
            new=form.get("new"),
            kind="web",
            now=call.now,
        )
    except AppError as error:
        _refused(form, error, call)
        return _page(call, form, STATUS[error.code])
    return session.begin(call, made, "/me", "password_changed")


@router.post("/me/erasure")
def ask_erasure(call: MemberCall) -> Response:
    """Ask for my data to be erased."""
    form = forms.read(call)
    if not form.has("sure"):
        form.errors["sure"] = forms.TICK_TO_CONFIRM
        return _page(call, form, STATUS[Code.FIELD_INVALID])
    return flash.act(
        call,
        "/me",
        "erasure_asked",
        lambda tx: requests.ask(tx, call.viewer, RequestKind.ERASURE, now=call.now, today=call.today),
    )


@router.post("/me/correction")
def ask_correction(call: MemberCall) -> Response:
    """Ask the office to correct what is held about me."""
    form = forms.read(call)
    words = form.text("words", needed=True, most=requests.WORDS_MOST)
    if not form.sound:
        return _page(call, form, STATUS[Code.FIELD_INVALID])
    return flash.act(
        call,
        "/me",
        "correction_asked",
        lambda tx: requests.ask(tx, call.viewer, RequestKind.CORRECTION, words, now=call.now, today=call.today),
    )


def _refused(form: Fields, error: AppError, call: Call) -> None:
    match error.code:
        case Code.SIGN_IN_WRONG:
            form.errors["current"] = forms.WRONG_PASSWORD
        case Code.PASSWORD_WEAK:
            form.errors["new"] = forms.WEAK
        case _:
            form.refuse(error, call.language)


def _page(call: Call, form: Fields, status: int = 200) -> Response:
    with call.read() as tx:
        held = _held(tx, call)
    return render.page(call, "me.html", status=status, form=form, **held)


def _held(tx: Tx, call: Call) -> dict[str, object]:
    """Gather what is held about a member; an account that is no member's has no such data."""
    member_id = call.viewer.member_id
    if member_id is None:
        return {"card": None, "counts": {}, "states": [], "asked": [], "cursor": None, "rules": None}
    asked, more = requests.list_own(tx, call.viewer, after=call.after_id(call.page()), limit=REQUESTS_AT_ONCE)
    mine = ClaimFilter(member_id=member_id)
    return {
        "card": members.get(tx, call.viewer, member_id, today=call.today),
        "counts": claims.count_by_state(tx, call.viewer, mine, today=call.today),
        "states": consents.list_current(tx, call.viewer),
        "asked": asked,
        "cursor": None if more is None else mark(more),
        "rules": office_rules.latest(tx),
    }
