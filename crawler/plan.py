"""What one fetch means, decided before anything is written: articles new, changed or seen; when to come again; health.

Pure: no clock, no chance, no database. Times come in as `now`, chance as a jitter in thousandths.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, assert_never

from crawler.types import FeedUnreadable, Fetched, FetchFailed, FetchRequest, NotModified
from tracker.domain.feeds import (
    ArticleDraft,
    FeedPlan,
    FetchErrorCode,
    FetchProblem,
    FetchStatus,
    Health,
    Skipped,
)
from tracker.domain.sources import INTERVAL_LEAST_S, INTERVAL_MOST_S

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.drafting import Drafted
    from crawler.types import FetchOutcome
    from tracker.domain.feeds import FeedLease, KnownArticle
    from tracker.domain.types import ArticleId

DAY_S: Final = 24 * 3600
PAUSE_LEAST_S: Final = 5 * 60
WHOLE: Final = 1000  # of jitter
ADOPT_AFTER: Final = 3  # permanent redirects to one place, in a row
QUIET_AFTER: Final = dt.timedelta(days=14)
DOUBLINGS_MOST: Final = 16
UNSOLICITED: Final = 304
MOVED_WORDS: Final = f"The site says this has moved for good; the new address is taken after {ADOPT_AFTER} times."


class Weight(enum.IntEnum):
    """How grave a failure is: the pause after the first one, in seconds; it doubles with each that follows."""

    TEMPORARY = 10 * 60
    SOFT = 30 * 60
    HARD = 2 * 3600


_TEMPORARY = frozenset({FetchErrorCode.TIMEOUT, FetchErrorCode.CONNECT, FetchErrorCode.DNS})
_HARD = frozenset({FetchErrorCode.ADDRESS_REFUSED, FetchErrorCode.BLOCKED_BY_SITE, FetchErrorCode.ROBOTS})
_TEMPORARY_STATUSES = frozenset({408, 425, 429})
_HARD_STATUSES = frozenset({400, 401, 402, 403, 404, 405, 406})
_SERVER_ERRORS = 500

_HEALTH = {
    FetchErrorCode.BLOCKED_BY_SITE: Health.BLOCKED,
    FetchErrorCode.ROBOTS: Health.BLOCKED,
    FetchErrorCode.GONE: Health.GONE,
    FetchErrorCode.NOT_A_FEED: Health.MALFORMED,
    FetchErrorCode.UNREADABLE: Health.MALFORMED,
    FetchErrorCode.ENCODING: Health.MALFORMED,
    FetchErrorCode.REDIRECT: Health.FAILING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sorted:
    """The items of a feed against what is known."""

    new: tuple[ArticleDraft, ...] = ()
    changed: tuple[tuple[ArticleId, ArticleDraft], ...] = ()
    seen: tuple[tuple[ArticleId, ArticleDraft], ...] = ()
    skipped: tuple[Skipped, ...] = ()


def request_of(lease: FeedLease, *, now: dt.datetime) -> FetchRequest:
    """Give the request for a feed: conditional, but for a whole body at least once a day (a 304 may be wrong)."""
    if lease.validators_at is None or now - lease.validators_at >= dt.timedelta(seconds=DAY_S):
        return FetchRequest(url=lease.url)
    return FetchRequest(url=lease.url, etag=lease.etag, last_modified=lease.last_modified)


def is_unchanged(lease: FeedLease, outcome: FetchOutcome) -> bool:
    """Tell whether there is nothing to parse: no body, or the body that was read before."""
    return not isinstance(outcome, Fetched) or outcome.body_hash == lease.known_hash


def jitter_of(lease: FeedLease) -> int:
    """Give this turn's jitter, 0 to 999: spread over feeds, different each time, the same when computed again."""
    told = hashlib.sha256(f"{lease.feed_id}:{lease.fence}".encode()).digest()
    return int.from_bytes(told[:4]) % WHOLE


def plan_feed(
    lease: FeedLease,
    outcome: FetchOutcome,
    read: Drafted | FeedUnreadable | None,
    known: Mapping[str, KnownArticle],
    *,
    now: dt.datetime,
    jitter: int,
) -> FeedPlan:
    """Decide all that one fetch changes. `read` is None where there was nothing to read."""
    match outcome:
        case FetchFailed():
            return _failed(lease, outcome.problem, now, jitter, duration_ms=outcome.duration_ms)
        case NotModified():
            return _unmodified(lease, outcome, now, jitter)
        case Fetched() if isinstance(read, FeedUnreadable):
            return _unreadable(lease, outcome, read, now, jitter)
        case Fetched() if read is None:
            return _same_body(lease, outcome, now, jitter)
        case Fetched():
            return _read(lease, outcome, read, _sort(read.drafts, known), now, jitter)
        case _:
            assert_never(outcome)


