"""The sample news site: a front page, a feed of the newest, an archive feed and article pages, on loopback."""

from __future__ import annotations

import email.utils
import hashlib
import html
import http.server
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from typing_extensions import override

from lantoa import wiring
from lantoa.demo.stories import list_stories

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from lantoa.demo.stories import Story

NAME = "Báo Phụng Hiệp (mẫu)"
NEWEST_COUNT = 30
ARCHIVE_PATH = "/rss/nam.rss"


class Site:
    """What the site answers at a path; the clock is handed in."""

    def __init__(self, address: str, zone: dt.tzinfo, clock: Callable[[], dt.datetime]) -> None:
        self.address = address
        self.zone = zone
        self.clock = clock

    def page(self, path: str) -> tuple[str, str] | None:
        """Give (content type, text) at a path, or None."""
        now = self.clock()
        stories = [s for s in list_stories(now.astimezone(self.zone).date(), self.zone) if s.published_at <= now]
        if path in ("/", "/index.html"):
            return "text/html; charset=utf-8", self._front(stories[:NEWEST_COUNT])
        if path in ("/rss", "/rss/home.rss"):
            return "application/rss+xml; charset=utf-8", self._feed(stories[:NEWEST_COUNT])
        if path == ARCHIVE_PATH:
            return "application/rss+xml; charset=utf-8", self._feed(stories)
        story = next((s for s in stories if s.path == path), None)
        return None if story is None else ("text/html; charset=utf-8", self._article(story))

    def _feed(self, stories: list[Story]) -> str:
        items = "".join(
            f"<item><title>{escape(s.title)}</title><link>{self.address}{s.path}</link>"
            f"<guid isPermaLink='true'>{self.address}{s.path}</guid><description>{escape(s.summary)}</description>"
            f"<author>{escape(s.author)}</author>"
            f"<pubDate>{email.utils.format_datetime(s.published_at)}</pubDate></item>"
            for s in stories
        )
        return (
            f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>{NAME}</title>"
            f"<link>{self.address}/</link><description>Tin mẫu</description><language>vi</language>{items}"
            "</channel></rss>"
        )

    def _front(self, stories: list[Story]) -> str:
        links = "".join(f"<li><a href='{s.path}'>{html.escape(s.title)}</a></li>" for s in stories)
        feed = "<link rel='alternate' type='application/rss+xml' href='/rss/home.rss'>"
        return f"<!doctype html><html lang='vi'><title>{NAME}</title>{feed}<h1>{NAME}</h1><ul>{links}</ul></html>"

    def _article(self, story: Story) -> str:
        return (
            f"<!doctype html><html lang='vi'><title>{html.escape(story.title)}</title>"
            f"<meta property='og:title' content='{html.escape(story.title, quote=True)}'>"
            f"<meta property='article:published_time' content='{story.published_at.isoformat()}'>"
            f"<article><h1>{html.escape(story.title)}</h1><p>{html.escape(story.summary)}</p>"
            f"<p class='author'>{html.escape(story.author)}</p></article></html>"
        )


def serve(port: int, zone: dt.tzinfo) -> None:
    """Serve the site on 127.0.0.1 until stopped."""
    with make_server(port, zone) as server:
        server.serve_forever()


def make_server(port: int, zone: dt.tzinfo) -> http.server.ThreadingHTTPServer:
    """Listen on 127.0.0.1 for the site; whoever asks for it serves and closes it."""
    site = Site(f"http://127.0.0.1:{port}", zone, wiring.clock)

    class Handler(http.server.BaseHTTPRequestHandler):
        """Answers GET and HEAD, with an ETag and 304."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Answer one request."""
            found = site.page(self.path.split("?")[0])
            kind, text = found or ("text/plain; charset=utf-8", "Không có trang này")
            body = text.encode()
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            same = found is not None and self.headers.get("If-None-Match") == tag
            self.send_response(304 if same else 200 if found else 404)
            self.send_header("ETag", tag)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", "0" if same else str(len(body)))
            self.end_headers()
            if not same and self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815 - the base class's name

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    return http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
