"""Who waits where a host asked all of us to wait, and that whoever was not asked for was not tried."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, update

from crawler.types import Fetched, FetchFailed
from tests.corpus.house import CrawlHouse, count, some
from tests.corpus.site import Answer, Site
from tests.corpus.test_politeness import page, read_all
from tracker.domain.feeds import FetchStatus
from tracker.services import harvest
from tracker.store.hosts import HELD_OFF
from tracker.store.tables.feeds import Feed, Fetch, HostPause, RobotsFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox import Sandbox
    from tracker.store.db import Database


@pytest.fixture
def news() -> Iterator[Site]:
    opened = Site()
    yield opened
    opened.close()


def test_after_a_429_no_process_asks_the_host_and_no_feed_counts_it_as_its_failure(
    db: Database, sandbox: Sandbox, news: Site
) -> None:
    one = CrawlHouse(db, sandbox)
    other = CrawlHouse(db, sandbox, clock=one.clock)
    first, second = one.add(news.base + "/a"), one.add(news.set_feed("/b", some(1)))
    news.pages["/a"] = Answer(status=429, headers={"Retry-After": "7200"})
    with db.write() as tx:
        held = harvest.lease_these(tx, "other", [second], now=one.clock.now)
    one.fetch_due()
    with db.write() as tx:  # the other worker comes to what it had leased before
        harvest.give_back(tx, "other", held, due_at=one.clock.now)
    (result,) = other.fetch_due()
    assert (result.feed_id, result.status) == (second, FetchStatus.FAILED)
    assert news.paths() == ["/a"]
    assert (other.feed(first).failures, other.feed(second).failures) == (1, 0)
    assert count(one, Fetch) == 1
    outcome = read_all(other, page(news.base + "/bai.html"))[0]
    assert isinstance(outcome, FetchFailed)
    assert (outcome.was_asked, outcome.problem.retry_after_s) == (False, 7200)
    assert count(one, RobotsFile) == 0  # nobody was asked for it
    assert other.fetch_due() == []
    one.clock.forward(seconds=7201)
    news.set_feed("/a", some(1))
    assert len(one.fetch_due()) == 2


def test_who_asks_for_a_source_by_name_is_served_even_then(sqlite_db: Database, sandbox: Sandbox, news: Site) -> None:
    house = CrawlHouse(sqlite_db, sandbox)
    refused, wanted = house.add(news.base + "/a"), house.add(news.set_feed("/b", some(1)))
    news.pages["/a"] = Answer(status=429, headers={"Retry-After": "7200"})
    house.fetch(refused)
    assert house.fetch(wanted).new == 1


def test_the_robots_txt_on_the_way_to_what_was_asked_for_by_name_is_asked_for_too(
    sqlite_db: Database, sandbox: Sandbox, news: Site
) -> None:
    house = CrawlHouse(sqlite_db, sandbox)
    news.pages["/a"] = Answer(status=429, headers={"Retry-After": "7200"})
    house.fetch(house.add(news.base + "/a"))
    news.set_page("/bai.html", "Bài")
    asked = read_all(house, page(news.base + "/bai.html"), page(news.base + "/bai.html", insists=True))
    assert [isinstance(outcome, Fetched) for outcome in asked] == [False, True]
    assert news.paths() == ["/a", "/robots.txt", "/bai.html"]


def put_sitemap(news: Site) -> str:
    """Put a sitemap that names two more; give its address."""
    named = "".join(f"<sitemap><loc>{news.base}/news-{n}.xml</loc></sitemap>" for n in (1, 2))
    entry = "<url><loc>{0}/bai-{1}-post10000{1}.html</loc><lastmod>2026-11-21T09:00:00+07:00</lastmod></url>"
    for number in (1, 2):
        body = f"<urlset>{entry.format(news.base, number)}</urlset>".encode()
        news.pages[f"/news-{number}.xml"] = Answer(body=body, content_type="text/xml")
    index = f"<sitemapindex>{named}</sitemapindex>".encode()
    news.pages["/sitemap.xml"] = Answer(body=index, content_type="text/xml", headers={"Set-Cookie": "seen=1; path=/"})
    return news.base + "/sitemap.xml"


@pytest.mark.parametrize(("keeps", "shown"), [(False, [None, None]), (True, ["seen=1", "seen=1"])])
def test_further_sitemaps_are_shown_the_cookies_of_their_source(
    sqlite_db: Database, sandbox: Sandbox, news: Site, *, keeps: bool, shown: list[str | None]
) -> None:
    house = CrawlHouse(sqlite_db, sandbox)
    feed_id = house.add(put_sitemap(news))
    with sqlite_db.write() as tx:
        tx.execute(update(Feed).values(keeps_cookies=keeps, kind="sitemap"))
    house.fetch(feed_id)
    asked = [visit.headers.get("cookie") for visit in news.visits if visit.path.startswith("/news-")]
    assert asked == shown


def test_an_index_none_of_whose_sitemaps_was_asked_for_has_not_failed(
    sqlite_db: Database, sandbox: Sandbox, news: Site
) -> None:
    house = CrawlHouse(sqlite_db, sandbox)
    feed_id = house.add(put_sitemap(news))
    until = house.clock.now + dt.timedelta(seconds=7200)
    news.pages["/sitemap.xml"].gate = threading.Event()
    with sqlite_db.write() as tx:
        tx.execute(update(Feed).values(kind="sitemap"))
    fetching = threading.Thread(target=house.fetch_due)
    fetching.start()
    assert news.pages["/sitemap.xml"].reached.wait(20)
    with sqlite_db.write() as tx:
        host = news.base.partition("://")[2]
        tx.execute(insert(HostPause).values(host_key=host, slot=HELD_OFF, next_at=until))
    news.pages["/sitemap.xml"].gate.set()
    fetching.join(20)
    assert "/news-1.xml" not in news.paths()
    assert (house.feed(feed_id).failures, count(house, Fetch)) == (0, 0)
    assert house.fetch_due() == []
    house.clock.forward(seconds=7201)
    assert [result.problem for result in house.fetch_due()] == [None]
