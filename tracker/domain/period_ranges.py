"""Which periods of a kind lie inside an asked one: the first and the last, so that they can be found by their texts.

The texts of one kind sort as their days do. Listing periods one by one stands in periods.py.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tracker.domain.errors import AppError
from tracker.domain.periods import PeriodKind, containing

if TYPE_CHECKING:
    from tracker.domain.periods import Period

_TO_THURSDAY = dt.timedelta(days=3)
_ONE_DAY = dt.timedelta(days=1)


def range_inside(kind: PeriodKind, asked: Period) -> tuple[Period, Period] | None:
    """Give the first and the last period of a kind (no span) inside the asked one; None where none fits."""
    try:
        first, last = _first(kind, asked), _last(kind, asked)
    except AppError:  # its edge lies outside the years the house reckons with
        return None
    return (first, last) if first.lies_in(asked) and last.lies_in(asked) else None


def _first(kind: PeriodKind, asked: Period) -> Period:
    if kind is PeriodKind.WEEK:
        return containing(kind, asked.start_on + _TO_THURSDAY)
    found = containing(kind, asked.start_on)
    return found if found.start_on == asked.start_on else found.following()


def _last(kind: PeriodKind, asked: Period) -> Period:
    if kind is PeriodKind.WEEK:
        return containing(kind, asked.last_day - _TO_THURSDAY)
    found = containing(kind, asked.last_day)
    return found if found.end_on == asked.end_on else containing(kind, found.start_on - _ONE_DAY)
