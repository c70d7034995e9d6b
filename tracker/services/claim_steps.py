"""Steps of a filed claim: the one way a claim changes its state, and the steps that are the member's own.

A step moves the claim only from the state it was decided on: of two at once one happens, the other is `claim.state`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.domain.claims import Action, ClaimKind, ClaimState, check_actor, check_reason, transition
from tracker.domain.coauthors import CREDITED
from tracker.domain.errors import AppError, Code
from tracker.domain.filing import check_figures
from tracker.domain.periods import local_date
from tracker.services import blind_looks, claims, closes, figures, page_archives, page_counters
from tracker.store import audit, claims_read, reviews
from tracker.store import claims as store
from tracker.store import coauthors as coauthor_store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from tracker.domain.claim_records import ClaimRecord
    from tracker.domain.filing import StatedFigure
    from tracker.domain.types import ClaimId, MemberId, UnitId, Viewer
    from tracker.store.db import Tx

Coauthors = list[tuple["MemberId", str]]


def get_for(
    tx: Tx, viewer: Viewer, claim_id: ClaimId, action: Action, *, today: dt.date
) -> tuple[ClaimRecord, Coauthors]:
    """Give a claim and its credited co-authors to somebody who may take an action on it, whatever its state.

    `thing.not_found` outside the scope; `right.missing` or `claim.own` for the wrong person.
    """
    row = claims.find_row(tx, viewer, claim_id, today=today)
    people = coauthor_store.list_named(tx, [claim_id]).get(claim_id, [])
    reviews_it = row.unit_id in claims.reviewed_units(tx, viewer, [row], today=today)
    check_actor(action, claims.actor_of(viewer, reviews_it=reviews_it), claims.parties_of(row, people))
    return row, [(p.member_id, p.full_name) for p in people if p.state in CREDITED]


def take(
    tx: Tx,
    viewer: Viewer,
    row: ClaimRecord,
    coauthors: Coauthors,
    action: Action,
    *,
    reason: str | None = None,
    version: int | None = None,
    now: dt.datetime,
    **values: Any,
) -> ClaimState:
    """Take a step: state, history, monthly counts, audit and, where a closed period changes, its restatement.

    Refuses with `claim.state` what the state does not allow, also when it changed meanwhile; with `etag.stale` where
    only the version did; with `claim.duplicate` where the claim would stand beside another of the same; with
    `store.busy` where a co-author came or went since it was read.
    """
    told = check_reason(action, reason)
    closes.hold(tx)
    after = transition(row.state, action, appealed=row.appealed)
    if is_own(viewer, row):
        closes.require_open(tx, row.unit_id, row.happened_on)
    _move(tx, row, after, version, values)
    _check_authors(tx, row, coauthors)
    reviews.record(
        tx,
        row.claim_id,
        at=now,
        actor=viewer.account_id,
        action=action.value,
        from_state=row.state.value,
        to_state=after.value,
        reason=told,
    )
    _count(tx, row, [m for m, _ in coauthors], after)
    before, now_state = {"state": row.state.value}, {"state": after.value}
    record_change(tx, viewer, row, f"claim.{action}", before=before, after=now_state, now=now, reason=told)
    return after


def record_change(
    tx: Tx,
    viewer: Viewer,
    row: ClaimRecord,
    action: str,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
    now: dt.datetime,
    reason: str | None = None,
) -> None:
    """Write the audit event of a change, and its restatement where an officer changed a closed period."""
    audit.record(
        tx,
        at=now,
        actor=viewer.account_id,
        action=action,
        subject=f"claim:{row.claim_id}",
        before=before.get("state"),
        after=after.get("state"),
    )
    if not is_own(viewer, row):
        subject = f"claim:{row.claim_id}"
        closes.restate(
            tx,
            viewer,
            row.unit_id,
            row.happened_on,
            also=_units_of_coauthors(tx, row),
            subject=subject,
            before=before,
            after=after,
            reason=reason,
            now=now,
        )


def is_own(viewer: Viewer, row: ClaimRecord) -> bool:
    """Say whether the viewer acts as the member whose claim it is."""
    return viewer.member_id == row.member_id


def withdraw(tx: Tx, viewer: Viewer, claim_id: ClaimId, *, now: dt.datetime, zone: dt.tzinfo) -> None:
    """Withdraw one's own claim that was not decided yet."""
    today = local_date(now, zone)
    row, coauthors = get_for(tx, viewer, claim_id, Action.WITHDRAW, today=today)
    with blind_looks.unspoken(tx, viewer, claim_id, today=today):  # an officer withdraws what they entered
        take(tx, viewer, row, coauthors, Action.WITHDRAW, now=now)


