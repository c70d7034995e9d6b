"""Periods: reading, bounds, what lies in what, labels."""

from __future__ import annotations

import contextlib
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import AppError, Code
from tracker.domain.periods import (
    Period,
    PeriodKind,
    containing,
    format_day,
    local_date,
    periods_inside,
    start_of_day,
)

HCMC = ZoneInfo("Asia/Ho_Chi_Minh")
ZONES = [HCMC, ZoneInfo("America/St_Johns"), ZoneInfo("America/Sao_Paulo"), dt.UTC]
KINDS = [k for k in PeriodKind if k is not PeriodKind.SPAN]
D = dt.date

days = st.dates(D(1900, 1, 1), D(2200, 12, 28))
kinds = st.sampled_from(KINDS)
instants = st.datetimes(dt.datetime(1900, 1, 2), dt.datetime(2200, 12, 20), timezones=st.just(dt.UTC))  # noqa: DTZ001 - made aware


def p(text: str) -> Period:
    return Period.parse(text)


def texts(found: list[Period]) -> list[str]:
    return [str(period) for period in found]


@pytest.mark.parametrize(
    ("text", "kind", "start_on", "last_day"),
    [
        ("2025-03-14", "day", D(2025, 3, 14), D(2025, 3, 14)),
        ("2024-02-29", "day", D(2024, 2, 29), D(2024, 2, 29)),
        ("2025-W11", "week", D(2025, 3, 10), D(2025, 3, 16)),
        ("2026-W53", "week", D(2026, 12, 28), D(2027, 1, 3)),
        ("2025-03", "month", D(2025, 3, 1), D(2025, 3, 31)),
        ("2025-12", "month", D(2025, 12, 1), D(2025, 12, 31)),
        ("2025-Q1", "quarter", D(2025, 1, 1), D(2025, 3, 31)),
        ("2025-Q4", "quarter", D(2025, 10, 1), D(2025, 12, 31)),
        ("2025-H1", "half", D(2025, 1, 1), D(2025, 6, 30)),
        ("2025-H2", "half", D(2025, 7, 1), D(2025, 12, 31)),
        ("2025", "year", D(2025, 1, 1), D(2025, 12, 31)),
        ("1900", "year", D(1900, 1, 1), D(1900, 12, 31)),
        ("2200", "year", D(2200, 1, 1), D(2200, 12, 31)),
        ("2023-01..2024-05", "span", D(2023, 1, 1), D(2024, 5, 31)),
        ("2025-03-01..2026-02-28", "span", D(2025, 3, 1), D(2026, 2, 28)),
        ("2025-W09..2025-W13", "span", D(2025, 2, 24), D(2025, 3, 30)),
        ("2024-Q3..2025-Q1", "span", D(2024, 7, 1), D(2025, 3, 31)),
        ("2024-H2..2025-H1", "span", D(2024, 7, 1), D(2025, 6, 30)),
        ("2023..2025", "span", D(2023, 1, 1), D(2025, 12, 31)),
    ],
)
def test_every_form_is_read_and_written_back(text: str, kind: str, start_on: dt.date, last_day: dt.date) -> None:
    period = p(text)
    assert (period.kind, period.start_on, period.last_day, str(period)) == (kind, start_on, last_day, text)
    assert period.day_count == (last_day - start_on).days + 1


def test_a_span_of_one_is_that_one() -> None:
    assert p("2025-03..2025-03") == p("2025-03")


