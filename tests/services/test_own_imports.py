"""An officer's own imports of posts: seen and taken back by whom they are of, while their pages lie in the scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from tests import make
from tests.services.importing import load, undo
from tracker.domain.errors import AppError, Code
from tracker.domain.types import Role, Viewer
from tracker.services.imports import run
from tracker.store.tables.organisation import Unit
from tracker.store.tables.registers import ChannelPost, UnitChannel

if TYPE_CHECKING:
    from tracker.store.db import Database

HEAD = "Ngày đăng;Trang, nhóm;Mạng xã hội;Mã đơn vị;Tiêu đề\n"
FILE = HEAD + "05/01/2026;Trang Đoàn;Facebook;001;Tin một\n06/01/2026;Trang Hội;Zalo;001;Tin hai\n"


@pytest.fixture
def office(db: Database) -> dict[str, Viewer]:
    """Put in a committee with two units, two officers of the first and one of the second."""
    with db.write() as tx:
        top = make.unit(tx, "DUK")
        first, second = make.unit(tx, "001", above=(top,)), make.unit(tx, "002", above=(top,))
        make.member(tx, first, "1")
        return {
            "admin": make.account(tx, "admin", Role.ADMIN),
            "officer": make.account(tx, "officer", Role.OFFICER, unit_id=first),
            "colleague": make.account(tx, "colleague", Role.OFFICER, unit_id=first),
            "neighbour": make.account(tx, "neighbour", Role.OFFICER, unit_id=second),
            "auditor": make.account(tx, "auditor", Role.AUDITOR, unit_id=first),
        }


def own(db: Database, viewer: Viewer, limit: int = 5) -> list[int]:
    with db.read() as tx:
        return [row.import_id for row in run.list_own_posts(tx, viewer, limit=limit, today=make.TODAY)]


def may_open(db: Database, viewer: Viewer, import_id: int) -> bool:
    try:
        with db.read() as tx:
            return run.get(tx, viewer, import_id, today=make.TODAY).import_id == import_id
    except AppError as error:
        if error.code not in {Code.NOT_FOUND, Code.RIGHT_MISSING}:
            raise
        return False


def give(db: Database, page: str, code: str) -> None:
    """Let a page be run by another unit."""
    with db.write() as tx:
        unit_id = tx.scalar(select(Unit.unit_id).where(Unit.code == code))
        tx.execute(update(UnitChannel).where(UnitChannel.name == page).values(unit_id=unit_id))


def posts_of(db: Database) -> int:
    with db.read() as tx:
        return tx.scalar(select(func.count()).select_from(ChannelPost)) or 0


def test_an_officer_lists_opens_and_takes_back_their_own_import_of_posts(
    db: Database, office: dict[str, Viewer]
) -> None:
    result = load(db, office["officer"], "posts", FILE)
    again = load(db, office["officer"], "posts", FILE)
    assert (result.import_id, again.import_id) == (1, 2)
    assert own(db, office["officer"]) == [2, 1]
    assert own(db, office["officer"], limit=1) == [2]
    assert {who: may_open(db, viewer, 1) for who, viewer in office.items()} == {
        "admin": True,
        "officer": True,
        "colleague": False,
        "neighbour": False,
        "auditor": False,
    }
    for who in ("colleague", "neighbour"):
        assert own(db, office[who]) == []
        with pytest.raises(AppError, check=lambda error: error.code is Code.NOT_FOUND):
            undo(db, office[who], result)
    undo(db, office["officer"], result)
    assert posts_of(db) == 0
    assert own(db, office["officer"]) == [2, 1]
    assert may_open(db, office["officer"], 1)
    with pytest.raises(AppError, check=lambda error: error.code is Code.IMPORT_UNDONE):
        undo(db, office["officer"], result)


def test_an_own_import_is_out_of_reach_while_one_of_its_pages_is_another_units(
    db: Database, office: dict[str, Viewer]
) -> None:
    result = load(db, office["officer"], "posts", FILE)
    give(db, "Trang Hội", "002")
    assert own(db, office["officer"]) == []
    assert not may_open(db, office["officer"], 1)
    with pytest.raises(AppError, check=lambda error: error.code is Code.NOT_FOUND):
        undo(db, office["officer"], result)
    assert posts_of(db) == 2
    give(db, "Trang Hội", "001")
    undo(db, office["officer"], result)
    assert posts_of(db) == 0


def test_an_import_of_anything_else_is_no_officers_even_if_they_made_it(
    db: Database, office: dict[str, Viewer]
) -> None:
    load(db, office["admin"], "members", "code,full_name,unit_code\n2,An,001\n")
    demoted = Viewer(
        account_id=office["admin"].account_id, role=Role.OFFICER, member_id=None, unit_id=office["officer"].unit_id
    )
    assert own(db, demoted) == []
    assert not may_open(db, demoted, 1)
    with pytest.raises(AppError, check=lambda error: error.code is Code.RIGHT_MISSING):
        own(db, office["auditor"])