def appeal(tx: Tx, viewer: Viewer, claim_id: ClaimId, reason: str | None, *, now: dt.datetime, zone: dt.tzinfo) -> None:
    """Appeal once against a rejection; somebody else than who rejected decides."""
    row, coauthors = get_for(tx, viewer, claim_id, Action.APPEAL, today=local_date(now, zone))
    take(tx, viewer, row, coauthors, Action.APPEAL, reason=reason, now=now, appealed=True)
    page_archives.ask(tx, row.claim_id, row.kind, row.url, now=now)  # both were given up with the rejection
    page_counters.ask(tx, row.claim_id, row.kind, row.url, now=now)


def object_to(
    tx: Tx, viewer: Viewer, claim_id: ClaimId, reason: str | None, *, now: dt.datetime, zone: dt.tzinfo
) -> None:
    """Object to a claim that an officer entered for the member: it is withdrawn or, once accepted, reversed."""
    row, coauthors = get_for(tx, viewer, claim_id, Action.OBJECT, today=local_date(now, zone))
    take(tx, viewer, row, coauthors, Action.OBJECT, reason=reason, now=now)


def add_figures(
    tx: Tx, viewer: Viewer, row: ClaimRecord, stated: Sequence[StatedFigure], *, now: dt.datetime, zone: dt.tzinfo
) -> None:
    """State figures of a claim later on; they are declared until an officer accepts them with evidence."""
    check_figures(stated)
    if store.find_state(tx, row.claim_id) is not row.state:
        raise AppError(Code.STORE_BUSY, "the claim changed at the same moment")
    with blind_looks.unspoken(tx, viewer, row.claim_id, today=local_date(now, zone)):
        figures.require_open(row)
    if is_own(viewer, row):
        closes.require_open(tx, row.unit_id, row.happened_on)
    figures.record_stated(tx, viewer, row.claim_id, stated, verified=False, now=now)
    store.touch(tx, row.claim_id)
    state = row.state.value
    reviews.record(
        tx, row.claim_id, at=now, actor=viewer.account_id, action="figures", from_state=state, to_state=state
    )
    told: dict[str, Any] = {"state": state, "figures": {f.measure.value: f.value for f in stated}}
    record_change(tx, viewer, row, "claim.figures", before={"state": state}, after=told, now=now)


def get_for_figures(tx: Tx, viewer: Viewer, claim_id: ClaimId, *, today: dt.date) -> ClaimRecord:
    """Give a claim to its owner or to an officer who decides on it, to state figures of it."""
    row = claims.find_row(tx, viewer, claim_id, today=today)
    if not is_own(viewer, row) and row.unit_id not in claims.reviewed_units(tx, viewer, [row], today=today):
        raise AppError(Code.RIGHT_MISSING, "figures are stated by the member or an officer")
    return row


def _move(tx: Tx, row: ClaimRecord, after: ClaimState, version: int | None, values: dict[str, Any]) -> None:
    try:
        moved = store.move(tx, row.claim_id, before=row.state, after=after, version=version, **values)
    except store.LiveClash as clash:
        live_key = values.get("live_key") or claims_read.get_live_key(tx, row.claim_id)
        first = claims_read.find_live(tx, row.member_id, live_key, but=row.number)
        raise AppError(Code.CLAIM_DUPLICATE, claim_id=str(first or row.claim_id)) from clash
    if not moved:
        state = store.find_state(tx, row.claim_id)
        if state is None:  # its import was taken back
            raise AppError(Code.NOT_FOUND)
        if state is row.state:
            raise AppError(Code.ETAG_STALE)
        raise AppError(Code.CLAIM_STATE, f"the claim is {state} by now", state=str(state))


def _check_authors(tx: Tx, row: ClaimRecord, coauthors: Coauthors) -> None:
    """Refuse a step by others than are credited now; the claim is held, so that nobody comes or goes any more."""
    if row.kind is not ClaimKind.AUTHORED:
        return
    credited = claims_read.list_coauthors(tx, [row.claim_id]).get(row.claim_id, [])
    if {m for m, _ in credited} != {m for m, _ in coauthors}:
        raise AppError(Code.STORE_BUSY, "the claim's authors changed at the same moment")


def _units_of_coauthors(tx: Tx, row: ClaimRecord) -> list[UnitId]:
    if row.kind is not ClaimKind.AUTHORED:
        return []
    return claims_read.list_coauthor_units(tx, row.claim_id, row.happened_on)


def _count(tx: Tx, row: ClaimRecord, coauthor_ids: list[MemberId], after: ClaimState) -> None:
    """Keep the monthly roll-up of accepted claims in step."""
    people = [row.member_id, *coauthor_ids]
    if after is ClaimState.ACCEPTED:
        store.count_accepted(tx, people, row.month, row.kind)
    elif row.state is ClaimState.ACCEPTED:
        store.uncount_accepted(tx, people, row.month, row.kind)
