"""A file as sent → rows of text cells: CSV in the encodings Excel writes, and .xlsx through the sandbox."""

from __future__ import annotations

import codecs
import csv
import enum
import io
import json
from typing import TYPE_CHECKING, Protocol, assert_never

from sandbox import FailureKind, SandboxFailed
from tracker.domain.errors import AppError, Code
from tracker.services.imports.columns import SheetRow, count_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from tracker.services.imports.columns import What

READ_XLSX = "tracker.services.imports.xlsx_worker:read_xlsx"
SHEET_TASKS = (READ_XLSX,)  # what the installation's sandbox must be allowed to run
ROWS_MOST = 100_000
BYTES_MOST = 20 * 1024 * 1024
_DELIMITERS = (",", ";", "\t")
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Unreadable(enum.StrEnum):
    """Why a file gave no rows and what to do; the Vietnamese stands in tracker/locale/vi/imports.po."""

    OLD_EXCEL = "this is the old .xls form; save it as .xlsx or as CSV UTF-8"
    ROWS = "a spreadsheet has at most 100,000 rows; divide it"
    LETTERS = "the letters are not UTF-8; in Excel choose «CSV UTF-8» when saving"
    QUOTES = "a quotation mark is opened and not closed, or a cell is too long"
    NO_SANDBOX = "this installation reads no .xlsx; save it as CSV UTF-8"
    NO_XLSX = "this is no .xlsx that can be read; save it anew, or as CSV UTF-8"
    BOMB = "the file unpacks to far more than it should; save it anew, or as CSV UTF-8"
    TOO_LARGE = "this workbook is too large to be read; delete other sheets, divide it, or save it as CSV UTF-8"


class Runner(Protocol):
    """The sandbox, as far as this room needs it."""

    def call(
        self, task: str, payload: bytes, options: Mapping[str, Any] | None = None
    ) -> bytes | SandboxFailed:  # pragma: no cover - a shape
        """Run one job."""


def read_sheet(what: What, content: bytes, sandbox: Runner | None) -> Sequence[SheetRow]:
    """Read a spreadsheet of things that are imported; what it is is told by its bytes, not by its name."""
    return read_rows(content, sandbox, lambda rows: count_columns(what, rows))


def read_rows(content: bytes, sandbox: Runner | None, known: Callable[[Sequence[SheetRow]], int]) -> Sequence[SheetRow]:
    """Read any spreadsheet; `known` tells how many columns of rows have a name, by which a CSV is cut."""
    if len(content) > BYTES_MOST:
        raise AppError(Code.BODY_SIZE, f"a spreadsheet has at most {BYTES_MOST >> 20} MB")
    if content.startswith(_OLD_EXCEL):
        raise _unreadable(Unreadable.OLD_EXCEL)
    sheet = _read_xlsx(content, sandbox, known) if is_xlsx(content) else _read_csv(_decode(content), known)
    if len(sheet) > ROWS_MOST:
        raise _unreadable(Unreadable.ROWS)
    return sheet


def is_xlsx(content: bytes) -> bool:
    """Tell the form of Excel from text, by the first bytes."""
    return content.startswith(_ZIP)


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
        raise _unreadable(Unreadable.LETTERS) from error


def _read_csv(text: str, known: Callable[[Sequence[SheetRow]], int]) -> Sequence[SheetRow]:
    """Cut the text by the delimiter under which most headings are known."""
    cuts = [_cut(text, delimiter) for delimiter in _DELIMITERS]
    sheet, whole = max(cuts, key=lambda cut: known(cut[0]))
    if not whole:
        raise _unreadable(Unreadable.QUOTES)
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


def _read_xlsx(
    content: bytes, sandbox: Runner | None, known: Callable[[Sequence[SheetRow]], int]
) -> Sequence[SheetRow]:
    """Give the sheet in which most headings are known, the first of two alike."""
    if sandbox is None:
        raise _unreadable(Unreadable.NO_SANDBOX)
    answer = sandbox.call(READ_XLSX, content, {"rows": ROWS_MOST})
    if isinstance(answer, SandboxFailed):
        raise _unreadable(_why(answer.kind))
    told = json.loads(answer)
    if "refused" in told:
        raise _unreadable(Unreadable[told["refused"]])
    sheets = [
        [SheetRow(number=number, cells=tuple(cells), is_title=is_title) for number, cells, is_title in rows]
        for rows in told["sheets"]
    ]
    return max(sheets, key=known, default=[])


def _why(kind: FailureKind) -> Unreadable:
    """Say what the office can do about a workbook that gave no rows."""
    match kind:
        case FailureKind.CPU | FailureKind.MEMORY | FailureKind.TIMEOUT:
            return Unreadable.TOO_LARGE
        case FailureKind.CRASH:
            return Unreadable.NO_XLSX
        case _ as never:
            assert_never(never)


def _unreadable(why: Unreadable) -> AppError:
    return AppError(Code.IMPORT_UNREADABLE, why.value)
