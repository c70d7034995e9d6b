"""Progress: the acceptance numbers of the product, on pure functions."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.obligations import MAY, TODAY, A, B, D, Facts, belongs, cell, target
from tracker.domain.numbers import format_percent
from tracker.domain.organisation import Absence, Standing, standing
from tracker.domain.periods import Period, PeriodKind, local_date, periods_inside
from tracker.domain.programmes import Assignment, AssignmentState, TargetWho
from tracker.domain.progress import ClaimFact, RowState, TargetProgress, by_period, coverage, fits, progress
from tracker.domain.types import MemberId, TargetId, UnitId


def states(item: TargetProgress) -> dict[int, str]:
    return {row.member_id or 0: row.state.value for row in item.rows}


def test_a_cell_of_ten_shares_eleven_nine_met_and_two_reached_the_aim() -> None:
    facts = Facts()
    for member in range(1, 10):
        for share in range(2 if member > 7 else 1):
            facts.add(member, D(2025, 5, 3 + share))
    item = progress(target(minimum=1, aim=2), MAY, facts.all, cell(10))
    assert (item.done, item.met, item.counted, item.aim_met, item.wanted) == (11, 9, 10, 2, 10)
    assert states(item)[10] == "below"
    assert states(item)[9] == "exceeded"
    assert states(item)[1] == "met"
    assert (format_percent(item.met, item.counted), item.others) == ("90,0%", ())


def test_without_an_aim_nobody_exceeds() -> None:
    facts = Facts()
    facts.add(1, D(2025, 5, 3))
    facts.add(1, D(2025, 5, 4))
    item = progress(target(), MAY, facts.all, cell(1))
    assert (item.met, item.aim_met, item.rows[0].done) == (1, 0, 2)


def test_a_transfer_in_may_leaves_february_alone_and_takes_its_claims_along() -> None:
    moved = [belongs(A, until=D(2025, 5, 15)), belongs(B, since=D(2025, 5, 15))]
    facts = Facts()
    for month in (2, 5):
        for member in range(1, 11):
            facts.add(member, D(2025, month, 10))  # all made in A, the tenth member's in May before the move
    by_unit: dict[tuple[str, int], TargetProgress] = {}
    for text in ("2025-02", "2025-05"):
        period = Period.parse(text)
        everybody = cell(9, period) | {MemberId(10): standing(moved, [], period, TODAY)}
        for unit in (A, B):
            here = {m: s for m, s in everybody.items() if s.unit_id == unit}
            by_unit[text, unit] = progress(target(), period, facts.all, here, unit_ids={unit})
    ratios = {key: (item.met, item.counted, item.done) for key, item in by_unit.items()}
    assert ratios == {
        ("2025-02", A): (10, 10, 10),
        ("2025-02", B): (0, 0, 0),
        ("2025-05", A): (9, 9, 10),  # a claim counts in the unit of the day it happened
        ("2025-05", B): (1, 1, 0),  # and meets the obligation in the new unit
    }


def test_a_share_half_an_hour_after_midnight_of_the_first_of_february_is_februarys() -> None:
    facts = Facts()
    instant = dt.datetime(2025, 1, 31, 17, 30, tzinfo=dt.UTC)
    facts.add(1, local_date(instant, ZoneInfo("Asia/Ho_Chi_Minh")))
    met = {text: progress(target(), Period.parse(text), facts.all, cell(1)).met for text in ("2025-01", "2025-02")}
    assert met == {"2025-01": 0, "2025-02": 1}


def test_twenty_seven_of_thirty_days_are_covered() -> None:
    facts = Facts()
    for day in range(1, 28):
        facts.add(1, D(2025, 4, day))
    (row,) = coverage(
        target("unit", per="day"), periods_inside(PeriodKind.DAY, Period.parse("2025-04")), facts.all, [A]
    )
    assert (row.covered, row.period_count, format_percent(row.covered, row.period_count)) == (27, 30, "90,0%")
    assert [str(p) for p in row.missing] == ["2025-04-28", "2025-04-29", "2025-04-30"]


def test_four_of_five_weeks_are_covered_and_a_week_is_where_its_thursday_is() -> None:
    facts = Facts()
    for day in (D(2025, 4, 28), D(2025, 5, 6), D(2025, 5, 13), D(2025, 6, 1)):
        facts.add(1, day)
    weeks = periods_inside(PeriodKind.WEEK, MAY)
    (row,) = coverage(target("unit", per="week"), weeks, facts.all, [A])
    assert (row.covered, row.period_count, [str(p) for p in row.missing]) == (4, 5, ["2025-W21"])


def test_coverage_asks_for_the_minimum_in_each_unit() -> None:
    facts = Facts()
    for month in range(1, 10):
        facts.add(1, D(2025, month, 5))
        twice = facts.add(2, D(2025, month, 5), unit=B)
        facts.all.append(twice)  # the same claim handed in twice
    months = periods_inside(PeriodKind.MONTH, Period.parse("2025"))
    one, two = (
        coverage(target(minimum=1), months, facts.all, [A, B]),
        coverage(target(minimum=2), months, facts.all, [B]),
    )
    assert [(c.unit_id, c.covered, c.period_count, c.per) for c in one] == [(A, 9, 12, "month"), (B, 9, 12, "month")]
    assert (format_percent(9, 12), two[0].covered) == ("75,0%", 0)


@pytest.mark.parametrize(
    ("kind", "topics", "slot", "meets"),
    [
        ("presentation", (1,), "sách", True),
        ("presentation", (1, 3), None, True),
        ("presentation", (3,), "sách", False),
        ("presentation", (), "sách", False),
        ("presentation", (1,), "bài hát", False),
        ("share", (1,), "sách", False),
    ],
)
def test_a_target_is_met_by_its_kind_topics_and_slots_only(
    kind: str, topics: tuple[int, ...], slot: str | None, *, meets: bool
) -> None:
    asked = target(what="presentation", topics=(1, 2), slots=("sách", "gương"))
    assert fits(asked, Facts().add(1, D(2025, 5, 1), kind, topics=topics, slot=slot)) is meets


def away(period: Period) -> Standing:
    return standing([belongs()], [Absence(from_on=D(2025, 5, 1), until_on=D(2025, 5, 20), reason="học")], period, TODAY)


def test_an_excused_member_leaves_the_ratio_unless_they_met_all_the_same() -> None:
    members = cell(2) | {MemberId(3): away(MAY), MemberId(4): away(MAY)}
    facts = Facts()
    facts.add(1, D(2025, 5, 1))
    facts.add(3, D(2025, 5, 30))
    item = progress(target(), MAY, facts.all, members)
    assert states(item) == {1: "met", 2: "below", 3: "met", 4: "excused"}
    assert (item.met, item.counted, item.wanted) == (2, 3, 3)


def test_others_are_listed_apart_and_who_belongs_nowhere_not_at_all() -> None:
    members = cell(1) | {
        MemberId(2): standing([belongs(status="non_member")], [], MAY, TODAY),
        MemberId(3): standing([], [], MAY, TODAY),
    }
    facts = Facts()
    facts.add(2, D(2025, 5, 1))
    item = progress(target(), MAY, facts.all, members)
    assert [(row.member_id, row.state) for row in item.others] == [(2, RowState.MET)]
    assert (item.met, item.counted, item.done, len(item.rows)) == (0, 1, 1, 1)


def test_a_piece_of_two_authors_is_one_piece_and_a_credit_of_each() -> None:
    facts = Facts()
    facts.add(1, D(2025, 5, 1), "authored", coauthors=(2, 2, 1))
    item = progress(target(what="authored"), MAY, facts.all, cell(3))
    assert (item.done, item.met, item.counted) == (1, 2, 3)
    assert [row.done for row in item.rows] == [1, 1, 0]


def turn(member: int, slot: str | None = None, period: Period = MAY, state: str = "given") -> Assignment:
    return Assignment(
        target_id=TargetId(1), member_id=MemberId(member), period=period, slot=slot, state=AssignmentState(state)
    )


def test_an_assigned_target_counts_only_who_was_assigned_in_that_period() -> None:
    quarter = Period.parse("2025-Q2")
    facts = Facts()
    facts.add(1, D(2025, 6, 30), "authored")
    facts.add(2, D(2025, 5, 1), "authored")
    given = [turn(1, period=quarter), turn(2, period=Period.parse("2025-Q1")), turn(9, period=quarter)]
    given.append(replace(turn(2, period=quarter), target_id=TargetId(2)))
    item = progress(
        target("assigned", "authored", "quarter"),
        quarter,
        facts.all,
        cell(10, quarter) | {MemberId(9): away(quarter)},
        given,
    )
    assert [(r.member_id, r.done, r.state) for r in item.rows] == [(1, 1, RowState.MET), (9, 0, RowState.BELOW)]
    assert (item.done, item.met, item.counted) == (1, 1, 2)


def test_an_excused_turn_leaves_the_ratio_and_absent_or_foreign_members_do_not_enter_it() -> None:
    members = cell(2) | {
        MemberId(3): standing([belongs(status="non_member")], [], MAY, TODAY),
        MemberId(4): standing([], [], MAY, TODAY),
        MemberId(5): away(MAY),
    }
    given = [turn(1, state="excused"), turn(2, state="done"), *(turn(m) for m in (3, 4, 5, 77))]
    item = progress(target("assigned", "authored"), MAY, [], members, given)
    assert states(item) == {1: "excused", 2: "below", 5: "excused"}
    assert [row.member_id for row in item.others] == [3]
    assert (item.counted, item.met) == (1, 0)


def test_a_slot_is_met_by_its_own_claim_and_by_an_unnamed_one_only_where_nothing_is_in_doubt() -> None:
    asked = target("assigned", "presentation", slots=("chuyện", "sách", "gương"))
    facts = Facts()
    facts.add(1, D(2025, 5, 5), "presentation", slot="chuyện")
    facts.add(2, D(2025, 5, 5), "presentation")
    facts.add(3, D(2025, 5, 5), "presentation")
    facts.add(4, D(2025, 5, 5), "presentation", slot="gương")
    given = [turn(1, "chuyện"), turn(1, "sách"), turn(2, "gương"), turn(3, "sách"), turn(3, "gương"), turn(4)]
    item = progress(asked, MAY, facts.all, cell(4), given)
    assert [(r.member_id, r.slot, r.done) for r in item.rows] == [
        (1, "chuyện", 1),
        (1, "sách", 0),
        (2, "gương", 1),
        (3, "sách", 0),
        (3, "gương", 0),
        (4, None, 1),
    ]


def test_a_unit_target_has_a_row_for_each_unit_with_members() -> None:
    members = cell(3) | {MemberId(9): standing([belongs(B)], [], MAY, TODAY)}
    facts = Facts()
    facts.add(1, D(2025, 5, 1))
    facts.add(2, D(2025, 5, 1))
    facts.add(7, D(2025, 5, 1), unit=UnitId(5))
    item = progress(target("unit", minimum=2), MAY, facts.all, members)
    assert [(r.unit_id, r.member_id, r.done, r.state) for r in item.rows] == [
        (A, None, 2, RowState.MET),
        (B, None, 0, RowState.BELOW),
    ]
    assert (item.counted, item.met, item.done) == (2, 1, 2)


@st.composite
def many_facts(draw: st.DrawFn) -> list[ClaimFact]:
    facts = Facts()
    for _ in range(draw(st.integers(0, 12))):
        facts.add(
            draw(st.integers(1, 4)),
            draw(st.dates(D(2025, 4, 25), D(2025, 6, 5))),
            draw(st.sampled_from(["share", "authored"])),
            unit=draw(st.sampled_from([A, B])),
            coauthors=tuple(draw(st.lists(st.integers(1, 5), max_size=2))),
        )
    return facts.all


@given(many_facts(), st.sampled_from(TargetWho), st.sampled_from(["share", "authored"]))
def test_progress_is_free_of_order_and_repetition_and_its_parts_agree(
    facts: list[ClaimFact], who: TargetWho, what: str
) -> None:
    asked = target(who, what, aim=2)
    given = [turn(1), turn(4)]
    item = progress(asked, MAY, facts, cell(4), given)
    assert progress(asked, MAY, facts[::-1] + facts, cell(4), given) == item
    assert item.aim_met <= item.met <= item.counted == len(item.rows)
    assert item.done <= len([f for f in facts if f.kind == what])


@given(many_facts(), st.sampled_from([k for k in PeriodKind if k is not PeriodKind.SPAN]))
def test_parting_by_period_keeps_every_fact_once(facts: list[ClaimFact], kind: PeriodKind) -> None:
    parted = by_period(kind, facts)
    assert sorted(f.claim for some in parted.values() for f in some) == sorted(f.claim for f in facts)
    assert all(period.contains_day(f.happened_on) for period, some in parted.items() for f in some)
