"""Adding a source without a feed, as an administrator does it in a browser without script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.application import BASE_URL, application, make_deps
from tests.corpus.house import make_crawler
from tests.corpus.site import Answer, Site
from tests.web.conftest import furnish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox import Sandbox
    from tests.application import Api
    from tests.web.browser import Browser

PAGE = "/feeds-list"
ROWS = "".join(
    f"<li><h3><a href='/xa-thu-{n}-cua-huyen-dat-chuan-51234{n}.html'>Xã thứ {n} của huyện đạt chuẩn mới</a></h3>"
    f"<span class='time'>0{n}/11/2026 09:20</span></li>"
    for n in (1, 2, 3)
)
LINK = "<a href='/xa-thu-9-cua-huyen-dat-chuan-512349.html'>Bài trong hộp này</a>"
BOX = f"<div class='hop'><b>Hộp tin riêng</b>{LINK}</div>"


@pytest.fixture
def paper() -> Iterator[Site]:
    opened = Site()
    opened.set_page("/tin", f"<html><head><title>Tin xã</title></head><body><ul>{ROWS}</ul>{BOX}</body></html>")
    yield opened
    opened.close()


@pytest.fixture
def admin(site: Api, sandbox: Sandbox) -> Browser:
    crawl = make_crawler(site.db, sandbox, site.clock)
    site.app = application(make_deps(site.db, site.clock, crawl=crawl, sandbox=sandbox))
    return furnish(site).browser("admin")


def test_a_list_page_is_tried_with_selectors_tried_again_and_added(admin: Browser, paper: Site) -> None:
    url = f"{paper.base}/tin"
    first = admin.submit(admin.get(PAGE), PAGE, "act=look", url=url, kind="listing")
    assert "Xã thứ 1 của huyện đạt chuẩn mới" in first.words
    assert "01/11/2026" in first.words
    wrong = admin.submit(first, PAGE, "act=look", at_row="li:has(")
    assert (wrong.status, "Viết chưa đúng" in wrong.words) == (422, True)
    nothing = admin.submit(wrong, PAGE, "act=look", at_row=".khong-co")
    assert "Chưa tìm được bài nào theo cách này" in nothing.words
    again = admin.submit(nothing, PAGE, "act=look", at_row=".hop", at_title="b", at_attr="image=data-src")
    assert "Hộp tin riêng" in again.words
    assert "Xã thứ 1" not in again.words
    added = admin.submit(again, PAGE, "act=add", title="Tin của xã")
    assert "Đã thêm nguồn" in added.words
    assert "Trang danh sách" in added.words


def test_selectors_of_a_source_are_shown_and_changed(admin: Browser, paper: Site) -> None:
    url = f"{paper.base}/tin"
    added = admin.submit(admin.get(PAGE), PAGE, "act=add", url=url, kind="listing", at_row=".hop")
    feed = added.url.rpartition("/")[2]
    assert f"{PAGE}?feed={feed}" in [link.removeprefix(BASE_URL) for link in added.links()]
    shown = admin.get(f"{PAGE}?feed={feed}")
    assert 'value=".hop"' in shown.text
    tried = admin.submit(shown, PAGE, "act=look", at_row="", at_link="h3 a", at_published="")
    assert "Xã thứ 2 của huyện đạt chuẩn mới" in tried.words
    assert "Đã lưu" in admin.submit(tried, PAGE, "act=save").words
    stale = admin.submit(tried, PAGE, "act=save")
    assert stale.status == 412


def test_a_news_sitemap_is_added(admin: Browser, paper: Site) -> None:
    news = f"<url><loc>{paper.base}/a-512341.html</loc><n:news xmlns:n='x'><n:title>Bài một</n:title></n:news></url>"
    paper.pages["/s.xml"] = Answer(body=f"<urlset>{news}</urlset>".encode(), content_type="application/xml")
    tried = admin.submit(admin.get(PAGE), PAGE, "act=look", url=f"{paper.base}/s.xml", kind="sitemap")
    assert "Bài một" in tried.words
    assert "Sơ đồ tin" in admin.submit(tried, PAGE, "act=add").words


def test_a_page_without_a_feed_is_offered_as_a_list(admin: Browser, paper: Site) -> None:
    looked = admin.submit(admin.get("/feeds"), "/feeds", "act=look", url=f"{paper.base}/tin")
    assert "Xã thứ 3 của huyện đạt chuẩn mới" in looked.words
    assert "Đã thêm nguồn" in admin.submit(looked, PAGE, "act=add").words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"url": "", "kind": "listing"}, "Cần nhập mục này"),
        ({"url": "http://10.0.0.1/", "kind": "listing"}, "Địa chỉ"),
        ({"url": "http://127.0.0.1/", "kind": "listing", "at_attr": "published"}, "published=datetime"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_added(admin: Browser, typed: dict[str, str], words: str) -> None:
    shown = admin.submit(admin.get(PAGE), PAGE, "act=add", **typed)
    assert shown.status == 422
    assert words in shown.words


@pytest.mark.parametrize("role", ["member", "officer", "auditor"])
def test_only_administrators_open_it(site: Api, role: str) -> None:
    assert furnish(site).browser(role).get(PAGE).status == 403
