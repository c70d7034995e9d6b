"""Totals beside lists with hidden counts: what is hidden cannot be worked out."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.figures import Figure, Grade, Measure
from tracker.domain.small_counts import LARGEST_HIDDEN, guard_total, parts_of

AT = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


def clicks(value: int | None, measure: Measure = Measure.VALID_CLICKS) -> Figure:
    grade = Grade.MEASURED if measure is Measure.VALID_CLICKS else Grade.VERIFIED
    return Figure(measure=measure, grade=grade, value=value, as_of=AT)


@given(st.lists(st.integers(1, 12), min_size=1, max_size=6))
def test_no_hidden_count_follows_from_the_total_and_what_is_shown(counts: list[int]) -> None:
    parts = parts_of(counts)
    told = guard_total(clicks(sum(counts)), [parts])
    if told.value is None:
        assert told.at_least is not None
        assert told.at_most is not None
        assert told.at_least <= sum(counts) <= told.at_most
        return
    rest = told.value - parts.shown
    fitting = [t for t in itertools.product(range(1, LARGEST_HIDDEN + 1), repeat=len(parts.hidden)) if sum(t) == rest]
    assert all(len({t[place] for t in fitting}) > 1 for place in range(len(parts.hidden)))


@pytest.mark.parametrize(("counts", "bounds"), [([12, 3], (12, 16)), ([12, 1, 1], (12, 20)), ([4, 4, 9], (9, 17))])
def test_a_total_that_tells_is_told_by_the_bounds_of_what_is_hidden(counts: list[int], bounds: tuple[int, int]) -> None:
    told = guard_total(clicks(sum(counts)), [parts_of(counts)])
    assert (told.value, told.at_least, told.at_most) == (None, *bounds)


def test_a_total_that_tells_nothing_stays() -> None:
    assert guard_total(clicks(17), [parts_of([12, 2, 3])]).value == 17
    assert guard_total(clicks(17), [parts_of([12, 5])]).value == 17
    assert guard_total(clicks(None), [parts_of([3])]).at_most is None
    assert guard_total(clicks(15), [parts_of([12], seen=[3])]).value == 15
    assert guard_total(clicks(300, Measure.IMPRESSIONS), [parts_of([3, 12])]).value == 300
