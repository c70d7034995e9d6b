"""The times of a feed's items: what they tell, and whether it can be believed. One path for storing and for showing.

Never a guess: what cannot be is no time, and the time of first sight stands in its place.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crawler.date_address import find_day
from crawler.date_signs import zones_of
from crawler.dates import ReadDate, read_dates
from tracker.domain.feeds import DateOrder, DateQuality

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.dates import Zones
    from crawler.types import ParsedFeed
    from tracker.domain.feed_findings import OrderBy

EARLIEST: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
AHEAD: Final = dt.timedelta(hours=24)
_MONTH_AS_MINUTES_ITEMS = 3
_ALARM_SHARE = 5  # more than one date in so many,
_ALARM_ITEMS = 3  # and that many: something changed at the source


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTimes:
    """What one item tells of its publication and of its last change."""

    published: ReadDate | None
    updated: ReadDate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedTimes:
    """The times of all items in their order; `warnings` are short codes of what is odd about them all."""

    items: tuple[ItemTimes, ...]
    warnings: tuple[str, ...] = ()

    def list_orders(self) -> list[tuple[DateOrder, OrderBy]]:
        """Give for each date in numbers the order of its day and month, and from what that is known."""
        dates = (date for item in self.items if (date := item.published or item.updated) is not None)
        return [(date.order, date.order_by) for date in dates if date.order and date.order_by]


def read_times(
    feed: ParsedFeed,
    *,
    zone: dt.tzinfo,
    now: dt.datetime,
    order: DateOrder = DateOrder.AUTO,
    base_url: str | None = None,
) -> FeedTimes:
    """Read the times of a feed fetched at `now` from `base_url`."""
    zones, days = zones_of(feed, zone, base_url), [find_day(item.url) for item in feed.items]
    told = [item.published_raw for item in feed.items], [item.updated_raw for item in feed.items]
    published, updated = (_read(raws, zones, order, now + AHEAD, days) for raws in told)
    if writes_month_as_minutes(feed.generator, published):
        published, updated = _to_the_hour(published), _to_the_hour(updated)
    items = tuple(ItemTimes(published=p, updated=u) for p, u in zip(published, updated, strict=True))
    return FeedTimes(items=items, warnings=_warnings(feed, published, updated, now))


def _read(
    raws: Sequence[str], zones: Zones, order: DateOrder, not_after: dt.datetime, days: Sequence[dt.date | None]
) -> list[ReadDate | None]:
    """Read what stands under one name; most feeds have only one of the two."""
    return (
        read_dates(raws, zone=zones, order=order, not_after=not_after, days=days) if any(raws) else [None] * len(raws)
    )


def is_believable(date: ReadDate, now: dt.datetime) -> bool:
    """Tell whether an article seen now can have been published then."""
    return EARLIEST <= date.at <= now + AHEAD


def writes_month_as_minutes(generator: str, dates: Sequence[ReadDate | None]) -> bool:
    """Tell whether a site prints the month where minutes belong, as NukeViet before 4.6 does (theme_functions.php).

    It prints Greenwich time, so the month is that of the instant in UTC.
    """
    known = [date.at for date in dates if date is not None and date.quality is DateQuality.EXACT]
    return (
        "nukeviet" in generator.lower()
        and len(known) >= _MONTH_AS_MINUTES_ITEMS
        and all(at.minute == at.month for at in known)
    )


def _to_the_hour(dates: Sequence[ReadDate | None]) -> list[ReadDate | None]:
    """Keep of times what can be believed: the hour; no more is claimed of them than the day."""
    return [
        date
        and ReadDate(
            at=date.at.replace(minute=0, second=0), quality=DateQuality.DAY, flags=(*date.flags, "minutes_lost")
        )
        for date in dates
    ]


def _warnings(
    feed: ParsedFeed, published: Sequence[ReadDate | None], updated: Sequence[ReadDate | None], now: dt.datetime
) -> tuple[str, ...]:
    """Name what an administrator should look at: dates that cannot be read, lie ahead, or changed their order."""
    told = [
        (item.published_raw or item.updated_raw, first or second)
        for item, first, second in zip(feed.items, published, updated, strict=True)
    ]
    dates = [date for _, date in told if date is not None]
    counts = {
        "dates_unread": sum(bool(raw) and date is None for raw, date in told),
        "dates_ahead": sum(date.at > now + AHEAD for date in dates),
        "dates_swapped": sum("order_swapped" in date.flags for date in dates),
        "dates_to_the_hour": sum("minutes_lost" in date.flags for date in dates),
    }
    return tuple(word for word, count in counts.items() if count >= _ALARM_ITEMS and count * _ALARM_SHARE > len(told))
