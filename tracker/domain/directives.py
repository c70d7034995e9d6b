"""Documents that are cited: reading the number of either system, and what about one a reader should look at again.

The Party writes number-type/issuer (`67-KH/BTCTU`), the State number/type-issuer (`91/KH-VKSTC`), laws and decrees with
the year between. Nothing of a document but number, day, issuer and an abstract is ever kept.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from dataclasses import dataclass

from tracker.domain.names import clean_text, fold


class Numbering(enum.StrEnum):
    """Which system a document's number follows."""

    PARTY = "party"
    STATE = "state"


class DirectiveWarning(enum.StrEnum):
    """What about a directive should be looked at; nothing is refused for it."""

    UNREAD = "code.unread"
    ISSUER = "issuer.differs"
    REPEATED = "directive.repeated"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedCode:
    """A document's code as kept, and what was read in it: None where it is in neither system."""

    code: str
    numbering: Numbering | None = None
    number: int | None = None
    document_type: str | None = None
    issuer: str | None = None


_LETTERS = r"[^\W\d_][^\W_]{0,14}"
_ISSUER = rf"{_LETTERS}(?:[-/.]{_LETTERS})*"
_NUMBER = r"(?<![\w/-])(?P<number>[0-9]{1,6})[a-zđ]?"
_PARTY = re.compile(rf"{_NUMBER}-(?P<type>{_LETTERS})/(?P<issuer>{_ISSUER})(?![\w])")
_STATE = re.compile(rf"{_NUMBER}(?:/[0-9]{{4}})?/(?P<type>{_LETTERS})-(?P<issuer>{_ISSUER})(?![\w])")
_LAW = re.compile(rf"{_NUMBER}/[0-9]{{4}}/(?P<issuer>{_LETTERS})(?![\w])")
_DASHES = re.compile(r"[‐-―−]")
_AROUND = re.compile(r"\s*([-/])\s*")
_PREFIX = re.compile(r"^số\s*:?\s*(?=[0-9])", re.IGNORECASE)
# Official letters of the State carry no type: what stands in its place is the issuer (`1234/UBND-VX`).
_TYPES = frozenset(
    (
        *("nq", "ct", "qd", "qc", "qyd", "tb", "hd", "ctr", "kh", "pa", "da", "bc", "bb", "ttr", "cv", "cd", "bgn"),
        *("guq", "gm", "gnp", "pc", "tc", "tt", "ttlt", "nd", "l", "kl", "tl", "tlt", "vbhn"),
    )
)
_LETTER = "CV"
# What the end of an issuer's abbreviation says of its level, and the folded words that say the same.
_LEVELS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("trung uong", "bo chinh tri", "ban bi thu"), "tw"),
    (("tinh uy", "thanh uy", "thi uy"), "tu"),
    (("huyen uy",), "hu"),
    (("quan uy",), "qu"),
    (("dang uy",), "du"),
    (("chi bo",), "cb"),
)
_TYPED_DAY = re.compile(r"(?P<day>[0-9]{1,2})[/.-](?P<month>[0-9]{1,2})[/.-](?P<year>[0-9]{4})")


def parse_code(text: str) -> ParsedCode:
    """Read a document's code, also one that stands among words (`Số 03 -ĐA/TU`); one in no system is kept as typed."""
    typed = " ".join(clean_text(text).split())
    joined = _AROUND.sub(r"\1", _DASHES.sub("-", typed))
    for numbering, form in ((Numbering.PARTY, _PARTY), (Numbering.STATE, _STATE), (Numbering.STATE, _LAW)):
        if found := form.search(joined):
            return _parsed(numbering, found)
    return ParsedCode(code=_PREFIX.sub("", typed) or typed)


def issuer_differs(code: str | None, stated: str | None) -> bool:
    """Say whether the issuer in a code and the one that is named are of different levels (`CT/TW … của Tỉnh ủy`)."""
    if not code or not stated:
        return False
    wanted, named = _level_of_code(code), _levels_of_words(stated)
    return wanted is not None and bool(named) and wanted not in named


def read_printed_day(text: str) -> dt.date | None:
    """Read a day as documents print it, with or without zeros: `31/5/2023`; None for anything else."""
    found = _TYPED_DAY.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return dt.date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def _parsed(numbering: Numbering, found: re.Match[str]) -> ParsedCode:
    parts = found.groupdict()
    kind, issuer = parts.get("type"), parts["issuer"]
    if numbering is Numbering.STATE and kind is not None and fold(kind) not in _TYPES:
        kind, issuer = _LETTER, f"{kind}-{issuer}"
    return ParsedCode(
        code=found[0], numbering=numbering, number=int(found["number"]), document_type=kind, issuer=issuer
    )


def _level_of_code(code: str) -> str | None:
    """Give the level that the end of an issuer's abbreviation names."""
    end = fold(code).rpartition("/")[2].rpartition("-")[2]
    return next((level for _, level in _LEVELS if end.endswith(level)), None)


def _levels_of_words(stated: str) -> set[str]:
    """Give the levels that an issuer's name speaks of; an abbreviation in its place is read as one."""
    words = fold(stated)
    named = {level for names, level in _LEVELS if any(name in words for name in names)}
    if not named and " " not in words:
        own = _level_of_code(words)
        return {own} if own is not None else set()
    return named
