"""What outlets print as a time, read as an instant: the zone applied, trust in it stated.

No guessing library stands behind this: one reads GMT+7 as seven hours west, another ISO dates with day and month
exchanged. Day and month are told apart in crawler/date_orders.py; whether an instant is believable today is judged in
crawler/date_feed.py.
"""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.date_orders import Evidence, Orders
from crawler.datetext import take_apart
from tracker.domain.feeds import DateOrder, DateQuality

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.datetext import WrittenDate
    from tracker.domain.feed_findings import OrderBy

_MAX_OFFSET_MIN = 15 * 60
_FIRST_YEAR = 1900  # before it: what programs print for "no time at all" (0001, 1601)
_EPOCH_DIGITS = (10, 13)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDate:
    """An instant in UTC, how far to trust it, and what was supplied.

    Flags: `naive`, `naive_as_utc`, `date_only`, `order_inferred`, `order_swapped`, and `minutes_lost` (date_feed).
    Of a date in numbers, `order` is that of its day and month, and `order_by` from what it is known.
    """

    at: dt.datetime
    quality: DateQuality
    flags: tuple[str, ...] = ()
    order: DateOrder | None = None
    order_by: OrderBy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Zones:
    """Where dates are that name no zone: those written for people, and the stamps of programs."""

    people: dt.tzinfo
    stamps: dt.tzinfo


def read_date(text: str, *, zone: dt.tzinfo, order: DateOrder = DateOrder.AUTO) -> ReadDate | None:
    """Read one date by itself, local where it names no zone; None where it is none."""
    return read_dates([text], zone=zone, order=order)[0]


def read_dates(
    texts: Sequence[str],
    *,
    zone: dt.tzinfo | Zones,
    order: DateOrder = DateOrder.AUTO,
    not_after: dt.datetime | None = None,
    days: Sequence[dt.date | None] = (),
) -> list[ReadDate | None]:
    """Read the dates of one source, newest first as feeds give them.

    What numeric dates leave open is decided by the others, by `days` (told by the articles' addresses, one a text), by
    `not_after`, by `order` where it is known; see crawler/date_orders.py.
    """
    zones = zone if isinstance(zone, Zones) else Zones(people=zone, stamps=zone)
    written = [_with_year(take_apart(text), zones, not_after) if text else None for text in texts]
    instant = functools.partial(_instant, zones=zones)
    orders = Orders(Evidence(dates=written, days=days, known=order, not_after=not_after, instant=instant))
    return [
        _read_epoch(text) if date is None else _read(date, orders, zones)
        for text, date in zip(texts, written, strict=True)
    ]


def _with_year(date: WrittenDate | None, zones: Zones, not_after: dt.datetime | None) -> WrittenDate | None:
    """Take a year of two digits for the first number where as the last it is no date, or one ahead of the fetch."""
    if date is None or date.year_first is None:
        return date
    found = [at for order in (DateOrder.DMY, DateOrder.MDY) if (at := _instant(date, order, zones))]
    return date if any(not_after is None or at <= not_after for at in found) else date.year_first


def _read(date: WrittenDate, orders: Orders, zones: Zones) -> ReadDate | None:
    """Give what a date means and how far to trust it."""
    at = _instant(date, orders.of(date), zones)
    if at is None:
        return None
    by = orders.by(date)
    return ReadDate(
        at=at,
        quality=_quality(date, orders),
        flags=_flags(date, orders, zones),
        order=None if by is None else orders.of(date),
        order_by=by,
    )


def _instant(date: WrittenDate, order: DateOrder, zones: Zones) -> dt.datetime | None:
    """Give the instant of a date in a known order; None where there is no such day, time or zone."""
    day, month = (date.second, date.first) if date.is_numeric and order is DateOrder.MDY else (date.first, date.second)
    if date.year < _FIRST_YEAR or abs(date.offset_min or 0) > _MAX_OFFSET_MIN:
        return None
    is_midnight = date.hour == 24 and date.minute == 0  # noqa: PLR2004 - the end of a day (ISO 8601)
    hour = 0 if is_midnight or date.hour is None else date.hour
    try:
        local = dt.datetime(date.year, month, day, hour, date.minute, date.second_of_minute, tzinfo=_zone(date, zones))
        return (local + dt.timedelta(days=is_midnight)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def _zone(date: WrittenDate, zones: Zones) -> dt.tzinfo:
    """Give the zone that a date states, or that of its kind."""
    if date.offset_min is None:
        return zones.stamps if date.is_stamp else zones.people
    return dt.timezone(dt.timedelta(minutes=date.offset_min)) if date.offset_min else dt.UTC


def _read_epoch(text: str) -> ReadDate | None:
    """Read seconds or milliseconds since 1970."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) in _EPOCH_DIGITS):
        return None
    at = dt.datetime.fromtimestamp(int(digits[:10]), dt.UTC)
    return ReadDate(at=at, quality=DateQuality.EXACT)


def _quality(date: WrittenDate, orders: Orders) -> DateQuality:
    """Give the weakest that is true of a date."""
    if orders.is_inferred(date):
        return DateQuality.ORDER
    if date.hour is None:
        return DateQuality.DAY
    return DateQuality.LOCAL if date.offset_min is None else DateQuality.EXACT


def _flags(date: WrittenDate, orders: Orders, zones: Zones) -> tuple[str, ...]:
    """Name what the writing left out."""
    if date.offset_min is not None and date.hour is not None and not date.is_numeric:
        return ()
    is_naive = date.offset_min is None
    told = (
        ("naive", is_naive),
        ("naive_as_utc", is_naive and _zone(date, zones) is dt.UTC),
        ("date_only", date.hour is None),
        ("order_inferred", orders.is_inferred(date)),
        ("order_swapped", orders.is_swapped(date)),
    )
    return tuple(flag for flag, holds in told if holds)
