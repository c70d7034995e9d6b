"""Members from a spreadsheet, with accounts and paper consents."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, select, update

from tests import make
from tests.services.importing import load, told, undo
from tracker.domain.errors import AppError, Code
from tracker.domain.types import Role, Viewer
from tracker.services import consents, members
from tracker.services.members import MemberChange
from tracker.store.tables.accounts import Account, Consent
from tracker.store.tables.organisation import Member, Membership

if TYPE_CHECKING:
    from tracker.services.members import MemberCard
    from tracker.store.db import Database

HEAD = "code,full_name,unit_code,since,status,kind,titles,pen_names\n"
FILE = HEAD + (
    "001,Nguyễn Văn An,A,2020-05-01,chính thức,đảng viên,Bí thư; Hiệu trưởng,An Nhiên\n"
    "002,Nguyễn Văn An,A,1/6/2021,Dự bị,,,\n"
    "003,Lê Bé,B,,quần chúng,Khác,,\n"
)


@pytest.fixture
def admin(db: Database) -> Viewer:
    with db.write() as tx:
        make.unit(tx, "A")
        make.unit(tx, "B")
        return make.account(tx, "admin", Role.ADMIN)


def listed(db: Database, viewer: Viewer) -> dict[str, MemberCard]:
    with db.read() as tx:
        found = members.list_page(tx, viewer, today=make.TODAY, limit=200)[0]
        return {m.row.code: members.get(tx, viewer, m.row.member_id, today=make.TODAY) for m in found}


def counts(db: Database) -> tuple[int, ...]:
    with db.read() as tx:
        return tuple(tx.scalar(select(func.count()).select_from(t)) for t in (Member, Membership, Account, Consent))


def test_members_are_put_down_with_all_the_file_says(db: Database, admin: Viewer) -> None:
    result = load(db, admin, "members", FILE)
    assert [o.status for o in result.outcomes] == ["new"] * 3
    found = listed(db, admin)
    first = found["001"]
    assert (first.row.full_name, first.row.status, first.row.since) == (
        "Nguyễn Văn An",
        "official",
        dt.date(2020, 5, 1),
    )
    assert (first.words.titles, first.words.pen_names) == (("Bí thư", "Hiệu trưởng"), ("An Nhiên",))
    assert (found["002"].row.status, found["002"].row.since) == ("probationary", dt.date(2021, 6, 1))
    assert (found["003"].row.kind, found["003"].row.status, found["003"].row.since) == (
        "other",
        "non_member",
        make.TODAY,
    )
    assert first.row.member_id != found["002"].row.member_id


def test_the_same_file_twice_changes_nothing(db: Database, admin: Viewer) -> None:
    load(db, admin, "members", FILE)
    before = counts(db), listed(db, admin)
    result = load(db, admin, "members", FILE)
    assert {o.status for o in result.outcomes} == {"same"}
    assert (counts(db), listed(db, admin)) == before


def test_a_row_that_differs_changes_what_differs(db: Database, admin: Viewer) -> None:
    load(db, admin, "members", FILE)
    result = load(db, admin, "members", HEAD + "1,Nguyễn An,B,2025-05-01,,,Phó Bí thư,\n003,Lê Bé,B,,,,,\n")
    assert told(result) == [(2, "changed", None), (3, "same", None)]
    assert result.outcomes[0].words("en") == "Changed: full_name, titles, unit_code"
    first = listed(db, admin)["001"]
    assert [(s.since, s.until, s.status) for s in first.memberships] == [
        (dt.date(2020, 5, 1), dt.date(2025, 5, 1), "official"),
        (dt.date(2025, 5, 1), None, "official"),
    ]
    assert first.words.pen_names == ("An Nhiên",)
    again = load(db, admin, "members", FILE.replace("Nguyễn Văn An,A,2020", "Nguyễn An,A,2020"))
    assert told(again)[0] == (2, "changed", None)
    assert len(listed(db, admin)["001"].memberships) == 2


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("9,,A,2020-01-01,,,,", "field.invalid"),
        ("9,Lê Bé,,2020-01-01,,,,", "field.invalid"),
        ("9,Lê Bé,C,2020-01-01,,,,", "thing.not_found"),
        ("9,Lê Bé,A,13/13/2020,,,,", "field.invalid"),
        ("9,Lê Bé,A,2020-01-01,đã nghỉ,,,", "field.invalid"),
        ("9,Lê Bé,A,2020-01-01,,người,,", "field.invalid"),
        (",Lê Bé,A,2020-01-01,,,,", "field.invalid"),
    ],
)
def test_a_row_that_cannot_be_is_refused_in_words(db: Database, admin: Viewer, row: str, code: str) -> None:
    result = load(db, admin, "members", HEAD + row + "\n")
    assert told(result) == [(2, "refused", code)]
    assert result.outcomes[0].words("vi") != result.outcomes[0].words("en")
    assert not result.applied


def test_a_unit_that_ended_takes_nobody(db: Database, admin: Viewer) -> None:
    load(db, admin, "members", HEAD)
    with db.write() as tx:
        tx.connection.exec_driver_sql("UPDATE unit_versions SET valid_to = '2025-07-01'")
    result = load(db, admin, "members", HEAD + "9,Lê Bé,A,2025-07-01,,,,\n8,Lê Bảy,A,2025-06-30,,,,\n")
    assert told(result) == [(2, "refused", "date.order"), (3, "new", None)]


def test_an_erased_person_is_not_brought_back(db: Database, admin: Viewer) -> None:
    load(db, admin, "members", FILE)
    with db.write() as tx:
        tx.execute(update(Member).where(Member.code == "001").values(erased_at=make.NOW))
    assert told(load(db, admin, "members", FILE))[0] == (2, "refused", "thing.in_use")


WITH_ACCESS = (
    "code,full_name,unit_code,since,login,role,consent_on\n"
    "001,Nguyễn Văn An,A,2020-05-01,an,,15/10/2025\n002,Lê Bé,A,2020-05-01,Bé,cán bộ,\n"
)


def test_accounts_and_paper_consents_come_along(db: Database, admin: Viewer) -> None:
    result = load(db, admin, "members", WITH_ACCESS)
    assert [n.words("en") for n in result.notes] == [
        "2 accounts are new; each can be used once its owner has a sign-in slip (under Accounts)"
    ]
    found = listed(db, admin)
    with db.read() as tx:
        accounts = tx.all(select(Account.login, Account.role, Account.member_id, Account.unit_id))
        made = {a.login: (a.role, a.member_id, a.unit_id) for a in accounts if a.login != "admin"}
        first, second = found["001"].row, found["002"].row
        assert made == {"an": ("member", first.member_id, None), "Bé": ("officer", second.member_id, second.unit_id)}
        consents.require_filing(tx, found["001"].row.member_id)
        with pytest.raises(AppError):
            consents.require_filing(tx, found["002"].row.member_id)
        papers = tx.all(select(Consent.on_paper, Consent.given_on, Consent.entered_by))
        assert {tuple(p) for p in papers} == {(True, dt.date(2025, 10, 15), admin.account_id)}
    before = counts(db)
    again = load(db, admin, "members", WITH_ACCESS)
    assert {o.status for o in again.outcomes} == {"same"}
    assert counts(db) == before


def test_what_an_account_cannot_be_is_refused(db: Database, admin: Viewer) -> None:
    load(db, admin, "members", WITH_ACCESS)
    head = "code,full_name,unit_code,since,login,role,consent_on\n"
    text = head + (
        "001,Nguyễn Văn An,A,2020-05-01,khac,,\n002,Lê Bé,A,2020-05-01,bé,admin,\n003,Y,A,2020-05-01,AN,,\n"
        "004,Z,A,2020-05-01,z,,2027-01-01\n005,Z,A,2020-05-01,zz,,\n006,Z,A,2020-05-01,ZZ,,\n"
    )
    assert [code for _, _, code in told(load(db, admin, "members", text))] == [
        "account.login_taken",
        "field.invalid",
        "account.login_taken",
        "field.invalid",
        None,
        "account.login_taken",
    ]


def test_an_import_of_members_is_taken_back_whole(db: Database, admin: Viewer) -> None:
    start = counts(db)
    first = load(db, admin, "members", WITH_ACCESS)
    before = listed(db, admin)
    second = load(db, admin, "members", HEAD + "001,Nguyễn An,B,2025-05-01,,,Bí thư,An\n")
    undo(db, admin, second)
    now_so = listed(db, admin)
    assert (now_so["001"].memberships, now_so["001"].words) == (before["001"].memberships, before["001"].words)
    assert now_so["001"].row.full_name == "Nguyễn Văn An"
    undo(db, admin, first)
    assert counts(db) == start


def test_members_with_claims_or_changes_are_not_taken_back(db: Database, admin: Viewer) -> None:
    first = load(db, admin, "members", FILE)
    member = listed(db, admin)["003"].row
    with db.write() as tx:
        members.record_absence(
            tx,
            admin,
            member.member_id,
            from_on=make.TODAY,
            until_on=make.TODAY,
            reason="đi học",
            now=make.NOW,
            today=make.TODAY,
        )
    with pytest.raises(AppError) as used:
        undo(db, admin, first)
    assert used.value.code is Code.IMPORT_CHANGED
    second = load(db, admin, "members", HEAD + "009,Lê Bảy,A,2020-01-01,,,,\n")
    member = listed(db, admin)["009"].row
    with db.write() as tx:
        wanted = MemberChange(full_name="Lê Bảy Bé")
        members.change(tx, admin, member.member_id, wanted, version=1, now=make.NOW, today=make.TODAY)
    with pytest.raises(AppError) as changed:
        undo(db, admin, second)
    assert changed.value.code is Code.IMPORT_CHANGED
    assert {"001", "009"} <= set(listed(db, admin))


def test_a_thousand_rows_cost_few_statements(sqlite_db: Database) -> None:
    with sqlite_db.write() as tx:
        make.unit(tx, "A")
        admin = make.account(tx, "admin", Role.ADMIN)
    counted: list[str] = []
    event.listen(sqlite_db.engine, "before_cursor_execute", lambda *a: counted.append(a[2]))
    text = HEAD + "".join(f"{n:05},Nguyễn Văn {n},A,2020-01-01,,,Bí thư,\n" for n in range(1000))
    assert load(sqlite_db, admin, "members", text).totals()["new"] == 1000
    assert len(counted) < 60
