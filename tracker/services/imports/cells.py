"""What a cell says: dates, counts, words of closed lists, codes that a spreadsheet has robbed of their zeros."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, TypeVar

from tracker.domain.errors import Code
from tracker.domain.names import fold
from tracker.domain.urls import UrlProblem, inspect_url
from tracker.services.imports.outcomes import Refused, Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.domain.urls import UrlFacts
    from tracker.services.imports.columns import Record

W = TypeVar("W", bound=str)

CODE_MOST = 100
WORDS_MOST = 500
LIST_MOST = 50
URL_MOST = 8_000
ADDRESS_SHOWN = 200  # characters of what is refused as an address
COUNT_MOST = 2**53 - 1
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ][0-9:.]*)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_SERIAL = re.compile(r"[2-7][0-9]{4}")  # Excel counts days; these are 1954 to 2119
_SERIAL_ZERO = dt.date(1899, 12, 30)
_COUNT = re.compile(r"[0-9]{1,3}(?:[., \u00a0][0-9]{3})+|[0-9]+")
_FIRST_DAY, _LAST_DAY = dt.date(1900, 1, 1), dt.date(2200, 12, 31)


def read_words(record: Record, column: str, *, needed: bool = False, most: int = WORDS_MOST) -> str:
    """Give a cell's text; '' where it is empty."""
    text = record[column]
    if needed and not text:
        raise Refused(Code.FIELD_INVALID, Said.EMPTY, column=column)
    if len(text) > most:
        raise Refused(Code.FIELD_INVALID, Said.TOO_LONG, column=column, most=most)
    return text


def read_address(record: Record, column: str, code: Code) -> UrlFacts | None:
    """Read an address as people write it; `code`: how a row is refused for what is none."""
    text = read_words(record, column, most=URL_MOST)
    if not text:
        return None
    facts = inspect_url(text)
    if isinstance(facts, UrlProblem):
        raise Refused(code, Said.NOT_AN_ADDRESS, column=column, value=text[:ADDRESS_SHOWN])
    return facts


def read_listed(record: Record, column: str) -> tuple[str, ...]:
    """Give the texts of a cell that holds several, parted by semicolons."""
    text = read_words(record, column)
    return tuple(dict.fromkeys(part for part in (p.strip() for p in text.split(";")) if part))[:LIST_MOST]


def read_day(record: Record, column: str) -> dt.date | None:
    """Give a day: ISO, d/m/Y, or Excel's count of days; None where the cell is empty."""
    text = record[column]
    if not text:
        return None
    try:
        day = _day(text)
    except (ValueError, OverflowError):
        day = None
    if day is None or not _FIRST_DAY <= day <= _LAST_DAY:
        raise Refused(Code.FIELD_INVALID, Said.NOT_A_DATE, column=column, value=text[:40])
    return day


def read_count(record: Record, column: str) -> int | None:
    """Give a whole number, `2.261` and `2 261` read as 2261; None where the cell is empty."""
    text = record[column]
    if not text:
        return None
    digits = re.sub(r"\D", "", text) if _COUNT.fullmatch(text) else ""
    if not digits or len(digits) > len(str(COUNT_MOST)) or int(digits) > COUNT_MOST:
        raise Refused(Code.FIELD_INVALID, Said.NOT_A_COUNT, column=column, value=text[:40])
    return int(digits)


def read_word(record: Record, column: str, words: Mapping[W, Sequence[str]]) -> W | None:
    """Give the one of a closed list that a cell names, by itself or by a synonym; None where the cell is empty."""
    text = record[column]
    if not text:
        return None
    folded = fold(text).replace("_", " ")
    for word, synonyms in words.items():
        if folded == word.replace("_", " ") or folded in synonyms:
            return word
    raise Refused(Code.FIELD_INVALID, Said.NOT_A_WORD, column=column, value=text[:40], allowed=", ".join(words))


class CodeBook:
    """The codes that are known, with what they stand for; finds a numeric one that lost its zeros."""

    def __init__(self, known: Iterable[tuple[str, int]]) -> None:
        self._ids: dict[str, int] = {}
        self._short: dict[str, list[str]] = {}
        for code, thing_id in known:
            self.add(code, thing_id)

    def add(self, code: str, thing_id: int) -> None:
        """Make a code known."""
        known = code in self._ids
        self._ids[code] = thing_id
        if not known and code.isascii() and code.isdigit():
            self._short.setdefault(short(code), []).append(code)

    def find(self, code: str, column: str) -> tuple[str, int] | None:
        """Find the known code that a cell means; refuses where its lost zeros leave several."""
        if code in self._ids:
            return code, self._ids[code]
        if not (code.isascii() and code.isdigit()):
            return None
        fitting = [known for known in self._short.get(short(code), ()) if len(known) > len(code)]
        if len(fitting) > 1:
            raise Refused(
                Code.FIELD_INVALID, Said.UNCLEAR_CODE, column=column, value=code, allowed=", ".join(sorted(fitting))
            )
        return (fitting[0], self._ids[fitting[0]]) if fitting else None

    def get(self, code: str, column: str) -> int:
        """Give what a cell's code stands for, or refuse the row."""
        found = self.find(code, column)
        if found is None:
            raise Refused(Code.NOT_FOUND, Said.UNKNOWN_CODE, column=column, value=code[:40])
        return found[1]


def short(code: str) -> str:
    """Give a numeric code as a spreadsheet leaves it, without its zeros."""
    return code.lstrip("0") or "0"


def _day(text: str) -> dt.date | None:
    if found := _ISO.fullmatch(text):
        return dt.date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.fullmatch(text):
        return dt.date(int(found[3]), int(found[2]), int(found[1]))
    return _SERIAL_ZERO + dt.timedelta(days=int(text)) if _SERIAL.fullmatch(text) else None
