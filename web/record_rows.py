"""A person's record as rows of words and values for a reader; the names that JSON gives stay untouched."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from tracker.domain.record_words import VALUES
from tracker.labels import label
from web.words import mark, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tracker.reports.tables import Cell

    Row = Mapping[str, Any]

YES, NO = mark("yes (record)"), mark("no (record)")
NOTHING: tuple[Any, ...] = (None, "", [], {})


def row_words(section: str, row: Row, *, language: str, zone: dt.tzinfo) -> list[tuple[str, str]]:
    """Give a row as pairs of words and value; what is empty is left out."""
    return [
        (field_words(field, language), _shown(section, field, value, language, zone))
        for field, value in row.items()
        if value not in NOTHING
    ]


def section_table(
    section: str, rows: Iterable[Row], *, language: str, zone: dt.tzinfo
) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    """Give a section as headings in words and rows of cells; numbers stay numbers."""
    listed = list(rows)
    fields = tuple(listed[0]) if listed else ()
    cells = tuple(tuple(_cell(section, field, row[field], language, zone) for field in fields) for row in listed)
    return tuple(field_words(field, language) for field in fields), cells


def field_words(field: str, language: str) -> str:
    """Give the words of a field."""
    return label("record_field", field, language)


def _cell(section: str, field: str, value: Any, language: str, zone: dt.tzinfo) -> Cell:
    if value is None:
        return ""
    number = isinstance(value, int) and not isinstance(value, bool)
    return value if number else _shown(section, field, value, language, zone)


def _shown(section: str, field: str, value: Any, language: str, zone: dt.tzinfo) -> str:
    if isinstance(value, bool):
        return say(YES if value else NO, language)
    if isinstance(value, dt.datetime):
        return f"{value.astimezone(zone):%d/%m/%Y %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    kind = VALUES.get(f"{section}.{field}") or VALUES.get(field)
    return label(kind, str(value), language) if kind else str(value)
