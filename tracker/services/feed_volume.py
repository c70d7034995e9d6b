"""The daily count of what each source brought, for the worker; and what of it a page of one source shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain import rights
from tracker.domain.feed_volume import DAYS_KEPT, WEEKDAYS, Usual, Volume
from tracker.domain.rights import Right
from tracker.store import feed_volume as store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

    from tracker.domain.sources import Feed
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx
    from tracker.store.feed_volume import Untallied

FEEDS_AT_ONCE: Final = 50
SHOWN_DAYS: Final = 2 * WEEKDAYS
NOON: Final = dt.time(12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What came on one day beside what is usual for it; None is not known."""

    on: dt.date
    came: int | None
    usual: Usual | None


def tally(tx: Tx, now: dt.datetime, zone: ZoneInfo) -> int:
    """Count the days since the last count for some of the sources that want it; give how many sources."""
    yesterday = now.astimezone(zone).date() - dt.timedelta(days=1)
    waiting = store.list_untallied(tx, yesterday, FEEDS_AT_ONCE)
    if not waiting:
        return 0
    ids = [feed.feed_id for feed in waiting]
    since = min(_first_open(feed, yesterday) for feed in waiting)
    came = store.count_days(tx, ids, since)
    asked = store.list_sound_fetches(tx, ids, dt.datetime.combine(since, dt.time(), zone))
    for feed in waiting:
        known = _days_asked(asked.get(feed.feed_id, ()), zone)
        store.record_volume(tx, feed.feed_id, _with_days(feed, yesterday, came.get(feed.feed_id, {}), known, zone))
    return len(waiting)


def list_days(tx: Tx, viewer: Viewer, feed: Feed, *, today: dt.date, zone: dt.tzinfo) -> list[Day]:
    """List what a source brought on the last days, today first, beside what is usual.

    At the first fetch all that stands there comes at once: of that day, what was published on it is told.
    """
    rights.require(Right.AUDIT, viewer)
    since = today - dt.timedelta(days=SHOWN_DAYS - 1)
    came = dict(store.count_days(tx, [feed.feed_id], since).get(feed.feed_id, {}))
    first = store.find_first_day(tx, feed.feed_id)
    if first in came:
        midnight = dt.datetime.combine(first, dt.time(), zone)
        came[first] = store.count_published(tx, feed.feed_id, first, midnight, midnight + dt.timedelta(days=1))
    told = {} if feed.volume is None else dict(feed.volume.latest(DAYS_KEPT))
    days = (today - dt.timedelta(days=n) for n in range(SHOWN_DAYS))
    return [
        Day(on=day, came=came[day] if day in came else _known_zero(told, day, today), usual=_usual(feed, day))
        for day in days
    ]


def _known_zero(told: Mapping[dt.date, int | None], day: dt.date, today: dt.date) -> int | None:
    """Give 0 for a day that is known to have brought nothing; today is not over."""
    return 0 if day == today else told.get(day)


def _usual(feed: Feed, day: dt.date) -> Usual | None:
    return None if feed.volume is None else feed.volume.usual[day.weekday()]


def _first_open(feed: Untallied, yesterday: dt.date) -> dt.date:
    """Give the first day to be counted."""
    oldest = yesterday - dt.timedelta(days=DAYS_KEPT - 1)
    return oldest if feed.volume is None else max(oldest, feed.volume.last_on + dt.timedelta(days=1))


def _days_asked(times: Iterable[dt.datetime], zone: ZoneInfo) -> set[dt.date]:
    """Give the days in whose second half a source was asked with success: then what came that day is known."""
    local = (at.astimezone(zone) for at in times)
    return {at.date() for at in local if at.time() >= NOON}


def _with_days(
    feed: Untallied, yesterday: dt.date, came: Mapping[dt.date, int], known: set[dt.date], zone: ZoneInfo
) -> Volume:
    """Give a source's volume up to yesterday. The day it was added tells nothing: then all that stood there came."""
    added_on = feed.created_at.astimezone(zone).date()
    first = _first_open(feed, yesterday)
    days = [first + dt.timedelta(days=n) for n in range((yesterday - first).days + 1)]
    counts = [None if day <= added_on else came.get(day) or (0 if day in known else None) for day in days]
    if feed.volume is None or len(days) >= DAYS_KEPT:
        return Volume(last_on=yesterday, counts=tuple(counts))
    return feed.volume.with_days(counts)
