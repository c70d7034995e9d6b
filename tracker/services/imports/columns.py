"""Which column of a spreadsheet is which: headings folded, synonyms, title rows above and foot rows below.

Reading only; what a cell means stands in cells.py.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

HEADING_ROWS = 30  # how far down the headings may stand below titles
NUMBERED_LEAST = 3


class What(enum.StrEnum):
    """What a file holds."""

    UNITS = "units"
    MEMBERS = "members"
    CLAIMS = "claims"
    POSTS = "posts"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One row as read; `number` counts from 1 as the spreadsheet does, a title is merged over several columns."""

    number: int
    cells: tuple[str, ...]
    is_title: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row by column name; a column that is not there, or an empty cell, gives ''."""

    number: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Give a cell."""
        return self.values.get(column, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The records of a file, which columns it has, and which headings were left out."""

    columns: frozenset[str]
    records: tuple[Record, ...]
    left_out: tuple[str, ...]
    national_ids: tuple[str, ...]


_CODE = ("code", "ma", "ma so")
# Headings as they are compared (see `_heading`): the English name first, then what offices write.
COLUMNS: Mapping[What, Mapping[str, tuple[str, ...]]] = {
    What.UNITS: {
        "code": (*_CODE, "ma to chuc", "ma to chuc dang", "ma don vi", "ma chi bo"),
        "name": ("name", "ten", "ten to chuc", "ten to chuc dang", "ten don vi", "ten chi bo"),
        "kind": ("kind", "loai", "loai hinh", "loai to chuc"),
        "parent_code": ("parent code", "ma cap tren", "ma don vi cap tren", "ma to chuc cap tren"),
        "valid_from": ("valid from", "co hieu luc tu ngay", "hieu luc tu ngay", "ngay thanh lap"),
    },
    What.MEMBERS: {
        "code": (*_CODE, "ma dang vien", "ma so dang vien"),
        "full_name": ("full name", "ho va ten", "ho ten", "ho va ten dang vien"),
        "unit_code": ("unit code", "ma chi bo", "ma don vi", "ma to chuc", "ma to chuc dang"),
        "since": ("since", "ngay vao chi bo", "tu ngay"),
        "status": ("status", "trang thai"),
        "kind": ("kind", "loai"),
        "titles": ("titles", "chuc vu", "chuc vu dang", "chuc vu trong dang", "chuc danh"),
        "office": ("office", "chuc vu chinh quyen", "chuc vu cong tac", "chuc vu chuyen mon"),
        "pen_names": ("pen names", "but danh"),
        "login": ("login", "ten dang nhap"),
        "role": ("role", "vai tro"),
        "consent_on": ("consent on", "ngay dong y"),
    },
    What.CLAIMS: {
        "member_code": ("member code", "ma dang vien", "ma so dang vien", "ma"),
        "kind": ("kind", "loai"),
        "url": ("url", "duong dan", "lien ket"),
        "article_url": ("article url", "duong dan bai viet", "duong dan bai goc", "lien ket bai goc"),
        "title": ("title", "tieu de", "ten bai", "ten bai viet"),
        "channel": ("channel", "kenh", "nen tang"),
        "happened_on": ("happened on", "ngay", "ngay chia se", "ngay dang", "ngay thuc hien"),
        "topics": ("topics", "chu de"),
        "lesson": ("lesson", "bai hoc", "bai hoc rut ra"),
        "slot": ("slot", "muc", "noi dung"),
        "reach": ("reach", "luot tiep can"),
        "engagements": ("engagements", "luot tuong tac"),
        "state": ("state", "trang thai"),
    },
    What.POSTS: {
        "page": (
            *("page", "page or group", "trang, nhom", "trang nhom", "ten trang, nhom", "ten trang", "ten nhom"),
            *("trang", "fanpage", "noi dang", "kenh"),
        ),
        "happened_on": ("happened on", "ngay", "ngay dang", "ngay dang bai", "ngay chia se"),
        "url": (
            *("url", "duong dan", "duong dan bai dang", "lien ket", "lien ket bai dang", "lien ket bai chia se"),
            *("dia chi", "link", "link bai dang", "link bai", "duong link"),
        ),
        "article_url": ("article url", "duong dan bai goc", "duong dan bai viet", "lien ket bai goc", "link bai goc"),
        "title": ("title", "tieu de", "ten bai", "ten bai viet", "noi dung", "noi dung bai dang"),
        "programme": ("programme", "mo hinh", "ten mo hinh", "cuoc van dong", "chuong trinh"),
        "platform": ("platform", "mang xa hoi", "mang", "nen tang"),
        "kind": ("kind", "loai", "loai hinh"),
        "unit_code": ("unit code", "ma don vi", "ma chi bo", "ma to chuc", "ma to chuc dang"),
    },
}
NEEDED: Mapping[What, frozenset[str]] = {
    What.UNITS: frozenset({"code", "name"}),
    What.MEMBERS: frozenset({"code", "full_name", "unit_code"}),
    What.CLAIMS: frozenset({"member_code", "kind", "happened_on"}),
    What.POSTS: frozenset({"page", "happened_on"}),
}
VIETNAMESE: Mapping[What, Mapping[str, str]] = {
    What.UNITS: {
        "code": "Mã",
        "name": "Tên tổ chức Đảng",
        "kind": "Loại",
        "parent_code": "Mã cấp trên",
        "valid_from": "Có hiệu lực từ ngày",
    },
    What.MEMBERS: {
        "code": "Mã đảng viên",
        "full_name": "Họ và tên",
        "unit_code": "Mã chi bộ",
        "since": "Từ ngày",
        "status": "Trạng thái",
        "kind": "Loại",
        "titles": "Chức vụ",
        "office": "Chức vụ chính quyền",
        "pen_names": "Bút danh",
        "login": "Tên đăng nhập",
        "role": "Vai trò",
        "consent_on": "Ngày đồng ý",
    },
    What.CLAIMS: {
        "member_code": "Mã đảng viên",
        "kind": "Loại",
        "url": "Đường dẫn",
        "article_url": "Đường dẫn bài gốc",
        "title": "Tiêu đề",
        "channel": "Kênh",
        "happened_on": "Ngày",
        "topics": "Chủ đề",
        "lesson": "Bài học rút ra",
        "slot": "Mục",
        "reach": "Lượt tiếp cận",
        "engagements": "Lượt tương tác",
        "state": "Trạng thái",
    },
    What.POSTS: {
        "page": "Trang, nhóm",
        "happened_on": "Ngày đăng",
        "url": "Đường dẫn",
        "article_url": "Đường dẫn bài gốc",
        "title": "Tiêu đề",
        "programme": "Mô hình",
        "platform": "Mạng xã hội",
        "kind": "Loại",
        "unit_code": "Mã đơn vị",
    },
}
_ANY_FILE = {**VIETNAMESE[What.POSTS], **VIETNAMESE[What.CLAIMS], **VIETNAMESE[What.MEMBERS], **VIETNAMESE[What.UNITS]}
_IDENTITY = {What.UNITS: "code", What.MEMBERS: "code", What.CLAIMS: "member_code", What.POSTS: "page"}
_OF_MEMBERS = frozenset({What.MEMBERS, What.CLAIMS})
_NATIONAL_ID = re.compile(
    r"\b(?:cccd|cmnd|cmt|cmtnd|can cuoc|chung minh|dinh danh|national id|citizen id|identity (?:card|number)|id card)\b"
)
# Citizen numbers have twelve digits and begin with the province of birth, 001 to 096.
_CITIZEN_NUMBER = re.compile(r"0(?:0[1-9]|[1-8][0-9]|9[0-6])[0-9]{9}")
_FOOT = re.compile(r"(?:tổng cộng|tổng số|tổng|cộng)\s*(?:$|[:.(0-9])")
_FOOT_WORD = re.compile(r"(?:tổng|cộng)\b")


def find_table(what: What, sheet: Sequence[SheetRow]) -> Table:
    """Find the headings and read what stands below them; refuses a file without the needed columns."""
    top = max(sheet[:HEADING_ROWS], key=lambda row: len(_fields(what, row)), default=SheetRow(number=0, cells=()))
    fields = _fields(what, top)
    headings = [_heading(cell) for cell in top.cells]
    national = [i for i, heading in enumerate(headings) if _NATIONAL_ID.search(heading)]
    if missing := NEEDED[what] - fields.keys():
        raise _refusal(what, sheet, missing)
    below = [row for row in sheet if row.number > top.number]
    records = tuple(_records(what, fields, below))
    if _are_citizen_numbers(r[_IDENTITY[what]] for r in records):
        raise AppError(
            Code.IMPORT_IDENTIFIERS, "the codes are national identity numbers; give each row a code of yours"
        )
    left_out = [i for i, heading in enumerate(headings) if heading and i not in fields.values() and i not in national]
    return Table(
        columns=frozenset(fields),
        records=records,
        left_out=tuple(clean_text(top.cells[i]) for i in left_out),
        national_ids=tuple(clean_text(top.cells[i]) for i in national),
    )


def heading(what: What, column: str, language: str) -> str:
    """Give a heading that names a column, for who has to add it."""
    return VIETNAMESE[what].get(column, column) if language == "vi" else column


def column_words(column: str, language: str) -> str:
    """Give the heading of a column where nobody says of which file it is; a heading as it stands otherwise."""
    return _ANY_FILE.get(column, column) if language == "vi" else column


def count_columns(what: What, sheet: Sequence[SheetRow]) -> int:
    """Count the columns that the best row of headings names: how well a file was cut into cells."""
    return max((len(_fields(what, row)) for row in sheet[:HEADING_ROWS]), default=0)


def _refusal(what: What, sheet: Sequence[SheetRow], missing: Iterable[str]) -> AppError:
    """Refuse a file without its columns; one that has only national numbers to tell people apart, as that."""
    headings = [_heading(cell) for row in sheet[:HEADING_ROWS] for cell in row.cells]
    if what in _OF_MEMBERS and _IDENTITY[what] in missing and any(_NATIONAL_ID.search(h) for h in headings):
        return AppError(
            Code.IMPORT_IDENTIFIERS, "the only identifier is the national one; give each row a code of yours"
        )
    listed = sorted(missing)
    return AppError(Code.IMPORT_COLUMNS, f"columns are missing: {', '.join(listed)}", missing=listed)


def _fields(what: What, row: SheetRow) -> dict[str, int]:
    """Map the columns that a row of headings names to their places; the first of two alike counts."""
    found: dict[str, int] = {}
    headings = [_heading(cell) for cell in row.cells]
    for column, names in COLUMNS[what].items():
        places = [i for i, heading in enumerate(headings) if heading in names and i not in found.values()]
        if places:
            found[column] = places[0]
    return found


def _heading(cell: str) -> str:
    """Give a heading as it is compared: folded, without brackets, stars, colons and underscores."""
    bare = re.sub(r"\([^)]*\)?", " ", fold(cell)).replace("_", " ")
    return " ".join(re.sub(r"[*:.;]", " ", bare).split())


def _records(what: What, fields: Mapping[str, int], rows: Sequence[SheetRow]) -> Iterable[Record]:
    """Read the rows below the headings, without what stands between and below them for the eye alone."""
    identity, summed, end = _IDENTITY[what], False, _end(what, fields, rows)
    for row in rows[:end]:
        values = {column: _cell(row, place) for column, place in fields.items()}
        filled = _filled(row)
        if not filled:
            continue
        if _is_foot(filled[0], values[identity]):
            summed = True
        elif not (row.is_title or _is_heading(what, row) or _is_numbering(filled) or (summed and not values[identity])):
            yield Record(number=row.number, values=values)


def _end(what: What, fields: Mapping[str, int], rows: Sequence[SheetRow]) -> int:
    """Find where the table ends: at an empty row with nothing below it but dates, names and signatures."""
    for place in range(len(rows) - 1, -1, -1):
        row = rows[place]
        if not _filled(row):
            continue
        if _cell(row, fields[_IDENTITY[what]]) or sum(bool(_cell(row, fields[c])) for c in NEEDED[what]) > 1:
            return next((p for p in range(place + 1, len(rows)) if _is_after_gap(rows, p)), len(rows))
    return len(rows)


def _is_after_gap(rows: Sequence[SheetRow], place: int) -> bool:
    """Tell whether a row, or the rows left out before it, are empty."""
    return not _filled(rows[place]) or rows[place].number > rows[place - 1].number + 1


def _filled(row: SheetRow) -> list[str]:
    return [text for cell in row.cells if (text := clean_text(cell))]


def _is_heading(what: What, row: SheetRow) -> bool:
    """Tell the headings from a row again: below themselves, where they take two rows, or on each printed page."""
    return NEEDED[what] <= _fields(what, row).keys()


def _is_numbering(filled: Sequence[str]) -> bool:
    """Tell the row that numbers the columns: «(1) (2) (3)», «A B 1 2»."""
    texts = [text.strip("()[] ") for text in filled]
    letters = next((n for n, text in enumerate(texts) if text != "ABCD"[n : n + 1]), len(texts))
    counted = texts[letters:]
    return len(texts) >= NUMBERED_LEAST and counted == [str(n) for n in range(1, len(counted) + 1)]


def _is_foot(first: str, key: str) -> bool:
    """Tell a row of sums: «Cộng», «Tổng cộng: 79»; with words after it only where the row names nothing."""
    text = unicodedata.normalize("NFC", first).casefold()
    return bool(_FOOT.match(text)) or (not key and bool(_FOOT_WORD.match(text)))


def _cell(row: SheetRow, place: int) -> str:
    return " ".join(clean_text(row.cells[place]).split()) if place < len(row.cells) else ""


def _are_citizen_numbers(codes: Iterable[str]) -> bool:
    listed = [code for code in codes if code]
    return bool(listed) and all(_CITIZEN_NUMBER.fullmatch(code) for code in listed)
