"""Rows inserted at once arrive as rows inserted one by one do, on either database."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError

from tests import make
from tracker.store import articles
from tracker.store.bulk import insertion
from tracker.store.tables.feeds import Article, Sighting

if TYPE_CHECKING:
    from tracker.store.db import Database, Tx

TODAY = dt.date(2026, 11, 22)


def row(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "url": f"https://nhandan.vn/{number}",
        "url_key": f"nhandan.vn/{number}",
        "host": "nhandan.vn",
        "outlet_id": None,
        "source": "Nhân Dân",
        "listed": True,
        "title": f"Bài {number}",
        "summary": 'Có "ngoặc", \\ và xuống\ndòng',
        "authors": ["Nguyễn Văn An", "Lê Thị Bình"],
        "image_url": None,
        "published_at": make.NOW,
        "published_raw": "",
        "date_quality": "exact",
        "first_seen_at": make.NOW,
        "content_hash": f"{number:x}",
        "search_text": f" bài {number}",
        "search_folded": f" bai {number}",
    } | changes


def stored(tx: Tx) -> list[dict[str, Any]]:
    table = Article.__table__
    return [dict(one._mapping) for one in tx.all(select(*table.c).order_by(table.c.article_id))]


def test_rows_arrive_as_they_were_told_with_the_defaults_of_what_was_not(db: Database) -> None:
    told = [row(n) for n in range(300)]
    with db.write() as tx:
        tx.execute(*insertion(tx, Article, told))
    with db.read() as tx:
        found = stored(tx)
    assert [{name: one[name] for name in told[0]} for one in found] == told
    assert {(one["version"], one["cluster_id"], one["author_unit"]) for one in found} == {(1, None, None)}


def test_texts_are_cleaned_and_instants_kept_as_utc(db: Database) -> None:
    hanoi = dt.timezone(dt.timedelta(hours=7))
    dirty = row(
        1, title="Ba\u0300i\u202e mo\u0302\u0323t\x00", authors=["An\ud800"], published_at=make.NOW.astimezone(hanoi)
    )
    with db.write() as tx:
        tx.execute(*insertion(tx, Article, [dirty]))
    with db.read() as tx:
        (found,) = stored(tx)
    assert found["title"] == "Bài một"
    assert found["authors"] == ["An"]
    assert found["published_at"] == make.NOW


def test_a_naive_time_is_refused(db: Database) -> None:
    naive = row(1, published_at=make.NOW.replace(tzinfo=None))
    with pytest.raises((ValueError, StatementError), match="naive"), db.write() as tx:
        tx.execute(*insertion(tx, Article, [naive]))


def test_only_what_was_not_there_is_told_as_made(db: Database) -> None:
    with db.write() as tx:
        first = articles.add_all(tx, [row(1), row(2)])
        second = articles.add_all(tx, [row(3), row(2), row(2)])
    assert list(first) == ["nhandan.vn/1", "nhandan.vn/2"]
    assert list(second) == ["nhandan.vn/3"]


def test_an_article_that_a_feed_lists_under_two_addresses_is_seen_once_a_day(db: Database) -> None:
    with db.write() as tx:
        article, feed = make.article(tx), make.feed(tx)
        seen = {"feed_id": feed, "article_id": article, "first_seen_on": TODAY, "last_seen_on": TODAY}
        articles.record_sightings(tx, [seen | {"guid": "a"}, seen | {"guid": "b"}])
        later = TODAY + dt.timedelta(days=1)
        articles.record_sightings(tx, [seen | {"guid": "c", "last_seen_on": later}])
    with db.read() as tx:
        (found,) = tx.all(select(Sighting.guid, Sighting.first_seen_on, Sighting.last_seen_on))
        assert (found.guid, found.first_seen_on, found.last_seen_on) == ("a", TODAY, later)
        assert tx.scalar(select(func.count()).select_from(Sighting)) == 1
