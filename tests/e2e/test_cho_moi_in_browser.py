"""Story 4 by hand in a browser: the monthly meeting with its sheet, a programme that goes on; and the turn of a month.

The meeting's months lie in the year before this one. What a member declares lies in the last January and February that
are over, which a declaration still reaches on any day: 31 January and 1 February are months of their own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.e2e.browsing import DESK, PHONE, Person, opened
from tests.e2e.desk import CLAIMS, NAMES, bring_in, found_cell, let_sign_in, piece, set_up, shares, table

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.e2e.outside import Outside

pytestmark = pytest.mark.browser

CELL = ("CM", "Chi bộ Viện kiểm sát huyện Chợ Mới")
SELF_TRAINING, UNITY = "Tự đào tạo", "“Đoàn kết, trách nhiệm”"
LESSON = "“Học Bác dám nghĩ, dám nói”"
PIECE = "Nét đẹp chi bộ vùng sông nước"
PAPER = re.compile(rb"/Type\s*/Page[^s]")


def test_a_meeting_with_its_sheet_and_a_programme_that_goes_on(
    browser: Browser, fresh: Outside, tmp_path: Path
) -> None:
    """Show 001-16, 001-17, 001-18 and 002-23 on pages, and the turn of a month."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    context, phone = opened(browser, DESK), opened(browser, PHONE)
    person, year = Person(context.new_page(), fresh.base, pictures), fresh.today.year - 1
    member = Person(phone.new_page(), fresh.base, pictures)
    set_up(person, fresh)
    found_cell(person, fresh, CELL)
    let_sign_in(person, "", NAMES[1], "be")
    bring_in(person, CLAIMS, *shares(f"05/{year}", [1] * 8 + [0, 0]), piece(3, PIECE, f"19/05/{year}"))
    person.sign_in("bithu")
    _continue_a_programme(person, year)
    _choose_the_next_writer(person, year)
    _hold_a_meeting(person, year)
    _print_the_sheet(person, year)
    ended = last_february(fresh.today)
    _declare_at_the_turn_of_the_month(member, ended)
    _read_both_months(person, ended)
    context.close()
    phone.close()
    assert person.wrong + member.wrong == []


def last_february(today: dt.date) -> int:
    """Give the year of the last February that is over: at most 393 days ago, with the January before it."""
    return today.year if today.month > 2 else today.year - 1


def _continue_a_programme(person: Person, year: int) -> None:
    """Register a programme, the one that continues it, and a new one beside it: two in the year, one of them new."""
    _register(person, SELF_TRAINING, year - 1, new=True, until_on=f"{year - 1}-12-31")
    day = f"01/01/{year - 1} – 31/12/{year - 1}"
    _register(person, SELF_TRAINING, year, new=False, continues_id=f"{SELF_TRAINING} ({CELL[1]}, {year - 1})")
    person.sees("Mô hình tiếp tục thực hiện")
    person.sees(f"tiếp tục {SELF_TRAINING} {day}")
    _register(person, UNITY, year, new=True)
    for what, who, per in (("Bài chia sẻ", "Mỗi đảng viên", "Tháng"), ("Bài viết", "Đảng viên được phân công", "Quý")):
        if person.page.locator("main summary", has_text="Đặt chỉ tiêu").count() and what == "Bài viết":
            person.press("Đặt chỉ tiêu")
        person.fill(who=who, what=what, per=per, minimum="1")
        person.press("Đặt chỉ tiêu này")
        person.sees("Đã lưu")
    for asked, told in ((year - 1, "1 mô hình (có 1 mô hình mới)"), (year, "2 mô hình (có 1 mô hình mới)")):
        person.open(f"/programmes?year={asked}")
        person.sees(told)


def _register(person: Person, name: str, year: int, *, new: bool, **more: str) -> None:
    person.open("/programmes")
    if not person.page.locator("main [name=name]").is_visible():
        person.press("Đăng ký mô hình")
    person.fill(name=name, from_on=f"{year}-01-01", **more)
    person.page.locator("main [name=is_new]").set_checked(new)
    person.press("Đăng ký")
    person.sees("Đã lưu")


