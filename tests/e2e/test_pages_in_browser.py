"""The whole path in a real browser: set up, collect, share, declare, review, progress, report; on a phone and a desk.

Pictures of every page stay in the test's temporary folder.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.e2e.browsing import DESK, PHONE, Person, opened
from tests.e2e.desk import agree, set_up
from tests.e2e.outside import PASSWORD

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.e2e.outside import Outside

pytestmark = pytest.mark.browser

HOSTILE = "Chi bộ <img src=x onerror=alert(1)> \"'"


@pytest.mark.parametrize(
    ("size", "script"), [(PHONE, True), (DESK, True), (PHONE, False)], ids=["phone", "desk", "phone-without-script"]
)
def test_the_whole_path_from_the_set_up_link_to_the_report(
    browser: Browser, fresh: Outside, tmp_path: Path, size: tuple[int, int], *, script: bool
) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    context = opened(browser, size, script=script)
    person = Person(context.new_page(), fresh.base, pictures)
    _set_up(person, fresh)
    _enter_people(person)
    _add_source(person, fresh)
    _register_programme(person)
    claim = _share_and_declare(person, script=script)
    _review(person, claim)
    _read_progress(person)
    _download_report(person)
    context.close()
    assert person.wrong == []


def _set_up(person: Person, fresh: Outside) -> None:
    person.open("/")
    person.sees("Hệ thống chưa được thiết lập")
    set_up(person, fresh)
    person.sees("Đã tạo quản trị viên đầu tiên")
    person.sees("Các bước thiết lập")


def _enter_people(person: Person) -> None:
    person.open("/units")
    person.fill(name=HOSTILE, code="CB1")
    person.press("Thêm")
    person.sees("Đã lưu")
    person.sees(HOSTILE)
    person.open("/members")
    person.press("Thêm đảng viên")
    person.fill(full_name="Phạm Quốc Đạt", code="DV04", unit_id=f"{HOSTILE} (CB1)", since="2020-01-01", kind="Đảng")
    person.press("Thêm")
    person.sees("Phạm Quốc Đạt")
    person.press("Tạo tài khoản")
    person.fill(login="dat", password=PASSWORD)
    person.page.locator("#add button.main").click()
    person.sees("Đã lưu")
    person.press("Thêm tài khoản")
    person.fill(login="canbo", password=PASSWORD, role="Cán bộ phụ trách", unit_id=f"{HOSTILE} (CB1)")
    person.page.locator("#add button.main").click()
    person.sees("canbo")


def _add_source(person: Person, fresh: Outside) -> None:
    items = [fresh.item(f"Tuyến đường hoa số {n}") for n in range(3)]
    feed = fresh.site.set_feed("/rss/tin.rss", items)
    link = '<link rel="alternate" type="application/rss+xml" href="/rss/tin.rss">'
    fresh.site.set_page("/", f"<html><head><title>Báo mẫu</title>{link}</head><body>Báo</body></html>")
    person.open("/feeds")
    person.fill(url=feed.removesuffix("rss/tin.rss"))
    person.press("Xem thử")
    person.sees("/rss/tin.rss")
    person.fill(url=feed)
    person.press("Thêm")
    person.sees("Đã thêm nguồn tin")
    fresh.until(lambda: _fetches(person))
    person.open("/articles?q=tuyen duong")
    person.sees("Tuyến đường hoa số 1")


def _fetches(person: Person) -> bool:
    """Fetch the source in front now; the worker may be at it already."""
    person.press("Thu thập ngay")
    return "Hoạt động tốt" in person.page.locator("main").inner_text()


def _register_programme(person: Person) -> None:
    person.open("/programmes")
    person.fill(name="Mỗi tháng một bài chia sẻ", unit_id=f"{HOSTILE} (CB1)")
    person.page.locator("main details button.main").click()
    person.sees("Đã lưu")
    person.fill(who="Mỗi đảng viên", what="Bài chia sẻ", per="Tháng", minimum="1", aim="2")
    person.press("Đặt chỉ tiêu này")
    person.sees("Mỗi đảng viên, mỗi tháng: tối thiểu 1, phấn đấu 2 bài chia sẻ")
    person.open("/")
    assert "Các bước thiết lập" not in person.page.locator("main").inner_text()


def _share_and_declare(person: Person, *, script: bool) -> str:
    person.sign_in("dat")
    person.sees("0/2")
    agree(person)
    person.open("/articles")
    person.press("Tuyến đường hoa số 1")
    person.press("Facebook")
    link = person.page.locator("#my-link").inner_text().strip()
    assert re.fullmatch(rf"{re.escape(person.base)}/s/[a-z2-9]+", link)
    dialog = person.page.locator('a[href^="https://www.facebook.com/sharer/"]').get_attribute("href")
    assert dialog is not None
    assert dialog.count("=") == 1
    assert person.page.locator("[data-copy=my-link]").is_visible() == script
    person.press("Đã đăng – khai báo")
    person.sees("Đã gửi, chờ duyệt")
    person.open("/articles")
    person.press("Tuyến đường hoa số 1")
    person.press("Facebook")
    person.press("Đã đăng – khai báo")
    person.sees("Đồng chí đã khai báo mục này trong tháng")
    return person.page.url.rpartition("/")[2]


def _review(person: Person, claim: str) -> None:
    person.sign_in("canbo")
    person.press("Mở danh sách chờ duyệt")
    person.sees("Phạm Quốc Đạt")
    person.open(f"/claims/{claim}")
    person.page.locator("main button[value=return]").click()
    person.sees("Cần nhập mục này")
    person.fill(reason="Cần liên kết của bài đã đăng")
    person.page.locator("main button[value=return]").click()
    person.sees("Trả lại (cần bổ sung)")
    person.sign_in("dat")
    person.press("Xem ngay")
    person.sees("Cần liên kết của bài đã đăng")
    person.open(f"/claims/{claim}/edit")
    person.fill(url="https://www.facebook.com/profile.php?id=100001")
    person.press("Gửi duyệt")
    person.sees("liên kết trang cá nhân")
    person.fill(url="https://www.facebook.com/dat.pham/posts/pfbid02abcDEF123")
    person.press("Gửi duyệt")
    person.sees("Chờ duyệt")
    person.sign_in("canbo")
    person.open("/review")
    person.page.locator("input[name=claim]").check()
    person.page.locator("#batch button[value=accept]").click()
    person.sees("Đã quyết định 1 mục")
    person.look()


def _read_progress(person: Person) -> None:
    person.open("/progress")
    person.sees("1/1")
    person.press("Tất cả các dòng")
    person.press("vì sao?")
    person.sees("Tuyến đường hoa số 1")
    person.sign_in("dat")
    person.sees("1/2")
    person.sees("Đạt")


def _download_report(person: Person) -> None:
    person.sign_in("canbo")
    person.open("/progress")
    for words, kind in (("Excel", b"PK"), ("CSV", b"\xef\xbb\xbf"), ("JSON", b"{")):
        with person.page.expect_download() as started:
            person.page.locator(f'main a.button:has-text("{words}")').click()
        assert started.value.path().read_bytes().startswith(kind)
