"""Files as offices save them, down to records by column."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from sandbox import Sandbox
from tracker.domain.errors import AppError, Code
from tracker.services.imports import cells
from tracker.services.imports.cells import CodeBook
from tracker.services.imports.columns import Record, Table, What, find_table
from tracker.services.imports.outcomes import Refused, Said, put
from tracker.services.imports.reading import SHEET_TASKS, read_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = "Mã,Tên tổ chức Đảng,Loại,Mã cấp trên,Có hiệu lực từ ngày\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(tasks=SHEET_TASKS, cpu_s=30, wall_s=60) as made:
        yield made


def table(text: str | bytes, what: What = What.UNITS) -> Table:
    return find_table(what, read_sheet(what, text if isinstance(text, bytes) else text.encode(), None))


def values(found: Table, column: str) -> list[str]:
    return [r[column] for r in found.records]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_is_read_in_whatever_way_excel_saved_it(encoding: str, delimiter: str) -> None:
    text = (HEAD + "01,Đảng ủy xã,đảng ủy,,2025-07-01\n").replace(",", delimiter)
    found = table(text.encode(encoding))
    assert dict(found.records[0].values) == {
        "code": "01",
        "name": "Đảng ủy xã",
        "kind": "đảng ủy",
        "parent_code": "",
        "valid_from": "2025-07-01",
    }


def test_letters_that_are_not_utf8_are_refused_in_words() -> None:
    with pytest.raises(AppError, match="UTF-8") as refused:
        table("code,name\n1,Đảng".encode("cp1258", errors="replace") + b"\xd0\xfe")
    assert refused.value.code is Code.IMPORT_UNREADABLE


def test_titles_above_and_sums_below_are_no_records() -> None:
    text = (
        "ĐẢNG ỦY XÃ PHỤNG HIỆP,,\n,DANH SÁCH TỔ CHỨC,\n\nSTT,Mã tổ chức (*),Tên:\n1,01,Chi bộ 1\n\n"
        '2,02,"Công đoàn, cơ sở"\n,Cộng: 2 tổ chức,\n,,Người lập biểu\n'
    )
    found = table(text)
    assert values(found, "name") == ["Chi bộ 1", "Công đoàn, cơ sở"]
    assert [r.number for r in found.records] == [5, 7]
    assert found.left_out == ("STT",)


@pytest.mark.parametrize("foot", ["Cộng,79", "TỔNG CỘNG:,79", "Tổng số (79),", "Tổng,", ",Cộng các chi bộ"])
def test_a_foot_row_is_known_by_its_word(foot: str) -> None:
    assert values(table(f"code,name\nA,Tổng công ty\n{foot}\n"), "code") == ["A"]


def test_headings_match_folded_and_decomposed_in_any_order() -> None:
    found = table("HO VA TEN;Ngày vào Chi bộ;mã  đảng viên;Mã chi bo\nLê Bé;1/2/2020;7;01\n", What.MEMBERS)
    assert dict(found.records[0].values) == {"code": "7", "full_name": "Lê Bé", "unit_code": "01", "since": "1/2/2020"}


def test_a_file_without_its_columns_is_refused_by_name() -> None:
    with pytest.raises(AppError) as refused:
        table("Tên,Loại\nChi bộ,1\n")
    assert (refused.value.code, refused.value.extra) == (Code.IMPORT_COLUMNS, {"missing": ["code"]})
    with pytest.raises(AppError):
        table("")


def test_national_numbers_are_left_out_and_named() -> None:
    found = table("Mã,Họ và tên,Số CCCD,Mã chi bộ,Ngày sinh\n7,Lê Bé,092123456789,01,1970\n", What.MEMBERS)
    assert found.national_ids == ("Số CCCD",)
    assert found.left_out == ("Ngày sinh",)
    assert "092123456789" not in found.records[0].values.values()


@pytest.mark.parametrize(
    "text",
    [
        "Họ và tên,Căn cước công dân,Mã chi bộ\nLê Bé,092123456789,01\n",
        "Mã,Họ và tên,Mã chi bộ\n092123456789,Lê Bé,01\n096123456780,Lê Bảy,01\n",
    ],
)
def test_a_file_that_knows_people_only_by_national_number_is_refused(text: str) -> None:
    with pytest.raises(AppError) as refused:
        table(text, What.MEMBERS)
    assert refused.value.code is Code.IMPORT_IDENTIFIERS


@pytest.mark.parametrize("content", [b'code,name\n1,"open', b"\xd0\xcf\x11\xe0rest", b"PK\x03\x04rest"])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(AppError) as refused:
        table(content)
    assert refused.value.code is Code.IMPORT_UNREADABLE


def record(**cells_: str) -> Record:
    return Record(number=1, values=cells_)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-03-14", dt.date(2025, 3, 14)),
        ("2025-03-14 00:00:00", dt.date(2025, 3, 14)),
        ("14/03/2025", dt.date(2025, 3, 14)),
        ("5/3/1990", dt.date(1990, 3, 5)),
        ("5.3.1990", dt.date(1990, 3, 5)),
        ("45730", dt.date(2025, 3, 14)),
        ("", None),
    ],
)
def test_days_are_read_as_they_are_written(text: str, day: dt.date | None) -> None:
    assert cells.read_day(record(since=text), "since") == day


@pytest.mark.parametrize("text", ["03/14/2025", "30/02/2025", "14/03/25", "2025", "hôm qua", "0001-01-01"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        cells.read_day(record(since=text), "since")


@pytest.mark.parametrize(
    ("text", "count"), [("2.261", 2261), ("2,261", 2261), ("2 261", 2261), ("320", 320), ("0", 0), ("", None)]
)
def test_counts_are_read_with_their_points(text: str, count: int | None) -> None:
    assert cells.read_count(record(reach=text), "reach") == count


@pytest.mark.parametrize("text", ["-1", "1.5", "2.26", "nhiều", "9" * 20])
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        cells.read_count(record(reach=text), "reach")


def test_a_code_that_lost_its_zeros_is_found_when_only_one_fits() -> None:
    book = CodeBook([("001", 1), ("02", 2), ("002", 3), ("A1", 4)])
    assert book.find("1", "code") == ("001", 1)
    assert book.find("001", "code") == ("001", 1)
    assert book.find("9", "code") is None
    assert book.find("a1", "code") is None
    with pytest.raises(Refused) as unclear:
        book.find("2", "code")
    assert unclear.value.said is Said.UNCLEAR_CODE
    with pytest.raises(Refused):
        book.get("9", "code")


@pytest.mark.parametrize("said", list(Said))
def test_every_sentence_is_said_in_both_languages(said: Said) -> None:
    told: dict[str, Any] = {"most": 1, "row": 2, "count": 3}
    told |= {"column": "c", "value": "v", "fields": "f", "columns": "x", "allowed": "a", "names": "n"}
    assert put(said, told, "vi") != put(said, told, "en")
    assert "{" not in put(said, told, "vi")


def workbook(rows: list[list[Any]], *merged: str) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for cells_ in merged:
        sheet.merge_cells(cells_)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_an_xlsx_gives_real_dates_numbers_and_merged_cells(sandbox: Sandbox) -> None:
    content = workbook(
        [
            ["DANH SÁCH", None, None, None],
            ["Mã", "Họ và tên", "Mã chi bộ", "Ngày vào chi bộ"],
            [1, "Lê Bé", "01", dt.datetime(2020, 5, 1)],  # noqa: DTZ001 - a cell of Excel has no zone
            [2.0, "Lê Bảy", None, "5/3/1990"],
            ["Cộng", 2, None, None],
        ],
        "A1:D1",
        "C3:C4",
    )
    found = find_table(What.MEMBERS, read_sheet(What.MEMBERS, content, sandbox))
    assert [dict(r.values) for r in found.records] == [
        {"code": "1", "full_name": "Lê Bé", "unit_code": "01", "since": "2020-05-01"},
        {"code": "2", "full_name": "Lê Bảy", "unit_code": "01", "since": "5/3/1990"},
    ]


def test_an_archive_that_is_no_sheet_or_a_bomb_is_refused(sandbox: Sandbox) -> None:
    for name, content in (("a.txt", b"x"), ("xl/workbook.xml", bytes(1 << 24))):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        with pytest.raises(AppError) as refused:
            read_sheet(What.UNITS, out.getvalue(), sandbox)
        assert refused.value.code is Code.IMPORT_UNREADABLE
