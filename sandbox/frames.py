"""The frames that cross between parent and worker: a JSON header and raw bytes, each length-prefixed; never pickle."""

from __future__ import annotations

import json
import struct
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

MAX_HEADER_BYTES = 1 << 20
MAX_BODY_BYTES = 64 << 20
_LENGTHS = struct.Struct(">II")


class FrameError(Exception):
    """The other side closed, or said something that is no frame."""


def send_frame(sock: socket.socket, header: Mapping[str, Any], body: bytes, *, deadline: float | None = None) -> None:
    """Send one frame; `deadline` is of `time.monotonic`, TimeoutError past it."""
    head = json.dumps(header).encode()
    _set_timeout(sock, deadline)
    sock.sendall(_LENGTHS.pack(len(head), len(body)) + head)
    if body:
        sock.sendall(body)


def receive_frame(sock: socket.socket, *, deadline: float | None = None) -> tuple[dict[str, Any], bytes]:
    """Receive one frame; FrameError at the end of the stream, TimeoutError past the deadline."""
    head_length, body_length = _LENGTHS.unpack(_receive(sock, _LENGTHS.size, deadline))
    if head_length > MAX_HEADER_BYTES or body_length > MAX_BODY_BYTES:
        raise FrameError("frame too large")
    try:
        header = json.loads(bytes(_receive(sock, head_length, deadline)))
    except ValueError as error:
        raise FrameError("header unreadable") from error
    if not isinstance(header, dict):
        raise FrameError("header unreadable")
    return header, bytes(_receive(sock, body_length, deadline))


def _receive(sock: socket.socket, count: int, deadline: float | None) -> bytearray:
    """Receive exactly `count` bytes."""
    taken = bytearray(count)
    view, filled = memoryview(taken), 0
    while filled < count:
        _set_timeout(sock, deadline)
        got = sock.recv_into(view[filled:])
        if not got:
            raise FrameError("closed")
        filled += got
    return taken


def _set_timeout(sock: socket.socket, deadline: float | None) -> None:
    """Give the next operation what is left until the deadline."""
    if deadline is not None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        sock.settimeout(left)
