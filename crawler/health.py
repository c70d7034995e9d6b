"""What one fetch says of a source's health, and why: against its own past where there is one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crawler.findings import go_back_and_forth
from tracker.domain.feed_health import DATE_CAUSES, Cause, HealthFacts
from tracker.domain.feed_volume import SILENT_DAYS
from tracker.domain.feed_words import reason_words
from tracker.domain.feeds import FeedKind, FetchErrorCode, Health, Skipped

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from crawler.drafting import Drafted
    from tracker.domain.feed_volume import Volume
    from tracker.domain.feeds import FeedLease, FetchProblem

EMPTY_DAYS: Final = 2  # without error and without entries for so long: a fault, whatever is usual
ADOPT_AFTER: Final = 3  # permanent redirects to one place, in a row

_OF_ERROR = {
    FetchErrorCode.BLOCKED_BY_SITE: Health.BLOCKED,
    FetchErrorCode.ROBOTS: Health.BLOCKED,
    FetchErrorCode.GONE: Health.GONE,
    FetchErrorCode.NOT_A_FEED: Health.MALFORMED,
    FetchErrorCode.UNREADABLE: Health.MALFORMED,
    FetchErrorCode.ENCODING: Health.MALFORMED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A health and why; `reason` is the words for it in English."""

    health: Health
    facts: HealthFacts
    reason: str


def of_failure(problem: FetchProblem) -> State:
    """Give the health after a fetch that failed."""
    numbers: dict[str, int | str] = {"code": problem.code.value}
    if problem.http_status is not None:
        numbers["status"] = problem.http_status
    return State(
        health=_OF_ERROR.get(problem.code, Health.FAILING),
        facts=HealthFacts(cause=Cause.FAILED, numbers=numbers),
        reason=problem.message,
    )


def of_move() -> State:
    """Give the health while a permanent redirect waits to be believed."""
    return _state(Health.MOVED, Cause.MOVING, times=ADOPT_AFTER)


def of_body(
    lease: FeedLease, read: Drafted, warnings: Sequence[str], now: dt.datetime, zone: dt.tzinfo, *, has_news: bool
) -> State:
    """Give the health after a body that was read."""
    skipped = [draft for draft in read.drafts if isinstance(draft, Skipped)]
    usable = len(read.drafts) - len(skipped)
    if "partial" in warnings:
        return _state(Health.MALFORMED, Cause.PARTIAL, count=usable)
    if skipped and not usable:
        return _state(Health.MALFORMED, Cause.UNUSABLE, count=len(skipped), why=skipped[0].reason)
    if not usable:
        return _of_nothing(lease, now, zone)
    state = _of_volume(lease.volume) if has_news else of_silence(lease, now, zone)
    cause = next((cause for cause in DATE_CAUSES if cause.value in warnings), None)
    return state if cause is None or state.health is not Health.WORKING else _state(Health.WORKING, cause)


def of_same_body(lease: FeedLease, now: dt.datetime, zone: dt.tzinfo) -> State:
    """Give the health where the body is the one that was read before."""
    if lease.findings is not None and not lease.findings.entry_count:
        return _of_nothing(lease, now, zone)
    state = of_silence(lease, now, zone)
    if state.health is Health.WORKING and lease.health_facts.cause in DATE_CAUSES:
        return _state(Health.WORKING, lease.health_facts.cause)  # what was odd about it still is
    return state


def of_silence(lease: FeedLease, now: dt.datetime, zone: dt.tzinfo) -> State:
    """Give the health of a source that brought nothing new: silent against what is usual for it, or not.

    Days that usually bring something count; one such day may be missed. Where nothing is usual yet, two weeks may.
    """
    if lease.last_new_at is None:
        return _state(Health.QUIET, Cause.NEVER)
    last_on, today = lease.last_new_at.astimezone(zone).date(), now.astimezone(zone).date()
    days = (today - last_on).days
    if lease.volume is not None:
        missed = lease.volume.missed_days(last_on, today)
        if missed > lease.volume.allowed_missed():
            return _state(Health.QUIET, Cause.MISSED, days=days, missed=missed)
    if days >= (SILENT_DAYS if lease.volume is None else lease.volume.allowed_silence_days()):
        return _state(Health.QUIET, Cause.SILENT, days=days)
    return _of_volume(lease.volume)


def _of_nothing(lease: FeedLease, now: dt.datetime, zone: dt.tzinfo) -> State:
    """Give the health of a source that answers without one entry: a feed and a page always hold their last ones.

    A sitemap of news holds those of two days only.
    """
    if lease.kind is FeedKind.LISTING and lease.last_new_at is not None:
        return _state(Health.MALFORMED, Cause.LINKS_GONE)
    days = (now - (lease.last_new_at or lease.created_at)).days
    if days >= EMPTY_DAYS and lease.kind is not FeedKind.SITEMAP:
        return _state(Health.MALFORMED, Cause.EMPTY, days=days)
    return of_silence(lease, now, zone)


def _of_volume(volume: Volume | None) -> State:
    """Give the health of a source that works: with a word where it brings far less than usual."""
    drop = None if volume is None else volume.drop()
    if drop is None:
        return _state(Health.WORKING, Cause.NONE)
    came, usual = drop
    return _state(Health.WORKING, Cause.FEWER, came=came, usual=usual)


def warnings_of(read: Drafted) -> tuple[str, ...]:
    """Give the short codes of what was odd about a body."""
    unordered = (Cause.DATES_UNORDERED.value,) if go_back_and_forth(read.drafts) else ()
    return (*read.warnings, *unordered)


def _state(health: Health, cause: Cause, **numbers: int | str) -> State:
    facts = HealthFacts(cause=cause, numbers=numbers)
    return State(health=health, facts=facts, reason=reason_words(facts))
