"""Assignments: refused where the target does not ask, given on without a clash, suggested within the scope."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, update

from tests import make, make_claims
from tracker.domain.errors import AppError, Code
from tracker.domain.periods import Period
from tracker.domain.types import Role, Viewer
from tracker.services import assignments, rota, targets
from tracker.services.assignments import NewAssignment
from tracker.store.tables.programmes import Assignment, Programme, Target

if TYPE_CHECKING:
    from tracker.domain.types import MemberId, UnitId
    from tracker.services.assignments import AssignmentRow
    from tracker.store.db import Database

QUARTER = Period.parse("2026-Q4")


@dataclass
class House:
    """Two branches below a committee whose programme asks one assigned piece a quarter, until the end of 2026."""

    db: Database
    committee: UnitId
    first: UnitId
    second: UnitId
    an: MemberId
    binh: MemberId
    cuc: MemberId
    target: int
    narrow: int
    above: Viewer
    officer: Viewer

    def give(self, member_id: int, period: Period = QUARTER, *, target: int | None = None) -> AssignmentRow:
        new = NewAssignment(target_id=target or self.target, member_id=member_id, period=period)
        with self.db.write() as tx:
            return assignments.create(tx, self.above, new, now=make.NOW, today=make.TODAY)

    def refused(self, member_id: int, period: Period = QUARTER, *, target: int | None = None) -> Code:
        with pytest.raises(AppError) as error:
            self.give(member_id, period, target=target)
        return error.value.code

    def suggested(self, viewer: Viewer, unit_id: UnitId | None = None, target: int | None = None) -> list[str]:
        with self.db.read() as tx:
            found = assignments.list_suggestions(
                tx, viewer, target or self.target, QUARTER, unit_id=unit_id, today=make.TODAY
            )
        return [s.full_name for s in found]


@pytest.fixture
def house(db: Database) -> House:
    with db.write() as tx:
        committee = make.unit(tx, "DU")
        first, second = (make.unit(tx, f"CB{n}", above=(committee,)) for n in (1, 2))
        an, binh = make.member(tx, first, "A", "An"), make.member(tx, first, "B", "Bình")
        cuc = make.member(tx, second, "C", "Cúc")
        programmes = [
            tx.scalar(
                insert(Programme)
                .values(unit_id=unit, name="Mô hình", is_new=True, until_on=dt.date(2026, 12, 31), created_at=make.NOW)
                .returning(Programme.programme_id)
            )
            for unit in (committee, first)
        ]
        goal = {"who": "assigned", "what": "authored", "per": "quarter", "minimum": 1, "created_at": make.NOW}
        wide, narrow = (
            tx.scalar(insert(Target).values(goal | {"programme_id": p}).returning(Target.target_id)) for p in programmes
        )
        above = make.account(tx, "above", Role.OFFICER, unit_id=committee)
        officer = make.account(tx, "officer", Role.OFFICER, unit_id=first)
    return House(db, committee, first, second, an, binh, cuc, wide, narrow, above, officer)


def test_each_branch_has_a_turn_of_its_own(house: House) -> None:
    assert house.give(house.an).unit_id == house.first
    assert house.give(house.cuc).unit_id == house.second
    assert house.refused(house.binh) is Code.ASSIGNMENT_ALREADY_GIVEN


def test_what_the_target_does_not_ask_is_refused(house: House) -> None:
    assert house.refused(house.an, Period.parse("2026-11")) is Code.FIELD_INVALID
    assert house.refused(house.an, Period.parse("2027-Q1")) is Code.FIELD_INVALID  # the programme has ended
    assert house.refused(house.cuc, target=house.narrow) is Code.FIELD_INVALID  # it binds the first branch alone
    assert house.refused(10**6) is Code.NOT_FOUND
    assert house.refused(house.an, target=10**6) is Code.NOT_FOUND


def test_who_stood_in_no_unit_then_has_no_turn(house: House) -> None:
    assert house.refused(house.an, Period.parse("2019-Q1")) is Code.MEMBERSHIP_NONE


def test_a_turn_is_not_given_on_to_who_has_it_nor_out_of_scope(house: House) -> None:
    mine = house.give(house.an)
    house.give(house.cuc)

    def give_on(viewer: Viewer, member_id: MemberId) -> Code | None:
        try:
            with house.db.write() as tx:
                assignments.change(tx, viewer, mine, member_id=member_id, now=make.NOW, today=make.TODAY)
        except AppError as error:
            return error.code
        return None

    assert give_on(house.officer, house.cuc) is Code.NOT_FOUND
    assert give_on(house.above, house.cuc) is Code.ASSIGNMENT_ALREADY_GIVEN
    assert give_on(house.above, house.binh) is None
    assert give_on(house.above, house.an) is Code.ETAG_STALE  # what was read has been given on meanwhile
    with house.db.write() as tx, pytest.raises(AppError) as stale:
        assignments.remove(tx, house.above, mine, now=make.NOW)
    assert stale.value.code is Code.ETAG_STALE


def test_suggestions_stay_within_the_lower_of_scope_and_target(house: House) -> None:
    assert house.suggested(house.above) == ["An", "Bình", "Cúc"]
    assert house.suggested(house.above, house.second) == ["Cúc"]
    assert house.suggested(house.above, target=house.narrow) == ["An", "Bình"]
    assert house.suggested(house.officer) == ["An", "Bình"]
    with house.db.write() as tx:
        admin = make.account(tx, "admin", Role.ADMIN)
        make_claims.transfer(tx, house.an, house.second, dt.date(2026, 10, 20), status="exempt")
    assert house.suggested(admin) == ["Bình", "Cúc"]
    with pytest.raises(AppError) as refused:
        house.suggested(house.officer, house.second)
    assert refused.value.code is Code.NOT_FOUND


def test_pages_of_assignments_follow_their_member_and_number(house: House) -> None:
    keys = [house.give(member).key for member in (house.an, house.cuc)]
    with house.db.read() as tx:
        first, after = assignments.list_page(tx, house.above, after=None, limit=1, today=make.TODAY)
        second, end = assignments.list_page(
            tx, house.above, unit_id=house.second, member_id=house.cuc, after=after, limit=1, today=make.TODAY
        )
        long = assignments.list_page(
            tx, house.above, period=Period.parse("2025..2027"), after=None, limit=9, today=make.TODAY
        )
        with pytest.raises(AppError):
            assignments.list_page(tx, house.officer, unit_id=house.second, after=None, limit=1, today=make.TODAY)
    assert [row.key for row in (*first, *second)] == keys
    assert (end, len(long[0])) == (None, 2)


def test_turns_are_not_exchanged_with_who_stands_elsewhere_by_then(house: House) -> None:
    next_quarter = Period.parse("2027-Q1")
    with house.db.write() as tx:
        tx.execute(update(Programme).values(until_on=None))
    mine, later = house.give(house.an), house.give(house.binh, next_quarter)
    with house.db.write() as tx:
        make_claims.transfer(tx, house.an, house.second, dt.date(2027, 1, 1))
        with pytest.raises(AppError) as refused:
            assignments.swap(tx, house.above, mine, later, reason="x", now=make.NOW, today=make.TODAY)
    assert refused.value.code is Code.FIELD_INVALID


@pytest.mark.thorough
def test_the_board_says_when_it_does_not_hold_all_turns(house: House) -> None:
    with house.db.write() as tx:
        people = [make.member(tx, house.first, f"M{n}", f"Người {n}") for n in range(rota.TURNS_MOST)]
        given = {"target_id": house.target, "unit_id": house.first, "period": str(QUARTER), "state": "given"}
        by = given | {"given_by": house.above.account_id, "given_at": make.NOW, "number": 1}
        tx.insert_rows(Assignment, [by | {"member_id": m, "first_key": f"{m}-1"} for m in people])
    house.give(house.cuc)
    with house.db.write() as tx:
        row = targets.get(tx, house.above, house.target, today=make.TODAY)
        told = {"today": make.TODAY}
        assert not rota.get_board(tx, house.above, row, QUARTER, unit_id=None, **told).is_whole
        assert rota.get_board(tx, house.above, row, QUARTER, unit_id=house.second, **told).is_whole
        with pytest.raises(AppError) as refused:
            rota.fill_open(tx, house.above, house.target, QUARTER, unit_id=None, now=make.NOW, today=make.TODAY)
    assert refused.value.code is Code.FIELD_INVALID


def test_what_is_open_inside_two_years_is_given_at_once_but_for_what_is_over(house: House) -> None:
    years, today = Period.parse("2026..2027"), make.TODAY
    with house.db.write() as tx:
        tx.execute(update(Programme).values(until_on=None))
        row = targets.get(tx, house.above, house.target, today=today)
        before = rota.get_board(tx, house.above, row, years, unit_id=None, today=today)
        given = [
            rota.fill_ahead(tx, house.above, house.target, years, unit_id=None, now=make.NOW, today=today)
            for _ in range(2)
        ]
        board = rota.get_board(tx, house.above, row, years, unit_id=None, today=today)
    assert given == [5, 0]
    assert [line[0].is_open for line in board.rows] == [True] * 3 + [False] * 5
    assert [rota.has_open_ahead(row, told, today) for told in (before, board)] == [True, False]
