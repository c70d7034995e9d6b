"""Signing in and out, and the choice of language."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from api import auth
from api.http import Call, Public
from api.problems import STATUS
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.labels import LANGUAGES
from tracker.services import accounts, sessions
from web import forms, render, session
from web.addresses import safe_next
from web.forms import Fields

router = APIRouter(route_class=Route)

LANGUAGE_LIFE_S = 365 * 24 * 3600


@router.get("/sign-in")
def sign_in_page(call: Public) -> Response:
    """Show the form; whoever is signed in goes on."""
    if call.signed_in is not None:
        return RedirectResponse(safe_next(call.query("next")), 303)
    return _page(call, Fields.filled(next=call.query("next")))


@router.post("/sign-in")
def sign_in(call: Public) -> Response:
    """Open a session and go where the person wanted to."""
    form = forms.read(call)
    try:
        made = sessions.sign_in(call.deps.db, form.get("login"), form.get("password"), kind="web", now=call.now)
    except AppError as error:
        form.refuse(error, call.language)
        return _page(call, form, STATUS[error.code])
    return session.begin(call, made, safe_next(form.get("next")))


@router.post("/sign-out")
def sign_out(call: Public) -> Response:
    """End the session; twice does no harm."""
    if call.signed_in is not None:
        with call.write() as tx:
            sessions.sign_out(tx, call.viewer, call.signed_in.token_hash, now=call.now)
    return session.end(call, "/sign-in", "signed_out")


@router.get("/lang/{language}")
def choose_language(call: Public, language: str) -> Response:
    """Remember the language in a cookie and go back to the page that was read."""
    if language not in LANGUAGES:
        raise AppError(Code.NOT_FOUND)
    response = RedirectResponse(safe_next(call.query("next")), 303)
    response.set_cookie(
        auth.LANGUAGE_COOKIE,
        language,
        max_age=LANGUAGE_LIFE_S,
        httponly=True,
        samesite="lax",
        secure=session.is_secure(call),
    )
    return response


def _page(call: Call, form: Fields, status: int = 200) -> Response:
    return render.page(
        call,
        "sign_in.html",
        status=status,
        form=form,
        next=safe_next(form.get("next")),
        not_set_up=accounts.is_new(call.deps.db),
    )
