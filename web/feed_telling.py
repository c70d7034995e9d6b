"""What pages say of a source in words: why it does as it does, what to do about it, how it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import feed_words
from tracker.domain.feed_health import Cause
from tracker.domain.feeds import Health
from tracker.labels import label
from web.words import say

if TYPE_CHECKING:
    from tracker.domain.sources import Feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said of a source, in the reader's language; empty where nothing is to be said."""

    reason: str
    advice: str
    next_cause: str
    identity: str
    date_order: str
    order_by: str
    is_well: bool  # nothing has to be done about it


def tell(feed: Feed, language: str) -> Told:
    """Give what is said of a source."""
    findings, reason = feed.findings, _reason(feed, language)
    return Told(
        reason=reason,
        advice=say(feed_words.advice_id(feed), language),
        next_cause=label("next_cause", feed.next_cause, language),
        identity=label("identity", feed.identity, language),
        date_order=label("date_order", findings.date_order, language) if findings else "",
        order_by=label("order_by", findings.order_by, language) if findings else "",
        is_well=feed.health is Health.WORKING and not reason,
    )


def _reason(feed: Feed, language: str) -> str:
    """Say why: an error in its own words, else the cause with its numbers."""
    facts = feed.health_facts
    if feed.last_error is not None:
        status = facts.numbers.get("status") if facts.cause is Cause.FAILED else None
        words = label("fetch_error", feed.last_error.code, language)
        return f"{words} ({status})" if status else words
    if facts.cause not in feed_words.REASONS:
        return ""
    numbers = dict(facts.numbers)
    if "why" in numbers:
        numbers["why"] = label("skipped", str(numbers["why"]), language)
    return say(feed_words.REASONS[facts.cause], language, **numbers)
