"""A page's own export is read by the names of its columns; what it does not say stays unknown."""

from __future__ import annotations

import datetime as dt

import pytest

from tracker.domain.figures import Measure
from tracker.domain.insights import Column, Export, Problem, count_columns, missing_columns, read_export

TODAY = dt.date(2024, 6, 1)
HEAD = (
    "Post ID",
    "Permalink",
    "Publish time",
    "Date",
    "Title",
    "Description",
    "Reach",
    "Reactions",
    "Comments",
    "Shares",
)


def rows(*cells: tuple[str, ...]) -> list[tuple[int, tuple[str, ...]]]:
    return list(enumerate(cells, 1))


def read(*cells: tuple[str, ...]) -> Export:
    sheet = rows(*cells)
    assert missing_columns(sheet) == []
    return read_export(sheet, today=TODAY)


def post(number: str = "111", day: str = "05/20/2024 08:30", **more: str) -> tuple[str, ...]:
    told = {"Post ID": number, "Permalink": f"https://www.facebook.com/khoi/posts/{number}", "Publish time": day}
    told |= {
        "Date": "Lifetime",
        "Title": "Tin tốt",
        "Reach": "1,234",
        "Reactions": "10",
        "Comments": "2",
        "Shares": "3",
    }
    told |= {name.replace("_", " "): value for name, value in more.items()}
    return tuple(told.get(name, "") for name in HEAD)


def test_a_row_of_an_export_gives_one_post_with_its_figures() -> None:
    (one,) = read(HEAD, post()).posts
    assert (one.happened_on, one.platform_post_id, one.title) == (dt.date(2024, 5, 20), "111", "Tin tốt")
    assert one.url_key is not None
    assert one.values == {Measure.REACH: 1234, Measure.ENGAGEMENTS: 15}


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        (
            ("Mã bài viết", "Liên kết cố định", "Thời gian đăng", "Số người tiếp cận", "Lượt hiển thị"),
            {Column.POST_ID, Column.LINK, Column.PUBLISHED, Column.REACH, Column.IMPRESSIONS},
        ),
        (("PERMALINK", "post_created_date", "Lượt tiếp cận (*)"), {Column.LINK, Column.PUBLISHED, Column.REACH}),
        (
            ("Permalink", "Ngày đăng", "Cảm xúc, bình luận và chia sẻ", "Tương tác, tiếp cận"),
            {Column.LINK, Column.PUBLISHED, Column.ENGAGEMENTS, Column.REACH_ENGAGEMENTS},
        ),
    ],
)
def test_headings_are_known_in_both_languages_in_any_order(headings: tuple[str, ...], columns: set[Column]) -> None:
    for told in (headings, headings[::-1]):
        assert read_export(rows(("Báo cáo",), told), today=TODAY).columns == columns
        assert count_columns(rows(told)) == len(columns)


def test_columns_that_are_missing_are_named_and_those_of_another_name_told() -> None:
    assert missing_columns(rows(("Họ và tên", "Reach"))) == ["permalink", "publish_time"]
    assert missing_columns(rows(("Permalink", "Publish time"))) == ["reach"]
    assert missing_columns([]) == ["permalink", "publish_time", "reach"]
    assert read((*HEAD, "Page name"), (*post(), "Khối")).left_out == ("Page name",)


@pytest.mark.parametrize(
    ("days", "expected", "guessed"),
    [
        (("05/06/2024", "05/20/2024"), dt.date(2024, 5, 6), False),
        (("05/04/2024", "20/05/2024"), dt.date(2024, 4, 5), False),
        (("05/04/2024", "05/03/2024"), dt.date(2024, 5, 4), True),
        (("2024-05-04 10:00", "2024-05-03"), dt.date(2024, 5, 4), False),
        (("45416", "45415.5"), dt.date(2024, 5, 4), False),
    ],
)
def test_the_order_of_day_and_month_is_told_by_the_whole_file(
    days: tuple[str, str], expected: dt.date, *, guessed: bool
) -> None:
    found = read(HEAD, post("1", days[0]), post("2", days[1]))
    assert (found.posts[0].happened_on, found.ambiguous) == (expected, guessed)


