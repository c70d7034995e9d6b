"""Restatements in words: what stood before and stands after, as an officer reads it. No rows are read here."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from tracker.domain.periods import format_day
from tracker.labels import label
from web import restated_fields
from web.restated_fields import Told, say_field
from web.words import mark, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.domain.periods import Lang

_OPEN_END = mark("now")
_SORTS = {
    "claim": mark("declaration"),
    "member": mark("member"),
    "unit": mark("unit"),
    "assignment": mark("turn"),
    "target": mark("target"),
    "programme": mark("programme"),
    "award": mark("commendation"),
    "meeting": mark("meeting"),
    "activity": mark("activity"),
    "channel": mark("page or group"),
    "directive": mark("directive document"),
}
_STATES = {"claim": "claim_state", "assignment": "assignment_state", "award": "award_state"}


def sort_words(subject: str, language: Lang) -> str:
    """Say what sort of thing a subject is: a declaration, a member, a unit."""
    sort = subject.partition(":")[0]
    return say(_SORTS[sort], language) if sort in _SORTS else sort


def named_in(value: Any) -> set[str]:
    """Give the subjects that one side of a restatement names by id, to be told by name."""
    return restated_fields.named_in(value) if isinstance(value, dict) else set()


def tell(subject: str, value: Any, language: Lang, names: Mapping[str, str]) -> str:
    """Say one side of a restatement; a dash where there was nothing. `names` are those behind subjects."""
    sort = subject.partition(":")[0]
    if isinstance(value, list):
        return "; ".join(_version(v, language) for v in value) or "–"
    if not isinstance(value, dict):
        return "–"
    told = [words for name, part in value.items() if (words := _part(sort, name, part, Told(value, names, language)))]
    return "; ".join(told) or "–"


def _part(sort: str, name: str, part: Any, told: Told) -> str:
    language = told.language
    match name:
        case "state" if isinstance(part, str):
            return label(_STATES[sort], part, language) if sort in _STATES else part
        case "stays":
            return "; ".join(_stay(stay, language) for stay in part) or say(mark("does not stand there"), language)
        case "claims":
            return say(mark("declarations that count there: %(n)s"), language, n=part)
        case "absent":
            return say(mark("away %(days)s"), language, days=_days(part["from"], part["until"], language))
        case _:
            return say_field(sort, name, part, told)


def _stay(stay: Mapping[str, Any], language: Lang) -> str:
    days = _days(stay["since"], _last_of(stay["until"]), language)
    words = f"{days}, {label('member_status', stay['status'], language)}"
    return f"{words} ({say(mark('temporary'), language)})" if stay["temporary"] else words


def _version(version: Mapping[str, Any], language: Lang) -> str:
    return f"{version['name']} ({_days(version['from'], _last_of(version['to']), language)})"


def _last_of(end: str | None) -> str | None:
    """Give the last day of what is over on a day."""
    return None if end is None else (dt.date.fromisoformat(end) - dt.timedelta(days=1)).isoformat()


def _days(start: str | None, end: str | None, language: Lang) -> str:
    return f"{_day(start)} – {_day(end) or say(_OPEN_END, language)}"


def _day(text: str | None) -> str:
    return "" if text is None else format_day(dt.date.fromisoformat(text))
