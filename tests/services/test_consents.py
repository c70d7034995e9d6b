"""Consents: given once, however often and from wherever they are entered at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests import make
from tests.services.test_claim_races import at_once
from tracker.domain.errors import AppError, Code
from tracker.domain.notices import CURRENT
from tracker.domain.types import Role
from tracker.services import consents
from tracker.store import import_accounts
from tracker.store.tables.accounts import Consent

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import MemberId, Viewer

TAPS = 12


def newcomer(house: ClaimsHouse) -> tuple[MemberId, Viewer]:
    with house.db.write() as tx:
        member_id = make.member(tx, house.branch, "900", "Lê Văn Mới")
        return member_id, make.account(tx, "moi", Role.MEMBER, member_id=member_id)


def give(house: ClaimsHouse, viewer: Viewer) -> Any:
    with house.db.write() as tx:
        return consents.give(tx, viewer, kind="conduct", version=1, now=house.now, today=house.today)


def enter(house: ClaimsHouse, member_id: MemberId) -> Any:
    with house.db.write() as tx:
        told: dict[str, Any] = {"kind": "conduct", "version": 1, "given_on": house.today}
        return consents.enter_paper(tx, house.officer, member_id, **told, now=house.now, today=house.today)


def test_many_taps_at_once_are_one_consent(house: ClaimsHouse) -> None:
    member_id, viewer = newcomer(house)
    given = at_once(*(lambda: give(house, viewer) for _ in range(TAPS)))
    assert [type(g).__name__ for g in given] == ["ConsentState"] * TAPS
    with house.db.read() as tx:
        assert tx.scalars(select(Consent.number).where(Consent.member_id == member_id)) == [1]


def test_papers_entered_at_once_leave_one_that_stands(house: ClaimsHouse) -> None:
    member_id, _ = newcomer(house)
    given = at_once(*(lambda: enter(house, member_id) for _ in range(TAPS)))
    assert [type(g).__name__ for g in given] == ["ConsentState"] * TAPS
    with house.db.read() as tx:
        rows = tx.all(select(Consent.number, Consent.withdrawn_at).where(Consent.member_id == member_id))
    assert sorted(row.number for row in rows) == list(range(1, TAPS + 1))
    assert [row.number for row in rows if row.withdrawn_at is None] == [TAPS]


def test_a_tap_and_an_import_of_papers_at_once_are_both_answered(house: ClaimsHouse) -> None:
    member_id, viewer = newcomer(house)

    def bring_in() -> str:
        papers = [(int(member_id), "conduct", 1, house.today)]
        with house.db.write() as tx:
            import_accounts.record_consents(tx, papers, at=house.now, account_id=house.admin.account_id)
        return "imported"

    told = at_once(*(work for _ in range(TAPS // 2) for work in (lambda: give(house, viewer), bring_in)))
    assert {type(t).__name__ for t in told} == {"ConsentState", "str"}
    with house.db.read() as tx:
        rows = tx.all(select(Consent.number, Consent.withdrawn_at).where(Consent.member_id == member_id))
    assert [row for row in rows if row.withdrawn_at is None] == [max(rows, key=lambda row: row.number)]


def test_who_agreed_to_older_words_is_asked_anew_and_files_nothing_before(house: ClaimsHouse) -> None:
    member_id, viewer = newcomer(house)
    current = {n.kind: n.version for n in CURRENT if n.required}
    with house.db.write() as tx:
        papers = [(int(member_id), kind, 1, house.today) for kind in current]
        import_accounts.record_consents(tx, papers, at=house.now, account_id=house.admin.account_id)
        assert consents.lacks_required(tx, viewer)
        assert consents.list_ready(tx, [member_id]) == set()
        with pytest.raises(AppError) as refused:
            consents.require_filing(tx, member_id)
        assert (refused.value.code, refused.value.extra["kinds"]) == (Code.CONSENT_MISSING, ["processing"])
        more: dict[str, Any] = {"version": current["processing"], "now": house.now, "today": house.today}
        consents.give(tx, viewer, kind="processing", **more)
        consents.require_filing(tx, member_id)
        assert not consents.lacks_required(tx, viewer)
        asked = select(Consent.version).where(Consent.member_id == member_id, Consent.kind == "processing")
        assert tx.scalars(asked.where(Consent.withdrawn_at.is_(None)).order_by(Consent.number))[-1] == 2


def test_the_notice_names_everybody_who_may_read_in_both_languages() -> None:
    notice = next(n for n in CURRENT if n.kind == consents.PROCESSING)
    for words in ("cán bộ phụ trách", "người kiểm tra", "quản trị viên", "kể cả minh chứng"):
        assert words in notice.words("vi")
    for words in ("officers", "auditors", "administrators", "evidence included"):
        assert words in notice.words("en")
