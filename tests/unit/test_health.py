"""What a fetch says of a source's health, and the words and advice for it."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from crawler import health
from crawler.drafting import Drafted
from crawler.findings import go_back_and_forth, renewal_s
from tests.make import NOW, TODAY
from tests.unit.test_plan import ZONE, draft, lease
from tracker.domain.feed_findings import Findings
from tracker.domain.feed_health import Cause, HealthFacts
from tracker.domain.feed_volume import Volume
from tracker.domain.feed_words import TABLES, advice_id, reason_words
from tracker.domain.feeds import DateQuality, FeedKind, FetchErrorCode, FetchProblem, Health, Skipped

if TYPE_CHECKING:
    from crawler.health import State

DAILY = Volume(last_on=TODAY - dt.timedelta(days=1), counts=(30,) * 56)


def ago(**span: float) -> dt.datetime:
    return NOW - dt.timedelta(**span)


def body(*drafts: Any, warnings: tuple[str, ...] = (), has_news: bool = False, **of: Any) -> State:
    read = Drafted(title="", warnings=warnings, drafts=drafts)
    return health.of_body(lease(**of), read, health.warnings_of(read), NOW, ZONE, has_news=has_news)


def told(state: State) -> tuple[Health, Cause]:
    return state.health, state.facts.cause


def test_two_silent_days_of_a_daily_are_said_and_one_is_not() -> None:
    silent = health.of_silence(lease(volume=DAILY, last_new_at=ago(days=3)), NOW, ZONE)
    assert told(silent) == (Health.QUIET, Cause.MISSED)
    assert silent.reason == "Nothing new for 3 days, and on 2 of them something usually comes."
    one_day = lease(volume=DAILY, last_new_at=ago(days=2))
    assert told(health.of_silence(one_day, NOW, ZONE)) == (Health.WORKING, Cause.NONE)


def test_where_nothing_is_usual_yet_two_weeks_may_be_silent() -> None:
    assert told(health.of_silence(lease(last_new_at=ago(days=13)), NOW, ZONE)) == (Health.WORKING, Cause.NONE)
    assert told(health.of_silence(lease(last_new_at=ago(days=14)), NOW, ZONE)) == (Health.QUIET, Cause.SILENT)
    assert told(health.of_silence(lease(last_new_at=None), NOW, ZONE)) == (Health.QUIET, Cause.NEVER)


def test_far_less_than_usual_is_said_of_a_source_that_works() -> None:
    fewer = Volume(last_on=DAILY.last_on, counts=(*(30,) * 53, 2, 3, 1))
    state = body(draft(1), has_news=True, volume=fewer)
    assert told(state) == (Health.WORKING, Cause.FEWER)
    assert state.reason == "For three days it has brought 6 articles, where about 90 are usual."


def test_success_without_entries_is_a_fault_after_two_days_whatever_came_before() -> None:
    assert told(body(last_new_at=ago(hours=5))) == (Health.WORKING, Cause.NONE)
    assert told(body(last_new_at=ago(days=2))) == (Health.MALFORMED, Cause.EMPTY)
    assert told(body(last_new_at=None, created_at=ago(hours=5))) == (Health.QUIET, Cause.NEVER)
    assert told(body(last_new_at=None, created_at=ago(days=3))) == (Health.MALFORMED, Cause.EMPTY)
    empty = lease(findings=Findings(entry_count=0), last_new_at=ago(days=4))
    assert told(health.of_same_body(empty, NOW, ZONE)) == (Health.MALFORMED, Cause.EMPTY)


def test_a_list_page_whose_links_have_gone_is_broken_at_once() -> None:
    assert told(body(kind=FeedKind.LISTING)) == (Health.MALFORMED, Cause.LINKS_GONE)
    new = body(kind=FeedKind.LISTING, last_new_at=None, created_at=ago(hours=1))
    assert told(new) == (Health.QUIET, Cause.NEVER)


def test_a_sitemap_of_news_may_be_empty_as_long_as_its_source_may_be_silent() -> None:
    assert told(body(kind=FeedKind.SITEMAP, last_new_at=ago(days=5))) == (Health.WORKING, Cause.NONE)
    assert told(body(kind=FeedKind.SITEMAP, last_new_at=ago(days=5), volume=DAILY)) == (Health.QUIET, Cause.MISSED)


def test_why_no_entry_can_be_used_is_said_in_words() -> None:
    state = body(Skipped(reason="no_title"), Skipped(reason="no_title"))
    assert told(state) == (Health.MALFORMED, Cause.UNUSABLE)
    assert state.reason == "None of the 2 entries can be used: it has no title."


@pytest.mark.parametrize("cause", ["dates_unread", "dates_ahead", "dates_swapped", "dates_to_the_hour"])
def test_odd_dates_are_said_and_stay_said_while_the_body_is_the_same(cause: str) -> None:
    state = body(draft(1), warnings=(cause,), has_news=True)
    assert told(state) == (Health.WORKING, Cause(cause))
    later = lease(health_facts=state.facts, findings=Findings(entry_count=1))
    assert health.of_same_body(later, NOW, ZONE).facts.cause == cause


def test_silence_weighs_more_than_odd_dates() -> None:
    assert told(body(draft(1), warnings=("dates_ahead",), last_new_at=ago(days=20)))[0] is Health.QUIET


def dated(*days: float) -> list[Any]:
    return [draft(n, published_at=ago(days=day)) for n, day in enumerate(days)]


def test_dates_that_contradict_the_order_of_the_entries_are_noticed() -> None:
    in_order = [n / 10 for n in range(20)]
    assert not go_back_and_forth(dated(*in_order))
    assert not go_back_and_forth(dated(*reversed(in_order)))
    assert not go_back_and_forth(dated(30, *in_order))  # one article kept at the top
    swapped = list(itertools.chain.from_iterable(zip(in_order, (90, 60, 30) * 7, strict=False)))
    assert go_back_and_forth(dated(*swapped))
    assert not go_back_and_forth(dated(5, 1, 5))  # too few to tell
    state = body(*dated(*swapped), has_news=True)
    assert told(state) == (Health.WORKING, Cause.DATES_UNORDERED)


def test_how_long_a_list_takes_to_be_renewed_is_told_by_its_newer_two_thirds() -> None:
    assert renewal_s(dated(*range(12))) == 7 * 24 * 3600
    assert renewal_s(dated(*range(11), 3000)) == 7 * 24 * 3600
    assert renewal_s(dated(1, 2)) is None
    guessed = [draft(n, published_at=ago(days=n), date_quality=DateQuality.DAY) for n in range(12)]
    assert renewal_s(guessed) is None


@dataclass(frozen=True)
class Shown:
    health: Health
    health_facts: HealthFacts = field(default_factory=HealthFacts)
    last_error: FetchProblem | None = None


def test_every_health_cause_and_error_has_its_advice() -> None:
    for state in Health:
        assert advice_id(Shown(state))
        for cause in Cause:
            assert advice_id(Shown(state, HealthFacts(cause=cause)))
    for code in FetchErrorCode:
        assert advice_id(Shown(Health.FAILING, HealthFacts(cause=Cause.FAILED), FetchProblem(code=code, message="x")))


def test_every_cause_that_is_judged_here_has_its_words() -> None:
    without = {cause for cause in Cause if cause.value not in TABLES["health_reason"]}
    assert without == {Cause.NONE, Cause.FAILED}  # nothing to say; the error has words of its own
    assert reason_words(HealthFacts()) == ""