def _sort(drafts: Sequence[ArticleDraft | Skipped], known: Mapping[str, KnownArticle]) -> _Sorted:
    """Tell new, changed and seen items apart: the article by its key, its content by its hash, whatever the guid.

    Normalising has left one draft an article.
    """
    new: list[ArticleDraft] = []
    changed: list[tuple[ArticleId, ArticleDraft]] = []
    seen: list[tuple[ArticleId, ArticleDraft]] = []
    skipped: list[Skipped] = []
    for item in drafts:
        if isinstance(item, Skipped):
            skipped.append(item)
        elif (held := known.get(item.url_key)) is None:
            new.append(item)
        else:
            (seen if held.content_hash == item.content_hash else changed).append((held.article_id, item))
    return _Sorted(new=tuple(new), changed=tuple(changed), seen=tuple(seen), skipped=tuple(skipped))


def _read(lease: FeedLease, outcome: Fetched, read: Drafted, items: _Sorted, now: dt.datetime, jitter: int) -> FeedPlan:
    interval_s = _next_interval(lease.interval_s, found_new=bool(items.new))
    health, reason = _health_of_items(lease, read, items, now)
    plan = FeedPlan(
        feed_id=lease.feed_id,
        fence=lease.fence,
        status=FetchStatus.OK,
        problem=None,
        new=items.new,
        changed=items.changed,
        seen=items.seen,
        skipped=items.skipped,
        title=read.title,
        etag=outcome.etag,
        last_modified=outcome.last_modified,
        body_hash=outcome.body_hash,
        full_fetch=True,
        health=health,
        health_reason=reason,
        interval_s=interval_s,
        next_fetch_at=_after(now, interval_s, jitter),
        http_status=outcome.status,
        bytes_read=len(outcome.body),
        duration_ms=outcome.duration_ms,
        warnings=read.warnings,
    )
    return _with_move(plan, lease, outcome)


def _same_body(lease: FeedLease, outcome: Fetched, now: dt.datetime, jitter: int) -> FeedPlan:
    """Plan after the body that was read before: nothing is parsed, both validators are saved all the same."""
    interval_s = _next_interval(lease.interval_s, found_new=False)
    health, reason = _health_when_nothing_new(lease, now)
    plan = FeedPlan(
        feed_id=lease.feed_id,
        fence=lease.fence,
        status=FetchStatus.NOT_MODIFIED,
        problem=None,
        etag=outcome.etag,
        last_modified=outcome.last_modified,
        body_hash=outcome.body_hash,
        full_fetch=True,
        health=health,
        health_reason=reason,
        interval_s=interval_s,
        next_fetch_at=_after(now, interval_s, jitter),
        http_status=outcome.status,
        bytes_read=len(outcome.body),
        duration_ms=outcome.duration_ms,
    )
    return _with_move(plan, lease, outcome)


def _unmodified(lease: FeedLease, outcome: NotModified, now: dt.datetime, jitter: int) -> FeedPlan:
    """Plan after a 304; whether it was reached by a permanent redirect it does not tell, so that count stays."""
    interval_s = _next_interval(lease.interval_s, found_new=False)
    health, reason = (Health.MOVED, MOVED_WORDS) if lease.moved_times else _health_when_nothing_new(lease, now)
    return FeedPlan(
        feed_id=lease.feed_id,
        fence=lease.fence,
        status=FetchStatus.NOT_MODIFIED,
        problem=None,
        etag=outcome.etag or lease.etag,
        last_modified=outcome.last_modified or lease.last_modified,
        body_hash=lease.known_hash,
        moved_to=lease.moved_to,
        moved_times=lease.moved_times,
        health=health,
        health_reason=reason,
        interval_s=interval_s,
        next_fetch_at=_after(now, interval_s, jitter),
        http_status=304,
        duration_ms=outcome.duration_ms,
    )


