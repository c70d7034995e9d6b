"""Politeness to hosts, kept by all processes together. Called by the crawler for itself, not for a person.

Many wishes and returns are settled in one transaction, with the same few statements whatever their number.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, assert_never

from tracker.domain.sites import Admission, HoldOff, SlotReturn, SlotWish
from tracker.store import hosts as store
from tracker.store.hosts import HELD_OFF, Slot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.domain.sites import SlotAsk
    from tracker.store.db import Tx

LEASE_S: Final = 60  # twice as long as one request may last, so that only a dead process loses its place
HELD_POLL_S: Final = 1


def list_pauses(tx: Tx) -> dict[str, int]:
    """List the hosts of which a source asks for a longer pause, in seconds."""
    return store.list_pauses(tx)


def settle(tx: Tx, asks: Sequence[SlotAsk], owner: str, *, slots: int, now: dt.datetime) -> list[Admission]:
    """Take back, hold off and hand out places, in this order; the answers stand in the order of the asks."""
    book = _Book(tx, asks, owner, slots=slots, now=now)
    for ask in asks:
        if not isinstance(ask, SlotWish):
            book.note(ask)
    answers = [book.admit(ask) if isinstance(ask, SlotWish) else Admission() for ask in asks]
    book.write()
    return answers


class _Book:
    """The rows of the hosts that are asked about, in one transaction."""

    def __init__(self, tx: Tx, asks: Sequence[SlotAsk], owner: str, *, slots: int, now: dt.datetime) -> None:
        self._tx, self._owner, self._slots, self._now = tx, owner, slots, now
        hosts = sorted({ask.host_key for ask in asks})
        self._rows = self._list(hosts)
        missing = [one for one in self._wanted(asks) if (one.host_key, one.slot) not in self._rows]
        if missing:
            store.add_slots(tx, missing)
            self._rows = self._list(hosts)
        self._changed: dict[tuple[str, int], Slot] = {}

    def note(self, ask: SlotReturn | HoldOff) -> None:
        """Take a place back from whoever still holds it, or let all wait."""
        match ask:
            case SlotReturn():
                row = self._rows.get((ask.host_key, ask.slot))
                if row is not None and row.owner == self._owner:
                    self._set(row, owner=None, lease_until=None, next_at=self._after(ask.pause_s))
            case HoldOff():
                row = self._rows[ask.host_key, HELD_OFF]
                self._set(row, owner=None, lease_until=None, next_at=max(row.next_at, self._after(ask.wait_s)))
            case _:
                assert_never(ask)

    def admit(self, wish: SlotWish) -> Admission:
        """Hand out the place that has been free the longest."""
        held_off = self._rows.get((wish.host_key, HELD_OFF))
        if held_off is not None and held_off.next_at > self._now and not wish.insists:
            return Admission(again_at=held_off.next_at, held_off=True)
        rows = [self._rows[wish.host_key, slot] for slot in range(self._slots)]
        free = [row for row in rows if row.lease_until is None or row.lease_until < self._now]
        if not free:
            return Admission(again_at=self._after(HELD_POLL_S))
        first = min(free, key=lambda row: (row.next_at, row.slot))
        if first.next_at > self._now:
            return Admission(again_at=first.next_at)
        self._set(first, owner=self._owner, lease_until=self._after(LEASE_S), next_at=first.next_at)
        return Admission(slot=first.slot)

    def write(self) -> None:
        """Write what has changed."""
        store.record_slots(self._tx, self._changed.values())

    def _wanted(self, asks: Sequence[SlotAsk]) -> list[Slot]:
        """Give the rows that must exist, in one order for all."""
        keys = {(ask.host_key, slot) for ask in asks if isinstance(ask, SlotWish) for slot in range(self._slots)}
        keys |= {(ask.host_key, HELD_OFF) for ask in asks if isinstance(ask, HoldOff)}
        return [Slot(host_key=host, slot=slot, next_at=self._now) for host, slot in sorted(keys)]

    def _list(self, hosts: Sequence[str]) -> dict[tuple[str, int], Slot]:
        return {(row.host_key, row.slot): row for row in store.list_slots(self._tx, hosts)}

    def _set(self, row: Slot, *, owner: str | None, lease_until: dt.datetime | None, next_at: dt.datetime) -> None:
        row.owner, row.lease_until, row.next_at = owner, lease_until, next_at
        self._changed[row.host_key, row.slot] = row

    def _after(self, seconds: float) -> dt.datetime:
        return self._now + dt.timedelta(seconds=seconds)
