"""A small news site on loopback: feeds whose answers a test sets, and a log of who asked for what and when."""

from __future__ import annotations

import contextlib
import hashlib
import html
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a feed; `date` as the feed prints it, `author` where it names one."""

    path: str
    title: str
    summary: str = "Tóm tắt"
    date: str = "Sat, 21 Nov 2026 09:00:00 +0700"
    guid: str = ""
    author: str = ""


@dataclass(slots=True, kw_only=True)
class Answer:
    """What an address answers; a body with an ETag is not sent again to who has it.

    `reached` is set when somebody asks; `gate` is waited for before the answer.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/rss+xml; charset=utf-8"
    conditional: bool = True
    reached: threading.Event = field(default_factory=threading.Event)
    gate: threading.Event | None = None

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request as the site saw it; instants of `time.monotonic`."""

    host: str
    path: str
    headers: dict[str, str]
    began: float
    ended: float


class Site:
    """The site: set `pages[path]`, read `visits`."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.pages: dict[str, Answer] = {}
        self.visits: list[Visit] = []
        self.most_at_once = 0
        self._busy = 0
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer((host, 0), _handler(self))
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self.base = f"http://{host}:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def set_feed(self, path: str, items: Sequence[Item], **more: str) -> str:
        """Put a feed at a path; give its address."""
        self.pages[path] = Answer(body=rss(self.base, items, **more))
        return self.base + path

    def set_page(self, path: str, body: str, *, status: int = 200, headers: dict[str, str] | None = None) -> str:
        """Put a page at a path; give its address."""
        self.pages[path] = Answer(
            body=body.encode(), status=status, content_type="text/html; charset=utf-8", headers=headers or {}
        )
        return self.base + path

    def paths(self) -> list[str]:
        """Give the paths asked for, in order."""
        return [visit.path for visit in self.visits]

    @contextlib.contextmanager
    def counting(self) -> Iterator[None]:
        """Count a request while it is answered."""
        with self._lock:
            self._busy += 1
            self.most_at_once = max(self.most_at_once, self._busy)
        try:
            yield
        finally:
            with self._lock:
                self._busy -= 1

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def rss(base: str, items: Sequence[Item], title: str = "Báo Mẫu") -> bytes:
    """Write an RSS feed."""
    entries = "".join(
        f"<item><title>{html.escape(item.title)}</title><link>{base}{item.path}</link>"
        f"<description>{html.escape(item.summary)}</description><pubDate>{item.date}</pubDate>"
        f"<guid isPermaLink='false'>{item.guid or item.path}</guid>"
        + (f"<author>{html.escape(item.author)}</author>" if item.author else "")
        + "</item>"
        for item in items
    )
    head = f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{title}</title>"
    return f"{head}<link>{base}</link>{entries}</channel></rss>".encode()


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            began = time.monotonic()
            with site.counting():
                self._answer(site.pages.get(self.path, Answer(status=404)))
            site.visits.append(
                Visit(
                    host=self.headers.get("Host", ""),
                    path=self.path,
                    headers={k.lower(): v for k, v in self.headers.items()},
                    began=began,
                    ended=time.monotonic(),
                )
            )

        def _answer(self, answer: Answer) -> None:
            answer.reached.set()
            if answer.gate is not None:
                answer.gate.wait(20)
            same = answer.conditional and answer.body and self.headers.get("If-None-Match") == answer.etag
            self.send_response(304 if same else answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", answer.content_type)
            if answer.body and answer.conditional:
                self.send_header("ETag", answer.etag)
            self.send_header("Content-Length", "0" if same else str(len(answer.body)))
            self.end_headers()
            if not same:
                self.wfile.write(answer.body)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
