"""An office at its desk in a real browser: sets an installation up, brings sheets in, reads tables, keeps files."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from tests.e2e.outside import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.e2e.browsing import Person
    from tests.e2e.outside import Outside

SETUP = re.compile(r"http://127\.0\.0\.1:\d+/setup/\S+")
NAMES = (
    *("Nguyễn Văn An", "Trần Thị Bé", "Lê Văn Đạt", "Phạm Thị Hoà", "Võ Văn Hồng"),
    *("Đặng Thị Lan", "Bùi Văn Minh", "Hồ Thị Thúy", "Huỳnh Văn Út", "Dương Thị Ý"),
)
UNITS, MEMBERS, CLAIMS = "Tổ chức đảng", "Đảng viên", "Khai báo cũ"
HEADS = {
    UNITS: ("Mã", "Tên tổ chức Đảng", "Loại", "Có hiệu lực từ ngày"),
    MEMBERS: ("Mã đảng viên", "Họ và tên", "Mã chi bộ", "Từ ngày", "Ngày đồng ý"),
    CLAIMS: ("Mã đảng viên", "Loại", "Đường dẫn", "Đường dẫn bài gốc", "Tiêu đề", "Kênh", "Ngày", "Trạng thái"),
}


def set_up(person: Person, home: Outside) -> None:
    """Open the link that a new installation writes into its log, and make the first administrator."""
    log = home.folder / "stderr.log"
    home.until(lambda: SETUP.search(log.read_text(encoding="utf-8")))
    link = SETUP.search(log.read_text(encoding="utf-8"))
    assert link is not None
    person.open(link[0])
    person.fill(login="quantri", password=PASSWORD, again=PASSWORD)
    person.press("Thiết lập")


def bring_in(person: Person, what: str, *rows: Sequence[str], heads: Sequence[str] = ()) -> None:
    """Bring rows in as a spreadsheet: look at what it would do first, then apply it."""
    file = io.StringIO()
    csv.writer(file).writerows([heads or HEADS[what], *rows])
    person.open("/imports")
    person.fill(what=what)
    sent = {"name": "danh-sach.csv", "mimeType": "text/csv", "buffer": file.getvalue().encode("utf-8-sig")}
    person.page.locator("#f-file").set_input_files(sent)  # type: ignore[arg-type]  # a typed dict of the same fields
    person.press("Xem trước")
    person.sees(f"mới: {len(rows)}")
    person.press("Áp dụng")
    person.sees(f"Đã nhập: {len(rows)} mới, 0 thay đổi, 0 giữ nguyên")


def found_cell(person: Person, home: Outside, *units: tuple[str, str]) -> None:
    """Found units, the first of them with ten members who consented on paper, and give it its secretary."""
    consented = f"02/01/{home.today.year - 1}"
    code, name = units[0]
    bring_in(person, UNITS, *((code, name, "chi bộ", "01/01/2020") for code, name in units))
    people = ((f"DV{n:02d}", full_name, code, "01/01/2020", consented) for n, full_name in enumerate(NAMES, start=1))
    bring_in(person, MEMBERS, *people)
    person.open("/accounts")
    person.press("Thêm tài khoản")
    person.fill(login="bithu", password=PASSWORD, role="Cán bộ phụ trách", unit_id=f"{name} ({code})")
    person.page.locator("#add button.main").click()
    person.sees("bithu")


def let_sign_in(person: Person, search: str, name: str, login: str) -> None:
    """Give a member who is found by a search an account."""
    person.open(f"/members?q={search}")
    person.press(name)
    person.press("Tạo tài khoản")
    person.fill(login=login, password=PASSWORD)
    person.page.locator("#add button.main").click()
    person.sees("Đã lưu")


def agree(person: Person) -> None:
    """Agree to each of the three notices, none of which is ticked beforehand."""
    person.press("Thông báo và sự đồng ý")
    for _ in range(3):
        box = person.page.locator("input[name=agree]").first
        assert not box.is_checked()
        box.check()
        person.press("Ghi nhận sự đồng ý")


def shares(month: str, counts: Sequence[int], state: str = "đã duyệt") -> list[tuple[str, ...]]:
    """Give rows of shares: how many each of the ten made in a month such as `02/2025`."""
    return [
        (f"DV{n:02d}", "chia sẻ", "", _article(month, n, day), "", "Facebook", f"{day:02d}/{month}", state)
        for n, count in enumerate(counts, start=1)
        for day in range(1, count + 1)
    ]


def piece(member: int, title: str, day: str) -> tuple[str, ...]:
    """Give the row of a piece that a member wrote."""
    return f"DV{member:02d}", "bài viết", _article(day, member, 0), "", title, "", day, "đã duyệt"


def _article(month: str, member: int, day: int) -> str:
    """Give the address of an article that nobody else shared."""
    number = int(f"7{member:02d}{day:02d}{month.replace('/', '')[:4]}")
    return f"https://nhandan.vn/bai-so-{number}-post{number}.html"


def table(person: Person, nth: int = 0) -> list[str]:
    """Read the rows of a table, each single-spaced."""
    rows = person.page.locator("main table").nth(nth).locator("tbody tr")
    return [" ".join(text.split()) for text in rows.all_inner_texts()]


def download(person: Person, words: str) -> bytes:
    """Press a button that gives a file, and read it."""
    with person.page.expect_download() as started:
        person.page.locator(f'main a.button:has-text("{words}")').first.click()
    return started.value.path().read_bytes()
