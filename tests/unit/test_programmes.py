"""Programmes: what targets may be, their own periods, assignments, and the fair rota."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

import pytest

from tests.unit.obligations import MAY, target
from tracker.domain.errors import AppError, Code
from tracker.domain.periods import Period, PeriodKind
from tracker.domain.programmes import (
    Assignment,
    AssignmentState,
    Candidate,
    Target,
    check_assignment,
    check_not_given,
    check_target,
    own_periods,
    suggest,
)
from tracker.domain.types import MemberId, TargetId

D = dt.date
SLOTS = ("câu chuyện", "cuốn sách", "tấm gương")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (target(minimum=0), "minimum"),
        (target(minimum=1001), "minimum"),
        (target(minimum=3, aim=2), "aim"),
        (target(aim=1001), "aim"),
        (target(per="span"), "per"),
        (target(slots=("a", "a")), "slots"),
        (target(slots=("a", " ")), "slots"),
    ],
)
def test_a_target_that_cannot_be_is_refused(wrong: Target, field: str) -> None:
    with pytest.raises(AppError) as refusal:
        check_target(wrong)
    assert (refusal.value.code, refusal.value.extra) == (Code.FIELD_INVALID, {"field": field})


def test_a_target_with_sense_is_taken() -> None:
    check_target(target(minimum=1, aim=2, slots=SLOTS))
    check_target(target(minimum=2, aim=2))
    check_target(target())


def turn(member: int, period: str = "2025-05", slot: str | None = None) -> Assignment:
    return Assignment(target_id=TargetId(1), member_id=MemberId(member), period=Period.parse(period), slot=slot)


@pytest.mark.parametrize(
    ("asking", "given", "field"),
    [
        (target(), turn(1), "target_id"),
        (target("assigned"), turn(1, "2025-Q2"), "period"),
        (target("assigned", slots=SLOTS), turn(1, slot="bài hát"), "slot"),
    ],
)
def test_an_assignment_its_target_does_not_ask_for_is_refused(asking: Target, given: Assignment, field: str) -> None:
    with pytest.raises(AppError) as refusal:
        check_assignment(asking, given)
    assert refusal.value.extra == {"field": field}


def test_an_assignment_its_target_asks_for_is_taken() -> None:
    check_assignment(target("assigned"), turn(1))
    check_assignment(target("assigned", slots=SLOTS), turn(1, slot="cuốn sách"))


def test_a_second_writer_of_a_quarter_needs_an_override() -> None:
    first, second = turn(1, "2025-Q1"), turn(2, "2025-Q1")
    with pytest.raises(AppError) as refusal:
        check_not_given(second, [first], override=False)
    assert refusal.value.code is Code.ASSIGNMENT_ALREADY_GIVEN
    assert refusal.value.extra == {"member_id": 1}
    check_not_given(second, [first], override=True)
    check_not_given(second, [], override=False)
    check_not_given(turn(2, "2025-Q2"), [first], override=False)
    check_not_given(second, [replace(first, state=AssignmentState.EXCUSED)], override=False)
    check_not_given(turn(2, slot="cuốn sách"), [turn(1, slot="câu chuyện")], override=False)


def test_a_targets_periods_are_those_of_its_running_programme() -> None:
    year, monthly = Period.parse("2023"), target()
    assert len(own_periods(monthly, year)) == 12
    running = own_periods(monthly, year, from_on=D(2023, 2, 1))
    assert len(running) * len(SLOTS) == 33  # since February 2023, three slots a month
    assert [str(p) for p in own_periods(monthly, year, until_on=D(2023, 2, 1))] == ["2023-01", "2023-02"]
    assert [str(p) for p in own_periods(target(per="quarter"), MAY)] == ["2025-Q2"]
    assert own_periods(monthly, year, from_on=D(2024, 1, 1)) == []


def candidate(member: int, turns: int = 0, last_on: dt.date | None = None, *, absent: bool = False) -> Candidate:
    return Candidate(
        member_id=MemberId(member), turn_count=turns, last_on=last_on, sort_key=f"{member:03}", absent=absent
    )


def test_the_rota_asks_the_longest_ago_first_and_leaves_the_absent_out() -> None:
    order = suggest(
        [
            candidate(1, 1, D(2025, 3, 1)),
            candidate(2, 2, D(2025, 2, 1)),
            candidate(3, 1, D(2025, 2, 1)),
            candidate(4, absent=True),
            candidate(6),
            candidate(5),
        ]
    )
    assert [c.member_id for c in order] == [5, 6, 3, 2, 1]


def test_after_ten_months_of_three_slots_ten_members_had_three_turns_each() -> None:
    turns: Counter[int] = Counter()
    last: dict[int, dt.date] = {}
    for month in range(1, 11):
        for _ in SLOTS:
            chosen = suggest([candidate(m, turns[m], last.get(m)) for m in range(1, 11)])[0].member_id
            turns[chosen] += 1
            last[chosen] = D(2023, month, 1)
    assert set(turns.values()) == {3}


def test_kinds_of_period_a_target_recurs_by() -> None:
    for kind in PeriodKind:
        if kind is not PeriodKind.SPAN:
            check_target(target(per=kind))
