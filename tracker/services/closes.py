"""What a closed period means for a change: members are refused, officers' acts go through and are restated.

Closing and reopening live elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.domain.errors import AppError, Code
from tracker.store import closes as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from tracker.domain.types import UnitId, Viewer
    from tracker.store.closes import ClosedRow
    from tracker.store.db import Tx


def hold(tx: Tx) -> None:
    """Let no period be closed before the transaction ends: a change stands in a close or is restated after it.

    Asked for before a claim is held, so that nobody who waits for a close keeps another from ending.
    """
    store.hold(tx)


def find_closed(tx: Tx, unit_id: UnitId, day: dt.date) -> list[ClosedRow]:
    """Find what is closed for a unit on a local day: its own closes and those of units above; empty: nothing."""
    hold(tx)
    return store.list_closed(tx, unit_id, day)


def require_open(tx: Tx, unit_id: UnitId, day: dt.date) -> None:
    """Refuse a member's change of a day that lies in a closed period."""
    closed = find_closed(tx, unit_id, day)
    if closed:
        raise AppError(Code.PERIOD_CLOSED, f"{closed[0].period} is closed", period=closed[0].period)


def restate(
    tx: Tx,
    viewer: Viewer,
    unit_id: UnitId,
    day: dt.date,
    *,
    also: Iterable[UnitId] = (),
    subject: str,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str | None,
    now: dt.datetime,
) -> None:
    """Write an officer's change into the restatement of every closed period that it falls in; none: nothing.

    `also`: further units in which it counts; a close that holds several of them is told once, of the first.
    """
    told: set[int] = set()
    for one in dict.fromkeys((unit_id, *also)):
        closed = [row.close_id for row in find_closed(tx, one, day) if row.close_id not in told]
        told.update(closed)
        store.restate(
            tx,
            closed,
            unit_id=one,
            at=now,
            actor=viewer.account_id,
            subject=subject,
            before=before,
            after=after,
            reason=reason,
        )
