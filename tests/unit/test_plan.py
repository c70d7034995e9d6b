from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.drafting import Drafted
from crawler.health import ADOPT_AFTER
from crawler.plan import Known, is_unchanged, jitter_of, plan_feed, request_of
from crawler.schedule import pause_s
from crawler.types import FeedUnreadable, Fetched, FetchFailed, NotModified
from tests import make
from tests.make import NOW
from tracker.domain.feeds import (
    DateOrder,
    FeedKind,
    FeedLease,
    FeedPlan,
    FetchErrorCode,
    FetchProblem,
    FetchStatus,
    Health,
    KnownArticle,
    Skipped,
)
from tracker.domain.types import ArticleId, FeedId

if TYPE_CHECKING:
    from tracker.domain.feeds import ArticleDraft

HOUR = 3600
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = 24 * HOUR


def lease(**more: Any) -> FeedLease:
    given: dict[str, Any] = {
        "feed_id": FeedId(1),
        "url": "https://bao.example/rss",
        "kind": FeedKind.FEED,
        "date_order": DateOrder.AUTO,
        "etag": '"a"',
        "last_modified": "Sat, 21 Nov 2026 02:00:00 GMT",
        "known_hash": "old",
        "validators_at": NOW - dt.timedelta(hours=1),
        "failures": 0,
        "interval_s": 1800,
        "last_new_at": NOW - dt.timedelta(hours=2),
        "moved_to": None,
        "moved_times": 0,
        "fence": 1,
        "created_at": NOW - dt.timedelta(days=100),
    }
    return FeedLease(**(given | more))


def fetched(**more: Any) -> Fetched:
    given: dict[str, Any] = {
        "url": "https://bao.example/rss",
        "status": 200,
        "body": b"<rss/>",
        "content_type": "application/rss+xml",
        "etag": '"b"',
        "last_modified": None,
        "body_hash": "new",
        "permanent_url": None,
        "duration_ms": 5,
    }
    return Fetched(**(given | more))


def failed(code: FetchErrorCode, status: int | None = None, retry_after_s: int | None = None) -> FetchFailed:
    problem = FetchProblem(code=code, message="Không được.", http_status=status, retry_after_s=retry_after_s)
    return FetchFailed(problem=problem, duration_ms=5)


def draft(number: int, content: str = "x", **more: Any) -> ArticleDraft:
    given: dict[str, Any] = {
        "url": f"https://bao.example/bai-{number}",
        "url_key": f"bao.example#{number}",
        "title": f"Bài {number}",
        "published_at": NOW - dt.timedelta(hours=3),
        "content_hash": content,
    }
    return make.draft(**(given | more))


def read(*drafts: ArticleDraft | Skipped, warnings: tuple[str, ...] = ()) -> Drafted:
    return Drafted(title="Báo Mẫu", warnings=warnings, drafts=drafts)


def known(number: int, content: str = "x") -> dict[str, KnownArticle]:
    key = f"bao.example#{number}"
    return {key: KnownArticle(article_id=ArticleId(number), url_key=key, content_hash=content)}


def plan(
    outcome: Any,
    read_: Drafted | FeedUnreadable | None = None,
    known_: dict[str, KnownArticle] | None = None,
    *,
    of: FeedLease | None = None,
    jitter: int = 0,
    new_here: tuple[int, ...] = (),
) -> FeedPlan:
    articles = known_ or {}
    carried = frozenset(one.article_id for one in articles.values()) - frozenset(new_here)
    return plan_feed(
        of or lease(), outcome, read_, Known(articles=articles, carried=carried), now=NOW, zone=ZONE, jitter=jitter
    )


def wait_s(made: FeedPlan) -> float:
    assert made.next_fetch_at is not None
    return (made.next_fetch_at - NOW).total_seconds()


def test_items_are_told_apart_as_new_changed_seen_and_skipped() -> None:
    made = plan(
        fetched(),
        read(draft(1), draft(2, "edited"), draft(3), Skipped(reason="no_link")),
        known(2) | known(3),
    )
    assert [d.url_key for d in made.new] == ["bao.example#1"]
    assert [(i, d.content_hash) for i, d in made.changed] == [(2, "edited")]
    assert [i for i, _ in made.seen] == [3]
    assert [s.reason for s in made.skipped] == ["no_link"]
    assert made.status is FetchStatus.OK


