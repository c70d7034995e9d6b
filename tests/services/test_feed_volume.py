"""The daily count of what sources brought: what came, what is known to be nothing, what is not known."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from tests import make
from tests.make import NOW, TODAY
from tracker.domain.feed_volume import DAYS_KEPT
from tracker.domain.types import AccountId, Role, Viewer
from tracker.services import feed_volume, feeds
from tracker.store.tables.feeds import Article, Feed, Fetch, Sighting

if TYPE_CHECKING:
    from tracker.domain.feed_volume import Volume
    from tracker.domain.types import FeedId
    from tracker.store.db import Database, Tx

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ADMIN = Viewer(account_id=AccountId(1), role=Role.ADMIN)


def old_feed(tx: Tx, days: int = 20, url: str = "https://nhandan.vn/rss/home.rss") -> FeedId:
    """Put in a source that was added so many days ago."""
    feed_id = make.feed(tx, url)
    created_at = NOW - dt.timedelta(days=days)
    tx.execute(update(Feed).where(Feed.feed_id == feed_id).values(created_at=created_at))
    return feed_id


def saw(tx: Tx, feed_id: FeedId, numbers: range, ago: int) -> None:
    """Let a source carry articles for the first time so many days ago."""
    day = TODAY - dt.timedelta(days=ago)
    for number in numbers:
        row = {"feed_id": feed_id, "article_id": make.article(tx, number), "first_seen_on": day, "last_seen_on": day}
        tx.execute(insert(Sighting), row)


def fetched(tx: Tx, feed_id: FeedId, ago: int, *, hour: int = 15, status: str = "not_modified") -> None:
    """Let a source have been fetched at an hour of a day."""
    day = TODAY - dt.timedelta(days=ago)
    numbers = dict.fromkeys(("duration_ms", "bytes_read", "new_count", "changed_count", "seen_count"), 0)
    at = dt.datetime.combine(day, dt.time(hour), ZONE)
    row = {"feed_id": feed_id, "at": at, "status": status, "skipped_count": 0, "warnings": [], **numbers}
    tx.execute(insert(Fetch), row)


def volume(tx: Tx, feed_id: FeedId) -> Volume:
    found = feeds.get(tx, ADMIN, feed_id).volume
    assert found is not None
    return found


def test_days_are_counted_and_silence_is_told_from_days_on_which_nobody_asked(db: Database) -> None:
    with db.write() as tx:
        feed_id = old_feed(tx)
        saw(tx, feed_id, range(1, 4), ago=1)
        saw(tx, feed_id, range(10, 12), ago=5)
        fetched(tx, feed_id, ago=2)
        fetched(tx, feed_id, ago=3, hour=8)  # in the morning: what the day brought later is not known
        fetched(tx, feed_id, ago=4, status="failed")
        assert feed_volume.tally(tx, NOW, ZONE) == 1
        told = dict(volume(tx, feed_id).latest(DAYS_KEPT))
    days = [told[TODAY - dt.timedelta(days=n)] for n in range(1, 7)]
    assert days == [3, 0, None, None, 2, None]
    assert len(told) == DAYS_KEPT


def test_the_day_on_which_a_source_was_added_tells_nothing(db: Database) -> None:
    with db.write() as tx:
        feed_id = old_feed(tx, days=2)
        saw(tx, feed_id, range(1, 6), ago=2)
        saw(tx, feed_id, range(10, 12), ago=1)
        feed_volume.tally(tx, NOW, ZONE)
        assert [came for _, came in volume(tx, feed_id).latest(3)] == [2, None, None]


def test_a_source_is_counted_once_a_day_and_goes_on_from_there(db: Database) -> None:
    with db.write() as tx:
        feed_id = old_feed(tx)
        saw(tx, feed_id, range(1, 4), ago=1)
        assert [feed_volume.tally(tx, NOW, ZONE) for _ in range(2)] == [1, 0]
        saw(tx, feed_id, range(10, 12), ago=0)
        saw(tx, feed_id, range(20, 25), ago=-1)
        later = NOW + dt.timedelta(days=2)
        version = feeds.get(tx, ADMIN, feed_id).version
        assert feed_volume.tally(tx, later, ZONE) == 1
        assert [came for _, came in volume(tx, feed_id).latest(3)] == [5, 2, 3]
        assert feeds.get(tx, ADMIN, feed_id).version == version  # counting is no change that a person would miss


def test_a_source_that_was_not_counted_for_months_begins_anew(db: Database) -> None:
    with db.write() as tx:
        feed_id = old_feed(tx, days=300)
        feed_volume.tally(tx, NOW - dt.timedelta(days=200), ZONE)
        saw(tx, feed_id, range(1, 4), ago=1)
        feed_volume.tally(tx, NOW, ZONE)
        found = volume(tx, feed_id)
    assert (found.last_on, len(found.counts), found.counts[-1]) == (TODAY - dt.timedelta(days=1), DAYS_KEPT, 3)


def test_paused_sources_are_not_counted_and_many_are_counted_in_turns(db: Database) -> None:
    with db.write() as tx:
        for number in range(feed_volume.FEEDS_AT_ONCE + 2):
            old_feed(tx, url=f"https://nhandan.vn/rss/{number}.rss")
        tx.execute(update(Feed).where(Feed.feed_id == 1).values(state="paused"))
        assert [feed_volume.tally(tx, NOW, ZONE) for _ in range(3)] == [feed_volume.FEEDS_AT_ONCE, 1, 0]
        assert tx.scalar(select(Feed.tallied_on).where(Feed.feed_id == 1)) is None


def test_a_page_shows_two_weeks_with_what_is_usual_and_today_so_far(db: Database) -> None:
    with db.write() as tx:
        feed_id = old_feed(tx, days=60)
        for ago in range(1, 50):
            saw(tx, feed_id, range(ago * 10, ago * 10 + 3), ago=ago)
        feed_volume.tally(tx, NOW, ZONE)
        saw(tx, feed_id, range(1, 2), ago=0)
    with db.read() as tx:
        days = feed_volume.list_days(tx, ADMIN, feeds.get(tx, ADMIN, feed_id), today=TODAY, zone=ZONE)
    assert [day.on for day in days] == [TODAY - dt.timedelta(days=n) for n in range(14)]
    assert [day.came for day in days] == [1] + [3] * 13
    assert {day.usual.median for day in days if day.usual} == {3}


def test_of_the_first_fetch_only_what_was_published_that_day_is_told(db: Database) -> None:
    with db.write() as tx:
        feed_id = old_feed(tx, days=0)
        saw(tx, feed_id, range(1, 9), ago=0)
        for number, ago in ((1, 0), (2, 0), (3, 1), (4, 1), (5, 2), (6, 9), (7, 30), (8, 30)):
            at = dt.datetime.combine(TODAY - dt.timedelta(days=ago), dt.time(7), ZONE)
            key = tx.scalar(select(Sighting.article_id).where(Sighting.feed_id == feed_id).offset(number - 1).limit(1))
            tx.execute(update(Article).where(Article.article_id == key).values(published_at=at))
    with db.read() as tx:
        days = feed_volume.list_days(tx, ADMIN, feeds.get(tx, ADMIN, feed_id), today=TODAY, zone=ZONE)
    assert [day.came for day in days] == [2] + [None] * 13


def test_where_nothing_of_the_first_fetch_was_published_that_day_none_is_told(db: Database) -> None:
    with db.write() as tx:
        feed_id = old_feed(tx, days=0)
        saw(tx, feed_id, range(1, 4), ago=0)
        long_ago = NOW - dt.timedelta(days=40)
        tx.execute(update(Article).values(published_at=long_ago))
    with db.read() as tx:
        days = feed_volume.list_days(tx, ADMIN, feeds.get(tx, ADMIN, feed_id), today=TODAY, zone=ZONE)
    assert days[0].came == 0