def _unreadable(lease: FeedLease, outcome: Fetched, parsed: FeedUnreadable, now: dt.datetime, jitter: int) -> FeedPlan:
    """Plan after a body that is no readable feed: its validators are not kept, so that it is looked at again whole."""
    plan = _failed(lease, replace(parsed.problem, http_status=outcome.status), now, jitter, outcome.duration_ms)
    links = ("links",) if parsed.links else ()
    return replace(
        plan, etag=None, last_modified=None, bytes_read=len(outcome.body), http_status=outcome.status, warnings=links
    )


def _failed(lease: FeedLease, problem: FetchProblem, now: dt.datetime, jitter: int, duration_ms: int) -> FeedPlan:
    failures = lease.failures + 1
    forget = problem.http_status == UNSOLICITED
    return FeedPlan(
        feed_id=lease.feed_id,
        fence=lease.fence,
        status=FetchStatus.FAILED,
        problem=problem,
        etag=None if forget else lease.etag,
        last_modified=None if forget else lease.last_modified,
        body_hash=lease.known_hash,
        failures=failures,
        health=_HEALTH.get(problem.code, Health.FAILING),
        health_reason=problem.message,
        interval_s=lease.interval_s,
        next_fetch_at=now + dt.timedelta(seconds=pause_s(problem, failures, jitter)),
        http_status=problem.http_status,
        duration_ms=duration_ms,
    )


def pause_s(problem: FetchProblem, failures: int, jitter: int) -> int:
    """Give how long to wait after a failure.

    Full jitter below a bound that doubles, never under what Retry-After asks, never over a day: no source is given up.
    """
    if problem.code is FetchErrorCode.GONE:
        return DAY_S
    bound = min(DAY_S, weigh(problem) << min(failures - 1, DOUBLINGS_MOST))
    backoff = PAUSE_LEAST_S + (bound - PAUSE_LEAST_S) * jitter // WHOLE
    return min(DAY_S, max(backoff, problem.retry_after_s or 0))


def weigh(problem: FetchProblem) -> Weight:
    """Tell a failure that passes by itself from one that somebody must mend."""
    status = problem.http_status
    if problem.code in _TEMPORARY or (
        status is not None and (status in _TEMPORARY_STATUSES or status >= _SERVER_ERRORS)
    ):
        return Weight.TEMPORARY
    if problem.code in _HARD or (problem.code is FetchErrorCode.HTTP and status in _HARD_STATUSES):
        return Weight.HARD
    return Weight.SOFT


def _next_interval(interval_s: int, *, found_new: bool) -> int:
    """Come twice as often after something new, a quarter later each time there was nothing."""
    wanted = interval_s // 2 if found_new else interval_s * 5 // 4
    return max(INTERVAL_LEAST_S, min(INTERVAL_MOST_S, wanted))


def _after(now: dt.datetime, interval_s: int, jitter: int) -> dt.datetime:
    """Give the next turn, up to a tenth later than the interval, so that feeds do not come in step."""
    return now + dt.timedelta(seconds=interval_s + interval_s * jitter // (10 * WHOLE))


def _health_of_items(lease: FeedLease, read: Drafted, items: _Sorted, now: dt.datetime) -> tuple[Health, str]:
    usable = len(items.new) + len(items.changed) + len(items.seen)
    if "partial" in read.warnings:
        return Health.MALFORMED, f"The feed is broken; {usable} entries could be read."
    if items.skipped and not usable:
        return Health.MALFORMED, f"None of the {len(items.skipped)} entries can be used: {items.skipped[0].reason}."
    if items.new or (usable and lease.last_new_at is None):
        return Health.WORKING, ""
    return _health_when_nothing_new(lease, now)


def _health_when_nothing_new(lease: FeedLease, now: dt.datetime) -> tuple[Health, str]:
    if lease.last_new_at is None:
        return Health.QUIET, "No article has come from here yet."
    silence = now - lease.last_new_at
    if silence < QUIET_AFTER:
        return Health.WORKING, ""
    return Health.QUIET, f"Nothing new for {silence.days} days."


def _with_move(plan: FeedPlan, lease: FeedLease, outcome: Fetched) -> FeedPlan:
    """Count permanent redirects to one place; adopt it after several in a row, each of which passed the guard."""
    target = outcome.permanent_url
    if target is None or target == lease.url:
        return plan
    times = lease.moved_times + 1 if target == lease.moved_to else 1
    if times >= ADOPT_AFTER:
        return replace(plan, new_url=target, warnings=(*plan.warnings, "moved"))
    return replace(plan, moved_to=target, moved_times=times, health=Health.MOVED, health_reason=MOVED_WORDS)
