"""The page that a sign-in slip opens: its owner sets a password and is signed in. Opening it changes nothing."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.http import Call, Public
from api.problems import STATUS
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.services import consents, invitations, sessions
from web import forms, render, session
from web.forms import Fields

router = APIRouter(route_class=Route)

# The address is a secret that no other site may be told, and our own only where it must. Of `no-referrer` browsers make
# an `Origin: null`, by which a form sent over plain http, or by an older phone, could not be told from another site's.
_REFERRER_POLICY = "strict-origin"


@router.get("/start/{token}")
def start_page(call: Public, token: str) -> Response:
    """Show whom the slip is for and ask for a password."""
    return _page(call, token, Fields())


@router.post("/start/{token}")
def start(call: Public, token: str) -> Response:
    """Set the password, which uses the slip up, sign in, and go on to what is to be read first."""
    form = forms.read(call)
    if form.get("password") != form.get("again"):
        form.errors["again"] = forms.NOT_THE_SAME
        return _page(call, token, form, STATUS[Code.FIELD_INVALID])
    try:
        opened = invitations.accept(call.deps.db, token, form.get("password"), kind="web", now=call.now)
    except AppError as error:
        if error.code is not Code.PASSWORD_WEAK:
            raise
        form.errors["password"] = forms.WEAK
        return _page(call, token, form, STATUS[error.code])
    viewer = sessions.viewer_of(opened.account)
    with call.read() as tx:
        to = "/consents" if viewer.member_id is not None and consents.lacks_required(tx, viewer) else "/"
    return session.begin(call, opened, to, "started")


def _page(call: Call, token: str, form: Fields, status: int = 200) -> Response:
    invited = invitations.get(call.deps.db, token, now=call.now)
    response = render.page(call, "start.html", status=status, form=form, invited=invited, token=token)
    response.headers["Referrer-Policy"] = _REFERRER_POLICY
    return response
