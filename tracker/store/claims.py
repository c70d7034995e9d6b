"""Claims as they are written: filed, moved from state to state, changed; credits, topics and the monthly roll-up.

Every statement names the member first; nothing here decides whether a step is allowed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.exc import IntegrityError

from tracker.domain.claims import ClaimKind, ClaimState
from tracker.domain.types import ClaimId, MemberId
from tracker.store.db import is_duplicate
from tracker.store.tables.claims import LIVE, Claim, ClaimCredit, ClaimTopic
from tracker.store.tables.links import MemberMonth
from tracker.store.tables.organisation import Member

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from tracker.store.db import Tx

_COUNTERS = {
    ClaimKind.SHARE: "share_count",
    ClaimKind.AUTHORED: "authored_count",
    ClaimKind.PRESENTATION: "presentation_count",
}


class LiveClash(Exception):  # noqa: N818 - a value between store and service, not an error of the house
    """Another live claim of the same member holds the same live key."""


def lock_filing(tx: Tx, member_id: int) -> None:
    """Wait until nobody else files or changes claims of a member; the unique keys hold without it too."""
    tx.lock("claims", str(member_id))


def lock_piece(tx: Tx, key: str) -> None:
    """Wait until nobody else files the same piece: its authors are rows of several members."""
    tx.lock("piece", key)


def add(tx: Tx, member_id: MemberId, values: Mapping[str, Any]) -> ClaimId | None:
    """Add a claim under the member's next number; None when number or live key was taken meanwhile."""
    last = tx.scalar(select(func.max(Claim.number)).where(Claim.member_id == member_id))
    row = dict(values) | {"member_id": member_id, "number": (last or 0) + 1}
    number = tx.scalar(tx.insert(Claim).values(row).on_conflict_do_nothing().returning(Claim.number))
    return None if number is None else ClaimId(member_id, number)


def move(
    tx: Tx, claim_id: ClaimId, *, before: ClaimState, after: ClaimState, version: int | None = None, **values: Any
) -> bool:
    """Bring a claim from one state to another; False when it no longer stands in the first (at a version, where given).

    Raises LiveClash where it would become live beside another of the same key.
    """
    values |= {"state": after.value, "version": Claim.version + 1}
    standing = [*_is(claim_id), Claim.state == before.value]
    if version is not None:
        standing.append(Claim.version == version)
    statement = update(Claim).where(*standing).values(**values)
    try:
        with tx.savepoint():
            return tx.changed(statement) == 1
    except IntegrityError as error:
        if is_duplicate(error):
            raise LiveClash from error
        raise


def touch(tx: Tx, claim_id: ClaimId) -> None:
    """Give a claim a new version: something that hangs on it changed."""
    tx.execute(update(Claim).where(*_is(claim_id)).values(version=Claim.version + 1))


def set_topics(tx: Tx, claim_id: ClaimId, topic_ids: Iterable[int]) -> None:
    """Give a claim these topics and no others."""
    owner = {"member_id": claim_id.member_id, "number": claim_id.number}
    tx.execute(
        delete(ClaimTopic).where(ClaimTopic.member_id == claim_id.member_id, ClaimTopic.number == claim_id.number)
    )
    tx.insert_rows(ClaimTopic, [owner | {"topic_id": t} for t in sorted(set(topic_ids))])


def set_credits(tx: Tx, claim_id: ClaimId, coauthor_ids: Iterable[MemberId]) -> None:
    """Credit a claim to its owner and these co-authors and to nobody else."""
    of_claim = (ClaimCredit.owner_id == claim_id.member_id, ClaimCredit.number == claim_id.number)
    tx.execute(delete(ClaimCredit).where(*of_claim))
    named = {"owner_id": claim_id.member_id, "number": claim_id.number}
    rows = [named | {"member_id": claim_id.member_id, "role": "owner"}]
    rows += [named | {"member_id": m, "role": "coauthor"} for m in sorted(set(coauthor_ids))]
    tx.insert_rows(ClaimCredit, rows)


def count_accepted(tx: Tx, people: Iterable[MemberId], month: str, kind: ClaimKind) -> None:
    """Add an accepted claim to the months of the people it is credited to."""
    counter = _COUNTERS[kind]
    unset = {"click_count": 0, "person_day_count": 0, **dict.fromkeys(_COUNTERS.values(), 0)}
    rows = [unset | {"member_id": m, "month": month, counter: 1} for m in sorted(set(people))]
    statement = tx.insert(MemberMonth)
    column = getattr(MemberMonth, counter)
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["member_id", "month"], set_={counter: column + statement.excluded[counter]}
        ),
        rows,
    )


def uncount_accepted(tx: Tx, people: Iterable[MemberId], month: str, kind: ClaimKind) -> None:
    """Take a claim that is no longer accepted from those months."""
    column = getattr(MemberMonth, _COUNTERS[kind])
    for member_id in sorted(set(people)):
        of_month = (MemberMonth.member_id == member_id, MemberMonth.month == month)
        tx.execute(update(MemberMonth).where(*of_month).values({column: column - 1}))


def find_state(tx: Tx, claim_id: ClaimId) -> ClaimState | None:
    """Find the state a claim stands in now, and hold the claim until the transaction ends."""
    state = tx.scalar(select(Claim.state).where(*_is(claim_id)).with_for_update())
    return None if state is None else ClaimState(state)


def find_standing_piece(tx: Tx, claim_id: ClaimId, url: str) -> dt.date | None:
    """Find the day of a live piece of somebody here that stands at an address; None where it is none any more."""
    here = exists().where(Member.member_id == Claim.member_id, Member.erased_at.is_(None))
    piece = (Claim.kind == ClaimKind.AUTHORED.value, Claim.url == url, LIVE, here)
    found: dt.date | None = tx.scalar(select(Claim.happened_on).where(*_is(claim_id), *piece))
    return found


def _is(claim_id: ClaimId) -> tuple[Any, ...]:
    return Claim.member_id == claim_id.member_id, Claim.number == claim_id.number
