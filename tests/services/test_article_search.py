"""Searching by words on either database: the same hits, by an index that no writer of articles need know of."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, text, update

from tests import make
from tests.make import NOW, TODAY
from tracker.domain.articles import ArticleFilter, SearchQuery, index_words, read_search, search_form, search_texts
from tracker.domain.types import AccountId, Role, Viewer
from tracker.services import articles
from tracker.store import article_search
from tracker.store.tables.feeds import Article, ArticleAddress

if TYPE_CHECKING:
    from tracker.store.db import Database, Tx

VIEWER = Viewer(account_id=AccountId(1), role=Role.AUDITOR)
TITLES = (
    "Đảng ủy xã họp phiên thứ 3",
    "Phòng, chống COVID-19 tại Cần Thơ",
    "Giá vàng 2.400 USD/ounce",
    "“Chợ nổi” Cái Răng",
    "Nghị quyết 18-NQ/TW: kết quả",
    "Trao đổi với chuyên gia A.I",
    "https://vidu.vn và thư@vidu.vn",
    "<b>Đậm</b> &amp; nhạt",
    "北京 đón khách",
    "1e5 người, 12kg quà",
)
FOUND = {
    "dang": {0},
    "dan": {0},  # the beginning of a word
    "ang": set(),  # not its middle
    "uy xa": {0},
    "xa uy": {0},
    "covid": {1},
    "covid-19": {1},
    "covid-1": {1},
    "-19": {1},
    "ovid-19": set(),
    "19": {1},
    "2.400": {2},
    "400": {2},
    "usd/ounce": {2},
    "ounce": {2},
    "cho noi": {3},
    "“chợ": {3},
    "noi”": {3},
    "18-nq/tw": {4},
    "nq": {4},
    "a.i": {5},
    "a": {5, 7},
    "vidu": {6},
    "http": {6},
    "thu@vidu.vn": {6},
    "amp": {7},
    "&amp;": {7},
    "<b>": {7},
    "北": {8},
    "京": set(),
    "北京 khach": {8},
    "1e5": {9},
    "12kg qu": {9},
    "12k": {9},
    "không có": set(),
}


@pytest.fixture
def press(db: Database) -> Database:
    with db.write() as tx:
        for number, title in enumerate(TITLES):
            put(tx, number, title)
    return db


def put(tx: Tx, number: int, title: str) -> int:
    article_id = make.article(tx, number, title, published_at=NOW - dt.timedelta(hours=number))
    write(tx, article_id, title)
    return article_id


def write(tx: Tx, article_id: int, title: str) -> None:
    texts = search_texts(title, "", [], "")
    values = {"summary": "", "source": "", "search_text": texts.printed, "search_folded": texts.folded}
    tx.execute(update(Article).values(values).where(Article.article_id == article_id))


def titles(db: Database, q: str) -> list[str]:
    with db.read() as tx:
        wanted = ArticleFilter(search=read_search(q))
        return [a.title for a in articles.list_page(tx, VIEWER, wanted, after=None, limit=50, today=TODAY).items]


@pytest.mark.parametrize("rows", [article_search.ROWS_A_PAGE, 0], ids=["looked up", "read through"])
def test_the_hits_are_those_in_which_every_word_begins_so(
    press: Database, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(article_search, "ROWS_A_PAGE", rows)
    assert {q: {TITLES.index(title) for title in titles(press, q)} for q in FOUND} == FOUND


def test_what_an_article_says_now_is_what_finds_it(press: Database) -> None:
    with press.write() as tx:
        write(tx, 1, "Tên khác hẳn")
    assert titles(press, "dang uy") == []
    assert titles(press, "khac han") == [TITLES[0]]  # only its texts were written anew
    with press.write() as tx:
        tx.execute(delete(ArticleAddress).where(ArticleAddress.article_id == 1))
        tx.execute(delete(Article).where(Article.article_id == 1))
    assert titles(press, "khac han") == []


def test_the_index_goes_back_with_its_transaction(press: Database) -> None:
    def fail() -> None:
        with press.write() as tx:
            put(tx, 99, "Bài không thành")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert titles(press, "khong thanh") == []
    if press.dialect == "sqlite":
        with press.write() as tx:
            tx.execute(text("INSERT INTO article_search (article_search) VALUES ('integrity-check')"))


def test_a_search_asks_the_index_for_words_that_few_have(press: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = SearchQuery(folded=("cho", "rang"), marked=("chợ",))
    asked = [("vidu",), ("nguoi",), ("%",), *(article_search.looked_for(wanted, carried=c) for c in (True, False))]
    with press.read() as tx:
        looked_up = [article_search.look_up(tx, words) for words in asked]
        monkeypatch.setattr(article_search, "ROWS_A_PAGE", 0)
        of_many = article_search.look_up(tx, ("vidu",))
    assert looked_up == ["7", "10", None, "4", "4"]
    assert of_many is None


def test_only_plain_words_are_looked_up_and_the_long_ones_where_there_are_any() -> None:
    assert index_words(("an", "covid-19", "“cho", "北京")) == ("cho", "covid")
    assert index_words(("an", "o")) == ("an",)
    assert index_words(("%", "a", "北京")) == ()
    assert index_words(("“chợ", "nổi")) == ("chợ", "nổi")


def test_a_space_before_a_word_tells_where_it_begins() -> None:
    assert search_form("covid-19") == " covid - 19"
    assert search_form("_a") == "_ a"
    assert search_texts("“Đảng ủy”", "", ["A_B"], "").folded == " “ dang uy ”\n a _ b"
