"""The session cookie of a browser: handed out at sign-in, taken back at sign-out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api import auth
from web import flash

if TYPE_CHECKING:
    from fastapi import Response

    from api.http import Call
    from tracker.services.sessions import NewSession


def begin(call: Call, made: NewSession, to: str, sentence: str = "") -> Response:
    """Hand the browser its session cookie and send it on."""
    response = flash.go(to, sentence)
    response.set_cookie(
        auth.cookie_name(call.deps.base_url),
        made.token,
        expires=made.expires_at,
        httponly=True,
        samesite="lax",
        secure=is_secure(call),
        path="/",
    )
    return response


def end(call: Call, to: str, sentence: str) -> Response:
    """Take the cookie back and send the browser on."""
    response = flash.go(to, sentence)
    response.delete_cookie(
        auth.cookie_name(call.deps.base_url), path="/", secure=is_secure(call), httponly=True, samesite="lax"
    )
    return response


def is_secure(call: Call) -> bool:
    """Tell whether cookies may travel over https only."""
    return call.deps.base_url.startswith("https://")
