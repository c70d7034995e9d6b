"""The spreadsheets of story 2 as an office keeps them: titles, merged cells, lost zeros, mixed dates, rows of sums."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ORGANISATIONS, MEMBERS = 79, 3_945
POSTS, PAGES = 350, 196
TOP = "DUK"
CAMPAIGN = "Mỗi ngày một tin tốt, mỗi tuần một câu chuyện đẹp"
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Điểu")
_MIDDLE = ("Thị", "Văn", "Quốc", "Minh", "Ngọc", "Đức", "Hữu")
_GIVEN = (
    *("An", "Ánh", "Bé", "Bình", "Dậu", "Đạt", "Hà", "Hoà", "Hòa", "Hồng", "Huệ", "Lan", "Nghĩa", "Phúc", "Quyền"),
    *("Sơn", "Thúy", "Út", "Ý"),
)
_SINCE = (dt.date(2021, 1, 1), "5/3/2020", "2019-11-30")


def unit_name(number: int) -> str:
    """Name an organisation; no two begin alike but by their number."""
    return f"{'Đảng bộ' if number % 3 else 'Chi bộ'} cơ quan số {number:02d}"


def member_name(number: int) -> str:
    """Name a member: 1,463 names for 3,945 people, so that namesakes are many."""
    return f"{_FAMILY[number % 11]} {_MIDDLE[number // 11 % 7]} {_GIVEN[number // 77 % 19]}"


def units_csv() -> bytes:
    """Give the list of organisations as Excel saves it here: semicolons, a title above, a sum below."""
    rows: list[list[Any]] = [["DANH SÁCH TỔ CHỨC CƠ SỞ ĐẢNG"], []]
    rows.append(["Mã tổ chức", "Tên tổ chức Đảng", "Loại hình", "Mã cấp trên", "Ngày thành lập"])
    rows += [
        [f"{n:03d}", unit_name(n), "tổ chức cơ sở đảng", TOP, f"{n % 28 + 1:02d}/{n % 12 + 1:02d}/2015"]
        for n in range(1, ORGANISATIONS + 1)
    ]
    return _csv([*rows, ["Tổng cộng:", ORGANISATIONS]])


def members_xlsx() -> bytes:
    """Give the list of members: the unit's code is a number merged over its people, and everyone's citizen number."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["ĐẢNG BỘ TỈNH BÌNH PHƯỚC"])
    sheet.append(["DANH SÁCH ĐẢNG VIÊN"])
    sheet.merge_cells("A2:I2")
    sheet.append([])
    head = ["STT", "Mã số đảng viên", "Họ và tên đảng viên", "Ngày sinh", "Mã chi bộ", "Từ ngày"]
    sheet.append([*head, "Số CCCD", "Chức vụ Đảng", "Điện thoại"])
    number, row = 0, 5
    for unit in range(1, ORGANISATIONS + 1):
        first = row
        for place in range(MEMBERS // ORGANISATIONS + (unit <= MEMBERS % ORGANISATIONS)):
            code, since = f"{unit:02d}{place:04d}", _SINCE[number % 3]
            told = [code, member_name(number), 1960 + number % 45, unit if first == row else None, since]
            beside = [f"070{number:09d}", "Bí thư" if first == row else None, 912_000_000 + number]
            sheet.append([number + 1, *told, *beside])
            number, row = number + 1, row + 1
        sheet.merge_cells(start_row=first, end_row=row - 1, start_column=5, end_column=5)
    sheet.append(["Cộng:", None, number])
    return _bytes(book)


def few_members_csv() -> bytes:
    """Give two latecomers, to be taken back."""
    head = ["Mã đảng viên", "Họ và tên", "Mã chi bộ", "Ngày vào chi bộ"]
    return _csv(
        [head, ["990001", "Lâm Nhập Nhầm", "001", "01/02/2024"], ["990002", "Lâm Cũng Nhầm", "2", "2024-02-01"]]
    )


def posts_xlsx() -> bytes:
    """Give the posts of the campaign, one a row: 196 pages and groups of the 79 organisations carry 350."""
    head = [
        "STT",
        "Ngày đăng",
        "Trang, nhóm",
        "Loại",
        "Mạng xã hội",
        "Mã đơn vị",
        "Link bài đăng",
        "Nội dung",
        "Cuộc vận động",
    ]
    rows: list[list[Any]] = [["DANH SÁCH BÀI ĐĂNG HƯỞNG ỨNG CUỘC VẬN ĐỘNG"], [], head]
    for n in range(POSTS):
        page, day = n % PAGES, dt.date(2024, 1, 1) + dt.timedelta(days=n % 150)
        group = page % 4 == 0
        name = f"{'Nhóm' if group else 'Trang'} tuyên truyền {page + 1:03d}"
        address = f"https://www.facebook.com/{'groups/' if group else ''}bp{page}/posts/{900_000 + n}"
        where = ["Nhóm" if group else "Fanpage", "Facebook", page % ORGANISATIONS + 1]
        shown = day if n % 2 else f"{day:%d/%m/%Y}"
        rows.append([n + 1, shown, name, *where, address, f"Tin tốt số {n + 1}", CAMPAIGN])
    rows.append(["Cộng:", None, None, None, None, None, None, POSTS])
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Bài đăng")
    for row in rows:
        sheet.append(row)
    return _bytes(book)


def insights_csv(articles: Sequence[str]) -> bytes:
    """Give a page's own export as a network writes it: two posts that carry articles, one that carries none."""
    head = ["Post ID", "Permalink", "Publish time", "Title", "Description", "Reach", "Reactions, Comments and Shares"]
    rows = [
        [
            f"7{n:014d}",
            f"https://www.facebook.com/khoicoquan/posts/{500 + n}",
            f"05/{14 + n}/2024 08:30",
            f"Bài số {n + 1}",
            f"Mời đọc {address}",
            1_200 + n,
            90 + n,
        ]
        for n, address in enumerate((*articles, "tin của trang"))
    ]
    return _csv([head, *rows], delimiter=",")


def insights_xlsx(articles: Sequence[str]) -> bytes:
    """Give the same export a month later and as a workbook, with higher figures, headed in Vietnamese."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["ID bài viết", "Liên kết cố định", "Thời gian đăng", "Tiêu đề", "Liên kết", "Lượt tiếp cận"])
    for n, address in enumerate(articles):
        permalink = f"https://www.facebook.com/khoicoquan/posts/{500 + n}"
        sheet.append([f"7{n:014d}", permalink, dt.date(2024, 5, 14 + n), f"Bài số {n + 1}", address, 2_000 + n])
    return _bytes(book)


def _csv(rows: Iterable[Sequence[Any]], *, delimiter: str = ";") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _bytes(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
