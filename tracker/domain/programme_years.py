"""The years of a programme: twelve months each, from whatever day it began."""

from __future__ import annotations

import datetime as dt

from tracker.domain.periods import LAST_YEAR

_ONE_DAY = dt.timedelta(days=1)


def programme_years(from_on: dt.date, until_on: dt.date | None, today: dt.date) -> list[tuple[dt.date, dt.date]]:
    """List first and last day of each year that has begun, both included; the last one ends with the programme."""
    found: list[tuple[dt.date, dt.date]] = []
    first, number = from_on, 1
    while first <= today and (until_on is None or first <= until_on) and from_on.year + number <= LAST_YEAR:
        following = _anniversary(from_on, number)
        last = following - _ONE_DAY
        found.append((first, last if until_on is None else min(last, until_on)))
        first, number = following, number + 1
    return found


def _anniversary(day: dt.date, years: int) -> dt.date:
    """Give the same day some years on; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)
