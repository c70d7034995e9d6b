"""How much sources brought a day: what is counted for it, and where the counts are kept."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select, update

from tracker.domain.feed_volume import read_volume
from tracker.domain.feeds import FeedState, FetchStatus
from tracker.store.tables.feeds import Article, Feed, Fetch, Sighting

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    from tracker.domain.feed_volume import Volume
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Untallied:
    """A source whose last days are still to be counted."""

    feed_id: int
    created_at: dt.datetime
    volume: Volume | None


def list_untallied(tx: Tx, until: dt.date, limit: int) -> list[Untallied]:
    """List active sources that were not counted up to a day; their rows are locked."""
    behind = and_(Feed.state == FeedState.ACTIVE, or_(Feed.tallied_on.is_(None), Feed.tallied_on < until))
    query = select(Feed.feed_id, Feed.created_at, Feed.volume).where(behind).order_by(Feed.feed_id).limit(limit)
    return [
        Untallied(feed_id=row.feed_id, created_at=row.created_at, volume=read_volume(row.volume))
        for row in tx.all(query.with_for_update(skip_locked=True))
    ]


def count_days(tx: Tx, feed_ids: Collection[int], since: dt.date) -> Mapping[int, Mapping[dt.date, int]]:
    """Count what each source brought for the first time, by day, from a day on."""
    first = Sighting.first_seen_on
    query = (
        select(Sighting.feed_id, first, func.count().label("came"))
        .where(Sighting.feed_id.in_(feed_ids), first >= since)
        .group_by(Sighting.feed_id, first)
    )
    counts: dict[int, dict[dt.date, int]] = defaultdict(dict)
    for row in tx.all(query):
        counts[row.feed_id][row.first_seen_on] = row.came
    return counts


def find_first_day(tx: Tx, feed_id: int) -> dt.date | None:
    """Find the day on which a source brought anything for the first time."""
    found: dt.date | None = tx.scalar(select(func.min(Sighting.first_seen_on)).where(Sighting.feed_id == feed_id))
    return found


def count_published(tx: Tx, feed_id: int, seen_on: dt.date, start: dt.datetime, end: dt.datetime) -> int:
    """Count what a source brought for the first time on a day and was published between two instants."""
    there = (Sighting.feed_id == feed_id, Sighting.first_seen_on == seen_on)
    published = (Article.published_at >= start, Article.published_at < end)
    query = select(func.count()).select_from(Sighting).join(Article, Article.article_id == Sighting.article_id)
    found: int = tx.scalar(query.where(*there, *published))
    return found


def list_sound_fetches(tx: Tx, feed_ids: Collection[int], since: dt.datetime) -> Mapping[int, list[dt.datetime]]:
    """List when each source was fetched without error, from an instant on."""
    query = select(Fetch.feed_id, Fetch.at).where(
        Fetch.feed_id.in_(feed_ids), Fetch.at >= since, Fetch.status != FetchStatus.FAILED
    )
    times: dict[int, list[dt.datetime]] = defaultdict(list)
    for row in tx.all(query):
        times[row.feed_id].append(row.at)
    return times


def record_volume(tx: Tx, feed_id: int, volume: Volume) -> None:
    """Keep what a source brought; that is no change of its settings."""
    values = {"volume": volume.as_json(), "tallied_on": volume.last_on}
    tx.execute(update(Feed).where(Feed.feed_id == feed_id).values(values))
