"""An import that is taken back while somebody builds on it: one refusal, or one who finds it gone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from tests import make
from tests.services import beside
from tests.services.claims_house import ZONE
from tests.services.importing import load, undo
from tracker.domain.claims import ClaimKind
from tracker.domain.errors import Code
from tracker.domain.filing import ClaimDraft
from tracker.domain.types import ClaimId, MemberId
from tracker.services import coauthors, invitations, pieces
from tracker.services.imports import run
from tracker.store import invitations as invitation_store
from tracker.store.tables.accounts import Account
from tracker.store.tables.claims import Claim, Coauthorship

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.services.imports.run import ImportResult
    from tracker.services.invitations import Slip
    from tracker.store.db import Database, Tx

HEAD = "member_code,kind,url,article_url,title,channel,happened_on,topics,lesson,slot,reach,engagements,state\n"
PASSWORD = "một mật khẩu dài"
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


@pytest.fixture
def invited(house: ClaimsHouse) -> tuple[ImportResult, Slip]:
    """Import one member with an account, and make a slip for it."""
    text = "code,full_name,unit_code,since,login\nbay,Lê Bảy,CB1,2020-01-01,bay\n"
    result = load(house.db, house.admin, "members", text)
    return result, make_slip(house, find_account(house).member_id)


def find_account(house: ClaimsHouse) -> Any:
    with house.db.read() as tx:
        return tx.first(select(Account.account_id, Account.member_id).where(Account.login == "bay"))


def make_slip(house: ClaimsHouse, member_id: MemberId) -> Slip:
    house.now += dt.timedelta(minutes=1)
    with house.db.write() as tx:
        return invitations.make_for_member(
            tx, house.admin, member_id, asked_at=house.now, now=house.now, today=house.today
        )


def test_an_import_is_not_taken_back_from_under_who_sets_their_first_password_meanwhile(
    house: ClaimsHouse, invited: tuple[ImportResult, Slip]
) -> None:
    told: list[Code] = []
    account_id = find_account(house).account_id
    with house.db.write() as tx:
        assert invitation_store.find(tx, account_id, held=True)
        invitation_store.use(tx, account_id, password_hash=make.HASH, at=house.now)
        other = beside.begin(lambda: undo(house.db, house.admin, invited[0]), told)
        beside.see_it_wait(house.db)
    other.join()
    assert told == [Code.IMPORT_CHANGED]
    assert find_account(house)


@pytest.mark.parametrize(("late", "code"), [("use", Code.INVITATION_LINK), ("make", Code.NOT_FOUND)])
def test_a_slip_used_or_made_while_its_import_is_taken_back_opens_nothing(
    house: ClaimsHouse, invited: tuple[ImportResult, Slip], late: str, code: Code
) -> None:
    told: list[Code] = []
    result, slip = invited
    member_id = find_account(house).member_id

    def use() -> None:
        invitations.accept(house.db, slip.token, PASSWORD, kind="web", now=house.now)

    with house.db.write() as tx:
        assert result.import_id is not None
        run.take_back(tx, house.admin, result.import_id, now=house.now, today=house.today)
        other = beside.begin(use if late == "use" else lambda: make_slip(house, member_id), told)
        beside.see_it_wait(house.db)
    other.join()
    assert told == [code]
    assert find_account(house) is None
