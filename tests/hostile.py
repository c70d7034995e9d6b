"""A web site on the loopback that behaves as badly as a test asks, in a thread of its own. For tests only.

    with HostileSite() as site:
        site.at("/feed", answer(200, b"<rss/>"))
        ...  # fetch site.url("/feed"); then look at site.hits and site.connections

A `HostileSite` without pages is a trap: what matters is that its `connections` stay 0.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence
    from types import TracebackType

Header = tuple[str, str]
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One request as it came in; header names in lower case."""

    target: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One request and the way to answer it."""

    hit: Hit
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        """Send bytes and wait until the other side takes them; ConnectionError where it does not."""
        self.writer.write(data)
        await self.writer.drain()
        await asyncio.sleep(0)  # a page without end must still be stoppable


Page = Callable[[Talk], Awaitable[None]]


def head(status: int, headers: Sequence[Header] = ()) -> bytes:
    """Give a status line and headers as bytes (UTF-8), the empty line included."""
    lines = [f"HTTP/1.1 {status} Word", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def answer(status: int, body: bytes = b"", headers: Sequence[Header] = ()) -> Page:
    """Answer with a body of stated length."""
    length = () if status == 304 else (("Content-Length", str(len(body))),)
    return raw(head(status, [*headers, *length]) + body)


def raw(data: bytes) -> Page:
    """Answer with exactly these bytes, then close."""

    async def page(talk: Talk) -> None:
        await talk.send(data)

    return page


def redirect(location: str | None, status: int = 302, headers: Sequence[Header] = ()) -> Page:
    """Send elsewhere; with `None` without saying where."""
    return answer(status, b"moved", [*headers, *(() if location is None else (("Location", location),))])


def in_turn(*pages: Page) -> Page:
    """Answer with one page after the other, the last one for ever."""
    left = list(pages)

    async def page(talk: Talk) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(talk)

    return page


def gzip_bomb(size: int) -> bytes:
    """Give a small gzip body that grows to `size` bytes."""
    return gzip.compress(bytes(size), mtime=0)


def endless(start: bytes, again: bytes) -> Page:
    """Send `start`, then `again` for ever."""

    async def page(talk: Talk) -> None:
        await talk.send(start)
        while True:
            await talk.send(again)

    return page


def dripping(data: bytes, interval_s: float = 0.02) -> Page:
    """Send one byte after the other, for ever begun anew: no single read ever times out."""

    async def page(talk: Talk) -> None:
        while True:
            for byte in data:
                await talk.send(bytes([byte]))
                await asyncio.sleep(interval_s)

    return page


def slow_body(interval_s: float = 0.02) -> Page:
    """Send the headers at once and the body a byte at a time, for ever."""

    async def page(talk: Talk) -> None:
        await talk.send(head(200, [("Content-Type", "text/xml")]))
        await dripping(b"<rss>", interval_s)(talk)

    return page


async def silence(talk: Talk) -> None:
    """Take the request and never say a word."""
    await asyncio.Event().wait()


class HostileSite:
    """The site; `hits` are requests read whole, `connections` counts all that were opened."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.host = host
        self.port = port
        self.hits: list[Hit] = []
        self.connections = 0
        self._tls = tls
        self._pages: dict[str, Page] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._listener: socket.socket | None = None
        self._talks: set[asyncio.Task[None]] = set()

    def at(self, path: str, page: Page) -> str:
        """Put a page at a path; gives its URL."""
        self._pages[path] = page
        return self.url(path)

    def url(self, path: str = "/", host: str | None = None) -> str:
        """Give the URL of a path, under another host name if asked."""
        return f"{'https' if self._tls else 'http'}://{host or self.host}:{self.port}{path}"

    @property
    def host_port(self) -> str:
        return f"{self.host}:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self) -> None:
        self._listener = socket.create_server((self.host, self.port))
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]
        self._loop.add_reader(self._listener, self._accept, self._listener)

    def _accept(self, listener: socket.socket) -> None:
        """Take one connection; not asyncio's own server, which loses what it accepted while it was closed."""
        with contextlib.suppress(OSError):
            taken, _ = listener.accept()
            self.connections += 1
            talk = self._loop.create_task(self._serve(taken))
            self._talks.add(talk)
            talk.add_done_callback(self._talks.discard)

    async def _close(self) -> None:
        if self._listener is not None:
            self._loop.remove_reader(self._listener)
            self._listener.close()
        await asyncio.sleep(0)  # a talk must have begun to be ended
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await asyncio.sleep(0)

    async def _serve(self, taken: socket.socket) -> None:
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        try:
            transport, _ = await self._loop.connect_accepted_socket(lambda: protocol, taken, ssl=self._tls)
        except (OSError, asyncio.CancelledError):
            taken.close()
            return
        writer = asyncio.StreamWriter(transport, protocol, reader, self._loop)
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.close()
        except asyncio.CancelledError:
            transport.abort()
        else:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines[1:] if line)
        hit = Hit(target=lines[0].split(" ")[1], headers={name.lower(): value.strip() for name, _, value in pairs})
        self.hits.append(hit)
        page = self._pages.get(hit.target.partition("?")[0], answer(404, b"nothing here"))
        await page(Talk(hit=hit, writer=writer))
