"""Workbooks as offices keep them: titles, merged cells, numbered columns, sections, sums, signatures, lost zeros.

Each test makes its own workbook; what it shows is which rows become records, and with which values.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from sandbox import FailureKind, Sandbox, SandboxFailed
from tests import make
from tests.services.importing import told
from tracker.domain.errors import AppError, Code
from tracker.domain.types import Role
from tracker.services.imports import run
from tracker.services.imports.columns import What, find_table
from tracker.services.imports.reading import SHEET_TASKS, Unreadable, read_sheet
from tracker.translation import translate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tracker.services.imports.columns import Table
    from tracker.store.db import Database

HEAD = ["STT", "Mã đảng viên", "Họ và tên", "Mã chi bộ", "Ngày vào chi bộ"]
MANY = 3_945


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Give the sandbox with the limits of a web server."""
    with Sandbox(tasks=SHEET_TASKS) as made:
        yield made


def book(
    *sheets: Sequence[Sequence[Any]], merged: Sequence[str] = (), formats: Mapping[str, str] | None = None
) -> bytes:
    """Make a workbook of sheets; what is merged or formatted is of the last."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for rows in sheets:
        sheet = made.create_sheet()
        for row in rows:
            sheet.append(list(row))
    for cells in merged:
        made.worksheets[-1].merge_cells(cells)
    for cell, form in (formats or {}).items():
        made.worksheets[-1][cell].number_format = form
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def read(sandbox: Sandbox, content: bytes, what: What = What.MEMBERS) -> Table:
    return find_table(what, read_sheet(what, content, sandbox))


def codes(found: Table) -> list[str]:
    return [record["code"] for record in found.records]


def test_a_title_block_merged_over_the_table_and_an_empty_row_stand_above(sandbox: Sandbox) -> None:
    content = book(
        [
            ["ĐẢNG BỘ XÃ PHỤNG HIỆP", None, None, "ĐẢNG CỘNG SẢN VIỆT NAM"],
            ["CHI BỘ ẤP 1", None, None, "Phụng Hiệp, ngày 5 tháng 3 năm 2025"],
            [],
            ["DANH SÁCH ĐẢNG VIÊN"],
            HEAD,
            [1, "001", "Lê Bé", "01", dt.date(2020, 5, 1)],
        ],
        merged=("A1:C1", "D1:E1", "A2:C2", "D2:E2", "A4:E4"),
    )
    (record,) = read(sandbox, content).records
    assert dict(record.values) == {"code": "001", "full_name": "Lê Bé", "unit_code": "01", "since": "2020-05-01"}
    assert record.number == 6


def test_a_cell_merged_downwards_repeats_its_value_and_no_further(sandbox: Sandbox) -> None:
    rows: list[list[Any]] = [
        HEAD,
        [1, "a", "Lê Bé", "01"],
        [2, "b", "Lê Bảy"],
        [3, "c", "Lê Ba"],
        [4, "d", "Lê Tư"],
        [5, "e", "Lê Năm", "03"],
    ]
    found = read(sandbox, book(rows, merged=("D2:D3", "D4:D5")))
    assert [r["unit_code"] for r in found.records] == ["01", "01", "", "", "03"]


def test_headings_of_two_rows_are_no_record(sandbox: Sandbox) -> None:
    content = book(
        [
            ["STT", "Mã đảng viên", "Họ và tên", "Mã chi bộ", "Chức vụ", None],
            [None, None, None, None, "Đảng", "Chính quyền"],
            [1, "a", "Lê Bé", "01", "Bí thư", "Hiệu trưởng"],
        ],
        merged=("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1"),
    )
    assert codes(read(sandbox, content)) == ["a"]


def test_the_row_that_numbers_the_columns_is_no_record(sandbox: Sandbox) -> None:
    for numbers in (["(1)", "(2)", "(3)", "(4)", "(5)"], [1, 2, 3, 4, 5], ["A", "B", 1, 2, 3]):
        content = book([HEAD, numbers, [1, "a", "Lê Bé", "01"]])
        assert codes(read(sandbox, content)) == ["a"], numbers


def test_headings_repeated_on_each_printed_page_are_no_record(sandbox: Sandbox) -> None:
    content = book([HEAD, [1, "a", "Lê Bé", "01"], HEAD, [2, "b", "Lê Bảy", "01"]])
    assert codes(read(sandbox, content)) == ["a", "b"]


def test_sections_merged_over_the_table_sums_and_signatures_are_no_records(sandbox: Sandbox) -> None:
    content = book(
        [
            HEAD,
            ["I. CHI BỘ KHỐI ĐẢNG"],
            [1, "a", "Lê Bé", "01"],
            ["II. CHI BỘ CHÍNH QUYỀN"],
            [1, "b", "Lê Bảy", "02"],
            ["Cộng: 02 đảng viên"],
            [],
            [None, None, None, "T/M CHI BỘ"],
            [None, None, None, "BÍ THƯ"],
            [None, None, None, "Nguyễn Văn Xuyên"],
        ],
        merged=("A2:E2", "A4:E4", "A6:E6"),
    )
    assert codes(read(sandbox, content)) == ["a", "b"]


def test_signatures_below_an_empty_row_are_no_records_even_without_a_sum(sandbox: Sandbox) -> None:
    content = book([HEAD, [1, "a", "Lê Bé", "01"], [], [None, None, "Người lập biểu"], [None, None, "Lê Văn Tám"]])
    assert codes(read(sandbox, content)) == ["a"]


def test_a_row_that_lacks_its_code_stays_to_be_refused(sandbox: Sandbox) -> None:
    content = book([HEAD, [1, "a", "Lê Bé", "01"], [2, None, "Lê Bảy", "01"], [], [3, None, "Lê Ba", "01"]])
    assert codes(read(sandbox, content)) == ["a", "", ""]


def test_the_sheet_that_holds_the_table_is_found_behind_a_guide_and_a_hidden_one_is_left(sandbox: Sandbox) -> None:
    guide = [["HƯỚNG DẪN"], ["Điền vào trang tính sau"], ["Mã", "là mã của đảng viên"]]
    assert codes(read(sandbox, book(guide, [HEAD, [1, "a", "Lê Bé", "01"]]))) == ["a"]
    made = openpyxl.load_workbook(io.BytesIO(book([HEAD, [1, "cũ", "Lê Bé", "01"]], [HEAD, [1, "mới", "Lê Bé", "01"]])))
    made.worksheets[0].sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    assert codes(read(sandbox, out.getvalue())) == ["mới"]


def test_what_is_not_needed_is_left_out_and_said_so(sandbox: Sandbox) -> None:
    """Phone numbers, party cards, births (also of the year alone) and citizen numbers are never taken in."""
    head = ["STT", "Mã đảng viên", "Họ và tên", "Giới tính", "Ngày sinh", "Mã chi bộ", "Số thẻ đảng viên", "Số CCCD"]
    rows = [[1, "a", "Lê Bé", "Nữ", 1970, "01", 1234567, "092123456789"], [2, "b", "Lê Bảy", "Nam", "5/3/1990", "01"]]
    found = read(sandbox, book([[*head, "SĐT", "Email"], *([*r, *[None] * (8 - len(r)), 912345678] for r in rows)]))
    assert found.national_ids == ("Số CCCD",)
    assert found.left_out == ("STT", "Giới tính", "Ngày sinh", "Số thẻ đảng viên", "SĐT", "Email")
    assert {text for r in found.records for text in r.values.values()} == {"a", "b", "Lê Bé", "Lê Bảy", "01"}


def test_formulas_give_their_values_and_their_errors_nothing(sandbox: Sandbox) -> None:
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.append(HEAD)
    sheet.append([1, "a", "Lê Bé", "#N/A"])
    sheet.append([2, "b", "Lê Bảy", True])
    sheet["D2"].data_type = "e"
    out = io.BytesIO()
    made.save(out)
    assert [r["unit_code"] for r in read(sandbox, out.getvalue()).records] == ["", "1"]


def test_lost_zeros_mixed_days_and_codes_as_numbers_meet_what_is_known(db: Database, sandbox: Sandbox) -> None:
    with db.write() as tx:
        make.unit(tx, "001")
        make.unit(tx, "12")
        admin = make.account(tx, "admin", Role.ADMIN)
    content = book(
        [
            [*HEAD, "Chức vụ Đảng", "Chức vụ chính quyền"],
            [1, 7, "Lê Bé", 1, dt.datetime(2020, 5, 1), "Huyện ủy viên; Bí thư chi bộ", "Viện trưởng"],  # noqa: DTZ001
            [2, 8.0, "Lê Bảy", 12, "5/3/1990"],
            [3, "009", "Lê Ba", "001", 43952],
            [4, "10", "Lê Tư", 2, "2020-05-01"],
            [5, "11", "Lê Năm", 12, 2019],
        ]
    )
    sheet = run.open_sheet(What.MEMBERS, "ds.xlsx", content, sandbox)
    with db.write() as tx:
        result = run.run(tx, admin, sheet, dry_run=False, partial=True, now=make.NOW, today=make.TODAY)
    assert told(result) == [
        (2, "new", None),
        (3, "new", None),
        (4, "new", None),
        (5, "refused", "thing.not_found"),
        (6, "refused", "field.invalid"),
    ]
    assert "“2019”" in result.outcomes[4].words("vi")


@pytest.mark.thorough
def test_a_roster_of_3945_members_in_79_units_fits_the_limits_of_the_web_server(sandbox: Sandbox) -> None:
    """Part of 004-43: the workbook is read where the page reads it, thirteen columns wide."""
    more = ["Giới tính", "Ngày sinh", "Số thẻ đảng viên", "Chức vụ", "CCCD", "SĐT", "Email", "Trạng thái"]
    born = dt.date(1970, 1, 1)
    rows: list[list[Any]] = [
        [
            n,
            f"DV{n:04}",
            f"Nguyễn Văn {n}",
            f"CB{n % 79:02}",
            born,
            "Nam",
            born,
            "0012",
            "Bí thư",
            "0",
            "09",
            "a@b",
            "Dự bị",
        ]
        for n in range(MANY)
    ]
    assert len(read(sandbox, book([[*HEAD, *more], *rows])).records) == MANY


class Broken:
    """A sandbox in which every job meets one end."""

    def __init__(self, kind: FailureKind) -> None:
        self._kind = kind

    def call(self, task: str, payload: bytes, options: Mapping[str, Any] | None = None) -> SandboxFailed:
        assert (task in SHEET_TASKS, bool(payload), bool(options)) == (True, True, True)
        return SandboxFailed(kind=self._kind)


@pytest.mark.parametrize("kind", list(FailureKind))
def test_a_workbook_beyond_the_limits_is_told_from_one_that_is_broken(kind: FailureKind) -> None:
    with pytest.raises(AppError) as refused:
        read_sheet(What.UNITS, book([HEAD]), Broken(kind))
    expected = Unreadable.NO_XLSX if kind is FailureKind.CRASH else Unreadable.TOO_LARGE
    assert (refused.value.code, refused.value.detail) == (Code.IMPORT_UNREADABLE, expected.value)


@pytest.mark.parametrize("why", list(Unreadable))
def test_what_to_do_with_an_unreadable_file_is_said_in_both_languages(why: Unreadable) -> None:
    assert translate(why.value, "vi") != why.value
