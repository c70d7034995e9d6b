"""The forms of addresses: which of a page's links are its site's articles."""

from __future__ import annotations

import pytest

from crawler.pages.listing_shapes import (
    Seen,
    Shape,
    choose_articles,
    is_headline,
    names_a_collection,
    shape_of,
    site_of,
)

BASE = "https://bao.example.vn"


def seen(path: str, *, headline: bool = True, menu: bool = False, marked: bool = False) -> Seen:
    return Seen(url=BASE + path, has_headline=headline, is_menu=menu, is_marked=marked)


def chosen(*targets: Seen) -> list[str]:
    return [one.url.removeprefix(BASE) for one in choose_articles(targets)]


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/chinh-tri/ba-xa-len-nong-thon-moi-post812345.html", Shape("html", "post", 1, "last", has_slug=True)),
        ("/ba-xa-len-nong-thon-moi-102260914184713458.htm", Shape("htm", "", 3, "last", has_slug=True)),
        ("/ba-xa-len-nong-thon-moi-d538952.html", Shape("html", "d", 1, "last", has_slug=True)),
        ("/vi/news/Tin-tuc/Ba-xa-len-nong-thon-moi-45.html", Shape("html", "", 0, "last", has_slug=True)),
        ("/2026/03/05/ba-xa-len-nong-thon-moi/", Shape("", "3", 0, "before", has_slug=True)),
        ("/web/guest/-/2018/812345/ba-xa-len-nong.aspx", Shape("aspx", "2", 1, "before", has_slug=True)),
        ("/ba-xa-len-nong-thon-moi/", Shape(has_slug=True)),
        ("/Default.aspx?sid=3&NewsID=9123", Shape("aspx", "newsid", 0, "query", has_slug=True)),
        ("/index.php?nv=news&op=Tin-tuc/Ba-xa-len-nong-thon-12", Shape("php", "op", 0, "query", has_slug=True)),
        ("/nong-thon/ba-xa-len-nong-thon-moi-c46a1234567.html", Shape("html", "ca", 1, "last", has_slug=True)),
        ("/articles/c4gl09p9jxwo", Shape("", "code", 1, "last")),
        ("/", None),
        ("/chinh-tri", None),
        ("/tai-lieu/ke-hoach-quy-hai-nam-nay-123456.pdf", None),
        ("/tai-chinh-d6/p2", None),
        ("/tin-tuc/page/3/", None),
        ("/tin-tuc/trang-12.html", None),
    ],
)
def test_an_address_has_the_form_of_its_last_part_and_its_number(path: str, shape: Shape | None) -> None:
    assert shape_of(BASE + path) == shape


def test_what_headlines_lead_to_is_the_form_of_articles() -> None:
    articles = [seen(f"/xa-hoi/ba-xa-len-nong-thon-moi-2026041320023{n:04}.htm") for n in range(9)]
    topics = [seen(f"/chu-de/dai-hoi-dang-bo-cac-cap-nam-nay-{n}.htm") for n in range(270, 274)]
    sections = [seen("/xa-hoi/phong-su-ky-su-nhan-vat.htm", menu=True), seen("/xa-hoi.htm", headline=False)]
    assert chosen(*sections, *articles, *topics) == [one.url.removeprefix(BASE) for one in articles]


def test_a_link_of_the_learnt_form_counts_without_a_headline() -> None:
    articles = [seen(f"/ba-xa-len-nong-thon-moi-{n}.html") for n in range(512340, 512345)]
    picture = seen("/anh-dep-trong-ngay-512399.html", headline=False)
    assert chosen(*articles, picture)[-1] == "/anh-dep-trong-ngay-512399.html"


def test_two_forms_that_are_nearly_as_frequent_both_count() -> None:
    old = [seen(f"/ba-xa-len-nong-thon-moi-{n}.html") for n in range(99_997, 100_000)]
    new = [seen(f"/ba-xa-len-nong-thon-moi-post{n}.html") for n in range(100_000, 100_006)]
    assert len(chosen(*old, *new)) == 9


def test_addresses_without_a_number_need_a_headline_outside_of_the_menus() -> None:
    articles = [seen(f"/ba-xa-len-nong-thon-moi-{word}/", marked=True) for word in ("mot", "hai", "ba", "tu")]
    menu = [seen("/bao-ve-nen-tang-tu-tuong-cua-dang/", menu=True), seen("/gioi-thieu-chung-ve-bao/", headline=False)]
    assert chosen(*menu, *articles) == [one.url.removeprefix(BASE) for one in articles]


def test_a_page_with_a_few_links_gives_those_with_headlines() -> None:
    assert chosen(seen("/ba-xa-len-nong-thon-moi-123456.html"), seen("/lien-he-voi-toa-soan", headline=False)) == [
        "/ba-xa-len-nong-thon-moi-123456.html"
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("the-thao.bao.com.vn", "bao.com.vn", True),
        ("www.angiang.gov.vn", "angiang.gov.vn", True),
        ("e.bao.net", "bao.net", True),
        ("bao.com.vn", "tin.com.vn", False),
        ("127.0.0.1", "127.0.0.2", False),
    ],
)
def test_hosts_below_one_name_are_one_site(one: str, other: str, *, same: bool) -> None:
    assert (site_of(one) == site_of(other)) is same


@pytest.mark.parametrize(
    "path", ["/tag/nong-thon-moi-tinh-nha", "/chu-de/x-y-z-t", "/a/topic-28281.html", "/tac-gia/an"]
)
def test_tags_topics_and_authors_are_collections(path: str) -> None:
    assert names_a_collection(BASE + path)


def test_a_headline_is_longer_than_a_section_s_name() -> None:
    assert is_headline("Ba xã của huyện đạt chuẩn nông thôn mới")
    assert not is_headline("Thông tin doanh nghiệp")
