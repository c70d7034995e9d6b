"""Claims: states, who may act, identity, dates."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tracker.domain.claims import (
    LIVE_STATES,
    NEEDS_REASON,
    Action,
    Actor,
    ClaimKind,
    ClaimParties,
    ClaimState,
    Verdict,
    allowed_actions,
    check_actor,
    check_claim_dates,
    check_lesson,
    check_reason,
    piece_key,
    presentation_key,
    share_key,
    transition,
)
from tracker.domain.errors import AppError, Code
from tracker.domain.late_rules import LateRules
from tracker.domain.office_rules import RuleBook
from tracker.domain.types import AccountId, Channel, MemberId

D = dt.date
MARCH = D(2025, 3, 1)
OWNER, COAUTHOR, OTHER = MemberId(1), MemberId(2), MemberId(3)


def refused(code: Code) -> pytest.RaisesExc[AppError]:
    return pytest.raises(AppError, check=lambda error: error.code is code)


@pytest.mark.parametrize(
    ("state", "action", "after"),
    [
        ("pending", "accept", "accepted"),
        ("pending", "return", "returned"),
        ("pending", "reject", "rejected"),
        ("pending", "withdraw", "withdrawn"),
        ("pending", "edit", "pending"),
        ("pending", "object", "withdrawn"),
        ("returned", "edit", "pending"),
        ("returned", "withdraw", "withdrawn"),
        ("rejected", "appeal", "pending"),
        ("accepted", "reverse", "reversed"),
        ("accepted", "object", "reversed"),
    ],
)
def test_a_claim_moves_as_the_product_says(state: str, action: str, after: str) -> None:
    assert transition(ClaimState(state), Action(action), appealed=False) == after
    assert Action(action) in allowed_actions(ClaimState(state), appealed=False)


@pytest.mark.parametrize(
    ("state", "action"),
    [
        *(("accepted", a) for a in ("accept", "return", "reject", "edit", "withdraw", "appeal")),
        *(("returned", a) for a in ("accept", "return", "reject", "reverse", "appeal")),
        *(("rejected", a) for a in ("accept", "edit", "withdraw", "object")),
        *(("withdrawn", a) for a in Action),
        *(("reversed", a) for a in Action),
    ],
)
def test_every_other_step_is_refused_and_names_the_state(state: str, action: str) -> None:
    with refused(Code.CLAIM_STATE) as refusal:
        transition(ClaimState(state), Action(action), appealed=False)
    assert refusal.value.extra == {"state": state}


def test_an_appeal_is_heard_once() -> None:
    with refused(Code.CLAIM_STATE):
        transition(ClaimState.REJECTED, Action.APPEAL, appealed=True)
    assert allowed_actions(ClaimState.REJECTED, appealed=True) == ()
    assert allowed_actions(ClaimState.REJECTED, appealed=False) == (Action.APPEAL,)


class ClaimLife(RuleBasedStateMachine):
    """Any sequence of actions keeps the promises of product.md."""

    def __init__(self) -> None:
        super().__init__()
        self.state = ClaimState.PENDING
        self.history: list[Action] = []

    @rule(action=st.sampled_from(Action))
    def act(self, action: Action) -> None:
        appealed = Action.APPEAL in self.history
        allowed = action in allowed_actions(self.state, appealed=appealed)
        try:
            self.state = transition(self.state, action, appealed=appealed)
        except AppError as refusal:
            outcome = refusal.code
            assert outcome is Code.CLAIM_STATE
            assert not allowed
        else:
            assert allowed
            self.history.append(action)

    @invariant()
    def counts_only_by_an_officers_acceptance(self) -> None:
        if self.state is ClaimState.ACCEPTED:
            assert self.history[-1] is Action.ACCEPT

    @invariant()
    def was_appealed_at_most_once(self) -> None:
        assert self.history.count(Action.APPEAL) <= 1

    @invariant()
    def ends_for_good(self) -> None:
        if self.state in {ClaimState.WITHDRAWN, ClaimState.REVERSED}:
            assert allowed_actions(self.state, appealed=False) == ()


TestClaimLife = ClaimLife.TestCase


def test_live_claims_are_pending_returned_or_accepted() -> None:
    assert {"pending", "returned", "accepted"} == LIVE_STATES
    assert {v.value for v in Verdict} <= {a.value for a in Action}


def test_reasons_are_asked_where_somebody_is_refused_something() -> None:
    assert {"return", "reject", "reverse", "appeal", "object"} == NEEDS_REASON
    for action in NEEDS_REASON:
        assert check_reason(action, "  thiếu ảnh ") == "thiếu ảnh"
        for empty in (None, "", " \n\u200b"):
            with refused(Code.REASON_MISSING):
                check_reason(action, empty)
    assert check_reason(Action.ACCEPT, None) is None


def officer(account: int = 9, member: MemberId | None = OTHER, *, reviews: bool = True) -> Actor:
    return Actor(account_id=AccountId(account), member_id=member, reviews=reviews)


def parties(*, assisted: bool = False, appealed: bool = False, decided_by: int | None = None) -> ClaimParties:
    by = None if decided_by is None else AccountId(decided_by)
    return ClaimParties(owner_id=OWNER, coauthor_ids=(COAUTHOR,), assisted=assisted, appealed=appealed, decided_by=by)


def test_nobody_decides_on_their_own_claim_nor_on_a_piece_they_share() -> None:
    check_actor(Action.ACCEPT, officer(), parties())
    check_actor(Action.ACCEPT, officer(member=None), parties())
    for member in (OWNER, COAUTHOR):
        with refused(Code.CLAIM_OWN):
            check_actor(Action.ACCEPT, officer(member=member), parties())
    with refused(Code.RIGHT_MISSING):
        check_actor(Action.REJECT, officer(reviews=False), parties())


def test_an_appeal_goes_to_somebody_else() -> None:
    with refused(Code.CLAIM_OWN):
        check_actor(Action.ACCEPT, officer(9), parties(appealed=True, decided_by=9))
    check_actor(Action.ACCEPT, officer(8), parties(appealed=True, decided_by=9))
    check_actor(Action.REVERSE, officer(9), parties(decided_by=9))


def test_a_member_acts_on_their_own_claim_only() -> None:
    owner, stranger = officer(member=OWNER, reviews=False), officer(reviews=False)
    for action in (Action.EDIT, Action.WITHDRAW, Action.APPEAL):
        check_actor(action, owner, parties())
        with refused(Code.RIGHT_MISSING):
            check_actor(action, stranger, parties())
        with refused(Code.RIGHT_MISSING):
            check_actor(action, officer(), parties())


def test_officers_complete_or_withdraw_what_was_entered_for_a_member_and_the_member_may_object() -> None:
    for action in (Action.EDIT, Action.WITHDRAW):
        check_actor(action, officer(), parties(assisted=True))
        with refused(Code.RIGHT_MISSING):
            check_actor(action, officer(reviews=False), parties(assisted=True))
    owner = officer(member=OWNER, reviews=False)
    check_actor(Action.OBJECT, owner, parties(assisted=True))
    with refused(Code.CLAIM_STATE):
        check_actor(Action.OBJECT, owner, parties())
    with refused(Code.RIGHT_MISSING):
        check_actor(Action.OBJECT, officer(), parties(assisted=True))


def share(
    article: str | None = "a", post: str | None = None, title: str = "", channel: Channel | None = Channel.ZALO,
    day: dt.date = MARCH, number: int = 1,
) -> str:  # fmt: skip
    return share_key(article_key=article, post_key=post, title=title, channel=channel, happened_on=day, number=number)


def test_one_share_is_one_article_on_one_channel_in_one_month() -> None:
    assert share() == share(day=D(2025, 3, 31), post="other", title="other", number=2)
    assert share() != share(day=D(2025, 4, 1))
    assert share() != share(channel=Channel.FACEBOOK)
    assert share() != share(channel=None)
    assert share() != share("b")


def test_without_an_article_the_post_names_the_share_then_the_title_then_nothing() -> None:
    assert share(None, "p") == share(None, "p", title="khác", number=2)
    assert share(None, "a") != share("a")
    assert share(None, None, "Chuyện  hay") == share(None, None, "CHUYEN HAY", number=2)
    assert share(None, None) != share(None, None, number=2)


def test_a_piece_is_one_whenever_it_is_claimed() -> None:
    by_page = piece_key(article_key="k", url_key=None, title="Một", number=1)
    assert by_page == piece_key(article_key=None, url_key="k", title="Hai", number=2)
    assert by_page != piece_key(article_key="m", url_key="k", title="Một", number=1)
    internal = piece_key(article_key=None, url_key=None, title="Một bài", number=1)
    assert internal == piece_key(article_key=None, url_key=None, title="mot bai", number=2)
    assert internal != by_page


def test_a_presentation_is_one_slot_title_and_day() -> None:
    told = presentation_key(slot="Câu chuyện", title="Bác Hồ", happened_on=D(2025, 3, 1))
    assert told == presentation_key(slot="câu chuyện", title="BÁC HỒ", happened_on=D(2025, 3, 1))
    assert told != presentation_key(slot="Cuốn sách", title="Bác Hồ", happened_on=D(2025, 3, 1))
    assert told != presentation_key(slot=None, title="Bác Hồ", happened_on=D(2025, 3, 2))


def test_claims_reach_400_days_back_and_never_into_the_future() -> None:
    today = D(2026, 11, 22)
    check_claim_dates(today, today)
    check_claim_dates(today - dt.timedelta(days=400), today)
    with refused(Code.CLAIM_DATE):
        check_claim_dates(today + dt.timedelta(days=1), today)
    with refused(Code.CLAIM_DATE) as refusal:
        check_claim_dates(today - dt.timedelta(days=401), today)
    assert refusal.value.extra == {"earliest": "2025-10-18"}
    check_claim_dates(today - dt.timedelta(days=401), today, LateRules(oldest_days=500))


@pytest.mark.parametrize(
    ("happened_on", "filed_on", "late"),
    [
        (D(2025, 1, 2), D(2025, 2, 5), False),
        (D(2025, 1, 2), D(2025, 2, 6), True),
        (D(2025, 1, 31), D(2025, 1, 31), False),
        (D(2024, 2, 29), D(2024, 3, 6), True),
    ],
)
def test_late_is_more_than_five_days_after_the_months_end(
    happened_on: dt.date, filed_on: dt.date, *, late: bool
) -> None:
    assert RuleBook().is_late(happened_on, filed_on) is late


def test_a_presentation_needs_its_lesson() -> None:
    check_lesson(ClaimKind.SHARE, None)
    check_lesson(ClaimKind.PRESENTATION, "Nói đi đôi với làm")
    with refused(Code.CLAIM_LESSON_MISSING):
        check_lesson(ClaimKind.PRESENTATION, " ")
