"""Articles' own pages read from a site on loopback: what is taken, what is left alone, and that no text is kept."""

from __future__ import annotations

import datetime as dt
import io
import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from config.logging import configure_logging
from crawler.page_facts import PAGE_FACTS_TASKS
from crawler.page_round import PAGE_BYTES_MOST
from crawler.pages.types import PageCounters
from sandbox import Sandbox
from tests import texts
from tests.corpus.house import count, rows
from tests.corpus.newsroom import PATH, SENTENCE, STORY, TITLE, Newsroom, page
from tests.corpus.site import Answer, Item
from tracker.domain.feeds import FetchErrorCode, FetchProblem
from tracker.domain.page_reads import TRIES_MOST, ReadCause
from tracker.services import page_reads
from tracker.store.tables.base import Base
from tracker.store.tables.feeds import Article, ArticleAddress, ArticleRevision, Feed, PageRead, Topic

if TYPE_CHECKING:
    from tests.corpus.site import Site
    from tracker.store.db import Database


def everything(db: Database) -> str:
    """Give all that the database holds, as text."""
    with db.read() as tx:
        return "\n".join(repr(tuple(row)) for table in Base.metadata.sorted_tables for row in tx.all(select(table)))


def test_a_page_gives_author_minute_section_and_image_and_its_text_stays_nowhere(news: Newsroom) -> None:
    log = io.StringIO()
    configure_logging(stream=log, console=False)
    news.site.set_page(PATH, page())
    news.carry(Item(path=PATH, title=TITLE, date="21/11/2026"))
    assert news.article(Article.authors, Article.date_quality) == ([], "day")
    assert news.read() == [("read", None)]
    configure_logging(stream=io.StringIO(), console=False)

    found = news.article(Article.authors, Article.published_at, Article.date_quality, Article.image_url)
    at = dt.datetime(2026, 11, 21, 2, 17, tzinfo=dt.UTC)
    assert found == (["Lê Thị Hạ"], at, "local", news.site.base + "/uploads/dan-ca.jpg")
    state, section, byline = news.article(PageRead.state, PageRead.section, PageRead.byline)
    assert (state, section) == ("read", "Văn hóa")
    assert "Lê Thị Hạ" in byline
    assert rows(news.house, ArticleRevision.authors) == [([],)]
    with news.db.read() as tx:
        assert tx.scalar(select(Article.article_id).where(Article.search_folded.contains("le thi ha"))) is not None
    kept = everything(news.db) + log.getvalue()
    words = STORY.split()
    assert SENTENCE not in kept
    assert not any(" ".join(words[at : at + 4]) in kept for at in range(0, len(words), 4))
    assert TITLE in kept


def test_only_sources_so_set_have_all_their_pages_read(news: Newsroom) -> None:
    news.site.set_page(PATH, page())
    news.carry(Item(path=PATH, title=TITLE), reads=False)
    assert news.read() == []
    assert count(news.house, PageRead) == 0


def test_a_page_that_robots_may_not_read_is_refused_and_not_asked_for(news: Newsroom) -> None:
    news.site.set_page(PATH, page())
    news.site.pages["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /tin-tuc/\n", content_type="text/plain")
    news.carry(Item(path=PATH, title=TITLE))
    assert news.read() == [("refused", "robots")]
    assert PATH not in news.site.paths()
    assert news.read() == []


def test_a_refused_page_is_tried_again_only_when_somebody_asks_for_it_a_day_later(news: Newsroom) -> None:
    news.site.set_page(PATH, page())
    news.site.pages["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /\n", content_type="text/plain")
    news.carry(Item(path=PATH, title=TITLE))
    assert news.read() == [("refused", "robots")]
    news.site.pages["/robots.txt"] = Answer(status=404)
    (article_id,) = news.article(Article.article_id)
    for hours, expected in ((1, []), (48, [("read", None)])):
        news.house.clock.forward(hours=hours)
        with news.db.write() as tx:
            page_reads.mark(tx, article_id, ReadCause.FEATURED, now=news.house.clock.now)
        assert news.read() == expected


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_given_up_at_once(news: Newsroom, status: int) -> None:
    news.site.set_page(PATH, "nothing", status=status)
    news.carry(Item(path=PATH, title=TITLE))
    assert [state for state, _ in news.read()] == ["failed"]
    news.house.clock.forward(days=30)
    assert news.read() == []


def test_a_page_that_is_down_is_tried_five_times_ever_later(news: Newsroom) -> None:
    news.site.set_page(PATH, "down", status=503)
    news.carry(Item(path=PATH, title=TITLE))
    seen = []
    for _ in range(TRIES_MOST):
        seen += news.read()
        assert news.read() == []
        news.house.clock.forward(days=2)
    assert [state for state, _ in seen] == ["due"] * (TRIES_MOST - 1) + ["failed"]
    assert news.site.paths().count(PATH) == TRIES_MOST
    assert news.read() == []


