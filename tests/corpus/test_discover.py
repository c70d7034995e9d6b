"""Looking at addresses before they are sources."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from api.feed_answers import preview_notes
from crawler.discover import NO_HTTPS
from crawler.named_feeds import feed_links
from tests.corpus.house import CrawlHouse
from tests.corpus.site import Answer, Item, Site
from tracker.domain import feed_words
from tracker.domain.errors import AppError, Code
from tracker.domain.feeds import FeedKind, FetchErrorCode

if TYPE_CHECKING:
    from crawler.run import Crawler
    from sandbox import Sandbox
    from tracker.store.db import Database

ONE = Item(path="/bai-1-post100001.html", title="Đoàn viên")


@pytest.fixture
def crawler(sqlite_db: Database, sandbox: Sandbox) -> Crawler:
    return CrawlHouse(sqlite_db, sandbox).crawler


def test_a_feed_is_shown_with_its_entries_and_why_some_would_be_left_out(crawler: Crawler, site: Site) -> None:
    url = site.set_feed(
        "/rss", [ONE, Item(path=ONE.path, title="Lặp lại"), Item(path="/bai-2-post100002.html", title="")]
    )
    found = crawler.look(url)
    assert (found.url, found.title, found.format, found.entry_count, found.problem) == (url, "Báo Mẫu", "rss", 3, None)
    assert [(e.title, e.skipped) for e in found.entries] == [
        ("Đoàn viên", None),
        ("Lặp lại", "duplicate"),
        ("", "no_title"),
    ]
    assert found.entries[0].published_at is not None


@pytest.mark.parametrize(
    "page",
    [
        "<html><head><link rel='alternate' type='application/rss+xml' href='/tin.rss'></head></html>",
        '<html><body><a href=\'/khac.html\'>x</a><a class="r" href="/tin.rss">RSS</a></body></html>',
    ],
)
def test_a_site_leads_to_the_feed_it_declares_or_links_to(crawler: Crawler, site: Site, page: str) -> None:
    feed = site.set_feed("/tin.rss", [ONE])
    new = crawler.find_source(site.set_page("/", page))
    assert (new.url, new.kind, new.found_title) == (feed, FeedKind.FEED, "Báo Mẫu")
    assert crawler.look(site.base + "/").links == (feed,)


def test_what_a_site_says_is_read_in_the_sandbox_only() -> None:
    told = "import sys, crawler.discover; print(' '.join(sys.modules))"
    run = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    loaded = set(run.stdout.split())
    assert "crawler.previewing" in loaded
    assert not loaded & {"lxml", "feedparser", "nh3", "crawler.normalise", "crawler.previews", "crawler.parse_worker"}


def test_a_page_of_links_without_end_is_not_read_for_long() -> None:
    began = time.process_time()
    assert list(feed_links(b'href="/a"' * 200_000, "https://bao.vn/")) == []
    assert time.process_time() - began < 1


def test_a_site_that_names_no_feed_is_tried_at_the_usual_addresses(crawler: Crawler, site: Site) -> None:
    feed = site.set_feed("/rss/home.rss", [ONE])
    assert crawler.find_source(site.set_page("/", "<html></html>")).url == feed
    assert [path for path in site.paths() if path != "/robots.txt"][:3] == ["/", "/rss", "/feed"]


def test_a_page_that_lists_a_site_s_feeds_is_followed_once_more(crawler: Crawler, site: Site) -> None:
    site.set_page("/", "<html></html>")
    site.set_page("/rss", "<html><a href='/rss/chinh-tri.rss'>Chính trị</a></html>")
    feed = site.set_feed("/rss/chinh-tri.rss", [ONE])
    assert crawler.find_source(site.base + "/").url == feed


def test_a_site_without_feeds_is_refused_with_the_reason(crawler: Crawler, site: Site) -> None:
    with pytest.raises(AppError) as refused:
        crawler.find_source(site.set_page("/", "<html></html>"))
    assert refused.value.code is Code.FEED_ADDRESS
    assert refused.value.extra["reason"] == "not_a_feed"
    assert "no feed was found" in refused.value.detail


@pytest.mark.parametrize("status", [404, 410])
def test_an_address_that_the_site_says_is_none_is_refused(crawler: Crawler, site: Site, status: int) -> None:
    site.pages["/rss"] = Answer(status=status)
    with pytest.raises(AppError) as refused:
        crawler.find_source(site.base + "/rss")
    assert refused.value.code is Code.FEED_ADDRESS


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_a_site_that_does_not_answer_just_now_is_taken(crawler: Crawler, site: Site, status: int) -> None:
    site.pages["/rss"] = Answer(status=status)
    assert crawler.find_source(site.base + "/rss").url == site.base + "/rss"


def test_with_a_kind_the_address_is_taken_without_asking_anyone(crawler: Crawler, site: Site) -> None:
    new = crawler.find_source(site.base + "/rss", kind=FeedKind.FEED, title="Tên")
    assert (new.url, new.title, site.visits) == (site.base + "/rss", "Tên", [])


def test_where_a_permanent_redirect_leads_is_what_is_added(crawler: Crawler, site: Site) -> None:
    feed = site.set_feed("/new", [ONE])
    site.pages["/old"] = Answer(status=301, headers={"Location": "/new"})
    assert crawler.find_source(site.base + "/old").url == feed


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.9/",
        "http://10.0.0.1/rss",
        "http://router.lan/",
        "http://[::1]/",
        "http://0x7f.1/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://a@127.0.0.1/",
        "https://" + "a" * 3000 + ".example/",
        "",
    ],
)
@pytest.mark.parametrize("kind", [None, FeedKind.FEED])
def test_an_address_that_is_not_allowed_is_refused_in_the_same_words(
    crawler: Crawler, url: str, kind: FeedKind | None
) -> None:
    with pytest.raises(AppError) as refused:
        crawler.find_source(url, kind=kind)
    assert (refused.value.code, refused.value.detail) == (Code.FEED_ADDRESS, "This address is not allowed.")


def test_a_redirect_or_a_link_inward_is_refused_in_those_words_too(crawler: Crawler, site: Site) -> None:
    site.pages["/rss"] = Answer(status=302, headers={"Location": "http://127.0.0.9/"})
    with pytest.raises(AppError) as refused:
        crawler.look(site.base + "/rss")
    assert refused.value.detail == "This address is not allowed."
    site.set_page("/", "<html><link rel='alternate' type='application/rss+xml' href='http://127.0.0.9/rss'></html>")
    found = crawler.look(site.base + "/")
    assert found.problem is not None
    assert found.problem.code is FetchErrorCode.NOT_A_FEED


def test_an_address_without_a_scheme_is_taken_for_https(crawler: Crawler) -> None:
    assert crawler.check_address(" bao.example/rss#top ") == "https://bao.example/rss"


def test_a_site_without_https_is_found_by_http_where_no_scheme_was_typed(crawler: Crawler, site: Site) -> None:
    feed = site.set_feed("/rss", [ONE])
    found = crawler.look(f" 127.0.0.1:{site.port}/rss#top ")
    assert (found.url, found.entry_count, found.problem) == (feed, 1, None)
    assert found.warnings[0] == NO_HTTPS
    assert feed_words.WARNINGS[NO_HTTPS] in preview_notes(found)
    assert crawler.find_source(f"127.0.0.1:{site.port}/rss").url == feed


def test_a_section_page_found_by_http_is_what_its_feed_is_compared_with(crawler: Crawler, site: Site) -> None:
    feed = site.set_feed("/tin.rss", [ONE])
    page = "<html><head><link rel='alternate' type='application/rss+xml' href='/tin.rss'></head></html>"
    section = site.set_page("/chinh-tri", page)
    new = crawler.find_source(f"127.0.0.1:{site.port}/chinh-tri")
    assert (new.url, new.compare_url) == (feed, section)


def test_where_a_scheme_was_typed_or_http_fails_too_the_address_stays_as_it_was(crawler: Crawler, site: Site) -> None:
    site.set_feed("/rss", [ONE])
    asked = crawler.look(f"https://127.0.0.1:{site.port}/rss")
    assert asked.problem is not None
    assert (asked.problem.code, asked.warnings, site.visits) == (FetchErrorCode.TLS, (), [])
    site.pages["/rss"] = Answer(status=503)
    failed = crawler.look(f"127.0.0.1:{site.port}/rss")
    assert failed.problem is not None
    assert (failed.problem.code, failed.url[:8]) == (FetchErrorCode.TLS, "https://")


def test_by_http_the_guard_holds_as_always(crawler: Crawler, site: Site) -> None:
    site.pages["/rss"] = Answer(status=302, headers={"Location": "http://127.0.0.9/"})
    found = crawler.look(f"127.0.0.1:{site.port}/rss")
    assert found.problem is not None
    assert (found.problem.code, found.entries) == (FetchErrorCode.TLS, ())
    for bare in ("127.0.0.9", "router.lan", "10.0.0.1/rss"):
        with pytest.raises(AppError) as refused:
            crawler.look(bare)
        assert refused.value.detail == "This address is not allowed."


def test_a_login_page_in_place_of_a_feed_offers_what_it_declares(crawler: Crawler, site: Site) -> None:
    page = "<html><head><link rel='alternate' type='application/atom+xml' href='/hỏng'></head></html>"
    found = crawler.look(site.set_page("/rss", page))
    assert found.problem is not None
    assert found.problem.code is FetchErrorCode.NOT_A_FEED
    assert len(found.links) == 1
