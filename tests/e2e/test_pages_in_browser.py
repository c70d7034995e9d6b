"""The whole path in a real browser: set up, collect, share, declare, review, progress, report; on a phone and a desk.

Pictures of every page stay in the test's temporary folder.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from tests.e2e.outside import PASSWORD, Outside
from tests.ground import cannot_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page

pytestmark = pytest.mark.browser

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE, DESK = (360, 740), (1280, 800)
SETUP = re.compile(r"http://127\.0\.0\.1:\d+/setup/\S+")
HOSTILE = "Chi bộ <img src=x onerror=alert(1)> \"'"


@dataclass
class Person:
    """Somebody in front of a browser; every page opened is looked over and photographed."""

    page: Page
    base: str
    pictures: Path
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen for what a page must never do."""
        self.page.on("dialog", self._note_dialog)
        self.page.on("console", self._note_console)

    def _note_dialog(self, dialog: Dialog) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.wrong.append(message.text)

    def open(self, path: str) -> None:
        """Open a page."""
        self.page.goto(path if path.startswith("http") else f"{self.base}{path}")
        self.look()

    def look(self) -> None:
        """Hold the page in front to fit the screen, and take its picture."""
        shot = self.pictures / f"{len(list(self.pictures.iterdir())):02d}.png"
        self.page.screenshot(path=shot)
        wide, screen = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= screen, f"{self.page.url} is wider than the screen: {wide}"

    def press(self, words: str) -> None:
        """Press a button or link of the page by its words, or the first that holds them."""
        able = self.page.locator("main :is(button, summary, a):visible")
        exact = able.filter(has_text=re.compile(rf"^\s*{re.escape(words)}\s*$"))
        (exact if exact.count() else able.filter(has_text=words)).first.click()
        self.page.wait_for_load_state()
        self.look()

    def fill(self, **fields: str) -> None:
        """Fill fields in by their names; lists are chosen from by their words."""
        for name, value in fields.items():
            found = self.page.locator(f'main [name="{name}"]:visible').first
            if found.evaluate("e => e.tagName") == "SELECT":
                found.select_option(label=value)
            else:
                found.fill(value)

    def sees(self, words: str) -> None:
        """Hold the page to showing words."""
        shown = " ".join(self.page.locator("main").inner_text().split())
        assert words in shown, f"{words!r} is not on {self.page.url}: {shown[:500]}"

    def sign_in(self, login: str) -> None:
        """Leave whatever session there is, and sign in."""
        if self.page.locator("form.sign-out button").count():
            self.page.locator("form.sign-out button").click()
        self.open("/sign-in")
        self.fill(login=login, password=PASSWORD)
        self.press("Đăng nhập")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        cannot_run("the pages in a browser", "Chromium is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Outside]:
    """Give a running installation that nobody has set up."""
    (tmp_path / "home").mkdir()
    home = Outside(tmp_path / "home")
    home.start()
    yield home
    said = home.stop()
    home.site.close()
    assert "Traceback" not in said
    assert PASSWORD not in said


def _context(browser: Browser, size: tuple[int, int], *, script: bool) -> BrowserContext:
    viewport = {"width": size[0], "height": size[1]}
    return browser.new_context(
        viewport=viewport,  # type: ignore[arg-type]  # a typed dict of the same two fields
        locale="vi-VN",
        java_script_enabled=script,
        accept_downloads=True,
        color_scheme="dark" if not script else "light",
    )


@pytest.mark.parametrize(
    ("size", "script"), [(PHONE, True), (DESK, True), (PHONE, False)], ids=["phone", "desk", "phone-without-script"]
)
def test_the_whole_path_from_the_set_up_link_to_the_report(
    browser: Browser, fresh: Outside, tmp_path: Path, size: tuple[int, int], *, script: bool
) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    context = _context(browser, size, script=script)
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
    log = fresh.folder / "stderr.log"
    fresh.until(lambda: SETUP.search(log.read_text(encoding="utf-8")))
    link = SETUP.search(log.read_text(encoding="utf-8"))
    assert link is not None
    person.open("/")
    person.sees("Hệ thống chưa được thiết lập")
    person.open(link[0])
    person.fill(login="quantri", password=PASSWORD, again=PASSWORD)
    person.press("Thiết lập")
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
    person.press("Thông báo và sự đồng ý")
    for _ in range(3):
        box = person.page.locator("input[name=agree]").first
        assert not box.is_checked()
        box.check()
        person.press("Ghi nhận sự đồng ý")
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
