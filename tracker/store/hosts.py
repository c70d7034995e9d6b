"""Places to ask one host:port, and the pauses between: held by all processes together, a row a place.

Row `HELD_OFF` of a host is no place: it says until when the host asked all of us to wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, func, select, update

from tracker.store.tables.feeds import Feed, HostPause

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from tracker.store.db import Tx

HELD_OFF: Final = -1


@dataclass(slots=True, kw_only=True)
class Slot:
    """One row, as it is and as it shall be."""

    host_key: str
    slot: int
    next_at: dt.datetime
    owner: str | None = None
    lease_until: dt.datetime | None = None


def list_slots(tx: Tx, host_keys: Collection[str]) -> list[Slot]:
    """List the rows of hosts, locked until the transaction ends, always in the same order."""
    columns = (HostPause.host_key, HostPause.slot, HostPause.next_at, HostPause.owner, HostPause.lease_until)
    query = select(*columns).where(HostPause.host_key.in_(host_keys))
    rows = tx.all(query.order_by(HostPause.host_key, HostPause.slot).with_for_update())
    return [
        Slot(host_key=r.host_key, slot=r.slot, next_at=r.next_at, owner=r.owner, lease_until=r.lease_until)
        for r in rows
    ]


def add_slots(tx: Tx, slots: Iterable[Slot]) -> None:
    """Add rows that are not there yet."""
    rows = [{"host_key": one.host_key, "slot": one.slot, "next_at": one.next_at} for one in slots]
    if rows:
        tx.execute(tx.insert(HostPause).on_conflict_do_nothing(), rows)


def record_slots(tx: Tx, slots: Iterable[Slot]) -> None:
    """Set rows as they shall be."""
    rows: list[dict[str, Any]] = [
        {
            "at_host": one.host_key,
            "at_slot": one.slot,
            "next_at": one.next_at,
            "owner": one.owner,
            "lease_until": one.lease_until,
        }
        for one in slots
    ]
    if rows:
        values: dict[str, Any] = {name: bindparam(name) for name in ("next_at", "owner", "lease_until")}
        at = (HostPause.host_key == bindparam("at_host"), HostPause.slot == bindparam("at_slot"))
        tx.execute(update(HostPause).where(*at).values(values), rows)


def list_pauses(tx: Tx) -> dict[str, int]:
    """List the hosts of which a source asks for a longer pause, with the longest one."""
    query = select(Feed.host_key, func.max(Feed.pause_s).label("longest")).where(Feed.pause_s > 0)
    return {row.host_key: row.longest for row in tx.all(query.group_by(Feed.host_key))}
