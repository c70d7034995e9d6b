"""Units from a spreadsheet."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from tests import make
from tests.services.importing import load, told, undo
from tracker.domain.errors import AppError, Code
from tracker.domain.types import Role, UnitId, Viewer
from tracker.services import units
from tracker.services.imports.columns import COLUMNS, SheetRow, What, find_table, heading
from tracker.services.units import UnitChange
from tracker.store.tables.operations import Import
from tracker.store.tables.organisation import Unit, UnitAncestry, UnitVersion

if TYPE_CHECKING:
    from tracker.services.units import UnitCard
    from tracker.store.db import Database

FILE = "code,name,kind,parent_code,valid_from\n02,Chi bộ 2,chi bộ,01,\n01,Đảng ủy xã,đảng ủy,,\n03,Chi bộ 3,chi bộ,1,\n"


@pytest.fixture
def admin(db: Database) -> Viewer:
    with db.write() as tx:
        return make.account(tx, "admin", Role.ADMIN)


def listed(db: Database, viewer: Viewer) -> dict[str, UnitCard]:
    with db.read() as tx:
        found = units.list_page(tx, viewer, today=make.TODAY, limit=200)[0]
    return {u.code: u for u in found}


def rows(db: Database) -> tuple[int, ...]:
    with db.read() as tx:
        return tuple(tx.scalar(select(func.count()).select_from(t)) for t in (Unit, UnitVersion, UnitAncestry))


def test_a_parent_may_stand_below_its_children(db: Database, admin: Viewer) -> None:
    result = load(db, admin, "units", FILE)
    assert told(result) == [(2, "new", None), (3, "new", None), (4, "new", None)]
    assert (result.applied, result.totals()["new"]) == (True, 3)
    found = listed(db, admin)
    assert found["02"].parent_id == found["03"].parent_id == found["01"].unit_id
    with db.read() as tx:
        officer = Viewer(account_id=admin.account_id, role=Role.OFFICER, unit_id=UnitId(found["01"].unit_id))
        assert len(units.list_page(tx, officer, today=make.TODAY, limit=9)[0]) == 3


def test_the_same_file_twice_changes_nothing(db: Database, admin: Viewer) -> None:
    load(db, admin, "units", FILE)
    before = rows(db), listed(db, admin)
    result = load(db, admin, "units", FILE)
    assert {o.status for o in result.outcomes} == {"same"}
    assert result.applied
    assert (rows(db), listed(db, admin)) == before


def test_a_dry_run_tells_the_same_and_writes_nothing(db: Database, admin: Viewer) -> None:
    result = load(db, admin, "units", FILE, dry_run=True)
    assert (result.import_id, result.applied, result.totals()["new"]) == (None, False, 3)
    assert rows(db) == (0, 0, 0)
    with db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(Import)) == 0


def test_one_bad_row_stops_all_unless_partial(db: Database, admin: Viewer) -> None:
    text = FILE + "04,Chi bộ 4,,99,\n05,,,,\n06,Chi bộ 6,,04,31/02/2025\n07,Chi bộ 7,,04,\n"
    result = load(db, admin, "units", text)
    assert told(result)[3:] == [
        (5, "refused", "thing.not_found"),
        (6, "refused", "field.invalid"),
        (7, "refused", "field.invalid"),
        (8, "refused", "thing.not_found"),
    ]
    assert not result.applied
    assert rows(db) == (0, 0, 0)
    part = load(db, admin, "units", text, partial=True)
    assert part.applied
    assert set(listed(db, admin)) == {"01", "02", "03"}


def test_a_partial_file_of_nothing_but_refused_rows_is_not_applied(db: Database, admin: Viewer) -> None:
    result = load(db, admin, "units", "code,name\n,x\n", partial=True)
    assert (result.applied, result.is_refused) == (False, True)


def test_a_code_twice_in_a_file_and_a_circle_are_refused(db: Database, admin: Viewer) -> None:
    text = "code,name,parent_code\nA,a,B\nB,b,A\nC,c,\nC,d,\nD,d,A\n"
    assert told(load(db, admin, "units", text)) == [
        (2, "refused", "unit.circle"),
        (3, "refused", "unit.circle"),
        (4, "new", None),
        (5, "refused", "code.taken"),
        (6, "refused", "unit.circle"),
    ]


def test_a_change_is_dated_and_the_old_name_stays_on_old_days(db: Database, admin: Viewer) -> None:
    load(db, admin, "units", FILE)
    changed = load(db, admin, "units", "mã,tên,có hiệu lực từ ngày,mã cấp trên\n2,Chi bộ Hai,1/7/2025,03\n")
    assert told(changed) == [(2, "changed", None)]
    assert changed.outcomes[0].words("vi") == "Cập nhật: Tên tổ chức Đảng, Mã cấp trên"
    unit_id = listed(db, admin)["02"].unit_id
    with db.read() as tx:
        before = units.get(tx, admin, unit_id, today=make.TODAY, on=dt.date(2025, 6, 30))
        after = units.get(tx, admin, unit_id, today=make.TODAY)
    assert (before.name, after.name, after.parent_name) == ("Chi bộ 2", "Chi bộ Hai", "Chi bộ 3")
    again = load(db, admin, "units", "mã,tên,có hiệu lực từ ngày,mã cấp trên\n2,Chi bộ Hai,1/7/2025,03\n")
    assert told(again) == [(2, "same", None)]


def test_an_import_is_taken_back_whole(db: Database, admin: Viewer) -> None:
    first = load(db, admin, "units", FILE)
    before = listed(db, admin)
    second = load(db, admin, "units", "code,name,parent_code\n02,Chi bộ Hai,03\n04,Chi bộ 4,02\n")
    undo(db, admin, second)
    now_so = listed(db, admin)
    assert set(now_so) == set(before)
    assert now_so["02"].name == "Chi bộ 2"
    with pytest.raises(AppError) as twice:
        undo(db, admin, second)
    assert twice.value.code is Code.IMPORT_UNDONE
    undo(db, admin, first)
    assert rows(db) == (0, 0, 0)


def test_an_import_that_was_built_upon_is_not_taken_back(db: Database, admin: Viewer) -> None:
    first = load(db, admin, "units", FILE)
    load(db, admin, "units", "code,name,parent_code\n05,Chi bộ 5,02\n")
    with pytest.raises(AppError) as below:
        undo(db, admin, first)
    assert below.value.code is Code.IMPORT_CHANGED
    other = load(db, admin, "units", "code,name\n06,Chi bộ 6\n")
    unit = listed(db, admin)["06"]
    with db.write() as tx:
        wanted = UnitChange(given=frozenset({"name"}), name="Khác")
        units.change(tx, admin, unit.unit_id, wanted, version=unit.version, now=make.NOW, today=make.TODAY)
    with pytest.raises(AppError) as changed:
        undo(db, admin, other)
    assert changed.value.code is Code.IMPORT_CHANGED
    third = load(db, admin, "units", "code,name\n07,Chi bộ 7\n")
    with db.write() as tx:
        make.member(tx, UnitId(listed(db, admin)["07"].unit_id), "1")
    with pytest.raises(AppError) as peopled:
        undo(db, admin, third)
    assert peopled.value.code is Code.IMPORT_CHANGED
    assert "07" in listed(db, admin)


def test_only_an_administrator_imports(db: Database, admin: Viewer) -> None:
    with db.write() as tx:
        officer = make.account(tx, "o", Role.OFFICER, unit_id=make.unit(tx, "A"))
    with pytest.raises(AppError) as refused:
        load(db, officer, "units", FILE)
    assert refused.value.code is Code.RIGHT_MISSING


@pytest.mark.parametrize("what", list(What))
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_heading_that_is_told_is_known_again(what: What, language: str) -> None:
    told = tuple(heading(what, column, language) for column in COLUMNS[what])
    table = find_table(what, [SheetRow(number=1, cells=told)])
    assert table.columns == frozenset(COLUMNS[what])
    assert table.left_out == ()
