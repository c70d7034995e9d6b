"""The blind second look: which decisions a second officer judges anew, who may, and how far the two agree.

Pure. Choosing is by a keyed hash, so that nobody can tell beforehand which decision will be looked at again.
"""

from __future__ import annotations

import enum
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.claims import ClaimState, Verdict
from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.claims import Actor, ClaimParties
    from tracker.domain.types import AccountId, ClaimId

PERCENT_MOST = 100
_PARTS = 10_000  # a share of decisions is told to a hundredth of a percent

LOOKED_AT = frozenset({Verdict.ACCEPT, Verdict.REJECT})  # the two that end a review; both may be said at the second
STANDS_AS = {Verdict.ACCEPT: ClaimState.ACCEPTED, Verdict.REJECT: ClaimState.REJECTED}


class LookState(enum.StrEnum):
    """Where a second look stands."""

    WAITING = "waiting"
    AGREED = "agreed"
    DISAGREED = "disagreed"  # shown again, to somebody who decides for good
    SETTLED = "settled"


class Settlement(enum.StrEnum):
    """How a disagreement ends; a rejection is undone by the member's appeal alone, who is told of it."""

    KEEP = "keep"
    REVERSE = "reverse"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """One decision that was chosen, with what the second officer said of it."""

    claim_id: ClaimId
    step: int
    first_verdict: Verdict
    first_by: AccountId
    first_at: dt.datetime
    second_verdict: Verdict | None = None
    second_reason: str | None = None
    second_by: AccountId | None = None
    second_at: dt.datetime | None = None
    settled_at: dt.datetime | None = None

    @property
    def state(self) -> LookState:
        """Tell where it stands."""
        if self.second_verdict is None:
            return LookState.WAITING
        if self.second_verdict is self.first_verdict:
            return LookState.AGREED
        return LookState.DISAGREED if self.settled_at is None else LookState.SETTLED


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How often two officers agreed on a unit's claims; `waiting` decisions are still to be looked at."""

    unit_id: int
    unit_name: str
    looked: int
    agreed: int
    waiting: int


def is_chosen(key: bytes, claim_id: ClaimId, step: int, *, percent: int) -> bool:
    """Tell whether a decision, known by its step of a claim's history, is looked at a second time."""
    told = hmac.digest(key, f"second look {claim_id} {step}".encode(), "sha256")
    return int.from_bytes(told[:8], "big") % _PARTS < percent * (_PARTS // PERCENT_MOST)


def check_second(look: SecondLook, actor: Actor, parties: ClaimParties) -> None:
    """Refuse with CLAIM_OWN the first officer and whose claim it is; with CLAIM_STATE what was looked at already."""
    _check_not_own(actor, parties)
    if actor.account_id == look.first_by:
        raise AppError(Code.CLAIM_OWN, "the second look is somebody else's")
    if look.state is not LookState.WAITING:
        raise AppError(Code.CLAIM_STATE, "somebody has looked at it a second time already", state=look.state.value)


def check_settler(look: SecondLook, actor: Actor, parties: ClaimParties, *, administers: bool) -> None:
    """Refuse with CLAIM_OWN one of the two who disagree, unless they administer; and whose claim it is."""
    _check_not_own(actor, parties)
    if actor.account_id in {look.first_by, look.second_by} and not administers:
        raise AppError(Code.CLAIM_OWN, "a disagreement is settled by a third")
    if look.state is not LookState.DISAGREED:
        raise AppError(Code.CLAIM_STATE, "there is no disagreement to settle", state=look.state.value)


def check_settlement(look: SecondLook, settlement: Settlement) -> None:
    """Refuse with CLAIM_STATE to reverse what was not accepted: only the member's appeal opens a rejection again."""
    if settlement is Settlement.REVERSE and look.first_verdict is not Verdict.ACCEPT:
        raise AppError(Code.CLAIM_STATE, "a rejection is opened again by the member's appeal")


def _check_not_own(actor: Actor, parties: ClaimParties) -> None:
    if not actor.reviews:
        raise AppError(Code.RIGHT_MISSING, "only an officer in scope decides")
    if actor.member_id is not None and actor.member_id in {parties.owner_id, *parties.coauthor_ids}:
        raise AppError(Code.CLAIM_OWN, "nobody decides on their own claim")