def _choose_the_next_writer(person: Person, year: int) -> None:
    person.open("/programmes")
    person.press(UNITY)
    person.press("Bảng phân công luân phiên")
    person.open(f"{person.page.url.partition('?')[0]}?year={year}")
    person.press(f"Quý III/{year}")
    person.fill(member_id=NAMES[4], due_on=f"{year}-08-30")
    person.press("Phân công")
    person.sees(f"hạn 30/08/{year}")


def _hold_a_meeting(person: Person, year: int) -> None:
    """Enter a meeting held in June: it is that of May and of the quarter, and not of June."""
    person.open("/meetings")
    person.fill(held_on=f"{year}-06-08", periods=f"5/{year}; II/{year}", kind="chuyên đề", title=LESSON)
    person.fill(speaker=NAMES[1])
    person.press("Đăng ký")
    person.sees(f"Tháng 5/{year}, Quý II/{year}")
    sheets = person.page.locator('main a[href^="/registers/sheet"]').all_inner_texts()
    assert sheets == [f"Tháng 5/{year}", f"Quý II/{year}"]
    for period, stands in ((f"5/{year}", True), (f"II/{year}", True), (f"6/{year}", False)):
        person.open("/meetings")
        person.page.locator("form.filters [name=period]").fill(period)
        person.press("Lọc")
        assert (person.page.locator("main a.title-link", has_text=LESSON).count() == 1) == stands, period


def _print_the_sheet(person: Person, year: int) -> None:
    """Read the month's sheet: eight shared, one wrote, two are due, who writes next; on paper it is one page."""
    person.open("/registers")
    person.page.locator("form.filters [name=period]").fill(f"5/{year}")
    person.press("Lọc")
    person.press("Mở để in")
    person.sees(f"{CELL[1]} Phiếu phục vụ sinh hoạt chi bộ: Tháng 5/{year}")
    person.sees("Đã chia sẻ (8)")
    assert [row.startswith(name) for name, row in zip(NAMES, table(person), strict=False)] == [True] * 8
    assert table(person, 1) == [f"{NAMES[2]} {PIECE} nhandan.vn 19/05/{year}"]
    assert table(person, 2) == [f"{name} Bài chia sẻ Tháng 5/{year} 0/1" for name in NAMES[8:]]
    assert table(person, 3) == [f"{NAMES[4]} Bài viết Quý III/{year} 30/08/{year}"]
    assert table(person, 4) == [f"08/06/{year} {LESSON} {NAMES[1]} Tháng 5/{year}, Quý II/{year}"]
    paper = person.page.pdf(format="A4", prefer_css_page_size=True)
    (person.pictures.parent / "sheet.pdf").write_bytes(paper)
    assert len(PAPER.findall(paper)) == 1


def _declare_at_the_turn_of_the_month(member: Person, year: int) -> None:
    """Declare a share of the last day of January and one of the first of February, as the form takes days."""
    member.sign_in("be")
    for number, day in enumerate((f"{year}-01-31", f"{year}-02-01")):
        member.open("/claims/new")
        member.fill(article_url=f"https://nhandan.vn/bai-so-{number}-post71000{number}.html", channel="Zalo")
        member.fill(happened_on=day)
        member.press("Gửi duyệt")
        member.sees("Đã gửi, chờ duyệt")


def _read_both_months(person: Person, year: int) -> None:
    """Accept both at once; each counts in the month of its day."""
    person.open("/review")
    for box in person.page.locator("main input[name=claim]").all():
        box.check()
    person.page.locator("#batch button[value=accept]").click()
    person.sees("Đã quyết định 2 mục")
    for month in (1, 2):
        person.open(f"/progress?period={year}-{month:02d}")
        assert table(person)[0] == f"Tháng {month}/{year} 1/10 1"
        person.page.locator("main td a", has_text="1").last.click()
        person.sees("31/01" if month == 1 else "01/02")
