"""A file as sent → rows of text cells: CSV in the encodings Excel writes, and .xlsx through the sandbox."""

from __future__ import annotations

import codecs
import csv
import io
import json
from typing import TYPE_CHECKING, Protocol

from sandbox import SandboxFailed
from tracker.domain.errors import AppError, Code
from tracker.services.imports.columns import SheetRow, count_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from tracker.services.imports.columns import What

READ_XLSX = "tracker.services.imports.xlsx_worker:read_xlsx"
SHEET_TASKS = (READ_XLSX,)  # what the installation's sandbox must be allowed to run
ROWS_MOST = 100_000
BYTES_MOST = 20 * 1024 * 1024
_DELIMITERS = (",", ";", "\t")
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Runner(Protocol):
    """The sandbox, as far as this room needs it."""

    def call(
        self, task: str, payload: bytes, options: Mapping[str, Any] | None = None
    ) -> bytes | SandboxFailed:  # pragma: no cover - a shape
        """Run one job."""


def read_sheet(what: What, content: bytes, sandbox: Runner | None) -> Sequence[SheetRow]:
    """Read a spreadsheet; what it is is told by its bytes, not by its name."""
    if len(content) > BYTES_MOST:
        raise AppError(Code.BODY_SIZE, f"a spreadsheet has at most {BYTES_MOST >> 20} MB")
    if content.startswith(_OLD_EXCEL):
        raise _unreadable("this is the old .xls form; save it as .xlsx or as CSV UTF-8")
    sheet = _read_xlsx(content, sandbox) if content.startswith(_ZIP) else _read_csv(what, _decode(content))
    if len(sheet) > ROWS_MOST:
        raise _unreadable(f"a spreadsheet has at most {ROWS_MOST} rows")
    return sheet


def _decode(content: bytes) -> str:
    """Read the text as UTF-8 or UTF-16; other encodings cannot be told apart for certain."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\x00" in content[:200]:
        encoding = "utf-16-le" if content[1:2] == b"\x00" else "utf-16-be"
    else:
        encoding = "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unreadable("the letters are not UTF-8; in Excel choose «CSV UTF-8» when saving") from error


def _read_csv(what: What, text: str) -> Sequence[SheetRow]:
    """Cut the text by the delimiter under which most headings are known."""
    cuts = [_cut(text, delimiter) for delimiter in _DELIMITERS]
    sheet, whole = max(cuts, key=lambda cut: count_columns(what, cut[0]))
    if not whole:
        raise _unreadable("a quotation mark is opened and not closed, or a cell is too long")
    return sheet


def _cut(text: str, delimiter: str) -> tuple[list[SheetRow], bool]:
    """Give the rows, and whether they could be cut to the end."""
    rows: list[SheetRow] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1):
            rows.append(SheetRow(number=number, cells=tuple(cells)))
            if number > ROWS_MOST:
                break
    except csv.Error:
        return rows, False
    return rows, True


def _read_xlsx(content: bytes, sandbox: Runner | None) -> Sequence[SheetRow]:
    if sandbox is None:
        raise _unreadable("this installation reads no .xlsx; save it as CSV UTF-8")
    answer = sandbox.call(READ_XLSX, content, {"rows": ROWS_MOST})
    if isinstance(answer, SandboxFailed):
        raise _unreadable("this is no .xlsx that can be read; save it anew, or as CSV UTF-8")
    told = json.loads(answer)
    if "refused" in told:
        raise _unreadable(told["refused"])
    return [SheetRow(number=number, cells=tuple(cells)) for number, cells in told["rows"]]


def _unreadable(words: str) -> AppError:
    return AppError(Code.IMPORT_UNREADABLE, words)
