"""What outlets print as a time, read as an instant: day and month told apart, the zone applied, trust in it stated.

No guessing library stands behind this: one reads GMT+7 as seven hours west, another ISO dates with day and month
exchanged. Whether an instant is believable today is judged in crawler/normalise.py.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from crawler.datetext import take_apart
from tracker.domain.feeds import DateOrder, DateQuality

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.datetext import Shape, WrittenDate

_MAX_OFFSET_MIN = 15 * 60
_FIRST_YEAR = 1900  # before it: what programs print for "no time at all" (0001, 1601)
_EPOCH_DIGITS = (10, 13)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDate:
    """An instant in UTC, how far to trust it, and what was supplied: `naive`, `date_only`, `order_inferred`."""

    at: dt.datetime
    quality: DateQuality
    flags: tuple[str, ...] = ()


def read_date(text: str, *, zone: dt.tzinfo, order: DateOrder = DateOrder.AUTO) -> ReadDate | None:
    """Read one date by itself; None where it is none."""
    return read_dates([text], zone=zone, order=order)[0]


def read_dates(
    texts: Sequence[str], *, zone: dt.tzinfo, order: DateOrder = DateOrder.AUTO, not_after: dt.datetime | None = None
) -> list[ReadDate | None]:
    """Read the dates of one source, newest first as feeds give them; a date without zone is local time in `zone`.

    With AUTO, what numeric dates leave open is decided by the others: by those written alike that admit one order
    only, by `not_after`, by the order that lies closer to its neighbours.
    """
    written = [take_apart(text) if text else None for text in texts]
    orders = _Orders(written, order, zone, not_after)
    return [
        _read_epoch(text) if date is None else _read(date, orders.of(date), zone, is_inferred=orders.is_inferred(date))
        for text, date in zip(texts, written, strict=True)
    ]


class _Orders:
    """The order of day and month for each shape of numeric date that one source prints."""

    def __init__(
        self, dates: Sequence[WrittenDate | None], told: DateOrder, zone: dt.tzinfo, not_after: dt.datetime | None
    ) -> None:
        self._told = told
        self._by_shape: dict[Shape, DateOrder] = {}
        if told is DateOrder.AUTO:
            known = [date for date in dates if date is not None]
            for shape in sorted({date.shape for date in known if _is_open(date)}):
                self._by_shape[shape] = _conclude(known, shape, zone, not_after)

    def of(self, date: WrittenDate) -> DateOrder:
        """Give the order in which to read a date: its own where it admits one only, whatever was told."""
        if not _is_open(date):
            return _only_order(date)
        return self._by_shape[date.shape] if self._told is DateOrder.AUTO else self._told

    def is_inferred(self, date: WrittenDate) -> bool:
        """Tell whether the order was concluded from other dates."""
        return self._told is DateOrder.AUTO and _is_open(date)


def _is_open(date: WrittenDate) -> bool:
    """Tell whether a date's writing leaves open which number is the day."""
    return date.is_numeric and date.first != date.second and max(date.first, date.second) <= 12  # noqa: PLR2004 - months


def _conclude(dates: Sequence[WrittenDate], shape: Shape, zone: dt.tzinfo, not_after: dt.datetime | None) -> DateOrder:
    """Conclude the order of a shape from the other dates, the strongest evidence first.

    Dates alike that admit one order only; dates not after `not_after`; dates close together, as a feed's are; any other
    numeric dates; at last the writing: bare numbers with AM or PM are what programs print in American English.
    """
    american = shape.separator == "/" and shape.is_halved and shape.date_padding != "0"
    return (
        _proved([date for date in dates if date.shape.is_like(shape)])
        or _fitting(dates, shape, zone, not_after)
        or _proved(dates)
        or (DateOrder.MDY if american else DateOrder.DMY)
    )


def _proved(dates: Sequence[WrittenDate]) -> DateOrder | None:
    """Find the order that more of these dates prove; None on a draw."""
    votes = Counter(_only_order(d) for d in dates if d.is_numeric and d.first != d.second and not _is_open(d))
    if votes[DateOrder.DMY] == votes[DateOrder.MDY]:
        return None
    return votes.most_common(1)[0][0]


def _fitting(
    dates: Sequence[WrittenDate], shape: Shape, zone: dt.tzinfo, not_after: dt.datetime | None
) -> DateOrder | None:
    """Find the order that leaves fewer dates ahead of `not_after`, or whose dates lie closer to their neighbours."""
    lines = {order: _line(dates, shape, order, zone) for order in (DateOrder.DMY, DateOrder.MDY)}
    ahead = {order: sum(not_after is not None and at > not_after for at in line) for order, line in lines.items()}
    spans = {order: sum((abs(a - b) for a, b in pairwise(line)), dt.timedelta()) for order, line in lines.items()}
    cost = {order: (ahead[order], spans[order]) for order in lines}
    if cost[DateOrder.DMY] == cost[DateOrder.MDY]:
        return None
    return min(cost, key=lambda order: cost[order])


def _line(dates: Sequence[WrittenDate], shape: Shape, order: DateOrder, zone: dt.tzinfo) -> list[dt.datetime]:
    """Give all instants of a source if the open dates like this shape are read in this order."""
    read = (
        _read(date, order if _is_open(date) else _only_order(date), zone, is_inferred=False)
        for date in dates
        if not _is_open(date) or date.shape.is_like(shape)
    )
    return [found.at for found in read if found is not None]


def _only_order(date: WrittenDate) -> DateOrder:
    """Give the one order that a date admits."""
    return DateOrder.MDY if date.is_numeric and date.second > date.first else DateOrder.DMY


def _read(date: WrittenDate, order: DateOrder, zone: dt.tzinfo, *, is_inferred: bool) -> ReadDate | None:
    """Give the instant of a date in a known order; None where there is no such day, time or zone."""
    day, month = (date.second, date.first) if date.is_numeric and order is DateOrder.MDY else (date.first, date.second)
    if date.year < _FIRST_YEAR or abs(date.offset_min or 0) > _MAX_OFFSET_MIN:
        return None
    is_midnight = date.hour == 24 and date.minute == 0  # noqa: PLR2004 - the end of a day (ISO 8601)
    hour = 0 if is_midnight or date.hour is None else date.hour
    stated = zone if date.offset_min is None else dt.timezone(dt.timedelta(minutes=date.offset_min))
    try:
        local = dt.datetime(date.year, month, day, hour, date.minute, date.second_of_minute, tzinfo=stated)
        at = (local + dt.timedelta(days=is_midnight)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    return ReadDate(at=at, quality=_quality(date, is_inferred=is_inferred), flags=_flags(date, is_inferred=is_inferred))


def _read_epoch(text: str) -> ReadDate | None:
    """Read seconds or milliseconds since 1970."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) in _EPOCH_DIGITS):
        return None
    at = dt.datetime.fromtimestamp(int(digits[:10]), dt.UTC)
    return ReadDate(at=at, quality=DateQuality.EXACT)


def _quality(date: WrittenDate, *, is_inferred: bool) -> DateQuality:
    """Give the weakest that is true of a date."""
    if is_inferred:
        return DateQuality.ORDER
    if date.hour is None:
        return DateQuality.DAY
    return DateQuality.LOCAL if date.offset_min is None else DateQuality.EXACT


def _flags(date: WrittenDate, *, is_inferred: bool) -> tuple[str, ...]:
    """Name what the writing left out."""
    told = (("naive", date.offset_min is None), ("date_only", date.hour is None), ("order_inferred", is_inferred))
    return tuple(flag for flag, holds in told if holds)
