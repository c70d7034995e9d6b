"""One administrator who can sign in always stays, whoever closes, demotes or erases whom at the same moment."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from tests import make
from tests.services import beside
from tracker.domain.errors import AppError, Code
from tracker.domain.types import Role
from tracker.services import accounts, erasure
from tracker.store.tables.accounts import Account

if TYPE_CHECKING:
    from tracker.domain.types import Viewer
    from tracker.store.db import Database, Tx

WAYS = ["close", "demote", "erase"]


@dataclass
class Two:
    """An office of two administrators, who are members too."""

    db: Database
    one: Viewer
    other: Viewer

    def end(self, tx: Tx, way: str, whom: Viewer, by: Viewer) -> None:
        if way == "erase":
            assert whom.member_id is not None
            erasure.carry_out(tx, by, whom.member_id, now=make.NOW)
            return
        current = accounts.get(tx, by, whom.account_id)
        accounts.change(tx, by, current, {"disabled": True} if way == "close" else {"role": "member"}, now=make.NOW)

    def end_alone(self, way: str, whom: Viewer, by: Viewer) -> None:
        self.db.write_retrying(lambda tx: self.end(tx, way, whom, by))

    def count(self) -> int:
        query = select(func.count()).where(Account.role == Role.ADMIN, Account.disabled.is_(False))
        with self.db.read() as tx:
            return int(tx.scalar(query) or 0)


@pytest.fixture
def two(db: Database) -> Two:
    with db.write() as tx:
        unit_id = make.unit(tx, "CB1")
        people = [make.member(tx, unit_id, f"00{n}") for n in range(2)]
        one, other = (make.account(tx, f"admin{m}", Role.ADMIN, member_id=m, password_hash=make.HASH) for m in people)
    return Two(db, one, other)


@pytest.mark.parametrize("second", WAYS)
@pytest.mark.parametrize("first", WAYS)
def test_two_administrators_who_end_each_other_leave_one(two: Two, first: str, second: str) -> None:
    told: list[Code] = []
    with two.db.write() as tx:
        two.end(tx, first, two.other, by=two.one)
        late = beside.begin(lambda: two.end_alone(second, two.one, by=two.other), told)
        beside.see_it_wait(two.db)
    late.join()
    assert told == [Code.LAST_ADMIN]
    assert two.count() == 1


@pytest.mark.parametrize("way", WAYS)
def test_two_who_begin_at_the_same_moment_wait_for_each_other_and_are_not_told_that_the_house_is_busy(
    two: Two, way: str
) -> None:
    barrier, told = threading.Barrier(2), []

    def end(whom: Viewer, by: Viewer) -> None:
        barrier.wait()
        try:
            with two.db.write() as tx:
                two.end(tx, way, whom, by)
        except AppError as refusal:
            told.append(refusal.code)

    threads = [threading.Thread(target=end, args=pair) for pair in ((two.one, two.other), (two.other, two.one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [Code.LAST_ADMIN]
    assert two.count() == 1


@pytest.fixture
def unopened(two: Two) -> Viewer:
    """Add an administrator as an import makes one: without a password."""
    with two.db.write() as tx:
        member_id = make.member(tx, make.unit(tx, "CB2"), "009")
        return make.account(tx, "unopened", Role.ADMIN, member_id=member_id)


@pytest.mark.parametrize("way", WAYS)
def test_an_administrator_without_a_password_does_not_stand_in_for_the_last_one(
    two: Two, unopened: Viewer, way: str
) -> None:
    two.end_alone("close", two.other, by=two.one)
    with pytest.raises(AppError) as refused:
        two.end_alone(way, two.one, by=unopened)
    assert refused.value.code is Code.LAST_ADMIN


@pytest.mark.parametrize("way", WAYS)
def test_an_administrator_without_a_password_may_always_be_ended(two: Two, unopened: Viewer, way: str) -> None:
    with two.db.write() as tx:
        tx.execute(update(Account).where(Account.account_id != unopened.account_id).values(disabled=True))
    two.end_alone(way, unopened, by=two.one)
    assert two.count() == 0
