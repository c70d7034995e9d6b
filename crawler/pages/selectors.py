"""How an administrator says where a source's entries stand: selectors for pages, paths for JSON. Judged, not applied.

Pure: whether a selector is good CSS only its library can say (listing_selected, in the sandbox).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    from collections.abc import Mapping

SELECTOR_MOST: Final = 300
FORMAT_MOST: Final = 40
STEPS_MOST: Final = 20
PARTS: Final = ("title", "link", "published", "image", "summary")
_PAGE_NAMES: Final = frozenset({"row", *PARTS, "attr", "date_format"})
_JSON_NAMES: Final = frozenset(
    {"items", "title", "link", "published", "image", "summary", "base", "script", "date_format"}
)
_ATTRIBUTE = re.compile(r"[A-Za-z_][\w:.-]{0,60}", re.ASCII)
_STEP = re.compile(r"(?P<name>[^.\[\]*\"']{1,100})|\[(?P<index>\d{1,4})\]|(?P<each>\[\*\])|\.")
_FORMAT_LETTERS: Final = {
    "d": r"(?P<d>\d{1,2})",
    "j": r"(?P<d>\d{1,2})",
    "m": r"(?P<m>\d{1,2})",
    "n": r"(?P<m>\d{1,2})",
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d{2})",
    "H": r"(?P<H>\d{1,2})",
    "G": r"(?P<H>\d{1,2})",
    "i": r"(?P<i>\d{2})",
    "s": r"(?P<s>\d{2})",
    "l": r"[^\d]{2,20}?",
    "D": r"[^\d]{2,20}?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSelectors:
    """CSS selectors: `row` finds the entries, the others stand within one; `attr` names attributes to read instead."""

    row: str
    parts: Mapping[str, str] = field(default_factory=dict)
    attr: Mapping[str, str] = field(default_factory=dict)
    date_format: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonPaths:
    """Paths into a JSON document: `items` finds the entries, `parts` stand within one; `script` names an element's id.

    Links are resolved against `base`, where it is given.
    """

    items: str
    parts: Mapping[str, str]
    base: str = ""
    script: str = ""
    date_format: str = ""


Selectors = PageSelectors | JsonPaths


def read_selectors(told: Mapping[str, Any] | None) -> Selectors | None:
    """Judge what an administrator wrote; None where nothing was. Refuses with `field.invalid`, naming the part."""
    if not told:
        return None
    names = _JSON_NAMES if "items" in told else _PAGE_NAMES
    unknown = sorted(set(told) - names)
    if unknown:
        raise refused(unknown[0], f"is none of: {', '.join(sorted(names))}")
    return _read_paths(told) if "items" in told else _read_page(told)


def refused(name: str, words: str) -> AppError:
    """Make the refusal of one part."""
    part = name[:SELECTOR_MOST]
    return AppError(Code.FIELD_INVALID, f"selectors: «{part}» {words}", field="selectors", part=part)


def _read_page(told: Mapping[str, Any]) -> PageSelectors:
    if "row" not in told and "link" not in told:
        raise refused("row", "is needed: it finds the entries (or «link» alone, where each link is an entry)")
    attr = told.get("attr", {})
    if not isinstance(attr, dict) or not all(
        name in PARTS and isinstance(value, str) and _ATTRIBUTE.fullmatch(value) for name, value in attr.items()
    ):
        raise refused("attr", f"is a table of attributes' names for some of: {', '.join(PARTS)}")
    parts = {name: _text(told, name) for name in PARTS if name in told}
    row = _text(told, "row") if "row" in told else parts.pop("link")
    return PageSelectors(row=row, parts=parts, attr=dict(attr), date_format=_date_format(told))


def _read_paths(told: Mapping[str, Any]) -> JsonPaths:
    parts = {name: _text(told, name) for name in PARTS if name in told}
    for name in ("title", "link"):
        if name not in parts:
            raise refused(name, "is needed beside «items»")
    items = _text(told, "items")
    for name, path in {"items": items, **parts}.items():
        read_path(path, name)
    base = _text(told, "base") if "base" in told else ""
    if base and not base.startswith(("https://", "http://")):
        raise refused("base", "begins with https:// or http://")
    script = _text(told, "script") if "script" in told else ""
    return JsonPaths(items=items, parts=parts, base=base, script=script, date_format=_date_format(told))


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told[name]
    if not isinstance(value, str) or not value.strip() or len(value) > SELECTOR_MOST:
        raise refused(name, f"is a text of 1 to {SELECTOR_MOST} characters")
    return value.strip()


def _date_format(told: Mapping[str, Any]) -> str:
    value = told.get("date_format", "")
    if not isinstance(value, str) or len(value) > FORMAT_MOST:
        raise refused("date_format", f"is a text of at most {FORMAT_MOST} characters")
    if value:
        pattern_of(value)
    return value


def read_path(path: str, name: str = "path") -> tuple[str | int | None, ...]:
    """Give the steps of a path such as `data.items[*].title`: names, indexes, and None for each member of a list."""
    steps: list[str | int | None] = []
    position = 0
    while position < len(path):
        found = _STEP.match(path, position)
        if found is None or len(steps) >= STEPS_MOST:
            raise refused(name, f"is no path: «{path}» (names with dots between them, [0] and [*] for lists)")
        position = found.end()
        if found["each"]:
            steps.append(None)
        elif found["index"]:
            steps.append(int(found["index"]))
        elif found["name"]:
            steps.append(found["name"].strip())
    return tuple(steps)


def pattern_of(date_format: str) -> re.Pattern[str]:
    """Give the pattern of a format in PHP's letters (`d/m/Y H:i`), as sites' themes have it."""
    pieces: list[str] = []
    used: set[str] = set()
    for letter in date_format:
        piece = _FORMAT_LETTERS.get(letter)
        if piece is None:
            if letter.isalpha():
                raise refused("date_format", f"has the letter «{letter}», and may have: {' '.join(_FORMAT_LETTERS)}")
            pieces.append(r"\s+" if letter.isspace() else re.escape(letter))
            continue
        group = piece[:6]
        if group in used and group.startswith("(?P<"):
            raise refused("date_format", f"says «{letter}» twice")
        used.add(group)
        pieces.append(piece)
    if not {"(?P<d>", "(?P<m>"} <= used or not used & {"(?P<Y>", "(?P<y>"}:
        raise refused("date_format", "names day, month and year, as in d/m/Y H:i")
    return re.compile("".join(pieces))


def iso_by(date_format: str, text: str) -> str:
    """Give a date written in a format as ISO 8601, without a zone; the text as it is where it does not fit."""
    found = pattern_of(date_format).search(text) if date_format else None
    if found is None:
        return text
    told = found.groupdict()
    year = told.get("Y") or f"20{told['y']}"
    day = f"{year}-{int(told['m']):02}-{int(told['d']):02}"
    if not told.get("H"):
        return day
    return f"{day}T{int(told['H']):02}:{told.get('i') or '00'}:{told.get('s') or '00'}"
