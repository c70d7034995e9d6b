"""Counters that pages print: read where a rule says, and nowhere else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from crawler.pages import worker
from crawler.pages.counter_rules import COUNTED, RANK, RuleError
from crawler.pages.families import FIELDS, known_families, known_lists, select
from crawler.pages.read import PAGE_TASKS, read_list_counters, read_page
from crawler.pages.tree import grow
from crawler.pages.types import PageCounters, ReadPage
from sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

PROSE = "".join(f"<p>Câu thứ {n} kể tiếp chuyện con đường, dài vừa đủ để ai cũng đọc hết.</p>" for n in range(8))
DECOYS = (
    "<aside><p>lượt xem: 203 | lượt tải:104</p></aside><ul><li>Đang truy cập<span>120</span></li>"
    "<li>Hôm nay<span>18,887</span></li><li>Tổng lượt truy cập<span>10,232,037</span></li><li>Đã xem: 555</li></ul>"
    "<footer><p>Số lần xem: 7</p></footer><p>Thời gian chờ: 60 giây</p>"
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(tasks=PAGE_TASKS) as workers:
        yield workers


def page(body: str, *, url: str = "https://xa.example.vn/a") -> dict[str, Any]:
    told = {"url": url, "content_type": "", "zone": "Asia/Ho_Chi_Minh"}
    read: dict[str, Any] = json.loads(worker.read_page(f"<html lang=vi><body>{body}</body></html>".encode(), told))
    return dict(read["page"])


def counters(body: str, *, url: str = "https://xa.example.vn/a") -> tuple[dict[str, Any], Any]:
    told = page(body, url=url)
    return told["counters"], told["counter_rule"]


@pytest.mark.parametrize(
    ("line", "views"),
    [
        ("Lượt xem: 318", 318),
        ("Lượt xem: <strong>1.318</strong>", 1318),
        ("2.045 lượt xem", 2045),
        ("08/02/2026 | Đã xem: 18,887", 18887),
        ("Số lần xem 0", 0),
        ("Số lượt đọc: 71", 71),
        ("71 lần đọc", 71),
        ("Lượt xem: 1.23", None),
        ("Lượt tải: 12", None),
        ("Đoạn phim đạt 5.000 lượt xem sau một đêm", None),
        ("Lượt xem: 99999999999", None),
    ],
)
def test_a_labelled_line_beside_the_title_is_a_counter(line: str, views: int | None) -> None:
    found, rule = counters(f"<div><h1>Cầu mới ở xã</h1><p>{line}</p><div>{PROSE}</div></div>{DECOYS}")
    assert found["views"] == views
    assert rule == (None if views is None else "container_line")


def test_what_other_things_on_a_page_count_is_not_the_articles() -> None:
    found, rule = counters(f"<div><h1>Cầu mới ở xã</h1><div>{PROSE}<p>Lượt xem: 44</p></div></div>{DECOYS}")
    assert (found, rule) == (dict.fromkeys(COUNTED), None)


def egov(views: str, comments: str, rest: str = "") -> str:
    return (
        "<div class='newsdetail'><h1 class='title'>Cầu mới</h1><div class='newsdetailmetatop'>"
        f"<span class='h5'><i class='fa fa-eye'></i>{views}</span>"
        f"<span class='h5'><i class='fa fa-comment-o'></i>{comments}</span></div>"
        f"<div id='news-bodyhtml'>{PROSE}</div></div>{rest}{DECOYS}"
    )


def test_no_comments_are_a_true_nought_and_no_rating_is_unknown() -> None:
    assert counters(egov("99", "0")) == ({"views": 99, "comments": 0, "rating": None, "votes": None}, "nukeviet_egov")


@pytest.mark.parametrize("views", ["", "nhiều", "99 100", "1.23", "-"])
def test_what_is_no_count_is_unknown(views: str) -> None:
    assert counters(egov(views, "3"))[0] == {"views": None, "comments": 3, "rating": None, "votes": None}


@pytest.mark.parametrize(
    ("words", "rating", "votes"),
    [
        ("Tổng số điểm của bài viết là: 4 trong 2 đánh giá", 4, 2),
        ("Tổng số điểm là: 1.045 sau 233 lượt xếp hạng", 1045, 233),
        ("Hãy đánh giá bài viết", None, None),
    ],
)
def test_a_rating_is_the_sum_of_the_stars(words: str, rating: int | None, votes: int | None) -> None:
    found, _ = counters(egov("5", "0", f"<p id='stringrating'>{words}</p>"))
    assert (found["rating"], found["votes"]) == (rating, votes)


def rating(total: str, beside: str) -> str:
    box = f"<p id='stringrating'>Tổng số điểm của bài viết là: {total} đánh giá</p><div>{beside}</div>"
    return egov("5", "0", f"<div>{box}</div>")


NUMBERED = "Xếp hạng: <span id='numberrating'>{}</span> - <span id='click_rating'>{}</span> phiếu bầu"


@pytest.mark.parametrize(
    ("total", "beside", "rank", "to_check"),
    [
        ("4 trong 2", "Xếp hạng: 2 - 2 phiếu bầu", "2", []),
        ("4 trong 2", NUMBERED.format("2", "2"), "2", []),
        ("14 trong 3", NUMBERED.format("4.7", "3"), "4.7", []),
        ("14 trong 3", NUMBERED.format("4,7", "3"), "4.7", []),
        ("14 trong 3", NUMBERED.format("4.5", "3"), "4.5", ["rating", "votes"]),
        ("4 trong 2", NUMBERED.format("2", "3"), "2", ["rating", "votes"]),
        ("4 trong 2", "<b>Bài viết</b> Xếp hạng: 5 - 2 phiếu bầu", "5", ["rating", "votes"]),
        ("4 trong 2", "Xếp hạng: cao - 2 phiếu bầu", None, []),
    ],
)
def test_sum_and_votes_are_held_against_the_average_that_the_page_prints(
    total: str, beside: str, rank: str | None, to_check: list[str]
) -> None:
    told = page(rating(total, beside))
    assert (told["rank"], list(told["to_check"])) == (rank, to_check)
    assert told["counters"]["views"] == 5
    assert [line.partition(":")[0] for line in told["counter_texts"]].count("rank") == (rank is not None)


def test_a_rank_without_a_sum_gives_votes_and_no_reach() -> None:
    told = page(egov("", "0", f"<p id='stringrating'></p><div>{NUMBERED.format('4', '3')}</div>"))
    assert told["counters"] == {"views": None, "comments": 0, "rating": None, "votes": 3}
    assert (told["rank"], told["to_check"]) == ("4", [])


def test_party_portals_print_the_count_behind_the_date() -> None:
    body = f"<div><h1>Cầu mới ở xã</h1><p>15/11/2019 | 604</p><div>{PROSE}</div></div>"
    assert counters(body, url="https://tinh.dcs.vn/a") == (
        {"views": 604, "comments": None, "rating": None, "votes": None},
        "dcs_portal",
    )
    assert counters(body, url="https://dcs.vn.example/a")[1] is None


def test_the_words_of_a_counter_are_kept(sandbox: Sandbox) -> None:
    found = read_page(
        sandbox, egov("1.204", "0").encode(), url="https://xa.example.vn/a", zone=ZoneInfo("Asia/Ho_Chi_Minh")
    )
    assert isinstance(found, ReadPage)
    assert found.counters == PageCounters(views=1204, comments=0)
    assert (found.counter_rule, found.counter_texts) == ("nukeviet_egov", ("views: 1.204", "comments: 0"))


ROWS = """<html><body>
<div class="news_column"><div class="panel-body">
<h3><a href="/vi/news/cau-moi-3.html">Cầu mới</a></h3>
<p class="hometext">Đoạn phim có 5.000 lượt xem.</p><ul><li><em class="fa fa-clock-o"></em> 02/11/2024 06:45:00</li>
<li><em class="fa fa-eye"></em> Đã xem: 1.318</li>
<li><em class="fa fa-comment-o"></em> Phản hồi: 0</li></ul></div></div>
<div class="news_column"><div class="panel-body">
<h2><a href="duong-4.html">Đường</a></h2><span>12 lượt xem</span></div></div>
<div class="news_column"><div class="panel-body">
<h2><a href="javascript:x">Không</a></h2><span>9 lượt xem</span></div></div>
<div class="news_column"><div class="panel-body">
<h2><a href="/im-5.html">Im</a></h2></div></div>
<aside>Đã xem: 777</aside></body></html>"""


def test_the_rows_of_a_section_page_give_counters_by_article(sandbox: Sandbox) -> None:
    found = read_list_counters(sandbox, ROWS.encode(), url="https://xa.example.vn/vi/news/")
    assert {url: reading.counters for url, reading in found.items()} == {
        "https://xa.example.vn/vi/news/cau-moi-3.html": PageCounters(views=1318, comments=0),
        "https://xa.example.vn/vi/news/duong-4.html": PageCounters(views=12),
    }
    assert {reading.rule for reading in found.values()} == {"nukeviet_list"}


def test_a_page_without_such_rows_gives_none(sandbox: Sandbox) -> None:
    assert read_list_counters(sandbox, "<html><p>Lượt xem: 5</p></html>".encode(), url="https://a.example/") == {}
    assert read_list_counters(sandbox, b"", url="https://a.example/") == {}


@pytest.mark.parametrize(
    ("counters", "words"),
    [
        ({"views": [{"select": "p", "pattern": r"\d+ lượt"}]}, "has no group"),
        ({"views": [{"head": r"\d+"}]}, "has no group"),
        ({"views": [{"select": "p", "pattern": r"(\d+"}]}, "is no pattern"),
        ({"views": [{"select": "p", "pattern": "(1)" * 200}]}, "more than 500"),
        ({"views": [{"select": "p", "patern": r"(\d+)"}]}, "there is no «patern»"),
        ({"views": [{"pattern": r"(\d+)"}]}, "where it stands"),
        ({"clicks": [{"select": "p"}]}, "no counter"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_by_name(
    sandbox: Sandbox, counters: dict[str, object], words: str
) -> None:
    rules = [{"id": "own", "hosts": ["a.example"], "counters": counters}]
    with pytest.raises(RuleError, match=f"^own: .*{words}"):
        read_page(sandbox, b"<p>5", url="https://a.example/", zone=ZoneInfo("Asia/Ho_Chi_Minh"), rules=rules)
    with pytest.raises(RuleError, match=words):
        read_list_counters(sandbox, b"<p>5", url="https://a.example/", rules=rules)


def test_a_pattern_whose_group_took_no_part_gives_no_counter() -> None:
    rule = {"id": "own", "counters": {"views": [{"select": ".xem", "pattern": r"xem(?:: (\d+))?"}]}}
    told = {"url": "https://a.example/", "content_type": "", "zone": "UTC", "rules": [rule]}
    body = f"<html><body><h1>Cầu</h1><div>{PROSE}</div><p class='xem'>xem</p></body></html>"
    assert json.loads(worker.read_page(body.encode(), told))["page"]["counters"]["views"] is None


def test_every_selector_of_the_families_can_be_compiled() -> None:
    root = grow("<html><body><p>a</p></body></html>")
    assert root is not None
    for family in (*known_families(), *known_lists()):
        rules = [rule.select for told in family.counters.values() for rule in told if rule.select]
        fields = [selector for name in FIELDS for selector in family.selectors.get(name, ())]
        for selector in (*family.marks, *fields, *rules, *family.row, *family.link):
            assert isinstance(select(root, selector), list)
        assert set(family.counters) <= {*COUNTED, RANK}


def test_no_two_families_share_a_name() -> None:
    ids = [family.id for family in (*known_families(), *known_lists())]
    assert len(ids) == len(set(ids))
