"""Which days a change of dated things changes."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.restatement import Days, Holding, changed_days

FIRST = dt.date(2026, 1, 1)


def day(n: int) -> dt.date:
    return FIRST + dt.timedelta(days=n)


def holdings() -> st.SearchStrategy[list[Holding]]:
    def make(told: tuple[int, int | None, str]) -> Holding:
        start, length, what = told
        return Holding(valid_from=day(start), valid_to=None if length is None else day(start + length), what=what)

    spans = st.tuples(st.integers(0, 30), st.none() | st.integers(1, 20), st.sampled_from("abc"))
    return st.lists(spans.map(make), max_size=4)


@given(holdings(), holdings(), st.integers(0, 60))
def test_a_day_is_changed_exactly_where_something_else_held(
    before: list[Holding], after: list[Holding], number: int
) -> None:
    asked = day(number)
    held = [{h.what for h in listed if h.covers(asked)} for listed in (before, after)]
    told = any(d.meet(asked, asked + dt.timedelta(days=1)) for d in changed_days(before, after))
    assert told == (held[0] != held[1])


def test_days_meet_where_they_share_one() -> None:
    open_end = Days(from_on=day(5), until_on=None)
    assert open_end.meet(day(0), day(5)) is None
    assert open_end.meet(day(0), day(6)) == Days(from_on=day(5), until_on=day(6))
    assert open_end.meet(day(9), None) == Days(from_on=day(9), until_on=None)
