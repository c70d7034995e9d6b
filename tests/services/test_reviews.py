"""Officers' decisions, the member's own steps, and what becomes of figures and counts with them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, func, select

from tests import make
from tracker.domain.claim_records import ClaimFilter
from tracker.domain.claims import Action, ClaimKind, ClaimState, Verdict
from tracker.domain.errors import AppError, Code
from tracker.domain.figures import Grade, Measure
from tracker.domain.filing import ClaimDraft, StatedFigure
from tracker.domain.types import ClaimId, MemberId
from tracker.services import claim_steps, claims, reviews
from tracker.services.reviews import Decision
from tracker.store.tables.claims import ReviewEvent, counted_claims
from tracker.store.tables.links import Link, MemberLinkDay
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


def page(house: ClaimsHouse, viewer: Viewer, **more: Any) -> list[str]:
    asked = more.pop("asked", ClaimFilter())
    with house.db.read() as tx:
        found = claims.list_page(
            tx, viewer, asked, **({"after": None, "limit": 50} | more), now=house.now, today=house.today
        )
    return [str(v.claim.claim_id) for v in found.items]


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
        claim_steps.add_figures(tx, house.as_an, row, [StatedFigure(measure=Measure.REACH, value=150)], now=house.now)
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
        claim_steps.add_figures(tx, house.as_an, row, [StatedFigure(measure=Measure.REACH, value=1)], now=house.now)


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


def test_everyone_sees_what_their_scope_holds(house: ClaimsHouse) -> None:
    an, chi = str(house.file(house.as_an)), str(house.file(house.other_officer))
    assert page(house, house.as_an) == [an]
    assert page(house, house.as_binh) == []
    assert page(house, house.officer) == [an]
    assert page(house, house.stranger) == [chi]
    for viewer in (house.other_officer, house.admin, house.auditor):
        assert page(house, viewer) == [chi, an]


def test_what_waits_is_listed_oldest_first_page_by_page(house: ClaimsHouse) -> None:
    filed = []
    for n in range(4):
        house.now = make.NOW + dt.timedelta(minutes=n)
        filed.append(str(house.file(house.as_an, house.share(n))))
    assert page(house, house.officer) == filed[::-1]
    waiting = ClaimFilter(state=ClaimState.PENDING)
    with house.db.read() as tx:
        first = claims.list_page(tx, house.officer, waiting, after=None, limit=3, now=house.now, today=house.today)
        rest = claims.list_page(
            tx, house.officer, waiting, after=first.after, limit=3, now=house.now, today=house.today
        )
    assert [str(v.claim.claim_id) for v in (*first.items, *rest.items)] == filed
    assert rest.after is None


def test_claims_are_filtered_by_all_that_the_contract_names(house: ClaimsHouse) -> None:
    a = str(house.file(house.as_an, house.share(content_kind="mô hình hay", topics=("Chuyển đổi số",))))
    b = str(
        house.file(
            house.as_an,
            ClaimDraft(kind=ClaimKind.AUTHORED, url=PIECE, contest="Búa liềm vàng", happened_on=dt.date(2026, 10, 3)),
        )
    )
    c = str(house.file(house.as_binh))
    cases: list[tuple[ClaimFilter, list[str]]] = [
        (ClaimFilter(kind=ClaimKind.AUTHORED), [b]),
        (ClaimFilter(member_id=house.binh), [c]),
        (ClaimFilter(unit_id=house.committee), [c, b, a]),
        (ClaimFilter(unit_id=house.other_branch), []),
        (ClaimFilter(from_on=dt.date(2026, 10, 1), until_on=dt.date(2026, 11, 1)), [b]),
        (ClaimFilter(content_kind="mô hình hay"), [a]),
        (ClaimFilter(contest=True), [b]),
        (ClaimFilter(contest=False), [c, a]),
        (ClaimFilter(contest="Búa liềm vàng"), [b]),
        (ClaimFilter(topic="chuyen doi so"), [a]),
        (ClaimFilter(topic="1"), [a]),
        (ClaimFilter(state=ClaimState.ACCEPTED), []),
    ]
    for asked, expected in cases:
        assert sorted(page(house, house.admin, asked=asked)) == sorted(expected), asked


def test_a_page_costs_the_same_number_of_statements_however_long(house: ClaimsHouse) -> None:
    for n in range(4):
        house.file(
            house.as_an,
            house.share(n, topics=(f"Chủ đề {n}",), figures=(StatedFigure(measure=Measure.REACH, value=n),)),
        )
    statements: list[str] = []

    def count(*told: Any) -> None:
        statements.append(told[2])

    event.listen(house.db.engine, "before_cursor_execute", count)
    costs = []
    for limit in (1, 4):
        statements.clear()
        page(house, house.officer, limit=limit)
        costs.append(len(statements))
    event.remove(house.db.engine, "before_cursor_execute", count)
    assert costs[0] == costs[1] <= 22


def test_clicks_of_the_link_are_the_claims_and_small_ones_are_hidden_from_officers(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    with house.db.write() as tx:
        tx.execute(
            tx.insert(Link),
            {
                "slug": "s",
                "member_id": house.an,
                "article_id": house.articles[0],
                "channel": "zalo",
                "target_url": "https://x.vn/1",
                "created_at": make.NOW,
            },
        )
        day = {"member_id": house.an, "article_id": house.articles[0], "channel": "zalo"}
        tx.execute(
            tx.insert(MemberLinkDay),
            [
                day | {"day": dt.date(2026, 10, 31), "click_count": 50, "person_day_count": 50},
                day | {"day": dt.date(2026, 11, 2), "click_count": 4, "person_day_count": 3},
            ],
        )

    def shown(viewer: Viewer) -> list[tuple[int | None, bool]]:
        return [(f.value, f.hidden) for f in house.show(viewer, claim_id).figures]

    assert shown(house.as_an) == shown(house.admin) == [(4, False), (3, False)]
    assert shown(house.officer) == shown(house.auditor) == [(None, True), (None, True)]
    with house.db.write() as tx:
        tx.execute(
            tx.insert(MemberLinkDay), day | {"day": dt.date(2026, 12, 1), "click_count": 1, "person_day_count": 1}
        )
    assert shown(house.officer) == [(5, False), (None, True)]


def test_clicks_of_the_next_months_share_belong_to_that_share(house: ClaimsHouse) -> None:
    october = house.file(house.as_an, house.share(happened_on=dt.date(2026, 10, 20)))
    november = house.file(house.as_an)
    with house.db.write() as tx:
        day = {"member_id": house.an, "article_id": house.articles[0], "channel": "zalo", "person_day_count": 1}
        tx.execute(tx.insert(MemberLinkDay), [day | {"day": dt.date(2026, m, 25), "click_count": m} for m in (10, 11)])
    assert house.show(house.as_an, october).figures[0].value == 10
    assert house.show(house.as_an, november).figures[0].value == 11


def test_without_a_tracked_link_clicks_are_unknown_not_zero(house: ClaimsHouse) -> None:
    figures = house.show(house.as_an, house.file(house.as_an)).figures
    assert [(f.measure, f.value, f.hidden) for f in figures] == [
        (Measure.VALID_CLICKS, None, False),
        (Measure.PERSON_DAYS, None, False),
    ]


def test_a_claim_shows_its_viewer_what_they_may_do(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    assert set(house.show(house.as_an, claim_id).actions) == {Action.EDIT, Action.WITHDRAW}
    assert set(house.show(house.officer, claim_id).actions) == {Action.ACCEPT, Action.RETURN, Action.REJECT}
    assert house.show(house.auditor, claim_id).actions == ()


def test_history_is_numbered_without_gaps_and_names_who_acted(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    house.decide(house.officer, claim_id, "return", "Xin đường dẫn")
    with house.db.read() as tx:
        assert tx.scalars(select(ReviewEvent.step).order_by(ReviewEvent.step)) == [1, 2]
    history = house.show(house.as_an, claim_id).history
    assert [(s.actor_id, s.actor_name) for s in history] == [
        (house.as_an.account_id, "Nguyễn Văn An"),
        (house.officer.account_id, "officer"),
    ]


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
