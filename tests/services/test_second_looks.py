"""The blind second look: what is chosen, who may judge it, what becomes of agreement and disagreement."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete

from tracker.domain.claims import ClaimKind, ClaimState, Verdict
from tracker.domain.errors import AppError, Code
from tracker.domain.filing import ClaimDraft
from tracker.domain.second_looks import Settlement, is_chosen
from tracker.domain.types import ClaimId, MemberId
from tracker.services import blind_looks, claim_steps, claims, reviews, second_looks
from tracker.services.reviews import Decision
from tracker.store.tables.accounts import Consent

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import Viewer

PIECE = "https://baohaugiang.com.vn/xay-dung-dang/bai-viet-123451.html"


def refused(code: Code) -> pytest.RaisesExc[AppError]:
    return pytest.raises(AppError, check=lambda error: error.code is code)


def look_at_all(house: ClaimsHouse, percent: int = 100) -> None:
    with house.db.write() as tx:
        second_looks.set_percent(tx, house.admin, percent, now=house.now, today=house.today)


def waiting(house: ClaimsHouse, viewer: Viewer) -> list[ClaimId]:
    with house.db.read() as tx:
        page = second_looks.list_waiting(tx, viewer, after=None, limit=50, now=house.now, today=house.today)
    return [item.look.claim_id for item in page.items]


def disagreed(house: ClaimsHouse, viewer: Viewer) -> list[ClaimId]:
    with house.db.read() as tx:
        page = second_looks.list_disagreed(tx, viewer, after=None, limit=50, now=house.now, today=house.today)
    return [item.look.claim_id for item in page.items]


def record(house: ClaimsHouse, viewer: Viewer, claim_id: ClaimId, verdict: str, reason: str | None = None) -> bool:
    with house.db.write() as tx:
        return second_looks.record(tx, viewer, claim_id, Verdict(verdict), reason, now=house.now, zone=house.zone)


def settle(house: ClaimsHouse, viewer: Viewer, claim_id: ClaimId, how: str, reason: str | None = None) -> ClaimState:
    with house.db.write() as tx:
        return second_looks.settle(tx, viewer, claim_id, Settlement(how), reason, now=house.now, zone=house.zone)


def test_about_one_decision_in_twenty_is_chosen_and_only_who_has_the_key_can_tell_which() -> None:
    claims_ = [ClaimId(MemberId(m), n) for m in range(1, 201) for n in range(1, 51)]
    chosen = {c for c in claims_ if is_chosen(b"key", c, 2, percent=5)}
    other = {c for c in claims_ if is_chosen(b"another", c, 2, percent=5)}
    assert 400 <= len(chosen) <= 600
    assert len(chosen & other) < 60
    assert not any(is_chosen(b"key", c, 2, percent=0) for c in claims_)
    assert all(is_chosen(b"key", c, 2, percent=100) for c in claims_)


def test_a_chosen_decision_waits_for_another_officer_and_not_for_who_took_it(house: ClaimsHouse) -> None:
    look_at_all(house)
    claim_id = house.file(house.as_an)
    house.decide(house.officer, claim_id, "accept")
    assert waiting(house, house.officer) == []
    assert waiting(house, house.stranger) == []
    assert waiting(house, house.other_officer) == waiting(house, house.admin) == [claim_id]
    with refused(Code.CLAIM_OWN):
        record(house, house.officer, claim_id, "accept")
    with refused(Code.NOT_FOUND):
        record(house, house.stranger, claim_id, "accept")


def test_nobody_looks_at_their_own_a_second_time(house: ClaimsHouse) -> None:
    look_at_all(house)
    own = replace(house.other_officer, member_id=house.an)
    claim_id = house.file(house.as_an)
    house.decide(house.officer, claim_id, "accept")
    assert waiting(house, own) == []
    with refused(Code.CLAIM_OWN):
        record(house, own, claim_id, "accept")


def test_nobody_is_asked_to_look_at_a_piece_that_names_them_without_credit(house: ClaimsHouse) -> None:
    look_at_all(house)
    with house.db.write() as tx:
        tx.execute(delete(Consent).where(Consent.member_id == house.chi))
    claim_id = house.file(house.as_an, ClaimDraft(kind=ClaimKind.AUTHORED, url=PIECE, coauthor_ids=(house.chi,)))
    house.decide(house.officer, claim_id, "accept")
    assert house.other_officer.member_id == house.chi
    assert waiting(house, house.other_officer) == []
    with house.db.read() as tx:
        assert second_looks.count_open(tx, house.other_officer, today=house.today) == 0
        assert blind_looks.list_blind(tx, house.other_officer, [claim_id], today=house.today) == set()
    assert waiting(house, house.admin) == [claim_id]


def test_agreement_ends_the_second_look_and_changes_nothing_of_the_claim(house: ClaimsHouse) -> None:
    look_at_all(house)
    claim_id = house.file(house.as_an)
    house.decide(house.officer, claim_id, "accept")
    before = house.show(house.admin, claim_id)
    assert record(house, house.other_officer, claim_id, "accept")
    assert house.show(house.admin, claim_id) == before
    assert waiting(house, house.admin) == disagreed(house, house.admin) == []
    with refused(Code.NOT_FOUND):
        record(house, house.admin, claim_id, "accept")


def test_a_second_rejection_needs_its_reason_as_a_first_one_does(house: ClaimsHouse) -> None:
    look_at_all(house)
    claim_id = house.file(house.as_an)
    house.decide(house.officer, claim_id, "accept")
    with refused(Code.REASON_MISSING):
        record(house, house.other_officer, claim_id, "reject", " ")
    with refused(Code.FIELD_INVALID):
        record(house, house.other_officer, claim_id, "return", "thiếu")


def test_a_disagreement_is_shown_again_to_a_third_who_may_reverse_the_acceptance(house: ClaimsHouse) -> None:
    look_at_all(house)
    claim_id = house.file(house.as_an)
    house.decide(house.officer, claim_id, "accept")
    assert not record(house, house.other_officer, claim_id, "reject", "Không thấy bài")
    assert disagreed(house, house.officer) == disagreed(house, house.other_officer) == []
    assert disagreed(house, house.admin) == [claim_id]
    with refused(Code.CLAIM_OWN):
        settle(house, house.officer, claim_id, "keep")
    assert settle(house, house.admin, claim_id, "reverse", "Bài không còn") is ClaimState.REVERSED
    assert disagreed(house, house.admin) == []
    assert house.month(house.an)["share_count"] == 0


def test_a_kept_decision_stays_as_it_was(house: ClaimsHouse) -> None:
    look_at_all(house)
    claim_id = house.file(house.as_an)
    house.decide(house.officer, claim_id, "accept")
    record(house, house.other_officer, claim_id, "reject", "Không thấy bài")
    assert settle(house, house.admin, claim_id, "keep") is ClaimState.ACCEPTED
    with refused(Code.NOT_FOUND):
        settle(house, house.admin, claim_id, "keep")


def test_a_rejection_that_another_would_have_accepted_is_told_to_the_member_whose_appeal_opens_it(
    house: ClaimsHouse,
) -> None:
    look_at_all(house)
    claim_id = house.file(house.as_an)
    house.decide(house.officer, claim_id, "reject", "Không thấy bài")
    record(house, house.other_officer, claim_id, "accept")
    with refused(Code.CLAIM_STATE):
        settle(house, house.admin, claim_id, "reverse", "Nhầm")
    with house.db.read() as tx:
        assert second_looks.is_disputed(tx, claims.find_row(tx, house.as_an, claim_id, today=house.today))
    with house.db.write() as tx:
        claim_steps.appeal(tx, house.as_an, claim_id, "Bài vẫn còn", now=house.now, zone=house.zone)
    assert disagreed(house, house.admin) == []


def test_what_was_appealed_or_reversed_meanwhile_waits_no_more(house: ClaimsHouse) -> None:
    look_at_all(house)
    accepted, rejected = house.file(house.as_an), house.file(house.as_an, house.share(1))
    house.decide(house.officer, accepted, "accept")
    house.decide(house.officer, rejected, "reject", "Không thấy bài")
    house.decide(house.officer, accepted, "reverse", "Đã gỡ")
    with house.db.write() as tx:
        claim_steps.appeal(tx, house.as_an, rejected, "Bài vẫn còn", now=house.now, zone=house.zone)
    assert waiting(house, house.admin) == []


def test_a_share_of_none_chooses_nothing_and_only_administrators_set_it(house: ClaimsHouse) -> None:
    look_at_all(house, 0)
    house.decide(house.officer, house.file(house.as_an), "accept")
    assert waiting(house, house.admin) == []
    for percent in (-1, 101):
        with refused(Code.FIELD_INVALID):
            look_at_all(house, percent)
    with house.db.write() as tx, refused(Code.RIGHT_MISSING):
        second_looks.set_percent(tx, house.officer, 10, now=house.now, today=house.today)


def test_agreement_is_counted_by_unit_for_administrators_alone(house: ClaimsHouse) -> None:
    look_at_all(house)
    filed = [house.file(house.as_an, house.share(n)) for n in range(3)]
    for claim_id in filed:
        house.decide(house.officer, claim_id, "accept")
    record(house, house.other_officer, filed[0], "accept")
    record(house, house.other_officer, filed[1], "reject", "Không thấy bài")
    with house.db.read() as tx:
        (row,) = second_looks.tally(tx, house.admin, now=house.now, today=house.today)
        with refused(Code.RIGHT_MISSING):
            second_looks.tally(tx, house.officer, now=house.now, today=house.today)
    assert (row.unit_name, row.looked, row.agreed, row.waiting) == ("Chi bộ 1", 2, 1, 1)


def test_pages_of_waiting_looks_follow_one_another(house: ClaimsHouse) -> None:
    look_at_all(house)
    filed = [house.file(house.as_an, house.share(n)) for n in range(3)]
    for claim_id in filed:
        house.decide(house.officer, claim_id, "accept")
    with house.db.read() as tx:
        first = second_looks.list_waiting(tx, house.admin, after=None, limit=2, now=house.now, today=house.today)
        last = second_looks.list_waiting(tx, house.admin, after=first.after, limit=2, now=house.now, today=house.today)
    assert [i.look.claim_id for i in (*first.items, *last.items)] == filed
    assert last.after is None


def test_who_has_read_the_first_decision_leaves_the_second_look_to_another(house: ClaimsHouse) -> None:
    look_at_all(house)
    claim_id = house.file(house.as_an)
    house.decide(house.officer, claim_id, "accept")
    with house.db.read() as tx:
        assert blind_looks.list_blind(tx, house.other_officer, [claim_id], today=house.today) == {claim_id}
        for knows in (house.officer, house.stranger, house.auditor, house.as_an):
            assert blind_looks.list_blind(tx, knows, [claim_id], today=house.today) == set()
    for told in ({claim_id}, set()):
        with house.db.write() as tx:
            read = blind_looks.record_read(tx, house.other_officer, [claim_id], now=house.now, today=house.today)
        assert read == told
    assert waiting(house, house.other_officer) == []
    assert waiting(house, house.admin) == [claim_id]
    with refused(Code.CLAIM_OWN):
        record(house, house.other_officer, claim_id, "accept")


def test_a_refusal_tells_who_may_look_a_second_time_nothing_of_the_first_decision(house: ClaimsHouse) -> None:
    look_at_all(house)
    claim_id = house.file(house.as_an, member_id=house.an)
    house.decide(house.officer, claim_id, "reject", "Không phải bài của đồng chí")
    for viewer, known in ((house.officer, {"state": "rejected"}), (house.other_officer, {})):
        with refused(Code.CLAIM_STATE) as told:
            house.decide(viewer, claim_id, "accept")
        assert told.value.extra == known
        assert ("rejected" in told.value.detail) is bool(known)
        with house.db.write() as tx:
            decision = Decision(verdict=Verdict.ACCEPT)
            (one,) = reviews.decide_all(tx, viewer, [claim_id], decision, now=house.now, zone=house.zone)
        assert one.state == known.get("state")
        with house.db.write() as tx, refused(Code.CLAIM_STATE) as told:
            filed = claim_steps.get_for_figures(tx, viewer, claim_id, today=house.today)
            with blind_looks.unspoken(tx, viewer, claim_id, today=house.today):
                claim_steps.add_figures(tx, viewer, filed, (), now=house.now, zone=house.zone)
        assert told.value.extra == known


def test_who_gave_the_second_look_may_read_the_first(house: ClaimsHouse) -> None:
    look_at_all(house)
    claim_id = house.file(house.as_an)
    house.decide(house.officer, claim_id, "accept")
    record(house, house.other_officer, claim_id, "accept")
    with house.db.read() as tx:
        assert blind_looks.list_blind(tx, house.other_officer, [claim_id], today=house.today) == set()
