"""Following a tracked link, `/s/{slug}`: a small ASGI application in front of the house.

The redirect is the same for everyone and waits for nothing but its link; counting comes after the answer.
"""

from __future__ import annotations

import asyncio
import base64
import functools
import hashlib
import html
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.requests import HTTPConnection

from api import auth
from api.link_book import LinkBook
from api.peer import client_address, trusted_networks
from tracker.domain.agents import LONGEST_AGENT
from tracker.domain.clicks import PURPOSE_HEADERS, is_prefetch
from tracker.domain.errors import AppError
from tracker.domain.links import is_slug
from tracker.services import links, sessions
from tracker.services.click_judging import Request
from tracker.services.clicks import ClickCounter
from tracker.translation import translate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from tracker.domain.agents import AgentClassifier
    from tracker.domain.links import TrackedLink
    from tracker.domain.types import MemberId
    from tracker.store.db import Database

PATH = "/s/"
LANGUAGE = "vi"  # one answer to everyone, also to preview robots
METHODS = frozenset({"GET", "HEAD"})
SAFE_IN_URL = "%/:?#[]@!$&'()*+,;=~"
RETRY_AFTER_S = b"5"
BREATH_S = 0.01
CREDENTIALS_MOST = 256  # far longer than any token of ours; what waits to be counted stays small
_STYLE = "body{font:18px/1.5 sans-serif;max-width:32em;margin:4em auto;padding:0 1em}"
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", _POLICY.encode()),
)
_SECURE = ((b"strict-transport-security", b"max-age=31536000"),)
_PURPOSES = frozenset(name.encode() for name in PURPOSE_HEADERS)
_SESSION = frozenset({b"cookie", b"authorization"})
_UNKNOWN = ("This link does not exist", "Please check the address, or ask who sent it to you.")
_WITHDRAWN = ("This link has been withdrawn", "The article may still be found at its publisher.")
_AWAY = ("The page cannot be reached right now", "Please try again in a moment.")

_NO_BODY = {"type": "http.response.body", "body": b""}

Page = tuple[str, str]  # message ids of title and words


class RedirectApp:
    """Answers `/s/` itself and hands everything else on."""

    def __init__(
        self,
        inner: ASGIApp,
        *,
        book: LinkBook,
        counter: ClickCounter,
        clock: Callable[[], dt.datetime],
        trusted_proxies: Iterable[str] = (),
        secure: bool = False,
    ) -> None:
        self.inner = inner
        self.book = book
        self.counter = counter
        self._clock = clock
        self._trusted = trusted_networks(trusted_proxies)
        self._headers = (*_HEADERS, *(_SECURE if secure else ()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; start the counter with the application, and write what it holds before it ends."""
        if scope["type"] == "http" and scope["path"].startswith(PATH):
            await self._follow(scope, send)
        elif scope["type"] == "lifespan":
            self.counter.start()
            await self.inner(scope, receive, self._flushing(send))
        else:
            await self.inner(scope, receive, send)

    async def _follow(self, scope: Scope, send: Send) -> None:
        slug = scope["path"][len(PATH) :]
        link = self.book.find_fresh(slug)
        if link is None:
            try:
                link = await self.book.find(slug) if is_slug(slug) else None
            except AppError:
                await self._say(scope, send, 503, _AWAY, (b"retry-after", RETRY_AFTER_S))
                return
        if link is not None and link.withdrawn_at is None and scope["method"] in METHODS:
            await send(_redirect(link.target_url, self._headers))
            await send(_NO_BODY)
        else:
            await self._refuse(scope, send, link)
        if link is not None and link.withdrawn_at is None:
            self.counter.take(self._request(scope, link))
            if self.counter.is_behind():
                await asyncio.sleep(BREATH_S)  # the answer is out; only this connection's next request comes later

    async def _refuse(self, scope: Scope, send: Send, link: TrackedLink | None) -> None:
        if scope["method"] not in METHODS:
            await self._say(scope, send, 405, None, (b"allow", b"GET, HEAD"))
        elif link is None:
            await self._say(scope, send, 404, _UNKNOWN)
        else:
            await self._say(scope, send, 410, _WITHDRAWN)

    async def _say(self, scope: Scope, send: Send, status: int, page: Page | None, *more: tuple[bytes, bytes]) -> None:
        body = b"" if page is None else _rendered(page)
        headers = [*self._headers, *more, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _request(self, scope: Scope, link: TrackedLink) -> Request:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        return Request(
            link=link,
            at=self._clock(),
            method=scope["method"],
            address=client_address(scope, self._trusted),
            agent=headers.get(b"user-agent", b"")[:LONGEST_AGENT].decode("latin-1"),
            speaks=b"accept-language" in headers,
            prefetch=not _PURPOSES.isdisjoint(headers) and is_prefetch(_words(headers)),
            credentials="" if _SESSION.isdisjoint(headers) else _credentials(scope),
        )

    def _flushing(self, send: Send) -> Send:
        """Write the last counts before the end of the application is confirmed: nobody waits longer than that."""

        async def send_after_flush(message: Message) -> None:
            if message["type"].startswith("lifespan.shutdown"):
                await asyncio.to_thread(self.counter.stop)
            await send(message)

        return send_after_flush


def _words(headers: Mapping[bytes, bytes]) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in headers.items()}


def _credentials(scope: Scope) -> str:
    """Give the session token that was sent, '' for none and for what is too long to be one."""
    connection = HTTPConnection(scope)
    told = auth.bearer(connection) or auth.cookie(connection) or ""
    return told if len(told) <= CREDENTIALS_MOST else ""


@functools.lru_cache(maxsize=10_000)
def _redirect(url: str, headers: tuple[tuple[bytes, bytes], ...]) -> Message:
    """Make the beginning of the answer that all who follow a link get; servers only read it."""
    location = quote(url, safe=SAFE_IN_URL).encode("ascii")
    told = [*headers, (b"location", location), (b"content-length", b"0")]
    return {"type": "http.response.start", "status": 302, "headers": told}


@functools.cache
def _rendered(page: Page) -> bytes:
    title, words = (html.escape(translate(message, LANGUAGE)) for message in page)
    return (
        f'<!doctype html><html lang="{LANGUAGE}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1><p>{words}</p></body></html>"
    ).encode()


def in_front_of(
    inner: ASGIApp,
    *,
    db: Database,
    zone: dt.tzinfo,
    clock: Callable[[], dt.datetime],
    agents: Callable[[], AgentClassifier],
    base_url: str,
    trusted_proxies: Iterable[str] = (),
) -> RedirectApp:
    """Put the redirect in front of an application."""

    def load(slugs: Sequence[str]) -> dict[str, TrackedLink]:
        with db.read() as tx:
            return links.list_targets(tx, slugs)

    def find_member(token: str) -> MemberId | None:
        signed_in = sessions.find_signed_in(db, token, now=clock())
        return None if signed_in is None else signed_in.viewer.member_id

    return RedirectApp(
        inner,
        book=LinkBook(load),
        counter=ClickCounter(db, zone=zone, clock=clock, agents=agents, find_member=find_member),
        clock=clock,
        trusted_proxies=trusted_proxies,
        secure=base_url.startswith("https://"),
    )
