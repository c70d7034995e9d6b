"""The first and last period inside an asked one are those that listing all of them finds."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.period_ranges import range_inside
from tracker.domain.periods import Period, PeriodKind, containing, periods_inside

KINDS = [kind for kind in PeriodKind if kind is not PeriodKind.SPAN]
ASKED = [
    "2025-03-14",
    "2025-W11",
    "2025-03",
    "2025-Q1",
    "2025-H1",
    "2025",
    "2024-12-30..2025-01-05",
    "2025-03..2026-02",
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ASKED)
def test_a_range_holds_what_lies_inside(kind: PeriodKind, text: str) -> None:
    asked = Period.parse(text)
    listed = [period for period in periods_inside(kind, asked) if period.lies_in(asked)]
    found = range_inside(kind, asked)
    assert found == ((listed[0], listed[-1]) if listed else None)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1)), st.sampled_from(KINDS), st.sampled_from(KINDS))
def test_a_period_inside_another_stands_in_its_range(day: dt.date, inner: PeriodKind, outer: PeriodKind) -> None:
    period, asked = containing(inner, day), containing(outer, day)
    found = range_inside(inner, asked)
    inside = found is not None and str(found[0]) <= str(period) <= str(found[1])
    assert inside is period.lies_in(asked)


@pytest.mark.parametrize("text", ["1900", "2200", "1900-01-01", "2200-12-31", "1900..2200"])
def test_the_edges_of_the_years_are_no_error(text: str) -> None:
    for kind in KINDS:
        range_inside(kind, Period.parse(text))
