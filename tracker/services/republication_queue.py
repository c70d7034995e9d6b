"""Republications that wait for an officer: the pieces of a scope that others carry, the longest waiting first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain import rights
from tracker.domain.republications import RepublicationState
from tracker.domain.rights import Right
from tracker.services import republications
from tracker.services.paging import cut
from tracker.store import claims_read
from tracker.store import republication_queue as store
from tracker.store import republications as carried

if TYPE_CHECKING:
    from tracker.domain.claim_records import ClaimRecord
    from tracker.domain.republications import Republication
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx
    from tracker.store.republication_queue import CarriedPiece, WaitMark

BACK_DAYS: Final = 400  # what is older is decided on its own page


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPiece:
    """A piece with those of its carriers that nobody has decided on, and since when the first of them waits."""

    claim: ClaimRecord
    since_at: dt.datetime
    carried: tuple[Republication, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingPage:
    """A page of the queue; `after` marks its end where more may follow."""

    items: list[WaitingPiece]
    after: WaitMark | None


def list_waiting(tx: Tx, viewer: Viewer, *, after: WaitMark | None, limit: int, today: dt.date) -> WaitingPage:
    """List the pieces of the viewer's scope that others carry, undecided; by statements that do not grow with them."""
    rights.require(Right.READ, viewer)
    scope, since_on = rights.officer_scope(viewer, today), today - dt.timedelta(days=BACK_DAYS)
    found = store.list_waiting(tx, scope, member_id=viewer.member_id, since_on=since_on, after=after, limit=limit + 1)
    shown, more = cut(found, limit, lambda one: (one.since_at, int(one.claim_id.member_id), one.claim_id.number))
    ids = [one.claim_id for one in shown]
    rows = {row.claim_id: row for row in claims_read.list_rows(tx, ids, scope)} if ids else {}
    waiting = _list_carried(tx, shown)
    items = [
        WaitingPiece(claim=rows[one.claim_id], since_at=one.since_at, carried=tuple(waiting[n]))
        for n, one in enumerate(shown)
        if one.claim_id in rows
    ]
    return WaitingPage(items=items, after=more)


def count_waiting(tx: Tx, viewer: Viewer, *, today: dt.date) -> int:
    """Count them."""
    rights.require(Right.READ, viewer)
    scope, since_on = rights.officer_scope(viewer, today), today - dt.timedelta(days=BACK_DAYS)
    return store.count_waiting(tx, scope, member_id=viewer.member_id, since_on=since_on)


def _list_carried(tx: Tx, shown: list[CarriedPiece]) -> list[list[Republication]]:
    """List of each piece who carries it, as far as nobody has decided and it is credited to nobody."""
    if not shown:
        return []
    decided = carried.list_decided(tx, [one.claim_id for one in shown])
    asked: dict[int, set[int]] = {}
    for one in shown:
        asked.setdefault(one.article_id, set()).update(decided[one.claim_id])
    carriers = carried.list_carriers(tx, asked)
    credited = carried.list_credited(tx, {c.article_id for found in carriers.values() for c in found})
    judged = [republications.judge(carriers[o.article_id], o.article_id, decided[o.claim_id]) for o in shown]
    return [[r for r in found if _waits(r) and r.carrier.article_id not in credited] for found in judged]


def _waits(one: Republication) -> bool:
    return one.state is RepublicationState.PROPOSED
