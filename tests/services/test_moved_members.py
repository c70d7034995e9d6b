"""Who moved: whose page a reader may open still, what is asked of them where they are, what they brought along."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests import make, make_claims
from tracker.domain.claims import ClaimKind
from tracker.domain.contribution import Result
from tracker.domain.periods import Period, PeriodKind
from tracker.domain.programmes import TargetWho
from tracker.domain.types import Role
from tracker.services import explain, programmes, progress_rows, scoped, targets
from tracker.services.progress_rows import ClaimsAsked

if TYPE_CHECKING:
    from tracker.domain.types import MemberId, Viewer
    from tracker.store.db import Database

MOVED_ON = dt.date(2026, 8, 20)
TOLD = {"now": make.NOW, "zone": ZoneInfo("Asia/Ho_Chi_Minh")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Two members of one unit, of whom one moved to another, where the first unit's programme does not bind."""

    db: Database
    stays: MemberId
    goes: MemberId
    here: Viewer
    there: Viewer
    admin: Viewer
    target_id: int


@pytest.fixture
def moved(db: Database) -> Moved:
    with db.write() as tx:
        old, new = make.unit(tx, "CB1", "Chi bộ Một"), make.unit(tx, "CB2", "Chi bộ Hai")
        stays, goes = make.member(tx, old, "001", "Lê Bé"), make.member(tx, old, "002", "Bùi An")
        make_claims.claim(tx, goes, old, dt.date(2026, 7, 3))
        make_claims.transfer(tx, goes, new, MOVED_ON)
        here, there = (make.account(tx, f"canbo{unit}", Role.OFFICER, unit_id=unit) for unit in (old, new))
        admin = make.account(tx, "quantri", Role.ADMIN)
        programme = programmes.create(
            tx, here, programmes.NewProgramme(name="Mô hình", unit_id=old, is_new=True), now=make.NOW, today=make.TODAY
        )
        target = targets.NewTarget(
            programme_id=programme.programme_id,
            who=TargetWho.EACH_MEMBER,
            what=ClaimKind.SHARE,
            minimum=1,
            per=PeriodKind.MONTH,
        )
        made = targets.create(tx, here, target, now=make.NOW, today=make.TODAY)
    return Moved(db=db, stays=stays, goes=goes, here=here, there=there, admin=admin, target_id=made.target.target_id)


def test_who_went_elsewhere_is_known_there_and_to_who_reads_everything(moved: Moved) -> None:
    both = (moved.stays, moved.goes)
    with moved.db.read() as tx:
        known = [scoped.list_known(tx, who, both, make.TODAY) for who in (moved.here, moved.there, moved.admin)]
        assert scoped.list_known(tx, moved.here, (), make.TODAY) == frozenset()
    assert known == [{moved.stays}, {moved.goes}, set(both)]


@pytest.mark.parametrize(("month", "result"), [("2026-07", Result.MET), ("2026-08", Result.NOT_COUNTED)])
def test_who_stands_where_a_programme_does_not_bind_is_not_below_its_target(
    moved: Moved, month: str, result: Result
) -> None:
    with moved.db.read() as tx:
        view = explain.get(tx, moved.admin, moved.goes, moved.target_id, Period.parse(month), lang="vi", **TOLD)  # type: ignore[arg-type]  # an instant and a zone
    assert view.why.result is result
    assert ("không thuộc mô hình này" in view.why.words) == (result is Result.NOT_COUNTED)


def test_what_a_member_brought_along_is_listed_in_their_new_unit_and_opens_to_who_may_read_it(moved: Moved) -> None:
    quarter = Period.parse("2026-Q3")
    with moved.db.read() as tx:
        views = [
            progress_rows.list_claims(tx, who, None, quarter, ClaimsAsked(member_id=moved.goes), **TOLD)  # type: ignore[arg-type]  # the same
            for who in (moved.here, moved.there, moved.admin)
        ]
        all_there = progress_rows.list_claims(tx, moved.there, None, quarter, ClaimsAsked(), **TOLD)  # type: ignore[arg-type]  # the same
    assert [(len(view.claims), len(view.known)) for view in views] == [(1, 1), (1, 0), (1, 1)]
    assert all_there.claims == []
