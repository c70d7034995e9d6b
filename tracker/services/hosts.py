"""Politeness to hosts, kept by all processes together. Called by the crawler for itself, not for a person."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tracker.store import hosts as store

if TYPE_CHECKING:
    from tracker.store.db import Tx

LEASE_S = 90  # longer than one connection may last, so that only a dead process loses its slot
HELD_POLL_S = 1


def enter(
    tx: Tx, host_key: str, owner: str, *, slots: int, now: dt.datetime
) -> tuple[int, None] | tuple[None, dt.datetime]:
    """Take one of a host's slots: its number, or None and when to ask again."""
    slot, again_at = store.enter(tx, host_key, owner, slots=slots, now=now, lease_s=LEASE_S)
    if slot is not None:
        return slot, None
    return None, again_at or now + dt.timedelta(seconds=HELD_POLL_S)


def leave(tx: Tx, host_key: str, slot: int, owner: str, *, now: dt.datetime, delay_ms: int) -> None:
    """Give a slot back; the pause begins with the end of the request."""
    store.leave(tx, host_key, slot, owner, next_at=now + dt.timedelta(milliseconds=delay_ms))