def test_a_new_guid_makes_no_new_article_and_a_reused_one_does() -> None:
    made = plan(fetched(), read(draft(1, guid="changed"), draft(2, guid="same")), known(1))
    assert [i for i, _ in made.seen] == [1]
    assert [d.url_key for d in made.new] == ["bao.example#2"]


def test_both_validators_are_saved_from_every_answer_even_when_one_is_gone() -> None:
    made = plan(fetched(etag=None, last_modified="Sun, 22 Nov 2026 00:00:00 GMT"), read(draft(1)))
    assert (made.etag, made.last_modified) == (None, "Sun, 22 Nov 2026 00:00:00 GMT")
    kept = plan(NotModified(url="", etag=None, last_modified=None, duration_ms=1))
    assert (kept.etag, kept.last_modified) == (lease().etag, lease().last_modified)


def test_a_body_read_before_is_not_read_again_and_its_validators_are_saved() -> None:
    same = fetched(body_hash="old", etag='"c"')
    assert is_unchanged(lease(), same)
    made = plan(same)
    assert (made.status, made.etag, made.full_fetch) == (FetchStatus.NOT_MODIFIED, '"c"', True)


def test_a_whole_body_is_asked_for_at_least_once_a_day() -> None:
    assert request_of(lease(), now=NOW).etag == '"a"'
    for at in (None, NOW - dt.timedelta(days=1)):
        asked = request_of(lease(validators_at=at), now=NOW)
        assert (asked.etag, asked.last_modified) == (None, None)


def test_an_unasked_304_is_an_error_after_which_nothing_conditional_is_sent() -> None:
    made = plan(failed(FetchErrorCode.HTTP, 304))
    assert (made.status, made.etag, made.last_modified) == (FetchStatus.FAILED, None, None)


def test_other_failures_keep_what_is_known_of_the_last_good_body() -> None:
    made = plan(failed(FetchErrorCode.TIMEOUT))
    assert (made.etag, made.body_hash, made.failures) == ('"a"', "old", 1)


def test_an_unreadable_body_is_looked_at_again_whole() -> None:
    problem = FetchProblem(code=FetchErrorCode.NOT_A_FEED, message="an HTML page")
    made = plan(fetched(), FeedUnreadable(problem=problem, links=("https://bao.example/rss2",)))
    assert (made.status, made.health, made.etag) == (FetchStatus.FAILED, Health.MALFORMED, None)
    assert made.body_hash == "old"
    assert made.new == ()


@pytest.mark.parametrize(
    ("outcome", "health"),
    [
        (failed(FetchErrorCode.BLOCKED_BY_SITE, 403), Health.BLOCKED),
        (failed(FetchErrorCode.GONE, 410), Health.GONE),
        (failed(FetchErrorCode.DNS), Health.FAILING),
        (failed(FetchErrorCode.TLS), Health.FAILING),
        (failed(FetchErrorCode.UNREADABLE), Health.MALFORMED),
        (failed(FetchErrorCode.HTTP, 500), Health.FAILING),
    ],
)
def test_health_says_what_the_failure_says(outcome: FetchFailed, health: Health) -> None:
    made = plan(outcome)
    assert made.health is health
    assert made.health_reason == "Không được."


def test_what_is_gone_is_tried_once_a_day() -> None:
    assert wait_s(plan(failed(FetchErrorCode.GONE, 410), jitter=999)) == DAY


@pytest.mark.parametrize(("asked", "waited"), [(None, 300), (120, 300), (7200, 7200), (DAY, DAY), (10 * DAY, DAY)])
def test_the_wait_is_the_longer_of_backoff_and_retry_after_at_most_a_day(asked: int | None, waited: int) -> None:
    assert wait_s(plan(failed(FetchErrorCode.HTTP, 429, asked))) == waited


