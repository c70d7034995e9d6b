"""How regularly a unit gave something: months with at least one item of all months."""

from __future__ import annotations

import datetime as dt

from tests.unit.obligations import A, Facts, target
from tracker.domain.numbers import format_percent
from tracker.domain.periods import Period, PeriodKind, periods_inside
from tracker.domain.progress import coverage


def test_nine_of_twelve_months_are_75_percent() -> None:
    """Show 004-64: `chưa thường xuyên`."""
    facts = Facts()
    for month in (1, 2, 3, 5, 6, 7, 9, 10, 12):
        facts.add(1, dt.date(2025, month, 15))
    months = periods_inside(PeriodKind.MONTH, Period.parse("2025"))
    (row,) = coverage(target("unit", per="month"), months, facts.all, [A])
    assert (row.covered, row.period_count, format_percent(row.covered, row.period_count)) == (9, 12, "75,0%")
    assert [str(period) for period in row.missing] == ["2025-04", "2025-08", "2025-11"]


def test_a_week_without_a_post_is_listed() -> None:
    """Show 004-56."""
    facts = Facts()
    for day in (dt.date(2025, 4, 30), dt.date(2025, 5, 8), dt.date(2025, 5, 22), dt.date(2025, 5, 31)):
        facts.add(1, day)
    weeks = periods_inside(PeriodKind.WEEK, Period.parse("2025-05"))
    (row,) = coverage(target("unit", per="week"), weeks, facts.all, [A])
    assert (row.covered, format_percent(row.covered, row.period_count)) == (4, "80,0%")
    assert [period.label("vi") for period in row.missing] == ["Tuần 20/2025"]
