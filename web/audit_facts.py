"""The facts of an audit event in words: what each is called, and its value as people read it. No rows are read here."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from tracker.domain.errors import AppError
from tracker.domain.numbers import format_int
from tracker.domain.periods import Period, format_day
from tracker.labels import LABELS, label
from web.words import mark, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.domain.periods import Lang

_YES, _NO, _NONE = mark("yes"), mark("no"), mark("none")
WORDS: Mapping[str, str] = {
    "absence_id": mark("Absence no."),
    "account_id": mark("Account number"),
    "accounts": mark("Accounts"),
    "activity_count": mark("Times"),
    "added": mark("Added"),
    "after": mark("After"),
    "agreed": mark("Agreed"),
    "any_of": mark("Words that bring the topic"),
    "applied": mark("Entered"),
    "articles": mark("Articles"),
    "before": mark("Before"),
    "body_sha256": mark("Fingerprint of the text (SHA-256)"),
    "byte_count": mark("Size in bytes"),
    "bytes": mark("Size in bytes"),
    "changed": mark("Changed"),
    "claims": mark("Declarations"),
    "close_id": mark("Close no."),
    "code": mark("Code"),
    "count": mark("How many"),
    "day": mark("Day"),
    "disabled": mark("Closed account"),
    "failed_count": mark("Failed tries"),
    "featured": mark("Featured article"),
    "feeds": mark("Sources"),
    "fields": mark("Changed fields"),
    "file_id": mark("File no."),
    "files": mark("Evidence files removed"),
    "format": mark("File format"),
    "from": mark("From"),
    "group_id": mark("Working group no."),
    "hidden": mark("Hidden article"),
    "kept": mark("First decision kept"),
    "kind": mark("Kind"),
    "looked_at": mark("Articles looked at"),
    "member_id": mark("Member no."),
    "month": mark("Month"),
    "name": mark("Name"),
    "new": mark("New"),
    "none_of": mark("Words that rule the topic out"),
    "number": mark("Request no."),
    "on_paper": mark("Given on paper"),
    "only_by_source": mark("By the source alone"),
    "parent_id": mark("Unit above, no."),
    "password": mark("New password set"),
    "period": mark("Period"),
    "periods": mark("For the periods"),
    "photo_id": mark("Photo no."),
    "post_id": mark("Post no."),
    "programme_id": mark("Programme no."),
    "refused": mark("Refused"),
    "role": mark("Role"),
    "row_count": mark("Rows"),
    "same": mark("Unchanged"),
    "sha256": mark("Fingerprint of the file (SHA-256)"),
    "since": mark("Since"),
    "small": mark("Small picture only"),
    "state": mark("State"),
    "successor_id": mark("Successor, no."),
    "take_back": mark("Takes earlier topics back"),
    "taken": mark("Taken away"),
    "target_id": mark("Target no."),
    "temporary": mark("Temporary stay"),
    "title": mark("Title"),
    "topic_id": mark("Topic no."),
    "topics": mark("Topics"),
    "unit_id": mark("Unit no."),
    "until": mark("Until"),
    "valid_from": mark("Holds from"),
    "valid_to": mark("Holds until"),
    "value": mark("Value"),
    "verdict": mark("Taken for"),
    "version": mark("Version no."),
    "what": mark("What was imported"),
    "who": mark("Who"),
    "why": mark("Why"),
}
# Which enumeration a value is of, by the beginning of the action; «» for all.
_ENUMS: Mapping[tuple[str, str], str] = {
    ("claim", "before"): "claim_state",
    ("claim", "after"): "claim_state",
    ("assignment", "state"): "assignment_state",
    ("award", "state"): "award_state",
    ("award", "who"): "award_who",
    ("feed", "state"): "feed_state",
    ("feed", "kind"): "feed_kind",
    ("channel", "kind"): "channel_kind",
    ("consent", "kind"): "notice",
    ("agent", "verdict"): "local_verdict",
    ("", "role"): "role",
}
_IMPORTED = {"units": mark("the units"), "members": mark("the members"), "claims": mark("the declarations")}
_PERIODS = frozenset({"period", "periods", "month"})
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_IDS = re.compile(r".*(?:_id|^number|^version)$")
_SET = frozenset({"password", "disabled"})  # told only where it is so


def tell(action: str, facts: Mapping[str, Any], language: Lang) -> list[str]:
    """Say the facts of an event, each as «name: value»; what is not known or was not touched is left out."""
    shown = ((key, value) for key, value in facts.items() if value is not None and not (key in _SET and value is False))
    return [f"{name_fact(key, language)}: {_value(action, key, value, language)}" for key, value in shown]


def name_fact(key: str, language: Lang) -> str:
    """Name a fact, or a field that was changed; one without words is told as it is written."""
    if key in LABELS["measure"]:
        return label("measure", key, language)
    return say(WORDS[key], language) if key in WORDS else key


def _value(action: str, key: str, value: Any, language: Lang) -> str:
    sort = action.partition(".")[0]
    kind = _ENUMS.get((sort, key)) or _ENUMS.get(("", key))
    if kind is not None:
        return label(kind, str(value), language)
    match value:
        case bool():
            return say(_YES if value else _NO, language)
        case int():
            return str(value) if _IDS.match(key) else _number(value, language)
        case list():
            parts = [name_fact(str(v), language) if key == "fields" else _text(key, str(v), language) for v in value]
            return ", ".join(parts) or say(_NONE, language)
        case _:
            return _text(key, str(value), language)


def _number(value: int, language: Lang) -> str:
    return format_int(value) if language == "vi" else f"{value:,}"


def _text(key: str, text: str, language: Lang) -> str:
    if key == "what" and text in _IMPORTED:
        return say(_IMPORTED[text], language)
    if key in _PERIODS:
        return _period(text, language)
    return format_day(dt.date.fromisoformat(text)) if _ISO_DAY.fullmatch(text) else text


def _period(text: str, language: Lang) -> str:
    try:
        return Period.parse(text).label(language)
    except AppError:
        return text
