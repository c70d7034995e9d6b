"""Reading an .xlsx, run only in the sandbox: bytes in, JSON of rows out. Imports none of the house."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

UNPACKED_MOST = 200 * 1024 * 1024
RATIO_MOST = 200  # a sheet of text packs to a tenth; more is a bomb
PARTS_MOST = 2_000
COLUMNS_MOST = 200
CELL_MOST = 32_767


def read_xlsx(payload: bytes, options: Mapping[str, Any]) -> bytes:
    """Give `{"rows": [[number, [cell, …]], …]}` of the first sheet that holds something, or `{"refused": words}`."""
    words = _danger(payload)
    if words:
        return json.dumps({"refused": words}).encode()
    book = load_workbook(io.BytesIO(payload), data_only=True, keep_links=False, rich_text=False)
    for sheet in book.worksheets:
        if sheet.max_row > int(options["rows"]):
            return json.dumps({"refused": f"a spreadsheet has at most {options['rows']} rows"}).encode()
        _fill_merged(sheet)
        rows = [(n, _row(cells)) for n, cells in enumerate(sheet.iter_rows(max_col=COLUMNS_MOST, values_only=True), 1)]
        if any(any(cells) for _, cells in rows):
            return json.dumps({"rows": rows}).encode()
    return json.dumps({"rows": []}).encode()


def _danger(payload: bytes) -> str:
    """Judge the archive by its directory, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(payload)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        return "this is no .xlsx"
    unpacked = sum(p.file_size for p in parts)
    packed = max(1, sum(p.compress_size for p in parts))
    if len(parts) > PARTS_MOST or unpacked > UNPACKED_MOST or unpacked > packed * RATIO_MOST:
        return "the file unpacks to far more than it should"
    return "" if any(p.filename == "xl/workbook.xml" for p in parts) else "this is no .xlsx"


def _fill_merged(sheet: Any) -> None:
    """Repeat the value of a cell that was merged downwards; sideways merged ones are titles and stay."""
    for merged in list(sheet.merged_cells.ranges):
        if merged.min_col != merged.max_col:
            continue
        value = sheet.cell(merged.min_row, merged.min_col).value
        column = merged.min_col
        bottom = merged.max_row
        top = merged.min_row
        sheet.unmerge_cells(str(merged))
        for row in range(top + 1, bottom + 1):
            sheet.cell(row, column).value = value


def _row(cells: Iterable[Any]) -> list[str]:
    texts = [_text(value)[:CELL_MOST] for value in cells]
    while texts and not texts[-1]:
        texts.pop()
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