@pytest.mark.parametrize(
    "text",
    [
        *("", "2025-13", "2025-00", "2025-3", "2025-02-29", "2025-02-30", "2025-Q5", "2025-Q0", "2025-H3", "2025-W00"),
        *("2025-W53", "2025-w11", "1899", "2201", "0000", "9999-12-31", "2201-W01", " 2025", "2025\n", "٢٠٢٥", "25"),
        *(
            "2025-01..",
            "..2025",
            "2025..2025-02",
            "2025-03..2025-02",
            "2025..2026..2027",
            "2025-W01..2025-01",
            "2025...2026",
        ),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(AppError) as refusal:
        p(text)
    assert refusal.value.code is Code.PERIOD_INVALID


@given(st.text())
def test_any_text_is_a_period_or_refused(text: str) -> None:
    with contextlib.suppress(AppError):
        assert p(str(p(text))) == p(text)


@given(kinds, days)
def test_every_day_lies_in_exactly_one_period_of_a_kind_and_periods_abut(kind: PeriodKind, day: dt.date) -> None:
    period = containing(kind, day)
    assert period.contains_day(day)
    assert period.following().start_on == period.end_on
    assert not period.following().contains_day(day)
    assert p(str(period)) == period
    assert all(containing(kind, d) == period for d in (period.start_on, period.last_day))


@given(kinds, days, st.sampled_from(ZONES))
def test_bounds_abut_in_every_zone(kind: PeriodKind, day: dt.date, zone: dt.tzinfo) -> None:
    period = containing(kind, day)
    start_at, end_at = period.bounds(zone)
    assert start_at < end_at == period.following().bounds(zone)[0]
    assert start_at.utcoffset() == dt.timedelta()


@given(kinds, instants)
def test_every_instant_lies_in_exactly_one_period(kind: PeriodKind, instant: dt.datetime) -> None:
    period = containing(kind, local_date(instant, HCMC))
    start_at, end_at = period.bounds(HCMC)
    assert start_at <= instant < end_at


def test_half_past_midnight_of_the_first_of_february_is_february() -> None:
    instant = dt.datetime(2025, 1, 31, 17, 30, tzinfo=dt.UTC)
    assert local_date(instant, HCMC) == D(2025, 2, 1)
    assert str(containing(PeriodKind.MONTH, local_date(instant, HCMC))) == "2025-02"
    assert p("2025-02").bounds(HCMC)[0] == dt.datetime(2025, 1, 31, 17, 0, tzinfo=dt.UTC)
    assert local_date(dt.datetime(2025, 1, 31, 16, 59, 59, tzinfo=dt.UTC), HCMC) == D(2025, 1, 31)


def test_a_skipped_midnight_begins_its_day_at_the_skip() -> None:
    zone = ZoneInfo("America/Sao_Paulo")  # 2018-11-04: from 00:00 to 01:00
    assert start_of_day(D(2018, 11, 4), zone) == dt.datetime(2018, 11, 4, 3, 0, tzinfo=dt.UTC)


def test_a_naive_time_has_no_local_day() -> None:
    with pytest.raises(ValueError, match="naive"):
        local_date(dt.datetime(2025, 1, 1), HCMC)  # noqa: DTZ001 - the case


def test_days_outside_the_years_1900_to_2200_have_no_period() -> None:
    for kind, day in (
        (PeriodKind.DAY, D(2201, 1, 1)),
        (PeriodKind.WEEK, D(2200, 12, 31)),
        (PeriodKind.YEAR, D(1899, 1, 1)),
    ):
        with pytest.raises(AppError):
            containing(kind, day)


@pytest.mark.parametrize(
    ("week", "month", "quarter", "half", "year"),
    [
        ("2025-W09", "2025-02", "2025-Q1", "2025-H1", "2025"),  # Mon 24 Feb to Sun 2 March, Thursday 27 Feb
        ("2025-W18", "2025-05", "2025-Q2", "2025-H1", "2025"),  # Thursday 1 May
        ("2026-W01", "2026-01", "2026-Q1", "2026-H1", "2026"),  # Mon 29 Dec 2025, Thursday 1 January
        ("2026-W53", "2026-12", "2026-Q4", "2026-H2", "2026"),  # to Sun 3 Jan 2027
        ("2025-W27", "2025-07", "2025-Q3", "2025-H2", "2025"),  # Mon 30 June, Thursday 3 July
    ],
)
def test_a_week_lies_where_its_thursday_is(week: str, month: str, quarter: str, half: str, year: str) -> None:
    for outer in (month, quarter, half, year):
        assert p(week).lies_in(p(outer))
        assert p(week) in periods_inside(PeriodKind.WEEK, p(outer))
        assert texts(periods_inside(p(outer).kind, p(week))) == [outer]


@given(st.sampled_from([PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR]), days)
def test_every_week_lies_in_one_period_of_each_longer_kind(kind: PeriodKind, day: dt.date) -> None:
    week = containing(PeriodKind.WEEK, day)
    outer = periods_inside(kind, week)
    assert len(outer) == 1
    assert week.lies_in(outer[0])
    assert week in periods_inside(PeriodKind.WEEK, outer[0])


@pytest.mark.parametrize(
    ("kind", "outer", "inside"),
    [
        ("month", "2025-Q2", ["2025-04", "2025-05", "2025-06"]),
        ("quarter", "2025-H2", ["2025-Q3", "2025-Q4"]),
        ("half", "2025", ["2025-H1", "2025-H2"]),
        ("year", "2023-01..2024-12", ["2023", "2024"]),
        ("year", "2023-01..2024-05", ["2023"]),
        ("week", "2025-05", ["2025-W18", "2025-W19", "2025-W20", "2025-W21", "2025-W22"]),
        ("week", "2025-04", ["2025-W14", "2025-W15", "2025-W16", "2025-W17"]),
        ("week", "2025-05-01..2025-05-31", ["2025-W18", "2025-W19", "2025-W20", "2025-W21", "2025-W22"]),
        ("day", "2025-W01", [f"2024-12-{d}" for d in (30, 31)] + [f"2025-01-0{d}" for d in range(1, 6)]),
        ("month", "2025-05", ["2025-05"]),
        # shorter than the own period: the containing one
        ("quarter", "2025-05", ["2025-Q2"]),
        ("year", "2025-05-03", ["2025"]),
        ("week", "2025-05-04", ["2025-W18"]),
        ("week", "2025-05-02..2025-05-04", ["2025-W18"]),
        ("month", "2025-05-02..2025-05-20", ["2025-05"]),
        # neither inside nor within one: what it touches
        ("month", "2025-05-20..2025-06-10", ["2025-05", "2025-06"]),
        ("month", "2025-W10..2025-W13", ["2025-03"]),
        ("month", "2025-W18..2025-W22", ["2025-05"]),
    ],
)
def test_own_periods_inside_the_asked_one(kind: str, outer: str, inside: list[str]) -> None:
    assert texts(periods_inside(PeriodKind(kind), p(outer))) == inside


def test_seventeen_months_are_a_span() -> None:
    assert len(periods_inside(PeriodKind.MONTH, p("2023-01..2024-05"))) == 17


def test_a_week_lies_in_no_shorter_period() -> None:
    assert not p("2025-W11").lies_in(p("2025-03-13"))
    assert not p("2025-W11").lies_in(p("2025-03-12..2025-03-14"))
    assert not p("2025-W11").lies_in(p("2025-03-11..2025-03-17"))
    assert p("2025-W11").lies_in(p("2025-03-10..2025-03-16"))


def test_a_period_is_over_after_its_last_day_and_closable_when_its_weeks_are_over_too() -> None:
    assert not p("2025-05").is_over(D(2025, 5, 31))
    assert p("2025-05").is_over(D(2025, 6, 1))
    assert p("2025-05").closable_on == D(2025, 6, 2)  # week 22 ends on Sunday 1 June
    assert p("2025-03").closable_on == D(2025, 4, 1)  # the week of 31 March is April's
    assert p("2026").closable_on == D(2027, 1, 4)
    assert p("2025-W11").closable_on == D(2025, 3, 17)
    assert p("1900-01-01").closable_on == D(1900, 1, 2)


@given(st.sampled_from([k for k in KINDS if k not in {PeriodKind.DAY, PeriodKind.WEEK}]), days)
def test_closable_is_the_end_of_its_last_week_or_its_own(kind: PeriodKind, day: dt.date) -> None:
    period = containing(kind, day)
    weeks = periods_inside(PeriodKind.WEEK, period)
    assert period.closable_on == max(period.end_on, weeks[-1].end_on)


def test_what_follows_a_span_is_as_long() -> None:
    assert str(p("2025-01..2025-02").following()) == "2025-03-01..2025-04-28"


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("2025-03-14", "Ngày 14/03/2025", "14 March 2025"),
        ("2025-W11", "Tuần 11/2025", "Week 11 of 2025"),
        ("2026-W01", "Tuần 1/2026", "Week 1 of 2026"),
        ("2023-05", "Tháng 5/2023", "May 2023"),
        ("2025-Q2", "Quý II/2025", "Quarter II of 2025"),
        ("2025-H1", "6 tháng đầu năm 2025", "First half of 2025"),
        ("2025-H2", "6 tháng cuối năm 2025", "Second half of 2025"),
        ("2025-01..2025-09", "9 tháng năm 2025", "Nine months of 2025"),
        ("2025-Q1..2025-Q3", "9 tháng năm 2025", "Nine months of 2025"),
        ("2025", "Năm 2025", "Year 2025"),
        ("2025-03-01..2026-02-28", "Từ ngày 01/03/2025 đến ngày 28/02/2026", "From 01/03/2025 to 28/02/2026"),
        ("2025-02..2025-10", "Từ ngày 01/02/2025 đến ngày 31/10/2025", "From 01/02/2025 to 31/10/2025"),
    ],
)
def test_labels_are_the_words_of_the_office(text: str, vi: str, en: str) -> None:
    assert p(text).label() == vi
    assert p(text).label("vi") == vi
    assert p(text).label("en") == en


def test_days_are_printed_day_first() -> None:
    assert format_day(D(2026, 2, 5)) == "05/02/2026"
