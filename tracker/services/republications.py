"""Republications of authored pieces: proposed from what carries the same text now, decided on by an officer.

A proposal is no row: it is whatever stands in the piece's cluster at another outlet, so that it follows each change of
clusters by itself. A decision is one, and stays where the cluster changes later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.claims import ClaimKind
from tracker.domain.errors import AppError, Code
from tracker.domain.republications import Republication, RepublicationState, first_of_each, is_elsewhere
from tracker.domain.rights import Right
from tracker.domain.urls import url_key
from tracker.services import claim_steps, claims, closes
from tracker.services import figures as claim_figures
from tracker.store import claims as claim_store
from tracker.store import claims_read, page_reads
from tracker.store import republications as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from tracker.domain.claim_records import ClaimRecord
    from tracker.domain.republications import Carrier, RepublicationVerdict
    from tracker.domain.types import ArticleId, ClaimId, Viewer
    from tracker.store.db import Tx
    from tracker.store.republications import Decided


def list_of(tx: Tx, viewer: Viewer, claim_id: ClaimId, *, today: dt.date) -> list[Republication]:
    """List who else carried a claimed piece, the earliest first; nothing for what is no piece."""
    return _list(tx, claims.find_row(tx, viewer, claim_id, today=today, named=True))


def get_for_decision(tx: Tx, viewer: Viewer, claim_id: ClaimId, article_id: int, *, today: dt.date) -> ClaimRecord:
    """Give the claim of a republication to an officer of its unit, never to one whose own piece it is."""
    rights.require(Right.OFFICER, viewer)
    row = claims.find_row(tx, viewer, claim_id, today=today)
    authors = {row.member_id, *(m for m, _ in claims_read.list_coauthors(tx, [claim_id]).get(claim_id, []))}
    if viewer.member_id in authors:
        raise AppError(Code.CLAIM_OWN)
    if row.unit_id not in claims.reviewed_units(tx, viewer, [row], today=today):
        raise AppError(Code.NOT_FOUND)
    if all(one.carrier.article_id != article_id for one in _list(tx, row)):
        raise AppError(Code.NOT_FOUND)
    return row


def decide(
    tx: Tx,
    viewer: Viewer,
    claim_id: ClaimId,
    article_id: int,
    verdict: RepublicationVerdict,
    *,
    now: dt.datetime,
    today: dt.date,
) -> Republication:
    """Confirm or refuse that a source carried a piece; an article is credited to one claim only."""
    row = get_for_decision(tx, viewer, claim_id, article_id, today=today)
    claim_figures.require_open(row)
    closes.hold(tx)
    store.lock(tx, article_id)
    found = next(one for one in _list(tx, row) if one.carrier.article_id == article_id)
    if found.state is verdict.state:
        return found
    if verdict.state is RepublicationState.CONFIRMED:
        other = store.find_credited(tx, article_id, but=claim_id)
        if other is not None:
            raise AppError(Code.CLAIM_DUPLICATE, "it is credited to another claim", claim_id=str(other))
    before = _count(tx, claim_id)
    store.record(tx, claim_id, found.carrier, verdict.state, at=now, by=viewer.account_id)
    claim_store.touch(tx, claim_id)
    state = row.state.value
    claim_steps.record_change(
        tx,
        viewer,
        row,
        f"republication.{verdict}",
        before={"state": state, "figures": {"republications": before}},
        after={"state": state, "figures": {"republications": _count(tx, claim_id)}},
        now=now,
    )
    return next(one for one in _list(tx, row) if one.carrier.article_id == article_id)


def _list(tx: Tx, row: ClaimRecord) -> list[Republication]:
    article_id = _find_piece(tx, row)
    if article_id is None:
        return []
    decided = store.list_decided(tx, [row.claim_id])[row.claim_id]
    return judge(store.list_carriers(tx, {article_id: decided})[article_id], article_id, decided)


def judge(carriers: Sequence[Carrier], article_id: int, decided: Mapping[int, Decided]) -> list[Republication]:
    """Tell of a piece's carriers which are republications, and how each stands."""
    own = next(c for c in carriers if c.article_id == article_id)
    others = [c for c in carriers if c.article_id != article_id and is_elsewhere(c, own)]
    known = [c for c in others if c.article_id in decided]
    fresh = [
        c
        for c in first_of_each(others)
        if c.article_id not in decided and all(is_elsewhere(c, other) for other in known)
    ]
    listed = sorted((*known, *fresh), key=lambda c: (c.published_at, c.article_id))
    return [
        Republication(
            carrier=c,
            state=decided[c.article_id].state if c.article_id in decided else RepublicationState.PROPOSED,
            is_earlier=c.published_at < own.published_at,
            decided_at=decided[c.article_id].decided_at if c.article_id in decided else None,
        )
        for c in listed
    ]


def _find_piece(tx: Tx, row: ClaimRecord) -> ArticleId | None:
    """Find the article a claim is about, also one that stands in no list."""
    if row.kind is not ClaimKind.AUTHORED:
        return None
    if row.article_id is not None:
        return row.article_id
    key = url_key(row.url) if row.url else None
    return None if key is None else page_reads.find_at(tx, key)


def _count(tx: Tx, claim_id: ClaimId) -> int:
    decided = store.list_decided(tx, [claim_id])[claim_id].values()
    return sum(one.state is RepublicationState.CONFIRMED for one in decided)
