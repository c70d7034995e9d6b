"""The ground tests stand on: no outside network, and no part that silently did not run. Used by conftest.py."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

CANNOT = "cannot run here: "
NEVER_RESOLVED = (".invalid", ".test", ".example", ".localhost")  # RFC 6761: names that belong to nobody


class OutsideReachedError(RuntimeError):
    """A test tried to reach another machine."""


outside: list[str] = []  # what was tried since the running test began; code under test may have swallowed the error


def cannot_run(part: str, reason: str) -> NoReturn:
    """Skip a test because this machine lacks something; the run says so at its end, and fails in CI."""
    pytest.skip(f"{CANNOT}{part}: {reason}")


def close_outside() -> None:
    """Let sockets of this process reach loopback only, for good."""
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, _guarded_connect(getattr(socket.socket, name)))
    setattr(socket.socket, "sendto", _guarded_sendto(socket.socket.sendto))  # noqa: B010 - a method cannot be assigned
    setattr(socket, "getaddrinfo", _guarded_lookup(socket.getaddrinfo))  # noqa: B010 - the same


def is_loopback(host: object) -> bool:
    """Say whether a host, as sockets take it, is this machine."""
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
    if text in {"", "localhost", "localhost."}:
        return True
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(what: str) -> NoReturn:
    outside.append(what)
    raise OutsideReachedError(f"a test may not reach {what}; use a loopback server or a transport of its own")


def _guarded_connect(real: Callable[..., Any]) -> Callable[..., Any]:
    def connect(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and not is_loopback(address[0]):
            _refuse(f"{address[0]} port {address[1]}")
        return real(self, address)

    return connect


def _guarded_sendto(real: Callable[..., Any]) -> Callable[..., Any]:
    def sendto(self: socket.socket, data: Any, *rest: Any) -> Any:
        if self.family != socket.AF_UNIX and not is_loopback(rest[-1][0]):
            _refuse(f"{rest[-1][0]} port {rest[-1][1]}")
        return real(self, data, *rest)

    return sendto


def _guarded_lookup(real: Callable[..., Any]) -> Callable[..., Any]:
    def getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "")
        if is_loopback(name) or _is_numeric(name):
            return real(host, *rest, **named)
        if name.lower().rstrip(".").endswith(NEVER_RESOLVED):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return _refuse(f"the name {name!r}")

    return getaddrinfo


def _is_numeric(name: str) -> bool:
    """Say whether looking a host up needs no network: an address in figures, however spelt."""
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return bool(name) and set(name.lower()) <= set("0123456789abcdefx.")
    return True


def missing_parts(skipped: list[pytest.TestReport], *, needed: bool) -> dict[str, int]:
    """Count skipped tests by the reason given: those that need what a machine must have, or use what may be there."""
    counts: dict[str, int] = {}
    for report in skipped:
        told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = told.removeprefix("Skipped: ")
        if reason.startswith(CANNOT) is needed:
            words = reason.removeprefix(CANNOT)
            counts[words] = counts.get(words, 0) + 1
    return counts
