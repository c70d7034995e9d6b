"""What is usual for a source, and when silence or a drop is unusual."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make import TODAY
from tracker.domain.feed_volume import DAYS_KEPT, Usual, Volume, read_volume

YESTERDAY = TODAY - dt.timedelta(days=1)  # a Saturday
SATURDAY, FRIDAY = 5, 4

counts = st.lists(st.none() | st.integers(0, 200), min_size=1, max_size=DAYS_KEPT)


def volume(*days: int | None, last_on: dt.date = YESTERDAY) -> Volume:
    return Volume(last_on=last_on, counts=days)


def daily(count: int = 30, weeks: int = 8, **missing: int) -> Volume:
    """Give a source that brings so many a day; `ago_3=0` sets a day."""
    days: list[int | None] = [count] * (7 * weeks)
    for name, value in missing.items():
        days[-int(name.removeprefix("ago_"))] = value
    return volume(*days)


def weekly(weeks: int = 8) -> Volume:
    """Give a source that brings one article each Friday."""
    first = YESTERDAY - dt.timedelta(days=7 * weeks - 1)
    return volume(*(int((first + dt.timedelta(days=n)).weekday() == FRIDAY) for n in range(7 * weeks)))


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def test_what_is_usual_is_told_by_the_weekday() -> None:
    first = YESTERDAY - dt.timedelta(days=27)
    days = [5 if (first + dt.timedelta(days=n)).weekday() >= SATURDAY else 20 + n for n in range(28)]
    usual = volume(*days).usual
    assert usual[SATURDAY] == Usual(median=5, least=5, most=5, samples=4)
    assert usual[0] is not None
    assert usual[0].least <= usual[0].median <= usual[0].most


def test_what_is_not_known_is_not_zero() -> None:
    assert volume(*([None] * 50), 3, 3).usual[SATURDAY] is None
    assert daily(ago_8=0).usual[SATURDAY] == Usual(median=30, least=30, most=30, samples=8)
    assert volume(30, *([None] * 6), 30, *([None] * 6), 30).expected_on(TODAY + dt.timedelta(days=6)) == 30


def test_one_missing_day_is_no_fault_and_two_in_a_row_are() -> None:
    source = daily()
    assert source.missed_days(ago(2), TODAY) == 1 == source.allowed_missed()
    assert source.missed_days(ago(3), TODAY) == 2 > source.allowed_missed()


def test_a_source_that_rested_before_may_rest_so_long_again() -> None:
    assert daily(ago_20=0, ago_21=0, ago_22=0).allowed_missed() == 3


def test_a_silence_that_lasts_does_not_become_usual() -> None:
    days: list[int | None] = [*([30] * 36), *([0] * 20)]
    source = volume(*days)
    assert source.expected_on(TODAY) == 30
    assert source.allowed_missed() == 1
    assert source.missed_days(ago(21), TODAY) == 20


def test_a_weekly_source_is_not_expected_on_its_empty_days() -> None:
    source = weekly()
    assert [source.expected_on(ago(n)) for n in range(1, 8)] == [0, 1, 0, 0, 0, 0, 0]
    assert source.missed_days(ago(9), TODAY) == 1 <= source.allowed_missed()
    assert source.missed_days(ago(16), TODAY) == 2 > source.allowed_missed()


def test_a_journal_that_appears_each_month_may_be_silent_for_two() -> None:
    days: list[int | None] = [0] * 56
    days[5] = days[35] = 4
    assert volume(*days).allowed_silence_days() == 58
    assert volume(*([None] * 20)).allowed_silence_days() == 14


@pytest.mark.parametrize(
    ("last", "told"),
    [((30, 30, 30), None), ((7, 7, 7), (21, 90)), ((7, 8, 7), None), ((0, 0, 0), (0, 90)), ((None, 1, 1), None)],
)
def test_a_drop_is_told_where_each_of_three_days_stays_under_a_quarter(
    last: tuple[int | None, ...], told: tuple[int, int] | None
) -> None:
    assert volume(*([30] * 53), *last).drop() == told


def test_of_few_articles_no_drop_is_told() -> None:
    assert volume(*([2] * 53), 0, 0, 0).drop() is None


def test_older_days_are_forgotten_and_what_is_kept_is_read_again() -> None:
    more = daily(1).with_days((2, None, 3))
    assert more.last_on == YESTERDAY + dt.timedelta(days=3)
    assert len(more.counts) == DAYS_KEPT
    assert more.latest(3) == [(more.last_on, 3), (more.last_on - dt.timedelta(days=1), None), (TODAY, 2)]
    assert read_volume(more.as_json()) == more
    assert read_volume(None) is None


@given(counts, st.integers(0, 400))
def test_nothing_is_missed_that_is_not_expected(days: list[int | None], silence: int) -> None:
    source = volume(*days)
    missed = source.missed_days(ago(silence), TODAY)
    assert 0 <= missed <= max(0, silence - 1)
    assert source.allowed_missed() >= 1
    assert source.allowed_silence_days() >= 14
    if not any(days):
        assert missed == 0


@given(counts)
def test_the_usual_lies_between_its_bounds_and_was_seen(days: list[int | None]) -> None:
    for usual in volume(*days).usual:
        if usual is not None:
            assert usual.least <= usual.median <= usual.most
            assert {usual.least, usual.median, usual.most} <= set(days)
