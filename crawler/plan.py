"""What one fetch means, decided before anything is written: articles new, changed or seen; what it says of the source.

Pure: no clock, no chance, no database. Times come in as `now`, chance as a jitter in thousandths. How well a source
does is judged in crawler/health.py, when it is asked again in crawler/schedule.py.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, assert_never

from crawler import health
from crawler.schedule import WHOLE, Rhythm, next_turn, pause_cause, pause_s
from crawler.types import Cookies, FeedUnreadable, Fetched, FetchFailed, FetchRequest, NotModified
from tracker.domain.feeds import ArticleDraft, FeedPlan, FetchStatus, Skipped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from crawler.drafting import Drafted
    from crawler.health import State
    from crawler.types import FetchOutcome
    from tracker.domain.feeds import FeedLease, FetchProblem, KnownArticle
    from tracker.domain.types import ArticleId

UNSOLICITED: Final = 304
WHOLE_AFTER: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sorted:
    """The items of a feed against what is known; `has_news`: one of them the feed had not carried before."""

    new: tuple[ArticleDraft, ...] = ()
    changed: tuple[tuple[ArticleId, ArticleDraft], ...] = ()
    seen: tuple[tuple[ArticleId, ArticleDraft], ...] = ()
    skipped: tuple[Skipped, ...] = ()
    has_news: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store holds: articles by their keys, and which of them this source has carried."""

    articles: Mapping[str, KnownArticle] = field(default_factory=dict)
    carried: AbstractSet[ArticleId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Now:
    """When and where a plan is made; `jitter` in thousandths."""

    at: dt.datetime
    zone: dt.tzinfo
    jitter: int


def request_of(lease: FeedLease, *, now: dt.datetime) -> FetchRequest:
    """Give the request for a feed: conditional, but for a whole body at least once a day (a 304 may be wrong)."""
    cookies = cookies_of(lease)
    if lease.validators_at is None or now - lease.validators_at >= WHOLE_AFTER:
        return FetchRequest(url=lease.url, cookies=cookies)
    return FetchRequest(url=lease.url, etag=lease.etag, last_modified=lease.last_modified, cookies=cookies)


def cookies_of(lease: FeedLease) -> Cookies:
    """Say what is done with cookies in all that is fetched for a source."""
    return Cookies.KEPT if lease.keeps_cookies else Cookies.CHAIN


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
    known: Known,
    *,
    now: dt.datetime,
    zone: dt.tzinfo,
    jitter: int,
) -> FeedPlan:
    """Decide all that one fetch changes. `read` is None where there was nothing to read."""
    here = _Now(at=now, zone=zone, jitter=jitter)
    match outcome:
        case FetchFailed():
            return _failed(lease, outcome.problem, here, outcome.duration_ms)
        case NotModified():
            return _unmodified(lease, outcome, here)
        case Fetched() if isinstance(read, FeedUnreadable):
            return _unreadable(lease, outcome, read, here)
        case Fetched() if read is None:
            return _same_body(lease, outcome, here)
        case Fetched():
            return _read(lease, outcome, read, _sort(read.drafts, known), here)
        case _:
            assert_never(outcome)


def _sort(drafts: Sequence[ArticleDraft | Skipped], known: Known) -> _Sorted:
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
        elif (held := known.articles.get(item.url_key)) is None:
            new.append(item)
        else:  # what has no title says nothing new of what is known
            is_same = held.content_hash == item.content_hash or not item.title
            (seen if is_same else changed).append((held.article_id, item))
    return _Sorted(
        new=tuple(new),
        changed=tuple(changed),
        seen=tuple(seen),
        skipped=tuple(skipped),
        has_news=bool(new) or any(article_id not in known.carried for article_id, _ in (*changed, *seen)),
    )


def _read(lease: FeedLease, outcome: Fetched, read: Drafted, items: _Sorted, here: _Now) -> FeedPlan:
    warnings = health.warnings_of(read)
    state = health.of_body(lease, read, warnings, here.at, here.zone, has_news=items.has_news)
    plan = _turned(
        FeedPlan(
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
            has_news=items.has_news,
            identity=read.identity.value,
            findings=read.findings,
            http_status=outcome.status,
            bytes_read=len(outcome.body),
            duration_ms=outcome.duration_ms,
            warnings=warnings,
        ),
        lease,
        state,
        here,
    )
    return _with_move(plan, lease, outcome)


