"""The gate before each host: what the fetcher awaits, and whoever keeps politeness implements. No store, no network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio


class HostGate(Protocol):
    """Where politeness is kept: awaited before each connection to a host and told when that connection is over."""

    async def enter(self, host_port: str, places: asyncio.Semaphore, *, insists: bool) -> int | None:
        """Wait until one more request may go to `host:port`, and take one of the places with it; then give None.

        Whoever holds a turn at a host holds a place too, so that no turn grows old while all places are taken. Where
        the host asked all of us to wait, and nobody `insists`, nothing is taken: the seconds it is to last.
        """

    async def leave(self, host_port: str, *, pause_s: float) -> None:
        """Give the turn back (the place is the fetcher's to give); `pause_s` is asked for by the site itself."""

    async def hold_off(self, host_port: str, wait_s: int) -> None:
        """Let nobody in for a while: the host asked all of us to wait."""


class NoGate:
    """No pause: for tests and for measuring."""

    async def enter(self, host_port: str, places: asyncio.Semaphore, *, insists: bool) -> int | None:  # noqa: ARG002 - whatever the host
        """Let everyone in."""
        await places.acquire()
        return None

    async def leave(self, host_port: str, *, pause_s: float) -> None:
        """Note nothing."""

    async def hold_off(self, host_port: str, wait_s: int) -> None:
        """Note nothing."""
