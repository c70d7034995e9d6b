"""Trials of what a source says (security.md, F15 to F20): identity, dates, encodings, links; from feed to store."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import TYPE_CHECKING

import pytest

from tests.corpus.house import count
from tests.corpus.trial_house import GOOD_HOST, collect, item, open_trial, rss, table, xml
from tests.hostile import HostileSite, answer
from tracker.domain.feeds import FetchStatus
from tracker.store.tables.feeds import Article, ArticleRevision, Sighting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox import Sandbox
    from tests.corpus.house import CrawlHouse
    from tracker.store.db import Database

pytestmark = pytest.mark.thorough

TITLE = "Đoàn viên thanh niên Hậu Giang hưởng ứng Tết trồng cây"
HERE = "https://bao.example.vn/bai-1-post100001.html"


@pytest.fixture
def house(sqlite_db: Database, sandbox: Sandbox) -> CrawlHouse:
    return open_trial(sqlite_db, sandbox)


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with HostileSite(GOOD_HOST) as opened:
        yield opened


# F15, F16: one article, whatever a feed calls it


@pytest.mark.parametrize(
    ("feeds", "articles", "revisions"),
    [
        ([[item(1, guid="g"), item(2, guid="g")]], 2, 0),
        ([[item(1, guid="g")], [item(2, guid="g")]], 2, 0),
        ([[item(1, guid=f"g{n}")] for n in range(4)], 1, 0),
        ([[item(1)], [item(1)]], 1, 0),
        ([[item(1, title="Tựa cũ")], [item(1, title="Tựa mới")]], 1, 1),
        ([[item(1, title="Tựa một"), item(1, title="Tựa hai")]], 1, 0),
    ],
    ids=["guid twice", "guid reused", "guid changes", "no guid", "edited", "one link, two titles"],
)
def test_f15_an_article_is_its_address_and_not_its_guid(
    house: CrawlHouse, site: HostileSite, feeds: list[list[str]], articles: int, revisions: int
) -> None:
    for items in feeds:
        collect(house, site, xml(rss(*items)))
        house.clock.forward(hours=1)
    assert (count(house, Article), count(house, ArticleRevision)) == (articles, revisions)
    assert count(house, Sighting) == articles


@pytest.mark.parametrize(
    "other",
    [
        f"{HERE}?utm_source=zalo&amp;utm_medium=feed",
        f"{HERE}#binh-luan",
        HERE.replace("https:", "http:"),
        HERE.replace("//", "//m."),
        HERE.replace("//", "//www."),
    ],
)
def test_f16_two_sources_of_one_article_give_one_article(house: CrawlHouse, site: HostileSite, other: str) -> None:
    collect(house, site, xml(rss(item(1, link=HERE))), "/a")
    collect(house, site, xml(rss(item(1, link=other))), "/b")
    assert (count(house, Article), count(house, Sighting)) == (1, 2)


# F17: times that cannot be, and those that only look odd


@pytest.mark.parametrize(
    ("date", "quality"),
    [
        ("Fri, 31 Dec 9999 23:59:59 GMT", "clamped"),
        ("Mon, 01 Jan -001 00:00:00 GMT", None),
        ("Tue, 24 Nov 2026 12:00:00 GMT", "clamped"),
        ("Wed, 01 Jan 1975 00:00:00 GMT", "clamped"),
        ("không biết", "none"),
        ("", "none"),
    ],
)
def test_f17_no_article_stands_above_all_by_a_time_that_cannot_be(
    house: CrawlHouse, site: HostileSite, date: str, quality: str | None
) -> None:
    collect(house, site, xml(rss(item(1, date=date))))
    ((published_at, found),) = table(house, Article.published_at, Article.date_quality)
    assert published_at == house.clock.now
    assert found == (quality or found)
    assert found in {"clamped", "none"}


@pytest.mark.parametrize(
    "date",
    [
        "Fri, 20 Nov 2026 09:15:00 ICT",
        "Fri, 20 Nov 2026 09:15:00 GMT+7",
        "Fri, 20 Nov 2026 09:15:00 +07",
        "20/11/2026 09:15",
        "Thứ Sáu, 20/11/2026 09:15",
        "2026-11-20T02:15:00Z",
        "2026-11-20 09:15:00",
    ],
)
def test_f17_a_time_is_read_to_the_minute_however_it_is_written(
    house: CrawlHouse, site: HostileSite, date: str
) -> None:
    collect(house, site, xml(rss(item(1, date=date))))
    assert table(house, Article.published_at) == [(dt.datetime(2026, 11, 20, 2, 15, tzinfo=dt.UTC),)]


# F18, the encodings that feeds come in


def declared(codec: str) -> str:
    return rss(item(1, title=TITLE)).replace("utf-8", codec, 1)


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (declared("utf-8").encode(), "iso-8859-1"),
        (declared("windows-1258").encode("utf-8"), "utf-8"),
        (declared("utf-16").encode("utf-16-le"), ""),
        (declared("utf-16").encode("utf-16-be"), ""),
        (declared("utf-16").encode("utf-16"), "utf-8"),
        *(
            (declared(codec).encode(), codec)
            for codec in ("zip", "hex", "utf-7", "undefined", "rot13", "unicode_escape")
        ),
        (unicodedata.normalize("NFD", declared("utf-8")).encode(), "utf-8"),
        (b"\xef\xbb\xbf" + declared("utf-8").encode(), "windows-1252"),
    ],
)
def test_f18_vietnamese_comes_out_right_whatever_is_declared(
    house: CrawlHouse, site: HostileSite, body: bytes, charset: str
) -> None:
    kind = "text/xml" + (f"; charset={charset}" if charset else "")
    assert collect(house, site, answer(200, body, [("Content-Type", kind)])).status is FetchStatus.OK
    assert table(house, Article.title) == [(TITLE,)]


# F20, the links in them


@pytest.mark.parametrize(
    ("link", "stored"),
    [
        ("/tin/bai-9-post9.html", "http://{site}/tin/bai-9-post9.html"),
        ("bai-9-post9.html", "http://{site}/muc/bai-9-post9.html"),
        ("//bao.example.vn/bai-9-post9.html", "http://bao.example.vn/bai-9-post9.html"),
        *((link, None) for link in ("javascript:alert(1)", "data:text/html,x", "tel:113", "file:///etc/passwd")),
        ("https://bao.example.vn/" + "a" * 8192, None),
    ],
)
def test_f20_only_whole_web_addresses_are_stored(
    house: CrawlHouse, site: HostileSite, link: str, stored: str | None
) -> None:
    collect(house, site, xml(rss(item(1, link=link))), "/muc/rss")
    expected = [] if stored is None else [(stored.format(site=site.host_port),)]
    assert table(house, Article.url) == expected


def test_f20_nobody_s_name_and_password_is_stored_with_a_link(house: CrawlHouse, site: HostileSite) -> None:
    collect(house, site, xml(rss(item(1, link="https://lan:mat-khau@bao.example.vn/bai-9-post9.html"))))
    assert all("mat-khau" not in url for (url,) in table(house, Article.url))


def test_f20_links_are_read_from_where_a_redirect_led_and_by_xml_base(house: CrawlHouse, site: HostileSite) -> None:
    site.at("/dich/rss", xml(rss(item(1, link="bai-9-post9.html"))))
    collect(house, site, answer(302, headers=[("Location", "/dich/rss")]), "/di")
    based = rss(item(1, link="bai-8-post8.html")).replace("<channel>", "<channel xml:base='https://bao.example.vn/x/'>")
    collect(house, site, xml(based), "/base")
    assert table(house, Article.url) == [
        (f"http://{site.host_port}/dich/bai-9-post9.html",),
        ("https://bao.example.vn/x/bai-8-post8.html",),
    ]
