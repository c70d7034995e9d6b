"""Posts of units' pages and groups, from an office's own spreadsheet."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, event, func, insert, select, update

from tests import make
from tests.services.importing import load, told, undo
from tracker.domain.errors import AppError, Code
from tracker.domain.types import Role, Viewer
from tracker.domain.urls import url_key
from tracker.services import channels_posts
from tracker.services.channels_posts import PostFilter
from tracker.services.imports import posts, run
from tracker.services.imports.columns import What
from tracker.services.imports.plans import Stamp
from tracker.store import channels_posts as channels_posts_store
from tracker.store.tables.feeds import ArticleAddress
from tracker.store.tables.organisation import Unit
from tracker.store.tables.periods import PeriodClose, Restatement
from tracker.store.tables.programmes import Programme
from tracker.store.tables.registers import ChannelPost, UnitChannel

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.services.channels_posts import PostPage
    from tracker.services.imports.run import ImportResult
    from tracker.store.db import Database

HEAD = "Ngày đăng;Trang, nhóm;Loại;Mạng xã hội;Mã đơn vị;Link bài đăng;Đường dẫn bài gốc;Tiêu đề;Cuộc vận động\n"
ARTICLE = "https://nhandan.vn/bai-1-post100001.html"
FILE = HEAD + (
    f"05/01/2026;Trang Đoàn;Fanpage;Facebook;1;https://www.facebook.com/doan/posts/11;{ARTICLE};Tin một;Tin tốt\n"
    "2026-01-06;Nhóm Thanh niên;;;001;https://www.facebook.com/groups/tn/posts/12;;Tin hai;Tin tốt\n"
    "2026-01-06;trang doan;;;;;;Tin không đường dẫn;\n"
    "Cộng:;;;;;;;3;\n"
)


@pytest.fixture
def office(db: Database) -> dict[str, Viewer]:
    """Put in a committee with two units, an officer of the first of them, and a programme."""
    with db.write() as tx:
        top = make.unit(tx, "DUK")
        first, _ = make.unit(tx, "001", above=(top,)), make.unit(tx, "002", above=(top,))
        article = {"url": ARTICLE, "url_key": url_key(ARTICLE), "article_id": make.article(tx, 1)}
        tx.execute(insert(ArticleAddress), article)
        for year in (2025, 2026):
            days = {"from_on": dt.date(year, 1, 1), "until_on": dt.date(year, 12, 31)}
            values = {"unit_id": first, "name": "Tin tốt", "is_new": True, "created_at": make.NOW}
            tx.execute(insert(Programme), values | days)
        return {
            "admin": make.account(tx, "admin", Role.ADMIN),
            "officer": make.account(tx, "officer", Role.OFFICER, unit_id=first),
            "auditor": make.account(tx, "auditor", Role.AUDITOR, unit_id=first),
        }


def listed(db: Database, viewer: Viewer) -> PostPage:
    with db.read() as tx:
        return channels_posts.list_page(tx, viewer, PostFilter(), after=None, limit=50, today=make.TODAY)


def count(db: Database, *tables: Any) -> tuple[int, ...]:
    with db.read() as tx:
        return tuple(tx.scalar(select(func.count()).select_from(table)) for table in tables)


def test_a_row_may_name_a_programme_of_a_unit_above_as_a_post_may_but_none_of_a_neighbour(
    db: Database, office: dict[str, Viewer]
) -> None:
    with db.write() as tx:
        units = {row.code: row.unit_id for row in tx.all(select(Unit.code, Unit.unit_id))}
        for name, code in (("Cả khối", "DUK"), ("Của họ", "002")):
            row = {"unit_id": units[code], "name": name, "is_new": True, "created_at": make.NOW}
            tx.execute(insert(Programme), row)
    rows = "".join(f"05/01/2026;Trang Đoàn;;Facebook;001;;;Tin {name};{name}\n" for name in ("Cả khối", "Của họ"))
    assert told(load(db, office["officer"], "posts", HEAD + rows)) == [
        (2, "new", None),
        (3, "refused", "thing.not_found"),
    ]


def test_posts_come_in_with_the_pages_they_stand_on(db: Database, office: dict[str, Viewer]) -> None:
    seen = load(db, office["officer"], "posts", FILE, dry_run=True)
    assert [o.words("en") for o in seen.outcomes] == ["Added"] * 3
    assert told(seen) == [(2, "new", None), (3, "new", None), (4, "new", None)]
    assert [note.words("en") for note in seen.notes] == [
        "2 pages and groups are registered with the file: Trang Đoàn, Nhóm Thanh niên"
    ]
    assert count(db, UnitChannel, ChannelPost) == (0, 0)
    load(db, office["officer"], "posts", FILE)
    found = listed(db, office["officer"])
    assert (found.totals.posts, found.totals.channels) == (3, 2)
    assert {(p.title, p.channel_name, p.article_id, p.programme_id) for p in found.items} == {
        ("Tin một", "Trang Đoàn", 1, 2),
        ("Tin hai", "Nhóm Thanh niên", None, 2),
        ("Tin không đường dẫn", "Trang Đoàn", None, None),
    }
    with db.read() as tx:
        kinds = {row.name: (row.kind, row.platform) for row in tx.all(select(UnitChannel))}
    assert kinds == {"Trang Đoàn": ("page", "facebook"), "Nhóm Thanh niên": ("group", "facebook")}


def test_the_same_file_changes_nothing_and_another_changes_what_it_says(
    db: Database, office: dict[str, Viewer]
) -> None:
    load(db, office["officer"], "posts", FILE)
    again = load(db, office["officer"], "posts", FILE)
    assert again.totals() == {"new": 0, "changed": 0, "same": 3, "refused": 0}
    other = load(db, office["officer"], "posts", FILE.replace("Tin hai", "Tin hai, có sửa"))
    assert other.totals() == {"new": 0, "changed": 1, "same": 2, "refused": 0}
    assert "Tin hai, có sửa" in {p.title for p in listed(db, office["officer"]).items}
    undo(db, office["admin"], other)
    assert "Tin hai" in {p.title for p in listed(db, office["officer"]).items}
    assert count(db, ChannelPost) == (3,)


def test_an_import_is_taken_back_with_its_pages_until_something_was_built_on_them(
    db: Database, office: dict[str, Viewer]
) -> None:
    undo(db, office["admin"], load(db, office["officer"], "posts", FILE))
    assert count(db, UnitChannel, ChannelPost) == (0, 0)
    result = load(db, office["officer"], "posts", FILE)
    load(db, office["officer"], "posts", HEAD + "2026-02-01;Trang Đoàn;;;;;;Tin thêm;\n")
    with pytest.raises(AppError) as caught:
        undo(db, office["admin"], result)
    assert caught.value.code is Code.IMPORT_CHANGED
    assert count(db, ChannelPost) == (4,)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2026-01-06;Trang mới;;;002;https://www.facebook.com/a/posts/1;;Tin;", "there is no “002”"),
        ("2026-01-06;Trang mới;;;001;;;Tin;", "name its network"),
        ("2026-01-06;Trang mới;;Zalo;001;;;;", "neither an address nor a title"),
        ("2027-01-06;Trang mới;;Zalo;001;;;Tin;", "has not come yet"),
        ("2026-01-06;Trang mới;;Zalo;001;không phải;;Tin;", "is no web address"),
        ("2026-01-06;Trang mới;;Zalo;001;;;Tin;Không có", "there is no “Không có”"),
        (";Trang mới;;Zalo;001;;;Tin;", "is empty"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(db: Database, office: dict[str, Viewer], row: str, said: str) -> None:
    result = load(db, office["officer"], "posts", f"{HEAD}{row}\n")
    (outcome,) = result.outcomes
    assert said in outcome.words("en")
    assert not result.applied
    assert count(db, UnitChannel) == (0,)


def test_two_pages_of_one_name_are_told_apart_by_their_unit(db: Database, office: dict[str, Viewer]) -> None:
    both = HEAD + "".join(f"2026-01-0{n};Trang tin;;Zalo;00{n};;;Tin {n};\n" for n in (1, 2))
    load(db, office["admin"], "posts", both)
    assert count(db, UnitChannel) == (2,)
    third = load(db, office["admin"], "posts", HEAD + "2026-01-03;Trang tin;;;;;;Tin 3;\n")
    assert "several pages are called" in third.outcomes[0].words("en")
    own = load(db, office["officer"], "posts", HEAD + "2026-01-03;Trang tin;;;;;;Tin 3;\n")
    assert own.totals()["new"] == 1


def test_a_post_twice_in_a_file_counts_once(db: Database, office: dict[str, Viewer]) -> None:
    row = "2026-01-06;Trang tin;;;001;https://www.facebook.com/a/posts/1;;Tin;\n"
    result = load(db, office["officer"], "posts", HEAD + row + row, partial=True)
    assert told(result) == [(2, "new", None), (3, "refused", "post.taken")]
    assert count(db, ChannelPost) == (1,)


def test_who_only_reads_imports_nothing_and_an_officer_only_posts(db: Database, office: dict[str, Viewer]) -> None:
    for who, what in (("auditor", "posts"), ("officer", "members")):
        text = FILE if what == "posts" else "code,full_name,unit_code\n1,An,001\n"
        with pytest.raises(AppError) as caught:
            load(db, office[who], what, text)
        assert caught.value.code is Code.RIGHT_MISSING


def test_posts_of_a_closed_month_stand_in_its_restatement(db: Database, office: dict[str, Viewer]) -> None:
    with db.write() as tx:
        close = {
            "unit_id": 2,
            "period": "2026-01",
            "start_on": dt.date(2026, 1, 1),
            "end_on": dt.date(2026, 2, 1),
            "version": 1,
            "method": "1",
            "bot_list": "1",
            "cut_off_at": make.NOW,
            "closed_at": make.NOW,
            "closed_by": 1,
        }
        tx.execute(insert(PeriodClose), close)
    result = load(db, office["officer"], "posts", FILE)
    assert count(db, Restatement) == (3,)
    undo(db, office["admin"], result)
    assert count(db, Restatement) == (6,)


def test_an_import_of_posts_whose_programme_is_gone_is_not_taken_back(db: Database, office: dict[str, Viewer]) -> None:
    row = "06/01/2026;Trang Đoàn;;Facebook;001;https://www.facebook.com/doan/posts/13;;Tin;{}\n"
    with db.write() as tx:
        unit_id = tx.scalar(select(Unit.unit_id).where(Unit.code == "001"))
        for name in ("Trước", "Sau"):
            programme = {"unit_id": unit_id, "name": name, "is_new": True, "created_at": make.NOW}
            tx.execute(insert(Programme), programme)
    load(db, office["officer"], "posts", HEAD + row.format("Trước"))
    result = load(db, office["officer"], "posts", HEAD + row.format("Sau"))
    with db.write() as tx:
        tx.execute(delete(Programme).where(Programme.name == "Trước"))
    with pytest.raises(AppError, check=lambda error: error.code is Code.IMPORT_CHANGED):
        undo(db, office["admin"], result)


def _many(title: str) -> str:
    address = "https://www.facebook.com/doan/posts/"
    return HEAD + "".join(f"05/01/2026;Trang Đoàn;;Facebook;001;{address}{n};;{title} {n};\n" for n in range(500))


def test_hundreds_of_posts_cost_few_statements_in_and_back(db: Database, office: dict[str, Viewer]) -> None:
    counted: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: counted.append(a[2]))

    def cost(act: Callable[[], ImportResult | None]) -> int:
        counted.clear()
        act()
        return len(counted)

    costs = [cost(lambda: load(db, office["officer"], "posts", _many("Tin")))]
    assert count(db, ChannelPost) == (500,)
    changed = load(db, office["officer"], "posts", _many("Tin sửa"))
    assert changed.totals() == {"new": 0, "changed": 500, "same": 0, "refused": 0}
    costs.append(cost(lambda: undo(db, office["admin"], changed)))
    assert {p.title for p in listed(db, office["officer"]).items} <= {f"Tin {n}" for n in range(500)}
    costs.append(cost(lambda: undo(db, office["admin"], load(db, office["officer"], "posts", _many("Tin mới")))))
    assert max(costs) < 60, costs
    assert count(db, ChannelPost) == (500,)


def test_a_post_that_somebody_enters_or_changes_meanwhile_leaves_the_import_undone(
    db: Database, office: dict[str, Viewer]
) -> None:
    load(db, office["officer"], "posts", FILE)
    sheet = run.open_sheet(What.POSTS, "posts.csv", FILE.replace("Tin hai", "Tin hai, có sửa").encode(), None)
    stamp = Stamp(viewer=office["officer"], now=make.NOW, today=make.TODAY)
    with db.read() as tx:
        changing = posts.plan(tx, sheet.table, stamp)
    with db.write() as tx:
        tx.execute(update(ChannelPost).values(version=2))
    with db.read() as tx:
        adding = posts.plan(tx, run.open_sheet(What.POSTS, "posts.csv", _many("Tin").encode(), None).table, stamp)
    load(db, office["officer"], "posts", _many("Tin trước"))
    for late in (changing, adding):
        with pytest.raises(AppError, check=lambda error: error.code is Code.STORE_BUSY), db.write() as tx:
            late.apply(tx, stamp)
    assert count(db, ChannelPost) == (502,)  # one stood in both files


def test_posts_are_held_in_one_order_so_that_two_who_hold_them_do_not_cross(
    db: Database, office: dict[str, Viewer]
) -> None:
    load(db, office["officer"], "posts", FILE)
    said: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    with db.write() as tx:
        said.clear()
        assert sorted(channels_posts_store.hold(tx, [3, 1, 2])) == [1, 2, 3]
    assert "ORDER BY channel_posts.post_id" in said[0]
    assert tx.dialect == "sqlite" or said[0].rstrip().endswith("FOR UPDATE")
