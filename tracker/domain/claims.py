"""What a member says they shared, wrote or presented: states and steps, who may take them, identity, dates.

Automatic checks stand in claim_checks.py, credit and obligations in programmes.py. No storage, no notices.
"""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.errors import AppError, Code
from tracker.domain.late_rules import LATE_RULES
from tracker.domain.names import clean_text, fold
from tracker.domain.periods import PeriodKind, containing

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.late_rules import LateRules
    from tracker.domain.types import AccountId, Channel, MemberId


class ClaimKind(enum.StrEnum):
    """What is claimed; also what a target asks for."""

    SHARE = "share"
    AUTHORED = "authored"
    PRESENTATION = "presentation"


class ClaimState(enum.StrEnum):
    """Where a claim stands; only ACCEPTED counts."""

    PENDING = "pending"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REVERSED = "reversed"


class Verdict(enum.StrEnum):
    """What an officer decides (contract.md, review)."""

    ACCEPT = "accept"
    RETURN = "return"
    REJECT = "reject"
    REVERSE = "reverse"


class Action(enum.StrEnum):
    """Every step of a claim's history after it was filed."""

    ACCEPT = "accept"
    RETURN = "return"
    REJECT = "reject"
    REVERSE = "reverse"
    EDIT = "edit"  # a returned claim is completed by it
    WITHDRAW = "withdraw"
    APPEAL = "appeal"
    OBJECT = "object"  # the member's, to a claim an officer entered for them


LIVE_STATES = frozenset({ClaimState.PENDING, ClaimState.RETURNED, ClaimState.ACCEPTED})
VERDICTS = frozenset(Action(v.value) for v in Verdict)
NEEDS_REASON = frozenset({Action.RETURN, Action.REJECT, Action.REVERSE, Action.APPEAL, Action.OBJECT})
TRANSITIONS: dict[tuple[ClaimState, Action], ClaimState] = {
    (ClaimState.PENDING, Action.ACCEPT): ClaimState.ACCEPTED,
    (ClaimState.PENDING, Action.RETURN): ClaimState.RETURNED,
    (ClaimState.PENDING, Action.REJECT): ClaimState.REJECTED,
    (ClaimState.PENDING, Action.EDIT): ClaimState.PENDING,
    (ClaimState.PENDING, Action.WITHDRAW): ClaimState.WITHDRAWN,
    (ClaimState.PENDING, Action.OBJECT): ClaimState.WITHDRAWN,
    (ClaimState.RETURNED, Action.EDIT): ClaimState.PENDING,
    (ClaimState.RETURNED, Action.WITHDRAW): ClaimState.WITHDRAWN,
    (ClaimState.RETURNED, Action.OBJECT): ClaimState.WITHDRAWN,
    (ClaimState.ACCEPTED, Action.REVERSE): ClaimState.REVERSED,
    (ClaimState.ACCEPTED, Action.OBJECT): ClaimState.REVERSED,
    (ClaimState.REJECTED, Action.APPEAL): ClaimState.PENDING,
}


def transition(state: ClaimState, action: Action, *, appealed: bool) -> ClaimState:
    """Give the state after an action, or refuse with CLAIM_STATE; an appeal is allowed once."""
    after = TRANSITIONS.get((state, action))
    if after is None or (action is Action.APPEAL and appealed):
        raise AppError(Code.CLAIM_STATE, f"a claim that is {state} does not allow {action}", state=state.value)
    return after


def allowed_actions(state: ClaimState, *, appealed: bool) -> tuple[Action, ...]:
    """List what a claim's state allows, whoever asks."""
    return tuple(a for a in Action if (state, a) in TRANSITIONS and not (a is Action.APPEAL and appealed))


