"""Co-authors: credited where they consented, else after their word; they object, join, ask. On both databases."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from tests import make
from tests.services.claims_house import ZONE
from tracker.domain.claims import Action, ClaimKind, ClaimState, Verdict
from tracker.domain.coauthors import CoauthorAnswer, CoauthorState, CoauthorVerdict
from tracker.domain.errors import AppError, Code
from tracker.domain.evidence import EvidenceId
from tracker.domain.filing import ClaimDraft
from tracker.domain.types import ClaimId, MemberId
from tracker.services import claim_steps, claims, coauthors, evidence, filing, reviews, suggestions
from tracker.services.filing import Filed
from tracker.store import coauthors as store
from tracker.store.tables.accounts import Consent
from tracker.store.tables.claims import Claim, ClaimCredit, Suggestion
from tracker.store.tables.feeds import Article
from tracker.store.tables.operations import AuditEvent
from tracker.store.tables.periods import Restatement

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import Viewer

AGREE, OBJECT = CoauthorAnswer.AGREE, CoauthorAnswer.OBJECT
PIECE = "https://baohaugiang.com.vn/xay-dung-dang/bai-viet-123451.html"


def refused(code: Code) -> pytest.RaisesExc[AppError]:
    return pytest.raises(AppError, check=lambda error: error.code is code)


def piece(**more: Any) -> ClaimDraft:
    return ClaimDraft(kind=ClaimKind.AUTHORED, url=PIECE, **more)


def credited(house: ClaimsHouse, claim_id: ClaimId) -> set[int]:
    with house.db.read() as tx:
        of_claim = (ClaimCredit.owner_id == claim_id.member_id, ClaimCredit.number == claim_id.number)
        return set(tx.scalars(select(ClaimCredit.member_id).where(*of_claim)))


def stands(house: ClaimsHouse, claim_id: ClaimId, member_id: MemberId) -> CoauthorState | None:
    with house.db.read() as tx:
        return store.list_states(tx, claim_id).get(member_id)


def say(house: ClaimsHouse, viewer: Viewer, claim_id: ClaimId, said: CoauthorAnswer) -> CoauthorState:
    with house.db.write() as tx:
        return coauthors.answer(tx, viewer, claim_id, said, now=house.now, today=house.today)


def judge(house: ClaimsHouse, viewer: Viewer, claim_id: ClaimId, member_id: MemberId, verdict: str) -> CoauthorState:
    with house.db.write() as tx:
        return coauthors.decide(
            tx, viewer, claim_id, member_id, CoauthorVerdict(verdict), now=house.now, today=house.today
        )


def to_answer(house: ClaimsHouse, viewer: Viewer) -> list[ClaimId]:
    with house.db.read() as tx:
        page = coauthors.list_mine(tx, viewer, open_only=True, after=None, limit=50)
    return [one.claim_id for one in page.items]


def restated(house: ClaimsHouse) -> dict[int, int]:
    """Count what stands in restatements, by the unit it is told of."""
    with house.db.read() as tx:
        rows = tx.all(select(Restatement.unit_id, func.count().label("n")).group_by(Restatement.unit_id))
    return {row.unit_id: row.n for row in rows}


def offer(house: ClaimsHouse, *member_ids: MemberId) -> None:
    """Offer the first article to members."""
    with house.db.write() as tx:
        article = update(Article).where(Article.article_id == house.articles[0])
        tx.execute(article.values(authors=["Nguyễn Văn An", "Trần Thị Bình"], published_at=make.NOW))
        for member_id in member_ids:
            row = {"member_id": member_id, "article_id": house.articles[0], "score_percent": 90, "reasons": []}
            tx.execute(insert(Suggestion), row | {"offered_at": house.now})


def asked(house: ClaimsHouse, officer: Viewer) -> list[MemberId]:
    with house.db.read() as tx:
        page = coauthors.list_asked(tx, officer, after=None, limit=50, today=house.today)
        assert coauthors.count_asked(tx, officer, today=house.today) == len(page.items)
    return [one.member_id for one in page.items]


def mine(house: ClaimsHouse, viewer: Viewer) -> Any:
    member_id = viewer.member_id or MemberId(0)
    return house.db.write_retrying(
        lambda tx: suggestions.accept(tx, viewer, member_id, house.articles[0], now=house.now, zone=ZONE)
    )


def test_a_colleague_who_consented_is_credited_at_once_and_asked_to_agree_or_object(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, piece(coauthor_ids=(house.binh,)))
    assert credited(house, claim_id) == {house.an, house.binh}
    assert to_answer(house, house.as_binh) == [claim_id]
    assert say(house, house.as_binh, claim_id, AGREE) is CoauthorState.AGREED
    assert to_answer(house, house.as_binh) == []
    assert [s.action for s in house.show(house.as_an, claim_id).history] == ["submit", "coauthor_agree"]


def test_a_colleague_without_consents_is_named_and_credited_with_nothing_before_their_own_word(
    house: ClaimsHouse,
) -> None:
    with house.db.write() as tx:
        tx.execute(delete(Consent).where(Consent.member_id == house.binh))
    claim_id = house.file(house.as_an, piece(coauthor_ids=(house.binh,)))
    house.decide(house.officer, claim_id, "accept")
    assert credited(house, claim_id) == {house.an}
    assert [m for m, _ in house.show(house.as_an, claim_id).coauthors] == [house.binh]
    with refused(Code.CONSENT_MISSING):
        say(house, house.as_binh, claim_id, AGREE)
    with house.db.write() as tx:
        make.consents(tx, house.binh)
    assert say(house, house.as_binh, claim_id, AGREE) is CoauthorState.AGREED
    assert credited(house, claim_id) == {house.an, house.binh}
    assert house.month(house.binh)["authored_count"] == 1


def test_an_objection_takes_the_credit_and_the_month_s_count_and_bars_being_named_again(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, piece(coauthor_ids=(house.binh,)))
    house.decide(house.officer, claim_id, "return", "Thiếu trang")
    assert say(house, house.as_binh, claim_id, OBJECT) is CoauthorState.OBJECTED
    assert credited(house, claim_id) == {house.an}
    with house.db.write() as tx, refused(Code.FIELD_INVALID):
        row = filing.get_for_edit(tx, house.as_an, claim_id, today=house.today)
        filing.edit(tx, house.as_an, row, {"coauthor_ids": (house.binh,)}, now=house.now, zone=ZONE)


def test_an_objection_to_an_accepted_piece_uncounts_it_for_that_member_alone(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, piece(coauthor_ids=(house.binh,)))
    house.decide(house.officer, claim_id, "accept")
    assert house.month(house.binh)["authored_count"] == 1
    say(house, house.as_binh, claim_id, OBJECT)
    assert house.month(house.binh)["authored_count"] == 0
    assert house.month(house.an)["authored_count"] == 1
    assert say(house, house.as_binh, claim_id, AGREE) is CoauthorState.ASKED
    assert credited(house, claim_id) == {house.an}


def test_who_was_named_and_takes_back_that_they_ask_has_objected_and_is_not_named_again(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, piece(coauthor_ids=(house.binh,)))
    house.decide(house.officer, claim_id, "accept")
    for _ in range(2):  # again and again is the same
        assert say(house, house.as_binh, claim_id, OBJECT) is CoauthorState.OBJECTED
        assert say(house, house.as_binh, claim_id, AGREE) is CoauthorState.ASKED
    say(house, house.as_binh, claim_id, OBJECT)
    assert stands(house, claim_id, house.binh) is CoauthorState.OBJECTED
    house.decide(house.officer, claim_id, "reverse", "Sai ngày")
    with house.db.write() as tx, refused(Code.FIELD_INVALID):
        coauthors.name(tx, claim_id, [house.binh], now=house.now)


@pytest.mark.parametrize("left", [CoauthorState.OBJECTED, None])
def test_who_asks_and_objects_has_objected_where_the_author_named_them_and_else_is_as_before(
    house: ClaimsHouse, left: CoauthorState | None
) -> None:
    with house.db.write() as tx:
        tx.execute(delete(Consent).where(Consent.member_id == house.binh))
    claim_id = house.file(house.as_an, piece(coauthor_ids=(house.binh,) if left else ()))
    house.decide(house.officer, claim_id, "accept")
    with house.db.write() as tx:
        make.consents(tx, house.binh)
        coauthors.join(tx, house.as_binh, claim_id, offered=False, now=house.now, today=house.today)
    assert stands(house, claim_id, house.binh) is CoauthorState.ASKED
    assert say(house, house.as_binh, claim_id, OBJECT) is CoauthorState.OBJECTED
    assert stands(house, claim_id, house.binh) is left


def test_two_who_both_say_mine_are_two_authors_of_one_piece(house: ClaimsHouse) -> None:
    offer(house, house.an, house.binh)
    first, second = mine(house, house.as_an), mine(house, house.as_binh)
    assert isinstance(first, Filed)
    assert second == first
    assert credited(house, first.claim_id) == {house.an, house.binh}
    assert stands(house, first.claim_id, house.binh) is CoauthorState.AGREED
    house.decide(house.officer, first.claim_id, "accept")
    assert house.month(house.an)["authored_count"] == house.month(house.binh)["authored_count"] == 1
    with house.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(Claim)) == 1


def test_two_who_say_mine_at_the_same_moment_make_one_piece(house: ClaimsHouse) -> None:
    offer(house, house.an, house.binh)
    barrier, results = threading.Barrier(2), []

    def answer(viewer: Viewer) -> None:
        barrier.wait()
        results.append(mine(house, viewer))

    threads = [threading.Thread(target=answer, args=(viewer,)) for viewer in (house.as_an, house.as_binh)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results[0] == results[1]
    assert credited(house, results[0].claim_id) == {house.an, house.binh}


def test_who_says_mine_of_an_accepted_piece_waits_for_an_officer(house: ClaimsHouse) -> None:
    offer(house, house.an, house.binh)
    claim_id = mine(house, house.as_an).claim_id
    house.decide(house.officer, claim_id, "accept")
    assert mine(house, house.as_binh) == Filed(claim_id)
    assert stands(house, claim_id, house.binh) is CoauthorState.ASKED
    assert house.month(house.binh)["authored_count"] == 0
    with house.db.read() as tx:
        assert coauthors.count_asked(tx, house.officer, today=house.today) == 1
        assert coauthors.count_asked(tx, house.stranger, today=house.today) == 0
    with refused(Code.NOT_FOUND):
        judge(house, house.stranger, claim_id, house.binh, "accept")
    assert judge(house, house.officer, claim_id, house.binh, "accept") is CoauthorState.AGREED
    assert credited(house, claim_id) == {house.an, house.binh}
    assert house.month(house.binh)["authored_count"] == 1
    with refused(Code.CLAIM_STATE):
        judge(house, house.officer, claim_id, house.binh, "refuse")


def test_who_has_to_do_with_a_piece_is_not_asked_to_decide_on_another_who_asks(house: ClaimsHouse) -> None:
    offer(house, house.an, house.binh, house.chi)
    claim_id = mine(house, house.as_an).claim_id
    house.decide(house.officer, claim_id, "accept")
    mine(house, house.as_binh)
    assert house.other_officer.member_id == house.chi
    assert asked(house, house.other_officer) == [house.binh]
    mine(house, house.other_officer)
    assert asked(house, house.other_officer) == []
    assert sorted(asked(house, house.officer)) == sorted([house.binh, house.chi])


def test_whom_an_officer_refused_neither_joins_nor_agrees_again(house: ClaimsHouse) -> None:
    offer(house, house.an, house.binh)
    claim_id = mine(house, house.as_an).claim_id
    house.decide(house.officer, claim_id, "accept")
    mine(house, house.as_binh)
    assert judge(house, house.officer, claim_id, house.binh, "refuse") is CoauthorState.REFUSED
    for again in (lambda: mine(house, house.as_binh), lambda: say(house, house.as_binh, claim_id, AGREE)):
        with refused(Code.CLAIM_STATE):
            again()
    assert credited(house, claim_id) == {house.an}


def test_a_member_s_own_word_does_not_reach_into_a_closed_period_and_an_officer_s_is_restated(
    house: ClaimsHouse,
) -> None:
    offer(house, house.an, house.binh, house.chi)
    claim_id = mine(house, house.as_an).claim_id
    house.decide(house.officer, claim_id, "accept")
    mine(house, house.as_binh)
    house.close(house.branch, "2026-11", "2026-11-01", "2026-12-01")
    with refused(Code.PERIOD_CLOSED):
        say(house, house.as_binh, claim_id, OBJECT)
    assert judge(house, house.officer, claim_id, house.binh, "accept") is CoauthorState.AGREED
    assert restated(house) == {house.branch: 1}


def test_an_officer_s_decision_is_told_in_the_close_of_a_co_author_s_unit_too_and_once_in_each_close(
    house: ClaimsHouse,
) -> None:
    claim_id = house.file(house.as_an, piece(coauthor_ids=(house.chi,)))
    month = ("2026-11", "2026-11-01", "2026-12-01")
    house.close(house.other_branch, *month)
    house.decide(house.officer, claim_id, "accept")
    assert restated(house) == {house.other_branch: 1}
    house.close(house.committee, *month)
    house.decide(house.officer, claim_id, "reverse", "Trùng")
    assert restated(house) == {house.branch: 1, house.other_branch: 2}


def test_a_step_is_not_taken_by_authors_who_are_none_any_more(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, piece(coauthor_ids=(house.binh,)))
    with house.db.read() as tx:
        read = reviews.get_for_review(tx, house.officer, claim_id, today=house.today)
    say(house, house.as_binh, claim_id, OBJECT)
    with house.db.write() as tx, refused(Code.STORE_BUSY):
        claim_steps.take(tx, house.officer, *read, Action.ACCEPT, now=house.now)


def test_a_co_author_reads_the_piece_s_evidence_and_each_look_is_logged(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, piece(coauthor_ids=(house.binh,)))
    other = house.file(house.as_an, house.share())
    for one in (claim_id, other):
        house.add_evidence(one)
    with house.db.write() as tx:
        row = evidence.get(tx, house.as_binh, EvidenceId(claim_id, 1), today=house.today)
        assert not evidence.is_own(house.as_binh, row)
        evidence.record_read(tx, house.as_binh, row, now=house.now)
        assert tx.scalar(select(func.count()).where(AuditEvent.action == "evidence.read")) == 1
        with refused(Code.NOT_FOUND):
            evidence.get(tx, house.as_binh, EvidenceId(other, 1), today=house.today)
    say(house, house.as_binh, claim_id, OBJECT)
    with house.db.read() as tx, refused(Code.NOT_FOUND):
        evidence.get(tx, house.as_binh, EvidenceId(claim_id, 1), today=house.today)
    with refused(Code.NOT_FOUND):
        house.show(house.as_binh, claim_id)


def test_who_is_named_and_not_credited_reads_what_is_said_and_not_its_evidence(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        tx.execute(delete(Consent).where(Consent.member_id == house.binh))
    claim_id = house.file(house.as_an, piece(coauthor_ids=(house.binh,)))
    house.add_evidence(claim_id)
    view = house.show(house.as_binh, claim_id)
    assert (view.claim.claim_id, view.evidence, view.actions) == (claim_id, (), ())
    with house.db.read() as tx, refused(Code.NOT_FOUND):
        evidence.get(tx, house.as_binh, EvidenceId(claim_id, 1), today=house.today)


def test_nobody_whom_a_piece_names_decides_on_it(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        tx.execute(delete(Consent).where(Consent.member_id == house.chi))
    claim_id = house.file(house.as_an, piece(coauthor_ids=(house.chi,)))
    with refused(Code.CLAIM_OWN):
        house.decide(house.other_officer, claim_id, Verdict.ACCEPT)
    assert house.decide(house.officer, claim_id, Verdict.ACCEPT) is ClaimState.ACCEPTED


def test_with_a_piece_that_names_somebody_else_one_has_nothing_to_do(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, piece())
    for said in CoauthorAnswer:
        with refused(Code.NOT_FOUND):
            say(house, house.as_binh, claim_id, said)
        with refused(Code.NOT_FOUND):
            say(house, house.as_an, claim_id, said)
    with house.db.read() as tx, refused(Code.NOT_FOUND):
        claims.get(tx, house.as_binh, claim_id, now=house.now, today=house.today)


def test_what_is_withdrawn_is_no_more_to_be_answered(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, piece(coauthor_ids=(house.binh,)))
    house.decide(house.officer, claim_id, "reject", "Không phải bài của đồng chí")
    assert to_answer(house, house.as_binh) == []
    with refused(Code.CLAIM_STATE):
        say(house, house.as_binh, claim_id, OBJECT)


def test_pages_of_pieces_that_name_a_member_follow_one_another(house: ClaimsHouse) -> None:
    filed = [
        house.file(house.as_an, ClaimDraft(kind=ClaimKind.AUTHORED, title=f"Bài {n}", coauthor_ids=(house.binh,)))
        for n in range(3)
    ]
    with house.db.read() as tx:
        first = coauthors.list_mine(tx, house.as_binh, after=None, limit=2)
        last = coauthors.list_mine(tx, house.as_binh, after=first.after, limit=2)
    assert [one.claim_id for one in (*first.items, *last.items)] == filed[::-1]
    assert (first.items[0].owner_name, first.items[0].unit_name) == ("Nguyễn Văn An", "Chi bộ 1")
    assert last.after is None
