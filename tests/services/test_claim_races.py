"""What happens when many do the same at once: R1, R2 and R5 of the trials, on both databases, with threads."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from tests import make
from tracker.domain.claims import ClaimKind, Verdict
from tracker.domain.errors import AppError, Code
from tracker.domain.filing import ClaimDraft
from tracker.domain.types import Role
from tracker.services import claim_steps, filing, idempotency, reviews
from tracker.services.idempotency import Answer, Asked
from tracker.services.reviews import Decision
from tracker.store.tables.claims import Claim, ReviewEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import ClaimId
    from tracker.store.db import Tx

pytestmark = pytest.mark.thorough

MANY = 50
ROUNDS = 5
POST = "https://www.facebook.com/nguyen.van.a/posts/1234567890123456"


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run works in threads that start together; give what each returned, or the code it was refused with."""
    barrier = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(n: int) -> None:
        barrier.wait()
        try:
            results[n] = works[n]()
        except AppError as refusal:
            results[n] = refusal

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def retrying(house: ClaimsHouse, work: Callable[[Tx], Any]) -> Any:
    return house.db.write_retrying(work)


def test_fifty_claims_of_one_share_are_one_claim(house: ClaimsHouse) -> None:
    drafts = [house.share(url=f"{POST}?utm_source={n}") for n in range(MANY)]
    results = at_once(*(lambda d=d: house.submit(house.as_an, d) for d in drafts))
    filed = [r for r in results if isinstance(r, filing.Filed)]
    assert len(filed) == 1
    assert Counter(results) == Counter([filed[0], *[filing.Repeated(filed[0].claim_id)] * (MANY - 1)])
    history = house.show(house.as_an, filed[0].claim_id).history
    assert [s.step for s in history] == list(range(1, MANY + 1))
    assert [s.action for s in history] == ["submit", *["repeat"] * (MANY - 1)]


def test_fifty_different_claims_of_one_member_are_numbered_without_gaps(house: ClaimsHouse) -> None:
    drafts = [ClaimDraft(kind=ClaimKind.SHARE, url=f"{POST}{n}") for n in range(MANY)]
    results = at_once(*(lambda d=d: house.file(house.as_an, d) for d in drafts))
    assert sorted(r.number for r in results) == list(range(1, MANY + 1))


