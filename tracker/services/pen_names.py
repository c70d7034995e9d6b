"""Pen names that members propose: confirmed or refused by an officer, and only then looked for in bylines.

Whoever keeps the members enters pen names directly; a member's own word alone would let anybody be asked about pieces
of somebody else, and tells those who confirm it what name a colleague signs with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text
from tracker.domain.pen_names import NAME_MOST, PROPOSED_MOST, PenNameVerdict, read_pen_name
from tracker.domain.rights import Right
from tracker.services import catch_ups, scoped
from tracker.services.paging import cut
from tracker.store import audit
from tracker.store import pen_names as store

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.pen_names import PenNameProposal, ProposalMark
    from tracker.domain.types import MemberId, Viewer
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPage:
    """A page of proposals; `after` marks its end where more may follow."""

    items: list[PenNameProposal]
    after: ProposalMark | None


def list_own(tx: Tx, viewer: Viewer) -> tuple[list[str], list[PenNameProposal]]:
    """List the viewer's pen names, and what they proposed."""
    member_id = _self(viewer)
    return store.list_confirmed(tx, member_id), store.list_of(tx, member_id)


def propose(tx: Tx, viewer: Viewer, text: str, *, now: dt.datetime) -> PenNameProposal:
    """Propose a name that the viewer signs with; one that waits already stays as it is."""
    member_id = _self(viewer)
    store.lock(tx, member_id)
    full_name = scoped.get_found(store.find_full_name(tx, member_id))
    name = read_pen_name(text, [full_name, *store.list_confirmed(tx, member_id)])
    known = {one.name: one for one in store.list_of(tx, member_id)}
    if name in known and known[name].refused_at is None:
        return known[name]
    if name not in known and len(known) >= PROPOSED_MOST:
        raise AppError(Code.FIELD_INVALID, f"at most {PROPOSED_MOST} names wait or are refused", field="name")
    store.propose(tx, member_id, name, at=now)
    _note(tx, viewer, "pen_name.propose", member_id, now)
    return scoped.get_found(store.find(tx, member_id, name))


def drop(tx: Tx, viewer: Viewer, name: str, *, now: dt.datetime) -> None:
    """Take back what the viewer proposed."""
    member_id = _self(viewer)
    store.lock(tx, member_id)
    if not store.remove(tx, member_id, name):
        raise AppError(Code.NOT_FOUND)
    _note(tx, viewer, "pen_name.drop", member_id, now)


def list_waiting(tx: Tx, viewer: Viewer, *, after: ProposalMark | None, limit: int, today: dt.date) -> ProposalPage:
    """List what members of the viewer's scope propose, the oldest first; but their own."""
    rights.require(Right.READ, viewer)
    scope = rights.officer_scope(viewer, today)
    rows = store.list_waiting(tx, scope, but=viewer.member_id, after=after, limit=limit + 1)
    shown, more = cut(rows, limit, lambda row: (row.proposed_at, int(row.member_id), row.name))
    return ProposalPage(items=shown, after=more)


def count_waiting(tx: Tx, viewer: Viewer, *, today: dt.date) -> int:
    """Count them."""
    rights.require(Right.READ, viewer)
    return store.count_waiting(tx, rights.officer_scope(viewer, today), but=viewer.member_id)


def require_waiting(tx: Tx, viewer: Viewer, member_id: int, name: str, *, today: dt.date) -> PenNameProposal:
    """Give a proposal to an officer of the member's unit, never to the member."""
    rights.require(Right.OFFICER, viewer)
    scoped.require_member(tx, member_id, rights.officer_scope(viewer, today))
    if viewer.member_id == member_id:
        raise AppError(Code.CLAIM_OWN, "nobody confirms their own pen name")
    found = scoped.get_found(store.find(tx, member_id, name))
    if found.refused_at is not None:
        raise AppError(Code.NOT_FOUND)
    return found


def decide(
    tx: Tx,
    viewer: Viewer,
    member_id: MemberId,
    name: str,
    verdict: PenNameVerdict,
    reason: str | None = None,
    *,
    now: dt.datetime,
    today: dt.date,
) -> None:
    """Confirm a proposed pen name, under which earlier bylines are looked through, or refuse it with a reason."""
    store.lock(tx, member_id)
    found = require_waiting(tx, viewer, member_id, name, today=today)
    told = clean_text(reason or "", NAME_MOST)
    if verdict is PenNameVerdict.REFUSE and not told:
        raise AppError(Code.REASON_MISSING)
    if verdict is PenNameVerdict.CONFIRM:
        store.confirm(tx, member_id, found.name)
        catch_ups.ask(tx, [member_id], now=now)
    else:
        store.refuse(tx, member_id, found.name, at=now, by=viewer.account_id, reason=told)
    _note(tx, viewer, f"pen_name.{verdict}", member_id, now)


def _self(viewer: Viewer) -> MemberId:
    rights.require(Right.MEMBER, viewer)
    if viewer.member_id is None:
        raise AssertionError
    return viewer.member_id


def _note(tx: Tx, viewer: Viewer, action: str, member_id: int, now: dt.datetime) -> None:
    audit.record(tx, at=now, actor=viewer.account_id, action=action, subject=f"member:{member_id}")