def test_a_page_that_comes_back_is_read(news: Newsroom) -> None:
    news.site.set_page(PATH, "down", status=500)
    news.carry(Item(path=PATH, title=TITLE))
    assert news.read() == [("due", "http")]
    news.site.set_page(PATH, page())
    news.house.clock.forward(hours=1)
    assert news.read() == [("read", None)]
    assert news.article(PageRead.failures, PageRead.error_code) == (0, None)


def test_a_redirect_to_the_front_page_is_no_article(news: Newsroom) -> None:
    news.site.set_page("/", page(title="Trang tin xã: chính quyền và đời sống"))
    news.site.set_page(PATH, "", status=302, headers={"Location": "/"})
    news.carry(Item(path=PATH, title=TITLE))
    assert news.read() == [("failed", "gone")]
    assert news.article(Article.authors) == ([],)


def test_a_page_that_moved_is_read_where_it_carries_the_articles_title(news: Newsroom) -> None:
    news.site.set_page("/van-hoa/hoi-thi-dan-ca-o-xa-ben-song/", page())
    news.site.set_page(PATH, "", status=301, headers={"Location": "/van-hoa/hoi-thi-dan-ca-o-xa-ben-song/"})
    news.carry(Item(path=PATH, title=TITLE))
    assert news.read() == [("read", None)]


def test_a_page_that_turns_into_another_kind_of_document_is_given_up(news: Newsroom) -> None:
    news.site.pages[PATH] = Answer(body=b"%PDF-1.7 \x00\x01", content_type="application/pdf")
    news.carry(Item(path=PATH, title=TITLE))
    assert news.read() == [("failed", "unreadable")]


def test_a_hostile_page_costs_its_own_reading_only(news: Newsroom) -> None:
    deep = "<div>" * 200_000
    wide = "".join(f"<p><b>a{n}</b>" for n in range(60_000))
    bad, good = "/tin-tuc/trang-doc-hai-1-2-3-77.html", PATH
    news.site.set_page(bad, f"<html><head><title>Trang</title></head><body>{deep}{wide}")
    news.site.set_page(good, page())
    news.carry(Item(path=bad, title="Trang"), Item(path=good, title=TITLE))
    ends = sorted(state for state, _ in news.read())
    assert len(ends) == 2
    assert "read" in ends
    assert rows(news.house, PageRead.state, PageRead.owner)[0][1] is None


def test_a_page_without_end_is_given_up(news: Newsroom) -> None:
    news.site.set_page(PATH, page() + "x" * PAGE_BYTES_MOST)
    news.carry(Item(path=PATH, title=TITLE))
    assert news.read() == [("failed", "too_large")]


@pytest.mark.parametrize(("keeps", "brought"), [(False, None), (True, "seen=1")])
def test_cookies_are_brought_where_a_source_needs_them_only(
    news: Newsroom, *, keeps: bool, brought: str | None
) -> None:
    second = "/tin-tuc/Bai-viet-thu-hai-cua-xa-1235.html"
    for path, title in ((PATH, TITLE), (second, "Bài viết thứ hai")):
        news.site.set_page(path, page(title=title), headers={"Set-Cookie": "seen=1"})
    news.carry(Item(path=PATH, title=TITLE), Item(path=second, title="Bài viết thứ hai"))
    with news.db.write() as tx:
        tx.execute(update(Feed).values(keeps_cookies=keeps))
    assert news.read() == [("read", None)] * 2
    asked = [visit.headers.get("cookie") for visit in news.site.visits if visit.path in {PATH, second}]
    assert asked == [None, brought]


def test_a_canonical_address_of_the_same_site_is_one_more_of_the_articles(news: Newsroom) -> None:
    own = news.site.base + "/van-hoa/hoi-thi-dan-ca-o-xa-ben-song-5678.html"
    news.site.set_page(PATH, page(head=f'<link rel="canonical" href="{own}">'))
    news.carry(Item(path=PATH, title=TITLE))
    assert news.read() == [("read", None)]
    assert news.article(PageRead.canonical_url) == (own,)
    assert sorted(url for (url,) in rows(news.house, ArticleAddress.url)) == sorted([news.site.base + PATH, own])


@pytest.mark.parametrize("told", ["/", "https://example.org/mot-bai-viet-khac-hoan-toan-9.html"])
def test_a_canonical_address_of_no_article_or_of_another_site_is_not_believed(news: Newsroom, told: str) -> None:
    news.site.set_page(PATH, page(head=f'<link rel="canonical" href="{told}">'))
    news.carry(Item(path=PATH, title=TITLE))
    assert news.read() == [("read", None)]
    assert rows(news.house, ArticleAddress.url) == [(news.site.base + PATH,)]


