"""Story 2 in a real browser, from an empty installation, with the numbers of its source: nothing goes by the API.

79 organisations, 3,945 members, 71 working groups, a fan page of 17 months, 350 posts on 196 pages, an export, a piece.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
import pytest

from tests.e2e import office_sheets
from tests.e2e.browsing import DESK, PHONE, Person, opened
from tests.e2e.desk import agree, let_sign_in, set_up
from tests.e2e.office_sheets import CAMPAIGN, TOP, member_name, unit_name
from tests.e2e.outside import PASSWORD

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.e2e.outside import Outside

pytestmark = pytest.mark.browser

COMMITTEE = "Đảng ủy Khối Cơ quan và Doanh nghiệp"
GROUP = "Tổ công tác 03"
FANPAGE = "Bình Phước _ Khối Cơ quan và Doanh nghiệp"
TAKE_IN = "Nhập bài đăng từ Excel"
MONTHS = [f"2023-{m:02d}" for m in range(1, 13)] + [f"2024-{m:02d}" for m in range(1, 6)]
SLOW_MS = 60_000


def test_the_bloc_of_binh_phuoc_is_kept_by_pages_alone(browser: Browser, fresh: Outside, tmp_path: Path) -> None:
    """Show the numbers of 004-43 to 004-69 where an office sees them."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    context = opened(browser, DESK)
    context.set_default_timeout(SLOW_MS)
    person = Person(context.new_page(), fresh.base, pictures)
    _set_up(person, fresh)
    _bring_people_in(person, tmp_path)
    _put_groups_down(person)
    _make_accounts(person)
    articles = _collect(person, fresh)
    _look_at_one_unit(person)
    person.sign_in("khoi")
    _state_the_fan_page(person)
    _take_exports_in(person, tmp_path, articles)
    _count_the_campaign(person, tmp_path)
    _declare_a_piece(person, fresh)
    _read_what_it_came_to(person)
    phone = opened(browser, PHONE)
    phone.set_default_timeout(SLOW_MS)
    _look_on_a_phone(Person(phone.new_page(), fresh.base, pictures))
    phone.close()
    context.close()
    assert person.wrong == []


def _set_up(person: Person, fresh: Outside) -> None:
    set_up(person, fresh)
    person.open("/units")
    person.fill(name=COMMITTEE, code=TOP, kind="đảng bộ")
    person.press("Thêm")
    person.sees(COMMITTEE)


def _bring_people_in(person: Person, folder: Path) -> None:
    _choose(person, folder, "to-chuc.csv", office_sheets.units_csv(), what="Tổ chức đảng")
    person.press("Xem trước")
    person.sees("mới: 79 thay đổi: 0 giữ nguyên: 0 bị từ chối: 0")
    person.press("Áp dụng")
    person.sees("mới: 79")
    people = office_sheets.members_xlsx()
    _choose(person, folder, "dang-vien.xlsx", people, what="Đảng viên")
    person.press("Xem trước")
    person.sees("mới: 3.945 thay đổi: 0 giữ nguyên: 0 bị từ chối: 0")
    person.sees("Số định danh cá nhân không được nhận: Số CCCD")
    person.sees("Thêm mới")
    person.press("Áp dụng")
    person.sees("mới: 3.945")
    person.sees("Số định danh cá nhân không được nhận: Số CCCD")
    _choose(person, folder, "dang-vien.xlsx", people, what="Đảng viên")
    person.press("Áp dụng")
    person.sees("mới: 0 thay đổi: 0 giữ nguyên: 3.945 bị từ chối: 0")
    _choose(person, folder, "them.csv", office_sheets.few_members_csv(), what="Đảng viên")
    person.press("Áp dụng")
    person.sees("mới: 2")
    person.press("Hoàn tác lần nhập này")
    person.sees("đã hoàn tác")
    person.open("/members")
    person.sees("3.945 đảng viên")
    person.press("Trang sau")
    person.open("/members?q=diem+binh")
    person.sees("Không có ai phù hợp.")
    person.open("/members?q=dieu+thi+binh")
    namesakes = sum(member_name(n) == "Điểu Thị Bình" for n in range(office_sheets.MEMBERS))
    person.sees(f"{namesakes} đảng viên")
    assert person.page.locator("main tbody tr").count() == namesakes > 1
    person.open("/units")
    person.sees("80 tổ chức")


