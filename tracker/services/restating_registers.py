"""Changes of registers, programmes and targets after a close: each stands in the restatement of what it touches.

The closed reports stay as they were signed. Changes of people and units stand in restating.py, of claims in closes.py.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from tracker.domain.periods import Period, PeriodKind
from tracker.domain.restatement import Days
from tracker.services import restating
from tracker.store import closes as store
from tracker.store.closes import Restated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tracker.domain.types import Viewer
    from tracker.store.closes import StandingClose
    from tracker.store.db import Tx

    Facts = Mapping[str, Any]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of a register as it stands: in which periods, and what reports print of it as plain values.

    `named` is told whatever changed: by it the row is known where the subject holds many.
    """

    periods: Sequence[Period]
    facts: Facts
    named: Facts = field(default_factory=dict)

    def stands_in(self, close: StandingClose) -> bool:
        """Say whether a closed period holds it."""
        whole = Period(kind=PeriodKind.SPAN, start_on=close.start_on, end_on=close.end_on, unit=PeriodKind.DAY)
        return any(period.lies_in(whole) for period in self.periods)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one act changed of one subject of a unit; None: there was, or is, nothing."""

    subject: str
    unit_id: int
    before: Entry | None
    after: Entry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom and when something binds: a unit and all below it, on days of which the ends may be open."""

    unit_id: int
    days: Days


def day_period(day: dt.date) -> Period:
    """Give a day as a period."""
    return Period(kind=PeriodKind.DAY, start_on=day, end_on=day + dt.timedelta(days=1))


def running(unit_id: int, from_on: dt.date | None, until_on: dt.date | None) -> Reach:
    """Give whom a programme binds on the days it runs, both included."""
    end = None if until_on is None else until_on + dt.timedelta(days=1)
    return Reach(unit_id=unit_id, days=Days(from_on=from_on or dt.date.min, until_on=end))


def restate_entries(tx: Tx, viewer: Viewer, changes: Sequence[Change], *, now: dt.datetime) -> None:
    """Tell the closes of a unit, or of one above it, whose period holds what was changed, entered or removed."""
    closed = restating.find_closed(tx, {change.unit_id for change in changes})
    rows = [row for change in changes for row in _told(closed, change)] if closed.closes else []
    store.record_restated(tx, rows, at=now, actor=viewer.account_id, reason=None)


def restate_row(
    tx: Tx,
    viewer: Viewer,
    subject: str,
    unit_id: int,
    entry_of: Callable[[T], Entry],
    before: T | None,
    after: T | None,
    *,
    now: dt.datetime,
) -> None:
    """Tell of one row of a register, as it was and as it is; None: there was, or is, none."""
    was, stands = (None if row is None else entry_of(row) for row in (before, after))
    restate_entries(tx, viewer, [Change(subject=subject, unit_id=unit_id, before=was, after=stands)], now=now)


def restate_binding(
    tx: Tx,
    viewer: Viewer,
    subject: str,
    reaches: Iterable[Reach],
    before: Facts | None,
    after: Facts | None,
    *,
    now: dt.datetime,
) -> None:
    """Tell the closes of days on which something binds, whether of its unit, of one above or of one below it."""
    if before == after:
        return
    store.hold(tx)
    found: dict[int, Restated] = {}
    told_before, told_after = _different(before, after)
    for reach in reaches:
        for close, below in store.list_around(tx, reach.unit_id, reach.days.from_on, reach.days.until_on):
            found[close.close_id] = Restated(
                close_id=close.close_id,
                unit_id=close.unit_id if below else reach.unit_id,
                subject=subject,
                before=told_before,
                after=told_after,
            )
    store.record_restated(tx, found.values(), at=now, actor=viewer.account_id, reason=None)


def _told(closed: restating.Closed, change: Change) -> list[Restated]:
    sides = (change.before, change.after)
    days = [_days(period) for side in sides if side is not None for period in side.periods]
    rows = []
    for close in closed.touched(change.unit_id, days):
        before, after = (side if side is not None and side.stands_in(close) else None for side in sides)
        was, now_is = _different(None if before is None else before.facts, None if after is None else after.facts)
        if was != now_is:
            rows.append(
                Restated(
                    close_id=close.close_id,
                    unit_id=change.unit_id,
                    subject=change.subject,
                    before=was if before is None or was is None else {**before.named, **was},
                    after=now_is if after is None or now_is is None else {**after.named, **now_is},
                )
            )
    return rows


def _days(period: Period) -> Days:
    return Days(from_on=period.start_on, until_on=period.end_on)


def _different(before: Facts | None, after: Facts | None) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Give both sides, of a change only what is different; nothing stays nothing."""
    if before is None or after is None:
        return (None if before is None else dict(before)), (None if after is None else dict(after))
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}