def test_the_same_share_of_fifty_members_is_one_claim_each(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        viewers = []
        for n in range(MANY):
            member_id = make.member(tx, house.branch, f"1{n:02}")
            make.consents(tx, member_id)
            viewers.append(make.account(tx, f"m{n}", Role.MEMBER, member_id=member_id))
    results = at_once(*(lambda v=v: house.file(v) for v in viewers))
    assert {r.number for r in results} == {1}
    assert len({r.member_id for r in results}) == MANY


def test_one_piece_of_two_authors_filed_by_both_at_once_is_one_claim(house: ClaimsHouse) -> None:
    for n in range(ROUNDS):
        url = f"https://baohaugiang.com.vn/xay-dung-dang/bai-viet-12345{n}.html"
        mine = ClaimDraft(kind=ClaimKind.AUTHORED, url=url, coauthor_ids=(house.binh,))
        theirs = ClaimDraft(kind=ClaimKind.AUTHORED, url=url, coauthor_ids=(house.an,))
        results = at_once(
            lambda d=mine: house.submit(house.as_an, d),  # type: ignore[misc]
            lambda d=theirs: house.submit(house.as_binh, d),  # type: ignore[misc]
        )
        assert sorted(type(r).__name__ for r in results) == ["Filed", "Repeated"]


def test_two_decisions_at_once_are_one_decision(house: ClaimsHouse) -> None:
    pairs: list[tuple[str, str]] = [("accept", "accept"), ("accept", "reject"), ("reject", "return")]
    for number, (one, two) in enumerate(pairs * ROUNDS):
        claim_id = house.file(house.as_an, ClaimDraft(kind=ClaimKind.SHARE, url=f"{POST}{number}"))
        results = at_once(
            lambda c=claim_id, v=one: decide(house, "officer", c, v),  # type: ignore[misc]
            lambda c=claim_id, v=two: decide(house, "other_officer", c, v),  # type: ignore[misc]
        )
        check_one_won(house, claim_id, results)


def test_a_withdrawal_and_a_decision_at_once_are_one_of_both(house: ClaimsHouse) -> None:
    for number in range(ROUNDS):
        claim_id = house.file(house.as_an, ClaimDraft(kind=ClaimKind.SHARE, url=f"{POST}{number}"))
        results = at_once(
            lambda c=claim_id: decide(house, "officer", c, "accept"),  # type: ignore[misc]
            lambda c=claim_id: withdraw(house, c),  # type: ignore[misc]
        )
        check_one_won(house, claim_id, results)


def test_batches_in_opposite_order_decide_each_claim_once(house: ClaimsHouse) -> None:
    filed = [house.file(house.as_an, ClaimDraft(kind=ClaimKind.SHARE, url=f"{POST}{n}")) for n in range(20)]
    accept = Decision(verdict=Verdict.ACCEPT)

    def batch(viewer: str, order: list[ClaimId]) -> list[reviews.Reviewed]:
        who = getattr(house, viewer)
        found: list[reviews.Reviewed] = retrying(
            house, lambda tx: reviews.decide_all(tx, who, order, accept, now=house.now, zone=house.zone)
        )
        return found

    results = at_once(lambda: batch("officer", filed), lambda: batch("other_officer", filed[::-1]))
    decided = [r.claim_id for found in results for r in found if r.refusal is None]
    assert sorted(decided) == sorted(filed)
    assert house.month(house.an)["share_count"] == len(filed)


def test_one_idempotency_key_fifty_times_has_one_effect(house: ClaimsHouse) -> None:
    asked = Asked(account_id=house.as_an.account_id, key="k", request_hash="h")

    def once(tx: Tx) -> bytes:
        kept = idempotency.find_answer(tx, asked)
        if kept is not None:
            return kept.body
        owner = filing.get_owner(tx, house.as_an, None, today=house.today)
        filed = filing.submit(tx, house.as_an, owner, house.share(), now=house.now, zone=house.zone)
        answer = Answer(status=201, headers={}, body=str(filed).encode())
        idempotency.record_answer(tx, asked, answer, now=house.now)
        return answer.body

    def request() -> bytes:
        with house.db.write() as tx:
            return once(tx)

    results = at_once(*[request] * MANY)
    answered = {r for r in results if isinstance(r, bytes)}
    assert len(answered) == 1
    assert {r.code for r in results if isinstance(r, AppError)} <= {Code.IDEMPOTENCY_BUSY}
    with house.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(Claim)) == 1


def decide(house: ClaimsHouse, viewer: str, claim_id: ClaimId, verdict: str) -> str:
    return house.decide(getattr(house, viewer), claim_id, verdict, "Lý do")


def withdraw(house: ClaimsHouse, claim_id: ClaimId) -> str:
    with house.db.write() as tx:
        claim_steps.withdraw(tx, house.as_an, claim_id, now=house.now, zone=house.zone)
    return "withdrawn"


def check_one_won(house: ClaimsHouse, claim_id: ClaimId, results: list[Any]) -> None:
    """One act happened, the other was told the state it led to; history and roll-up know one."""
    won = [r for r in results if not isinstance(r, AppError)]
    lost = [r for r in results if isinstance(r, AppError)]
    assert len(won) == 1, results
    state = house.state(claim_id)
    assert (state, lost[0].code, lost[0].extra["state"]) == (won[0], Code.CLAIM_STATE, state)
    with house.db.read() as tx:
        of_claim = (ReviewEvent.member_id == claim_id.member_id, ReviewEvent.number == claim_id.number)
        assert tx.scalar(select(func.count()).where(*of_claim)) == 2
        accepted = tx.scalar(select(func.count()).select_from(Claim).where(Claim.state == "accepted"))
    assert house.month(house.an)["share_count"] == accepted
