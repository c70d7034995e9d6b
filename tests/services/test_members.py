"""Members, where they stand, and when they are away."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, update

from tests import make
from tracker.domain.errors import AppError, Code
from tracker.domain.organisation import MemberKind, MemberStatus, PartyRole
from tracker.domain.types import Role, UnitId, Viewer
from tracker.services import members
from tracker.services.members import MemberCard, MemberChange, Move, NewMember, listed_words
from tracker.store.tables.organisation import Member

if TYPE_CHECKING:
    from tracker.store.db import Database, Tx

SINCE = dt.date(2025, 5, 1)
TIMES: dict[str, Any] = {"now": make.NOW, "today": make.TODAY}


def admin(tx: Tx) -> Viewer:
    return make.account(tx, "admin", Role.ADMIN)


def create(tx: Tx, viewer: Viewer, unit_id: UnitId, code: str, name: str = "Nguyễn Văn An") -> MemberCard:
    new = NewMember(code=code, full_name=name, unit_id=unit_id, since=make.LONG_AGO)
    return members.create(tx, viewer, new, now=make.NOW, today=make.TODAY)


def test_a_member_is_put_down_with_the_first_membership(db: Database) -> None:
    with db.write() as tx:
        viewer, unit_id = admin(tx), make.unit(tx, "A", "Chi bộ A")
        new = NewMember(
            code="001",
            full_name="  Lê Thị\u0000 Bé ",
            unit_id=unit_id,
            since=SINCE,
            party_role=PartyRole.SECRETARY,
            words=listed_words(["Bí thư", "Bí thư", "Hiệu trưởng"], ["Tổ 35"], ["Bé Lê"]),
        )
        made = members.create(tx, viewer, new, now=make.NOW, today=make.TODAY)
        assert (made.row.full_name, made.row.unit_name, made.row.status) == ("Lê Thị Bé", "Chi bộ A", "official")
        assert (made.row.since, made.row.party_role) == (SINCE, "secretary")
        assert made.words == listed_words(["Bí thư", "Hiệu trưởng"], ["Tổ 35"], ["Bé Lê"])
        youth = NewMember(code="002", full_name="Y", unit_id=unit_id, since=SINCE, kind=MemberKind.YOUTH)
        assert members.create(tx, viewer, youth, now=make.NOW, today=make.TODAY).row.status == "non_member"


def test_namesakes_are_two_people_and_a_code_is_one(db: Database) -> None:
    with db.write() as tx:
        viewer, unit_id = admin(tx), make.unit(tx, "A")
        one, other = create(tx, viewer, unit_id, "1"), create(tx, viewer, unit_id, "2")
        assert one.row.member_id != other.row.member_id
        with pytest.raises(AppError) as refused:
            create(tx, viewer, unit_id, "1")
        assert refused.value.code is Code.CODE_TAKEN


def test_a_transfer_changes_the_unit_from_its_day_and_keeps_the_status(db: Database) -> None:
    with db.write() as tx:
        viewer, a, b = admin(tx), make.unit(tx, "A"), make.unit(tx, "B")
        made = create(tx, viewer, a, "1")
        probation = Move(unit_id=a, since=dt.date(2024, 1, 1), status=MemberStatus.PROBATIONARY)
        members.move(tx, viewer, made.row.member_id, probation, **TIMES)
        moved = members.move(tx, viewer, made.row.member_id, Move(unit_id=b, since=SINCE), **TIMES)
        assert [(s.unit_id, s.status) for s in moved.memberships] == [
            (a, "official"),
            (a, "probationary"),
            (b, "probationary"),
        ]
        then = members.get(tx, viewer, made.row.member_id, today=make.TODAY, on=SINCE - dt.timedelta(days=1))
        assert (then.row.unit_id, moved.row.unit_id) == (a, b)


def test_a_temporary_stay_is_shown_there_and_leaves_home_alone(db: Database) -> None:
    with db.write() as tx:
        viewer, home, away = admin(tx), make.unit(tx, "A"), make.unit(tx, "B")
        made = create(tx, viewer, home, "1")
        visit = Move(unit_id=away, since=SINCE, temporary=True)
        moved = members.move(tx, viewer, made.row.member_id, visit, **TIMES)
        assert moved.row.unit_id == home
        shown = members.list_page(tx, viewer, today=make.TODAY, limit=5, unit_id=away)[0]
        assert [m.row.member_id for m in shown] == [made.row.member_id]
        over = Move(unit_id=None, since=dt.date(2025, 9, 1), temporary=True)
        back = members.move(tx, viewer, made.row.member_id, over, **TIMES)
        assert back.row.unit_id == home
        assert members.list_page(tx, viewer, today=make.TODAY, limit=5, unit_id=away)[0] == []


def test_who_leaves_stands_nowhere_and_stays_on_old_days(db: Database) -> None:
    with db.write() as tx:
        viewer, a, b = admin(tx), make.unit(tx, "A"), make.unit(tx, "B")
        made = create(tx, viewer, a, "1")
        members.move(tx, viewer, made.row.member_id, Move(unit_id=b, since=SINCE, temporary=True), **TIMES)
        gone = members.move(tx, viewer, made.row.member_id, Move(unit_id=None, since=dt.date(2025, 9, 1)), **TIMES)
        assert gone.row.unit_id is None
        assert members.list_page(tx, viewer, today=make.TODAY, limit=5)[0] == []
        then = members.list_page(tx, viewer, today=make.TODAY, limit=5, on=SINCE)[0]
        assert [m.row.unit_id for m in then] == [a]
        with pytest.raises(AppError) as refused:
            members.move(tx, viewer, made.row.member_id, Move(unit_id=None, since=make.TODAY), **TIMES)
        assert refused.value.code is Code.MEMBERSHIP_NONE


def test_a_member_cannot_go_where_there_is_no_unit(db: Database) -> None:
    with db.write() as tx:
        viewer, made = admin(tx), create(tx, make.account(tx, "x", Role.ADMIN), make.unit(tx, "A"), "1")
        with pytest.raises(AppError) as refused:
            members.move(tx, viewer, made.row.member_id, Move(unit_id=99, since=SINCE), **TIMES)
        assert refused.value.code is Code.FIELD_INVALID


def test_a_person_is_changed_field_by_field(db: Database) -> None:
    with db.write() as tx:
        viewer, unit_id = admin(tx), make.unit(tx, "A")
        made = create(tx, viewer, unit_id, "1")
        other = create(tx, viewer, unit_id, "2")
        wanted = MemberChange(full_name="Trần Văn Út", titles=("Trưởng ban",), party_role_given=True)
        changed = members.change(tx, viewer, made.row.member_id, wanted, version=made.row.version, **TIMES)
        assert (changed.row.full_name, changed.row.party_role, changed.row.code) == ("Trần Văn Út", None, "1")
        assert changed.words.titles == ("Trưởng ban",)
        assert changed.row.version == made.row.version + 1
        with pytest.raises(AppError) as stale:
            members.change(tx, viewer, made.row.member_id, wanted, version=made.row.version, **TIMES)
        assert stale.value.code is Code.ETAG_STALE
        with pytest.raises(AppError) as taken:
            members.change(tx, viewer, other.row.member_id, MemberChange(code="1"), version=other.row.version, **TIMES)
        assert taken.value.code is Code.CODE_TAKEN


def test_the_list_goes_by_given_name_and_finds_without_marks(db: Database) -> None:
    names = ("Nguyễn Văn Út", "Lê Văn Đạt", "Trần Thị Ánh", "Phạm An", "Lê Văn Dậu", "Y Moan Êban")
    with db.write() as tx:
        viewer, unit_id = admin(tx), make.unit(tx, "A")
        for number, name in enumerate(names):
            create(tx, viewer, unit_id, str(number), name)
        seen: list[str] = []
        after = None
        while True:
            page, after = members.list_page(tx, viewer, today=make.TODAY, limit=2, after=after)
            seen += [m.row.full_name for m in page]
            if after is None:
                break
        assert seen == ["Phạm An", "Trần Thị Ánh", "Lê Văn Dậu", "Lê Văn Đạt", "Y Moan Êban", "Nguyễn Văn Út"]
        found = members.list_page(tx, viewer, today=make.TODAY, limit=9, q="le dat")[0]
        assert [m.row.full_name for m in found] == ["Lê Văn Đạt"]
        assert members.list_page(tx, viewer, today=make.TODAY, limit=9, q="%")[0] == []


def test_an_erased_member_shows_no_name_and_takes_none(db: Database) -> None:
    with db.write() as tx:
        viewer = admin(tx)
        made = create(tx, viewer, make.unit(tx, "A"), "1")
        tx.execute(update(Member).values(erased_at=make.NOW))
        assert members.get(tx, viewer, made.row.member_id, today=make.TODAY).row.full_name == ""
        assert [m.row.full_name for m in members.list_page(tx, viewer, today=make.TODAY, limit=5)[0]] == [""]
        with pytest.raises(AppError) as refused:
            members.change(tx, viewer, made.row.member_id, MemberChange(full_name="Nguyễn"), version=1, **TIMES)
        assert refused.value.code is Code.FIELD_INVALID


def test_each_sees_the_members_of_their_scope(db: Database) -> None:
    with db.write() as tx:
        viewer, a, b = admin(tx), make.unit(tx, "A"), make.unit(tx, "B")
        mine, other = create(tx, viewer, a, "1"), create(tx, viewer, b, "2")
        officer = make.account(tx, "o", Role.OFFICER, unit_id=a)
        self_ = make.account(tx, "m", Role.MEMBER, member_id=mine.row.member_id)
        for who in (officer, self_):
            assert members.get(tx, who, mine.row.member_id, today=make.TODAY).row.code == "1"
            with pytest.raises(AppError) as hidden:
                members.get(tx, who, other.row.member_id, today=make.TODAY)
            assert hidden.value.code is Code.NOT_FOUND
        assert [m.row.code for m in members.list_page(tx, officer, today=make.TODAY, limit=5)[0]] == ["1"]
        with pytest.raises(AppError) as refused:
            members.list_page(tx, self_, today=make.TODAY, limit=5)
        assert refused.value.code is Code.RIGHT_MISSING


def test_an_officer_enters_absences_of_their_own_unit_only(db: Database) -> None:
    days: dict[str, Any] = {"from_on": SINCE, "until_on": dt.date(2025, 6, 30)}
    with db.write() as tx:
        viewer, a, b = admin(tx), make.unit(tx, "A"), make.unit(tx, "B")
        mine, other = create(tx, viewer, a, "1"), create(tx, viewer, b, "2")
        officer = make.account(tx, "o", Role.OFFICER, unit_id=a)
        made = members.record_absence(tx, officer, mine.row.member_id, reason="đi học", **days, **TIMES)
        assert (made.from_on, made.until_on, made.reason) == (SINCE, dt.date(2025, 6, 30), "đi học")
        assert members.get(tx, officer, mine.row.member_id, today=make.TODAY).absences == (made,)
        with pytest.raises(AppError) as hidden:
            members.record_absence(tx, officer, other.row.member_id, reason="x", **days, **TIMES)
        assert hidden.value.code is Code.NOT_FOUND
        backwards: dict[str, Any] = {"from_on": dt.date(2025, 6, 30), "until_on": SINCE}
        with pytest.raises(AppError) as refused:
            members.record_absence(tx, officer, mine.row.member_id, reason="x", **backwards, **TIMES)
        assert refused.value.code is Code.DATE_ORDER


def test_a_page_costs_the_same_statements_whatever_it_holds(sqlite_db: Database) -> None:
    with sqlite_db.write() as tx:
        viewer, unit_id = admin(tx), make.unit(tx, "A")
        for n in range(50):
            make.member(tx, unit_id, str(n))
    counted: list[str] = []
    event.listen(sqlite_db.engine, "before_cursor_execute", lambda *a: counted.append(a[2]))
    with sqlite_db.read() as tx:
        for limit in (1, 50):
            members.list_page(tx, viewer, today=make.TODAY, limit=limit)
    assert len([c for c in counted if c.startswith("SELECT")]) == 8
