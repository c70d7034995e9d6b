"""Reading an .xlsx, run only in the sandbox: bytes in, JSON of rows out. Imports none of the house.

Sheets are streamed: openpyxl's usual way keeps an object for each cell, and a roster of a few thousand rows would meet
the sandbox's limits.
"""

from __future__ import annotations

import bisect
import datetime as dt
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook
from openpyxl.worksheet._reader import WorkSheetParser

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

UNPACKED_MOST = 200 * 1024 * 1024
RATIO_MOST = 200  # a sheet of text packs to a tenth; more is a bomb
PARTS_MOST = 2_000
SHEETS_MOST = 20
COLUMNS_MOST = 200
CELL_MOST = 32_767
TITLE_COLUMNS = 3  # a cell merged over so many columns is a title, not a value

Row = tuple[int, list[str], bool]


def read_xlsx(payload: bytes, options: Mapping[str, Any]) -> bytes:
    """Give `{"sheets": [[[number, [cell, …], is_title], …], …]}`, or `{"refused": reason}` (reading.Unreadable)."""
    if reason := _danger(payload):
        return json.dumps({"refused": reason}).encode()
    book = load_workbook(io.BytesIO(payload), read_only=True, data_only=True, keep_links=False)
    left, sheets = int(options["rows"]), []
    for sheet in book.worksheets[:SHEETS_MOST]:
        if sheet.sheet_state != "visible":
            continue
        rows = _read_sheet(book, sheet, left)
        if rows is None:
            return json.dumps({"refused": "ROWS"}).encode()
        left -= len(rows)
        if rows:
            sheets.append(rows)
    return json.dumps({"sheets": sheets}).encode()


def _danger(payload: bytes) -> str:
    """Judge the archive by its directory, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        return "NO_XLSX"
    unpacked = sum(p.file_size for p in parts)
    packed = max(1, sum(p.compress_size for p in parts))
    if len(parts) > PARTS_MOST or unpacked > UNPACKED_MOST or unpacked > packed * RATIO_MOST:
        return "BOMB"
    return "" if any(p.filename == "xl/workbook.xml" for p in parts) else "NO_XLSX"


def _read_sheet(book: Any, sheet: Any, most: int) -> list[Row] | None:
    """Read the rows that hold something; None where they are more than `most`."""
    rows: list[tuple[int, list[str]]] = []
    with book._archive.open(sheet._worksheet_path) as source:  # noqa: SLF001 - the reader of rows alone forgets merged cells
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,  # noqa: SLF001 - as above
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001 - as above
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001 - as above
        )
        for number, cells in parser.parse():
            texts = _row(cells)
            if texts:
                rows.append((number, texts))
            if len(rows) > most:
                return None
    return list(_with_merged(rows, list(_ranges(parser.merged_cells))))


def _ranges(merged: Any) -> Iterator[tuple[int, int, int, int]]:
    """Give the merged ranges as left, top, right, bottom."""
    for cells in () if merged is None else merged.mergeCell:
        yield cells.bounds


def _with_merged(rows: list[tuple[int, list[str]]], ranges: list[tuple[int, int, int, int]]) -> Iterator[Row]:
    """Repeat the value of a cell that was merged downwards; tell rows that hold titles merged sideways alone."""
    numbers = [number for number, _ in rows]
    titles: dict[int, set[int]] = {}
    for left, top, right, bottom in ranges:
        first = bisect.bisect_left(numbers, top)
        if left != right:
            if right - left + 1 >= TITLE_COLUMNS:
                titles.setdefault(top, set()).add(left)
        elif left <= COLUMNS_MOST and first < len(rows) and numbers[first] == top:
            value = _cell(rows[first][1], left)
            for _, cells in rows[first + 1 : bisect.bisect_right(numbers, bottom)]:
                cells.extend([""] * (left - len(cells)))
                cells[left - 1] = value
    for number, cells in rows:
        over = titles.get(number, set())
        yield number, cells, bool(over) and all(not text or place in over for place, text in enumerate(cells, 1))


def _cell(cells: list[str], column: int) -> str:
    return cells[column - 1] if column <= len(cells) else ""


def _row(cells: Iterable[Mapping[str, Any]]) -> list[str]:
    texts: list[str] = []
    for cell in cells:
        text = "" if cell["data_type"] == "e" else _text(cell["value"])[:CELL_MOST]
        if text and cell["column"] <= COLUMNS_MOST:
            texts.extend([""] * (cell["column"] - len(texts)))
            texts[cell["column"] - 1] = text
    return texts


def _text(value: Any) -> str:
    """Give a cell as text: dates ISO, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)
