"""Co-authors of a piece: named by who files it, or saying «mine too»; they agree or object, officers judge late ones.

Credits follow at once, with the monthly counts of an accepted piece. A member's own word never reaches into a closed
period; an officer's does, and is restated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.claims import ClaimState
from tracker.domain.coauthors import (
    CREDITED,
    CoauthorAnswer,
    CoauthorState,
    CoauthorVerdict,
    after_answer,
    after_joining,
    check_named,
)
from tracker.domain.errors import AppError, Code
from tracker.domain.rights import Right, Scope
from tracker.services import blind_looks, claim_steps, claims, closes, consents, scoped
from tracker.services.paging import cut
from tracker.store import claims as claim_store
from tracker.store import claims_read, reviews
from tracker.store import coauthors as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from tracker.domain.claim_records import ClaimRecord
    from tracker.domain.coauthors import CoauthorMark, Coauthorship
    from tracker.domain.types import ClaimId, MemberId, Viewer
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class CoauthorPage:
    """A page of what members have to do with others' pieces; `after` marks its end where more may follow."""

    items: list[Coauthorship]
    after: CoauthorMark | None


def name(tx: Tx, claim_id: ClaimId, named: Collection[MemberId], *, now: dt.datetime) -> None:
    """Let a claim name these co-authors and no others: credited where they consented, else waiting for their word."""
    states, wanted = store.list_states(tx, claim_id), frozenset(named)
    check_named(states, wanted)
    said_yes = {m for m in wanted if states.get(m) in {CoauthorState.AGREED, CoauthorState.ASKED}}
    ready = said_yes | consents.list_ready(tx, wanted)
    claim_store.set_credits(tx, claim_id, ready)
    waiting = {m for m, state in states.items() if state is CoauthorState.WAITING}
    agreed = {m for m, state in states.items() if state is CoauthorState.AGREED}
    store.set_named(
        tx, claim_id, wanted - ready - waiting, gone=(waiting & ready) | ((waiting | agreed) - wanted), at=now
    )
    for member_id in sorted(m for m in wanted if states.get(m) is CoauthorState.ASKED):
        store.put(tx, claim_id, member_id, CoauthorState.AGREED, at=now)


def list_mine(
    tx: Tx, viewer: Viewer, *, open_only: bool = False, after: CoauthorMark | None, limit: int
) -> CoauthorPage:
    """List the pieces of others that name the viewer, the latest first."""
    member_id = _self(viewer)
    rows = store.list_of_member(tx, member_id, open_only=open_only, after=after, limit=limit + 1)
    return _page(rows, limit)


def require_mine(tx: Tx, viewer: Viewer, claim_id: ClaimId) -> None:
    """Refuse with `thing.not_found` a piece with which the viewer has nothing to do."""
    if _self(viewer) not in store.list_states(tx, claim_id):
        raise AppError(Code.NOT_FOUND)


def answer(
    tx: Tx, viewer: Viewer, claim_id: ClaimId, said: CoauthorAnswer, *, now: dt.datetime, today: dt.date
) -> CoauthorState:
    """Agree to be a co-author of a piece, or object; who objected may still think better of it."""
    member_id = _self(viewer)
    closes.hold(tx)
    row, before = _get(tx, viewer, claim_id, member_id, today=today)
    after = after_answer(before, said, row.state)
    if after is before:
        return after
    if said is CoauthorAnswer.AGREE:
        consents.require_filing(tx, member_id)
    _require_open(tx, row, member_id)
    taken_back = after is CoauthorState.OBJECTED and store.is_only_asking(tx, claim_id, member_id)
    _set(tx, viewer, row, member_id, None if taken_back else after, f"coauthor_{said}", now=now, before=before)
    return after


def join(
    tx: Tx, viewer: Viewer, claim_id: ClaimId, *, offered: bool, now: dt.datetime, today: dt.date
) -> CoauthorState:
    """Say of a colleague's live piece that it is the viewer's too, who consented; `offered`: for its byline."""
    member_id = _self(viewer)
    closes.hold(tx)
    row, before = _find(tx, claim_id, member_id, today=today)
    if before is CoauthorState.REFUSED:
        raise AppError(Code.CLAIM_STATE, "an officer has refused it", state=row.state.value)
    vouched = offered or before is CoauthorState.WAITING
    after = before if before in CREDITED else after_joining(row.state, vouched=vouched)
    if after is before:
        return after
    _require_open(tx, row, member_id)
    _set(tx, viewer, row, member_id, after, "coauthor_join", now=now, before=before)
    return after


def list_asked(tx: Tx, viewer: Viewer, *, after: CoauthorMark | None, limit: int, today: dt.date) -> CoauthorPage:
    """List who says of accepted pieces of the viewer's scope that they are theirs too, the oldest first."""
    rights.require(Right.READ, viewer)
    scope = rights.officer_scope(viewer, today)
    return _page(store.list_asked(tx, scope, but=viewer.member_id, after=after, limit=limit + 1), limit)


def count_asked(tx: Tx, viewer: Viewer, *, today: dt.date) -> int:
    """Count them."""
    rights.require(Right.READ, viewer)
    return store.count_asked(tx, rights.officer_scope(viewer, today), but=viewer.member_id)


