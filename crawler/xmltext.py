"""Text that claims to be XML, made fit for the parser: what stands before the root, forbidden declarations, stray `&`.

The prolog is taken off whole: with it go the declaration of an encoding already applied, every DOCTYPE and its subset,
so that no parser behind sees one.
"""

from __future__ import annotations

import html.entities
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_TAG_CHARS = 1 << 16
_PROLOG_CHARS = 1 << 18

# What may stand before a root, possessively: each piece is passed once.
_PROLOG_PIECE = re.compile(
    r"<\?.*?(?:\?>|\Z)|<!--.*?(?:-->|\Z)|<!DOCTYPE(?:[^\[<>\"']|\"[^\"]*\"|'[^']*')*(?:\[.*?\]\s*)?>|[^<]+",
    re.DOTALL | re.IGNORECASE,
)
_TAG_NAME = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_FEED_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?(?:rss|rdf|feed)(?=[\s>/])", re.IGNORECASE)
_PASSED = r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
_GIANT_TAG = re.compile(_PASSED + rf"|(?P<giant><[^<>]{{{MAX_TAG_CHARS}}})", re.DOTALL)
# The names that XML knows, and numbers that are surely legal as they stand.
_WELL_KNOWN = (
    r"(?:amp|lt|gt|quot|apos|#(?:3[2-9]|[4-9]\d|1[016-9]\d|12[0-7]|[2-9]\d\d|[1-9]\d{3})"
    r"|#x(?:[2-7][0-9a-fA-F]|[1-9a-fA-F][0-9a-fA-F]{2}|[1-9a-cA-C][0-9a-fA-F]{3}));"
)
_SUSPICIOUS = re.compile(r"&(?!" + _WELL_KNOWN + ")")
_REFERENCE = re.compile(
    r"&(?!" + _WELL_KNOWN + r")(?:#(?P<decimal>\d{1,7});|#[xX](?P<hex>[0-9a-fA-F]{1,6});|(?P<name>[A-Za-z]\w{0,31};))?"
)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_FIRST_C1, _LAST_C1 = 128, 159


@dataclass(frozen=True, slots=True)
class Prolog:
    """What stands before the root element: its text, where the root starts, and the root's local name in lower case."""

    text: str
    root_start: int
    root_name: str


def find_root(text: str) -> Prolog:
    """Find where the root element starts; a feed's root after stray words or a fragment of a page still counts."""
    position = 0
    while position < len(text) and (piece := _PROLOG_PIECE.match(text, position)):
        position = piece.end()
    if not _FEED_ROOT.match(text, position):
        found = _FEED_ROOT.search(text, position, position + _PROLOG_CHARS)
        if found and "<html" not in text[position : found.start()].lower():
            position = found.start()
    name = _TAG_NAME.match(text, position)
    return Prolog(text[:position], position, name[1].lower() if name else "")


def declares_entities(prolog: Prolog) -> bool:
    """Tell whether the prolog declares entities: no feed needs them, every bomb does."""
    return "<!ENTITY" in prolog.text.upper()


def has_giant_tag(text: str) -> bool:
    """Tell whether a tag is longer than any honest one (the time of tolerant parsers grows with its square)."""
    if max(map(len, text.split(">"))) < MAX_TAG_CHARS:
        return False
    return any(match["giant"] for match in _GIANT_TAG.finditer(text))


def mend(text: str) -> str:
    """Drop illegal characters, write HTML's named references as characters, escape stray `&`; CDATA stays as it is."""
    if _ILLEGAL.search(text):
        text = _ILLEGAL.sub("", text)
    return "".join(_mended_pieces(text)) if _SUSPICIOUS.search(text) else text


def _mended_pieces(text: str) -> Iterator[str]:
    """Give the text in pieces: what is mended, and by itself each CDATA section and comment."""
    done, position = 0, text.find("<!")
    while position >= 0:
        end = _passed_end(text, position)
        if end:
            yield _mend_references(text[done:position])
            yield text[position:end]
            done = end
        position = text.find("<!", end or position + 2)
    yield _mend_references(text[done:])


def _passed_end(text: str, start: int) -> int:
    """Give where the CDATA section or comment ends that starts here; 0 where neither does."""
    for opening, closing in (("<![CDATA[", "]]>"), ("<!--", "-->")):
        if text.startswith(opening, start):
            end = text.find(closing, start + len(opening))
            return len(text) if end < 0 else end + len(closing)
    return 0


def _mend_references(text: str) -> str:
    """Mend the references of a text without CDATA sections."""
    return _REFERENCE.sub(_mend_reference, text) if "&" in text else text


def _mend_reference(match: re.Match[str]) -> str:
    """Give what stands for one reference."""
    if match["name"]:
        meaning = html.entities.html5.get(match["name"])
        return "&amp;" + match["name"] if meaning is None else html.escape(meaning)
    if match["decimal"] or match["hex"]:
        return _mend_number(int(match["decimal"]) if match["decimal"] else int(match["hex"], 16))
    return "&amp;"


def _mend_number(number: int) -> str:
    """Give the character of a numeric reference; 128 to 159 are meant as windows-1252, illegal ones are dropped."""
    if number > 0x10FFFF:  # noqa: PLR2004 - the last character there is
        return ""
    character = html.unescape(f"&#{number};") if _FIRST_C1 <= number <= _LAST_C1 else chr(number)
    return "" if _ILLEGAL.match(character) else html.escape(character)
