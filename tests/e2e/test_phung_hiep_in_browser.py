"""Story 1 by hand in a browser: a cell of ten, its months, the transfer in May, the rota, the quarter and the year.

Everything happens in the year before this one, brought in as an office brings in its old lists: so the numbers are the
story's own whatever day it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.browsing import DESK, PHONE, Person, opened
from tests.e2e.desk import CLAIMS, NAMES, bring_in, download, found_cell, let_sign_in, piece, set_up, shares, table

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.e2e.outside import Outside

pytestmark = pytest.mark.browser

CELL, COURT = ("PH", "Chi bộ Viện kiểm sát huyện Phụng Hiệp"), ("TA", "Chi bộ Tòa án huyện Phụng Hiệp")
PROGRAMME = "“Đảng viên Chi bộ Viện kiểm sát huyện Phụng Hiệp trong bảo vệ nền tảng tư tưởng của Đảng”"
MONTHLY = "Mỗi đảng viên, mỗi tháng: tối thiểu 1, phấn đấu 2 bài chia sẻ."
QUARTERLY = "Đảng viên được phân công, mỗi quý: tối thiểu 1 bài viết."
PIECE = "Giữ vững nền tảng tư tưởng của Đảng từ cơ sở"


def test_the_year_of_a_cell_of_ten(browser: Browser, fresh: Outside, tmp_path: Path) -> None:
    """Show 000-05, 000-07, 000-09, 000-11 and 000-14 on pages."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    context = opened(browser, DESK)
    person, year = Person(context.new_page(), fresh.base, pictures), fresh.today.year - 1
    set_up(person, fresh)
    found_cell(person, fresh, CELL, COURT)
    let_sign_in(person, "", NAMES[9], "ynhi")
    bring_in(person, CLAIMS, *shares(f"02/{year}", [1] * 7 + [2] * 2 + [0]), piece(1, PIECE, f"10/03/{year}"))
    _register_programme(person, year)
    _read_february(person, year)
    _transfer_in_may(person, year)
    _choose_writers(person, year)
    _close_the_quarter(person, year)
    _decide_late(person, year)
    _read_the_year(person, year)
    context.close()
    phone = opened(browser, PHONE)
    member = Person(phone.new_page(), fresh.base, pictures)
    _ask_why_on_a_phone(member, year)
    phone.close()
    assert person.wrong + member.wrong == []


def _register_programme(person: Person, year: int) -> None:
    person.sign_in("bithu")
    person.open("/programmes")
    person.fill(name=PROGRAMME, from_on=f"{year}-01-01", measures="Một\nHai\nBa")
    person.page.locator("main [name=is_new]").check()
    person.press("Đăng ký")
    person.sees("Mô hình mới")
    person.fill(who="Mỗi đảng viên", what="Bài chia sẻ", per="Tháng", minimum="1", aim="2")
    person.press("Đặt chỉ tiêu này")
    person.sees(MONTHLY)
    person.press("Đặt chỉ tiêu")
    person.fill(who="Đảng viên được phân công", what="Bài viết", per="Quý", minimum="1")
    person.press("Đặt chỉ tiêu này")
    person.sees(QUARTERLY)


def _read_february(person: Person, year: int) -> None:
    """Read 11 shares of 9 of 10, of whom 2 reached the aim; ask of two why; find the month from the year."""
    person.open(f"/progress?period={year}")
    person.press(f"Tháng 2/{year}")
    person.sees(f"Tiến độ: Tháng 2/{year}")
    assert table(person) == [f"Tháng 2/{year} 9/10 2 11"]
    assert table(person, 1) == [f"{NAMES[9]} Tháng 2/{year} 0/1 Chưa đạt vì sao?"]
    person.press("vì sao?")
    person.sees(f"Tháng 2/{year}: 0/1 bài chia sẻ, chưa đạt.")
    person.press("Tiến độ")
    person.sees(f"Tiến độ: Tháng 2/{year}")
    person.press("Tất cả các dòng (10)")
    states = [row.removeprefix(f"{name} ") for name, row in zip(NAMES, table(person), strict=True)]
    month = f"{CELL[1]} Tháng 2/{year}"
    assert states == (
        [f"{month} 1/1 Đạt vì sao?"] * 7 + [f"{month} 2/1 Đạt tốt vì sao?"] * 2 + [f"{month} 0/1 Chưa đạt vì sao?"]
    )
    person.page.locator("main a", has_text="vì sao?").nth(7).click()
    person.sees(f"Tháng 2/{year}: 2/1 bài chia sẻ, đạt tốt.")
    assert person.page.locator("main ul a", has_text="https://nhandan.vn/").count() == 2