def test_vietnamese_headings_put_the_day_first_where_no_date_shows_it() -> None:
    found = read(("Liên kết cố định", "Ngày đăng", "Lượt tiếp cận"), ("https://fb.com/a/posts/1", "05/04/2024", "9"))
    assert (found.posts[0].happened_on, found.month_first, found.ambiguous) == (dt.date(2024, 4, 5), False, True)


@pytest.mark.parametrize(
    ("wrong", "problem", "column"),
    [
        ({"Permalink": "", "Post_ID": ""}, Problem.UNNAMED, "post_id"),
        ({"Permalink": "", "Post_ID": "1.22E+17"}, Problem.UNNAMED, "post_id"),
        ({"Permalink": "không có"}, Problem.NOT_A_POST, "permalink"),
        ({"Publish_time": ""}, Problem.NO_DAY, "publish_time"),
        ({"Publish_time": "31/31/2024"}, Problem.NOT_A_DAY, "publish_time"),
        ({"Publish_time": "2024-06-02"}, Problem.FUTURE, "publish_time"),
        ({"Date": "05/21/2024"}, Problem.DAILY, "date"),
        ({"Reach": "nhiều"}, Problem.NOT_A_COUNT, "reach"),
        ({"Reach": "-5"}, Problem.NOT_A_COUNT, "reach"),
        ({"Shares": "1,23"}, Problem.NOT_A_COUNT, "shares"),
    ],
)
def test_a_row_that_says_nothing_of_a_post_is_told_with_its_reason(
    wrong: dict[str, str], problem: Problem, column: str
) -> None:
    found = read(HEAD, post("7", **wrong), post("8"))
    (told,) = found.wrong
    assert (told.row, told.problem, told.column) == (2, problem, column)
    assert [p.platform_post_id for p in found.posts] == ["8"]


def test_a_post_named_twice_counts_once() -> None:
    found = read(HEAD, post("7"), post("7", Reach="9"))
    assert [p.values[Measure.REACH] for p in found.posts] == [1234]
    assert [(w.row, w.problem) for w in found.wrong] == [(3, Problem.REPEATED)]


def test_what_a_file_does_not_say_is_unknown_and_not_zero() -> None:
    (one,) = read(HEAD, post(Reach="", Comments="-")).posts
    assert one.values == {}
    (zero,) = read(HEAD, post(Reach="0", Reactions="0", Comments="0", Shares="0")).posts
    assert zero.values == {Measure.REACH: 0, Measure.ENGAGEMENTS: 0}


def test_reach_and_engagements_together_stand_only_as_the_file_states_them() -> None:
    """Show 004-50: the combined figure is never computed."""
    (apart,) = read(HEAD, post()).posts
    assert Measure.REACH_ENGAGEMENTS not in apart.values
    (stated,) = read((*HEAD, "Tương tác, tiếp cận"), (*post(), "1.590.000")).posts
    assert stated.values[Measure.REACH_ENGAGEMENTS] == 1_590_000


def test_sums_titles_and_empty_rows_are_no_posts() -> None:
    found = read(
        ("Trang Khối",), (), HEAD, post(), ("Tổng", "", "", "", "", "", "1234"), ("Total", "", "", "", "", "", "9")
    )
    assert (len(found.posts), found.wrong) == (1, ())


def test_the_addresses_in_the_words_of_a_post_name_the_articles_it_may_carry() -> None:
    words = "Mời xem https://nhandan.vn/tin-tot-post801234.html, hay lắm!"
    (one,) = read(HEAD, post(Description=words)).posts
    assert one.link_keys == (next(iter(one.link_keys)),)
    assert "801234" in one.link_keys[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [("2.261", 2261), ("2,261", 2261), ("2 261", 2261), ("1.234.567", 1_234_567), ("15.0", 15), ("1234.0", 1234)],
)
def test_numbers_are_whole_however_they_are_grouped(text: str, value: int) -> None:
    assert read(HEAD, post(Reach=text)).posts[0].values[Measure.REACH] == value


def test_a_title_is_only_the_first_words_of_a_post() -> None:
    (one,) = read(HEAD, post(Title="", Description="Dòng đầu " + "a" * 400 + "\ndòng sau")).posts
    assert one.title is not None
    assert len(one.title) == 200
    assert "dòng sau" not in one.title
