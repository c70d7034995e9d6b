"""A page's own insights export, read by the names of its columns: which is which, and what a row says of one post.

Pure: rows of text in, posts with figures out. No genuine export of any platform was at hand when this was written; the
names are those that Meta's help and public programs that read such files use, English and Vietnamese, compared folded,
without what stands in brackets. A column of another name is left out and said so. Files are opened elsewhere.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.domain.figures import Measure
from tracker.domain.names import clean_text, fold
from tracker.domain.periods import FIRST_YEAR, LAST_YEAR
from tracker.domain.urls import canonical_url, url_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

HEADING_ROWS = 30  # how far down the headings may stand below titles
TITLE_MOST = 200  # of a post only its first words are kept
LINKS_MOST = 5
VALUE_MOST = 2**53 - 1


class Column(enum.StrEnum):
    """A column that means something to us."""

    POST_ID = "post_id"
    LINK = "permalink"
    PUBLISHED = "publish_time"
    SPAN = "date"
    TITLE = "title"
    WORDS = "description"
    SHARED = "shared_link"
    REACH = "reach"
    IMPRESSIONS = "impressions"
    VIEWS = "views"
    ENGAGEMENTS = "engagements"
    REACTIONS = "reactions"
    COMMENTS = "comments"
    SHARES = "shares"
    REACH_ENGAGEMENTS = "reach_engagements"


_PUBLISHED = ("publish time", "publish date", "published", "posted", "post created date", "created", "date posted")
_ENGLISH_DAYS = frozenset({*_PUBLISHED, "date"})  # under these, dates of an export have the month first
# The spelling of each platform's export first, then older ones, then Vietnamese; all folded.
HEADINGS: Mapping[Column, tuple[str, ...]] = {
    Column.POST_ID: ("post id", "video asset id", "id bai viet", "ma bai viet", "id bai dang", "ma bai dang"),
    Column.LINK: (
        *("permalink", "post permalink", "post link", "post url", "lien ket co dinh", "lien ket vinh vien"),
        *("lien ket bai viet", "lien ket bai dang", "duong dan bai viet", "duong dan bai dang", "duong dan"),
    ),
    Column.PUBLISHED: (
        *_PUBLISHED,
        *("thoi gian dang", "thoi gian dang bai", "thoi gian xuat ban", "ngay dang", "ngay xuat ban", "dang luc"),
    ),
    Column.SPAN: ("date", "ngay"),
    Column.TITLE: ("title", "post title", "tieu de", "ten bai", "ten bai viet"),
    Column.WORDS: ("description", "post message", "message", "mo ta", "noi dung", "noi dung bai viet"),
    Column.SHARED: ("link", "shared link", "article url", "lien ket", "lien ket chia se", "duong dan bai goc"),
    Column.REACH: (
        *("reach", "total reach", "post reach", "lifetime post total reach", "people reached"),
        *("so nguoi tiep can", "luot tiep can", "so luot tiep can", "tiep can", "so nguoi tiep can duoc"),
    ),
    Column.IMPRESSIONS: (
        *("impressions", "total impressions", "lifetime post total impressions"),
        *("luot hien thi", "so luot hien thi", "luot xuat hien"),
    ),
    Column.VIEWS: ("views", "total views", "luot xem", "so luot xem"),
    Column.ENGAGEMENTS: (
        *("reactions, comments and shares", "reactions, comments & shares", "likes, comments and shares"),
        *("engagements", "total engagements", "luot tuong tac", "so luot tuong tac", "tuong tac"),
        *("cam xuc, binh luan va chia se", "luot bay to cam xuc, binh luan va chia se"),
        *("cam xuc, binh luan va luot chia se", "luot cam xuc, binh luan va chia se"),
    ),
    Column.REACTIONS: (
        *("reactions", "likes", "luot bay to cam xuc", "cam xuc", "luot cam xuc", "luot thich", "so luot thich"),
    ),
    Column.COMMENTS: ("comments", "binh luan", "luot binh luan", "so luot binh luan", "so binh luan"),
    Column.SHARES: ("shares", "chia se", "luot chia se", "so luot chia se"),
    Column.REACH_ENGAGEMENTS: (
        *("reach and engagements", "reach and engagement", "tuong tac, tiep can", "luot tuong tac, tiep can"),
        *("tuong tac va tiep can", "luot tuong tac va tiep can"),
    ),
}
_STATED = {
    Column.REACH: Measure.REACH,
    Column.ENGAGEMENTS: Measure.ENGAGEMENTS,
    Column.REACH_ENGAGEMENTS: Measure.REACH_ENGAGEMENTS,
}
_PARTS = (Column.REACTIONS, Column.COMMENTS, Column.SHARES)
FIGURE_COLUMNS = frozenset({*_STATED, Column.IMPRESSIONS, Column.VIEWS, *_PARTS})
_FOOT = re.compile(r"(?:tong|cong|total)\b")
_BLANK = frozenset({"", "-", "–", "--", "n/a", "na", "null"})
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ ,T]+(.*))?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?")
_SERIAL = re.compile(r"([2-7]\d{4})(?:\.\d+)?")  # Excel counts days; these are 1954 to 2119
_SERIAL_ZERO = dt.date(1899, 12, 30)
_GROUPED = re.compile(r"\d{1,3}(?:([.,\u00a0\u202f ])\d{3})(?:\1\d{3})*|\d+(?:\.0+)?")
_ADDRESS = re.compile(r"https?://[^\s<>\"'()\[\]{}]+", re.IGNORECASE)
_TWELVE = 12


class Problem(enum.StrEnum):
    """Why a row says nothing of a post."""

    UNNAMED = "unnamed"  # neither an address nor a number of its own
    NO_DAY = "no_day"
    NOT_A_DAY = "not_a_day"
    NOT_A_COUNT = "not_a_count"
    NOT_A_POST = "not_a_post"  # its address is none
    FUTURE = "future"
    DAILY = "daily"  # figures of one day, where those of the whole life of a post are needed
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What is wrong with a row: in which column, with what in it."""

    row: int
    key: str
    problem: Problem
    column: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedPost:
    """What a row says of one post; `link_keys` name the articles it may carry, the likeliest first."""

    row: int
    happened_on: dt.date
    url: str | None
    url_key: str | None
    platform_post_id: str | None
    title: str | None
    link_keys: tuple[str, ...] = ()
    values: Mapping[Measure, int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Name the row for people."""
        return self.platform_post_id or self.url or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A whole file: what is known of its columns, the posts it names, and the rows that name none."""

    columns: frozenset[Column]
    left_out: tuple[str, ...]
    month_first: bool
    ambiguous: bool  # no date of the file shows which of day and month comes first
    posts: tuple[ExportedPost, ...]
    wrong: tuple[Wrong, ...]


Row = tuple[int, "Sequence[str]"]


def count_columns(rows: Iterable[Row]) -> int:
    """Count the columns that the best row of headings names: how well a file was cut into cells."""
    return max((len(_places(cells)) for number, cells in rows if number <= HEADING_ROWS), default=0)


def missing_columns(rows: Sequence[Row]) -> list[str]:
    """Name the columns without which a file cannot be read; none where it can."""
    found = _places(_top(rows)[1])
    missing = []
    if Column.POST_ID not in found and Column.LINK not in found:
        missing.append(Column.LINK.value)
    if Column.PUBLISHED not in found and Column.SPAN not in found:
        missing.append(Column.PUBLISHED.value)
    if not FIGURE_COLUMNS & found.keys():
        missing.append(Column.REACH.value)
    return missing


def read_export(rows: Sequence[Row], *, today: dt.date) -> Export:
    """Read a file whose columns are all there."""
    top, headings = _top(rows)
    places = _places(headings)
    records = list(_records(rows, top, places))
    day_column = Column.PUBLISHED if Column.PUBLISHED in places else Column.SPAN
    english = _heading(headings[places[day_column]]) in _ENGLISH_DAYS
    order = _order([record[day_column] for _, record in records], english=english)
    posts: list[ExportedPost] = []
    wrong: list[Wrong] = []
    seen: set[str] = set()
    for number, record in records:
        told = _read(number, record, day_column=day_column, month_first=order[0], today=today)
        if isinstance(told, ExportedPost) and not seen.isdisjoint(_names(told)):
            told = Wrong(row=number, key=told.key, problem=Problem.REPEATED)
        if isinstance(told, Wrong):
            wrong.append(told)
            continue
        seen |= _names(told)
        posts.append(told)
    return Export(
        columns=frozenset(places),
        left_out=tuple(
            clean_text(cell, TITLE_MOST) for i, cell in enumerate(headings) if cell.strip() and i not in places.values()
        ),
        month_first=order[0],
        ambiguous=order[1],
        posts=tuple(posts),
        wrong=tuple(wrong),
    )


def _names(post: ExportedPost) -> set[str]:
    return {f"{kind}{key}" for kind, key in (("#", post.platform_post_id), ("@", post.url_key)) if key}


def _top(rows: Sequence[Row]) -> Row:
    """Find the row of headings."""
    return max((row for row in rows if row[0] <= HEADING_ROWS), key=lambda row: len(_places(row[1])), default=(0, ()))


def _heading(cell: str) -> str:
    bare = re.sub(r"\([^)]*\)?", " ", fold(cell)).replace("_", " ")
    return " ".join(re.sub(r"[*:;]", " ", bare).split())


def _places(cells: Sequence[str]) -> dict[Column, int]:
    """Map the columns that a row of headings names to their places; the first of two alike counts."""
    headings = [_heading(cell) for cell in cells]
    found: dict[Column, int] = {}
    for column, names in HEADINGS.items():
        at = next((headings.index(name) for name in names if name in headings), None)
        if at is not None and at not in found.values():
            found[column] = at
    return found


def _records(rows: Iterable[Row], top: int, places: Mapping[Column, int]) -> Iterable[tuple[int, dict[Column, str]]]:
    """Read the rows below the headings, without empty ones and sums."""
    for number, cells in rows:
        filled = [cell for cell in cells if cell.strip()]
        if number <= top or not filled:
            continue
        record = dict.fromkeys(Column, "")
        record |= {c: clean_text(cells[at]) for c, at in places.items() if at < len(cells)}
        named = record[Column.POST_ID] or record[Column.LINK]
        if _FOOT.match(fold(filled[0])) and (not named or named == clean_text(filled[0])):
            continue
        yield number, record


def _order(days: Iterable[str], *, english: bool) -> tuple[bool, bool]:
    """Tell whether the month comes first in a file's dates, and whether that had to be guessed by its headings."""
    shown = Counter[str]()
    for text in days:
        if found := _DATE.fullmatch(text):
            first, second = int(found[1]) > _TWELVE, int(found[2]) > _TWELVE
            shown["day" if first and not second else "month" if second and not first else "either"] += 1
    if shown["day"] != shown["month"]:
        return shown["month"] > shown["day"], False
    return english, bool(shown)


def _read(
    number: int, record: Mapping[Column, str], *, day_column: Column, month_first: bool, today: dt.date
) -> ExportedPost | Wrong:
    post_id, link = record[Column.POST_ID], record[Column.LINK]
    try:
        _check_name(post_id, link)
        happened_on = _published(record, day_column, month_first=month_first, today=today)
        values = _values({column: _counted(record, column) for column in FIGURE_COLUMNS})
    except _Refused as no:
        name = (post_id or link)[:TITLE_MOST]
        return Wrong(row=number, key=name, problem=no.problem, column=no.column.value, value=record[no.column][:40])
    return ExportedPost(
        row=number,
        happened_on=happened_on,
        url=canonical_url(link) if link else None,
        url_key=url_key(link) if link else None,
        platform_post_id=_post_id(post_id),
        title=_title(record),
        link_keys=_link_keys(record),
        values=values,
    )


class _Refused(Exception):  # noqa: N818 - how a cell's reader says no; it becomes a Wrong
    def __init__(self, problem: Problem, column: Column) -> None:
        super().__init__(problem)
        self.problem, self.column = problem, column


def _check_name(post_id: str, link: str) -> None:
    if not link and _post_id(post_id) is None:
        raise _Refused(Problem.UNNAMED, Column.POST_ID)
    if link and url_key(link) is None:
        raise _Refused(Problem.NOT_A_POST, Column.LINK)


def _published(record: Mapping[Column, str], column: Column, *, month_first: bool, today: dt.date) -> dt.date:
    """Give the day of a post; the column «Date» beside it says whether figures are those of one day alone."""
    if not record[column]:
        raise _Refused(Problem.NO_DAY, column)
    day = _day(record[column], month_first=month_first)
    if day is None:
        raise _Refused(Problem.NOT_A_DAY, column)
    if day > today:
        raise _Refused(Problem.FUTURE, column)
    if column is not Column.SPAN and _day(record[Column.SPAN], month_first=month_first) is not None:
        raise _Refused(Problem.DAILY, Column.SPAN)
    return day


def _counted(record: Mapping[Column, str], column: Column) -> int | None:
    count = _count(record[column])
    if count is None and fold(record[column]) not in _BLANK:
        raise _Refused(Problem.NOT_A_COUNT, column)
    return count


def _post_id(text: str) -> str | None:
    """Give the number of a post as the platform gives it; one that a spreadsheet has rounded names nothing."""
    return None if not text or re.fullmatch(r"[\d.,]+e\+?\d+", text, re.IGNORECASE) else text[:TITLE_MOST]


def _day(text: str, *, month_first: bool) -> dt.date | None:
    try:
        found = _dated(text, month_first=month_first)
    except (ValueError, OverflowError):
        return None
    return found if found is not None and FIRST_YEAR <= found.year <= LAST_YEAR else None


def _dated(text: str, *, month_first: bool) -> dt.date | None:
    if found := _ISO.fullmatch(text):
        return dt.date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DATE.fullmatch(text):
        month, day = (found[1], found[2]) if month_first else (found[2], found[1])
        return dt.date(int(found[3]), int(month), int(day))
    serial = _SERIAL.fullmatch(text)
    return _SERIAL_ZERO + dt.timedelta(days=int(serial[1])) if serial else None


def _count(text: str) -> int | None:
    """Give a whole number, `2.261` and `2,261` read as 2261; None where there is none."""
    if not _GROUPED.fullmatch(text):
        return None
    plain = re.sub(r"\.0+\Z", "", text) if re.fullmatch(r"\d+\.0{1,2}|\d{4,}\.0+", text) else text
    digits = re.sub(r"\D", "", plain)
    return int(digits) if len(digits) <= len(str(VALUE_MOST)) and int(digits) <= VALUE_MOST else None


def _values(counts: Mapping[Column, int | None]) -> dict[Measure, int]:
    """Give the figures of a row. Engagements are reactions, comments and reshares; without one of them, unknown.

    What the platform shows as views in place of impressions is that; reach and engagements are never put together here.
    """
    found = {measure: counts[column] for column, measure in _STATED.items()}
    shown = counts[Column.IMPRESSIONS]
    found[Measure.IMPRESSIONS] = shown if shown is not None else counts[Column.VIEWS]
    parts = [counts[column] for column in _PARTS]
    known = [part for part in parts if part is not None]
    if found[Measure.ENGAGEMENTS] is None and len(known) == len(parts):
        found[Measure.ENGAGEMENTS] = sum(known)
    return {measure: found[measure] or 0 for measure in Measure if found.get(measure) is not None}


def _title(record: Mapping[Column, str]) -> str | None:
    words = record[Column.TITLE] or record[Column.WORDS]
    return clean_text(words.partition("\n")[0], TITLE_MOST) or None


def _link_keys(record: Mapping[Column, str]) -> tuple[str, ...]:
    """Give the keys of the addresses that a post carries: the shared one, then those in its words."""
    told = [record[Column.SHARED], *_ADDRESS.findall(record[Column.WORDS]), *_ADDRESS.findall(record[Column.TITLE])]
    keys = (url_key(text.rstrip(".,;:!?…")) for text in told if text)
    return tuple(dict.fromkeys(key for key in keys if key is not None))[:LINKS_MOST]
