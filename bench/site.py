"""The outlets of the refresh: the feeds of a folder on loopback, with ETag, Last-Modified and 304, many hosts at once.

Run as `python bench/site.py FOLDER HOSTS`; prints `Serving: PORT …` once it listens. A host is a port of 127.0.0.1, as
politeness counts hosts by name and port. `GET /control/heed/no` makes it answer 200 whatever the validators,
`/control/heed/yes` not; `/control/delay/200` lets it take 200 ms for each answer; all tell how many bodies were sent
since they were last asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import email.utils
import hashlib
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
END = b"\r\n\r\n"
BACKLOG = 1024
CHANGED_AT = 1_700_000_000
CONTROL = "/control/"


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
    delay_s: float = 0
    bodies_count: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection until it is closed."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                request = (await reader.readuntil(END)).decode("latin-1")
                await asyncio.sleep(self.delay_s)
                writer.write(self.answer(request))
                await writer.drain()
        writer.close()

    def answer(self, request: str) -> bytes:
        """Answer one request."""
        first, *lines = request.split("\r\n")
        path = first.split(" ")[1]
        if path.startswith(CONTROL):
            return self._told(path.removeprefix(CONTROL))
        page = self.pages.get(path)
        if page is None:
            return _head("404 Not Found", "Content-Length: 0") + b"\r\n"
        sent = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if self.heeds and _is_same(page, sent):
            return _head("304 Not Modified", f"ETag: {page.etag}") + b"\r\n"
        self.bodies_count += 1
        return page.head + page.body

    def _told(self, order: str) -> bytes:
        what, _, how = order.partition("/")
        if what == "heed":
            self.heeds = how == "yes"
        if what == "delay":
            self.delay_s = int(how) / 1000
        told, self.bodies_count = str(self.bodies_count), 0
        return _head("200 OK", f"Content-Length: {len(told)}") + f"\r\n{told}".encode()


def _is_same(page: Page, sent: dict[str, str]) -> bool:
    """Compare validators, the stronger one where both came (RFC 9110 §13.1.3)."""
    if "if-none-match" in sent:
        return sent["if-none-match"] == page.etag
    return sent.get("if-modified-since") == page.modified


def _head(status: str, *lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", *lines)).encode()


def page_of(path: Path) -> Page:
    """Make a feed's page."""
    body = path.read_bytes()
    etag, modified = f'"{hashlib.sha256(body).hexdigest()[:16]}"', email.utils.formatdate(CHANGED_AT, usegmt=True)
    told = ("Content-Type: application/xml", f"ETag: {etag}", f"Last-Modified: {modified}")
    return Page(etag, modified, _head("200 OK", *told, f"Content-Length: {len(body)}") + b"\r\n", body)


async def serve(site: Site, hosts: int) -> None:
    """Serve until stopped."""
    servers = [await asyncio.start_server(site.talk, HOST, 0, backlog=BACKLOG) for _ in range(hosts)]
    ports = [server.sockets[0].getsockname()[1] for server in servers]
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, sys.exit)
    sys.stderr.write(f"Serving: {' '.join(map(str, ports))}\n")
    sys.stderr.flush()
    await asyncio.gather(*(server.serve_forever() for server in servers))


if __name__ == "__main__":
    feeds = Path(sys.argv[1]).glob("*.xml")
    asyncio.run(serve(Site({f"/{path.name}": page_of(path) for path in feeds}), int(sys.argv[2])))