def _choose(person: Person, folder: Path, name: str, content: bytes, *, what: str = "", page: str = "/imports") -> None:
    """Choose a file on a page that takes one."""
    (folder / name).write_bytes(content)
    person.open(page)
    if what:
        person.fill(what=what)
    person.page.locator("main input[type=file]").set_input_files(folder / name)


def _put_groups_down(person: Person) -> None:
    person.open("/coverage")
    person.fill(group=GROUP, unit=f"{COMMITTEE} ({TOP})")
    person.press("Xem")
    person.sees(f"0/79 tổ chức có “{GROUP}” (0,0%)")
    person.page.locator("main [data-ticks]").check()
    for number in range(72, 80):
        person.page.locator("main .option", has_text=unit_name(number)).locator("input").uncheck()
    person.fill(established_on="2023-03-01")
    person.press("Ghi nhận cho các tổ chức đã chọn")
    person.sees(f"71/79 tổ chức có “{GROUP}” (89,9%)")
    person.sees("Chưa có: 8 tổ chức")
    for number in range(72, 80):
        person.sees(unit_name(number))
    person.fill(on="2023-02-28")
    person.press("Xem")
    person.sees(f"0/79 tổ chức có “{GROUP}” (0,0%)")
    person.sees("28/02/2023")


def _make_accounts(person: Person) -> None:
    for login, unit in (("khoi", f"{COMMITTEE} ({TOP})"), ("donvi", f"{unit_name(7)} (007)")):
        person.open("/accounts")
        person.press("Thêm tài khoản")
        person.fill(login=login, password=PASSWORD, role="Cán bộ phụ trách", unit_id=unit)
        person.page.locator("#add button.main").click()
        person.sees(login)
    let_sign_in(person, "010000", member_name(0), "tacgia")


def _collect(person: Person, fresh: Outside) -> list[str]:
    """Collect two articles of a source, by hand; give their addresses."""
    items = [fresh.item(f"Tin tốt của tỉnh số {n}") for n in range(2)]
    for item in items:
        fresh.site.set_page(item.path, f"<html><head><title>{item.title}</title></head><body>Bài</body></html>")
    feed = fresh.site.set_feed("/rss/tin.rss", items)
    person.open("/feeds")
    person.fill(url=feed)
    person.press("Thêm")
    fresh.until(lambda: _fetches(person))
    return [fresh.site.base + item.path for item in items]


def _fetches(person: Person) -> bool:
    person.press("Thu thập ngay")
    return "Hoạt động tốt" in person.page.locator("main").inner_text()


def _look_at_one_unit(person: Person) -> None:
    person.sign_in("donvi")
    person.open("/units")
    person.sees("1 tổ chức")
    person.sees(unit_name(7))
    person.open("/members")
    person.sees("50 đảng viên")
    assert unit_name(8) not in person.page.locator("main").inner_text()
    person.open("/members?q=080001")
    person.sees("Không có ai phù hợp.")


def _state_the_fan_page(person: Person) -> None:
    person.open("/channels")
    person.fill(unit_id=f"{COMMITTEE} ({TOP})", name=FANPAGE, kind="Trang (fanpage)", platform="Facebook")
    person.page.locator('main form[action="/channels"] button.main').click()
    person.sees(FANPAGE)
    here = person.page.url
    for year in ("2023", "2024"):
        person.open(f"{here}?year={year}")
        person.press(f"Nhập số liệu các tháng năm {year}")
        for month in (m for m in MONTHS if m.startswith(year)):
            first = month == MONTHS[0]
            stated = {f"posts-{month}": "308" if first else "294"}
            stated[f"reach_engagements-{month}"] = "93.536" if first else "93.529"
            person.fill(**stated)
        person.press("Lưu số liệu các tháng")
        person.sees("Đã lưu")
    person.sees("Tất cả các tháng: 5.012 tin, bài (hơn 5.000)")
    person.sees("1.590.000")
    person.sees("gần 1,6 triệu")
    person.open(here)
    person.press("2023")
    person.sees("Tháng 1/2023 308")