def _transfer_in_may(person: Person, year: int) -> None:
    """Move the first of the list to the court's cell on 15 May; February keeps ten, May has nine."""
    person.sign_in("quantri")
    person.open("/members")
    person.press(NAMES[0])
    person.press("Chuyển sinh hoạt, sinh hoạt tạm thời, rời tổ chức")
    person.fill(move_unit_id=f"{COURT[1]} (TA)", move_since=f"{year}-05-15")
    person.page.locator("form[action$='/move'] button").click()
    person.sees("Đã lưu")
    assert table(person) == [
        f"{COURT[1]} (TA) 15/05/{year} nay Đảng viên chính thức",
        f"{CELL[1]} (PH) 01/01/2020 14/05/{year} Đảng viên chính thức",
    ]
    for day, counts in ((f"{year}-05-14", (10, 0)), (f"{year}-05-15", (9, 1))):
        for (code, unit), count in zip((CELL, COURT), counts, strict=True):
            person.open("/members")
            person.fill(unit=f"{unit} ({code})", on=day)
            person.press("Tìm kiếm")
            listed = table(person) if count else []
            assert [NAMES[0] in row for row in listed].count(True) == (count in {1, 10}), (day, unit)
            assert len(listed) == count
    person.open(f"/progress?period={year}")
    person.fill(unit=f"{COURT[1]} (TA)")
    person.press("Xem")
    person.sees("Kỳ này không có chỉ tiêu nào áp dụng")
    assert table(person) == [f"{NAMES[0]} {COURT[1]} 1 1 0 0/0"]  # what was given elsewhere is the member's own still
    assert "Tổng 0 0 0" in " ".join(person.page.locator("main tfoot").inner_text().split())
    person.page.locator("main tbody td a").first.click()
    person.sees("Các khai báo được tính (1)")
    person.sign_in("bithu")
    person.open(f"/progress?period={year}")
    counted = [f"Tháng {m}/{year} " + ("9/10 2 11" if m == 2 else f"0/{10 if m < 5 else 9} 0 0") for m in range(1, 13)]
    assert table(person) == counted
    person.open(f"/progress?period={year}-02")
    person.sees(f"{NAMES[0]} 1 0 0 1/1")
    assert not person.page.locator("main a", has_text=NAMES[0]).count()
    person.press("Tất cả các dòng (10)")
    person.page.locator("main a", has_text="vì sao?").first.click()
    person.sees(f"{CELL[1]}: 01/01/2020 – 14/05/{year}, Đảng viên chính thức")
    person.open("/members")
    person.fill(on=f"{year}-05-14")
    person.press("Tìm kiếm")
    assert len(table(person)) == len(NAMES)
    assert not person.page.locator("main a", has_text=NAMES[0]).count()


def _choose_writers(person: Person, year: int) -> None:
    """Choose a writer for each quarter, whose turn is longest ago; a second in one quarter needs a reason."""
    person.open("/programmes")
    person.press(PROGRAMME)
    person.press("Bảng phân công luân phiên")
    board = person.page.url.partition("?")[0]
    for n in range(4):
        person.open(f"{board}?year={year}")
        person.page.locator("main table a").nth(n).click()
        first = table(person)[0].removesuffix(" 0 –")
        # In May and after, the first of the list stands elsewhere.
        assert first == NAMES[n]
        person.fill(member_id=first, topic="Nền tảng tư tưởng", due_on=f"{year}-{n * 3 + 3:02d}-20")
        person.press("Phân công")
        person.sees(f"{first} Đã phân công Chủ đề: Nền tảng tư tưởng · hạn 20/{n * 3 + 3:02d}/{year}")
    person.open(f"{board}?year={year}")
    person.sees("Đã phân công 4/4 lượt")
    assert table(person) == [f"Quý {q}/{year} {NAMES[n]}" for n, q in enumerate(("I", "II", "III", "IV"))]
    person.press(f"Quý I/{year}")
    person.fill(member_id=NAMES[6])
    person.press("Phân công")
    person.sees("Kỳ này đã chọn 01 đảng viên; cần ghi lý do chọn thêm")
    person.fill(override="Đồng chí thứ nhất đi học")
    person.press("Phân công")
    person.sees("Lý do: Đồng chí thứ nhất đi học")
    person.open(f"{board}?year={year}")
    assert table(person)[0] == f"Quý I/{year} {NAMES[0]} {NAMES[6]}"


def _close_the_quarter(person: Person, year: int) -> None:
    """Review the quarter: one piece of two; a share still waits when it is closed."""
    person.sign_in("quantri")
    bring_in(person, CLAIMS, *shares(f"02/{year}", [0] * 9 + [1], "chờ duyệt"))
    person.sign_in("bithu")
    person.open(f"/periods?period={year}-Q1")
    person.sees("Còn 1 mục khai báo chờ duyệt")
    assert table(person)[3] == f"{QUARTERLY} Quý I/{year} 1/2 1"
    person.press("Khóa kỳ")
    person.sees("Đã khóa kỳ")
    person.sees("Đảng viên 10 Bài chia sẻ 11 Bài viết 1")


def _decide_late(person: Person, year: int) -> None:
    """Accept what waited: the closed quarter keeps its figures and its bytes, the restatement tells of it."""
    person.open(f"/progress?period={year}-Q1")
    signed = download(person, "Excel")
    person.open("/review")
    person.sees("Kỳ đã khóa; quyết định chỉ được ghi trong bảng điều chỉnh")
    person.page.locator("main form button[value=accept]").first.click()
    person.sees("Đã quyết định")
    person.open(f"/progress?period={year}-Q1")
    assert table(person)[1] == f"Tháng 2/{year} 9/10 2 11"
    assert download(person, "Excel") == signed
    person.open(f"/periods?period={year}-Q1")
    person.sees("Đảng viên 10 Bài chia sẻ 11 Bài viết 1")
    person.sees(f"khai báo {NAMES[9]} Chờ duyệt Đã duyệt")


def _read_the_year(person: Person, year: int) -> None:
    """Close the year and take its report, twice the same."""
    person.open(f"/periods?period={year}")
    person.press("Khóa kỳ")
    person.sees("Đã khóa kỳ")
    person.open(f"/progress?period={year}")
    signed = download(person, "Excel")
    assert signed.startswith(b"PK")
    assert download(person, "Excel") == signed


def _ask_why_on_a_phone(person: Person, year: int) -> None:
    """Let the member see on a phone what is still open, and why; a closed month says so."""
    person.sign_in("ynhi")
    person.sees("0/2")
    person.press("vì sao?")
    person.sees("0/1 bài chia sẻ, chưa đạt.")
    person.open(f"/progress?period={year}-02")
    person.sees("Kỳ đã khóa ngày")
    person.press("vì sao?")
    person.sees(f"Tháng 2/{year}: 0/1 bài chia sẻ, chưa đạt.")
