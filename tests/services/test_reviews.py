"""Officers' decisions, the member's own steps, and what becomes of figures and counts with them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, insert, select, update

from tracker.domain.claim_checks import CheckCode
from tracker.domain.claim_records import ClaimFilter
from tracker.domain.claims import Action, ClaimKind, ClaimState, Verdict
from tracker.domain.errors import AppError, Code
from tracker.domain.figures import Grade, Measure
from tracker.domain.filing import ClaimDraft, StatedFigure
from tracker.domain.types import ClaimId, MemberId
from tracker.services import claim_steps, claims, reviews
from tracker.services.reviews import Decision
from tracker.store.tables.claims import counted_claims
from tracker.store.tables.organisation import UnitAncestry, UnitVersion
from tracker.store.tables.periods import Restatement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import Viewer

PIECE = "https://baohaugiang.com.vn/xay-dung-dang/bai-viet-123456.html"
ZERO = {"click_count": 0, "share_count": 0, "authored_count": 0, "presentation_count": 0}


def refused(code: Code) -> pytest.RaisesExc[AppError]:
    return pytest.raises(AppError, check=lambda error: error.code is code)


def step(house: ClaimsHouse, name: str, viewer: Viewer, claim_id: ClaimId, *words: str) -> None:
    taken: Any = getattr(claim_steps, name)
    with house.db.write() as tx:
        taken(tx, viewer, claim_id, *words, now=house.now, zone=house.zone)


def test_an_accepted_claim_counts_and_a_reversed_one_does_not(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    assert house.month(house.an) == ZERO
    assert house.decide(house.officer, claim_id, "accept") is ClaimState.ACCEPTED
    assert house.month(house.an) == ZERO | {"share_count": 1}
    house.decide(house.officer, claim_id, "reverse", "Bài đã bị gỡ")
    assert house.month(house.an) == ZERO
    with house.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(counted_claims)) == 0


def test_a_piece_is_counted_for_each_of_its_authors(house: ClaimsHouse) -> None:
    draft = ClaimDraft(kind=ClaimKind.AUTHORED, url=PIECE, coauthor_ids=(house.binh,))
    claim_id = house.file(house.as_an, draft)
    house.decide(house.officer, claim_id, "accept")
    assert house.month(house.an)["authored_count"] == house.month(house.binh)["authored_count"] == 1
    house.decide(house.officer, claim_id, "reverse", "Nhầm tác giả")
    assert house.month(house.an) == house.month(house.binh) == ZERO


@pytest.mark.parametrize("verdict", ["return", "reject"])
def test_a_verdict_against_the_member_needs_a_reason(house: ClaimsHouse, verdict: str) -> None:
    claim_id = house.file(house.as_an)
    with refused(Code.REASON_MISSING):
        house.decide(house.officer, claim_id, verdict, "  ")
    assert house.state(claim_id) == "pending"


def test_nobody_decides_on_their_own_claim_nor_on_one_they_are_credited_in(house: ClaimsHouse) -> None:
    mine = house.file(house.other_officer)
    piece = house.file(house.as_an, ClaimDraft(kind=ClaimKind.AUTHORED, url=PIECE, coauthor_ids=(house.chi,)))
    for claim_id in (mine, piece):
        with refused(Code.CLAIM_OWN):
            house.decide(house.other_officer, claim_id, "accept")
    house.decide(house.admin, mine, "accept")
    house.decide(house.officer, piece, "accept")


def test_an_officer_decides_only_in_scope_and_an_auditor_nowhere(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    with refused(Code.NOT_FOUND):
        house.decide(house.stranger, claim_id, "accept")
    for viewer in (house.auditor, house.as_an, house.as_binh):
        with refused(Code.RIGHT_MISSING):
            house.decide(viewer, claim_id, "accept")
    assert house.decide(house.other_officer, claim_id, "accept") is ClaimState.ACCEPTED


def test_the_officer_who_entered_a_claim_may_decide_on_it(house: ClaimsHouse) -> None:
    claim_id = house.file(house.officer, member_id=house.an)
    assert house.decide(house.officer, claim_id, "accept") is ClaimState.ACCEPTED


def test_a_decision_is_made_once(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    house.decide(house.officer, claim_id, "accept")
    with pytest.raises(AppError) as again:
        house.decide(house.other_officer, claim_id, "reject", "Muộn")
    assert (again.value.code, again.value.extra["state"]) == (Code.CLAIM_STATE, "accepted")


def test_an_appeal_goes_once_and_to_somebody_else(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    house.decide(house.officer, claim_id, "reject", "Không thấy bài")
    with refused(Code.REASON_MISSING):
        step(house, "appeal", house.as_an, claim_id, "")
    step(house, "appeal", house.as_an, claim_id, "Bài vẫn còn")
    with refused(Code.CLAIM_OWN):
        house.decide(house.officer, claim_id, "accept")
    house.decide(house.other_officer, claim_id, "return", "Xin đường dẫn")
    with refused(Code.CLAIM_OWN):
        house.decide(house.officer, claim_id, "accept")
    assert Action.ACCEPT not in house.show(house.officer, claim_id).actions


def test_a_rejected_appeal_is_final_and_an_accepted_one_may_be_reversed(house: ClaimsHouse) -> None:
    final, accepted = house.file(house.as_an), house.file(house.as_an, house.share(1))
    for claim_id in (final, accepted):
        house.decide(house.officer, claim_id, "reject", "Không thấy bài")
        step(house, "appeal", house.as_an, claim_id, "Bài vẫn còn")
    house.decide(house.other_officer, final, "reject", "Đã xem lại")
    with refused(Code.CLAIM_STATE):
        step(house, "appeal", house.as_an, final, "Lần nữa")
    house.decide(house.other_officer, accepted, "accept")
    assert house.decide(house.other_officer, accepted, "reverse", "Bài bị gỡ") is ClaimState.REVERSED


def test_an_appeal_beside_a_new_claim_of_the_same_share_is_a_duplicate(house: ClaimsHouse) -> None:
    first = house.file(house.as_an)
    house.decide(house.officer, first, "reject", "Không thấy bài")
    second = house.file(house.as_an)
    with pytest.raises(AppError) as clash:
        step(house, "appeal", house.as_an, first, "Bài vẫn còn")
    assert (clash.value.code, clash.value.extra["claim_id"]) == (Code.CLAIM_DUPLICATE, str(second))
    assert house.state(first) == "rejected"


def test_a_member_withdraws_what_is_not_decided(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    with refused(Code.RIGHT_MISSING):
        step(house, "withdraw", house.officer, claim_id)
    with refused(Code.NOT_FOUND):
        step(house, "withdraw", house.as_binh, claim_id)
    step(house, "withdraw", house.as_an, claim_id)
    assert house.state(claim_id) == "withdrawn"
    accepted = house.file(house.as_an)
    house.decide(house.officer, accepted, "accept")
    with refused(Code.CLAIM_STATE):
        step(house, "withdraw", house.as_an, accepted)


def test_an_officer_who_decides_on_what_they_entered_is_told_so_and_so_is_everybody_after(house: ClaimsHouse) -> None:
    claim_id = house.file(house.officer, member_id=house.an)

    def told(viewer: Viewer) -> tuple[bool, list[str]]:
        view = house.show(viewer, claim_id)
        steps = [step.action for step in view.history if claims.is_by_enterer(view.claim, step)]
        return CheckCode.ASSISTED_SAME in {check.code for check in view.checks}, steps

    assert (told(house.officer), told(house.admin), told(house.as_an)) == ((True, []), (False, []), (False, []))
    house.decide(house.officer, claim_id, "accept")
    assert told(house.auditor) == told(house.as_an) == (True, ["accept"])
    house.decide(house.admin, claim_id, "reverse", "Không đúng")
    assert told(house.officer) == (False, ["accept"])


def test_an_objection_withdraws_or_reverses_an_assisted_claim_only(house: ClaimsHouse) -> None:
    waiting = house.file(house.officer, member_id=house.an)
    counted = house.file(house.officer, house.share(1), member_id=house.an)
    own = house.file(house.as_an, house.share(2))
    house.decide(house.officer, counted, "accept")
    for claim_id in (waiting, counted):
        step(house, "object_to", house.as_an, claim_id, "Tôi không chia sẻ bài này")
    with refused(Code.CLAIM_STATE):
        step(house, "object_to", house.as_an, own, "Nhầm")
    assert (house.state(waiting), house.state(counted)) == ("withdrawn", "reversed")
    assert house.month(house.an) == ZERO


def test_after_a_close_a_member_steps_no_more_and_an_officers_decision_is_restated(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, house.share(happened_on=dt.date(2026, 10, 20)))
    close_id = house.close(house.branch, "2026-10", "2026-10-01", "2026-11-01")
    with refused(Code.PERIOD_CLOSED):
        step(house, "withdraw", house.as_an, claim_id)
    house.decide(house.officer, claim_id, "accept")
    house.decide(house.officer, claim_id, "reverse", "Bài bị gỡ")
    with house.db.read() as tx:
        rows = tx.all(select(Restatement).order_by(Restatement.restatement_id))
    told = [(r.close_id, r.actor_id, r.before["state"], r.after["state"], r.reason) for r in rows]
    assert told == [
        (close_id, house.officer.account_id, "pending", "accepted", None),
        (close_id, house.officer.account_id, "accepted", "reversed", "Bài bị gỡ"),
    ]


def test_declared_figures_are_verified_only_by_an_acceptance_with_evidence(house: ClaimsHouse) -> None:
    stated = (StatedFigure(measure=Measure.REACH, value=100), StatedFigure(measure=Measure.ENGAGEMENTS, value=20))
    bare, proven = (house.file(house.as_an, house.share(n, figures=stated)) for n in range(2))
    house.add_evidence(proven)
    read = (StatedFigure(measure=Measure.REACH, value=90),)
    house.decide(house.officer, bare, "accept")
    house.decide(house.officer, proven, "accept", figures=read)
    graded = {
        c: {
            (f.measure, f.grade, f.value)
            for f in house.show(house.officer, c).figures
            if f.measure in (Measure.REACH, Measure.ENGAGEMENTS)
        }
        for c in (bare, proven)
    }
    assert graded[bare] == {(Measure.REACH, Grade.DECLARED, 100), (Measure.ENGAGEMENTS, Grade.DECLARED, 20)}
    assert graded[proven] == {(Measure.REACH, Grade.VERIFIED, 90), (Measure.ENGAGEMENTS, Grade.VERIFIED, 20)}


def test_figures_stated_later_are_declared_beside_what_was_verified(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, house.share(figures=(StatedFigure(measure=Measure.REACH, value=100),)))
    house.add_evidence(claim_id)
    house.decide(house.officer, claim_id, "accept")
    with house.db.write() as tx:
        row = claim_steps.get_for_figures(tx, house.as_an, claim_id, today=house.today)
        claim_steps.add_figures(
            tx, house.as_an, row, [StatedFigure(measure=Measure.REACH, value=150)], now=house.now, zone=house.zone
        )
    shown = [(f.grade, f.value) for f in house.show(house.as_an, claim_id).figures if f.measure is Measure.REACH]
    assert shown == [(Grade.VERIFIED, 100), (Grade.DECLARED, 150)]
    assert house.show(house.as_an, claim_id).history[-1].action == "figures"


def test_figures_of_a_claim_that_is_over_or_of_others_are_refused(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    with refused(Code.RIGHT_MISSING), house.db.read() as tx:
        claim_steps.get_for_figures(tx, house.auditor, claim_id, today=house.today)
    step(house, "withdraw", house.as_an, claim_id)
    with refused(Code.CLAIM_STATE), house.db.write() as tx:
        row = claim_steps.get_for_figures(tx, house.as_an, claim_id, today=house.today)
        claim_steps.add_figures(
            tx, house.as_an, row, [StatedFigure(measure=Measure.REACH, value=1)], now=house.now, zone=house.zone
        )


def test_topics_set_at_review_replace_the_claims_own(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, house.share(topics=("Chuyển đổi số",)))
    house.decide(house.officer, claim_id, "accept", topics=("Gương người tốt", "gương người tốt"))
    assert [t.name for t in house.show(house.officer, claim_id).topics] == ["Gương người tốt"]


def test_a_batch_decides_each_claim_alone(house: ClaimsHouse) -> None:
    good, done = house.file(house.as_an), house.file(house.as_binh)
    house.decide(house.officer, done, "accept")
    own = house.file(house.other_officer)
    missing = ClaimId(MemberId(house.an), 99)
    asked = [own, good, missing, done, good]
    with house.db.write() as tx:
        found = reviews.decide_all(
            tx, house.other_officer, asked, Decision(verdict=Verdict.ACCEPT), now=house.now, zone=house.zone
        )
    told = [(r.claim_id, r.state, r.refusal and r.refusal.code) for r in found]
    assert told == [
        (own, "pending", Code.CLAIM_OWN),
        (good, "accepted", None),
        (missing, None, Code.NOT_FOUND),
        (done, "accepted", Code.CLAIM_STATE),
    ]
    assert house.state(good) == "accepted"


def test_a_batch_against_members_needs_its_reason_as_a_whole(house: ClaimsHouse) -> None:
    with refused(Code.REASON_MISSING), house.db.write() as tx:
        reviews.decide_all(tx, house.officer, [], Decision(verdict=Verdict.REJECT), now=house.now, zone=house.zone)


@pytest.fixture(autouse=True)
def _rollups_equal_what_they_sum(house: ClaimsHouse) -> Iterator[None]:
    """After every test, the months hold exactly the accepted claims."""
    yield
    with house.db.read() as tx:
        accepted = tx.scalar(select(func.count()).select_from(counted_claims).where(counted_claims.c.kind == "share"))
    assert (
        sum(house.month(m, f"2026-{n}")["share_count"] for m in (house.an, house.binh, house.chi) for n in (10, 11))
        == accepted
    )


def test_what_was_done_in_a_unit_that_ended_is_decided_above_it(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    with house.db.write() as tx:
        for table in (UnitVersion, UnitAncestry):
            tx.execute(update(table).where(table.unit_id == house.branch).values(valid_to=house.today))
    with house.db.read() as tx:
        for asked in (ClaimFilter(), ClaimFilter(unit_id=house.committee)):
            page = claims.list_page(
                tx, house.other_officer, asked, after=None, limit=10, now=house.now, today=house.today
            )
            assert [view.claim.claim_id for view in page.items] == [claim_id]
    with refused(Code.NOT_FOUND):
        house.decide(house.stranger, claim_id, "accept")
    assert house.decide(house.other_officer, claim_id, "accept") is ClaimState.ACCEPTED


def test_what_was_done_in_a_unit_that_moved_is_decided_where_it_stands_now(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    with house.db.write() as tx:
        old = (UnitAncestry.unit_id == house.branch, UnitAncestry.ancestor_id == house.committee)
        tx.execute(update(UnitAncestry).where(*old).values(valid_to=house.today))
        row = {"ancestor_id": house.other_branch, "unit_id": house.branch, "valid_from": house.today, "depth": 1}
        tx.execute(insert(UnitAncestry), row)
    with refused(Code.NOT_FOUND):
        house.decide(house.other_officer, claim_id, "accept")
    assert house.decide(house.stranger, claim_id, "accept") is ClaimState.ACCEPTED