def _take_exports_in(person: Person, folder: Path, articles: list[str]) -> None:
    here = person.page.url.partition("?")[0]
    exports = (
        ("so-lieu.csv", office_sheets.insights_csv(articles), "mới: 3", "1.200 (B)"),
        ("so-lieu.xlsx", office_sheets.insights_xlsx(articles), "thay đổi: 2", "2.000 (B)"),
    )
    for name, content, counted, value in exports:
        _choose(person, folder, name, content, page=here)
        person.press("Xem trước")
        person.sees(counted)
        person.press("Áp dụng")
        person.sees(value)
        person.sees("Tin tốt của tỉnh số 1")
        person.sees(name)
    person.sees("3 bài đăng")


def _count_the_campaign(person: Person, folder: Path) -> None:
    person.open("/programmes")
    person.fill(name=CAMPAIGN, unit_id=f"{COMMITTEE} ({TOP})", from_on="2023-01-01")
    person.page.locator("#register button.main").click()
    person.sees("Đã lưu")
    _choose(person, folder, "bai-dang.xlsx", office_sheets.posts_xlsx(), page="/channel-posts")
    person.press(TAKE_IN)
    person.press("Xem trước")
    person.sees("mới: 350 thay đổi: 0 giữ nguyên: 0 bị từ chối: 0")
    person.sees("196 trang, nhóm được thêm vào sổ cùng tệp này")
    person.press("Áp dụng")
    person.open("/channel-posts")
    person.fill(programme=CAMPAIGN)
    person.press("Lọc")
    person.sees("350 bài đăng, trên 196 trang, nhóm")
    _choose(person, folder, "bai-dang.xlsx", office_sheets.posts_xlsx(), page="/channel-posts")
    person.press(TAKE_IN)
    person.press("Áp dụng")
    person.open("/channel-posts")
    person.sees("353 bài đăng, trên 197 trang, nhóm")
    person.open("/channels")
    person.sees("197 trang, hội, nhóm")
    assert "5.362" not in person.page.locator("main").inner_text()


def _declare_a_piece(person: Person, fresh: Outside) -> None:
    prose = "<p>" + "Ngày hội đại đoàn kết toàn dân tộc được tổ chức tại khu dân cư. " * 12 + "</p>"
    page = (
        "<html lang=vi><body><div class='newsdetail'><h1 class='title'>Ngày hội ở thôn 5</h1>"
        "<div class='newsdetailmetatop'><span class='h5'><i class='fa fa-eye'></i>99</span></div>"
        f"<div id='news-bodyhtml'>{prose}</div></div>"
        "<p id='stringrating'>Tổng số điểm của bài viết là: 4 trong 2 đánh giá</p></body></html>"
    )
    address = fresh.site.set_page("/vi/news/ngay-hoi-1.html", page)
    person.sign_in("tacgia")
    agree(person)
    person.open("/claims/new?kind=authored")
    person.fill(url=address, title="Ngày hội ở thôn 5")
    person.press("Gửi duyệt")
    person.sees("Đã gửi, chờ duyệt")
    fresh.until(lambda: _shows(person, "Lượt xem"), wait_s=90)
    for words in ("99", "A – ", "Ngày hội ở thôn 5"):
        person.sees(words)
    person.look()


def _shows(person: Person, words: str) -> bool:
    person.page.reload()
    return words in person.page.locator("main").inner_text()


def _read_what_it_came_to(person: Person) -> None:
    person.sign_in("khoi")
    for path in ("/", "/registers", "/periods", "/review", "/progress"):
        person.open(path)
    with person.page.expect_download() as started:
        person.page.locator("main a.button", has_text="Excel").click()
    book = openpyxl.load_workbook(io.BytesIO(started.value.path().read_bytes()), read_only=True)
    told = {row[0]: row[1] for row in book.worksheets[0].iter_rows(values_only=True) if len(row) > 1}
    assert told["Số đảng viên"] == office_sheets.MEMBERS
    beside = [row[-1] for row in book["PL3 Đảng viên"].iter_rows(values_only=True) if row[1] == member_name(0)]
    assert len(beside) == len(set(beside)) > 1


def _look_on_a_phone(person: Person) -> None:
    person.sign_in("khoi")
    for path in ("/", "/units", "/members", "/coverage", "/channels", "/channel-posts", "/channels/1", "/progress"):
        person.open(path)
    assert person.wrong == []
