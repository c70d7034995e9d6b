"""What a byline says: names, source, unit, code. Pure; one line in, values out, never an exception.

Names are given as they are written (capitals made proper case), initials and collectives (PV, Ban Biên tập) among
them when nobody else is named; who is meant by a name is never decided here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from crawler import byline_words as words
from crawler.byline_labels import Part, Role, drop_lead, split_labels
from crawler.byline_names import (
    Kind,
    is_common_name,
    is_initials,
    is_outlet,
    is_place,
    is_vietnamese,
    judge,
    proper_case,
)
from crawler.byline_noise import drop_noise, tidy_line
from tracker.domain.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_CHARS: Final = 1_000  # what is longer is prose
_MOST_NAMES: Final = 20
_MOST_UNIT_CHARS: Final = 120
_EDGE: Final = " \t.,;:|/\\-–—~·•+&'’‘`´<>=#*[]{}"
_BRACKET: Final = re.compile(r"[(\[](?P<inside>[^()\[\]]*)(?:[)\]]|$)")
_CODE: Final = re.compile(r"[A-ZĐ]{1,3}\d{0,2}")
_SEPARATOR: Final = re.compile(
    r"(?P<weak>\s+(?:[-–—]\s*|(?:và|cùng|and|und|et|y|e|og|och|en|ve|with|mit|avec|con)\s+|[&+]\s*)|[-–—]\s+|,\s*)"
    r"|\s*[;|•·/\\、，]\s*|\s*[)\]]\s*",
    re.IGNORECASE,
)
_BETWEEN_FULL_NAMES: Final = frozenset({"y", "e", "en", "ve", "con", "og"})  # also parts of one name
_TITLE: Final = re.compile(rf"(?:{words.TITLES})(?:(?<=\.)\s*|\s+)(?=\S)", re.IGNORECASE)
_DOING: Final = re.compile(rf"\s+(?:{words.DOINGS})$")  # in small letters: Viết and Ghi are names
_DOING_ONLY: Final = re.compile(rf"(?:{words.DOINGS}|th|st|t\.h)(?:\s+theo\s+(?P<source>.+))?", re.IGNORECASE)
_AFTER: Final = re.compile(r"(?:theo|nguồn|nguồn tin|từ nguồn)\s+(?=\S)", re.IGNORECASE)
_WHERE: Final = re.compile(r"\s+(?:from|in|at|for|of|aus|für|à|en|tại|từ)\s+\S.*")
_CJK_TAIL: Final = re.compile(r"(?<=\S)\s*(?:기자|記者|记者|特派员|編集委員|著|訳)$")
_CAPS_HYPHEN: Final = re.compile(r"(?<=\w)[-–](?=\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """A byline read: `unit` is the writers' body, `source` where the text was taken from, `code` an uploader's mark."""

    names: tuple[str, ...] = ()
    source: str | None = None
    unit: str | None = None
    code: str | None = None


@dataclass(slots=True)
class _Reading:
    """What was found so far."""

    names: list[str] = field(default_factory=list)
    collectives: list[str] = field(default_factory=list)
    source: str | None = None
    unit: str | None = None
    code: str | None = None
    is_open: bool = False  # the last piece was a unit: what is joined to it may belong to it

    def add_unit(self, text: str) -> None:
        self.unit = self.unit or _cut(text)

    def add_source(self, text: str) -> None:
        self.source = self.source or _cut(text)


def parse_byline(text: str) -> Byline:
    """Read a byline; what is no byline has no names."""
    if len(text) > 4 * _MOST_CHARS:
        return Byline()
    line = tidy_line(text)
    if len(line) > _MOST_CHARS:
        return Byline()
    if is_common_name(line) and judge(line) is Kind.NAME and not _TITLE.match(line):
        return Byline(names=(proper_case(line),))  # most bylines are no more than this
    reading = _read(line)
    names = dict.fromkeys(name for name in reading.names or reading.collectives if _reads_as_itself(name))
    return Byline(names=tuple(names)[:_MOST_NAMES], source=reading.source, unit=reading.unit, code=reading.code)


def person_names(bylines: Iterable[str]) -> tuple[str, ...]:
    """Give the names in some bylines, each once, without those who wrote unnamed (PV, Ban Biên tập)."""
    names: dict[str, str] = {}
    for text in bylines:
        for name in parse_byline(text).names:
            if judge(name) is not Kind.COLLECTIVE:
                names.setdefault(fold(name), name)
    return tuple(names.values())[:_MOST_NAMES]


def find_unit(bylines: Iterable[str]) -> str | None:
    """Give the writers' body that some bylines name first."""
    return next((unit for text in bylines if (unit := parse_byline(text).unit)), None)


def _read(line: str) -> _Reading:
    """Read the parts of a line one by one."""
    reading = _Reading()
    for part in split_labels(drop_noise(line)):
        _read_part(part, reading)
    return reading


def _reads_as_itself(name: str) -> bool:
    """Tell whether a name alone is read as that name: what falls apart by itself was none."""
    if is_common_name(name):
        return True
    reading = _read(name)
    return (reading.names or reading.collectives) == [name]


def _read_part(part: Part, reading: _Reading) -> None:
    """Read the words under one label."""
    match part.role:
        case Role.PLAIN | Role.TEXT:
            _read_people(part.text, reading)
        case Role.SOURCE:
            source = _trim(part.text.partition("|")[0])
            if source and not _DOING_ONLY.fullmatch(source):
                reading.add_source(source)
        case Role.AFTER:
            _read_after(part.text, reading)
        case Role.PHOTO | Role.OTHER:
            pass


