"""Numbers as Vietnamese texts write them: reading a printed figure, printing one back.

No measures or grades here (figures.py); nothing is rounded for storage, a part and its whole are kept by the caller.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tracker.domain.names import fold


class Qualifier(enum.StrEnum):
    """How a source bounds its figure; the words stand in `_QUALIFIERS`."""

    MORE = ">"
    LESS = "<"
    ABOUT = "~"
    AT_LEAST = ">="
    EXACTLY = "="


class NumberFlag(enum.StrEnum):
    """What a reader of the figure should know."""

    NO_NUMBER = "no_number"
    NEGATIVE = "negative"  # refused: nothing we count is below zero
    ENGLISH_GROUPING = "english_grouping?"  # "18,887" read as 18887
    ROUNDED = "rounded"  # `value` is the nearest whole number to `exact`
    PERCENT = "percent"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedNumber:
    """A figure read from text; `value` None where there is none."""

    value: int | None
    qualifier: Qualifier | None = None
    flags: tuple[NumberFlag, ...] = ()
    exact: Decimal | None = None


_SPACES = "\u0020\u00a0\u202f\u2009"
_FIGURE = re.compile(rf"[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}}(?![0-9]))+(?:,[0-9]+)?|[0-9]+(?:[.,][0-9]+)*")
_MULTIPLIERS = {
    **dict.fromkeys(("nghìn", "ngàn", "nghin", "ngan", "k"), 1_000),
    **dict.fromkeys(("vạn",), 10_000),
    **dict.fromkeys(("triệu", "trieu", "tr"), 1_000_000),
    **dict.fromkeys(("tỷ", "tỉ", "ty"), 1_000_000_000),
}
_MULTIPLIER = re.compile(rf"[{_SPACES}]*({'|'.join(sorted(_MULTIPLIERS, key=len, reverse=True))})\b", re.IGNORECASE)
_PERCENT = re.compile(rf"[{_SPACES}]*%")
_ENGLISH = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_VIETNAMESE = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?")
# Folded words straight before the figure; the longer first, for "trên dưới" is neither "trên" nor "dưới".
_QUALIFIERS: tuple[tuple[str, Qualifier], ...] = (
    ("tren duoi", Qualifier.ABOUT),
    ("xap xi", Qualifier.ABOUT),
    ("khoang", Qualifier.ABOUT),
    ("chung", Qualifier.ABOUT),
    ("uoc", Qualifier.ABOUT),
    ("~", Qualifier.ABOUT),
    ("it nhat", Qualifier.AT_LEAST),
    ("toi thieu", Qualifier.AT_LEAST),
    (">=", Qualifier.AT_LEAST),
    ("≥", Qualifier.AT_LEAST),
    ("hon", Qualifier.MORE),
    ("tren", Qualifier.MORE),
    (">", Qualifier.MORE),
    ("gan", Qualifier.LESS),
    ("duoi", Qualifier.LESS),
    ("<", Qualifier.LESS),
    ("dung", Qualifier.EXACTLY),
    ("=", Qualifier.EXACTLY),
)
_WORDS = {Qualifier.MORE: "hơn ", Qualifier.LESS: "gần ", Qualifier.ABOUT: "khoảng ", Qualifier.AT_LEAST: "ít nhất "}
_PRINTED = ((1_000_000_000, "tỷ"), (1_000_000, "triệu"))
_LONGEST = 40  # characters of a figure; beyond lies noise


def parse_number(text: str) -> ParsedNumber:
    """Read the first figure of a text: `3.945`, `gần 1,6 triệu`, `hơn 2,1 tỷ đồng`, `1,2K`, `18,887`.

    A point groups by three and a comma is decimal, as Vietnamese writes; `1.5` and `18,887` can only mean the other.
    """
    found = _FIGURE.search(text)
    if found is None or len(found[0]) > _LONGEST:
        return ParsedNumber(value=None, flags=(NumberFlag.NO_NUMBER,))
    before = text[: found.start()]
    if before.strip().endswith(("-", "−")) and not before.strip("-− "):
        return ParsedNumber(value=None, flags=(NumberFlag.NEGATIVE,))
    exact, flags = _read(found[0])
    times, end = _times(text, found.end())
    exact *= times
    if times > 1:
        exact += _smaller_part(text, end, times)
    if _PERCENT.match(text, end):
        flags.append(NumberFlag.PERCENT)
    if exact != exact.to_integral_value():
        flags.append(NumberFlag.ROUNDED)
    value = int(exact.to_integral_value(ROUND_HALF_UP))
    return ParsedNumber(value=value, qualifier=_qualifier(before), flags=tuple(flags), exact=exact)


def format_int(number: int) -> str:
    """Print a whole number with points: 3945 is `3.945`."""
    return f"{number:,}".replace(",", ".")


def format_percent(part: int, whole: int) -> str:
    """Print a share with one decimal, halves up: 71 of 79 is `89,9%`; of nothing there is no share (`–`)."""
    if whole <= 0:
        return "–"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{format_int(tenths // 10)},{tenths % 10}%"


def format_prose_count(number: int) -> str:
    """Print a count as running text does: 1 to 9 with a leading zero (`01 đảng viên`)."""
    return f"0{number}" if 1 <= number <= 9 else format_int(number)  # noqa: PLR2004 - one digit


def format_amount(number: int, qualifier: Qualifier | None = None) -> str:
    """Print an amount as texts do, nothing lost: 2100000000 and `>` is `hơn 2,1 tỷ`."""
    words = _WORDS.get(qualifier, "") if qualifier else ""
    for times, name in _PRINTED:
        whole, rest = divmod(number, times)
        if number >= times and rest * 10 % times == 0:
            tenth = f",{rest * 10 // times}" if rest else ""
            return f"{words}{format_int(whole)}{tenth} {name}"
    return words + format_int(number)


def _read(figure: str) -> tuple[Decimal, list[NumberFlag]]:
    """Read digits with their points, commas and spaces."""
    figure = "".join(figure.split())
    if _VIETNAMESE.fullmatch(figure):
        return Decimal(figure.replace(".", "").replace(",", ".")), []
    if _ENGLISH.fullmatch(figure):
        return Decimal(figure.replace(",", "")), [NumberFlag.ENGLISH_GROUPING]
    whole, _, part = figure.replace(",", ".").partition(".")
    if "." in part:  # no grouping at all, such as a date or a version: its first number
        part = ""
    return Decimal(f"{whole}.{part}" if part else whole), []


def _times(text: str, end: int) -> tuple[int, int]:
    """Give the multiplier that follows at `end`, and where it ends."""
    found = _MULTIPLIER.match(text, end)
    return (_MULTIPLIERS[found[1].lower()], found.end()) if found else (1, end)


def _smaller_part(text: str, end: int, above: int) -> Decimal:
    """Read on after a multiplier: the `200 triệu` of `5 tỷ 200 triệu`."""
    found = _FIGURE.match(text, end + 1)
    if found is None or len(found[0]) > _LONGEST:
        return Decimal(0)
    times, after = _times(text, found.end())
    if not 1 < times < above:
        return Decimal(0)
    return _read(found[0])[0] * times + _smaller_part(text, after, times)


def _qualifier(before: str) -> Qualifier | None:
    """Find the bounding word that stands straight before the figure."""
    words = " " + fold(before[-_LONGEST:])
    for word, qualifier in _QUALIFIERS:
        if words.endswith(word if not word[0].isalpha() else " " + word):
            return qualifier
    return None
