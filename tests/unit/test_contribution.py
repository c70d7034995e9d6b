"""Contribution: what each member gave, unit totals, explanations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.obligations import MAY, TODAY, A, B, D, Facts, belongs, cell, target
from tracker.domain.contribution import Contribution, Explanation, Result, UnitTotal, contributions, explain, unit_total
from tracker.domain.organisation import Absence, MemberHistory, standing
from tracker.domain.periods import Lang, Period
from tracker.domain.programmes import Assignment, AssignmentState, Target
from tracker.domain.progress import ClaimFact, by_period, progress
from tracker.domain.types import MemberId, TargetId

Q2 = Period.parse("2025-Q2")
AWAY = Absence(from_on=D(2025, 4, 20), until_on=D(2025, 5, 20), reason="công tác")


def test_contribution_is_obligations_met_over_the_own_periods_inside_the_asked_one() -> None:
    facts = Facts()
    for number in (4, 5, 6):
        facts.add(1, D(2025, number, 9))
    facts.add(2, D(2025, 4, 9))
    facts.add(2, D(2025, 4, 10), "authored", coauthors=(1,))
    facts.add(2, D(2025, 4, 11), "presentation")
    facts.add(2, D(2025, 7, 1))
    months = [Period.parse(f"2025-0{m}") for m in (4, 5, 6)]
    parted = by_period(target().per, facts.all)
    items = []
    for month in months:
        stands = cell(1, month) | {MemberId(2): standing([belongs()], [AWAY], month, TODAY)}
        items.append(progress(target(), month, parted.get(month, []), stands))
        items.append(progress(target("unit"), month, parted.get(month, []), stands))
    rows = contributions(Q2, facts.all, cell(2, Q2), items)
    assert rows == [
        Contribution(member_id=MemberId(1), unit_id=A, shares=3, authored=1, presentations=0, due=3, met=3),
        Contribution(member_id=MemberId(2), unit_id=A, shares=1, authored=1, presentations=1, due=2, met=1),
    ]
    assert unit_total(Q2, facts.all) == UnitTotal(shares=4, authored=1, presentations=1)


def test_a_claim_counts_in_the_unit_of_the_day_it_happened() -> None:
    facts = Facts()
    facts.add(1, D(2025, 5, 1))
    facts.add(1, D(2025, 5, 20), unit=B)
    facts.add(1, D(2025, 5, 21), "authored", unit=B)
    assert unit_total(MAY, facts.all, [A]).shares == 1
    assert unit_total(MAY, facts.all, [B]) == UnitTotal(shares=1, authored=1, presentations=0)
    assert unit_total(MAY, facts.all, []).shares == 0


@st.composite
def some_facts(draw: st.DrawFn) -> list[ClaimFact]:
    facts = Facts()
    for _ in range(draw(st.integers(0, 15))):
        coauthors = tuple(draw(st.lists(st.integers(1, 5), max_size=3)))
        kind = draw(st.sampled_from(["share", "authored", "presentation"]))
        facts.add(draw(st.integers(1, 5)), draw(st.dates(D(2025, 4, 28), D(2025, 6, 3))), kind, coauthors=coauthors)
    return facts.all


@given(some_facts())
def test_a_unit_is_the_sum_over_its_pieces_and_shares_whatever_their_order(facts: list[ClaimFact]) -> None:
    total = unit_total(MAY, facts)
    assert unit_total(MAY, facts[::-1] + facts) == total
    inside = [f for f in facts if MAY.contains_day(f.happened_on)]
    assert total.shares + total.authored + total.presentations == len(inside)
    given_credits = contributions(MAY, facts, cell(5), [])
    assert sum(c.shares + c.authored + c.presentations for c in given_credits) == sum(
        len(f.credited_ids) for f in inside
    )
    assert contributions(MAY, facts[::-1] + facts, cell(5), []) == given_credits


def explained(
    asked: Target,
    history: MemberHistory,
    facts: Facts | None = None,
    turns: tuple[Assignment, ...] = (),
    lang: Lang = "vi",
    *,
    bound: bool = True,
) -> Explanation:
    claims = facts.all if facts else []
    return explain(MemberId(1), asked, MAY, history, claims, turns, today=TODAY, bound=bound, lang=lang)


PLAIN = MemberHistory(memberships=[belongs()])


def test_a_result_is_explained_with_its_rule_and_rows() -> None:
    facts = Facts()
    mine = facts.add(1, D(2025, 5, 3))
    facts.add(1, D(2025, 4, 3))
    facts.add(2, D(2025, 5, 3))
    facts.add(1, D(2025, 5, 3), "authored")
    moved = [belongs(until=D(2025, 5, 10)), belongs(B, since=D(2025, 5, 10)), belongs(until=D(2025, 5, 1))]
    old = Absence(from_on=D(2025, 3, 1), until_on=D(2025, 4, 30), reason="học")
    short = Absence(from_on=D(2025, 4, 29), until_on=D(2025, 5, 1), reason="học")
    why = explained(target(aim=2), MemberHistory(memberships=moved, absences=[old, short]), facts)
    assert (why.result, why.done, why.wanted) == (Result.MET, 1, 1)
    assert why.rule == "Mỗi đảng viên, mỗi tháng: tối thiểu 1, phấn đấu 2 bài chia sẻ."
    assert why.words == "Tháng 5/2025: 1/1 bài chia sẻ, đạt."
    assert why.claims == (mine.claim,)
    assert why.membership == tuple(moved[:2])
    assert why.absences == (short,)
    assert why.standing.unit_id == B


@pytest.mark.parametrize(
    ("history", "result", "vi", "en"),
    [
        (PLAIN, "below", "0/1 bài chia sẻ, chưa đạt.", "0/1 share, not met."),
        (
            MemberHistory(memberships=[belongs()], absences=[AWAY]),
            "excused",
            "0/1 bài chia sẻ, được miễn trong kỳ. Vắng có lý do 20/31 ngày của kỳ.",
            "0/1 share, excused in the period. Away 20/31 days of the period.",
        ),
        (
            MemberHistory(memberships=[belongs(status="exempt")]),
            "not_counted",
            "không tính vào tỷ lệ. Ngày 31/05/2025 không thuộc diện tính.",
            "not counted in the ratio. On 31/05/2025 of a status that is listed apart.",
        ),
        (
            MemberHistory(memberships=[]),
            "not_counted",
            "không tính vào tỷ lệ. Ngày 31/05/2025 không sinh hoạt tại đơn vị nào.",
            "not counted in the ratio. On 31/05/2025 a member of no unit.",
        ),
    ],
)
def test_what_of_the_standing_made_it_so_is_said(history: MemberHistory, result: str, vi: str, en: str) -> None:
    why = explained(target(), history)
    assert (why.result, why.words) == (result, f"Tháng 5/2025: {vi}")
    assert explained(target(), history, lang="en").words == f"May 2025: {en}"


def test_who_stands_where_the_programme_does_not_bind_is_not_asked() -> None:
    why = explained(target(), PLAIN, bound=False)
    assert (why.result, why.standing.counted) == (Result.NOT_COUNTED, False)
    assert why.words == (
        "Tháng 5/2025: không tính vào tỷ lệ. Ngày 31/05/2025 sinh hoạt tại đơn vị không thuộc mô hình này."
    )
    assert explained(target(), PLAIN, lang="en", bound=False).words == (
        "May 2025: not counted in the ratio. On 31/05/2025 in a unit that the programme does not bind."
    )
    gone = explained(target(), MemberHistory(memberships=[]), bound=False)
    assert gone.words.endswith("Ngày 31/05/2025 không sinh hoạt tại đơn vị nào.")


def test_assigned_and_unit_targets_are_explained_too() -> None:
    facts = Facts()
    told = facts.add(1, D(2025, 5, 3), "presentation", topics=(1,), slot="sách")
    asked = target("assigned", "presentation", topics=(1,), slots=("sách", "gương"))
    first = Assignment(target_id=TargetId(1), member_id=MemberId(1), period=MAY, slot="sách")
    other = Assignment(target_id=TargetId(1), member_id=MemberId(1), period=MAY, slot="gương")
    let_off = Assignment(target_id=TargetId(1), member_id=MemberId(1), period=MAY, state=AssignmentState.EXCUSED)
    assert explained(asked, PLAIN, facts).result is Result.NOT_ASSIGNED
    assert explained(asked, PLAIN, facts, (first,)).result is Result.MET
    assert explained(asked, PLAIN, facts, (first, other)).result is Result.BELOW
    assert explained(asked, PLAIN, None, (let_off,)).result is Result.EXCUSED
    assert explained(asked, PLAIN, facts, (first,)).claims == (told.claim,)
    assert explained(asked, PLAIN, facts).rule == (
        "Đảng viên được phân công, mỗi tháng: tối thiểu 1 lượt sinh hoạt thuộc chủ đề đã chọn."
    )
    unit = explained(target("unit", "presentation", topics=(1,), aim=1), PLAIN, facts, lang="en")
    assert (unit.result, unit.claims) == (Result.OF_THE_UNIT, (told.claim,))
    assert unit.rule == "Each unit, each month: at least 1, aiming at 1 presentation on the chosen topics."
    assert unit.words == "May 2025: 1/1 presentation, an obligation of the unit, not of single members."


def test_an_aim_reached_is_well_met() -> None:
    facts = Facts()
    facts.add(1, D(2025, 5, 3))
    facts.add(1, D(2025, 5, 4))
    assert explained(target(aim=2), PLAIN, facts).result is Result.EXCEEDED
    assert explained(target(), PLAIN, facts, lang="en").rule == "Each member, each month: at least 1 share."
