"""Pages in the worker's own words: titles, times, descriptions in JSON-LD, and pages that somebody wrote to hurt."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from crawler.pages import worker
from crawler.pages.read import PAGE_TASKS, read_page
from crawler.pages.types import PageUnreadable, ReadPage
from sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PROSE = "".join(f"<p>Câu thứ {n} kể tiếp chuyện con đường, dài vừa đủ để ai cũng đọc hết.</p>" for n in range(8))


def read(head: str, body: str = PROSE, *, url: str = "https://bao.example/a-1.html", **options: Any) -> dict[str, Any]:
    page = f"<html lang='vi'><head>{head}</head><body>{body}</body></html>"
    told = {"url": url, "content_type": "", "zone": "Asia/Ho_Chi_Minh"} | options
    found: dict[str, Any] = json.loads(worker.read_page(page.encode(), told))
    fields: dict[str, Any] = found["page"]
    return fields


def described(fields: str) -> str:
    return f'<script type="application/ld+json">{fields}</script>'


class TestTitles:
    @pytest.mark.parametrize(
        ("head", "body", "title"),
        [
            ("<title>Đường mới | Báo Mẫu</title>", "<h1>Đường mới</h1>", "Đường mới"),
            ("<title>Đường mới của xã ta | Báo Mẫu</title>", "<h1>Báo Mẫu</h1>", "Đường mới của xã ta"),
            (
                "<title>x</title><meta property='og:title' content='Xã ta có đường mới'>",
                "<h1>Báo Mẫu</h1><h2>Xã ta có đường mới</h2>",
                "Xã ta có đường mới",
            ),
            (
                "<meta property='og:title' content='Xã ta có đường mới'>",
                "<h1><span>Thời sự</span> Xã ta có đường mới</h1>",
                "Xã ta có đường mới",
            ),
            ("<title>Tin</title>", "<h1>Liên kết</h1><h1>Hai xã chung một cây cầu</h1>", "Tin"),
            (
                "<meta property='og:title' content='Cầu mới - Báo'><meta property='og:site_name' content='Báo'>",
                "",
                "Cầu mới",
            ),
            ("<title>Gi&#225; &amp;quot;v&agrave;ng&amp;quot;</title>", "", 'Giá "vàng"'),
            ("", "<h1>Họp</h1>", "Họp"),
            ("", "", ""),
        ],
    )
    def test_the_title_is_what_readers_see_without_the_site(self, head: str, body: str, title: str) -> None:
        assert read(head, body + PROSE)["title"] == title


class TestTimes:
    def test_json_ld_comes_before_metas_and_zones_are_kept(self) -> None:
        page = read(
            described('{"@type":"NewsArticle","datePublished":"2026-03-01T10:00:00+07:00"}')
            + "<meta name='pubdate' content='2026-02-01'>"
        )
        assert (page["published_at"], page["date_quality"]) == ("2026-03-01T03:00:00+00:00", "exact")

    def test_a_time_without_zone_is_the_zones_own(self) -> None:
        page = read("<meta property='article:published_time' content='2026-03-07T08:06:00'>")
        assert (page["published_at"], page["date_quality"]) == ("2026-03-07T01:06:00+00:00", "local")

    def test_a_wall_clock_marked_with_a_wrong_zone_is_set_right_by_what_readers_see(self) -> None:
        head = "<meta property='article:published_time' content='2026-03-07T08:06:00Z'>"
        page = read(head, "<h1>Cầu mới ở xã</h1><span>07/03/2026 08:06</span>" + PROSE)
        assert page["published_at"] == "2026-03-07T01:06:00+00:00"

    def test_a_day_is_completed_by_the_time_that_readers_see(self) -> None:
        head = "<meta name='pubdate' content='2026-03-07'>"
        page = read(head, "<h1>Cầu mới ở xã</h1><span>Lan Anh - 07/03/2026 08:06</span>" + PROSE)
        assert page["published_at"] == "2026-03-07T01:06:00+00:00"

    def test_the_time_of_another_day_completes_nothing(self) -> None:
        body = f"<h1>Cầu mới ở xã</h1><p>07/03/2026</p><p>Kỳ trước: 01/02/2026 10:00</p>{PROSE}"
        page = read("", body)
        assert (page["published_at"], page["date_quality"]) == ("2026-03-06T17:00:00+00:00", "day")

    def test_the_line_of_the_last_change_is_no_publication(self) -> None:
        lines = "<p>Cập nhật lúc 10:00, 09/03/2026</p><p>Thứ bảy, 07/03/2026, 19:20 (GMT+7)</p>"
        assert read("", f"<h1>Cầu mới ở xã</h1>{lines}{PROSE}")["published_at"] == "2026-03-07T12:20:00+00:00"

    def test_a_date_before_the_title_is_found_where_the_title_is_no_heading(self) -> None:
        body = "<span>Thứ năm, 2/11/2023, 19:20</span><div class='t'>Cầu mới ở xã ta</div>" + PROSE
        assert read("<title>Cầu mới ở xã ta</title>", body)["published_at"] == "2023-11-02T12:20:00+00:00"

    def test_a_time_inside_an_embedded_post_is_not_the_articles(self) -> None:
        body = f"<h1>Cầu mới ở xã</h1><p>29/01/2019</p>{PROSE}<time datetime='2018-03-12T19:30:12Z'>x</time>"
        page = read("", body)
        assert (page["published_at"], page["date_quality"]) == ("2019-01-28T17:00:00+00:00", "day")

    def test_a_month_or_a_count_is_no_date(self) -> None:
        body = f"<h1>Cầu mới ở xã</h1><span>tháng 3/2026</span><span>2026</span>{PROSE}"
        assert read("", body)["published_at"] is None

    def test_the_address_tells_the_day_where_nothing_else_does(self) -> None:
        page = read("", f"<h1>Cầu mới ở xã</h1>{PROSE}", url="https://bao.example/2025/09/14/cau-moi")
        assert (page["published_at"], page["date_quality"]) == ("2025-09-13T17:00:00+00:00", "day")

    def test_an_address_with_a_day_that_no_calendar_has_tells_none(self) -> None:
        body = f"<h1>Cầu mới ở xã</h1><time datetime='2025-03-01T10:00:00+07:00'></time>{PROSE}"
        page = read("", body, url="https://bao.example/2025/02/30/cau-moi")
        assert page["published_at"] == "2025-03-01T03:00:00+00:00"

    def test_the_last_day_a_page_may_be_of_is_the_day_where_it_is_written(self) -> None:
        body = f"<h1>Cầu mới ở xã</h1>{PROSE}<footer>Ngày 05/03/2026</footer>"
        just_after_midnight = "2026-03-04T18:00:00+00:00"
        assert read("", body, latest=just_after_midnight)["published_at"] == "2026-03-04T17:00:00+00:00"
        assert read("", body, latest="2026-03-04T16:00:00+00:00")["published_at"] is None

    def test_a_change_before_the_publication_is_none(self) -> None:
        page = read(described('{"@type":"Article","datePublished":"2026-03-02","dateModified":"2019-01-01"}'))
        assert page["updated_at"] is None

    def test_nothing_gives_nothing(self) -> None:
        page = read("", "<h1>Cầu mới ở xã</h1><p>Không ngày tháng.</p>")
        assert (page["published_at"], page["date_quality"]) == (None, "none")


class TestDescriptions:
    def test_of_several_articles_the_one_with_the_pages_title_counts(self) -> None:
        right = '{"@type":"NewsArticle","headline":"Cầu mới","articleSection":"Xã"}'
        blocks = '[{"@type":"NewsArticle","headline":"Khác"},' + right + "]"
        assert read("<title>Cầu mới</title>" + described(blocks))["section"] == "Xã"

    @pytest.mark.parametrize(
        "broken",
        [
            '<!-- {"@type":"NewsArticle","datePublished":"2026-03-01T10:00:00+07:00"} -->',
            '//<![CDATA[\n{"@type":"NewsArticle","datePublished":"2026-03-01T10:00:00+07:00",}\n//]]>',
            '{"@type":"NewsArticle","headline":"a "b" c","datePublished":"2026-03-01T10:00:00+07:00"}',
            '{"@type":["Thing","http://schema.org/NewsArticle"],"name":"a\nb","datePublished":"2026-03-01T10:00:00+07:00"}',
        ],
    )
    def test_broken_json_is_read_as_far_as_it_goes(self, broken: str) -> None:
        assert read(described(broken))["published_at"] == "2026-03-01T03:00:00+00:00"

    def test_the_stated_body_stands_in_where_the_page_shows_little(self) -> None:
        body = " ".join(f"Câu {n} của bài được ghi lại cho máy đọc." for n in range(20))
        fields = json.dumps({"@type": "NewsArticle", "articleBody": f"<p>{body}</p><p>Hết.</p>"})
        assert read(described(fields), "<h1>Cầu mới</h1><p>Đăng nhập để đọc.</p>")["text"] == f"{body}\nHết."

    @pytest.mark.parametrize(
        "hostile", ["[" * 200_000, '{"a":' * 100_000, '{"@type":"Article","author":[[[]]],"image":[{}]}', "null", "7"]
    )
    def test_any_block_is_survived(self, hostile: str) -> None:
        assert read("<title>Cầu mới</title>" + described(hostile))["title"] == "Cầu mới"


class TestFrame:
    def test_addresses_are_absolute_and_a_canonical_front_page_is_not_believed(self) -> None:
        head = (
            "<base href='https://cdn.example/x/'><link rel='canonical' href='https://bao.example/'>"
            "<meta property='og:image' content='anh.jpg'><meta property='og:url' content='javascript:alert(1)'>"
        )
        page = read(head)
        assert page["canonical_url"] == "https://bao.example/a-1.html"
        assert page["image"] == "https://cdn.example/x/anh.jpg"

    def test_a_base_that_names_no_address_is_none(self) -> None:
        page = read("<base target='_blank'><base href='https://cdn.example/x/'><meta name='image' content='anh.jpg'>")
        assert page["image"] == "https://cdn.example/x/anh.jpg"

    def test_a_list_of_links_at_the_end_is_no_text(self) -> None:
        links = "".join(f"<li><a href='/{n}'>Một tin khác trong ngày thứ {n} của tuần</a></li>" for n in range(4))
        assert "Một tin khác" not in read("", f"<h1>Cầu mới</h1><div>{PROSE}<ul>{links}</ul></div>")["text"]

    def test_a_rule_handed_in_comes_before_the_families(self) -> None:
        rule = {"id": "own", "hosts": ["bao.example"], "marks": [".than"], "title": [".td"], "body": [".than"]}
        body = f"<h1>Sai</h1><b class='td'>Đúng tựa</b><div class='than'>{PROSE}</div><p>Ngoài</p>"
        page = read("", body, rules=[rule])
        assert (page["family"], page["title"]) == ("own", "Đúng tựa")
        assert read("", body, rules=[rule], url="https://khac.example/a")["family"] is None


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(tasks=PAGE_TASKS) as workers:
        yield workers


HOSTILE = {
    "paragraphs": b"<h1>T</h1>" + b"<p>x y z text here</p>" * 200_000,
    "breaks": b"<h1>T</h1><div>" + b"text and more text<br>" * 100_000,
    "deep": b"<h1>T</h1>" + b"<div><span>" * 50_000 + b"text",
    "tables": b"<h1>T</h1>" + b"<table><tr><td>" * 3000 + b"text",
    "attributes": b"<h1>T</h1><p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">x</p>",
    "metas": b"<meta name=author content='a b'>" * 100_000 + b"<h1>T</h1>",
    "headings": b"<h1>T</h1>" * 50_000,
    "times": b"<h1>T</h1>" + b"<time datetime='x'>x</time><i itemprop=datePublished>1</i>" * 30_000,
    "comment": b"<h1>T</h1><script type='application/ld+json'>{}-->" + b" " * 500_000 + b"x</script>",
    "lists": b"<div><h1>T</h1><div>"
    + b"<p>a sentence that is as long as those of articles are. </p>" * 20
    + b"</div>"
    + b"<ul></ul><p>x</p>" * 12_000,
    "blocks": b"<h1>T</h1>" + b'<script type=\'application/ld+json\'>{"@type":"Article",}</script>' * 20_000,
    "whole": (b"<h1>T</h1><p>" + b"lorem ipsum " * 900_000)[: 10 << 20],
    "named": b"<h1>T</h1>" + b"<span class=author>" * 250 + b"<i></i>" * 30_000,
    "dated": b"<h1>T</h1>" + b"<div itemprop=datePublished>" * 250 + b"<i></i>" * 30_000,
    "titled": b"<title>T</title>" + b"<h1><div>" * 120 + b"<i></i>" * 30_000,
    "unseen": b"<h1>T</h1>" + (b"<span>" * 250 + b"<script>1</script>" + b"</span>" * 250) * 130,
    "wordy": b"<h1>T</h1>" + b"<span class=author>" * 250 + b"a word " * 400_000,
    "short": b"<h1>T</h1>" + b"<div><p>word</p></div>" * 7_900,
    "nul": b"\0" * 100 + b"<html><h1>T\0</h1><p>" + b"word\0 " * 300,
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_no_page_breaks_its_worker(sandbox: Sandbox, name: str) -> None:
    found = read_page(sandbox, HOSTILE[name], url="https://bao.example/a", zone=ZONE)
    assert isinstance(found, ReadPage), found
    assert len(found.text) <= 400_000


@pytest.mark.parametrize("body", [b"", b"%PDF-1.4 \x00\xff" * 50, b'{"a": 1}', b"\xff\xfe", b"   "])
def test_what_is_no_page_is_refused(sandbox: Sandbox, body: bytes) -> None:
    found = read_page(sandbox, body, url="", zone=ZONE)
    assert isinstance(found, PageUnreadable)
    assert found.problem.code == "unreadable"


@pytest.mark.parametrize(
    ("codec", "content_type", "meta"),
    [
        ("utf-8", "text/html; charset=iso-8859-1", ""),
        ("utf-16", "", ""),
        ("cp1258", "text/html; charset=windows-1258", ""),
        ("cp1258", "", "<meta charset='windows-1258'>"),
        ("utf-8", "text/html; charset=zip", "<meta charset='utf-7'>"),
    ],
)
def test_letters_come_out_right_whatever_is_said_of_them(
    sandbox: Sandbox, codec: str, content_type: str, meta: str
) -> None:
    body = f"<html><head>{meta}<title>Bé Hà</title></head><body><p>Cô và bé ở quê.</p></body></html>".replace("ở", "o")
    found = read_page(sandbox, body.encode(codec), url="", zone=ZONE, content_type=content_type)
    assert isinstance(found, ReadPage)
    assert found.title == "Bé Hà"
