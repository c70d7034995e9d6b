"""The local days of instants that follow each other are those of each by itself."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.periods import LocalDays, local_date

ZONES = [ZoneInfo(name) for name in ("Asia/Ho_Chi_Minh", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia")]
START = dt.datetime(2011, 12, 28, tzinfo=dt.UTC)  # before Apia skipped a day, and midnights that were skipped


@given(st.sampled_from(ZONES), st.lists(st.integers(-3 * 86_400, 400 * 86_400), max_size=30))
def test_days_kept_are_days_computed(zone: ZoneInfo, seconds: list[int]) -> None:
    days = LocalDays(zone)
    instants = [START + dt.timedelta(seconds=s) for s in seconds]
    assert [days.of(at) for at in instants] == [local_date(at, zone) for at in instants]


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_each_midnight_of_a_year_begins_a_day(zone: ZoneInfo) -> None:
    days = LocalDays(zone)
    for n in range(370 * 24 * 4):
        at = START + dt.timedelta(minutes=15 * n) - dt.timedelta(microseconds=n % 2)
        assert days.of(at) == local_date(at, zone)
