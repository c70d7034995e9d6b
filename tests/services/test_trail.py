"""The audit trail: who sees which events, and what the chain says of a claim that was altered by hand."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from tests import make, make_claims
from tracker.domain.audit_words import SUBJECTS
from tracker.domain.errors import AppError, Code
from tracker.domain.figures import Measure
from tracker.domain.filing import StatedFigure
from tracker.domain.types import ClaimId, Role
from tracker.services import consents, trail
from tracker.store import audit, readings, row_seals, trail_scope
from tracker.store import row_seals_shape as shape
from tracker.store.readings import PageReading
from tracker.store.tables import Base
from tracker.store.tables.claims import Claim, ClaimCredit, ClaimTopic, Reading, Republication, ReviewEvent
from tracker.store.tables.operations import AuditEvent, AuditSeal, RowSeal
from tracker.store.tables.programmes import Assignment, Programme, Target
from tracker.store.tables.registers import Activity, Award, Meeting, UnitChannel

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx

pytestmark = pytest.mark.thorough


ROOT = Path(__file__).parents[2]


def seal(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        while audit.seal(tx, now=house.now):
            pass


def told(house: ClaimsHouse) -> tuple[int | None, list[str], int]:
    with house.db.read() as tx:
        return trail.find_break(tx), trail.list_altered(tx), trail.count_unsealed(tx)


def claims_of_both(house: ClaimsHouse) -> tuple[ClaimId, ClaimId]:
    reached = (StatedFigure(measure=Measure.REACH, value=120),)
    accepted, returned = house.file(house.as_an, house.share(figures=reached)), house.file(house.as_binh)
    house.decide(house.officer, accepted, "accept")
    house.decide(house.officer, returned, "return", "Thiếu ảnh")
    return accepted, returned


def of(claim_id: ClaimId, table: Any = Claim) -> tuple[Any, ...]:
    return table.member_id == claim_id.member_id, table.number == claim_id.number


def key(claim_id: ClaimId) -> dict[str, int]:
    return {"member_id": claim_id.member_id, "number": claim_id.number}


ALTERATIONS: dict[str, Callable[[ClaimId], Any]] = {
    "its state": lambda c: update(Claim).where(*of(c)).values(state="rejected"),
    "its day": lambda c: update(Claim).where(*of(c)).values(happened_on=make.LONG_AGO),
    "its unit": lambda c: update(Claim).where(*of(c)).values(unit_id=1),
    "its title": lambda c: update(Claim).where(*of(c)).values(title="Bài khác"),
    "who decided": lambda c: update(Claim).where(*of(c)).values(decided_by=99),
    "a review's reason": lambda c: update(ReviewEvent).where(*of(c, ReviewEvent)).values(reason="khác"),
    "a review's actor": lambda c: update(ReviewEvent).where(*of(c, ReviewEvent)).values(actor_id=99),
    "a review that is gone": lambda c: delete(ReviewEvent).where(*of(c, ReviewEvent), ReviewEvent.step == 2),
    "a topic put in": lambda c: insert(ClaimTopic).values(**key(c), topic_id=1),
    "a credit that is gone": lambda c: delete(ClaimCredit).where(ClaimCredit.owner_id == c.member_id),
    "a credit put in": lambda c: insert(ClaimCredit).values(
        member_id=99, owner_id=c.member_id, number=c.number, role="coauthor"
    ),
    "a figure's value": lambda c: update(Reading).where(*of(c, Reading)).values(value=9_999),
    "a figure's grade": lambda c: update(Reading).where(*of(c, Reading)).values(grade="A"),
    "a figure that is gone": lambda c: delete(Reading).where(*of(c, Reading)),
    "a figure put in": lambda c: insert(Reading).values(
        **key(c), reading=99, measure="reach", grade="B", provenance="confirmed", value=1, read_at=make.NOW
    ),
    "a republication put in": lambda c: insert(Republication).values(
        **key(c), article_id=1, state="confirmed", similarity_percent=90, decided_at=make.NOW, decided_by=1
    ),
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


def seal_as_before(house: ClaimsHouse) -> None:
    """Put digests of the first form in place of what was sealed, and the links of the chain that hold them."""
    with house.db.write() as tx:
        for row in tx.all(select(RowSeal)):
            _, _, name = row.subject.partition(":")
            claim = ClaimId.parse(name)
            assert claim is not None
            told = row_seals._told(tx, {(claim.member_id, claim.number)}, whole=False)
            digest = row_seals._digest("", row.salt, told[claim.member_id, claim.number])
            tx.execute(update(RowSeal).where(RowSeal.event_id == row.event_id).values(digest=digest))
        chain = audit.GENESIS
        events = audit.list_events(tx, since=None, actor=None, action=None, before=None, limit=50)
        for event in reversed(events):
            rows = tx.all(select(RowSeal.subject, RowSeal.digest).where(RowSeal.event_id == event.event_id))
            chain = audit.link(chain, event, [tuple(r) for r in rows])
            tx.execute(update(AuditSeal).where(AuditSeal.event_id == event.event_id).values(chain_hash=chain))


def test_what_was_sealed_in_the_first_form_holds_and_is_sealed_in_the_second_by_the_next_event(
    house: ClaimsHouse,
) -> None:
    accepted, returned = claims_of_both(house)
    seal(house)
    seal_as_before(house)
    assert told(house) == (None, [], 0)
    house.decide(house.officer, accepted, "reverse", "Sai bài")
    seal(house)
    assert told(house) == (None, [], 0)
    with house.db.write() as tx:
        tx.execute(ALTERATIONS["a figure's value"](accepted))
        tx.execute(ALTERATIONS["its title"](returned))
    assert told(house) == (None, sorted([f"claim:{accepted}", f"claim:{returned}"]), 0)


def test_every_column_of_what_is_sealed_is_sealed_or_left_out_with_a_reason() -> None:
    sealed = {f"claims.{c}" for c in shape.CLAIM} | {f"review_events.{c}" for c in shape.STEP}
    names = ["claims", "review_events", *(table.__tablename__ for table, _, _ in shape.REST.values())]
    for table, owner, columns in shape.REST.values():
        sealed |= {f"{table.__tablename__}.{c}" for c in (owner, "number", *columns)}
    there = {f"{name}.{column.name}" for name in names for column in Base.metadata.tables[name].columns}
    assert sorted(there - sealed) == sorted(shape.UNSEALED_COLUMNS)
    assert sealed <= there


def test_a_page_that_was_read_for_its_counters_is_no_alteration(house: ClaimsHouse) -> None:
    accepted, _ = claims_of_both(house)
    seal(house)
    with house.db.write() as tx:
        found = [PageReading(measure=Measure.PAGE_VIEWS, value=99, rule=None, raw_text="99 lượt xem")]
        readings.add_read(tx, accepted, found, at=house.now)
        audit.record(tx, at=house.now, actor=None, action="claim.counters", subject=f"claim:{accepted}", count=1)
    assert told(house)[:2] == (None, [])
    seal(house)
    assert told(house) == (None, [], 0)


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


def _registered(tx: Tx, house: ClaimsHouse, unit: int, member: int) -> list[str]:
    """Let a unit have one thing of each kind that belongs to a unit or a person; give the subjects."""
    n, at = int(unit) * 100, house.now
    tx.execute(
        insert(Activity).values(activity_id=n, unit_id=unit, name="x", period="2026", activity_count=1, created_at=at)
    )
    award = {"award_id": n, "unit_id": unit, "period": "2026", "who": "collective", "title": "x", "state": "proposed"}
    tx.execute(insert(Award).values(**award, created_at=at))
    tx.execute(
        insert(UnitChannel).values(channel_id=n, unit_id=unit, name="x", platform="zalo", kind="page", created_at=at)
    )
    tx.execute(insert(Meeting).values(meeting_id=n, unit_id=unit, held_on=house.today, created_at=at))
    tx.execute(insert(Programme).values(programme_id=n, unit_id=unit, name="x", is_new=True, created_at=at))
    target = {"target_id": n, "programme_id": n, "who": "assigned", "what": "share", "minimum": 1, "per": "month"}
    tx.execute(insert(Target).values(**target, created_at=at))
    turn = {"member_id": member, "number": 7, "first_key": f"{member}-7", "target_id": n, "unit_id": unit}
    given = {"period": "2026-11", "state": "given", "given_by": 1, "given_at": at}
    tx.execute(insert(Assignment).values(**turn, **given))
    kinds = ("activity", "award", "channel", "meeting", "programme", "target")
    return [f"{kind}:{n}" for kind in kinds] + [f"assignment:{member}-7", f"unit:{unit}", f"member:{member}"]


def test_what_a_unit_registers_is_seen_by_its_auditor_and_by_no_other(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        local = make.account(tx, "local", Role.AUDITOR, unit_id=house.branch)
        mine = _registered(tx, house, house.branch, house.an)
        theirs = _registered(tx, house, house.other_branch, house.chi)
        for subject in (*mine, *theirs):
            audit.record(tx, at=house.now, actor=None, action="x.y", subject=subject)
    assert sorted(page(house, local)) == sorted(f"x.y {subject}" for subject in mine)
    assert sorted(page(house, house.auditor)) == sorted(f"x.y {subject}" for subject in (*mine, *theirs))


def written_subjects() -> set[str]:
    """Find the kinds of subjects as they are written in the source of services."""
    found: set[str] = set()
    for path in sorted((ROOT / "tracker" / "services").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr) and isinstance(first := node.values[0], ast.Constant):
                found |= set(re.findall(r"\A([a-z_]+):\Z", str(first.value)))
    return found


def test_every_kind_of_subject_has_words_and_a_place() -> None:
    places = {*trail_scope.OF_CLAIMS, *trail_scope.OF_UNITS, *trail_scope.OF_PEOPLE, *trail_scope.OF_ALL}
    assert len(places) == sum(
        len(listed)
        for listed in (trail_scope.OF_CLAIMS, trail_scope.OF_UNITS, trail_scope.OF_PEOPLE, trail_scope.OF_ALL)
    )
    assert places == set(SUBJECTS)
    assert {"channel", "outlet", "assignment"} <= written_subjects()
    of_imports = {"consent", "credit", "post"}  # these stand in what an import changed only
    assert sorted(written_subjects() - places - of_imports) == []
