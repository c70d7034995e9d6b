"""Memberships that follow from one another."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import AppError, Code
from tracker.domain.organisation import Membership, MemberStatus
from tracker.domain.stays import leave, move, stay_on
from tracker.domain.types import UnitId

A, B, C = UnitId(1), UnitId(2), UnitId(3)
OFFICIAL, PROBATIONARY = MemberStatus.OFFICIAL, MemberStatus.PROBATIONARY
Y20, Y21, Y22, Y23 = (dt.date(year, 1, 1) for year in range(2020, 2024))
FIRST = Membership(unit_id=A, status=OFFICIAL, since=Y20)


def told(stays: list[Membership]) -> list[tuple[int, dt.date, dt.date | None]]:
    return [(s.unit_id, s.since, s.until) for s in stays]


def test_a_transfer_closes_the_membership_before() -> None:
    assert told(move([FIRST], unit_id=B, status=OFFICIAL, since=Y22)) == [(A, Y20, Y22), (B, Y22, None)]


def test_a_transfer_told_late_reaches_to_the_next_one() -> None:
    stays = move([FIRST], unit_id=C, status=OFFICIAL, since=Y22)
    assert told(move(stays, unit_id=B, status=OFFICIAL, since=Y21)) == [(A, Y20, Y21), (B, Y21, Y22), (C, Y22, None)]


def test_the_same_day_corrects() -> None:
    assert told(move([FIRST], unit_id=B, status=PROBATIONARY, since=Y20)) == [(B, Y20, None)]


def test_an_earlier_arrival_in_the_same_unit_joins() -> None:
    assert told(move([FIRST], unit_id=A, status=OFFICIAL, since=dt.date(2019, 1, 1))) == [
        (A, dt.date(2019, 1, 1), None)
    ]


def test_a_change_of_status_is_a_membership_of_its_own() -> None:
    stays = move([FIRST], unit_id=A, status=PROBATIONARY, since=Y21)
    assert [s.status for s in stays] == [OFFICIAL, PROBATIONARY]
    assert move(stays, unit_id=A, status=PROBATIONARY, since=Y22) == stays


def test_who_left_may_come_again() -> None:
    left = leave([FIRST], Y21)
    assert told(left) == [(A, Y20, Y21)]
    assert stay_on(left, Y21) is None
    assert told(move(left, unit_id=B, status=OFFICIAL, since=Y22)) == [(A, Y20, Y21), (B, Y22, None)]


def test_who_leaves_on_the_day_of_arrival_was_never_there() -> None:
    assert leave([FIRST], Y20) == []


def test_who_stands_nowhere_cannot_leave() -> None:
    with pytest.raises(AppError) as refused:
        leave(leave([FIRST], Y21), Y22)
    assert refused.value.code is Code.MEMBERSHIP_NONE


@given(st.lists(st.tuples(st.sampled_from([A, B, C]), st.sampled_from([Y20, Y21, Y22, Y23])), max_size=8))
def test_memberships_never_overlap_and_the_last_word_of_a_day_holds(moves: list[tuple[UnitId, dt.date]]) -> None:
    stays: list[Membership] = []
    for unit_id, since in moves:
        stays = move(stays, unit_id=unit_id, status=OFFICIAL, since=since)
        here = stay_on(stays, since)
        assert here is not None
        assert here.unit_id == unit_id
        assert all(a.until is not None and a.until <= b.since for a, b in itertools.pairwise(stays))
