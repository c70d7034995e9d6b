"""The late rules: days, bounds and words."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.claims import check_claim_dates
from tracker.domain.errors import AppError
from tracker.domain.late_rules import LATE_RULES, LateRules

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))


@pytest.mark.parametrize(("filed", "late"), [("2026-02-28", False), ("2026-03-05", False), ("2026-03-06", True)])
def test_a_claim_of_february_is_in_time_until_the_fifth_of_march(filed: str, late: bool) -> None:  # noqa: FBT001 - a case
    assert LATE_RULES.is_late(dt.date(2026, 2, 10), dt.date.fromisoformat(filed)) is late


@given(DAYS, st.integers(0, 500))
def test_a_claim_is_refused_exactly_before_the_earliest_day(today: dt.date, back: int) -> None:
    happened_on = today - dt.timedelta(days=back)
    if happened_on >= LATE_RULES.earliest_on(today):
        check_claim_dates(happened_on, today)
    else:
        with pytest.raises(AppError):
            check_claim_dates(happened_on, today)


def test_the_words_say_the_numbers_that_are_judged_by() -> None:
    for lang in ("vi", "en"):
        words = LateRules(oldest_days=90, late_after_days=7).words(lang)
        assert "90" in words
        assert "7" in words


def test_rules_by_which_a_claim_is_too_old_before_it_is_late_are_refused() -> None:
    with pytest.raises(ValueError, match="LateRules"):
        LateRules(oldest_days=3, late_after_days=5)
