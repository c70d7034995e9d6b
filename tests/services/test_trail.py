"""The audit trail: who sees which events, and what the chain says of a claim that was altered by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from tests import make, make_claims
from tracker.domain.errors import AppError, Code
from tracker.domain.types import Role
from tracker.services import consents, trail
from tracker.store import audit
from tracker.store.tables.claims import Claim, ReviewEvent
from tracker.store.tables.operations import AuditEvent, AuditSeal, RowSeal

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import ClaimId, Viewer
    from tracker.store.db import Tx


def seal(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        while audit.seal(tx, now=house.now):
            pass


def told(house: ClaimsHouse) -> tuple[int | None, list[str], int]:
    with house.db.read() as tx:
        return trail.find_break(tx), trail.list_altered(tx), trail.count_unsealed(tx)


def claims_of_both(house: ClaimsHouse) -> tuple[ClaimId, ClaimId]:
    accepted, returned = house.file(house.as_an), house.file(house.as_binh)
    house.decide(house.officer, accepted, "accept")
    house.decide(house.officer, returned, "return", "Thiếu ảnh")
    return accepted, returned


def of(claim_id: ClaimId, table: Any = Claim) -> tuple[Any, ...]:
    return table.member_id == claim_id.member_id, table.number == claim_id.number


ALTERATIONS: dict[str, Callable[[ClaimId], Any]] = {
    "its state": lambda c: update(Claim).where(*of(c)).values(state="rejected"),
    "its day": lambda c: update(Claim).where(*of(c)).values(happened_on=make.LONG_AGO),
    "its unit": lambda c: update(Claim).where(*of(c)).values(unit_id=1),
    "its title": lambda c: update(Claim).where(*of(c)).values(title="Bài khác"),
    "who decided": lambda c: update(Claim).where(*of(c)).values(decided_by=99),
    "a review's reason": lambda c: update(ReviewEvent).where(*of(c, ReviewEvent)).values(reason="khác"),
    "a review's actor": lambda c: update(ReviewEvent).where(*of(c, ReviewEvent)).values(actor_id=99),
    "a review that is gone": lambda c: delete(ReviewEvent).where(*of(c, ReviewEvent), ReviewEvent.step == 2),
    "its seal's salt": lambda c: update(RowSeal).where(RowSeal.subject == f"claim:{c}").values(salt="00"),
}


@pytest.mark.parametrize("what", ALTERATIONS)
def test_a_claim_that_was_altered_by_hand_is_named(house: ClaimsHouse, what: str) -> None:
    accepted, _ = claims_of_both(house)
    seal(house)
    assert told(house) == (None, [], 0)
    with house.db.write() as tx:
        tx.execute(ALTERATIONS[what](accepted))
    assert told(house) == (None, [f"claim:{accepted}"], 0)


def test_a_claim_that_was_removed_by_hand_is_named(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        claim = make_claims.claim(tx, house.an, house.branch, house.today)
        audit.record(tx, at=house.now, actor=None, action="claim.submit", subject=f"claim:{claim}")
    seal(house)
    with house.db.write() as tx:
        tx.execute(delete(Claim).where(*of(claim)))
    assert told(house)[1] == [f"claim:{claim}"]


def test_a_claim_put_in_by_hand_is_counted_as_standing_in_no_link(house: ClaimsHouse) -> None:
    claims_of_both(house)
    seal(house)
    with house.db.write() as tx:
        make_claims.claim(tx, house.chi, house.other_branch, house.today)
    assert told(house) == (None, [], 1)


def test_a_digest_that_was_altered_breaks_the_chain_at_its_event(house: ClaimsHouse) -> None:
    accepted, _ = claims_of_both(house)
    seal(house)
    with house.db.write() as tx:
        sealed = tx.scalar(_events_of(accepted))
        tx.execute(update(RowSeal).where(RowSeal.event_id == sealed).values(digest="0" * 64))
    assert told(house)[0] == sealed


def _events_of(claim_id: ClaimId) -> Any:
    return select(func.max(AuditEvent.event_id)).where(AuditEvent.subject == f"claim:{claim_id}")


def test_what_is_changed_by_the_program_is_not_named_before_nor_after_its_seal(house: ClaimsHouse) -> None:
    accepted, _ = claims_of_both(house)
    seal(house)
    house.decide(house.officer, accepted, "reverse", "Sai bài")
    assert told(house)[:2] == (None, [])
    seal(house)
    assert told(house) == (None, [], 0)


def test_events_sealed_before_claims_were_part_of_the_chain_still_hold(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        audit.record(tx, at=house.now, actor=None, action="claim.submit", subject="claim:1-1")
        (event,) = audit.list_events(tx, since=None, actor=None, action=None, before=None, limit=1)
        row = {"event_id": event.event_id, "chain_hash": audit.link(audit.GENESIS, event), "sealed_at": house.now}
        tx.execute(insert(AuditSeal), row)
        tx.execute(update(AuditEvent).values(sealed=True))
    assert told(house)[0] is None


def page(house: ClaimsHouse, viewer: Viewer, **asked: Any) -> list[str]:
    wanted: dict[str, Any] = {"since": None, "actor": None, "action": None, "before": None, "limit": 50} | asked
    with house.db.read() as tx:
        found = trail.list_page(tx, viewer, **wanted, today=house.today)
    return [f"{e.action} {e.subject}" for e in found.items]


def test_an_auditor_sees_events_of_the_scope_only(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        local = make.account(tx, "local", Role.AUDITOR, unit_id=house.branch)
    mine = house.file(house.as_an)
    theirs = house.file(house.other_officer, house.share(1))
    with house.db.write() as tx:
        consents.withdraw(tx, house.other_officer, "conduct", now=house.now)
        consents.withdraw(tx, house.as_an, "conduct", now=house.now)
        _feed(tx, house)
    seen = page(house, local)
    assert f"claim.submit claim:{mine}" in seen
    assert f"consent.withdraw member:{house.an}" in seen
    assert not [e for e in seen if str(theirs) in e or f"member:{house.chi}" in e or "feed" in e]
    above = page(house, house.auditor)
    assert f"claim.submit claim:{theirs}" in above
    assert not [e for e in above if "feed" in e]
    assert [e for e in page(house, house.admin) if "feed" in e]


def _feed(tx: Tx, house: ClaimsHouse) -> None:
    audit.record(tx, at=house.now, actor=house.admin.account_id, action="feed.add", subject="feed:1")


def test_pages_of_a_scope_follow_each_other_without_a_gap(house: ClaimsHouse) -> None:
    claims = [house.file(house.as_an, house.share(n)) for n in range(4)]
    with house.db.write() as tx:
        for _ in range(300):
            _feed(tx, house)
    seen: list[str] = []
    before: int | None = None
    while True:
        with house.db.read() as tx:
            found = trail.list_page(
                tx,
                house.auditor,
                since=None,
                actor=None,
                action="claim.submit",
                before=before,
                limit=1,
                today=house.today,
            )
        seen += [e.subject for e in found.items]
        if found.next is None:
            break
        before = int(found.next)
    assert seen == [f"claim:{c}" for c in reversed(claims)]


def test_an_officer_reads_no_trail(house: ClaimsHouse) -> None:
    with pytest.raises(AppError) as refused:
        page(house, house.officer)
    assert refused.value.code is Code.RIGHT_MISSING
