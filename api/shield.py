"""What surrounds every request: security headers, refusal of cross-site changes, the body's size. Pure ASGI."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection

from api import auth
from api.problems import problem
from tracker.domain.errors import Code

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Shield:
    """Add the security headers to every answer and refuse changes that another site makes a browser send.

    A browser says where a request comes from (Sec-Fetch-Site, else Origin): only our own site may change anything.
    A request that says neither and carries no cookie comes from a script, which no other site can drive.
    """

    def __init__(self, app: ASGIApp, *, base_url: str) -> None:
        self.app = app
        self.origin = "{0.scheme}://{0.netloc}".format(urlsplit(base_url))
        self.secure = base_url.startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request behind the shield."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_shielded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(MutableHeaders(scope=message))
            await send(message)

        if scope["method"] in UNSAFE and self._is_cross_site(HTTPConnection(scope)):
            response = problem(Code.CROSS_SITE, language=auth.language(HTTPConnection(scope)))
            await response(scope, receive, send_shielded)
            return
        await self.app(scope, receive, send_shielded)

    def _is_cross_site(self, connection: HTTPConnection) -> bool:
        headers: Headers = connection.headers
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site != "same-origin"
        origin = headers.get("origin")
        if origin is not None:
            return not hmac.compare_digest(origin.encode("latin-1"), self.origin.encode("latin-1"))
        return auth.cookie(connection) is not None

    def _add_headers(self, headers: MutableHeaders) -> None:
        headers.setdefault("Content-Security-Policy", POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cache-Control", "no-store")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), web-share=(self)")
        if self.secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
