"""A report as a workbook: one sheet a table, text and whole numbers only; the same report gives the same bytes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import xlsxwriter

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from tracker.reports.tables import Cell, ReportTable

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_NARROW, _WIDE = 8, 40  # characters
_TIGHT, _PAGE = 14, 150  # a wide table wraps its long columns so far that a printed page stays readable
_MARGINS = {"left": 30 / 25.4, "right": 15 / 25.4, "top": 20 / 25.4, "bottom": 20 / 25.4}  # mm in inches
_ORDINAL = "STT"
_LOST = 2  # characters that a line loses to its margins and to words that do not fit
_LINE_POINTS, _LINES_MOST = 17, 20
_CELL_MOST = 32_767  # characters a cell can hold


def write_xlsx(tables: Iterable[ReportTable], *, made_at: dt.datetime) -> bytes:
    """Write tables as a workbook that says it was made at the report's cut-off time."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, _OPTIONS)
    book.set_properties({"title": "", "created": made_at.replace(tzinfo=None, microsecond=0)})
    styles = _styles(book)
    for table in tables:
        _write_sheet(book.add_worksheet(table.sheet), table, styles)
    book.close()
    return out.getvalue()


def _styles(book: Any) -> dict[str, Any]:
    font = {"font_name": "Times New Roman", "font_size": 12}
    cell = font | {"border": 1, "valign": "top"}
    return {
        "title": book.add_format(font | {"bold": True, "font_size": 14}),
        "note": book.add_format(font | {"italic": True}),
        "heading": book.add_format(cell | {"bold": True, "text_wrap": True, "align": "center"}),
        "text": book.add_format(cell | {"text_wrap": True}),
        "number": book.add_format(cell | {"num_format": "#,##0", "align": "right", "indent": 1}),
        "ordinal": book.add_format(cell | {"num_format": "0", "align": "center"}),
    }


def _write_sheet(sheet: Any, table: ReportTable, styles: dict[str, Any]) -> None:
    sheet.write_string(0, 0, table.title, styles["title"])
    for line, note in enumerate(table.notes, start=1):
        sheet.write_string(line, 0, note, styles["note"])
    top = len(table.notes) + 2
    widths = _widths(table)
    sheet.set_row(top, _height(table.columns, widths))
    for column, heading in enumerate(table.columns):
        sheet.write_string(top, column, heading, styles["heading"])
        sheet.set_column(column, column, widths[column])
    for line, row in enumerate(table.rows, start=top + 1):
        sheet.set_row(line, _height(row, widths))
        for column, cell in enumerate(row):
            number = styles["ordinal" if table.columns[column] == _ORDINAL else "number"]
            _write_cell(sheet, line, column, cell, number, styles["text"])
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(top)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(**_MARGINS)
    sheet.set_header('&C&"Times New Roman"&P')
    sheet.fit_to_pages(1, 0)


def _write_cell(sheet: Any, line: int, column: int, cell: Cell, number: Any, text: Any) -> None:
    if isinstance(cell, int):
        sheet.write_number(line, column, cell, number)
    else:
        sheet.write_string(line, column, cell[:_CELL_MOST], text)


def _widths(table: ReportTable) -> list[int]:
    """Give each column the width of its longest cell, the long ones less where all of them are more than a page."""
    wanted = [_width(table, column) for column in range(len(table.columns))]
    most = next((most for most in range(_WIDE, _TIGHT, -1) if sum(min(most, w) for w in wanted) <= _PAGE), _TIGHT)
    return [min(most, width) for width in wanted]


def _width(table: ReportTable, column: int) -> int:
    """Give a column the width of its longest cell, within bounds."""
    longest = max((len(str(row[column])) for row in table.rows), default=0)
    return min(_WIDE, max(_NARROW, longest + 2, len(table.columns[column]) // 2))


def _height(row: Sequence[Cell], widths: Sequence[int]) -> int:
    """Give a row the height of its cell of most lines: not every program does so by itself."""
    lines = (-(-(len(str(cell)) + _LOST) // width) for cell, width in zip(row, widths, strict=True))
    return _LINE_POINTS * min(_LINES_MOST, max(lines, default=1))
