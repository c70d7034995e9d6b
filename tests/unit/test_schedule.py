"""When a source is asked again after a fetch that went well."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from crawler.schedule import Rhythm, Turn, next_turn, pause_cause
from tests.make import TODAY
from tracker.domain.feed_health import NextCause
from tracker.domain.feed_volume import Volume
from tracker.domain.feeds import FetchErrorCode, FetchProblem
from tracker.domain.sources import INTERVAL_LEAST_S, INTERVAL_MOST_S

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MINUTE, HOUR = 60, 3600


def at(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 11, 22, hour, minute, tzinfo=ZONE)


def brings(count: int) -> Volume:
    return Volume(last_on=TODAY - dt.timedelta(days=1), counts=(count,) * 28)


def turn(local: dt.datetime, *, jitter: int = 0, **more: Any) -> Turn:
    given_: dict[str, Any] = {"interval_s": HOUR, "found_new": False}
    return next_turn(Rhythm(local=local, **(given_ | more)), jitter)


def test_news_bring_the_next_turn_nearer_and_silence_puts_it_off() -> None:
    assert turn(at(10), found_new=True) == Turn(interval_s=30 * MINUTE, wait_s=30 * MINUTE, cause=NextCause.NEWS)
    assert turn(at(10)) == Turn(interval_s=75 * MINUTE, wait_s=75 * MINUTE, cause=NextCause.NO_NEWS)


def test_a_source_that_brings_much_is_asked_every_half_hour_by_day_and_one_that_brings_some_every_hour() -> None:
    assert turn(at(10), interval_s=6 * HOUR, volume=brings(30)).wait_s == 30 * MINUTE
    assert turn(at(10), interval_s=6 * HOUR, volume=brings(2)) == Turn(
        interval_s=HOUR, wait_s=HOUR, cause=NextCause.USUAL
    )
    assert turn(at(10), interval_s=6 * HOUR, volume=brings(0)).wait_s == 6 * HOUR


def test_at_night_it_is_asked_half_as_often_and_at_dawn_again() -> None:
    assert turn(at(23), interval_s=HOUR, found_new=True) == Turn(
        interval_s=30 * MINUTE, wait_s=HOUR, cause=NextCause.NIGHT
    )
    late = turn(at(4, 30), interval_s=6 * HOUR, volume=brings(30))
    assert late.wait_s == 90 * MINUTE
    assert turn(at(5, 59), interval_s=6 * HOUR, volume=brings(30)).wait_s == INTERVAL_LEAST_S


def test_a_list_that_is_renewed_fast_is_asked_before_that_also_at_night() -> None:
    by_day = turn(at(10), interval_s=6 * HOUR, span_s=2 * HOUR)
    assert (by_day.wait_s, by_day.cause) == (HOUR, NextCause.RENEWAL)
    assert turn(at(1), interval_s=6 * HOUR, span_s=2 * HOUR).wait_s == HOUR


def test_the_reason_of_a_pause_is_told() -> None:
    gone = FetchProblem(code=FetchErrorCode.GONE, message="")
    slow = FetchProblem(code=FetchErrorCode.HTTP, message="", http_status=429, retry_after_s=7200)
    lost = FetchProblem(code=FetchErrorCode.DNS, message="")
    told = [pause_cause(problem, 1, 0) for problem in (gone, slow, lost)]
    assert told == [NextCause.DAILY, NextCause.ASKED, NextCause.BACKOFF]


rhythms = st.fixed_dictionaries(
    {
        "interval_s": st.integers(1, 10**6),
        "found_new": st.booleans(),
        "volume": st.none() | st.integers(0, 100).map(brings),
        "span_s": st.none() | st.integers(0, 10**7),
    }
)
times = st.builds(at, st.integers(0, 23), st.integers(0, 59))


@given(times, rhythms, st.integers(0, 999))
def test_no_source_is_hammered_nor_left_alone(local: dt.datetime, rhythm: dict[str, Any], jitter: int) -> None:
    found = turn(local, jitter=jitter, **rhythm)
    assert INTERVAL_LEAST_S <= found.interval_s <= INTERVAL_MOST_S
    assert INTERVAL_LEAST_S <= found.wait_s <= INTERVAL_MOST_S * 11 // 10
    assert found.cause is not NextCause.NONE


@given(times, rhythms)
def test_what_brings_more_is_never_asked_later(local: dt.datetime, rhythm: dict[str, Any]) -> None:
    waits = [turn(local, **(rhythm | {"volume": brings(count)})).wait_s for count in (0, 1, 11, 12, 90)]
    assert waits == sorted(waits, reverse=True)


@given(times, rhythms, st.integers(0, 10**6), st.integers(0, 10**6))
def test_what_is_renewed_faster_is_never_asked_later(
    local: dt.datetime, rhythm: dict[str, Any], one: int, other: int
) -> None:
    fast, slow = sorted((one, other))
    assert turn(local, **(rhythm | {"span_s": fast})).wait_s <= turn(local, **(rhythm | {"span_s": slow})).wait_s


@given(st.integers(0, 5), st.integers(0, 59), rhythms)
def test_who_publishes_daily_is_asked_at_dawn_at_the_latest(hour: int, minute: int, rhythm: dict[str, Any]) -> None:
    local = at(hour, minute)
    wait_s = turn(local, **(rhythm | {"volume": brings(5)})).wait_s
    assert local + dt.timedelta(seconds=wait_s) <= max(at(6), local + dt.timedelta(seconds=INTERVAL_LEAST_S))
