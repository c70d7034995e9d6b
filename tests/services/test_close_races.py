"""Closing while claims are decided: what was decided stands in the close, or in its restatement, never in neither."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING

import pytest

from tracker.domain.claims import Verdict
from tracker.domain.methods import MethodVersions
from tracker.domain.periods import Period
from tracker.services import closing, contributions, members, reviews
from tracker.services.members import Move
from tracker.services.reviews import Decision

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import ClaimId, UnitId
    from tracker.store.db import Tx

pytestmark = pytest.mark.thorough

OCTOBER = Period.parse("2026-10")
METHOD = MethodVersions(bot_list="một danh sách")
A_WHILE_S = 0.4  # given to the second transaction to overtake the first, if it could


def close(house: ClaimsHouse, tx: Tx, unit_id: UnitId) -> None:
    closing.close_period(tx, house.admin, unit_id, OCTOBER, method=METHOD, now=house.now, today=house.today)


def accept(house: ClaimsHouse, tx: Tx, claim_id: ClaimId) -> None:
    reviews.decide(tx, house.officer, claim_id, Decision(verdict=Verdict.ACCEPT), now=house.now, zone=house.zone)


def crosswise(house: ClaimsHouse, first: Callable[[Tx], None], second: Callable[[Tx], None]) -> None:
    """Begin the second while the first is not committed yet."""

    def run() -> None:
        house.db.write_retrying(second)

    with house.db.write() as tx:
        first(tx)
        other = threading.Thread(target=run)
        other.start()
        other.join(A_WHILE_S)
    other.join()


def counted(house: ClaimsHouse, unit_id: UnitId) -> tuple[int, int]:
    """Give the shares in the close, and the changes in its restatement."""
    with house.db.read() as tx:
        view = contributions.get(tx, house.admin, unit_id, OCTOBER, now=house.now, zone=house.zone)
        assert view.close is not None
        told = {"after": None, "limit": 10, "today": house.today}
        rows, _ = closing.list_restatements(tx, house.admin, unit_id, OCTOBER, **told)  # type: ignore[arg-type]
    return view.total.shares, len(rows)


@pytest.fixture
def waiting(house: ClaimsHouse) -> ClaimId:
    return house.file(house.as_an, house.share(happened_on=dt.date(2026, 10, 5)))


def test_a_close_waits_for_a_decision_under_way_and_freezes_it(house: ClaimsHouse, waiting: ClaimId) -> None:
    crosswise(house, lambda tx: accept(house, tx, waiting), lambda tx: close(house, tx, house.committee))
    assert counted(house, house.branch) == (1, 0)


def test_a_decision_waits_for_a_close_under_way_and_is_restated(house: ClaimsHouse, waiting: ClaimId) -> None:
    crosswise(house, lambda tx: close(house, tx, house.committee), lambda tx: accept(house, tx, waiting))
    assert counted(house, house.branch) == (0, 1)


def move(house: ClaimsHouse, tx: Tx) -> None:
    wanted = Move(unit_id=house.other_branch, since=dt.date(2026, 10, 1))
    members.move(tx, house.admin, house.an, wanted, now=house.now, today=house.today)


@pytest.fixture
def accepted(house: ClaimsHouse, waiting: ClaimId) -> ClaimId:
    with house.db.write() as tx:
        accept(house, tx, waiting)
    return waiting


def test_a_close_waits_for_a_transfer_under_way_and_freezes_all_of_it(house: ClaimsHouse, accepted: ClaimId) -> None:
    crosswise(house, lambda tx: move(house, tx), lambda tx: close(house, tx, house.committee))
    assert (counted(house, house.branch), counted(house, house.other_branch)) == ((0, 0), (1, 0))


def test_a_transfer_waits_for_a_close_under_way_and_is_restated(house: ClaimsHouse, accepted: ClaimId) -> None:
    crosswise(house, lambda tx: close(house, tx, house.committee), lambda tx: move(house, tx))
    assert (counted(house, house.branch), counted(house, house.other_branch)) == ((1, 1), (0, 1))
