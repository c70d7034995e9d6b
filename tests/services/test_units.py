"""Units and their dated tree."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select

from tests import make
from tracker.domain.errors import AppError, Code
from tracker.domain.types import Role, UnitId, Viewer
from tracker.services import units
from tracker.services.units import NewUnit, UnitCard, UnitChange
from tracker.store.tables.organisation import UnitAncestry

if TYPE_CHECKING:
    from tracker.store.db import Database, Tx

SINCE = dt.date(2025, 7, 1)
TIMES: dict[str, Any] = {"now": make.NOW, "today": make.TODAY}


def admin(tx: Tx) -> Viewer:
    return make.account(tx, "admin", Role.ADMIN)


def create(tx: Tx, viewer: Viewer, code: str, parent: UnitCard | None = None, name: str = "") -> UnitCard:
    new = NewUnit(code=code, name=name or f"Chi bộ {code}", kind="chi bộ", parent_id=parent.unit_id if parent else None)
    return units.create(tx, viewer, new, now=make.NOW, today=make.TODAY)


def change(tx: Tx, viewer: Viewer, unit: UnitCard, **fields: object) -> UnitCard:
    given = frozenset(fields) - {"since"}
    wanted = UnitChange(given=given, **fields)  # type: ignore[arg-type]  # each field is named as the class names it
    version = units.get(tx, viewer, unit.unit_id, today=make.TODAY).version
    return units.change(tx, viewer, unit.unit_id, wanted, version=version, now=make.NOW, today=make.TODAY)


def below(tx: Tx, unit_id: int, day: dt.date) -> set[int]:
    rows = tx.all(
        select(UnitAncestry.unit_id, UnitAncestry.valid_from, UnitAncestry.valid_to).where(
            UnitAncestry.ancestor_id == unit_id
        )
    )
    return {r.unit_id for r in rows if r.valid_from <= day and (r.valid_to is None or day < r.valid_to)}


def test_a_unit_is_made_below_another_five_deep(db: Database) -> None:
    with db.write() as tx:
        viewer = admin(tx)
        above: UnitCard | None = None
        made = []
        for depth in range(5):
            above = create(tx, viewer, f"U{depth}", above)
            made.append(above)
        assert below(tx, made[0].unit_id, make.TODAY) == {u.unit_id for u in made}
        assert made[4].parent_id == made[3].unit_id
        assert made[4].parent_name == "Chi bộ U3"
        assert made[4].valid_from is None


def test_a_code_stands_once(db: Database) -> None:
    with db.write() as tx:
        viewer = admin(tx)
        create(tx, viewer, "A")
        with pytest.raises(AppError) as refused:
            create(tx, viewer, "A")
        assert refused.value.code is Code.CODE_TAKEN
        other = create(tx, viewer, "B")
        with pytest.raises(AppError, match="in use"):
            change(tx, viewer, other, code="A")


def test_a_move_takes_the_whole_subtree_along_from_its_day(db: Database) -> None:
    with db.write() as tx:
        viewer = admin(tx)
        old, new = create(tx, viewer, "OLD"), create(tx, viewer, "NEW")
        middle = create(tx, viewer, "M", old)
        leaf = create(tx, viewer, "L", middle)
        moved = change(tx, viewer, middle, parent_id=new.unit_id, since=SINCE)
        assert [v.parent_id for v in moved.history] == [old.unit_id, new.unit_id]
        day_before = SINCE - dt.timedelta(days=1)
        assert leaf.unit_id in below(tx, old.unit_id, day_before)
        assert leaf.unit_id not in below(tx, old.unit_id, SINCE)
        assert below(tx, new.unit_id, SINCE) == {new.unit_id, middle.unit_id, leaf.unit_id}


def test_a_unit_does_not_stand_below_itself(db: Database) -> None:
    with db.write() as tx:
        viewer = admin(tx)
        top = create(tx, viewer, "T")
        middle = create(tx, viewer, "M", top)
        leaf = create(tx, viewer, "L", middle)
    for above in (top, leaf):
        with pytest.raises(AppError) as refused, db.write() as tx:
            change(tx, viewer, top, parent_id=above.unit_id)
        assert refused.value.code is Code.UNIT_CIRCLE
    with db.read() as tx:
        assert below(tx, top.unit_id, make.TODAY) == {top.unit_id, middle.unit_id, leaf.unit_id}


def test_two_moves_at_once_that_would_make_a_circle_leave_one(db: Database) -> None:
    with db.write() as tx:
        viewer = admin(tx)
        a, b = create(tx, viewer, "A"), create(tx, viewer, "B")
    outcomes: list[str] = []

    def put(one: UnitCard, other: UnitCard) -> None:
        try:
            with db.write() as tx:
                change(tx, viewer, one, parent_id=other.unit_id, since=SINCE)
            outcomes.append("done")
        except AppError as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=put, args=pair) for pair in ((a, b), (b, a))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", Code.UNIT_CIRCLE]


def test_a_unit_that_ended_shows_its_successor_and_its_old_name_on_old_days(db: Database) -> None:
    with db.write() as tx:
        viewer = admin(tx)
        top = create(tx, viewer, "T")
        old, new = create(tx, viewer, "OLD", top, "Đảng bộ huyện"), create(tx, viewer, "NEW", top)
        ended = change(tx, viewer, old, successor_id=new.unit_id, since=SINCE)
        assert (ended.valid_to, ended.successor_id) == (SINCE, new.unit_id)
        codes = [u.code for u in units.list_page(tx, viewer, today=make.TODAY, limit=10)[0]]
        assert codes == ["NEW", "T"]
        then = units.list_page(tx, viewer, today=make.TODAY, on=SINCE - dt.timedelta(days=1), limit=10)[0]
        assert [u.name for u in then] == ["Chi bộ NEW", "Chi bộ T", "Đảng bộ huyện"]
        with pytest.raises(AppError) as refused:
            units.create(tx, viewer, NewUnit(code="X", name="X", parent_id=old.unit_id, valid_from=SINCE), **TIMES)
        assert refused.value.code is Code.DATE_ORDER


def test_a_stale_change_is_refused_and_changes_nothing(db: Database) -> None:
    with db.write() as tx:
        viewer = admin(tx)
        unit = create(tx, viewer, "A")
        change(tx, viewer, unit, name="Mới")
    wanted = UnitChange(given=frozenset({"name"}), name="Khác")
    with pytest.raises(AppError) as refused, db.write() as tx:
        units.change(tx, viewer, unit.unit_id, wanted, version=unit.version, **TIMES)
    assert refused.value.code is Code.ETAG_STALE
    with db.read() as tx:
        assert units.get(tx, viewer, unit.unit_id, today=make.TODAY).name == "Mới"


def test_the_list_is_sorted_as_vietnamese_sorts_searched_without_marks_and_paged(db: Database) -> None:
    with db.write() as tx:
        viewer = admin(tx)
        for code, name in (("1", "Đông Hòa"), ("2", "Dân Tiến"), ("3", "Ấp Bắc"), ("4", "An Bình"), ("5", "Đảng ủy")):
            create(tx, viewer, code, name=name)
        first, after = units.list_page(tx, viewer, today=make.TODAY, limit=3)
        rest, end = units.list_page(tx, viewer, today=make.TODAY, limit=3, after=after)
        assert [u.name for u in [*first, *rest]] == ["An Bình", "Ấp Bắc", "Dân Tiến", "Đảng ủy", "Đông Hòa"]
        assert end is None
        found = units.list_page(tx, viewer, today=make.TODAY, limit=3, q="dang uy")[0]
        assert [u.code for u in found] == ["5"]
        by_code, after = units.list_page(tx, viewer, today=make.TODAY, limit=2, by_code=True)
        assert [u.code for u in by_code] == ["1", "2"]
        assert after == ("2", by_code[1].unit_id)


def test_an_officer_sees_their_unit_and_below_and_changes_none(db: Database) -> None:
    with db.write() as tx:
        viewer = admin(tx)
        top, other = create(tx, viewer, "T"), create(tx, viewer, "O")
        leaf = create(tx, viewer, "L", top)
        officer = make.account(tx, "o", Role.OFFICER, unit_id=UnitId(top.unit_id))
        seen = units.list_page(tx, officer, today=make.TODAY, limit=10)[0]
        assert {u.unit_id for u in seen} == {top.unit_id, leaf.unit_id}
        with pytest.raises(AppError) as hidden:
            units.get(tx, officer, other.unit_id, today=make.TODAY)
        assert hidden.value.code is Code.NOT_FOUND
        with pytest.raises(AppError) as refused:
            create(tx, officer, "N", top)
        assert refused.value.code is Code.RIGHT_MISSING


def test_coverage_names_the_units_without_a_group(db: Database) -> None:
    with db.write() as tx:
        viewer = admin(tx)
        top = create(tx, viewer, "T")
        parts = [create(tx, viewer, f"P{n}", top) for n in range(3)]
        create(tx, viewer, "below", parts[2])
        for part in parts[:2]:
            units.add_group(tx, viewer, part.unit_id, kind="Tổ 35", established_on=SINCE, **TIMES)
        found = units.tally_coverage(tx, viewer, group="tổ 35", unit_id=top.unit_id, on=None, today=make.TODAY)
        assert (found.with_group, found.total, found.tenths_percent) == (2, 3, 667)
        assert [row.code for row in found.missing] == ["P2"]
        early = dt.date(2025, 6, 30)
        before = units.tally_coverage(tx, viewer, group="Tổ 35", unit_id=top.unit_id, on=early, today=make.TODAY)
        assert (before.with_group, before.tenths_percent) == (0, 0)
        none = units.tally_coverage(tx, viewer, group="Tổ 35", unit_id=parts[0].unit_id, on=None, today=make.TODAY)
        assert none.tenths_percent is None


def test_a_page_costs_the_same_statements_whatever_it_holds(sqlite_db: Database) -> None:
    with sqlite_db.write() as tx:
        viewer = admin(tx)
        for n in range(40):
            create(tx, viewer, f"U{n}")
    counted: list[str] = []
    event.listen(sqlite_db.engine, "before_cursor_execute", lambda *a: counted.append(a[2]))
    with sqlite_db.read() as tx:
        for limit in (1, 40):
            units.list_page(tx, viewer, today=make.TODAY, limit=limit)
    statements = [c for c in counted if c.startswith("SELECT")]
    assert len(statements) == 6
