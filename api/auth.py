"""Who is asking: the session behind a bearer token or a cookie, and the caller's language. No FastAPI routes here."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from tracker.services import sessions

if TYPE_CHECKING:
    import datetime as dt

    from starlette.requests import HTTPConnection

    from tracker.services.sessions import SignedIn
    from tracker.store.db import Database

COOKIE = "lantoa_session"
COOKIE_SECURE = "__Host-lantoa_session"
LANGUAGE_COOKIE = "lantoa_lang"


def cookie_name(base_url: str) -> str:
    """Give the session cookie's name: `__Host-` over https; a mini PC on an office network has none."""
    return COOKIE_SECURE if base_url.startswith("https://") else COOKIE


def bearer(connection: HTTPConnection) -> str | None:
    """Give the bearer token that was sent, or None."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def cookie(connection: HTTPConnection) -> str | None:
    """Give the session cookie that was sent, or None."""
    return connection.cookies.get(COOKIE_SECURE) or connection.cookies.get(COOKIE)


def form_token(secret: bytes, session_token: str | None) -> str:
    """Give what our own forms carry, bound to the session: how a browser that tells no origin shows where it was."""
    if session_token is None:
        return ""
    key = hmac.digest(secret, b"lantoa form token", "sha256")
    return hmac.new(key, session_token.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def find_signed_in(connection: HTTPConnection, db: Database, *, now: dt.datetime) -> SignedIn | None:
    """Find the session behind a request; a bearer token goes before a cookie. None: nobody is signed in."""
    token = bearer(connection) or cookie(connection)
    return sessions.find_signed_in(db, token, now=now) if token else None


def language(connection: HTTPConnection) -> str:
    """Give `vi` or `en`: the choice made by cookie, else what the browser prefers, else Vietnamese."""
    chosen = connection.cookies.get(LANGUAGE_COOKIE)
    if chosen in {"vi", "en"}:
        return chosen
    for part in connection.headers.get("accept-language", "").split(","):
        primary = part.split(";")[0].strip().lower().split("-")[0]
        if primary in {"vi", "en"}:
            return primary
    return "vi"
