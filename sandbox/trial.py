"""Tasks that meet each limit on purpose, so that an installation (or a test) can see the limits hold on its machine."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

TRIALS = tuple(
    f"sandbox.trial:{name}" for name in ("echo", "toil", "spin", "hoard", "die", "wait", "fail", "write", "dial")
)


def echo(payload: bytes, options: Mapping[str, Any]) -> bytes:
    """Give the payload back, after what the options say to say first."""
    return str(options.get("first", "")).encode() + payload


def spin(payload: bytes, options: Mapping[str, Any]) -> bytes:  # noqa: ARG001 - the shape of a task
    """Use processor time without end."""
    while True:
        pass


def toil(payload: bytes, options: Mapping[str, Any]) -> bytes:
    """Use as many milliseconds of processor time as the options say."""
    end = time.process_time() + int(options["cpu_ms"]) / 1000
    while time.process_time() < end:
        pass
    return payload


def hoard(payload: bytes, options: Mapping[str, Any]) -> bytes:  # noqa: ARG001 - the shape of a task
    """Take memory without end."""
    taken = [payload]
    while True:
        taken.append(bytes(1 << 24))


def die(payload: bytes, options: Mapping[str, Any]) -> bytes:  # noqa: ARG001 - the shape of a task
    """End the process as a fault in native code would."""
    os.kill(os.getpid(), signal.SIGSEGV)
    return payload


def wait(payload: bytes, options: Mapping[str, Any]) -> bytes:  # noqa: ARG001 - the shape of a task
    """Do nothing for an hour."""
    time.sleep(3600)
    return payload


def fail(payload: bytes, options: Mapping[str, Any]) -> bytes:
    """Raise what a parser might."""
    raise LookupError(options.get("why"), payload)


def write(payload: bytes, options: Mapping[str, Any]) -> bytes:
    """Write a file."""
    Path(str(options["path"])).write_bytes(payload)
    return payload


def dial(payload: bytes, options: Mapping[str, Any]) -> bytes:
    """Open a connection."""
    with socket.create_connection((str(options["host"]), int(options["port"])), timeout=1):
        return payload
