"""An import that is taken back while somebody builds on it: one refusal, or one who finds it gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from tests.services import beside
from tests.services.claims_house import ZONE
from tests.services.importing import load, undo
from tracker.domain.claims import ClaimKind
from tracker.domain.errors import Code
from tracker.domain.filing import ClaimDraft
from tracker.domain.types import ClaimId, MemberId
from tracker.services import coauthors, pieces
from tracker.services.imports import run
from tracker.store.tables.claims import Claim, Coauthorship

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.services.imports.run import ImportResult
    from tracker.store.db import Database, Tx

HEAD = "member_code,kind,url,article_url,title,channel,happened_on,topics,lesson,slot,reach,engagements,state\n"
PIECE = "https://baohaugiang.com.vn/xay-dung-dang/bai-viet-123451.html"


@pytest.fixture(params=["pending", "accepted"])
def imported(request: pytest.FixtureRequest, house: ClaimsHouse) -> ImportResult:
    """Import one piece of the first member's."""
    row = f"001,authored,{PIECE},,Bài viết,,2026-11-20,,,,,,{request.param}\n"
    result = load(house.db, house.admin, "claims", HEAD + row)
    assert result.totals()["new"] == 1
    return result


def join(house: ClaimsHouse, tx: Tx) -> ClaimId:
    draft = ClaimDraft(kind=ClaimKind.AUTHORED, url=PIECE)
    return pieces.join(tx, house.as_binh, draft, now=house.now, zone=ZONE)


def counts(db: Database) -> list[int]:
    with db.read() as tx:
        return [tx.scalar(select(func.count()).select_from(table)) or 0 for table in (Claim, Coauthorship)]


def test_an_import_is_not_taken_back_from_under_a_co_author_who_joins_meanwhile(
    house: ClaimsHouse, imported: ImportResult
) -> None:
    told: list[Code] = []
    with house.db.write() as tx:
        join(house, tx)
        other = beside.begin(lambda: undo(house.db, house.admin, imported), told)
        beside.see_it_wait(house.db)
    other.join()
    assert told == [Code.IMPORT_CHANGED]
    assert counts(house.db) == [1, 1]


def test_who_joins_a_piece_whose_import_is_taken_back_meanwhile_finds_it_gone(
    house: ClaimsHouse, imported: ImportResult
) -> None:
    told: list[Code] = []
    claim_id = ClaimId(MemberId(house.an), 1)

    def late() -> None:
        with house.db.write() as tx:
            coauthors.join(tx, house.as_binh, claim_id, offered=True, now=house.now, today=house.today)

    with house.db.write() as tx:
        assert imported.import_id is not None
        run.take_back(tx, house.admin, imported.import_id, now=house.now, today=house.today)
        other = beside.begin(late, told)
        beside.see_it_wait(house.db)
    other.join()
    assert told == [Code.NOT_FOUND]
    assert counts(house.db) == [0, 0]
