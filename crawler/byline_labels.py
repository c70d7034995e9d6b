"""A line parted at its labels: "Tác giả:", "Ảnh:", "Theo …", "By …". What a part names is judged elsewhere.

A label stands at the start of the line or right after a separator, never inside a name: "Trần Văn Tin" has none.
"""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from crawler import byline_words as words

if TYPE_CHECKING:
    from collections.abc import Iterator


class Role(enum.Enum):
    """What a label says of the words behind it."""

    PLAIN = "plain"  # no label at all
    TEXT = "text"  # wrote it
    PHOTO = "photo"
    SOURCE = "source"  # where it was taken from
    AFTER = "after"  # "Theo …": a source, now and then a person
    OTHER = "other"  # editors, translators, dates, addresses


class Part(NamedTuple):
    """Words under one label."""

    role: Role
    text: str


_ROLES: Final = (
    (Role.TEXT, words.TEXT_LABELS),
    (Role.PHOTO, words.PHOTO_LABELS),
    (Role.SOURCE, words.SOURCE_LABELS),
    (Role.OTHER, words.OTHER_LABELS),
)
_ANY_LABEL: Final = "|".join(sorted((w for _, list_ in _ROLES for w in list_.split("|")), key=len, reverse=True))
_JOINED: Final = r"\s*(?:[,/&+–-]|và|cùng|and|und|et|y|e)\s*"
_LABEL: Final = re.compile(
    rf"(?:^|(?<=[;|(,.–/-])|(?<=[;|(,.–/-]\s))(?P<label>(?:{_ANY_LABEL})(?:{_JOINED}(?:{_ANY_LABEL})){{0,4}})\s*[:：／]",
    re.IGNORECASE,
)
_KINDS: Final = tuple((role, re.compile(rf"(?:^|\W)(?:{list_})(?:\W|$)", re.IGNORECASE)) for role, list_ in _ROLES)
_WHOLE: Final = tuple((role, re.compile(list_, re.IGNORECASE)) for role, list_ in _ROLES)
_AFTER: Final = re.compile(r"theo\s+(?=\S)", re.IGNORECASE)
_PHOTO: Final = re.compile(rf"(?:{words.PHOTO_LEADS})\s", re.IGNORECASE)
_LEAD: Final = re.compile(rf"(?P<lead>{words.TEXT_LEADS})(?:\s+|(?<=~))(?=[^\s.,:;-])", re.IGNORECASE)


def split_labels(line: str) -> Iterator[Part]:
    """Give the parts of a line in their order, each with what its label says."""
    found = list(_LABEL.finditer(line))
    first = line[: found[0].start()] if found else line
    if first.strip():
        yield _led(first)
    for n, label in enumerate(found):
        end = found[n + 1].start() if n + 1 < len(found) else len(line)
        yield Part(_role(label["label"]), line[label.end() : end])


def drop_lead(text: str) -> str:
    """Take the word off that leads to a name: "By Jane Doe", "Von Max Mustermann"."""
    text = text.strip()
    lead = _LEAD.match(text)
    if lead is None:
        return text
    rest = text[lead.end() :]
    return text if lead["lead"].casefold() in words.LEADS_OF_A_NAME and " " not in rest.strip() else rest


def _led(first: str) -> Part:
    """Judge the part before any label by the word that leads it."""
    text = first.strip()
    after = _AFTER.match(text)
    if after:
        return Part(Role.AFTER, text[after.end() :])
    if _PHOTO.match(text):
        return Part(Role.PHOTO, text)
    rest = drop_lead(text)
    return Part(Role.PLAIN if rest == text else Role.TEXT, rest)


def _role(label: str) -> Role:
    """Give what a label means; one of several words ("Tin, ảnh") means the first of the list of roles."""
    if label.casefold() == "theo":
        return Role.AFTER
    return next((role for role, whole in _WHOLE if whole.fullmatch(label)), None) or next(
        role for role, kind in _KINDS if kind.search(label)
    )
