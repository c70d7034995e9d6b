"""The rota board and who is given what is open; outcomes as typed; the years of a programme."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from tracker.domain.numbers import Qualifier
from tracker.domain.outcomes import Outcome, read_outcome
from tracker.domain.periods import Period, PeriodKind, periods_inside
from tracker.domain.programme_years import programme_years
from tracker.domain.programmes import Assignment, AssignmentState, Candidate
from tracker.domain.review_queue import is_overdue, overdue_before, working_days
from tracker.domain.rota import Board, fill, lay_board
from tracker.domain.types import MemberId, TargetId

PARTS = ("Câu chuyện ý nghĩa", "Cuốn sách hay", "Tấm gương sáng")
MARCH = Period.parse("2023-03")


def people(count: int) -> list[Candidate]:
    return [Candidate(member_id=MemberId(n), turn_count=0, last_on=None, sort_key=f"{n:03d}") for n in range(count)]


def turn(period: Period, slot: str, member: int, state: AssignmentState = AssignmentState.GIVEN) -> Assignment:
    return Assignment(target_id=TargetId(1), member_id=MemberId(member), period=period, slot=slot, state=state)


def test_a_month_has_three_parts_and_an_empty_one_is_open() -> None:
    """Requirement 003-30."""
    board = lay_board([MARCH], PARTS, [(turn(MARCH, PARTS[0], 1), "An")])
    assert [(c.slot, c.turns, c.is_open) for c in board.rows[0]] == [
        (PARTS[0], ("An",), False),
        (PARTS[1], (), True),
        (PARTS[2], (), True),
    ]


def test_a_year_from_february_on_has_thirty_three_turns() -> None:
    """Requirement 003-31."""
    months = [p for p in periods_inside(PeriodKind.MONTH, Period.parse("2023")) if p.start_on >= dt.date(2023, 2, 1)]
    board: Board[str] = lay_board(months, PARTS, [])
    assert (board.total, board.taken) == (33, 0)


def test_an_excused_turn_makes_room() -> None:
    excused = turn(MARCH, PARTS[0], 1, AssignmentState.EXCUSED)
    assert lay_board([MARCH], PARTS, [(excused, "An")]).rows[0][0].is_open
    both = [(excused, "An"), (turn(MARCH, PARTS[0], 2), "Bình")]
    assert not lay_board([MARCH], PARTS, both).rows[0][0].is_open


def test_ten_members_have_three_turns_each_after_ten_months_of_three_parts() -> None:
    """Requirement 003-32."""
    known = {c.member_id: c for c in people(10)}
    counts: Counter[MemberId] = Counter()
    for month in periods_inside(PeriodKind.MONTH, Period.parse("2023"))[:10]:
        chosen = fill(PARTS, known.values(), month, ())
        assert len({m for _, m in chosen}) == 3
        for _, member_id in chosen:
            counts[member_id] += 1
            known[member_id] = Candidate(
                member_id=member_id,
                turn_count=counts[member_id],
                last_on=month.last_day,
                sort_key=known[member_id].sort_key,
            )
    assert set(counts.values()) == {3}
    assert len(counts) == 10


def test_few_members_take_several_parts_and_nobody_is_made_up() -> None:
    assert [m for _, m in fill(PARTS, people(2), MARCH, ())] == [0, 1, 0]
    assert fill(PARTS, people(2), MARCH, {MemberId(0)})[0][1] == 1
    assert fill(PARTS, [], MARCH, ()) == []


@pytest.mark.parametrize(
    ("typed", "amount", "qualifier"),
    [
        ("hơn 2,1 tỷ đồng", 2_100_000_000, Qualifier.MORE),
        ("gần 350 triệu đồng", 350_000_000, Qualifier.LESS),
        ("3.945 lượt người", 3_945, None),
        ("nâng cao nhận thức", None, None),
    ],
)
def test_an_outcome_is_printed_back_as_it_was_typed(
    typed: str, amount: int | None, qualifier: Qualifier | None
) -> None:
    """Requirement 003-34."""
    found = read_outcome(typed)
    assert (found.amount, found.qualifier, found.text()) == (amount, qualifier, typed)


def test_an_amount_without_words_is_printed_in_dong_and_nothing_as_nothing() -> None:
    assert Outcome(amount=2_100_000_000, qualifier=Qualifier.MORE).text() == "hơn 2,1 tỷ đồng"
    assert read_outcome("  ").text() == ""


def test_a_programmes_year_begins_in_its_own_month() -> None:
    """Requirement 000-10."""
    years = programme_years(dt.date(2025, 3, 1), None, dt.date(2026, 3, 1))
    assert years == [
        (dt.date(2025, 3, 1), dt.date(2026, 2, 28)),
        (dt.date(2026, 3, 1), dt.date(2027, 2, 28)),
    ]
    assert programme_years(dt.date(2024, 2, 29), dt.date(2024, 12, 31), dt.date(2026, 1, 1)) == [
        (dt.date(2024, 2, 29), dt.date(2024, 12, 31))
    ]
    assert programme_years(dt.date(2027, 1, 1), None, dt.date(2026, 1, 1)) == []


def test_five_working_days_are_a_week_and_what_is_older_is_overdue() -> None:
    friday = dt.date(2026, 11, 13)
    assert working_days(friday, dt.date(2026, 11, 16)) == 1
    assert working_days(friday, dt.date(2026, 11, 20)) == 5
    assert not is_overdue(friday, dt.date(2026, 11, 22), 5)
    assert is_overdue(friday, dt.date(2026, 11, 23), 5)
    assert overdue_before(dt.date(2026, 11, 23), 5) == dt.date(2026, 11, 16)
    assert working_days(friday, friday - dt.timedelta(days=3)) == 0


def test_an_outcome_whose_words_do_not_say_the_amount_is_printed_with_it() -> None:
    stated = Outcome(amount=2_100_000_000, qualifier=Qualifier.MORE, words="Tiết kiệm chi phí")
    assert stated.text() == "Tiết kiệm chi phí: hơn 2,1 tỷ đồng"
    again = read_outcome(stated.text())
    assert (again.amount, again.qualifier, again.text()) == (2_100_000_000, Qualifier.MORE, stated.text())
