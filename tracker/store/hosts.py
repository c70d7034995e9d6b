"""Pauses between requests to one host:port: its slots, held by all processes together."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from tracker.store.tables.feeds import HostPause

if TYPE_CHECKING:
    from tracker.store.db import Tx


def enter(
    tx: Tx, host_key: str, owner: str, *, slots: int, now: dt.datetime, lease_s: int
) -> tuple[int | None, dt.datetime | None]:
    """Take a slot of a host: its number; or None and when to ask again (None as well: somebody holds it, ask soon)."""
    rows = [{"host_key": host_key, "slot": slot, "next_at": now} for slot in range(slots)]
    query = select(HostPause.slot, HostPause.next_at, HostPause.lease_until).where(
        HostPause.host_key == host_key, HostPause.slot < slots
    )
    known = tx.all(query.order_by(HostPause.next_at, HostPause.slot).with_for_update())
    if len(known) < slots:
        tx.execute(tx.insert(HostPause).on_conflict_do_nothing(), rows)
        known = tx.all(query.order_by(HostPause.next_at, HostPause.slot).with_for_update())
    unheld = [row for row in known if row.lease_until is None or row.lease_until < now]
    if not unheld:
        return None, None
    if unheld[0].next_at > now:
        return None, unheld[0].next_at
    taken = update(HostPause).where(HostPause.host_key == host_key, HostPause.slot == unheld[0].slot)
    tx.changed(taken.values(owner=owner, lease_until=now + dt.timedelta(seconds=lease_s)))
    return unheld[0].slot, None


def leave(tx: Tx, host_key: str, slot: int, owner: str, *, next_at: dt.datetime) -> None:
    """Give a slot back; the next request may go from `next_at` on."""
    mine = update(HostPause).where(HostPause.host_key == host_key, HostPause.slot == slot, HostPause.owner == owner)
    tx.changed(mine.values(owner=None, lease_until=None, next_at=next_at))
