"""Sources fetched from a local site into a real database: what arrives, what is asked for again, what stops whom."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from crawler.drafting import Drafted
from crawler.storing import BUG, Brought, Storer
from crawler.types import Fetched
from tests import make
from tests.corpus.house import ADMIN, ZONE, CrawlHouse, count, rows, some
from tests.corpus.site import Answer, Item, Site
from tracker.domain.feed_health import Cause
from tracker.domain.feeds import FeedState, FetchErrorCode, FetchStatus, Health
from tracker.domain.types import FeedId
from tracker.services import feeds, harvest
from tracker.store.tables.feeds import Article, ArticleAddress, ArticleRevision, Fetch, Sighting

if TYPE_CHECKING:
    from tracker.domain.sources import LeasedFeed


def test_a_feed_s_articles_arrive_with_source_time_and_search_texts(house: CrawlHouse, site: Site) -> None:
    feed_id = house.add(site.set_feed("/rss", [Item(path="/bai-1-post100001.html", title="Đoàn viên <i>trẻ</i>")]))
    result = house.fetch(feed_id)
    assert (result.status, result.new, result.seen, result.problem) == (FetchStatus.OK, 1, 0, None)
    columns = (Article.title, Article.source, Article.host, Article.published_at, Article.search_folded)
    ((title, source, host, published_at, folded),) = rows(house, *columns)
    assert (title, source, host) == ("Đoàn viên trẻ", "127.0.0.1", "127.0.0.1")
    assert published_at == dt.datetime(2026, 11, 21, 2, 0, tzinfo=dt.UTC)
    assert "doan vien tre" in folded
    assert rows(house, ArticleAddress.article_id) == rows(house, Sighting.article_id) == [(1,)]


def test_a_feed_takes_its_own_title_unless_a_person_named_it(house: CrawlHouse, site: Site) -> None:
    own, named = house.add(site.set_feed("/a", some(1))), house.add(site.set_feed("/b", some(1)), "Tên riêng")
    for feed_id in (own, named):
        house.fetch(feed_id)
    assert (house.feed(own).title, house.feed(named).title) == ("Báo Mẫu", "Tên riêng")


def test_the_second_fetch_is_conditional_and_a_day_later_it_is_whole(house: CrawlHouse, site: Site) -> None:
    feed_id = house.add(site.set_feed("/rss", some(2)))
    house.fetch(feed_id)
    assert house.fetch(feed_id).status is FetchStatus.NOT_MODIFIED
    house.clock.forward(days=1)
    assert house.fetch(feed_id).status is FetchStatus.NOT_MODIFIED
    conditional = ["if-none-match" in visit.headers for visit in site.visits]
    assert conditional == [False, True, False]
    assert [row[0] for row in rows(house, Fetch.http_status)] == [200, 200, 304]


def test_the_same_body_under_an_etag_that_changes_is_not_read_again(house: CrawlHouse, site: Site) -> None:
    feed_id = house.add(site.set_feed("/rss", some(2)))
    site.pages["/rss"].conditional = False
    results = []
    for tag in ('"1"', 'W/"2"', '"3"'):
        site.pages["/rss"].headers = {"ETag": tag}
        results.append(house.fetch(feed_id))
    assert [(r.status, r.seen) for r in results[1:]] == [(FetchStatus.NOT_MODIFIED, 0)] * 2
    assert site.visits[-1].headers["if-none-match"] == 'W/"2"'


def test_an_edit_changes_the_article_and_keeps_what_it_said_before(house: CrawlHouse, site: Site) -> None:
    path = "/bai-1-post100001.html"
    feed_id = house.add(site.set_feed("/rss", [Item(path=path, title="Tựa cũ")]))
    house.fetch(feed_id)
    site.set_feed("/rss", [Item(path=path, title="Tựa mới")])
    house.clock.forward(hours=1)
    result = house.fetch(feed_id)
    assert (result.new, result.changed, result.seen) == (0, 1, 0)
    assert rows(house, Article.title, Article.version) == [("Tựa mới", 2)]
    assert rows(house, ArticleRevision.title) == [("Tựa cũ",)]
    assert "tua moi" in rows(house, Article.search_folded)[0][0]


def test_two_feeds_that_tell_one_article_differently_do_not_rewrite_it_in_turns(house: CrawlHouse, site: Site) -> None:
    path = "/bai-1-post100001.html"
    one = house.add(site.set_feed("/one", [Item(path=path, title="Tựa", summary="ngắn")]))
    two = house.add(site.set_feed("/two", [Item(path=path + "?utm_source=rss", title="Tựa", summary="dài hơn")]))
    for _ in range(3):
        for feed_id, feed_path in ((one, "/one"), (two, "/two")):
            site.pages[feed_path].conditional = False
            site.pages[feed_path].body += b" "  # so that the body is read again
            house.fetch(feed_id)
        house.clock.forward(hours=1)
    assert rows(house, Article.summary) == [("dài hơn",)]
    assert count(house, ArticleRevision) == 1
    assert count(house, Sighting) == 2


def test_a_guid_that_changes_each_time_makes_no_article_and_a_reused_one_does(house: CrawlHouse, site: Site) -> None:
    path = "/bai-1-post100001.html"
    feed_id = house.add(site.set_feed("/rss", [Item(path=path, title="Một", guid="a")]))
    house.fetch(feed_id)
    site.set_feed("/rss", [Item(path=path, title="Một", guid="b")])
    assert house.fetch(feed_id).new == 0
    site.set_feed("/rss", [Item(path="/bai-2-post100002.html", title="Hai", guid="b")])
    assert house.fetch(feed_id).new == 1
    assert count(house, Article) == 2


def test_feeds_stored_together_that_carry_the_same_articles_make_each_once(house: CrawlHouse, site: Site) -> None:
    for number in range(4):
        house.add(site.set_feed(f"/rss{number}", some(5)))
    results = house.fetch_due()
    assert sorted(result.new for result in results) == [0, 0, 0, 5]
    assert (count(house, Article), count(house, Sighting)) == (5, 20)


def test_a_sighting_is_one_row_that_remembers_first_and_last_day(house: CrawlHouse, site: Site) -> None:
    feed_id = house.add(site.set_feed("/rss", some(1)))
    house.fetch(feed_id)
    house.clock.forward(days=2)
    site.set_feed("/rss", some(2))
    house.fetch(feed_id)
    days = rows(house, Sighting.first_seen_on, Sighting.last_seen_on)
    assert days == [(dt.date(2026, 11, 22), dt.date(2026, 11, 24)), (dt.date(2026, 11, 24), dt.date(2026, 11, 24))]


@pytest.mark.parametrize("date", ["Sun, 22 Nov 2099 09:00:00 GMT", "", "không ngày"])
def test_a_time_that_cannot_be_is_replaced_by_when_it_was_first_seen(house: CrawlHouse, site: Site, date: str) -> None:
    feed_id = house.add(site.set_feed("/rss", [Item(path="/bai-1-post100001.html", title="Một", date=date)]))
    house.fetch(feed_id)
    ((published_at, quality),) = rows(house, Article.published_at, Article.date_quality)
    assert published_at == house.clock.now
    assert quality in {"clamped", "none"}


def test_a_page_in_place_of_a_feed_fails_and_deletes_nothing(house: CrawlHouse, site: Site) -> None:
    feed_id = house.add(site.set_feed("/rss", some(2)))
    house.fetch(feed_id)
    site.set_page("/rss", "<html><body>Đăng nhập</body></html>")
    result = house.fetch(feed_id)
    assert result.problem is not None
    assert (result.status, result.problem.code) == (FetchStatus.FAILED, FetchErrorCode.NOT_A_FEED)
    feed = house.feed(feed_id)
    assert (feed.health, feed.failures, count(house, Article)) == (Health.MALFORMED, 1, 2)
    site.set_feed("/rss", some(3))
    assert house.fetch(feed_id).new == 1
    assert (house.feed(feed_id).failures, house.feed(feed_id).last_error) == (0, None)


def test_a_feed_that_declares_entities_is_unreadable(house: CrawlHouse, site: Site) -> None:
    bomb = b"<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><rss><channel><title>&b;</title></channel></rss>"
    site.pages["/rss"] = Answer(body=bomb)
    result = house.fetch(house.add(site.base + "/rss"))
    assert result.problem is not None
    assert result.problem.code is FetchErrorCode.UNREADABLE


def test_what_is_gone_is_tried_again_in_a_day(house: CrawlHouse, site: Site) -> None:
    site.pages["/rss"] = Answer(status=410)
    feed_id = house.add(site.base + "/rss")
    house.fetch(feed_id)
    feed = house.feed(feed_id)
    assert (feed.health, feed.next_fetch_at) == (Health.GONE, house.clock.now + dt.timedelta(days=1))


def test_a_permanent_move_is_adopted_after_three_times_and_keeps_the_source(house: CrawlHouse, site: Site) -> None:
    new_url = site.set_feed("/new", some(1))
    site.pages["/old"] = Answer(status=301, headers={"Location": "/new"})
    feed_id = house.add(site.base + "/old")
    for number in range(1, 4):
        site.set_feed("/new", some(number))
        house.fetch(feed_id)
        house.clock.forward(days=1)
    assert house.feed(feed_id).url == new_url
    site.visits.clear()
    house.fetch(feed_id)
    assert site.paths() == ["/new"]
    assert count(house, Fetch) == 4


def test_a_move_to_an_address_that_is_a_source_already_is_told_and_not_made(house: CrawlHouse, site: Site) -> None:
    house.add(site.set_feed("/new", some(1)))
    site.pages["/old"] = Answer(status=301, headers={"Location": "/new"})
    feed_id = house.add(site.base + "/old")
    for number in range(1, 5):
        site.set_feed("/new", some(number))
        house.fetch(feed_id)
    feed = house.feed(feed_id)
    assert feed.url == site.base + "/old"
    assert feed.moved_to == site.base + "/new"


def test_an_address_inside_is_refused_without_a_connection(house: CrawlHouse, site: Site) -> None:
    site.pages["/rss"] = Answer(status=302, headers={"Location": f"http://127.0.0.3:{site.port}/rss"})
    result = house.fetch(house.add(site.base + "/rss"))
    assert result.problem is not None
    assert result.problem.code is FetchErrorCode.ADDRESS_REFUSED


def test_a_paused_source_is_fetched_when_asked_for_by_name_and_not_otherwise(house: CrawlHouse, site: Site) -> None:
    feed_id = house.add(site.set_feed("/rss", some(1)))
    with house.db.write() as tx:
        current = feeds.get(tx, ADMIN, feed_id)
        feeds.change(tx, ADMIN, current, feeds.FeedChange(state=FeedState.PAUSED), now=house.clock.now)
    assert house.fetch_due() == []
    assert house.fetch(feed_id).new == 1
    house.clock.forward(days=3)
    assert house.fetch_due() == []


def test_every_item_of_a_feed_is_counted_once(house: CrawlHouse, site: Site) -> None:
    feed_id = house.add(site.set_feed("/rss", some(3)))
    house.fetch(feed_id)
    edited = Item(path=some(3)[0].path, title="Tựa mới")
    site.set_feed(
        "/rss", [edited, *some(3)[:2], Item(path="/bai-9-post100009.html", title="Mới"), Item(path="/x", title="")]
    )
    house.clock.forward(hours=1)
    result = house.fetch(feed_id)
    assert (result.new, result.changed, result.seen, result.skipped) == (1, 1, 1, 2)


def test_a_feed_that_cannot_be_stored_fails_alone(house: CrawlHouse) -> None:
    """A time without a zone, which no source can bring, stands for a bug."""
    for number in range(2):
        house.add(f"https://bao.example/rss{number}")
    with house.db.write() as tx:
        leased = harvest.lease_due(tx, "w", now=house.clock.now, limit=2)
    storer = Storer(house.db, house.clock, ZONE)
    results = storer.store([brought(leased[0], dt.datetime(2026, 11, 22)), brought(leased[1], house.clock.now)])  # noqa: DTZ001 - the bug
    assert [result and (result.new, result.problem) for result in results] == [(0, BUG), (1, None)]
    assert count(house, Article) == 1
    told = house.feed(leased[0].lease.feed_id)
    assert (told.health, told.failures, told.last_error and told.last_error.code) == (
        Health.MALFORMED,
        1,
        FetchErrorCode.UNREADABLE,
    )
    assert told.next_fetch_at > house.clock.now


def test_two_sources_that_move_to_one_address_at_once_stay_two(house: CrawlHouse, site: Site) -> None:
    site.set_feed("/moi", some(1))
    for path in ("/mot", "/hai"):
        site.pages[path] = Answer(status=301, headers={"Location": "/moi"}, conditional=False)
        house.add(site.base + path)
    for _ in range(4):
        assert [result.problem for result in house.fetch_due()] == [None, None]
        house.clock.forward(days=2)
    urls = {house.feed(FeedId(n)).url.removeprefix(site.base): house.feed(FeedId(n)) for n in (1, 2)}
    kept = next(feed for path, feed in urls.items() if path != "/moi")
    assert "/moi" in urls
    assert (kept.health, kept.health_facts.cause) == (Health.MOVED, Cause.MOVED_ONTO)
    assert "another source" in kept.health_reason


def brought(leased: LeasedFeed, published_at: dt.datetime) -> Brought:
    url = f"https://bao.example/{leased.lease.feed_id}"
    at = published_at.replace(tzinfo=dt.UTC) if published_at.tzinfo else published_at
    draft = make.draft(url=url, url_key=url, published_at=at)
    outcome = Fetched(
        url=url,
        status=200,
        body=b"",
        content_type="",
        etag=None,
        last_modified=None,
        body_hash="h",
        permanent_url=None,
        duration_ms=1,
    )
    return Brought(leased=leased, outcome=outcome, read=Drafted(title="", warnings=(), drafts=(draft,)))
