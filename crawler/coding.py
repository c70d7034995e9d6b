"""Undo a content coding under a limit of size: what a few bytes may grow to is decided here. Never a charset."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable

ACCEPTED = "gzip"
MAX_MEMBERS = 64  # a gzip file of many empty members costs time, not bytes
MAX_PIECES = 50_000  # a body in chunks of one byte costs time, not bytes
_GZIP_FIRST_BYTE = 0x1F
_ZLIB_OR_GZIP = 47


class CodingError(Exception):
    """A coding that was not asked for, several at once, or one that is broken."""


class TooLargeError(Exception):
    """More than the limit, before or after decoding."""


def coding_of(header_values: Iterable[str]) -> str:
    """Give `identity` or `gzip` from all Content-Encoding values; CodingError for any other and for stacked ones."""
    words = [word.strip().lower() for value in header_values for word in value.split(",")]
    match [word for word in words if word not in {"", "identity"}]:
        case []:
            return "identity"
        case ["gzip" | "x-gzip"]:
            return "gzip"
        case _:
            raise CodingError


class Inflater:
    """A body put together from chunks; never holds more than `limit` bytes."""

    def __init__(self, coding: str, limit: int) -> None:
        self._limit = limit
        self._body = bytearray()
        self._gunzip = _Gunzip() if coding == "gzip" else None

    def feed(self, chunk: bytes) -> None:
        """Take a chunk of the wire; TooLargeError as soon as the body passes the limit."""
        if self._gunzip is None:
            self._keep(chunk)
            return
        while chunk:
            out, chunk = self._gunzip.step(chunk, self._limit - len(self._body) + 1)
            self._keep(out)

    def _keep(self, part: bytes) -> None:
        room = self._limit - len(self._body)
        self._body += part[:room]
        if len(part) > room:
            raise TooLargeError

    @property
    def so_far(self) -> bytes:
        """Give what there is of the body."""
        return bytes(self._body)

    def finish(self) -> bytes:
        """Give the whole body; CodingError where the compressed data ended before its end mark."""
        if self._gunzip is not None and not self._gunzip.complete:
            raise CodingError
        return self.so_far


async def pour(pieces: AsyncIterable[bytes], inflater: Inflater) -> None:
    """Take a body as it comes in, to its end; TooLargeError where it comes in crumbs without end."""
    count = 0
    async for piece in pieces:
        count += 1
        if count > MAX_PIECES:
            raise TooLargeError
        inflater.feed(piece)


class _Gunzip:
    """RFC 1952 members one after another; what follows the last one and is none is ignored, as browsers do."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_ZLIB_OR_GZIP)
        self._members = 1
        self._started = False

    @property
    def complete(self) -> bool:
        return self._member.eof or not self._started

    def step(self, data: bytes, max_length: int) -> tuple[bytes, bytes]:
        """Give what `data` inflates to, at most `max_length` bytes, and the data left over."""
        if self._member.eof:
            if data[0] != _GZIP_FIRST_BYTE:
                return b"", b""
            self._next_member()
        self._started = True
        try:
            out = self._member.decompress(data, max_length)
        except zlib.error as exc:
            raise CodingError from exc
        return out, self._member.unconsumed_tail or self._member.unused_data

    def _next_member(self) -> None:
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise CodingError
        self._member = zlib.decompressobj(_ZLIB_OR_GZIP)
