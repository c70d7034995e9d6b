"""Accounts made and changed by hand while the import of their member or unit is taken back: one waits for the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests import make
from tests.services import beside
from tests.services.importing import load, undo
from tracker.domain.errors import Code
from tracker.domain.types import Role
from tracker.services import accounts
from tracker.services.accounts import NewAccount
from tracker.services.imports import run
from tracker.store.tables.accounts import Account
from tracker.store.tables.organisation import Member, UnitVersion

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.services.claims_house import ClaimsHouse
    from tracker.services.imports.run import ImportResult
    from tracker.store.db import Tx

    Case = tuple[ImportResult, Callable[[Tx], Any]]

MEMBERS = "code,full_name,unit_code,since\nbay,Lê Bảy,CB1,2020-01-01\n"
UNITS = "code,name,parent_code\nCB9,Chi bộ 9,DU\n"


@pytest.fixture(params=["member's account", "officer's account", "officer's new scope"])
def case(request: pytest.FixtureRequest, house: ClaimsHouse) -> Case:
    """Import a member or a unit; give with the import what somebody does with it beside."""
    made: dict[str, Any] = {"login": "bay", "password_hash": make.HASH}
    if request.param == "member's account":
        result = load(house.db, house.admin, "members", MEMBERS)
        with house.db.read() as tx:
            of_member = tx.scalar(select(Member.member_id).where(Member.code == "bay"))
        new = NewAccount(role=Role.MEMBER, member_id=of_member, **made)
        return result, lambda tx: accounts.create(tx, house.admin, new, now=house.now)
    result = load(house.db, house.admin, "units", UNITS)
    with house.db.read() as tx:
        unit_id = tx.scalar(select(UnitVersion.unit_id).where(UnitVersion.name == "Chi bộ 9"))
        stranger = accounts.get(tx, house.admin, house.stranger.account_id)
    if request.param == "officer's account":
        new = NewAccount(role=Role.OFFICER, unit_id=unit_id, **made)
        return result, lambda tx: accounts.create(tx, house.admin, new, now=house.now)
    return result, lambda tx: accounts.change(tx, house.admin, stranger, {"unit_id": unit_id}, now=house.now)


def listed(house: ClaimsHouse) -> list[Any]:
    with house.db.read() as tx:
        return list(tx.all(select(Account.login, Account.unit_id, Account.version).order_by(Account.login)))


def test_who_makes_an_account_while_its_import_is_taken_back_is_told_what_is_not_there(
    house: ClaimsHouse, case: Case
) -> None:
    (result, work), told, before = case, list[Code](), listed(house)

    def late() -> None:
        with house.db.write() as tx:
            work(tx)

    with house.db.write() as tx:
        assert result.import_id is not None
        run.take_back(tx, house.admin, result.import_id, now=house.now, today=house.today)
        other = beside.begin(late, told)
        beside.see_it_wait(house.db)
    other.join()
    assert told == [Code.FIELD_INVALID]
    assert listed(house) == before


def test_an_import_is_not_taken_back_from_under_an_account_that_is_made_meanwhile(
    house: ClaimsHouse, case: Case
) -> None:
    (result, work), told, before = case, list[Code](), listed(house)
    with house.db.write() as tx:
        work(tx)
        other = beside.begin(lambda: undo(house.db, house.admin, result), told)
        beside.see_it_wait(house.db)
    other.join()
    assert told == [Code.IMPORT_CHANGED]
    assert listed(house) != before
