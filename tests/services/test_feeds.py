"""Sources as administrators keep them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from tests import make
from tests.make import NOW
from tracker.domain.errors import AppError, Code
from tracker.domain.feeds import DateOrder, FeedKind, FeedState, Health
from tracker.domain.sources import NewFeed
from tracker.domain.types import AccountId, Role, Viewer
from tracker.services import feeds, harvest, jobs
from tracker.services.feeds import FeedChange
from tracker.store.tables.feeds import Article, Feed, Sighting
from tracker.store.tables.operations import AuditEvent

if TYPE_CHECKING:
    from tracker.domain.sources import Feed as Source
    from tracker.store.db import Database, Tx

ADMIN = Viewer(account_id=AccountId(1), role=Role.ADMIN)
URL = "https://bao.example/rss"


def add(tx: Tx, url: str = URL, title: str = "", found: str = "") -> Source:
    new = NewFeed(url=url, kind=FeedKind.FEED, title=title, found_title=found)
    return feeds.add(tx, ADMIN, new, now=NOW)


def leased_ids(tx: Tx, now: dt.datetime = NOW) -> list[int]:
    return [one.lease.feed_id for one in harvest.lease_due(tx, "w", now=now, limit=10)]


def test_an_added_source_is_due_at_once_and_is_called_as_found_or_given(db: Database) -> None:
    with db.write() as tx:
        assert add(tx, found="Báo Mẫu").title == "Báo Mẫu"
        assert add(tx, "https://hai.example/rss", title="Đài hai").title == "Đài hai"
        assert add(tx, "https://www.ba.example/rss").title == "ba.example"
        assert leased_ids(tx) == [1, 2, 3]


def test_the_same_address_in_another_spelling_is_taken(db: Database) -> None:
    with db.write() as tx:
        first = add(tx)
        with pytest.raises(AppError) as refused:
            add(tx, "http://www.bao.example/rss/")
    assert refused.value.code is Code.FEED_TAKEN
    assert refused.value.extra == {"feed_id": first.feed_id}


def test_only_a_list_page_has_selectors(db: Database) -> None:
    with db.write() as tx, pytest.raises(AppError) as refused:
        feeds.add(tx, ADMIN, NewFeed(url=URL, kind=FeedKind.SITEMAP, selectors={"row": "li"}), now=NOW)
    assert refused.value.code is Code.FIELD_INVALID


def test_an_auditor_sees_sources_and_changes_none(db: Database) -> None:
    auditor = Viewer(account_id=AccountId(9), role=Role.AUDITOR)
    with db.write() as tx:
        made = add(tx)
        assert [feed.feed_id for feed in feeds.list_page(tx, auditor, after=None, limit=5).items] == [made.feed_id]
        with pytest.raises(AppError) as refused:
            feeds.change(tx, auditor, made, FeedChange(state=FeedState.PAUSED), now=NOW)
    assert refused.value.code is Code.RIGHT_MISSING


@pytest.mark.parametrize("role", [Role.MEMBER, Role.OFFICER])
def test_members_and_officers_see_no_sources(db: Database, role: Role) -> None:
    viewer = Viewer(account_id=AccountId(9), role=role)
    with db.read() as tx, pytest.raises(AppError) as refused:
        feeds.list_page(tx, viewer, after=None, limit=5)
    assert refused.value.code is Code.RIGHT_MISSING


def test_a_paused_source_is_not_leased_and_is_due_at_once_when_taken_up_again(db: Database) -> None:
    with db.write() as tx:
        made = add(tx)
        paused = feeds.change(tx, ADMIN, made, FeedChange(state=FeedState.PAUSED), now=NOW)
        assert leased_ids(tx) == []
    later = NOW + dt.timedelta(hours=1)
    with db.write() as tx:
        again = feeds.change(tx, ADMIN, paused, FeedChange(state=FeedState.ACTIVE), now=later)
        assert again.next_fetch_at == later
        assert leased_ids(tx, later) == [made.feed_id]


def test_pausing_makes_a_fetch_under_way_come_to_nothing(db: Database) -> None:
    with db.write() as tx:
        made = add(tx)
        leased = harvest.lease_due(tx, "w", now=NOW, limit=1)
        feeds.change(tx, ADMIN, made, FeedChange(state=FeedState.PAUSED), now=NOW)
        assert not harvest.Harvest(tx, leased, [], now=NOW, today=make.TODAY).is_held(leased[0])


def test_a_changed_date_order_has_the_next_body_read_anew(db: Database) -> None:
    with db.write() as tx:
        made = add(tx)
        tx.execute(update(Feed).values(etag='"a"', body_hash="h", last_modified="x"))
        feeds.change(tx, ADMIN, made, FeedChange(date_order=DateOrder.MDY), now=NOW)
        row = tx.first(select(Feed.etag, Feed.body_hash, Feed.last_modified, Feed.date_order))
    assert row is not None
    assert tuple(row) == (None, None, None, "mdy")


def test_a_title_given_stays_and_an_empty_one_goes_back(db: Database) -> None:
    with db.write() as tx:
        made = add(tx, title="Tên riêng")
        assert made.title_given
        back = feeds.change(tx, ADMIN, made, FeedChange(title=""), now=NOW)
    assert (back.title, back.title_given) == ("bao.example", False)


def test_a_change_of_an_older_version_is_stale(db: Database) -> None:
    with db.write() as tx:
        made = add(tx)
        feeds.change(tx, ADMIN, made, FeedChange(title="A"), now=NOW)
        with pytest.raises(AppError) as stale:
            feeds.change(tx, ADMIN, made, FeedChange(title="B"), now=NOW)
        with pytest.raises(AppError) as gone:
            feeds.remove(tx, ADMIN, made, now=NOW)
    assert stale.value.code is gone.value.code is Code.ETAG_STALE


def test_a_removed_source_leaves_its_articles(db: Database) -> None:
    with db.write() as tx:
        made = add(tx)
        article_id = make.article(tx)
        row = {"feed_id": made.feed_id, "article_id": article_id}
        tx.execute(tx.insert(Sighting), row | {"first_seen_on": make.TODAY, "last_seen_on": make.TODAY})
        assert feeds.count_articles(tx, ADMIN, [made]) == {made.feed_id: 1}
        feeds.remove(tx, ADMIN, made, now=NOW)
        assert tx.scalars(select(Article.article_id)) == [article_id]
        assert tx.all(select(Sighting.feed_id)) == []
        assert leased_ids(tx) == []
        with pytest.raises(AppError) as refused:
            feeds.get(tx, ADMIN, made.feed_id)
    assert refused.value.code is Code.NOT_FOUND


def test_every_change_of_a_source_stands_in_the_audit(db: Database) -> None:
    with db.write() as tx:
        made = add(tx)
        changed = feeds.change(tx, ADMIN, made, FeedChange(state=FeedState.PAUSED), now=NOW)
        feeds.remove(tx, ADMIN, changed, now=NOW)
        events = tx.all(select(AuditEvent.action, AuditEvent.subject).order_by(AuditEvent.event_id))
    assert [tuple(event) for event in events] == [
        (f"feed.{act}", f"feed:{made.feed_id}") for act in ("add", "change", "remove")
    ]


def test_a_source_put_in_without_a_job_gets_one_from_the_clock(db: Database) -> None:
    with db.write() as tx:
        feed_id = make.feed(tx)
        assert leased_ids(tx) == []
        for _ in range(2):
            jobs.enqueue_standing(tx, [], now=NOW)
        assert leased_ids(tx) == [feed_id]


def test_sources_are_listed_page_by_page_and_counted_by_health(db: Database) -> None:
    with db.write() as tx:
        for number in range(3):
            add(tx, f"https://bao.example/rss{number}")
        first = feeds.list_page(tx, ADMIN, after=None, limit=2)
        assert [f.feed_id for f in first.items] == [1, 2]
        second = feeds.list_page(tx, ADMIN, after=int(first.next or 0), limit=2)
        assert ([f.feed_id for f in second.items], second.next) == ([3], None)
        assert feeds.count_by_health(tx) == {str(Health.QUIET): 3}
        assert len(feeds.list_due(tx, ADMIN, now=NOW)) == 3
