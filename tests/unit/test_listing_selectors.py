"""List pages and JSON read as an administrator says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawler.feed_raw import RawFeed, finish_feed
from crawler.pages.json_listing import read_json_listing
from crawler.pages.listing_selected import check_selectors, read_selected
from crawler.pages.selectors import JsonPaths, PageSelectors, iso_by, read_path, read_selectors
from tracker.domain.errors import AppError, Code

URL = "https://chibo.example.vn/vi/tin-tuc/"
PAGE = """<html><head><title>Tin tức</title></head><body>
<div class="panel-body"><h3><a href="Ba-xa-7.html" title="Ba xã về đích">Ba xã…</a></h3>
<ul><li><em class="fa-clock-o">&nbsp;</em> 05/03/2026 09:20:11</li><li><em class="fa-eye">x</em> Đã xem: 9</li></ul>
<img src="data:x" data-big="/anh/7.jpg"><p>Mở đầu của bài</p></div>
<div class="panel-body"><h3><a href="/vi/tin-tuc/Hai-xa-8.html">Hai xã</a></h3></div>
<div class="panel-body">Không có gì</div></body></html>"""
TOLD = {
    "row": ".panel-body",
    "link": "h2 a, h3 a",
    "published": "li:has(em.fa-clock-o)",
    "date_format": "d/m/Y H:i:s",
    "image": "img",
    "summary": "p",
    "attr": {"title": "title", "image": "data-big"},
}


def items(feed: RawFeed | None) -> list[dict[str, Any]]:
    assert feed is not None
    found: list[dict[str, Any]] = finish_feed(feed, whole=False)["items"]
    return found


def page_selectors(told: dict[str, Any]) -> PageSelectors:
    found = read_selectors(told)
    assert isinstance(found, PageSelectors)
    return found


def json_paths(told: dict[str, Any]) -> JsonPaths:
    found = read_selectors(told)
    assert isinstance(found, JsonPaths)
    return found


def test_rows_and_what_stands_in_them_are_found_by_selectors() -> None:
    selectors = page_selectors(TOLD)
    check_selectors(selectors)
    first, second, third = items(read_selected(PAGE, URL, selectors))
    assert (first["url"], first["published_raw"]) == (URL + "Ba-xa-7.html", "2026-03-05T09:20:11")
    assert (first["image"], first["summary"]) == ("https://chibo.example.vn/anh/7.jpg", "Mở đầu của bài")
    assert (second["url"], second["published_raw"], third["url"]) == (URL + "Hai-xa-8.html", "", None)


def test_a_link_alone_makes_each_link_an_entry_with_its_own_text() -> None:
    found = items(read_selected(PAGE, URL, page_selectors({"link": "h3 a"})))
    assert [(entry["title"], entry["url"]) for entry in found] == [
        ("Ba xã…", URL + "Ba-xa-7.html"),
        ("Hai xã", URL + "Hai-xa-8.html"),
    ]


def test_a_row_s_date_is_found_where_none_is_named() -> None:
    assert items(read_selected(PAGE, URL, page_selectors({"row": ".panel-body"})))[0]["published_raw"] == (
        "05/03/2026 09:20:11"
    )
    named = page_selectors({"row": ".panel-body", "published": ".khong-co"})
    assert items(read_selected(PAGE, URL, named))[0]["published_raw"] == ""


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"row": "li", "more": "x"}, "more"),
        ({"title": "h3"}, "row"),
        ({"row": ""}, "row"),
        ({"row": 5}, "row"),
        ({"row": "x" * 301}, "row"),
        ({"row": "li", "attr": {"title": "on click"}}, "attr"),
        ({"row": "li", "attr": {"color": "x"}}, "attr"),
        ({"row": "li", "attr": "title"}, "attr"),
        ({"row": "li", "date_format": "d/m"}, "date_format"),
        ({"row": "li", "date_format": "d/d/Y"}, "date_format"),
        ({"row": "li", "date_format": "Q"}, "date_format"),
        ({"items": "data[*]", "title": "t"}, "link"),
        ({"items": "data[", "title": "t", "link": "u"}, "items"),
        ({"items": "a", "title": "t", "link": "u", "base": "file:///etc"}, "base"),
        ({"items": "a." * 30, "title": "t", "link": "u"}, "items"),
    ],
)
def test_what_is_no_selector_is_refused_by_its_name(told: dict[str, Any], named: str) -> None:
    with pytest.raises(AppError) as refusal:
        read_selectors(told)
    assert refusal.value.code is Code.FIELD_INVALID
    assert f"«{named}»" in refusal.value.detail


@pytest.mark.parametrize("wrong", ["li:has(", "li[", "a >", "::marker", ":nth-child(x)", "a,,b", "("])
def test_a_selector_that_is_no_css_is_refused_in_words(wrong: str) -> None:
    with pytest.raises(AppError) as refusal:
        check_selectors(page_selectors({"row": "li", "title": wrong}))
    assert refusal.value.detail.startswith("selectors: «title» is no selector")


def test_no_selectors_are_none() -> None:
    assert read_selectors(None) is None
    assert read_selectors({}) is None


@pytest.mark.parametrize(
    ("date_format", "text", "iso"),
    [
        ("d/m/Y H:i:s", "Đăng 5/3/2026 09:20:11", "2026-03-05T09:20:11"),
        ("l - d/m/Y H:i", "Thứ tư - 12/06/2024 05:26", "2024-06-12T05:26:00"),
        ("j.n.y", "5.3.26", "2026-03-05"),
        ("d/m/Y", "hôm nay", "hôm nay"),
        ("", "5/3/2026", "5/3/2026"),
    ],
)
def test_a_date_is_read_by_its_format(date_format: str, text: str, iso: str) -> None:
    assert iso_by(date_format, text) == iso


DOCUMENT = {
    "data": {
        "items": [
            {
                "title": "Bài &amp; một",
                "slug": "bai-mot",
                "when": "2026-03-05T09:20:00+07:00",
                "pic": {"url": "/1.jpg"},
            },
            {"title": "Bài hai", "slug": "bai-hai", "id": 7, "pic": None},
            "lạ",
        ]
    }
}
PATHS = {
    "items": "data.items[*]",
    "title": "title",
    "link": "slug",
    "published": "when",
    "image": "pic.url",
    "base": "https://tuyen.example.vn/blogs/",
}


def test_entries_of_a_json_document_are_found_by_paths() -> None:
    first, second, third = items(read_json_listing(json.dumps(DOCUMENT), URL, json_paths(PATHS)))
    assert (first["title"], first["url"]) == ("Bài & một", "https://tuyen.example.vn/blogs/bai-mot")
    assert (first["published_raw"], first["image"]) == ("2026-03-05T09:20:00+07:00", "https://tuyen.example.vn/1.jpg")
    assert (second["title"], second["image"], third["url"]) == ("Bài hai", None, None)


def test_json_inside_a_page_is_found_by_its_script() -> None:
    script = f"<script id='__NEXT_DATA__' type='application/json'>{json.dumps(DOCUMENT)}</script>"
    page = f"<html><script>var a = 1</script>{script}</html>"
    assert len(items(read_json_listing(page, URL, json_paths(PATHS | {"script": "__NEXT_DATA__"})))) == 3
    assert read_json_listing(page, URL, json_paths(PATHS | {"script": "other"})) is None


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "<html>"])
def test_what_is_no_json_gives_nothing(text: str) -> None:
    assert read_json_listing(text, URL, json_paths(PATHS)) is None


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("data.items[*].title", ("data", "items", None, "title")),
        ("[0].a", (0, "a")),
        ("props.pageProps", ("props", "pageProps")),
    ],
)
def test_a_path_is_names_indexes_and_each(path: str, steps: tuple[Any, ...]) -> None:
    assert read_path(path) == steps
