"""The port that people reach us on: taken, or refused with the reason. What answers stands in lantoa/server.py."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING

from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    from collections.abc import Iterator

BACKLOG = 1024


@contextlib.contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Listen, or refuse with the reason (`settings.invalid`)."""
    if not host.isascii():  # else socket may raise a TypeError and leave itself open
        raise AppError(Code.SETTINGS_INVALID, f"cannot listen on {host}:{port}: write the name in ASCII")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise AppError(Code.SETTINGS_INVALID, f"cannot listen on {host}:{port}: {error.strerror}") from error
    with listener:
        yield listener


def check_port(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on, before anything is started."""
    with listening(host, port):
        pass
