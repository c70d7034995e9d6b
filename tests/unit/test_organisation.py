"""Organisation: dated memberships, absences and standings."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.organisation import (
    Absence,
    MemberHistory,
    MemberKind,
    Membership,
    MemberStatus,
    StandingReason,
    absent_day_count,
    default_status,
    headcount,
    main_membership,
    standing,
    standings,
    temporary_units,
    unit_on,
)
from tracker.domain.periods import Period
from tracker.domain.types import MemberId, UnitId

A, B = UnitId(1), UnitId(2)
D = dt.date
TODAY = D(2025, 6, 10)
LONG_AGO = D(2020, 1, 1)


def member_of(
    unit: UnitId,
    since: dt.date = LONG_AGO,
    until: dt.date | None = None,
    status: MemberStatus = MemberStatus.OFFICIAL,
    *,
    temporary: bool = False,
) -> Membership:
    return Membership(unit_id=unit, status=status, since=since, until=until, temporary=temporary)


def away(first: dt.date, last: dt.date) -> Absence:
    return Absence(from_on=first, until_on=last, reason="công tác")


TRANSFERRED = [member_of(A, until=D(2025, 5, 15)), member_of(B, since=D(2025, 5, 15))]


def test_a_transfer_in_may_leaves_february_alone() -> None:
    february = standing(TRANSFERRED, [], Period.parse("2025-02"), TODAY)
    may = standing(TRANSFERRED, [], Period.parse("2025-05"), TODAY)
    assert (february.unit_id, february.counted) == (A, True)
    assert (may.unit_id, may.counted, may.on) == (B, True, D(2025, 5, 31))
    assert unit_on(TRANSFERRED, D(2025, 5, 14)) == A
    assert unit_on(TRANSFERRED, D(2025, 5, 15)) == B


def test_the_unit_is_that_of_today_while_the_period_runs_and_of_its_last_day_before_and_after() -> None:
    planned = [member_of(A, until=D(2025, 6, 20)), member_of(B, since=D(2025, 6, 20))]
    assert standing(planned, [], Period.parse("2025-06"), TODAY).unit_id == A
    assert standing(planned, [], Period.parse("2025-06"), D(2025, 6, 20)).unit_id == B
    assert standing(planned, [], Period.parse("2025-06"), D(2025, 7, 1)).unit_id == B
    assert standing(planned, [], Period.parse("2025-07"), TODAY).unit_id == B


def test_who_left_or_has_not_come_counts_nowhere_in_that_period_only() -> None:
    left = [member_of(A, until=D(2025, 4, 30))]
    gone = standing(left, [], Period.parse("2025-04"), TODAY)
    assert (gone.unit_id, gone.status, gone.counted, gone.why) == (None, None, False, StandingReason.NO_MEMBERSHIP)
    assert standing(left, [], Period.parse("2025-03"), TODAY).counted
    arrived = [member_of(A, since=D(2025, 3, 31))]
    assert standing(arrived, [], Period.parse("2025-03"), TODAY).counted
    assert not standing(arrived, [], Period.parse("2025-02"), TODAY).counted


@pytest.mark.parametrize(
    ("status", "counted"), [("official", True), ("probationary", True), ("exempt", False), ("non_member", False)]
)
def test_official_and_probationary_members_are_counted_others_listed_apart(status: str, *, counted: bool) -> None:
    stands = standing([member_of(A, status=MemberStatus(status))], [], Period.parse("2025-05"), TODAY)
    assert (stands.unit_id, stands.counted, stands.excused) == (A, counted, False)
    assert stands.why is (StandingReason.COUNTED if counted else StandingReason.STATUS)


def test_a_temporary_membership_is_shown_there_and_counted_at_home() -> None:
    both = [member_of(A), member_of(B, since=D(2025, 5, 1), temporary=True)]
    assert standing(both, [], Period.parse("2025-05"), TODAY).unit_id == A
    assert temporary_units(both, D(2025, 5, 1)) == (B,)
    assert temporary_units(both, D(2025, 4, 30)) == ()


def test_of_two_memberships_the_later_begun_counts() -> None:
    held = main_membership([member_of(B, since=D(2025, 2, 1)), member_of(A)], D(2025, 3, 1))
    assert held is not None
    assert held.unit_id == B
    assert main_membership([], D(2025, 3, 1)) is None
    assert unit_on([], D(2025, 3, 1)) is None


@pytest.mark.parametrize(
    ("absences", "days", "excused"),
    [
        ([], 0, False),
        ([away(D(2025, 4, 1), D(2025, 4, 15))], 15, False),  # half of 30 days is not more than half
        ([away(D(2025, 4, 1), D(2025, 4, 16))], 16, True),
        ([away(D(2025, 3, 1), D(2025, 4, 8)), away(D(2025, 4, 23), D(2025, 6, 1))], 16, True),
        ([away(D(2025, 4, 1), D(2025, 4, 12)), away(D(2025, 4, 5), D(2025, 4, 10))], 12, False),
        ([away(D(2025, 4, 5), D(2025, 4, 12)), away(D(2025, 4, 1), D(2025, 4, 30))], 30, True),
        ([away(D(2025, 5, 1), D(2025, 5, 31))], 0, False),
    ],
)
def test_an_absence_of_more_than_half_of_the_period_excuses(
    absences: list[Absence], days: int, *, excused: bool
) -> None:
    stands = standing([member_of(A)], absences, Period.parse("2025-04"), TODAY)
    assert (stands.absent_days, stands.excused, stands.counted) == (days, excused, True)
    assert stands.why is (StandingReason.ABSENT if excused else StandingReason.COUNTED)


SPANS = st.lists(st.tuples(st.integers(-10, 40), st.integers(0, 20)))


@given(SPANS)
def test_every_absent_day_is_counted_once(spans: list[tuple[int, int]]) -> None:
    april = Period.parse("2025-04")
    first = april.start_on
    absences = [away(first + dt.timedelta(days=s), first + dt.timedelta(days=s + n)) for s, n in spans]
    covered = {s + i for s, n in spans for i in range(n + 1)} & set(range(30))
    assert absent_day_count(absences, april) == len(covered)


def test_many_members_stand_at_once_and_heads_are_counted_with_the_excused() -> None:
    histories = {
        MemberId(1): MemberHistory(memberships=TRANSFERRED),
        MemberId(2): MemberHistory(memberships=[member_of(A)], absences=[away(D(2025, 1, 1), D(2025, 12, 31))]),
        MemberId(3): MemberHistory(memberships=[member_of(A, status=MemberStatus.NON_MEMBER)]),
    }
    found = standings(histories, Period.parse("2025-02"), TODAY)
    assert [s.unit_id for s in found.values()] == [A, A, A]
    assert headcount(found.values()) == 2


def test_only_party_members_are_official_unless_said() -> None:
    assert default_status(MemberKind.PARTY) is MemberStatus.OFFICIAL
    assert default_status(MemberKind.YOUTH) is MemberStatus.NON_MEMBER
    assert default_status(MemberKind.OTHER) is MemberStatus.NON_MEMBER
