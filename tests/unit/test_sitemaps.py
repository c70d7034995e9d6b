"""Sitemaps: news, plain, packed, of sitemaps, hostile."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from crawler.feed_raw import MAX_ITEMS, RawFeed, finish_feed
from crawler.pages import sitemap
from crawler.pages.listing_worker import read_map_fields
from crawler.pages.sitemap import Child, NotASitemap, read_sitemap, unpack
from crawler.pages.sitemap_index import choose_children
from crawler.pages.sitemap_untitled import PAGES_MOST, choose_untitled, without_older

URL = "https://bao.example.vn/sitemap.xml"
OPTIONS = {"content_type": "text/xml", "base_url": URL}
NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://bao.example.vn/ba-xa-512341.html</loc><lastmod>2026-03-05T10:00:00+07:00</lastmod>
<news:news><news:publication><news:name>Báo Mẫu</news:name></news:publication>
<news:publication_date>2026-03-05T09:20:00+07:00</news:publication_date><news:title>Ba xã &amp; một phường</news:title>
<news:keywords>nông thôn, xã</news:keywords></news:news><image:image><image:loc>/1.jpg</image:loc></image:image></url>
<url><loc>/hai-xa-512342.html</loc></url></urlset>"""


def items(text: str, **more: Any) -> list[dict[str, Any]]:
    found = read_sitemap(text, URL, **more)
    assert isinstance(found, RawFeed)
    read: list[dict[str, Any]] = finish_feed(found, whole=False)["items"]
    return read


def test_a_news_sitemap_gives_title_time_picture_and_words() -> None:
    first, second = items(NEWS)
    assert (first["url"], first["title"]) == ("https://bao.example.vn/ba-xa-512341.html", "Ba xã & một phường")
    assert (first["published_raw"], first["updated_raw"]) == ("2026-03-05T09:20:00+07:00", "2026-03-05T10:00:00+07:00")
    assert (first["image"], first["categories"]) == ("https://bao.example.vn/1.jpg", ["nông thôn", "xã"])
    assert (second["url"], second["title"]) == ("https://bao.example.vn/hai-xa-512342.html", "")


def test_a_plain_sitemap_is_an_address_a_line() -> None:
    assert [e["url"] for e in items("https://bao.example.vn/a\r\nrác\nhttps://bao.example.vn/b\n")] == [
        "https://bao.example.vn/a",
        "https://bao.example.vn/b",
    ]


def test_of_a_long_sitemap_the_last_changed_stay() -> None:
    rows = "".join(
        f"<url><loc>https://bao.example.vn/{n}</loc><lastmod>{2000 + n % 27}-01-01</lastmod></url>"
        for n in range(MAX_ITEMS + 500)
    )
    found = items(f"<urlset>{rows}</urlset>")
    assert len(found) == MAX_ITEMS
    assert "2000-01-01" not in {entry["updated_raw"] for entry in found}


def test_a_broken_end_keeps_what_stands_before_it_and_says_so() -> None:
    found = read_sitemap(NEWS[: NEWS.index("<url><loc>/hai")] + "<url><loc>https://ba", URL)
    assert isinstance(found, RawFeed)
    assert (found.items[0].title, found.warnings) == ("Ba xã & một phường", ["partial"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            '<!DOCTYPE urlset [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>',
            "unreadable",
        ),
        ('<!DOCTYPE u [<!ENTITY e SYSTEM "file:///etc/passwd">]><urlset>&e;</urlset>', "unreadable"),
        ("<urlset><url a='" + "x" * 70_000 + "'>", "unreadable"),
        ("<html><body>404</body></html>", "not_a_feed"),
        ("<rss><channel/></rss>", "not_a_feed"),
        ("", "not_a_feed"),
        ("{}", "not_a_feed"),
    ],
)
def test_what_is_hostile_or_no_sitemap_is_refused(text: str, code: str) -> None:
    found = read_sitemap(text, URL)
    assert isinstance(found, NotASitemap)
    assert found.code == code


def test_an_entity_of_nobody_s_is_not_expanded() -> None:
    assert items("<urlset><url><loc>https://bao.example.vn/a&xxe;b</loc></url></urlset>")[0]["url"] is not None


def test_a_packed_sitemap_is_read() -> None:
    assert unpack(gzip.compress(NEWS.encode())) == (NEWS.encode(), False)
    assert unpack(gzip.compress(NEWS.encode())[:-9])[1]
    answer = read_map_fields(gzip.compress(NEWS.encode()), {"content_type": "application/gzip", "base_url": URL})
    assert len(answer["feed"]["items"]) == 2


def test_a_news_sitemap_may_be_empty_on_a_quiet_day() -> None:
    answer = read_map_fields(b"<urlset></urlset>", OPTIONS)
    assert answer["feed"]["items"] == []


def test_a_bomb_is_unpacked_to_the_limit_only() -> None:
    body, is_cut = unpack(gzip.compress(b"<urlset>" + b" " * (30 << 20)))
    assert (len(body), is_cut) == (sitemap.BODY_MOST, True)


INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://bao.example.vn/sitemaps/category.xml</loc></sitemap>
<sitemap><loc>https://bao.example.vn/sitemaps/danh-muc-2027-1.xml</loc></sitemap>
<sitemap><loc>https://bao.example.vn/sitemaps/tu-khoa-2027-1.xml</loc></sitemap>
<sitemap><loc>https://bao.example.vn/sitemaps/2026-9.xml</loc></sitemap>
<sitemap><loc>https://bao.example.vn/sitemaps/2026-11.xml</loc></sitemap>
<sitemap><loc>https://bao.example.vn/sitemaps/2026-10.xml</loc></sitemap>
<sitemap><loc>https://bao.example.vn/sitemaps/news.xml</loc></sitemap>
<sitemap><loc>https://khac.example.org/sitemap-news.xml</loc></sitemap></sitemapindex>"""


def test_of_an_index_the_news_and_the_newest_are_followed() -> None:
    answer = read_map_fields(INDEX.encode(), OPTIONS)
    assert list(answer["children"]) == [
        f"https://bao.example.vn/sitemaps/{name}.xml" for name in ("news", "2026-11", "2026-10")
    ]


def test_what_the_index_says_was_changed_last_comes_first() -> None:
    children = [Child(url=f"https://bao.example.vn/s{n}.xml", changed=f"2026-0{9 - n}-01") for n in range(1, 6)]
    assert choose_children(children, URL) == tuple(f"https://bao.example.vn/s{n}.xml" for n in (1, 2, 3))


def test_an_index_of_tags_only_is_followed_all_the_same() -> None:
    assert choose_children([Child(url="https://bao.example.vn/tags.xml", changed="")], URL) == (
        "https://bao.example.vn/tags.xml",
    )


def entry(path: str, changed: str = "", title: str = "") -> dict[str, Any]:
    """Give an entry in the fields of ParsedItem that are looked at."""
    url = f"https://bao.example.vn{path}"
    return {"url": url, "title": title, "updated_raw": changed, "published_raw": ""}


def test_of_a_sitemap_without_titles_the_articles_changed_last_are_chosen() -> None:
    entries = [entry(f"/mot-bai-viet-dai-{n}.html", f"2026-01-{n:02}T00:00:00Z") for n in range(1, 29)] * 2
    chosen = choose_untitled([*entries, *(entry(f"/bai-cu-cua-nam-{n}.html", "2019-01-01") for n in range(50))])
    assert len(chosen) == PAGES_MOST
    assert sum("/mot-bai-viet-dai" in url for url in chosen) == 28


def test_where_nothing_tells_when_the_highest_numbers_and_days_are_the_newest() -> None:
    numbered = [entry(f"/tin/mot-bai-viet-{n}.html") for n in range(1000, 1100)]
    assert choose_untitled(numbered) == {one["url"] for one in numbered[-PAGES_MOST:]}
    dated = [entry(f"/2026/{n // 28 + 1:02}/{n % 28 + 1:02}/mot-bai-viet-hay") for n in range(100)]
    assert choose_untitled(dated) == {one["url"] for one in dated[-PAGES_MOST:]}
    named = [entry(f"/mot-bai-viet-ve-{'abcdefghij'[n // 10]}{'abcdefghij'[n % 10]}") for n in range(100)]
    assert choose_untitled(named) == {one["url"] for one in named[:PAGES_MOST]}


def test_a_sign_that_is_a_digit_and_no_number_hinders_nothing() -> None:
    told = entry("/\N{SUPERSCRIPT TWO}/mot-bai-viet-hay-1.html")
    assert choose_untitled([told]) == {told["url"]}


@pytest.mark.parametrize(
    "path", ["/", "/van-hoa/", "/gioi-thieu", "/tag/mot-tu-khoa-dai-123.html", "/anh-bia-so-1.jpg", "/trang-2"]
)
def test_what_can_be_no_article_is_not_chosen_but_stays_to_be_told(path: str) -> None:
    told = entry(path)
    assert choose_untitled([told]) == frozenset()
    assert without_older([told], frozenset()) == [told]


def test_older_articles_without_a_title_are_left_out_and_those_with_one_stay() -> None:
    old, titled = entry("/bai-viet-cu-nhat-1.html"), entry("/bai-viet-cu-nhat-2.html", title="Có tiêu đề")
    assert without_older([old, titled], frozenset()) == [titled]


def test_a_sitemap_that_tells_its_titles_is_read_without_pages() -> None:
    answer = read_map_fields(NEWS.replace("/hai-xa-512342.html", "/hai-xa/").encode(), OPTIONS)
    assert "untitled" not in answer
    assert answer["feed"]["warnings"] == []
    assert read_map_fields(NEWS.encode(), OPTIONS)["untitled"] == {"https://bao.example.vn/hai-xa-512342.html"}