def _read_after(text: str, reading: _Reading) -> None:
    """Read what follows "Theo": an outlet, or a writer whom another outlet printed first."""
    inner = _Reading()
    _read_people(text, inner)
    people = [name for name in inner.names if is_common_name(name)]
    reading.names.extend(people)
    if inner.source or not people:
        reading.add_source(inner.source or _trim(text.partition("|")[0].partition("(")[0]))


def _read_people(text: str, reading: _Reading) -> None:
    """Read names, with what stands in brackets behind them."""
    at = 0
    for bracket in _BRACKET.finditer(text):
        _read_pieces(text[at : bracket.start()], reading)
        _read_bracket(_trim(bracket["inside"]), reading)
        at = bracket.end()
    _read_pieces(text[at:], reading)


def _read_bracket(inside: str, reading: _Reading) -> None:
    """Read what stands in brackets: a code, a body, a source, what someone did; never an author."""
    doing = _DOING_ONLY.fullmatch(inside)
    after = _AFTER.match(inside)
    if doing:
        if doing["source"]:
            reading.add_source(doing["source"])
    elif after:
        reading.add_source(inside[after.end() :])
    elif is_outlet(inside):
        reading.add_source(inside)
    elif judge(inside) is Kind.BODY:
        reading.add_unit(inside)
    elif _CODE.fullmatch(inside):
        reading.code = reading.code or inside


def _read_pieces(text: str, reading: _Reading) -> None:
    """Read what separators part; a piece that is joined to a body belongs to it unless it is a name."""
    reading.is_open = False
    between = ""
    at = 0
    for separator in _SEPARATOR.finditer(text):
        if _parts_one_name(text[at : separator.start()], separator, text):
            continue
        _read_piece(text[at : separator.start()], between, reading)
        at, between = separator.end(), separator[0]
    _read_piece(text[at:], between, reading)


def _parts_one_name(before: str, separator: re.Match[str], text: str) -> bool:
    """Tell whether a separator is but a word inside a name: Ortega y Gasset, Nguyễn Văn A, Jr."""
    told = separator[0].strip().casefold()
    after = _SEPARATOR.split(text[separator.end() :], maxsplit=1)[0].strip()
    if told in _BETWEEN_FULL_NAMES:
        return not (" " in before.strip() and " " in after)
    return told == "," and after.casefold() in words.SUFFIXES | words.DEGREES


def _read_piece(raw: str, between: str, reading: _Reading) -> None:
    """Read one piece."""
    piece = _trim(raw)
    if not piece:
        return
    if reading.is_open and between.strip().casefold() in {"và", "&", ",", "and"} and not is_common_name(piece):
        reading.unit = _cut(f"{reading.unit}{between if between[0] == ',' else f' {between.strip()} '}{piece}")
        return
    reading.is_open = False
    person = _person(piece)
    match judge(person):
        case Kind.NAME:
            _read_name(person, between, reading)
        case Kind.COLLECTIVE:
            reading.collectives.append(person)
        case Kind.OUTLET:
            reading.add_source(piece)
        case Kind.BODY:
            reading.is_open = reading.unit is None
            reading.add_unit(piece)
        case Kind.NOTHING:
            pass


def _read_name(person: str, between: str, reading: _Reading) -> None:
    """Take a name up, unless it is a dateline behind a name or an agency."""
    follows = bool(reading.names or reading.source) and between.strip() in {",", "-", "–", "—", "/", "|"}
    if follows and (is_place(person) or (" " not in person and between.strip() == "," and not is_initials(person))):
        return
    if reading.names and "|" in between and " " not in person:
        return
    halves = _CAPS_HYPHEN.split(person)
    is_two = len(halves) > 1 and all(" " in half and is_vietnamese(half) for half in halves)
    reading.names.extend(proper_case(half) for half in (halves if is_two else [person]))


def _person(piece: str) -> str:
    """Give the piece without ranks before and doings, roles, places behind."""
    piece = _CJK_TAIL.sub("", piece)
    piece = piece.replace(", ", " ")
    person = drop_lead(piece) if " " in drop_lead(piece) else piece
    for _ in range(4):
        title = _TITLE.match(person)
        if title is None:
            break
        person = person[title.end() :]
    person = _DOING.sub("", person)
    if not is_vietnamese(person.split(" ")[0]) or person.isascii():
        person = _without_role(_WHERE.sub("", person) if " " in _WHERE.sub("", person) else person)
    return _said_once(_trim(person).split())


def _said_once(split: list[str]) -> str:
    """Give the words, without a degree at the end; a name that stands twice in a row stands once."""
    while len(split) > 2 and split[-1].strip(",").casefold() in words.DEGREES:  # noqa: PLR2004 - a name before it
        split = split[:-1]
    half = len(split) // 2
    return " ".join(split[:half] if half and split[:half] == split[half:] else split)


def _without_role(person: str) -> str:
    """Cut a name off before the word of a role and what qualifies it."""
    split = person.split()
    roles = [n for n, word in enumerate(split) if word.strip(".,:").casefold() in words.ROLES]
    if not roles:
        return person
    end = roles[0]
    while end and split[end - 1].casefold() in words.ROLE_QUALIFIERS:
        end -= 1
    return " ".join(split[:end]) if end > 1 else ""


def _trim(text: str) -> str:
    """Give the text without separators at its edges; the dot of an initial stays."""
    bare = text.strip(_EDGE)
    end = text.find(bare) + len(bare) if bare else 0
    is_dotted = text[end : end + 1] == "." and re.search(r"(?:^|[\s.])(?!\d)[^\W_]$", bare)
    return f"{bare}." if is_dotted else bare


def _cut(text: str) -> str:
    return text[:_MOST_UNIT_CHARS].strip()
