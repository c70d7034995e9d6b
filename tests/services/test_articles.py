"""Articles for people: list, search, curation, topics."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, update

from tests import make
from tests.make import NOW, TODAY
from tracker.domain.articles import ArticleChange, ArticleFilter, read_search, search_texts
from tracker.domain.errors import AppError, Code
from tracker.domain.types import AccountId, ArticleId, Role, Viewer
from tracker.services import articles, topics
from tracker.store.tables.feeds import Article, Sighting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.services.articles import Cursor
    from tracker.store.db import Database, Tx


@dataclass(frozen=True, kw_only=True)
class House:
    """A province with a district with two cells; an officer of each level and a member of each cell."""

    db: Database
    admin: Viewer
    province: Viewer
    district: Viewer
    cell: Viewer
    member: Viewer
    stranger: Viewer  # a member of another cell of the district


@pytest.fixture
def house(db: Database) -> House:
    with db.write() as tx:
        top = make.unit(tx, "T")
        district = make.unit(tx, "H", above=(top,))
        one = make.unit(tx, "C1", above=(district, top))
        two = make.unit(tx, "C2", above=(district, top))
        return House(
            db=db,
            admin=make.account(tx, "admin", Role.ADMIN),
            province=make.account(tx, "t", Role.OFFICER, unit_id=top),
            district=make.account(tx, "h", Role.OFFICER, unit_id=district),
            cell=make.account(tx, "c", Role.OFFICER, unit_id=one),
            member=make.account(tx, "m", Role.MEMBER, member_id=make.member(tx, one, "1")),
            stranger=make.account(tx, "s", Role.MEMBER, member_id=make.member(tx, two, "2")),
        )


def put(tx: Tx, number: int, title: str, *, hours_ago: int = 0, summary: str = "") -> ArticleId:
    article_id = make.article(tx, number, title, published_at=NOW - dt.timedelta(hours=hours_ago))
    texts = search_texts(title, summary, [], "Nhân Dân")
    values = {"summary": summary, "search_text": texts.printed, "search_folded": texts.folded}
    tx.execute(update(Article).values(values).where(Article.article_id == article_id))
    return article_id


def titles(house: House, viewer: Viewer, q: str = "", **more: Any) -> list[str]:
    wanted = ArticleFilter(search=read_search(q), **more)
    with house.db.read() as tx:
        page = articles.list_page(tx, viewer, wanted, after=None, limit=50, today=TODAY)
    return [article.title for article in page.items]


def change(house: House, viewer: Viewer, article_id: ArticleId, **more: Any) -> None:
    with house.db.write() as tx:
        current = articles.get(tx, viewer, article_id, today=TODAY)
        articles.change(tx, viewer, current, ArticleChange(**more), now=NOW, today=TODAY)


def test_the_newest_come_first(house: House) -> None:
    with house.db.write() as tx:
        for number, ago in ((1, 5), (2, 1), (3, 3)):
            put(tx, number, f"Bài {number}", hours_ago=ago)
    assert titles(house, house.member) == ["Bài 2", "Bài 3", "Bài 1"]


def test_search_finds_without_marks_and_every_word_must_occur(house: House) -> None:
    with house.db.write() as tx:
        put(tx, 1, "Đoàn viên thanh niên")
        put(tx, 2, "Việt Nam", summary="Đoàn kết")
    assert titles(house, house.member, "doan") == ["Việt Nam", "Đoàn viên thanh niên"]
    assert titles(house, house.member, "doan VIET") == ["Việt Nam"]
    assert titles(house, house.member, "viet nam doan vien") == []


def test_articles_with_the_very_marks_come_before_newer_ones_without(house: House) -> None:
    with house.db.write() as tx:
        put(tx, 1, "Má tôi", hours_ago=9)
        put(tx, 2, "Ma trận")
        put(tx, 3, "Mã số")
    assert titles(house, house.member, "má") == ["Má tôi", "Mã số", "Ma trận"]
    assert titles(house, house.member, "ma") == ["Mã số", "Ma trận", "Má tôi"]


@pytest.mark.parametrize("q", ["%", "_", '"', "'", "100%", "a_b", "'; --", "NEAR("])
def test_signs_of_sql_are_taken_literally(house: House, q: str) -> None:
    with house.db.write() as tx:
        put(tx, 1, "Bài thường")
        put(tx, 2, f"Có {q} ở đây")
    assert titles(house, house.member, q) == [f"Có {q} ở đây"]


@pytest.mark.thorough
@pytest.mark.parametrize("count", [12, 150])
def test_pages_of_a_search_with_marks_follow_each_other_without_gap_or_repeat(house: House, count: int) -> None:
    with house.db.write() as tx:
        for number in range(count):
            put(tx, number, f"{'Má' if number % 3 else 'Ma'} {number}", hours_ago=number // 2)
    limit = count // 3 + 1
    wanted = ArticleFilter(search=read_search("má"))
    seen: list[int] = []
    after: Cursor | None = None
    with house.db.read() as tx:
        while True:
            page = articles.list_page(tx, house.member, wanted, after=after, limit=limit, today=TODAY)
            seen += [article.article_id for article in page.items]
            after = page.next
            if after is None:
                break
        whole = articles.list_page(tx, house.member, wanted, after=None, limit=count, today=TODAY)
    assert seen == [article.article_id for article in whole.items]
    assert len(set(seen)) == count
    marked = [article.title.startswith("Má") for article in whole.items]
    assert marked == sorted(marked, reverse=True)


def test_a_list_is_narrowed_by_feed_topic_and_instant(house: House) -> None:
    with house.db.write() as tx:
        first, second = put(tx, 1, "Một", hours_ago=30), put(tx, 2, "Hai")
        feed_id = make.feed(tx)
        row = {"feed_id": feed_id, "article_id": first, "first_seen_on": TODAY, "last_seen_on": TODAY}
        tx.execute(tx.insert(Sighting), row)
    change(house, house.cell, second, topics=("Xây dựng Đảng",))
    assert titles(house, house.member, feed_id=feed_id) == ["Một"]
    assert titles(house, house.member, topic="xay dung dang") == ["Hai"]
    assert titles(house, house.member, topic="1") == ["Hai"]
    assert titles(house, house.member, topic="không có") == []
    assert titles(house, house.member, since=NOW - dt.timedelta(days=1)) == ["Hai"]


def test_what_a_unit_features_binds_it_and_all_below_and_no_one_else(house: House) -> None:
    with house.db.write() as tx:
        article_id = put(tx, 1, "Bài")
    change(house, house.cell, article_id, featured=True)
    assert titles(house, house.member, featured=True) == ["Bài"]
    for viewer in (house.stranger, house.district, house.province, house.admin):
        assert titles(house, viewer, featured=True) == []
        assert titles(house, viewer, featured=False) == ["Bài"]
    change(house, house.district, article_id, featured=True)
    assert titles(house, house.stranger, featured=True) == ["Bài"]


def test_a_hidden_article_is_not_shown_to_members_below_and_marked_for_officers(house: House) -> None:
    with house.db.write() as tx:
        article_id = put(tx, 1, "Bài")
    change(house, house.cell, article_id, hidden=True)
    assert titles(house, house.member) == []
    assert titles(house, house.stranger) == ["Bài"]
    with house.db.read() as tx:
        assert articles.get(tx, house.cell, article_id, today=TODAY).hidden
        assert not articles.get(tx, house.district, article_id, today=TODAY).hidden
    change(house, house.cell, article_id, hidden=False)
    assert titles(house, house.member) == ["Bài"]


def test_hiding_leaves_featuring_as_it_was(house: House) -> None:
    with house.db.write() as tx:
        article_id = put(tx, 1, "Bài")
    change(house, house.cell, article_id, featured=True)
    change(house, house.cell, article_id, hidden=True)
    with house.db.read() as tx:
        seen = articles.get(tx, house.cell, article_id, today=TODAY)
    assert (seen.featured, seen.hidden) == (True, True)


def test_an_administrator_decides_for_everyone(house: House) -> None:
    with house.db.write() as tx:
        article_id = put(tx, 1, "Bài")
    change(house, house.admin, article_id, hidden=True)
    assert titles(house, house.member) == titles(house, house.stranger) == []


def test_an_administrator_of_no_unit_yet_is_told_so(sqlite_db: Database) -> None:
    viewer = Viewer(account_id=AccountId(1), role=Role.ADMIN)
    with sqlite_db.write() as tx:
        article_id = make.article(tx)
        current = articles.get(tx, viewer, article_id, today=TODAY)
        with pytest.raises(AppError) as refused:
            articles.change(tx, viewer, current, ArticleChange(featured=True), now=NOW, today=TODAY)
    assert refused.value.code is Code.FIELD_INVALID


def test_topics_are_made_on_first_use_shared_by_all_spellings_and_searched(house: House) -> None:
    with house.db.write() as tx:
        first, second = put(tx, 1, "Một"), put(tx, 2, "Hai")
    change(house, house.cell, first, topics=("Đền ơn đáp nghĩa", "  đền  ơn ĐÁP nghĩa "))
    change(house, house.district, second, topics=("Den on dap nghia",))
    with house.db.read() as tx:
        listed = topics.list_page(tx, house.member, after=None, limit=5)
        assert [topic.name for topic in listed.items] == ["Đền ơn đáp nghĩa"]
        assert articles.get(tx, house.member, second, today=TODAY).topics == ("Đền ơn đáp nghĩa",)
    assert titles(house, house.member, "dap nghia") == ["Hai", "Một"]
    change(house, house.cell, first, topics=())
    assert titles(house, house.member, "dap nghia") == ["Hai"]


@pytest.mark.parametrize("names", [("",), ("x" * 101,), ("\u200b",), tuple(str(n) for n in range(21))])
def test_topics_without_words_too_long_or_too_many_are_refused(house: House, names: tuple[str, ...]) -> None:
    with house.db.write() as tx:
        article_id = put(tx, 1, "Một")
    with pytest.raises(AppError) as refused:
        change(house, house.cell, article_id, topics=names)
    assert refused.value.code is Code.FIELD_INVALID


def test_a_member_changes_nothing_and_a_stale_change_is_refused(house: House) -> None:
    with house.db.write() as tx:
        article_id = put(tx, 1, "Một")
        current = articles.get(tx, house.cell, article_id, today=TODAY)
        with pytest.raises(AppError) as missing:
            articles.change(tx, house.member, current, ArticleChange(featured=True), now=NOW, today=TODAY)
        articles.change(tx, house.cell, current, ArticleChange(featured=True), now=NOW, today=TODAY)
        with pytest.raises(AppError) as stale:
            articles.change(tx, house.cell, current, ArticleChange(hidden=True), now=NOW, today=TODAY)
    assert missing.value.code is Code.RIGHT_MISSING
    assert stale.value.code is Code.ETAG_STALE


@pytest.fixture
def statements(house: House) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(*arguments: Any) -> None:
        sent.append(arguments[2])

    event.listen(house.db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(house.db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize(("q", "most"), [("", 3), ("bai", 5), ("bài", 5)])
def test_a_page_costs_a_fixed_number_of_statements(house: House, statements: list[str], q: str, most: int) -> None:
    with house.db.write() as tx:
        for number in range(60):
            put(tx, number, f"Bài {number}")
    statements.clear()
    assert len(titles(house, house.member, q)) == 50
    assert len([s for s in statements if s.lstrip().upper().startswith("SELECT")]) <= most
