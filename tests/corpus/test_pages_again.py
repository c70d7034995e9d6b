"""Pages read again once their source changed what it says: corrections show, once a day at most. On both databases."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from tests import make, texts
from tests.corpus.house import rows
from tests.corpus.newsroom import PATH, STORY, TITLE, Newsroom, page
from tests.corpus.site import Answer, Item
from tracker.domain.page_reads import ReadCause
from tracker.services import clusters, page_reads
from tracker.store.tables.feeds import Article, Fingerprint, PageRead

if TYPE_CHECKING:
    from tracker.domain.types import FeedId

CORRECTED = TITLE + " (sửa)"
OTHER_STORY = texts.words(300, seed=12)
SHOWN = (Article.authors, Article.published_at, PageRead.section)


class Desk:
    """A source with one article whose page was read."""

    def __init__(self, news: Newsroom) -> None:
        self.news = news
        self.turn = 0
        news.site.set_page(PATH, page())
        self.feed_id: FeedId = news.carry(self.item(TITLE))
        assert news.read() == [("read", None)]

    def item(self, title: str, **more: str) -> Item:
        return Item(path=PATH, title=title, **({"date": "21/11/2026"} | more))

    def say(self, title: str = "", **more: str) -> None:
        """Let the source say something of the article, by default a title it never had."""
        self.turn += 1
        self.news.site.set_feed("/rss", [self.item(title or f"{TITLE} lần {self.turn}", **more)])
        assert self.news.house.fetch(self.feed_id).changed == 1

    def wait(self, hours: int) -> None:
        self.news.house.clock.forward(hours=hours)

    def shown(self, *columns: Any) -> tuple[Any, ...]:
        """Give columns of the article and of how its page was read, by default what the page told."""
        query = select(*(columns or SHOWN)).join_from(Article, PageRead, PageRead.article_id == Article.article_id)
        with self.news.db.read() as tx:
            (row,) = tx.all(query)
        return tuple(row)

    def asked(self) -> int:
        return self.news.site.paths().count(PATH)


@pytest.fixture
def desk(news: Newsroom) -> Desk:
    return Desk(news)


def at(hour: int, minute: int) -> dt.datetime:
    """Give a minute of the sample's day in Hà Nội."""
    return dt.datetime(2026, 11, 21, hour - 7, minute, tzinfo=dt.UTC)


def signature(news: Newsroom) -> bytes:
    ((found,),) = rows(news.house, Fingerprint.signature)
    return bytes(found)


def test_a_correction_at_the_outlet_shows_a_day_after_the_page_was_read(desk: Desk) -> None:
    news, before = desk.news, signature(desk.news)
    assert desk.shown() == (["Lê Thị Hạ"], at(9, 17), "Văn hóa")
    corrected = page(title=CORRECTED, story=OTHER_STORY, author="Trần Văn Đúng", printed="Thứ bảy - 21/11/2026 08:05")
    news.site.set_page(PATH, corrected.replace("Văn hóa", "Đời sống"))
    desk.wait(2)
    desk.say(CORRECTED)
    assert news.read() == []
    assert desk.shown(Article.title, *SHOWN) == (CORRECTED, ["Lê Thị Hạ"], at(9, 17), "Văn hóa")
    desk.wait(22)
    assert news.read() == [("read", None)]
    assert desk.shown(Article.title, *SHOWN) == (CORRECTED, ["Trần Văn Đúng"], at(8, 5), "Đời sống")
    assert signature(news) != before
    with news.db.read() as tx:
        found = tx.scalars(select(Article.article_id).where(Article.search_folded.contains("tran van dung")))
        assert len(found) == 1
        assert tx.scalars(select(Article.article_id).where(Article.search_folded.contains("le thi ha"))) == []