def test_a_hard_failure_waits_longer_than_a_soft_and_that_longer_than_a_passing_one() -> None:
    waits = [
        wait_s(plan(outcome, jitter=999))
        for outcome in (
            failed(FetchErrorCode.TIMEOUT),
            failed(FetchErrorCode.TLS),
            failed(FetchErrorCode.HTTP, 404),
        )
    ]
    assert waits == sorted(waits)
    assert len(set(waits)) == 3


@given(
    st.sampled_from(FetchErrorCode),
    st.none() | st.integers(100, 599),
    st.none() | st.integers(1, 10 * DAY),
    st.integers(1, 10_000),
    st.integers(0, 999),
)
def test_no_source_is_ever_given_up_and_none_is_hammered(
    code: FetchErrorCode, status: int | None, retry: int | None, failures: int, jitter: int
) -> None:
    problem = FetchProblem(code=code, message="", http_status=status, retry_after_s=retry)
    wait = pause_s(problem, failures, jitter)
    assert 300 <= wait <= DAY
    assert wait >= min(retry or 0, DAY)


def test_a_permanent_move_is_adopted_only_after_several_in_a_row() -> None:
    current = lease()
    for times in range(1, ADOPT_AFTER):
        made = plan(fetched(permanent_url="https://bao.example/new"), read(draft(1)), of=current)
        assert (made.new_url, made.moved_times, made.health) == (None, times, Health.MOVED)
        current = replace(current, moved_to=made.moved_to, moved_times=made.moved_times)
    made = plan(fetched(permanent_url="https://bao.example/new"), read(draft(1)), of=current)
    assert (made.new_url, made.moved_to, made.moved_times) == ("https://bao.example/new", None, 0)
    assert made.health is Health.WORKING


def test_a_move_elsewhere_or_a_failure_begins_the_count_anew() -> None:
    twice = lease(moved_to="https://bao.example/new", moved_times=2)
    other = plan(fetched(permanent_url="https://bao.example/other"), read(draft(1)), of=twice)
    assert (other.new_url, other.moved_to, other.moved_times) == (None, "https://bao.example/other", 1)
    assert plan(failed(FetchErrorCode.TIMEOUT), of=twice).moved_times == 0
    assert plan(NotModified(url="", etag=None, last_modified=None, duration_ms=1), of=twice).moved_times == 2


def test_news_bring_the_next_turn_nearer_and_silence_puts_it_off_within_bounds() -> None:
    assert plan(fetched(), read(draft(1))).interval_s == 900
    assert plan(fetched(), read(draft(1)), of=lease(interval_s=900)).interval_s == 900
    assert plan(fetched(), read(draft(1)), known(1)).interval_s == 2250
    assert plan(fetched(), read(draft(1)), known(1), of=lease(interval_s=6 * HOUR)).interval_s == 6 * HOUR


def test_the_turn_is_at_most_a_tenth_later_than_the_interval() -> None:
    made = plan(fetched(), read(draft(1)), jitter=999)
    assert made.interval_s <= wait_s(made) <= made.interval_s * 1.1


def test_a_source_that_is_silent_for_long_is_quiet_and_says_for_how_long() -> None:
    made = plan(fetched(), read(draft(1)), known(1), of=lease(last_new_at=NOW - dt.timedelta(days=20)))
    assert (made.health, made.health_reason) == (Health.QUIET, "Nothing new for 20 days.")


def test_a_feed_without_one_usable_entry_is_malformed() -> None:
    made = plan(fetched(), read(Skipped(reason="no_link"), Skipped(reason="no_title")))
    assert (made.status, made.health) == (FetchStatus.OK, Health.MALFORMED)
    assert "it has no address" in made.health_reason


def test_a_broken_feed_keeps_its_good_entries_and_says_so() -> None:
    made = plan(fetched(), read(draft(1), warnings=("partial",)))
    assert (len(made.new), made.health, made.warnings) == (1, Health.MALFORMED, ("partial",))


@given(st.integers(1, 10**9), st.integers(0, 10**6))
def test_jitter_is_the_same_when_computed_again_and_lies_in_its_range(feed_id: int, fence: int) -> None:
    one = lease(feed_id=FeedId(feed_id), fence=fence)
    assert jitter_of(one) == jitter_of(one)
    assert 0 <= jitter_of(one) < 1000