def test_an_address_that_another_article_holds_stays_with_it_and_one_text_joins_both(news: Newsroom) -> None:
    other = "/van-hoa/hoi-thi-dan-ca-o-xa-ben-song-5678.html"
    news.site.set_page(other, page())
    news.site.set_page(PATH, page(head=f'<link rel="canonical" href="{other}">'))
    news.carry(Item(path=PATH, title=TITLE), Item(path=other, title=TITLE))
    assert news.read() == [("read", None)] * 2
    held = rows(news.house, ArticleAddress.url, ArticleAddress.article_id)
    assert len({article_id for _, article_id in held}) == len(held) == 2
    clusters = {cluster for (cluster,) in rows(news.house, Article.cluster_id)}
    assert len(clusters) == 1
    assert None not in clusters


def test_what_the_feed_knows_to_the_minute_and_by_name_stands(news: Newsroom) -> None:
    news.site.set_page(PATH, page(author="Trần Văn Khác"))
    news.carry(Item(path=PATH, title=TITLE))
    with news.db.write() as tx:
        tx.execute(update(Article).values(authors=["Nguyễn Thị Đầu"]))
    before = news.article(Article.published_at, Article.date_quality)
    assert news.read() == [("read", None)]
    assert news.article(Article.authors) == (["Nguyễn Thị Đầu"],)
    assert news.article(Article.published_at, Article.date_quality) == before


def test_a_feed_that_changes_a_title_does_not_take_the_pages_authors_away(news: Newsroom) -> None:
    news.site.set_page(PATH, page())
    feed_id = news.carry(Item(path=PATH, title=TITLE))
    assert news.read() == [("read", None)]
    news.site.set_feed("/rss", [Item(path=PATH, title=TITLE + " (sửa)")])
    news.house.clock.forward(hours=2)
    assert news.house.fetch(feed_id).changed == 1
    assert news.article(Article.title, Article.authors) == (TITLE + " (sửa)", ["Lê Thị Hạ"])


def test_pages_of_one_host_are_asked_for_one_after_the_other(news: Newsroom) -> None:
    items = [Item(path=f"/tin/bai-viet-so-{n}-cua-xa-{n}00{n}.html", title=f"Bài {n}") for n in range(1, 7)]
    for item in items:
        news.site.set_page(item.path, page(title=item.title, story=texts.words(200, seed=len(item.path))))
    news.carry(*items)
    assert news.read() == [("read", None)] * len(items)
    assert news.site.most_at_once == 1


def test_a_worker_that_is_stopped_gives_its_page_back_untried(news: Newsroom) -> None:
    slow = Answer(body=page().encode(), content_type="text/html", gate=threading.Event())
    news.site.pages[PATH] = slow
    news.carry(Item(path=PATH, title=TITLE))
    stop, ended = threading.Event(), list[Any]()
    worker = threading.Thread(target=news.crawler.work_on_pages, args=(stop, ended.append))
    worker.start()
    assert slow.reached.wait(20)
    stop.set()
    worker.join(20)
    assert slow.gate is not None
    slow.gate.set()
    assert not worker.is_alive()
    assert ended == []
    assert news.article(PageRead.state, PageRead.failures, PageRead.owner) == ("due", 0, None)
    assert news.read() == [("read", None)]


def test_counters_are_read_without_storing_anything(news: Newsroom) -> None:
    news.site.set_page(PATH, page())
    found = news.crawler.read_counters(news.site.base + PATH)
    assert isinstance(found, PageCounters)
    assert count(news.house, Article) == count(news.house, PageRead) == 0
    refused = news.crawler.read_counters("https://www.facebook.com/story/1")
    assert isinstance(refused, FetchProblem)
    assert refused.code is FetchErrorCode.ADDRESS_REFUSED


def test_the_worker_of_pages_begins_with_the_first_page_and_rests_when_told(news: Newsroom, site: Site) -> None:
    with Sandbox(tasks=PAGE_FACTS_TASKS) as own:
        room = Newsroom(news.house, site, own)
        room.site.set_page(PATH, page())
        room.carry(Item(path=PATH, title=TITLE))
        assert own.worker_ids() == []
        assert room.read() == [("read", None)]
        assert len(own.worker_ids()) == 1
        own.rest()
        assert own.worker_ids() == []


def test_a_text_that_was_stored_would_be_found(news: Newsroom) -> None:
    with news.db.write() as tx:
        tx.execute(insert(Topic).values(name=SENTENCE, name_folded="x"))
    assert SENTENCE in everything(news.db)
