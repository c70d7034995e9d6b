"""Pages for people: server-rendered, complete without JavaScript. Assembled here; one module a noun."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi.responses import RedirectResponse
from starlette.routing import Match

from api.problems import RETRY_AFTER_S, STATUS
from api.route import Section
from tracker.domain.errors import Code
from web import flash
from web.addresses import safe_next
from web.render import bare_page, language_of
from web.words import mark, refusal_words, say

if TYPE_CHECKING:
    from fastapi import FastAPI, Request, Response

    from tracker.domain.errors import AppError

_NOT_PAGES = ("/api/", "/healthz", "/readyz", "/metrics")
_HINTS = {
    Code.NOT_FOUND: mark("The page does not exist, or it lies outside what you may see."),
    Code.SETUP_LINK: mark("Open the newest link: each start of a system that is not set up shows a new one."),
    Code.SETUP_DONE: mark("Please sign in."),
    Code.INVITATION_LINK: mark(
        "A slip works once and for some days, and a newer one replaces it. Read the address on it once more, or ask"
        " whoever handed it out, or the administrator of your organisation, for a new one."
    ),
    Code.INVITATION_USED: mark(
        "Sign in with your user name and the password that was chosen. If that was not you, tell the administrator of"
        " your organisation at once."
    ),
    Code.CROSS_SITE: mark("Open the page again here and repeat what you did."),
    Code.STORE_BUSY: mark("Nothing has been changed."),
}


def install_pages(app: FastAPI) -> None:
    """Add the pages and the static files to the application."""
    for found in pkgutil.iter_modules(__path__):
        router = importlib.import_module(f"{__name__}.{found.name}").router
        app.include_router(Section(router), include_in_schema=False)


def wants_page(request: Request) -> bool:
    """Tell a person's browser on a page from a program on the API."""
    return not request.url.path.startswith(_NOT_PAGES)


def page_refusal(request: Request, error: AppError) -> Response:
    """Answer a refusal as a page in words; who is not signed in is asked to, and comes back."""
    if error.code is Code.SIGN_IN_NEEDED:
        return _to_sign_in(request)
    status, language = STATUS[error.code], language_of(request)
    response = bare_page(
        request,
        "error.html",
        status=status,
        words=refusal_words(error, language),
        hint=say(_HINTS[error.code], language) if error.code in _HINTS else "",
        incident=error.extra.get("incident"),
        back=_back(request),
    )
    if status == STATUS[Code.STORE_BUSY]:
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return response


def _to_sign_in(request: Request) -> Response:
    if request.method != "GET":
        back = _back(request)
        return flash.go(_sign_in(back if _opens(request, back) else "/"), "session_over")
    return RedirectResponse(_sign_in(request.url.path + (f"?{request.url.query}" if request.url.query else "")), 303)


def _opens(request: Request, page: str) -> bool:
    """Tell whether an address may be asked for: a refused form is shown at one that only takes what is sent."""
    scope = {"type": "http", "method": "GET", "path": page.partition("?")[0], "root_path": "", "headers": []}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)


def _sign_in(then: str) -> str:
    """Give the page to sign in on, which goes on to another."""
    return "/sign-in" if then == "/" else f"/sign-in?{urlencode({'next': then})}"


def _back(request: Request) -> str:
    """Give the page of ours that led here, or the home page."""
    referrer = request.headers.get("referer", "")
    base: str = request.app.state.deps.base_url.rstrip("/")
    return safe_next(referrer.removeprefix(base)) if referrer.startswith(f"{base}/") else "/"
