"""The claim's states against the store: whatever members and officers do, what is stored is what the rules give."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from tests import make
from tracker.domain.claims import LIVE_STATES, TRANSITIONS, Action, ClaimState
from tracker.domain.errors import AppError, Code
from tracker.domain.types import Channel, ClaimId, MemberId, Role
from tracker.services import claim_steps, filing
from tracker.store.tables.claims import Claim, ReviewEvent, counted_claims

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse

pytestmark = pytest.mark.thorough

numbers = itertools.count(1_000)


@dataclass
class Told:
    """What one claim should be by the rules."""

    key: tuple[int, str]
    state: ClaimState
    assisted: bool
    appealed: bool = False
    decided_by: str = ""
    steps: int = 1


class ClaimMachine(RuleBasedStateMachine):
    """One member, two officers, and a model of what their acts lead to."""

    def __init__(self, house: ClaimsHouse) -> None:
        super().__init__()
        self.house = house
        code = f"m{next(numbers)}"
        with house.db.write() as tx:
            self.member = make.member(tx, house.branch, code)
            make.consents(tx, self.member)
            self.viewer = make.account(tx, code, Role.MEMBER, member_id=self.member)
        self.model: dict[int, Told] = {}

    def _id(self, number: int) -> ClaimId:
        return ClaimId(MemberId(self.member), number)

    def _live(self, key: tuple[int, str]) -> int | None:
        return next((n for n, t in self.model.items() if t.key == key and t.state in LIVE_STATES), None)

    @rule(article=st.integers(0, 1), channel=st.sampled_from([Channel.ZALO, Channel.VIBER]), assisted=st.booleans())
    def file(self, article: int, channel: Channel, assisted: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        live = self._live((article, channel))
        member_id = self.member if assisted else None
        viewer = self.house.officer if assisted else self.viewer
        filed = self.house.submit(viewer, self.house.share(article, channel), member_id=member_id)
        if live is not None:
            assert filed == filing.Repeated(self._id(live))
            self.model[live].steps += 1
            return
        number = len(self.model) + 1
        assert filed == filing.Filed(self._id(number))
        self.model[number] = Told((article, channel), ClaimState.PENDING, assisted)

    @precondition(lambda self: bool(self.model))
    @rule(
        data=st.data(),
        officer=st.sampled_from(["officer", "other_officer"]),
        verdict=st.sampled_from(["accept", "return", "reject", "reverse"]),
    )
    def decide(self, data: st.DataObject, officer: str, verdict: str) -> None:
        number = data.draw(st.sampled_from(sorted(self.model)))
        told = self.model[number]
        undecided = told.state in {ClaimState.PENDING, ClaimState.RETURNED}
        own = told.appealed and undecided and told.decided_by == officer
        action = Action(verdict)
        after = TRANSITIONS.get((told.state, action))
        expected = Code.CLAIM_OWN if own else (None if after else Code.CLAIM_STATE)
        refused = self._refusal(
            lambda: self.house.decide(getattr(self.house, officer), self._id(number), verdict, "Lý do")
        )
        assert refused is expected
        if after is not None and not own:
            if not (told.appealed and action is Action.RETURN):
                told.decided_by = officer
            self._step(told, after)

    @precondition(lambda self: bool(self.model))
    @rule(data=st.data(), name=st.sampled_from(["withdraw", "appeal", "object_to"]))
    def member_step(self, data: st.DataObject, name: str) -> None:
        number = data.draw(st.sampled_from(sorted(self.model)))
        told = self.model[number]
        action = {"withdraw": Action.WITHDRAW, "appeal": Action.APPEAL, "object_to": Action.OBJECT}[name]
        after = TRANSITIONS.get((told.state, action))
        barred = (action is Action.APPEAL and told.appealed) or (action is Action.OBJECT and not told.assisted)
        clash = action is Action.APPEAL and self._live(told.key) is not None
        expected = Code.CLAIM_STATE if after is None or barred else (Code.CLAIM_DUPLICATE if clash else None)
        words = () if action is Action.WITHDRAW else ("Lý do",)
        taken: Any = getattr(claim_steps, name)

        def work() -> None:
            with self.house.db.write() as tx:
                taken(tx, self.viewer, self._id(number), *words, now=self.house.now, zone=self.house.zone)

        assert self._refusal(work) is expected
        if expected is None and after is not None:
            told.appealed = told.appealed or action is Action.APPEAL
            self._step(told, after)

    @precondition(lambda self: bool(self.model))
    @rule(data=st.data(), article=st.integers(0, 1))
    def edit(self, data: st.DataObject, article: int) -> None:
        number = data.draw(st.sampled_from(sorted(self.model)))
        told = self.model[number]
        key = (article, told.key[1])
        live = self._live(key)
        results: list[Any] = []

        def work() -> None:
            with self.house.db.write() as tx:
                row = filing.get_for_edit(tx, self.viewer, self._id(number), today=self.house.today)
                changes = {"article_id": self.house.articles[article]}
                results.append(filing.edit(tx, self.viewer, row, changes, now=self.house.now, zone=self.house.zone))

        refused = self._refusal(work)
        if told.state not in {ClaimState.PENDING, ClaimState.RETURNED}:
            assert refused is Code.CLAIM_STATE
        elif live not in {None, number}:
            assert results == [filing.Repeated(self._id(live or 0))]
            self.model[live or 0].steps += 1
        else:
            assert results == [filing.Filed(self._id(number))]
            told.key = key
            self._step(told, ClaimState.PENDING)

    @invariant()
    def what_is_stored_is_what_the_rules_give(self) -> None:
        with self.house.db.read() as tx:
            states = tx.all(select(Claim.number, Claim.state).where(Claim.member_id == self.member))
            steps = tx.all(
                select(ReviewEvent.number, func.max(ReviewEvent.step).label("last"), func.count().label("steps"))
                .where(ReviewEvent.member_id == self.member)
                .group_by(ReviewEvent.number)
            )
            counted = tx.scalar(
                select(func.count()).select_from(counted_claims).where(counted_claims.c.member_id == self.member)
            )
        accepted = sum(t.state is ClaimState.ACCEPTED for t in self.model.values())
        assert {r.number: r.state for r in states} == {n: t.state.value for n, t in self.model.items()}
        assert {r.number: (r.last, r.steps) for r in steps} == {n: (t.steps, t.steps) for n, t in self.model.items()}
        assert counted == self.house.month(self.member)["share_count"] == accepted

    @staticmethod
    def _refusal(work: Any) -> Code | None:
        try:
            work()
        except AppError as refusal:
            return refusal.code
        return None

    @staticmethod
    def _step(told: Told, after: ClaimState) -> None:
        told.state = after
        told.steps += 1


def test_the_stored_claims_follow_the_rules_whatever_is_done(house: ClaimsHouse) -> None:
    class OnThisDatabase(ClaimMachine):
        def __init__(self) -> None:
            super().__init__(house)

    run_state_machine_as_test(OnThisDatabase, settings=settings(max_examples=15, stateful_step_count=20, deadline=None))
