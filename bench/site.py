"""The outlets of the refresh: made-up feeds on loopback, with ETag, Last-Modified and 304, many hosts in one process.

Run as `python bench/site.py FEEDS HOSTS`; prints `Serving: PORT …` once it listens. A host is a port of 127.0.0.1, as
politeness counts hosts by name and port. `GET /heed/no` makes it answer 200 whatever the validators, `/heed/yes` not;
both tell how many bodies were sent since they were last asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import email.utils
import hashlib
import signal
import sys
from dataclasses import dataclass

from bench import feeds

HOST = "127.0.0.1"
END = b"\r\n\r\n"
BACKLOG = 1024


@dataclass(frozen=True, slots=True)
class Page:
    """One feed, with its head ready to send."""

    etag: str
    modified: str
    head: bytes
    body: bytes


@dataclass(slots=True)
class Site:
    """What all hosts answer."""

    pages: dict[str, Page]
    heeds: bool = True
    bodies_count: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection until it is closed."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                writer.write(self.answer((await reader.readuntil(END)).decode("latin-1")))
                await writer.drain()
        writer.close()

    def answer(self, request: str) -> bytes:
        """Answer one request."""
        first, *lines = request.split("\r\n")
        path = first.split(" ")[1]
        if path.startswith("/heed/"):
            self.heeds = path.endswith("yes")
            told, self.bodies_count = str(self.bodies_count), 0
            return _head("200 OK", f"Content-Length: {len(told)}") + f"\r\n{told}".encode()
        page = self.pages.get(path)
        if page is None:
            return _head("404 Not Found", "Content-Length: 0") + b"\r\n"
        sent = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if self.heeds and _is_same(page, sent):
            return _head("304 Not Modified", f"ETag: {page.etag}") + b"\r\n"
        self.bodies_count += 1
        return page.head + page.body


def _is_same(page: Page, sent: dict[str, str]) -> bool:
    """Compare validators, the stronger one where both came (RFC 9110 §13.1.3)."""
    if "if-none-match" in sent:
        return sent["if-none-match"] == page.etag
    return sent.get("if-modified-since") == page.modified


def _head(status: str, *lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", *lines)).encode()


def page_of(number: int) -> Page:
    """Make a feed's page: RSS and Atom in turn."""
    body, kind = (feeds.rss(number), "rss") if number % 2 else (feeds.atom(number), "atom")
    etag, modified = f'"{hashlib.sha256(body).hexdigest()[:16]}"', email.utils.format_datetime(feeds.NEWEST)
    told = (f"Content-Type: application/{kind}+xml; charset=utf-8", f"ETag: {etag}", f"Last-Modified: {modified}")
    return Page(etag, modified, _head("200 OK", *told, f"Content-Length: {len(body)}") + b"\r\n", body)


def path_of(number: int) -> str:
    """Give the path of a feed."""
    return f"/feed/{number}.xml"


async def serve(count: int, hosts: int) -> None:
    """Serve until stopped."""
    site = Site({path_of(number): page_of(number) for number in range(count)})
    servers = [await asyncio.start_server(site.talk, HOST, 0, backlog=BACKLOG) for _ in range(hosts)]
    ports = [server.sockets[0].getsockname()[1] for server in servers]
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, sys.exit)
    sys.stderr.write(f"Serving: {' '.join(map(str, ports))}\n")
    sys.stderr.flush()
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    asyncio.run(serve(*map(int, sys.argv[1:])))
