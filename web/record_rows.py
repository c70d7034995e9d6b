"""A person's record as rows of words and values for a reader; the names that JSON gives stay untouched."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from tracker.domain.authorship_words import told_words
from tracker.domain.errors import AppError
from tracker.domain.periods import Period, format_day
from tracker.domain.record_words import VALUES
from tracker.labels import LABELS, label
from web import audit_facts, restated
from web.words import mark, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tracker.domain.periods import Lang
    from tracker.reports.tables import Cell

    Row = Mapping[str, Any]

YES, NO = mark("yes (record)"), mark("no (record)")
_PERIODS = frozenset({"month", "period"})
_DAYS = re.compile(r".*_on|on|day|from|until|since|valid_from|valid_to")
NOTHING: tuple[Any, ...] = (None, "", [], {})


def row_words(section: str, row: Row, *, language: str, zone: dt.tzinfo) -> list[tuple[str, str]]:
    """Give a row as pairs of words and value; what is empty is left out."""
    return [
        (field_words(field, language), _shown(section, field, row, language, zone))
        for field, value in row.items()
        if value not in NOTHING
    ]


def section_table(
    section: str, rows: Iterable[Row], *, language: str, zone: dt.tzinfo
) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    """Give a section as headings in words and rows of cells; numbers stay numbers."""
    listed = list(rows)
    fields = tuple(listed[0]) if listed else ()
    cells = tuple(tuple(_cell(section, field, row, language, zone) for field in fields) for row in listed)
    return tuple(field_words(field, language) for field in fields), cells


def field_words(field: str, language: str) -> str:
    """Give the words of a field."""
    return label("record_field", field, language)


def _part_words(name: str, language: str) -> str:
    """Give the words of a field within a bundle; it need not be one of the record's own."""
    return (
        field_words(name, language) if name in LABELS["record_field"] else audit_facts.name_fact(name, _lang(language))
    )


def _cell(section: str, field: str, row: Row, language: str, zone: dt.tzinfo) -> Cell:
    value = row[field]
    if value is None:
        return ""
    number = isinstance(value, int) and not isinstance(value, bool)
    return value if number else _shown(section, field, row, language, zone)


def _shown(section: str, field: str, row: Row, language: str, zone: dt.tzinfo) -> str:
    value = row[field]
    if section == "audit" and field == "facts":
        return "; ".join(audit_facts.tell(row["action"], value, _lang(language)))
    if section == "suggestions" and field == "reasons":
        return "; ".join(told_words(value, language))
    if section == "restatements" and field in {"before", "after"}:
        return restated.tell(row["subject"], value, _lang(language), {})
    return _told(section, field, value, language, zone)


def _told(section: str, field: str, value: Any, language: str, zone: dt.tzinfo) -> str:
    """Say a value; what is kept as a bundle of fields or a list is said part by part."""
    match value:
        case bool():
            return say(YES if value else NO, language)
        case dt.datetime():
            return f"{value.astimezone(zone):%d/%m/%Y %H:%M}"
        case dt.date():
            return format_day(value)
        case dict():
            parts = ((name, part) for name, part in value.items() if part not in NOTHING)
            return "; ".join(f"{_part_words(n, language)}: {_told(section, n, p, language, zone)}" for n, p in parts)
        case list():
            return "; ".join(_told(section, field, part, language, zone) for part in value)
        case _:
            return _text(section, field, str(value), language)


def _text(section: str, field: str, text: str, language: str) -> str:
    kind = VALUES.get(f"{section}.{field}") or VALUES.get(field)
    if kind == "qualifier":  # several may stand beside one figure
        return ", ".join(label(kind, part, language) for part in text.split())
    if kind is not None:
        return label(kind, text, language)
    if field in _PERIODS:
        return _period(text, language)
    if field == "subject":
        sort, _, which = text.partition(":")
        return f"{label('audit_subject', sort, language)} {which}".strip()
    return _day(text) if _DAYS.fullmatch(field) else text


def _day(text: str) -> str:
    try:
        return format_day(dt.date.fromisoformat(text))
    except ValueError:
        return text


def _period(text: str, language: str) -> str:
    try:
        return Period.parse(text).label(_lang(language))
    except AppError:
        return text


def _lang(language: str) -> Lang:
    return "vi" if language == "vi" else "en"
