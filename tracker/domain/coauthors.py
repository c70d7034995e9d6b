"""Co-authors: who is credited at once, who has to agree first, and what each may still say. Pure; no storage.

A piece is one, its credits are as many as its authors. Naming a colleague credits them where they have agreed to the
notices, as filing by themselves would; they are told and may object. Who has not agreed to the notices is credited with
nothing before they do and confirm it. Who says of an accepted piece «mine too» waits for an officer: nobody adds
themselves to what was decided on.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.claims import LIVE_STATES, ClaimState
from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    from tracker.domain.types import ClaimId, MemberId, UnitId


CoauthorMark = tuple[dt.datetime, int, int, int]  # since, owner, number and member of a page's last one


class CoauthorState(enum.StrEnum):
    """How a member stands to a piece of somebody else's filing."""

    NAMED = "named"  # credited, and has not said anything
    AGREED = "agreed"  # credited, and said so
    WAITING = "waiting"  # named without consents: credited with nothing yet
    ASKED = "asked"  # said «mine» when it was accepted already, or unasked: an officer decides
    OBJECTED = "objected"
    REFUSED = "refused"  # an officer said no


class CoauthorAnswer(enum.StrEnum):
    """What somebody says who is named."""

    AGREE = "agree"
    OBJECT = "object"


class CoauthorVerdict(enum.StrEnum):
    """What an officer says of somebody who asked."""

    ACCEPT = "accept"
    REFUSE = "refuse"


CREDITED: Final = frozenset({CoauthorState.NAMED, CoauthorState.AGREED})
STANDING: Final = CREDITED | {CoauthorState.WAITING}  # whom the piece names
OPEN: Final = frozenset({CoauthorState.NAMED, CoauthorState.WAITING})  # may be answered
READS: Final = STANDING | {CoauthorState.ASKED}  # may read what is filed; its evidence only who is credited


@dataclass(frozen=True, slots=True, kw_only=True)
class Coauthor:
    """Somebody beside the owner of a piece."""

    member_id: MemberId
    full_name: str
    state: CoauthorState


@dataclass(frozen=True, slots=True, kw_only=True)
class Coauthorship:
    """A piece of somebody else's filing with which a member has to do, or, as officers see it, who asks."""

    claim_id: ClaimId
    member_id: MemberId
    member_name: str
    owner_name: str
    unit_id: UnitId
    unit_name: str
    title: str
    url: str | None
    happened_on: dt.date
    claim_state: ClaimState
    state: CoauthorState
    since_at: dt.datetime


def after_answer(state: CoauthorState, answer: CoauthorAnswer, claim_state: ClaimState) -> CoauthorState:
    """Give where an answer leads, or refuse with `claim.state` what is over or was refused."""
    if claim_state not in LIVE_STATES or state is CoauthorState.REFUSED:
        raise AppError(Code.CLAIM_STATE, "there is nothing to agree or object to any more", state=claim_state.value)
    if answer is CoauthorAnswer.OBJECT:
        return CoauthorState.OBJECTED
    if state is CoauthorState.OBJECTED:
        return after_joining(claim_state, vouched=True)
    return state if state is CoauthorState.ASKED else CoauthorState.AGREED


def after_joining(claim_state: ClaimState, *, vouched: bool) -> CoauthorState:
    """Give how somebody stands who says of a colleague's live piece that it is theirs too.

    `vouched`: the byline, or who filed it, speaks for them. Whom only their own word names waits for an officer.
    """
    return CoauthorState.AGREED if vouched and claim_state is not ClaimState.ACCEPTED else CoauthorState.ASKED


def check_named(states: dict[MemberId, CoauthorState], named: frozenset[MemberId]) -> None:
    """Refuse with `field.invalid` to name somebody who has objected, or whom an officer refused."""
    gone = {CoauthorState.OBJECTED, CoauthorState.REFUSED}
    said_no = sorted(m for m in named if states.get(m) in gone)
    if said_no:
        raise AppError(
            Code.FIELD_INVALID,
            "a co-author has objected, or an officer has refused them",
            field="coauthor_ids",
            member_ids=said_no,
        )
