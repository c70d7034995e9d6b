"""Filing claims: for whom, what is refused in which order, what is one share, completing a claim."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from tests import make
from tracker.domain.claims import ClaimKind
from tracker.domain.errors import AppError, Code
from tracker.domain.figures import Grade, Measure
from tracker.domain.filing import ClaimDraft, StatedFigure
from tracker.domain.types import ArticleId, Channel, ClaimId, MemberId, Role
from tracker.domain.urls import url_key
from tracker.services import filing
from tracker.store.tables.accounts import Consent
from tracker.store.tables.claims import Claim, ClaimCredit
from tracker.store.tables.feeds import Article, ArticleAddress
from tracker.store.tables.operations import AuditEvent
from tracker.store.tables.organisation import Membership
from tracker.store.tables.periods import Restatement

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import Viewer
    from tracker.store.db import Database

PIECE = "https://baohaugiang.com.vn/xay-dung-dang/bai-viet-123456.html"
POST = "https://www.facebook.com/nguyen.van.a/posts/1234567890123456"


def refused(code: Code) -> pytest.RaisesExc[AppError]:
    return pytest.raises(AppError, check=lambda error: error.code is code)


def piece(**more: Any) -> ClaimDraft:
    return ClaimDraft(**({"kind": ClaimKind.AUTHORED, "url": PIECE, "title": "Bài viết"} | more))


def edit(house: ClaimsHouse, viewer: Viewer, claim_id: ClaimId, **changes: Any) -> Any:
    with house.db.write() as tx:
        row = filing.get_for_edit(tx, viewer, claim_id, today=house.today)
        return filing.edit(tx, viewer, row, changes, now=house.now, zone=house.zone)


def test_a_share_of_an_article_is_filed_in_one_tap(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    view = house.show(house.as_an, claim_id)
    assert str(claim_id) == f"{house.an}-1"
    assert (view.claim.state, view.claim.unit_id, view.claim.month) == ("pending", house.branch, "2026-11")
    assert (view.claim.title, view.claim.channel, view.claim.late) == ("Bài 1", "zalo", False)
    assert [s.action for s in view.history] == ["submit"]
    assert [c.code for c in view.checks] == ["evidence.none", "topic.none"]


def test_claims_are_numbered_within_their_member(house: ClaimsHouse) -> None:
    mine = [house.file(house.as_an, house.share(n)) for n in range(3)]
    other = house.file(house.as_binh)
    assert [c.number for c in mine] == [1, 2, 3]
    assert other.number == 1


def test_a_claim_of_the_first_minute_of_a_month_belongs_to_that_local_month(house: ClaimsHouse) -> None:
    night = dt.datetime(2026, 10, 31, 17, 0, tzinfo=dt.UTC)  # 00:00 on 1 November in Hà Nội
    first = house.file(house.as_an, house.share(happened_at=night))
    before = house.file(house.as_an, house.share(happened_at=night - dt.timedelta(seconds=1)))
    assert house.show(house.as_an, first).claim.month == "2026-11"
    assert house.show(house.as_an, before).claim.month == "2026-10"
    assert house.show(house.as_an, before).claim.late


def test_the_same_share_is_refused_with_the_first_ones_id_and_noted_in_its_history(house: ClaimsHouse) -> None:
    first = house.file(house.as_an)
    again = house.submit(house.as_an, house.share(url=POST, channel=Channel.ZALO, note="again"))
    other = house.submit(house.as_an, house.share())
    assert other == filing.Repeated(first)
    assert isinstance(again, filing.Filed)  # the post's address says Facebook: another channel
    assert [s.action for s in house.show(house.as_an, first).history] == ["submit", "repeat"]


def test_the_same_article_next_month_or_on_another_channel_is_a_new_share(house: ClaimsHouse) -> None:
    house.file(house.as_an)
    house.file(house.as_an, house.share(channel=Channel.FACEBOOK))
    house.file(house.as_an, house.share(happened_on=dt.date(2026, 10, 20)))
    assert isinstance(house.submit(house.as_binh, house.share()), filing.Filed)


@pytest.mark.parametrize("again", [POST, POST + "?utm_source=zalo&fbclid=x", POST.replace("www", "m")])
def test_one_post_is_one_share_however_its_address_is_spelled(house: ClaimsHouse, again: str) -> None:
    first = house.file(house.as_an, ClaimDraft(kind=ClaimKind.SHARE, url=POST))
    assert house.submit(house.as_an, ClaimDraft(kind=ClaimKind.SHARE, url=again)) == filing.Repeated(first)
    assert house.submit(house.as_an, house.share(url=again)) == filing.Repeated(first)


def test_an_article_that_was_collected_since_is_the_same_share(house: ClaimsHouse) -> None:
    draft = ClaimDraft(kind=ClaimKind.SHARE, article_url=PIECE, channel=Channel.ZALO)
    first = house.file(house.as_an, draft)
    assert house.show(house.as_an, first).claim.article_url == PIECE
    with house.db.write() as tx:
        key = url_key(PIECE)
        late = make.article(tx, 9, "Bài 9")
        tx.execute(update(Article).where(Article.article_id == late).values(url_key=key))
        tx.execute(insert(ArticleAddress), {"url_key": key, "url": PIECE, "article_id": late})
    again = ClaimDraft(kind=ClaimKind.SHARE, article_id=late, channel=Channel.ZALO)
    assert house.submit(house.as_an, again) == filing.Repeated(first)
    other = house.file(house.as_binh, draft)
    assert house.show(house.as_binh, other).claim.article_id == late


def test_a_rejected_or_withdrawn_share_may_be_filed_again(house: ClaimsHouse) -> None:
    first = house.file(house.as_an)
    house.decide(house.officer, first, "reject", "Không tìm thấy bài")
    second = house.file(house.as_an)
    assert second.number == 2


def test_a_member_files_for_nobody_else_and_an_officer_only_in_scope(house: ClaimsHouse) -> None:
    with refused(Code.RIGHT_MISSING):
        house.submit(house.as_an, house.share(), member_id=house.binh)
    with refused(Code.NOT_FOUND):
        house.submit(house.stranger, house.share(), member_id=house.an)
    with refused(Code.RIGHT_MISSING):
        house.submit(house.auditor, house.share(), member_id=house.an)
    with refused(Code.FIELD_INVALID):
        house.submit(house.officer, house.share())
    claim_id = house.file(house.officer, member_id=house.an)
    assert house.show(house.as_an, claim_id).claim.assisted_by == house.officer.account_id


def test_filing_needs_the_members_consents_before_the_body_is_looked_at(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        tx.execute(
            update(Consent)
            .where(Consent.member_id == house.an, Consent.kind == "conduct")
            .values(withdrawn_at=make.NOW)
        )
    nonsense = ClaimDraft(kind=ClaimKind.SHARE)
    with refused(Code.CONSENT_MISSING):
        house.submit(house.as_an, nonsense)
    with refused(Code.CONSENT_MISSING):
        house.submit(house.officer, nonsense, member_id=house.an)


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (ClaimDraft(kind=ClaimKind.SHARE), Code.FIELD_INVALID),
        (ClaimDraft(kind=ClaimKind.SHARE, article_url=PIECE), Code.FIELD_INVALID),  # no channel
        (ClaimDraft(kind=ClaimKind.SHARE, article_id=ArticleId(10**9), channel=Channel.ZALO), Code.FIELD_INVALID),
        (ClaimDraft(kind=ClaimKind.AUTHORED), Code.FIELD_INVALID),
        (ClaimDraft(kind=ClaimKind.PRESENTATION, title="Câu chuyện"), Code.CLAIM_LESSON_MISSING),
        (ClaimDraft(kind=ClaimKind.SHARE, url="https://www.facebook.com/nguyen.van.a"), Code.CLAIM_LINK),
        (ClaimDraft(kind=ClaimKind.SHARE, url="https://www.facebook.com/groups/123456/"), Code.CLAIM_LINK),
        (
            ClaimDraft(kind=ClaimKind.SHARE, url="https://www.facebook.com/sharer/sharer.php?u=https://x.vn/1"),
            Code.CLAIM_LINK,
        ),
        (ClaimDraft(kind=ClaimKind.SHARE, url="javascript:alert(1)"), Code.CLAIM_LINK),
        (piece(happened_on=dt.date(2026, 11, 23)), Code.CLAIM_DATE),
        (piece(happened_on=dt.date(2025, 10, 17)), Code.CLAIM_DATE),
        (piece(happened_on=dt.date(2019, 12, 31)), Code.CLAIM_DATE),
        (piece(figures=(StatedFigure(measure=Measure.VALID_CLICKS, value=1),)), Code.FIELD_INVALID),
        (piece(coauthor_ids=(MemberId(10**9),)), Code.FIELD_INVALID),
        (piece(happened_on=dt.date(2026, 11, 1), happened_at=make.NOW), Code.FIELD_INVALID),
    ],
)
def test_what_cannot_be_a_claim_is_refused(house: ClaimsHouse, draft: ClaimDraft, code: Code) -> None:
    with refused(code):
        house.submit(house.as_an, draft)


def test_the_link_is_judged_before_the_day_and_the_day_before_the_close(house: ClaimsHouse) -> None:
    house.close(house.branch, "2026", "2026-01-01", "2027-01-01")
    profile = {"url": "https://www.facebook.com/nguyen.van.a", "kind": ClaimKind.SHARE}
    future = dt.date(2026, 12, 1)
    with refused(Code.CLAIM_LINK):
        house.submit(house.as_an, ClaimDraft(**profile, happened_on=future))  # type: ignore[arg-type]
    with refused(Code.CLAIM_DATE):
        house.submit(house.as_an, house.share(happened_on=future))
    with refused(Code.PERIOD_CLOSED):
        house.submit(house.as_an, house.share())


def test_a_close_above_binds_below_and_its_last_day_is_the_last(house: ClaimsHouse) -> None:
    house.close(house.committee, "2026-Q3", "2026-07-01", "2026-10-01")
    with refused(Code.PERIOD_CLOSED):
        house.submit(house.as_an, house.share(happened_on=dt.date(2026, 9, 30)))
    house.file(house.as_an, house.share(happened_on=dt.date(2026, 10, 1)))


def test_an_assisted_claim_of_a_closed_period_goes_through_and_is_restated(house: ClaimsHouse) -> None:
    closes = {house.close(house.branch, "2026-10", "2026-10-01", "2026-11-01")}
    closes.add(house.close(house.committee, "2026-10", "2026-10-01", "2026-11-01"))
    claim_id = house.file(house.officer, house.share(happened_on=dt.date(2026, 10, 5)), member_id=house.an)
    house.decide(house.officer, claim_id, "accept")
    with house.db.read() as tx:
        rows = tx.all(
            select(Restatement.close_id, Restatement.subject, Restatement.after).order_by(Restatement.restatement_id)
        )
    assert {r.close_id for r in rows} == closes
    assert {r.subject for r in rows} == {f"claim:{claim_id}"}
    assert [r.after["state"] for r in rows] == ["pending", "pending", "accepted", "accepted"]


def test_a_claim_counts_in_the_unit_of_the_day_it_happened(house: ClaimsHouse) -> None:
    moved = dt.date(2026, 11, 15)
    with house.db.write() as tx:
        tx.execute(update(Membership).where(Membership.member_id == house.an).values(until=moved))
        row = {"member_id": house.an, "unit_id": house.other_branch, "since": moved, "status": "official"}
        tx.execute(insert(Membership), row | {"temporary": False})
    before = house.file(house.as_an, house.share(0, happened_on=dt.date(2026, 11, 14)))
    after = house.file(house.as_an, house.share(1, happened_on=moved))
    assert house.show(house.as_an, before).claim.unit_id == house.branch
    assert house.show(house.as_an, after).claim.unit_id == house.other_branch


def test_who_stands_nowhere_that_day_files_nothing(db: Database, house: ClaimsHouse) -> None:
    with db.write() as tx:
        new = make.member(tx, house.branch, "009", since=dt.date(2026, 11, 1))
        make.consents(tx, new)
        viewer = make.account(tx, "new", Role.MEMBER, member_id=new)
    with refused(Code.MEMBERSHIP_NONE):
        house.submit(viewer, house.share(happened_on=dt.date(2026, 10, 31)))


def test_a_piece_of_two_authors_is_one_claim_and_two_credits(house: ClaimsHouse) -> None:
    first = house.file(house.as_an, piece(coauthor_ids=(house.binh,)))
    with house.db.read() as tx:
        credits_ = {(r.member_id, r.role) for r in tx.all(select(ClaimCredit.member_id, ClaimCredit.role))}
    assert credits_ == {(house.an, "owner"), (house.binh, "coauthor")}
    assert house.submit(house.as_binh, piece()) == filing.Repeated(first)
    assert house.submit(house.as_an, piece(happened_on=dt.date(2026, 9, 1))) == filing.Repeated(first)
    with house.db.write() as tx:
        owner = filing.get_owner(tx, house.other_officer, None, today=house.today)
        draft = piece(coauthor_ids=(house.an,))
        assert filing.submit(tx, house.other_officer, owner, draft, now=house.now, zone=house.zone) == filing.Repeated(
            first
        )


def test_another_members_claim_of_the_same_address_is_shown_to_the_officer(house: ClaimsHouse) -> None:
    house.file(house.as_an, ClaimDraft(kind=ClaimKind.SHARE, url=POST))
    claim_id = house.file(house.as_binh, ClaimDraft(kind=ClaimKind.SHARE, url=POST))
    assert "url.shared" in {c.code for c in house.show(house.officer, claim_id).checks}


def test_stated_figures_are_declared_and_audiences_potential(house: ClaimsHouse) -> None:
    figures = (StatedFigure(measure=Measure.REACH, value=120), StatedFigure(measure=Measure.FOLLOWERS, value=900))
    claim_id = house.file(house.as_an, ClaimDraft(kind=ClaimKind.SHARE, url=POST, figures=figures))
    shown = house.show(house.as_an, claim_id).figures
    assert [(f.measure, f.grade, f.value) for f in shown] == [
        (Measure.REACH, Grade.DECLARED, 120),
        (Measure.FOLLOWERS, Grade.POTENTIAL, 900),
    ]


def test_completing_a_returned_claim_makes_it_wait_again(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    house.decide(house.officer, claim_id, "return", "Xin thêm đường dẫn")
    edit(house, house.as_an, claim_id, url=POST, topics=("Gương người tốt",))
    view = house.show(house.as_an, claim_id)
    assert (view.claim.state, view.claim.channel) == ("pending", "facebook")
    assert [t.name for t in view.topics] == ["Gương người tốt"]
    assert [s.action for s in view.history] == ["submit", "return", "edit"]


def test_a_decided_claim_is_not_edited(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    house.decide(house.officer, claim_id, "accept")
    with refused(Code.CLAIM_STATE):
        edit(house, house.as_an, claim_id, note="x")


def test_only_the_owner_edits_or_the_officers_where_one_entered_it(house: ClaimsHouse) -> None:
    mine = house.file(house.as_an)
    with refused(Code.RIGHT_MISSING):
        edit(house, house.officer, mine, note="x")
    with refused(Code.NOT_FOUND):
        edit(house, house.as_binh, mine, note="x")
    assisted = house.file(house.officer, house.share(1), member_id=house.an)
    edit(house, house.officer, assisted, note="x")
    assert house.show(house.as_an, assisted).claim.note == "x"


def test_an_edit_that_would_repeat_another_claim_changes_nothing(house: ClaimsHouse) -> None:
    first = house.file(house.as_an)
    second = house.file(house.as_an, house.share(1))
    assert edit(house, house.as_an, second, article_id=house.articles[0]) == filing.Repeated(first)
    assert house.show(house.as_an, second).claim.article_id == house.articles[1]


def test_an_edit_of_a_shared_piece_does_not_make_it_its_co_authors_other_piece(house: ClaimsHouse) -> None:
    shared = house.file(house.as_an, piece(coauthor_ids=(house.binh,)))
    alone = house.file(house.as_binh, piece(url=None, article_id=house.articles[0]))
    assert edit(house, house.as_an, shared, article_id=house.articles[0]) == filing.Repeated(alone)


def test_a_topic_without_a_word_is_refused_and_not_made(house: ClaimsHouse) -> None:
    with refused(Code.FIELD_INVALID):
        house.submit(house.as_an, house.share(topics=(" \u200b ",)))
    claim_id = house.file(house.as_an)
    with refused(Code.FIELD_INVALID):
        house.decide(house.officer, claim_id, "accept", topics=("x" * 101,))
    assert house.state(claim_id) == "pending"


def test_editing_moves_a_claim_to_the_month_and_unit_of_its_new_day(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    edit(house, house.as_an, claim_id, happened_on=dt.date(2026, 10, 2))
    claim = house.show(house.as_an, claim_id).claim
    assert (claim.month, claim.late, claim.happened_on) == ("2026-10", True, dt.date(2026, 10, 2))
    assert isinstance(house.submit(house.as_an, house.share()), filing.Filed)


def test_an_edit_on_an_old_version_is_stale(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an)
    with house.db.read() as tx:
        row = filing.get_for_edit(tx, house.as_an, claim_id, today=house.today)
    edit(house, house.as_an, claim_id, note="first")
    with refused(Code.ETAG_STALE), house.db.write() as tx:
        filing.edit(tx, house.as_an, row, {"note": "second"}, now=house.now, zone=house.zone)
    assert house.show(house.as_an, claim_id).claim.note == "first"


def test_a_member_changes_nothing_of_a_closed_period(house: ClaimsHouse) -> None:
    old = house.file(house.as_an, house.share(happened_on=dt.date(2026, 10, 20)))
    new = house.file(house.as_an, house.share(1))
    house.close(house.branch, "2026-10", "2026-10-01", "2026-11-01")
    with refused(Code.PERIOD_CLOSED):
        edit(house, house.as_an, old, note="x")
    with refused(Code.PERIOD_CLOSED):
        edit(house, house.as_an, old, happened_on=dt.date(2026, 11, 2))
    with refused(Code.PERIOD_CLOSED):
        edit(house, house.as_an, new, happened_on=dt.date(2026, 10, 30))


def test_filing_leaves_an_audit_event_without_words(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, replace(house.share(), note="bí mật nhỏ"))
    with house.db.read() as tx:
        row = tx.first(select(AuditEvent.action, AuditEvent.subject, AuditEvent.facts))
        stored = tx.scalar(select(Claim.note))
    assert row is not None
    assert (row.action, row.subject, row.facts) == ("claim.submit", f"claim:{claim_id}", {"after": "pending"})
    assert stored == "bí mật nhỏ"