def test_however_often_a_source_changes_its_words_the_page_is_read_once_a_day(desk: Desk) -> None:
    for _ in range(3 * 24 // 4):
        desk.wait(4)
        desk.say()
        desk.news.read()
    assert desk.asked() == 1 + 3


def test_a_page_not_read_for_a_day_is_read_at_once_and_then_no_more(desk: Desk) -> None:
    desk.wait(30)
    desk.say()
    assert desk.news.read() == [("read", None)]
    version = desk.shown(Article.version)
    desk.wait(48)
    assert desk.news.read() == []
    assert desk.shown(Article.version) == version


def test_another_time_in_a_feed_is_no_reason_to_read_a_page_again(desk: Desk) -> None:
    desk.wait(30)
    desk.say(TITLE, date="22/11/2026")
    assert desk.news.read() == []
    assert desk.shown(PageRead.state) == ("read",)


def test_a_name_that_only_the_page_gave_goes_with_it_and_one_that_the_source_names_stays(desk: Desk) -> None:
    desk.news.site.set_page(PATH, page(author=""))
    desk.wait(30)
    desk.say()
    assert desk.shown(Article.authors) == (["Lê Thị Hạ"],)
    assert desk.news.read() == [("read", None)]
    assert desk.shown(Article.authors) == ([],)
    desk.wait(30)
    desk.say(author="Lê Thị Hạ")
    desk.news.site.set_page(PATH, page(author="Trần Văn Khác"))
    assert desk.news.read() == [("read", None)]
    assert desk.shown(Article.authors) == (["Lê Thị Hạ"],)


def test_a_page_whose_text_cannot_be_found_any_more_takes_nothing_away(desk: Desk) -> None:
    before = desk.shown(), signature(desk.news)
    desk.news.site.set_page(PATH, f"<html><head><title>{TITLE}</title></head><body><p>Vui lòng đăng nhập.</p></body>")
    desk.wait(30)
    desk.say()
    assert desk.news.read() == [("read", None)]
    assert (desk.shown(), signature(desk.news)) == before


def test_a_page_that_is_gone_when_it_is_read_again_leaves_what_it_gave_and_is_asked_for_once(desk: Desk) -> None:
    before = desk.shown()
    desk.news.site.set_page(PATH, "gone", status=404)
    desk.wait(30)
    desk.say()
    assert [state for state, _ in desk.news.read()] == ["failed"]
    desk.wait(1)
    desk.say()
    assert desk.news.read() == []
    assert desk.shown() == before
    desk.news.site.set_page(PATH, page(author="Trần Văn Đúng"))
    desk.wait(24)
    assert desk.news.read() == [("read", None)]
    assert desk.shown(Article.authors) == (["Trần Văn Đúng"],)


def test_a_page_that_its_site_asks_not_to_read_any_more_is_left_alone(desk: Desk) -> None:
    desk.news.site.pages["/robots.txt"] = Answer(
        body=b"User-agent: *\nDisallow: /tin-tuc/\n", content_type="text/plain"
    )
    desk.wait(48)
    desk.say()
    assert desk.news.read() == [("refused", "robots")]
    desk.wait(48)
    desk.say()
    assert desk.news.read() == []
    assert desk.asked() == 1


def test_an_article_whose_page_was_never_read_is_not_read_for_a_change(news: Newsroom) -> None:
    news.site.set_page(PATH, page())
    feed_id = news.carry(Item(path=PATH, title=TITLE), reads=False)
    news.site.set_feed("/rss", [Item(path=PATH, title=CORRECTED)])
    assert news.house.fetch(feed_id).changed == 1
    assert news.read() == []


def test_a_corrected_text_leaves_its_copies(desk: Desk) -> None:
    with desk.news.db.write() as tx:
        copy = make.article(tx, 2)
        clusters.assign(tx, copy, texts.print_of(STORY), now=make.NOW)
        tx.execute(update(Fingerprint).values(signature=tx.scalar(select(Fingerprint.signature).limit(1))))
    desk.news.site.set_page(PATH, page(story=OTHER_STORY))
    desk.wait(30)
    desk.say()
    assert desk.news.read() == [("read", None)]
    assert {found for (found,) in rows(desk.news.house, Article.cluster_id)} == {None}


def test_what_people_cause_comes_before_what_is_read_again(desk: Desk) -> None:
    desk.wait(30)
    desk.say()
    now = desk.news.house.clock.now
    with desk.news.db.write() as tx:
        shared = make.article(tx, 7)
        url = desk.news.site.base + "/tin-tuc/bai-khac-cua-xa-77.html"
        tx.execute(update(Article).where(Article.article_id == shared).values(url=url))
        page_reads.mark(tx, shared, ReadCause.SHARED, now=now)
        (first,) = page_reads.lease(tx, "w", now=now, limit=1)
    assert first.article_id == shared
    assert rows(desk.news.house, PageRead.cause, PageRead.by_source) == [("changed", True), ("shared", False)]