def check_reason(action: Action, reason: str | None) -> str | None:
    """Give the cleaned reason; refuse with REASON_MISSING where the action needs one and it is empty."""
    cleaned = clean_text(reason or "")
    if not cleaned and action in NEEDS_REASON:
        raise AppError(Code.REASON_MISSING, f"{action} needs a reason")
    return cleaned or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts on a claim. `reviews`: an officer with the claim in scope, or an administrator."""

    account_id: AccountId
    member_id: MemberId | None
    reviews: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimParties:
    """Whose claim it is. `decided_by` is the account of the last verdict, `assisted` one that an officer entered."""

    owner_id: MemberId
    coauthor_ids: tuple[MemberId, ...] = ()
    assisted: bool = False
    appealed: bool = False
    decided_by: AccountId | None = None


def check_actor(action: Action, actor: Actor, parties: ClaimParties) -> None:
    """Refuse who may not take this action on this claim.

    RIGHT_MISSING for the wrong person; CLAIM_OWN for a verdict on one's own claim or on an appeal against one's own
    decision; CLAIM_STATE for an objection to a claim that nobody entered for the member.
    """
    if action in VERDICTS:
        _check_reviewer(actor, parties)
    elif actor.member_id != parties.owner_id and not _assists(action, actor, parties):
        raise AppError(Code.RIGHT_MISSING, "this is the member's own to do")
    elif action is Action.OBJECT and not parties.assisted:
        raise AppError(Code.CLAIM_STATE, "only a claim entered by an officer can be objected to")


def share_key(
    *,
    article_key: str | None,
    post_key: str | None,
    title: str,
    channel: Channel | None,
    happened_on: dt.date,
    number: int,
) -> str:
    """Identify a share within its member: one article (else post, else title) × one channel × one local month.

    Where nothing names what was shared, the claim's own number keeps it apart from the others.
    """
    subject = _subject(("article", article_key), ("post", post_key), ("title", fold(title)), ("number", str(number)))
    return _key("share", subject, channel or "", str(containing(PeriodKind.MONTH, happened_on)))


def piece_key(*, article_key: str | None, url_key: str | None, title: str, number: int) -> str:
    """Identify an authored piece within its member; a piece is one for ever, in whatever month it is claimed."""
    subject = _subject(("page", article_key or url_key), ("title", fold(title)), ("number", str(number)))
    return _key("authored", subject)


def presentation_key(*, slot: str | None, title: str, happened_on: dt.date) -> str:
    """Identify a presentation within its member: one slot, title and local day."""
    return _key("presentation", fold(slot or ""), fold(title), happened_on.isoformat())


def live_key(
    kind: ClaimKind,
    *,
    article_key: str | None,
    post_key: str | None,
    title: str,
    channel: Channel | None,
    slot: str | None,
    happened_on: dt.date,
) -> str:
    """Give what may be live only once within a member; filing and imports must agree, or each repeats the other."""
    match kind:
        case ClaimKind.SHARE:
            return share_key(
                article_key=article_key,
                post_key=post_key,
                title=title,
                channel=channel,
                happened_on=happened_on,
                number=0,
            )
        case ClaimKind.AUTHORED:
            return piece_key(article_key=article_key, url_key=post_key, title=title, number=0)
        case ClaimKind.PRESENTATION:
            return presentation_key(slot=slot, title=title, happened_on=happened_on)


def check_claim_dates(happened_on: dt.date, today: dt.date, rules: LateRules = LATE_RULES) -> None:
    """Refuse with CLAIM_DATE a day in the future or longer ago than the rules allow."""
    if happened_on > today:
        raise AppError(Code.CLAIM_DATE, "the day has not come yet", latest=today.isoformat())
    earliest = rules.earliest_on(today)
    if happened_on < earliest:
        raise AppError(Code.CLAIM_DATE, f"more than {rules.oldest_days} days ago", earliest=earliest.isoformat())


def check_lesson(kind: ClaimKind, lesson: str | None) -> None:
    """Refuse with CLAIM_LESSON_MISSING a presentation without the lesson drawn from it."""
    if kind is ClaimKind.PRESENTATION and not clean_text(lesson or ""):
        raise AppError(Code.CLAIM_LESSON_MISSING, "a presentation needs the lesson drawn")


def _check_reviewer(actor: Actor, parties: ClaimParties) -> None:
    if not actor.reviews:
        raise AppError(Code.RIGHT_MISSING, "only an officer in scope decides")
    if actor.member_id is not None and actor.member_id in {parties.owner_id, *parties.coauthor_ids}:
        raise AppError(Code.CLAIM_OWN, "nobody decides on their own claim")
    if parties.appealed and parties.decided_by == actor.account_id:
        raise AppError(Code.CLAIM_OWN, "an appeal goes to somebody else")


def _assists(action: Action, actor: Actor, parties: ClaimParties) -> bool:
    """Say whether an officer completes or withdraws what an officer entered for the member."""
    return parties.assisted and actor.reviews and action in {Action.EDIT, Action.WITHDRAW}


def _subject(*names: tuple[str, str | None]) -> str:
    return next(f"{kind} {name}" for kind, name in names if name)


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
