"""The set-up of a new installation through the one-time link that its first start prints."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.http import Call, Public
from api.problems import STATUS
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.domain.types import Role
from tracker.services import accounts, sessions
from web import forms, render, session
from web.forms import Fields

router = APIRouter(route_class=Route)

_ABOUT_PASSWORD = frozenset({Code.PASSWORD_WEAK})


@router.get("/setup/{token}")
def setup_page(call: Public, token: str) -> Response:
    """Ask for the first administrator's name and password."""
    with call.read() as tx:
        accounts.check_setup_link(tx, token)
    return _page(call, token, Fields())


@router.post("/setup/{token}")
def set_up(call: Public, token: str) -> Response:
    """Make the first administrator, which uses the link up, and sign in."""
    with call.read() as tx:
        accounts.check_setup_link(tx, token)
    form = forms.read(call)
    login, password = form.text("login", needed=True, most=accounts.LOGIN_MOST), form.get("password")
    if password != form.get("again"):
        form.errors["again"] = forms.NOT_THE_SAME
    if not form.sound:
        return _page(call, token, form, 422)
    try:
        new = accounts.prepare(login, password, Role.ADMIN, None, None)
        with call.write() as tx:
            made = accounts.set_up(tx, token, new, now=call.now)
            opened = sessions.open_session(tx, made.account_id, kind="web", now=call.now)
    except AppError as error:
        if error.code in _ABOUT_PASSWORD:
            form.errors["password"] = forms.WEAK
        else:
            form.refuse(error, call.language)
        return _page(call, token, form, STATUS[error.code])
    return session.begin(call, opened, "/", "set_up")


def _page(call: Call, token: str, form: Fields, status: int = 200) -> Response:
    return render.page(call, "setup.html", status=status, form=form, token=token)
