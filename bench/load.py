"""A load generator of its own process: so many requests over kept-alive connections, as fast as they are answered.

Run as `python bench/load.py PORT PATH REQUESTS CONNECTIONS`; prints `seconds redirects`. It reads redirects without a
body and takes anything else for a failure.
"""

from __future__ import annotations

import asyncio
import functools
import sys
import time

from typing_extensions import override

HOST = "127.0.0.1"
END = b"\r\n\r\n"
REDIRECT = b"HTTP/1.1 302 "
EMPTY = b"content-length: 0\r\n"
AGENTS = (
    "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
)


class Load:
    """What the connections share: how many requests are still to be sent, and how many were answered."""

    def __init__(self, count: int) -> None:
        self.left = count
        self.redirects = 0
        self.open = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def end(self, error: str = "") -> None:
        """End it all; whoever comes first."""
        if not self.done.done():
            if error:
                self.done.set_exception(RuntimeError(error))
            else:
                self.done.set_result(None)


class Client(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, load: Load, request: bytes) -> None:
        self._load, self._request = load, request
        self._transport: asyncio.WriteTransport | None = None
        self._told = b""

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the start."""
        if not isinstance(transport, asyncio.WriteTransport):
            raise TypeError
        self._transport = transport

    def send(self) -> None:
        """Send the next request; the last connection to find none left ends the load."""
        if self._load.left and self._transport is not None:
            self._load.left -= 1
            self._load.open += 1
            self._transport.write(self._request)
        elif not self._load.open:
            self._load.end()

    @override
    def data_received(self, data: bytes) -> None:
        """Take in an answer."""
        self._told += data
        if not self._told.endswith(END):
            return
        if not self._told.startswith(REDIRECT) or EMPTY not in self._told:
            self._load.end(f"not a redirect: {self._told[:200]!r}")
            return
        self._told = b""
        self._load.open -= 1
        self._load.redirects += 1
        self.send()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Count a connection that the server closed as a failure."""
        self._load.end(f"the server closed a connection: {exc}")


async def run(port: int, path: str, count: int, connections: int) -> tuple[float, int]:
    """Open all connections, then let them run; give the seconds and how many redirects came."""
    load, loop = Load(count), asyncio.get_running_loop()
    clients = [Client(load, request(path, number)) for number in range(connections)]
    for client in clients:
        await loop.create_connection(functools.partial(_same, client), HOST, port)
    began = time.perf_counter()
    for client in clients:
        client.send()
    await load.done
    return time.perf_counter() - began, load.redirects


def _same(client: Client) -> Client:
    return client


def request(path: str, number: int) -> bytes:
    """Make the request of one connection; every fourth is a preview robot's."""
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {HOST}",
        f"User-Agent: {AGENTS[number % len(AGENTS)]}",
        "Accept: text/html,application/xhtml+xml",
        "Accept-Language: vi-VN,vi;q=0.9",
        "Accept-Encoding: gzip, deflate, br",
    )
    return "\r\n".join([*lines, "", ""]).encode()


if __name__ == "__main__":
    port, path, count, connections = sys.argv[1:]
    seconds, redirects = asyncio.run(run(int(port), path, int(count), int(connections)))
    sys.stdout.write(f"{seconds} {redirects}\n")
