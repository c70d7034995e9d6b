"""One TCP connection as bytes in and bytes out, with an allowance of bytes that may come in. No HTTP, no judgement."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    import ssl

HIGH_WATER = 256 * 1024


class WireLimitError(Exception):
    """More bytes came in than were allowed."""


class Wire(asyncio.Protocol):
    """A connection that is read when asked: what is not read waits at the sender once `HIGH_WATER` bytes are here."""

    def __init__(self, allowance: int) -> None:
        self._left = allowance
        self._buffer = bytearray()
        self._waiter: asyncio.Future[None] | None = None
        self._ended = False
        self._error: Exception | None = None
        self.transport: asyncio.Transport | None = None

    def allow(self, count: int) -> None:
        """Set how many more bytes may come in."""
        self._left = count - len(self._buffer)

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self.transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._left -= len(data)
        if self.transport is not None and len(self._buffer) > HIGH_WATER and not self.transport.is_closing():
            self.transport.pause_reading()
        self._wake()

    @override
    def eof_received(self) -> bool:
        self._ended = True
        self._wake()
        return False

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = True
        self._error = exc
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def read(self, size: int) -> bytes:
        """Give up to `size` bytes as soon as there are any, b"" at the end; OSError where the connection broke."""
        while not self._buffer and not self._ended:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        if self._left < 0:
            raise WireLimitError
        if not self._buffer and self._error is not None:
            raise ConnectionError(*self._error.args) from self._error
        return self._take(size)

    def _take(self, size: int) -> bytes:
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        if self.transport is not None and len(self._buffer) <= HIGH_WATER and not self.transport.is_closing():
            self.transport.resume_reading()
        return data

    def write(self, data: bytes) -> None:
        """Send bytes; requests are small, so nothing waits for the other side to read."""
        if self.transport is None or self.transport.is_closing():
            raise ConnectionError
        self.transport.write(data)

    async def start_tls(self, context: ssl.SSLContext, server_hostname: str) -> None:
        """Go on in TLS, the certificate checked for `server_hostname`; the connection is dropped where that fails."""
        if self.transport is None or self._ended:
            raise ConnectionError
        loop = asyncio.get_running_loop()
        try:
            secured = await loop.start_tls(self.transport, self, context, server_hostname=server_hostname)
        except BaseException:
            await self.drop()
            raise
        self.transport = secured

    async def drop(self) -> None:
        """Close at once, without the parting words of TLS that a hostile peer could keep us waiting for."""
        if self.transport is not None:
            self.transport.abort()
            await asyncio.sleep(0)