def _same_body(lease: FeedLease, outcome: Fetched, here: _Now) -> FeedPlan:
    """Plan after the body that was read before: nothing is parsed, both validators are saved all the same."""
    plan = _turned(
        FeedPlan(
            feed_id=lease.feed_id,
            fence=lease.fence,
            status=FetchStatus.NOT_MODIFIED,
            problem=None,
            etag=outcome.etag,
            last_modified=outcome.last_modified,
            body_hash=outcome.body_hash,
            full_fetch=True,
            identity=lease.identity,
            findings=lease.findings,
            http_status=outcome.status,
            bytes_read=len(outcome.body),
            duration_ms=outcome.duration_ms,
        ),
        lease,
        health.of_same_body(lease, here.at, here.zone),
        here,
    )
    return _with_move(plan, lease, outcome)


def _unmodified(lease: FeedLease, outcome: NotModified, here: _Now) -> FeedPlan:
    """Plan after a 304; whether it was reached by a permanent redirect it does not tell, so that count stays."""
    plan = FeedPlan(
        feed_id=lease.feed_id,
        fence=lease.fence,
        status=FetchStatus.NOT_MODIFIED,
        problem=None,
        etag=outcome.etag or lease.etag,
        last_modified=outcome.last_modified or lease.last_modified,
        body_hash=lease.known_hash,
        moved_to=lease.moved_to,
        moved_times=lease.moved_times,
        identity=lease.identity,
        findings=lease.findings,
        http_status=304,
        duration_ms=outcome.duration_ms,
    )
    state = health.of_move() if lease.moved_times else health.of_same_body(lease, here.at, here.zone)
    return _turned(plan, lease, state, here)


def _turned(plan: FeedPlan, lease: FeedLease, state: State, here: _Now) -> FeedPlan:
    """Give a plan after a fetch that went well its health and the source's next turn."""
    rhythm = Rhythm(
        interval_s=lease.interval_s,
        found_new=plan.has_news,
        local=here.at.astimezone(here.zone),
        volume=lease.volume,
        span_s=None if plan.findings is None else plan.findings.span_s,
    )
    turn = next_turn(rhythm, here.jitter)
    return replace(
        _judged(plan, state),
        interval_s=turn.interval_s,
        next_fetch_at=here.at + dt.timedelta(seconds=turn.wait_s),
        next_cause=turn.cause,
    )


def _judged(plan: FeedPlan, state: State) -> FeedPlan:
    return replace(plan, health=state.health, health_facts=state.facts, health_reason=state.reason)


def _unreadable(lease: FeedLease, outcome: Fetched, parsed: FeedUnreadable, here: _Now) -> FeedPlan:
    """Plan after a body that is no readable feed: its validators are not kept, so that it is looked at again whole."""
    plan = _failed(lease, replace(parsed.problem, http_status=outcome.status), here, outcome.duration_ms)
    links = ("links",) if parsed.links else ()
    return replace(
        plan, etag=None, last_modified=None, bytes_read=len(outcome.body), http_status=outcome.status, warnings=links
    )


def _failed(lease: FeedLease, problem: FetchProblem, here: _Now, duration_ms: int) -> FeedPlan:
    failures = lease.failures + 1
    forget = problem.http_status == UNSOLICITED
    plan = FeedPlan(
        feed_id=lease.feed_id,
        fence=lease.fence,
        status=FetchStatus.FAILED,
        problem=problem,
        etag=None if forget else lease.etag,
        last_modified=None if forget else lease.last_modified,
        body_hash=lease.known_hash,
        failures=failures,
        interval_s=lease.interval_s,
        next_fetch_at=here.at + dt.timedelta(seconds=pause_s(problem, failures, here.jitter)),
        next_cause=pause_cause(problem, failures, here.jitter),
        identity=lease.identity,
        findings=lease.findings,
        http_status=problem.http_status,
        duration_ms=duration_ms,
    )
    return _judged(plan, health.of_failure(problem))


def _with_move(plan: FeedPlan, lease: FeedLease, outcome: Fetched) -> FeedPlan:
    """Count permanent redirects to one place; adopt it after several in a row, each of which passed the guard."""
    target = outcome.permanent_url
    if target is None or target == lease.url:
        return plan
    times = lease.moved_times + 1 if target == lease.moved_to else 1
    if times >= health.ADOPT_AFTER:
        return replace(plan, new_url=target, warnings=(*plan.warnings, "moved"))
    return _judged(replace(plan, moved_to=target, moved_times=times), health.of_move())
