"""Sitemaps that tell no titles, on loopback: articles come of their pages, and nothing is made up."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import select

from tests.corpus.house import ADMIN, count, rows
from tests.corpus.newsroom import PATH, TITLE, Newsroom, page
from tests.corpus.site import Answer, Item
from tracker.domain.feeds import FeedKind
from tracker.domain.sources import NewFeed
from tracker.domain.topic_rules import RuleWords
from tracker.services import feeds, topic_rules
from tracker.store.tables.feeds import Article, ArticleTopic, PageRead, Sighting, Topic

if TYPE_CHECKING:
    from tracker.domain.feeds import FetchResult
    from tracker.domain.types import FeedId

MAP = "/sitemap.xml"
SECTION = "/van-hoa/"
OTHER = "/tin-tuc/Khanh-thanh-cau-qua-song-nho-1235.html"


def put_map(news: Newsroom, *paths: str, changed: str = "2026-11-21T20:00:00+07:00") -> None:
    """Serve a sitemap that tells addresses and when they were changed."""
    listed = "".join(f"<url><loc>{news.site.base}{path}</loc><lastmod>{changed}</lastmod></url>" for path in paths)
    body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'.encode()
    news.site.pages[MAP] = Answer(body=body, content_type="text/xml")


def carry_map(news: Newsroom, *paths: str) -> FeedId:
    """Have a sitemap as a source, and fetch it."""
    put_map(news, *paths)
    with news.db.write() as tx:
        new = NewFeed(url=news.site.base + MAP, kind=FeedKind.SITEMAP)
        feed_id = feeds.add(tx, ADMIN, new, now=news.house.clock.now).feed_id
    assert news.house.fetch(feed_id).problem is None
    return feed_id


def fetch_again(news: Newsroom, feed_id: FeedId) -> FetchResult:
    news.house.clock.forward(hours=1)
    return news.house.fetch(feed_id)


def listed(news: Newsroom) -> list[str]:
    """List the titles of the articles that everybody may see."""
    with news.db.read() as tx:
        return sorted(tx.scalars(select(Article.title).where(Article.listed.is_(True))))


def test_an_article_of_a_plain_sitemap_is_shown_once_its_page_has_told_its_title(news: Newsroom) -> None:
    news.site.set_page(PATH, page())
    feed_id = carry_map(news, PATH, SECTION)
    assert listed(news) == []
    assert rows(news.house, Article.title, Article.search_text) == [("", "")]
    assert news.read() == [("read", None)]
    assert listed(news) == [TITLE]
    at = dt.datetime(2026, 11, 21, 2, 17, tzinfo=dt.UTC)  # of the page: the sitemap tells the last change
    assert news.article(Article.authors, Article.published_at, Article.date_quality) == (["Lê Thị Hạ"], at, "local")
    with news.db.read() as tx:
        assert tx.scalar(select(Article.article_id).where(Article.search_folded.contains("hoi thi dan ca"))) is not None
    with news.db.read() as tx:
        assert feeds.list_fetches(tx, ADMIN, feed_id, before=None, limit=1).items[0].warnings == ("titles_from_pages",)


def test_fetching_again_changes_nothing_of_what_the_page_told(news: Newsroom) -> None:
    news.site.set_page(PATH, page())
    feed_id = carry_map(news, PATH)
    news.read()
    put_map(news, PATH, changed="2026-11-22T01:00:00+07:00")
    again = fetch_again(news, feed_id)
    assert (again.new, again.changed, again.seen) == (0, 0, 1)
    assert news.read() == []
    assert listed(news) == [TITLE]


def test_what_appears_in_the_sitemap_later_is_read_then(news: Newsroom) -> None:
    news.site.set_page(PATH, page())
    feed_id = carry_map(news, PATH)
    news.read()
    news.site.set_page(OTHER, page(title="Khánh thành cầu qua sông nhỏ"))
    put_map(news, OTHER, PATH)
    assert fetch_again(news, feed_id).new == 1
    assert news.read() == [("read", None)]
    assert listed(news) == ["Hội thi dân ca ở xã bên sông", "Khánh thành cầu qua sông nhỏ"]


def test_a_page_that_is_no_article_stays_unlisted(news: Newsroom) -> None:
    front = (
        "<html lang='vi'><head><title>Trang văn hóa của xã bên sông</title></head><body><h1>Văn hóa</h1></body></html>"
    )
    news.site.set_page(PATH, front)
    news.site.set_page(OTHER, "gone", status=404)
    carry_map(news, PATH, OTHER)
    assert sorted(news.read()) == [("failed", "http"), ("read", None)]
    assert listed(news) == []


def test_a_feed_that_tells_the_title_comes_before_the_page_and_is_not_undone(news: Newsroom) -> None:
    news.site.set_page(PATH, page(title="Tiêu đề khác ở trang của bài"))
    feed_id = carry_map(news, PATH)
    news.carry(Item(path=PATH, title=TITLE), reads=False)
    assert listed(news) == [TITLE]
    news.read()
    put_map(news, PATH, OTHER)
    fetch_again(news, feed_id)
    assert listed(news) == [TITLE]
    assert count(news.house, Sighting) == 3


def test_topic_rules_judge_an_article_when_its_words_become_known(news: Newsroom) -> None:
    with news.db.write() as tx:
        topic_rules.create(tx, ADMIN, "Văn nghệ", RuleWords(any_of=("dân ca",)), now=news.house.clock.now)
    news.site.set_page(PATH, page())
    carry_map(news, PATH)
    assert count(news.house, ArticleTopic) == 0
    news.read()
    assert rows(news.house, Topic.name) == [("Văn nghệ",)]
    assert count(news.house, ArticleTopic) == 1


def test_pages_that_robots_may_not_read_give_no_article(news: Newsroom) -> None:
    news.site.set_page(PATH, page())
    news.site.pages["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /tin-tuc/\n", content_type="text/plain")
    carry_map(news, PATH)
    assert news.read() == [("refused", "robots")]
    assert listed(news) == []
    assert rows(news.house, PageRead.state) == [("refused",)]


def test_looking_at_a_plain_sitemap_tells_how_its_titles_are_found(news: Newsroom) -> None:
    put_map(news, PATH, OTHER, SECTION)
    found = news.crawler.look(news.site.base + MAP)
    assert (found.kind, found.problem, found.warnings) == (FeedKind.SITEMAP, None, ("titles_from_pages",))
    assert (found.entry_count, found.untitled_count, dict(found.left_out)) == (3, 2, {"no_title": 1})
    assert news.crawler.find_source(news.site.base + MAP).kind is FeedKind.SITEMAP
