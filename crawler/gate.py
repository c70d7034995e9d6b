"""The gate before each host: what the fetcher awaits, and whoever keeps politeness implements. No store, no network."""

from __future__ import annotations

from typing import Protocol


class HostGate(Protocol):
    """Where politeness is kept: awaited before each connection to a host and told when that connection is over."""

    async def enter(self, host_port: str) -> None:
        """Wait until one more request may go to `host:port`."""

    async def leave(self, host_port: str) -> None:
        """Give the place back."""


class NoGate:
    """No pause: for tests and for measuring."""

    async def enter(self, host_port: str) -> None:
        """Let everyone in."""

    async def leave(self, host_port: str) -> None:
        """Note nothing."""
