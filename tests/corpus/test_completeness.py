"""Sources compared with their own pages: how often, with what, why something is missing, when nothing is known."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from tests.corpus.house import ADMIN, entries, some
from tests.corpus.site import Answer, Item
from tracker.services import completeness, feeds
from tracker.services.feeds import FeedChange
from tracker.store.hosts import HELD_OFF
from tracker.store.tables.feeds import HostPause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.corpus.house import CrawlHouse
    from tests.corpus.site import Site
    from tracker.domain.completeness import Completeness
    from tracker.domain.types import FeedId

SECTION = "/xay-dung-dang"


def put_page(site: Site, path: str, count: int, first: int = 1, folder: str = "") -> str:
    """Put a section page that lists articles, and the links that every page has around them."""
    rows = "".join(
        f"<article class='story'><h3><a href='{folder}{link}'>{title} về công tác xây dựng Đảng</a></h3></article>"
        for link, title in entries(count, first)
    )
    around = "<nav><a href='/'>Trang chủ</a><a href='/lien-he'>Liên hệ</a></nav>"
    return site.set_page(path, f"<html><body>{around}<main>{rows}</main></body></html>")


def add(
    house: CrawlHouse,
    site: Site,
    path: str = "/rss",
    *,
    page: str | None = SECTION,
    items: Sequence[Item] | None = None,
) -> FeedId:
    """Add a source that is compared with a page, fetch it, and let a day pass."""
    feed_id = house.add(site.set_feed(path, items or some(10)))
    if page is not None:
        with house.db.write() as tx:
            change = FeedChange(compare_url=page and site.base + page)
            feeds.change(tx, ADMIN, feeds.get(tx, ADMIN, feed_id), change, now=house.clock.now)
    house.fetch_due()
    house.clock.forward(days=1)
    return feed_id


def found(house: CrawlHouse, feed_id: FeedId) -> Completeness | None:
    """Read the latest comparison of a source."""
    with house.db.read() as tx:
        return completeness.find(tx, ADMIN, feeds.get(tx, ADMIN, feed_id))


def test_a_source_is_compared_once_a_day_and_not_on_its_first(house: CrawlHouse, site: Site) -> None:
    put_page(site, SECTION, 12)
    feed_id = add(house, site)
    assert SECTION not in site.paths()
    house.fetch_due()
    told = found(house, feed_id)
    assert told is not None
    assert (told.part, told.whole, told.percent, told.problem) == (10, 10, 100, None)  # two lie below what we have
    house.clock.forward(hours=6)
    house.fetch_due()
    assert site.paths().count(SECTION) == 1


def test_what_is_missing_is_named_with_why(house: CrawlHouse, site: Site) -> None:
    inside = [Item(path=f"/dang{path}", title=title) for path, title in entries(10)]
    feed_id = add(house, site, items=inside)
    rows = [f"<a href='/dang{link}'>{title} vừa được đăng sáng nay</a>" for link, title in entries(12, -1)]
    rows.insert(1, "<a href='/the-thao/bai-77-post100077.html'>Bài của một chuyên mục khác hẳn</a>")
    body = "".join(f"<li class='story'><h3>{row}</h3></li>" for row in rows)
    site.set_page(SECTION, f"<html><body><ul>{body}</ul></body></html>")
    house.fetch_due()
    told = found(house, feed_id)
    assert told is not None
    assert (told.part, told.whole, told.percent) == (10, 13, 76)
    assert [(one.url.removeprefix(site.base), one.why) for one in told.missing] == [
        ("/dang/bai--1-post99999.html", "not_carried"),
        ("/the-thao/bai-77-post100077.html", "other_section"),
        ("/dang/bai-0-post100000.html", "not_carried"),
    ]


def test_what_another_source_carried_is_not_missing(house: CrawlHouse, site: Site) -> None:
    put_page(site, SECTION, 12, first=-1)
    feed_id = add(house, site)
    house.add(site.set_feed("/ba", some(1, first=0)))
    house.fetch_due()
    house.clock.forward(days=1)
    house.fetch_due()
    told = found(house, feed_id)
    assert told is not None
    assert (told.part, told.whole) == (11, 12)


def test_an_outlet_s_sources_count_together_and_what_two_pages_list_counts_once(house: CrawlHouse, site: Site) -> None:
    put_page(site, SECTION, 12, first=-1)
    put_page(site, "/thoi-su", 12, first=-1)
    feed_id, other = add(house, site), add(house, site, "/hai", page="/thoi-su", items=some(9))
    house.fetch_due()
    with house.db.read() as tx:
        share = completeness.find_outlet_share(tx, ADMIN, feeds.get(tx, ADMIN, other), now=house.clock.now)
    assert found(house, feed_id) is not None
    assert share is not None
    assert (share.feed_count, share.part, share.whole, share.percent) == (2, 10, 12, 83)


def test_a_news_sitemap_serves_as_well_and_only_what_is_recent_counts(house: CrawlHouse, site: Site) -> None:
    feed_id = add(house, site, page="/sitemap-news.xml")
    stamps = [("2026-11-22T11:00:00+07:00", n) for n in range(1, 13)] + [("2026-10-01T09:00:00+07:00", 40)]
    body = "".join(
        f"<url><loc>{site.base}/bai-{n}-post{100000 + n}.html</loc><n:news><n:publication_date>{at}"
        f"</n:publication_date><n:title>Bài số {n}</n:title></n:news></url>"
        for at, n in stamps
    )
    news = "http://www.google.com/schemas/sitemap-news/0.9"
    spaces = f"xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:n='{news}'"
    site.pages["/sitemap-news.xml"] = Answer(
        body=f"<?xml version='1.0'?><urlset {spaces}>{body}</urlset>".encode(), content_type="application/xml"
    )
    house.fetch_due()
    told = found(house, feed_id)
    assert told is not None
    assert (told.part, told.whole) == (10, 12)


def test_a_feed_s_own_page_is_found_where_it_names_one(house: CrawlHouse, site: Site) -> None:
    put_page(site, SECTION, 10)
    feed_id = house.add(site.set_feed("/rss/xay-dung-dang.rss", some(10)))
    answer = site.pages["/rss/xay-dung-dang.rss"]
    own = f"<link>{site.base}"
    answer.body = answer.body.replace(f"{own}</link>".encode(), f"{own}{SECTION}</link>".encode())
    house.fetch_due()
    house.clock.forward(days=1)
    house.fetch_due()
    assert house.feed(feed_id).section_page == site.base + SECTION
    told = found(house, feed_id)
    assert told is not None
    assert told.percent == 100


@pytest.mark.parametrize("page", [None, ""])
def test_without_a_page_nothing_is_compared_and_nothing_is_known(
    house: CrawlHouse, site: Site, page: str | None
) -> None:
    feed_id = add(house, site, "/chuyen-muc.rss", page=page)  # its own page is the site's front page
    house.fetch_due()
    assert found(house, feed_id) is None


def test_robots_txt_is_heeded_and_the_reason_kept(house: CrawlHouse, site: Site) -> None:
    put_page(site, SECTION, 12)
    site.pages["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /xay-dung-dang\n", content_type="text/plain")
    feed_id = add(house, site)
    house.fetch_due()
    told = found(house, feed_id)
    assert told is not None
    assert (told.part, told.whole, told.percent) == (None, None, None)
    assert told.problem is not None
    assert told.problem.code.value == "robots"
    assert SECTION not in site.paths()


def test_a_page_that_fails_is_not_known_and_is_asked_again_the_next_day_only(house: CrawlHouse, site: Site) -> None:
    site.pages[SECTION] = Answer(status=500)
    feed_id = add(house, site)
    house.fetch_due()
    house.clock.forward(hours=7)
    house.fetch_due()
    assert site.paths().count(SECTION) == 1
    told = found(house, feed_id)
    assert told is not None
    assert (told.whole, told.problem is not None) == (None, True)
    house.clock.forward(days=1)
    house.fetch_due()
    assert site.paths().count(SECTION) == 2


@pytest.mark.parametrize(("keeps", "shown"), [(False, None), (True, "seen=1")])
def test_the_page_is_shown_the_cookies_of_its_source(
    house: CrawlHouse, site: Site, *, keeps: bool, shown: str | None
) -> None:
    put_page(site, SECTION, 12)
    feed_id = add(house, site)
    site.pages["/rss"].headers["Set-Cookie"] = "seen=1; path=/"
    with house.db.write() as tx:
        feeds.change(tx, ADMIN, feeds.get(tx, ADMIN, feed_id), FeedChange(keeps_cookies=keeps), now=house.clock.now)
    house.fetch_due()
    assert [visit.headers.get("cookie") for visit in site.visits if visit.path == SECTION] == [shown]


def test_a_page_whose_host_asked_all_to_wait_is_compared_another_time(house: CrawlHouse, site: Site) -> None:
    put_page(site, SECTION, 12)
    feed_id = add(house, site)
    until = house.clock.now + dt.timedelta(hours=1)
    site.pages["/rss"].gate = threading.Event()
    fetching = threading.Thread(target=house.fetch_due)
    fetching.start()
    assert site.pages["/rss"].reached.wait(20)
    with house.db.write() as tx:
        host = site.base.partition("://")[2]
        tx.execute(insert(HostPause).values(host_key=host, slot=HELD_OFF, next_at=until))
    site.pages["/rss"].gate.set()
    fetching.join(20)
    assert SECTION not in site.paths()
    assert found(house, feed_id) is None
    house.clock.forward(hours=7)
    house.fetch_due()
    assert found(house, feed_id) is not None


def test_a_comparison_with_another_page_says_nothing_any_more(house: CrawlHouse, site: Site) -> None:
    put_page(site, SECTION, 12)
    feed_id = add(house, site)
    house.fetch_due()
    assert found(house, feed_id) is not None
    with house.db.write() as tx:
        change = FeedChange(compare_url=site.base + "/khac")
        feeds.change(tx, ADMIN, feeds.get(tx, ADMIN, feed_id), change, now=house.clock.now)
    assert found(house, feed_id) is None


def test_fetching_one_source_by_hand_compares_nothing(house: CrawlHouse, site: Site) -> None:
    put_page(site, SECTION, 12)
    feed_id = add(house, site)
    house.fetch(feed_id)
    assert SECTION not in site.paths()