def get_for_decision(tx: Tx, viewer: Viewer, claim_id: ClaimId, member_id: int, *, today: dt.date) -> ClaimRecord:
    """Give the claim that somebody asks to be a co-author of to an officer of its unit, never to one of its people."""
    rights.require(Right.OFFICER, viewer)
    row = claims.find_row(tx, viewer, claim_id, today=today)
    states = store.list_states(tx, claim_id)
    if viewer.member_id is not None and viewer.member_id in {row.member_id, *states}:
        raise AppError(Code.CLAIM_OWN)
    if row.unit_id not in claims.reviewed_units(tx, viewer, [row], today=today) or member_id not in states:
        raise AppError(Code.NOT_FOUND)
    return row


def decide(
    tx: Tx,
    viewer: Viewer,
    claim_id: ClaimId,
    member_id: MemberId,
    verdict: CoauthorVerdict,
    *,
    now: dt.datetime,
    today: dt.date,
) -> CoauthorState:
    """Accept or refuse somebody who says of an accepted piece that it is theirs too."""
    closes.hold(tx)
    row = get_for_decision(tx, viewer, claim_id, member_id, today=today)
    state = claim_store.find_state(tx, claim_id)
    if state is not ClaimState.ACCEPTED or store.list_states(tx, claim_id).get(member_id) is not CoauthorState.ASKED:
        with blind_looks.unspoken(tx, viewer, claim_id, today=today):
            raise AppError(Code.CLAIM_STATE, "nobody asks any more", state=str(state))
    after = CoauthorState.AGREED if verdict is CoauthorVerdict.ACCEPT else CoauthorState.REFUSED
    _set(tx, viewer, row, member_id, after, f"coauthor_{verdict}", now=now, by=viewer.account_id)
    return after


def _get(
    tx: Tx, viewer: Viewer, claim_id: ClaimId, member_id: MemberId, *, today: dt.date
) -> tuple[ClaimRecord, CoauthorState]:
    """Give a claim and how the viewer stands to it; the claim is held, so that its state stays."""
    require_mine(tx, viewer, claim_id)
    row, before = _find(tx, claim_id, member_id, today=today)
    if before is None:
        raise AppError(Code.NOT_FOUND)
    return row, before


def _find(
    tx: Tx, claim_id: ClaimId, member_id: MemberId, *, today: dt.date
) -> tuple[ClaimRecord, CoauthorState | None]:
    claim_store.find_state(tx, claim_id)
    row = scoped.get_found(claims_read.find(tx, claim_id, Scope(on=today, everything=True)))
    return row, store.list_states(tx, claim_id).get(member_id)


def _set(
    tx: Tx,
    viewer: Viewer,
    row: ClaimRecord,
    member_id: MemberId,
    after: CoauthorState | None,
    action: str,
    *,
    now: dt.datetime,
    before: CoauthorState | None = None,
    by: int | None = None,
) -> None:
    """Write a new standing down, or that there is none: credit, the month's count, history and event go with it.

    `before`: how they stood when they spoke for themselves; that of who asks now is remembered.
    """
    claim_id, state = row.claim_id, row.state.value
    credited = after in CREDITED
    changed = store.credit(tx, claim_id, member_id) if credited else store.uncredit(tx, claim_id, member_id)
    if changed and row.state is ClaimState.ACCEPTED:
        count = claim_store.count_accepted if credited else claim_store.uncount_accepted
        count(tx, [member_id], row.month, row.kind)
    if after is None:
        store.drop(tx, claim_id, member_id)
    else:
        named_before = after is CoauthorState.ASKED and before is not None
        store.put(tx, claim_id, member_id, after, at=now, by=by, named_before=named_before)
    claim_store.touch(tx, claim_id)
    reviews.record(tx, claim_id, at=now, actor=viewer.account_id, action=action, from_state=state, to_state=state)
    told = {"state": state, "coauthor": int(member_id)}
    stood = told | {"credited": changed is not credited}
    claim_steps.record_change(
        tx, viewer, row, f"claim.{action}", before=stood, after=told | {"credited": credited}, now=now
    )


def _require_open(tx: Tx, row: ClaimRecord, member_id: MemberId) -> None:
    """Refuse a member's word on a day that is closed for the piece's unit or for their own."""
    units = {row.unit_id, claims_read.find_main_unit(tx, member_id, row.happened_on)}
    for unit_id in sorted(unit for unit in units if unit is not None):
        closes.require_open(tx, unit_id, row.happened_on)


def _page(rows: list[Coauthorship], limit: int) -> CoauthorPage:
    shown, after = cut(rows, limit, _mark)
    return CoauthorPage(items=shown, after=after)


def _mark(row: Coauthorship) -> CoauthorMark:
    return row.since_at, int(row.claim_id.member_id), row.claim_id.number, int(row.member_id)


def _self(viewer: Viewer) -> MemberId:
    rights.require(Right.MEMBER, viewer)
    if viewer.member_id is None:
        raise AssertionError
    return viewer.member_id
