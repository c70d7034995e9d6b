"""Pages of lists read without selectors: links, titles, times and pictures."""

from __future__ import annotations

import time
from typing import Any

import pytest

from crawler.feed_raw import finish_feed
from crawler.pages.listing import read_listing

URL = "https://bao.example.vn/chinh-tri.htm"
WORDS = ("mot", "hai", "ba", "tu", "nam", "sau")


def entries(page: str, url: str = URL) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = finish_feed(read_listing(page, url), whole=False)["items"]
    return items


def row(number: int, inside: str = "", *, title: str = "") -> str:
    title = title or f"Xã thứ {number} của huyện đạt chuẩn nông thôn mới"
    link = f"/xa-thu-{number}-cua-huyen-dat-chuan-51234{number}.html"
    picture = f"<a href='{link}'><img src='/anh/{number}.jpg' alt='x'></a>"
    return f"<li class='item'>{picture}<h3><a href='{link}'>{title}</a></h3>{inside}</li>"


def page(*rows: str, head: str = "", before: str = "") -> str:
    top = f"<html lang='vi'><head><title>Chính trị - Báo Mẫu</title>{head}</head><body>{before}"
    return f"{top}<ul>{''.join(rows)}</ul></body></html>"


def test_entries_come_in_the_page_s_order_with_title_address_and_picture() -> None:
    found = entries(page(*(row(n) for n in range(1, 5))))
    assert [entry["url"] for entry in found] == [
        f"https://bao.example.vn/xa-thu-{n}-cua-huyen-dat-chuan-51234{n}.html" for n in range(1, 5)
    ]
    assert found[0]["title"] == "Xã thứ 1 của huyện đạt chuẩn nông thôn mới"
    assert found[3]["image"] == "https://bao.example.vn/anh/4.jpg"


def test_the_page_names_its_list() -> None:
    feed = finish_feed(read_listing(page(row(1)), URL), whole=False)
    assert (feed["format"], feed["title"], feed["language"]) == ("listing", "Chính trị - Báo Mẫu", "vi")


def test_an_article_stands_once_under_its_heading_not_its_summary() -> None:
    link = "/xa-thu-9-cua-huyen-dat-chuan-512349.html"
    brief = "Sau ba năm phấn đấu, xã này đã hoàn thành đủ các tiêu chí và được công nhận trong buổi lễ sáng nay."
    lead = f"<li><a href='{link}#binh-luan'>Bình luận</a><p class='sapo'><a href='{link}'>{brief}</a></p></li>"
    found = entries(page(row(9, lead, title="Xã thứ chín của huyện về đích sớm"), *(row(n) for n in range(1, 4))))
    assert [entry["title"] for entry in found if entry["url"].endswith("512349.html")] == [
        "Xã thứ chín của huyện về đích sớm"
    ]
    assert found[0]["summary"] == brief


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("<time datetime='2026-03-05T09:20:00+07:00'>2 giờ trước</time>", "2026-03-05T09:20:00+07:00"),
        ("<span class='time'>05/03/2026 - 09:20</span>", "05/03/2026 - 09:20"),
        ("<span class='time-ago' title='3/5/2026 3:34:00 PM'></span>", "3/5/2026 3:34:00 PM"),
        ("<div>Thứ năm, 05/03/2026</div>", "Thứ năm, 05/03/2026"),
        ("<span class='time'>2 giờ trước</span>", ""),
        ("<span class='date'>05/03</span>", ""),
        ("<p>Kế hoạch được ban hành ngày 05/03/2026 và có hiệu lực từ tháng sau trên toàn tỉnh ta</p>", ""),
    ],
)
def test_a_time_is_taken_from_the_row_where_it_names_day_and_year(inside: str, told: str) -> None:
    found = entries(page(row(1, inside), row(2), row(3)))
    assert [entry["published_raw"] for entry in found] == [told, "", ""]


@pytest.mark.parametrize("name", ["data-src", "data-original"])
def test_the_picture_is_the_one_that_is_loaded_later(name: str) -> None:
    link = "/xa-thu-7-cua-huyen-dat-chuan-512347.html"
    picture = f"<img src='/blank.gif' {name}='//cdn.example.vn/7.jpg'>"
    later = f"<li><a href='{link}'>{picture}Xã thứ bảy về đích trước hẹn</a></li>"
    assert entries(page(later, row(1), row(2)))[0]["image"] == "https://cdn.example.vn/7.jpg"


def test_other_sites_menus_tags_and_the_page_itself_are_left_out() -> None:
    menu = "".join(
        f"<a href='/chuyen-muc-thu-{word}-cua-bao-nay.htm'>Chuyên mục thứ {word} của báo này</a>" for word in WORDS
    )
    others = (
        "<a href='https://khac.example.org/xa-thu-1-cua-huyen-dat-chuan-512341.html'>Một bài rất dài của báo khác</a>"
        f"<a href='{URL}'>Trang này của báo chúng tôi đây</a><a href='javascript:x()'>Bấm vào đây để xem thêm nhé</a>"
        "<a href='/tag/nong-thon-moi-512341.html'>Nông thôn mới của tỉnh nhà năm nay</a>"
    )
    found = entries(page(*(row(n) for n in range(1, 5)), before=f"<nav>{menu}</nav>{others}"))
    assert [entry["title"][:8] for entry in found] == [f"Xã thứ {n}" for n in range(1, 5)]


def test_links_are_resolved_against_the_declared_base() -> None:
    rows = "".join(
        f"<a href='xa-thu-{n}-dat-chuan-moi-51234{n}.html'>Xã thứ {n} của huyện đạt chuẩn mới</a>" for n in (1, 2, 3)
    )
    found = entries(page(rows, head="<base target='_blank'><base href='https://bao.example.vn/tin/'>"))
    assert found[0]["url"] == "https://bao.example.vn/tin/xa-thu-1-dat-chuan-moi-512341.html"


def test_a_marker_before_a_title_goes() -> None:
    assert entries(page(row(1, title="&gt;&gt; Ba xã của huyện đã về đích"), row(2), row(3)))[0]["title"] == (
        "Ba xã của huyện đã về đích"
    )


@pytest.mark.parametrize(
    "page_",
    [
        "",
        "<html></html>",
        "<a",
        "<p>" * 50_000,
        "<div>" * 5_000 + "<a href='/xa-thu-1-dat-chuan-moi-512341.html'>Một bài ở rất sâu trong trang này</a>",
        "<a href='/x'><div>" * 3_000,
        "\x00\ufffd<a href='http://['>Một địa chỉ hỏng ở trong trang này</a>",
        "<base href='http://['><a href='/xa-thu-1-dat-chuan-moi-512341.html'>Một bài của trang có gốc hỏng</a>",
    ],
)
def test_no_page_breaks_the_reading(page_: str) -> None:
    assert isinstance(entries(page_), list)


def test_a_picture_named_blank_over_and_over_takes_no_time() -> None:
    began = time.process_time()
    entries(page(*(row(n, "<img src='/" + "blank-" * 9_000 + "'>") for n in (1, 2, 3, 4))))
    assert time.process_time() - began < 2


def test_a_section_of_events_lists_the_articles_below_its_own_path() -> None:
    url = "https://bao.example.vn/su-kien/"
    rows = [row(n).replace("href='/xa", "href='/su-kien/xa") for n in range(1, 7)]
    assert len(entries(page(*rows), url)) == 6
    assert entries(page(*rows), URL) == []
