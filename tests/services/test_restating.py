"""What changes of people and units after a close: the close stays, each change stands in its restatement."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests import make, make_claims
from tracker.domain.errors import AppError, Code
from tracker.domain.members import Person
from tracker.domain.methods import MethodVersions
from tracker.domain.organisation import MemberStatus
from tracker.domain.periods import Period
from tracker.domain.types import Role
from tracker.services import absences, closing, contributions, members, units
from tracker.services.members import Move, NewMember
from tracker.services.units import NewUnit, UnitChange
from tracker.store import members as store
from tracker.store.tables.periods import FrozenRow

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import UnitId
    from tracker.store.freezes import RestatementRow

OCTOBER = Period.parse("2026-10")
METHOD = MethodVersions(bot_list="một danh sách")
IN_OCTOBER = dt.date(2026, 10, 12)


@pytest.fixture
def closed(house: ClaimsHouse) -> ClaimsHouse:
    """An has one share of the fifth and one of the twentieth; the committee closed October."""
    with house.db.write() as tx:
        for day in (5, 20):
            make_claims.claim(tx, house.an, house.branch, dt.date(2026, 10, day))
    with house.db.write() as tx:
        closing.close_period(tx, house.admin, house.committee, OCTOBER, method=METHOD, now=house.now, today=house.today)
    return house


def told(house: ClaimsHouse, unit_id: UnitId) -> list[RestatementRow]:
    with house.db.read() as tx:
        rows, _ = closing.list_restatements(tx, house.admin, unit_id, OCTOBER, after=None, limit=50, today=house.today)
    return rows


def shares(house: ClaimsHouse, unit_id: UnitId, period: str = "2026-10") -> tuple[int, int]:
    with house.db.read() as tx:
        view = contributions.get(tx, house.admin, unit_id, Period.parse(period), now=house.now, zone=house.zone)
    return view.total.shares, view.member_count


def move(house: ClaimsHouse, wanted: Move) -> None:
    with house.db.write() as tx:
        members.move(tx, house.admin, house.an, wanted, now=house.now, today=house.today)


def test_a_transfer_told_late_takes_its_claims_along_and_is_restated_in_both_units(closed: ClaimsHouse) -> None:
    before = shares(closed, closed.branch), shares(closed, closed.other_branch)
    move(closed, Move(unit_id=closed.other_branch, since=IN_OCTOBER))
    assert (shares(closed, closed.branch), shares(closed, closed.other_branch)) == before
    left, came = told(closed, closed.branch), told(closed, closed.other_branch)
    assert [(r.subject, r.before["claims"], r.after["claims"]) for r in left] == [(f"member:{closed.an}", 2, 1)]
    assert [(r.before["claims"], r.after["claims"]) for r in came] == [(0, 1)]
    assert left[0].after["stays"][0]["until"] == "2026-10-12"
    assert came[0].before["stays"] == []
    assert [r.restatement_id for r in told(closed, closed.committee)] == sorted(
        r.restatement_id for r in (*left, *came)
    )


def test_reopened_and_closed_again_the_claims_count_where_their_owner_stood(closed: ClaimsHouse) -> None:
    move(closed, Move(unit_id=closed.other_branch, since=IN_OCTOBER))
    with closed.db.write() as tx:
        closing.reopen_period(
            tx, closed.admin, closed.committee, OCTOBER, reason="chuyển sinh hoạt", now=closed.now, today=closed.today
        )
    assert (shares(closed, closed.branch)[0], shares(closed, closed.other_branch)[0]) == (1, 1)


def test_a_change_of_other_days_is_not_restated(closed: ClaimsHouse) -> None:
    move(closed, Move(unit_id=closed.other_branch, since=dt.date(2026, 11, 1)))
    assert told(closed, closed.committee) == []


def test_a_status_changed_in_a_closed_period_is_restated(closed: ClaimsHouse) -> None:
    move(closed, Move(unit_id=closed.branch, since=IN_OCTOBER, status=MemberStatus.EXEMPT))
    (row,) = told(closed, closed.branch)
    assert [s["status"] for s in row.after["stays"]] == ["official", "exempt"]


def test_an_arrival_told_late_is_restated(closed: ClaimsHouse) -> None:
    with closed.db.write() as tx:
        new = NewMember(code="moi", full_name="Người mới", unit_id=closed.branch, since=IN_OCTOBER)
        members.create(tx, closed.admin, new, now=closed.now, today=closed.today)
    (row,) = told(closed, closed.branch)
    assert (row.before["stays"], row.after["stays"][0]["since"]) == ([], "2026-10-12")


def test_an_absence_told_late_is_restated_without_its_reason(closed: ClaimsHouse) -> None:
    with closed.db.write() as tx:
        members.record_absence(
            tx,
            closed.admin,
            closed.an,
            from_on=dt.date(2026, 10, 1),
            until_on=dt.date(2026, 10, 31),
            reason="công tác",
            now=closed.now,
            today=closed.today,
        )
    (row,) = told(closed, closed.branch)
    assert (row.before, row.after) == (None, {"absent": {"from": "2026-10-01", "until": "2026-10-31"}})


def test_an_absence_changed_or_removed_late_is_restated_for_the_days_that_change(closed: ClaimsHouse) -> None:
    first, last, later = dt.date(2026, 10, 1), dt.date(2026, 10, 31), dt.date(2026, 11, 8)
    now, today, admin = closed.now, closed.today, closed.admin
    with closed.db.write() as tx:
        made = members.record_absence(
            tx, admin, closed.an, from_on=first, until_on=last, reason="học", now=now, today=today
        )
    change_absence(closed, made.absence_id, first, later)
    assert len(told(closed, closed.branch)) == 1  # the days that came to it are not closed
    change_absence(closed, made.absence_id, IN_OCTOBER, later)
    with pytest.raises(AppError) as stale, closed.db.write() as tx:
        absences.remove(tx, admin, made, now=now, today=today)
    assert stale.value.code is Code.ETAG_STALE
    with closed.db.write() as tx:
        read = absences.get(tx, admin, closed.an, made.absence_id, today=today)
        absences.remove(tx, admin, read, now=now, today=today)
    assert {(str(row.before), str(row.after)) for row in told(closed, closed.branch)} == {
        ("None", str(away(first, last))),
        (str(away(first, later)), str(away(IN_OCTOBER, later))),
        (str(away(IN_OCTOBER, later)), "None"),
    }


def change_absence(house: ClaimsHouse, absence_id: int, from_on: dt.date, until_on: dt.date) -> None:
    with house.db.write() as tx:
        read = absences.get(tx, house.admin, house.an, absence_id, today=house.today)
        absences.change(
            tx, house.admin, read, from_on=from_on, until_on=until_on, reason="học", now=house.now, today=house.today
        )


def away(from_on: dt.date, until_on: dt.date) -> dict[str, dict[str, str]]:
    return {"absent": {"from": from_on.isoformat(), "until": until_on.isoformat()}}


def test_a_unit_moved_away_is_told_where_it_was_closed_and_one_moved_in_by_itself(closed: ClaimsHouse) -> None:
    with closed.db.write() as tx:
        other = make.unit(tx, "KHAC")
        closing.close_period(tx, closed.admin, other, OCTOBER, method=METHOD, now=closed.now, today=closed.today)
    change(closed, closed.branch, since=IN_OCTOBER, parent_id=other)
    assert [r.subject for r in told(closed, closed.committee)] == [f"unit:{closed.branch}"]
    (row,) = told(closed, other)
    assert [v["parent_id"] for v in row.after] == [closed.committee, other]


def test_a_name_of_closed_days_and_an_end_in_them_are_restated_and_later_ones_are_not(closed: ClaimsHouse) -> None:
    change(closed, closed.branch, since=dt.date(2026, 11, 5), name="Tên mới")
    assert told(closed, closed.branch) == []
    change(closed, closed.other_branch, since=IN_OCTOBER, name="Tên khác")
    (row,) = told(closed, closed.other_branch)
    assert [v["name"] for v in row.after][-1] == "Tên khác"


def test_a_unit_made_in_closed_days_is_restated(closed: ClaimsHouse) -> None:
    with closed.db.write() as tx:
        new = NewUnit(code="MOI", name="Mới", parent_id=closed.committee, valid_from=IN_OCTOBER)
        made = units.create(tx, closed.admin, new, now=closed.now, today=closed.today)
    assert [(r.subject, r.before) for r in told(closed, closed.committee)] == [(f"unit:{made.unit_id}", [])]


def change(house: ClaimsHouse, unit_id: UnitId, *, since: dt.date, **fields: Any) -> None:
    with house.db.write() as tx:
        version = units.get(tx, house.admin, unit_id, today=house.today).version
        wanted = UnitChange(given=frozenset(fields), since=since, **fields)
        units.change(tx, house.admin, unit_id, wanted, version=version, now=house.now, today=house.today)


def test_two_who_give_one_code_to_two_members_are_told_so(house: ClaimsHouse) -> None:
    """The check before the write may be overtaken; the key of the table is not."""
    with house.db.write() as tx:
        make.member(tx, house.branch, "taken")
        person = Person(code="taken", full_name="An", kind="party", party_role=None)
        assert not store.try_person(tx, house.an, person)
        assert members.get(tx, make.account(tx, "x", Role.ADMIN), house.an, today=house.today).row.code != "taken"


def test_closing_again_without_a_change_freezes_the_same_rows(closed: ClaimsHouse) -> None:
    with closed.db.write() as tx:
        first = closing.reopen_period(
            tx, closed.admin, closed.committee, OCTOBER, reason="xem lại", now=closed.now, today=closed.today
        ).close
        again = closing.close_period(
            tx, closed.admin, closed.committee, OCTOBER, method=METHOD, now=closed.now, today=closed.today
        )
        rows = [
            tx.all(
                select(FrozenRow.kind, FrozenRow.position, FrozenRow.payload)
                .where(FrozenRow.close_id == close_id)
                .order_by(FrozenRow.kind, FrozenRow.position)
            )
            for close_id in (first.close_id, again.close_id)
        ]
    assert rows[0]
    assert rows[0] == rows[1]
    assert (first.version, again.version) == (1, 2)


def test_a_transfer_told_twice_is_restated_once(closed: ClaimsHouse) -> None:
    """Replaying a change that is made already changes nothing more."""
    wanted = Move(unit_id=closed.other_branch, since=IN_OCTOBER)
    move(closed, wanted)
    before = told(closed, closed.committee), shares(closed, closed.other_branch, "2026-11")
    move(closed, wanted)
    assert (told(closed, closed.committee), shares(closed, closed.other_branch, "2026-11")) == before
