"""What the fields of registers, programmes and targets are called in a restatement, and how their values are said."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.domain.figures import Measure
from tracker.domain.numbers import Qualifier, format_amount, format_int
from tracker.domain.periods import Period, format_day
from tracker.labels import label
from web.words import mark, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.domain.periods import Lang

_YES, _NO = mark("yes"), mark("no")
_WORDS = {
    "title": mark("Title"),
    "name": mark("Name"),
    "period": mark("Period"),
    "periods": mark("For the periods"),
    "kind": mark("Kind"),
    "decision": mark("Decision"),
    "decided_on": mark("Decided on"),
    "held_on": mark("Held on"),
    "lesson": mark("Lesson drawn"),
    "count": mark("Times"),
    "participants": mark("Took part"),
    "from": mark("From"),
    "until": mark("Until"),
    "outcome": mark("What it brought"),
    "amount": mark("Amount"),
    "measures": mark("Measures"),
    "is_new": mark("New programme"),
    "wide_reach_clicks": mark("Counts as wide reach from this many valid clicks"),
    "who": mark("Who"),
    "what": mark("What"),
    "minimum": mark("At least"),
    "aim": mark("Aim"),
    "per": mark("Each"),
    "topics": mark("Topics"),
    "slots": mark("Parts of a rotation"),
    "code": mark("Number"),
    "issued_on": mark("Issued on"),
    "month": mark("Month"),
    "posts": mark("Posts"),
    "post": mark("Post"),
    "on": mark("Day"),
    "speaker_id": mark("Speaker"),
    "article_id": mark("Article"),
    "programme_id": mark("Programme"),
    "directive_ids": mark("Directives it cites"),
}
_NAMED = {
    "speaker_id": "member",
    "article_id": "article",
    "programme_id": "programme",
    "directive_ids": "directive",
}
_PERIODS = frozenset({"period", "periods", "month"})
_MEASURES = frozenset(measure.value for measure in Measure)
_DAYS = frozenset({"decided_on", "held_on", "from", "until", "issued_on", "on"})
_ENUMS = {"award": {"who": "award_who", "state": "award_state"}, "target": {"who": "target_who"}}
_EVERYWHERE = {"what": "claim_kind", "per": "period_kind"}
_SILENT = frozenset({"qualifier", "post_id", "member_id"})  # said with another field, or by the subject itself


@dataclass(frozen=True, slots=True)
class Told:
    """One side of a restatement with the names behind the subjects it names, and in which language it is said."""

    whole: Mapping[str, Any]
    names: Mapping[str, str]
    language: Lang


def named_in(value: Mapping[str, Any]) -> set[str]:
    """Give the subjects that the fields name by id."""
    told = [(sort, value[name]) for name, sort in _NAMED.items() if value.get(name) is not None]
    return {f"{sort}:{one}" for sort, ids in told for one in (ids if isinstance(ids, list) else [ids])}


def say_field(sort: str, name: str, value: Any, told: Told) -> str:
    """Say one field with its value; empty where it says nothing to people."""
    if name in _SILENT or value in (None, [], ""):
        return ""
    words = _value(sort, name, value, told)
    if name in _MEASURES:
        return f"{label('measure', name, told.language)}: {words}"
    return f"{say(_WORDS[name], told.language)}: {words}" if name in _WORDS else f"{name}: {words}"


def _value(sort: str, name: str, value: Any, told: Told) -> str:
    kind = _ENUMS.get(sort, {}).get(name) or _EVERYWHERE.get(name)
    if kind is not None:
        return label(kind, value, told.language)
    if name in _NAMED:
        listed = value if isinstance(value, list) else [value]
        return ", ".join(told.names.get(f"{_NAMED[name]}:{one}", str(one)) for one in listed)
    if name in _DAYS:
        return format_day(dt.date.fromisoformat(value))
    if name in _PERIODS:
        listed = value if isinstance(value, list) else [value]
        return ", ".join(Period.parse(one).label(told.language) for one in listed)
    if name == "amount":
        qualifier = told.whole.get("qualifier")
        return format_amount(value, Qualifier(qualifier) if qualifier else None)
    return _plain(value, told.language)


def _plain(value: Any, language: Lang) -> str:
    match value:
        case bool():
            return say(_YES if value else _NO, language)
        case int():
            return format_int(value) if language == "vi" else f"{value:,}"
        case list():
            return ", ".join(str(one) for one in value)
        case _:
            return str(value)
