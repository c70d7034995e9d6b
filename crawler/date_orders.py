"""Which number is the day: decided for each shape of numeric date that one source prints, the strongest evidence first.

Evidence: dates written alike that admit one order only; the days inside the articles' addresses; what lies ahead of
the fetch; what is known of the source; the dates before and after; the writing. Instants are made in crawler/dates.py.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tracker.domain.feed_findings import OrderBy
from tracker.domain.feeds import DateOrder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crawler.datetext import Shape, WrittenDate

    Instant = Callable[[WrittenDate, DateOrder], dt.datetime | None]

_MONTHS = 12
_AGREEING_DAYS: Final = 10  # an article appears within so many days of the moment in its address
_BOTH = (DateOrder.DMY, DateOrder.MDY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The dates of one source in their order, None where there is none, and what bears on them."""

    dates: Sequence[WrittenDate | None]
    days: Sequence[dt.date | None] = ()  # told by the articles' addresses, one a date
    known: DateOrder = DateOrder.AUTO
    not_after: dt.datetime | None = None
    instant: Instant
    written: list[WrittenDate] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "written", [date for date in self.dates if date is not None])


class Orders:
    """The order of day and month of each date of one source."""

    def __init__(self, evidence: Evidence) -> None:
        self._known = evidence.known
        shapes = sorted({date.shape for date in evidence.written if is_open(date)})
        self._by_shape = {shape: _conclude(evidence, shape) for shape in shapes}

    def of(self, date: WrittenDate) -> DateOrder:
        """Give the order in which to read a date: its own where it admits one only, whatever is known."""
        return self._by_shape[date.shape][0] if is_open(date) else only_order(date)

    def by(self, date: WrittenDate) -> OrderBy | None:
        """Give from what the order of a date is known; None where it has no two numbers to tell apart."""
        if not date.is_numeric or date.first == date.second:
            return None
        return self._by_shape[date.shape][1] if is_open(date) else OrderBy.OWN

    def is_inferred(self, date: WrittenDate) -> bool:
        """Tell whether the order was concluded, not known."""
        return is_open(date) and self._by_shape[date.shape][0] is not self._known

    def is_swapped(self, date: WrittenDate) -> bool:
        """Tell whether what is known of the source proved wrong for this date."""
        return self._known is not DateOrder.AUTO and self.is_inferred(date)


def is_open(date: WrittenDate) -> bool:
    """Tell whether a date's writing leaves open which number is the day."""
    return date.is_numeric and date.first != date.second and max(date.first, date.second) <= _MONTHS


def only_order(date: WrittenDate) -> DateOrder:
    """Give the one order that a date admits."""
    return DateOrder.MDY if date.is_numeric and date.second > date.first else DateOrder.DMY


def _conclude(evidence: Evidence, shape: Shape) -> tuple[DateOrder, OrderBy]:
    """Conclude the order of a shape from the strongest evidence there is."""
    for by, find in _WAYS:
        order = find(evidence, shape)
        if order is not None:
            return order, by
    return _by_writing(shape), OrderBy.WRITING


def _by_own(evidence: Evidence, shape: Shape) -> DateOrder | None:
    """Find the order that dates written alike prove."""
    return _proved([date for date in evidence.written if date.shape.is_like(shape)])


def _by_setting(evidence: Evidence, _shape: Shape) -> DateOrder | None:
    """Give what is known of the source."""
    return None if evidence.known is DateOrder.AUTO else evidence.known


def _by_others(evidence: Evidence, _shape: Shape) -> DateOrder | None:
    """Find the order that dates written otherwise prove."""
    return _proved(evidence.written)


def _by_writing(shape: Shape) -> DateOrder:
    """Give the custom: bare numbers with AM or PM are American English."""
    is_american = shape.separator == "/" and shape.is_halved and shape.date_padding != "0"
    return DateOrder.MDY if is_american else DateOrder.DMY


def _proved(dates: Sequence[WrittenDate]) -> DateOrder | None:
    """Find the order that more of these dates prove; None on a draw."""
    return _winner(Counter(only_order(d) for d in dates if d.is_numeric and d.first != d.second and not is_open(d)))


def _winner(votes: Counter[DateOrder]) -> DateOrder | None:
    """Give the order with more votes."""
    if votes[DateOrder.DMY] == votes[DateOrder.MDY]:
        return None
    return votes.most_common(1)[0][0]


def _by_addresses(evidence: Evidence, shape: Shape) -> DateOrder | None:
    """Find the order in which dates lie near the days that their articles' addresses tell."""
    votes: Counter[DateOrder] = Counter()
    for date, day in zip(evidence.dates, evidence.days, strict=False):
        if date is not None and day is not None and is_open(date) and date.shape.is_like(shape):
            votes.update(_near(date, day))
    return _winner(votes)


def _near(date: WrittenDate, day: dt.date) -> list[DateOrder]:
    """Give the orders in which an open date lies within days of another."""
    readings = {DateOrder.DMY: (date.second, date.first), DateOrder.MDY: (date.first, date.second)}
    away = {order: abs((dt.date(date.year, *reading) - day).days) for order, reading in readings.items() if date.year}
    return [order for order, days in away.items() if days <= _AGREEING_DAYS]


def _by_fetch_time(evidence: Evidence, shape: Shape) -> DateOrder | None:
    """Find the order that leaves fewer dates ahead of the fetch: none is published tomorrow."""
    if evidence.not_after is None:
        return None
    ahead = {
        order: sum(at > evidence.not_after for at in _line(evidence, shape, order, only_open=True)) for order in _BOTH
    }
    return _lesser(ahead[DateOrder.DMY], ahead[DateOrder.MDY])


def _by_neighbours(evidence: Evidence, shape: Shape) -> DateOrder | None:
    """Find the order whose dates lie closer to those before and after, as a feed's do."""
    lines = {order: _line(evidence, shape, order, only_open=False) for order in _BOTH}
    spans = {order: sum((abs(a - b) for a, b in pairwise(line)), dt.timedelta()) for order, line in lines.items()}
    return _lesser(spans[DateOrder.DMY] // dt.timedelta.resolution, spans[DateOrder.MDY] // dt.timedelta.resolution)


def _lesser(dmy: int, mdy: int) -> DateOrder | None:
    """Give the order with the lesser cost."""
    return None if dmy == mdy else DateOrder.DMY if dmy < mdy else DateOrder.MDY


def _line(evidence: Evidence, shape: Shape, order: DateOrder, *, only_open: bool) -> list[dt.datetime]:
    """Give the instants of a source if the open dates like this shape are read in this order."""
    read = (
        evidence.instant(date, order if is_open(date) else only_order(date))
        for date in evidence.written
        if (is_open(date) and date.shape.is_like(shape)) or not (only_open or is_open(date))
    )
    return [at for at in read if at is not None]


_WAYS: Final[tuple[tuple[OrderBy, Callable[[Evidence, Shape], DateOrder | None]], ...]] = (
    (OrderBy.OWN, _by_own),
    (OrderBy.ADDRESS, _by_addresses),
    (OrderBy.FETCH_TIME, _by_fetch_time),
    (OrderBy.SETTING, _by_setting),
    (OrderBy.NEIGHBOURS, _by_neighbours),
    (OrderBy.OTHER_DATES, _by_others),
)
