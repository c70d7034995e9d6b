"""What surrounds every request: security headers, refusal of cross-site changes, the body's size. Pure ASGI."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, HTTPConnection, Request

from api import auth
from tracker.domain.errors import Code

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


FORM = "application/x-www-form-urlencoded"
FORM_BYTES_MOST = 1 << 20
TOKEN_FIELD = "csrf"  # noqa: S105 - a field's name


class Shield:
    """Add the security headers to every answer and refuse changes that another site makes a browser send.

    A browser says where a request comes from (Sec-Fetch-Site, else Origin): only our own site may change anything.
    A request that says neither and carries no cookie comes from a script, which no other site can drive. One that says
    neither and carries our cookie comes from an old browser: it must be a form of ours, with the session's form token.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        base_url: str,
        secret: bytes,
        body_bytes_most: int,
        refuse: Callable[[Request, Code], Response],
    ) -> None:
        self.app = app
        self.secret = secret
        self.body_bytes_most = body_bytes_most
        self.refuse = refuse
        self.origin = "{0.scheme}://{0.netloc}".format(urlsplit(base_url))
        self.secure = is_secure(base_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request behind the shield."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_shielded(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_headers(MutableHeaders(scope=message), secure=self.secure)
            await send(message)

        refusal, receive = await self._judge(scope, receive)
        served = self.app if refusal is None else self.refuse(Request(scope), refusal)
        await served(scope, receive, send_shielded)

    async def _judge(self, scope: Scope, receive: Receive) -> tuple[Code | None, Receive]:
        """Say why a request is refused, if it is; give also what is left of its body."""
        if _stated_length(scope) > self.body_bytes_most:
            return Code.BODY_SIZE, receive  # the framework's own refusal is no problem document
        if scope["method"] not in UNSAFE:
            return None, receive
        site = self._is_same_site(HTTPConnection(scope))
        if site is None:
            site, receive = await self._carries_token(scope, receive)
        return None if site else Code.CROSS_SITE, receive

    def _is_same_site(self, connection: HTTPConnection) -> bool | None:
        """Tell where a change comes from; None: neither said nor certain."""
        headers: Headers = connection.headers
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        origin = headers.get("origin")
        if origin is not None:
            return hmac.compare_digest(origin.encode("latin-1"), self.origin.encode("latin-1"))
        return None if auth.cookie(connection) is not None else True

    async def _carries_token(self, scope: Scope, receive: Receive) -> tuple[bool, Receive]:
        """Look for the session's form token in a form; give also the body again, for whoever reads it next."""
        request = Request(scope, receive)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != FORM:
            return False, receive
        body = await _bounded_body(request)
        if body is None:
            return False, receive
        wanted = auth.form_token(self.secret, auth.cookie(request))
        sent = dict(parse_qsl(body.decode("latin-1"))).get(TOKEN_FIELD, "")
        return hmac.compare_digest(sent.encode(), wanted.encode()), _again(body, receive)


def add_headers(headers: MutableHeaders, *, secure: bool) -> None:
    """Add the security headers that an answer does not state itself."""
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cache-Control", "no-store")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")


def is_secure(base_url: str) -> bool:
    """Tell whether the house is reached by https alone."""
    return base_url.startswith("https://")


def _stated_length(scope: Scope) -> int:
    """Read how long the body is said to be; 0 where nothing or no number is said."""
    told = Headers(scope=scope).get("content-length", "")
    return int(told) if told.isascii() and told.isdigit() else 0


async def _bounded_body(request: Request) -> bytes | None:
    """Read a form's body; None where it is longer than any form of ours, or breaks off."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > FORM_BYTES_MOST:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Give a channel that tells the body once more, then whatever comes after it."""
    told = False

    async def replay() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
