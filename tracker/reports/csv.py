"""A report as CSV: the tables one after another, for a spreadsheet to open (UTF-8 with its mark, no cell a formula)."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tracker.reports.tables import Cell, ReportTable

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_csv(tables: Iterable[ReportTable]) -> bytes:
    """Write tables: title and notes, headings, rows, an empty line."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for table in tables:
        for line in (table.title, *table.notes):
            writer.writerow([guarded(line)])
        writer.writerow(_guarded_row(table.columns))
        writer.writerows(_guarded_row(row) for row in table.rows)
        writer.writerow([])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def guarded(cell: Cell) -> Cell:
    """Put an apostrophe before a text that a spreadsheet would take for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA) else cell


def _guarded_row(row: Sequence[Cell]) -> list[Cell]:
    return [guarded(cell) for cell in row]
