"""Officers' decisions on claims, one at a time or many, each decided alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.domain import rights
from tracker.domain.claims import Action, ClaimState, Verdict, check_reason
from tracker.domain.errors import AppError, Code
from tracker.domain.evidence import EvidenceKind
from tracker.domain.filing import StatedFigure, check_figures
from tracker.domain.periods import local_date
from tracker.domain.rights import Right
from tracker.services import blind_looks, claim_steps, figures, pieces, second_looks, topics
from tracker.store import claims as store
from tracker.store import claims_read, readings
from tracker.store import reviews as history

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from tracker.domain.claim_records import ClaimRecord
    from tracker.domain.types import ClaimId, Viewer
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What an officer decides; `topics` None leaves them as they are, `figures` are those the officer read."""

    verdict: Verdict
    reason: str | None = None
    figures: tuple[StatedFigure, ...] = ()
    topics: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """How a claim of a batch came out; `state` None: not there for this officer, or not for them to know."""

    claim_id: ClaimId
    state: ClaimState | None
    refusal: AppError | None = None


def get_for_review(
    tx: Tx, viewer: Viewer, claim_id: ClaimId, *, today: dt.date
) -> tuple[ClaimRecord, claim_steps.Coauthors]:
    """Give a claim to an officer who may decide on it, whatever its state."""
    rights.require(Right.OFFICER, viewer)
    return claim_steps.get_for(tx, viewer, claim_id, Action.ACCEPT, today=today)


def decide(
    tx: Tx, viewer: Viewer, claim_id: ClaimId, decision: Decision, *, now: dt.datetime, zone: dt.tzinfo
) -> ClaimState:
    """Decide on a claim; give the state it stands in then."""
    today = local_date(now, zone)
    action = Action(decision.verdict.value)
    row, coauthors = get_for_review(tx, viewer, claim_id, today=today)
    if action is Action.ACCEPT:
        pieces.hold_all(tx, [row])
        store.find_state(tx, claim_id)  # holds the row
        held, coauthors = get_for_review(tx, viewer, claim_id, today=today)
        if (held.article_key, held.url_key) != (row.article_key, row.url_key):
            raise AppError(Code.STORE_BUSY, "the claim changed at the same moment")
        row = held
    check_figures(decision.figures)
    if decision.figures and action is not Action.ACCEPT:
        raise AppError(Code.FIELD_INVALID, "figures go with an acceptance", field="figures")
    if action is Action.ACCEPT:
        pieces.require_uncounted(tx, viewer, row, today=today)
    decided = _decided(viewer, row, action, now)
    with blind_looks.unspoken(tx, viewer, claim_id, today=today):
        after = claim_steps.take(tx, viewer, row, coauthors, action, reason=decision.reason, now=now, **decided)
    step = history.last_step(tx, claim_id)
    second_looks.choose(tx, row, decision.verdict, step=step, by=viewer, now=now)
    if decision.topics is not None:
        store.set_topics(tx, claim_id, topics.get_ids(tx, decision.topics))
    if after is ClaimState.ACCEPTED:
        _take_figures(tx, viewer, claim_id, decision.figures, now)
    return after


def decide_all(
    tx: Tx,
    viewer: Viewer,
    claim_ids: Sequence[ClaimId],
    decision: Decision,
    *,
    now: dt.datetime,
    zone: dt.tzinfo,
) -> list[Reviewed]:
    """Decide on many claims alike, each alone: what is refused for one leaves the others. In the order given."""
    rights.require(Right.OFFICER, viewer)
    check_reason(Action(decision.verdict.value), decision.reason)
    if decision.verdict is Verdict.ACCEPT:
        today = local_date(now, zone)
        pieces.hold_all(tx, claims_read.list_rows(tx, list(set(claim_ids)), rights.officer_scope(viewer, today)))
    found = {c: _decide_alone(tx, viewer, c, decision, now=now, zone=zone) for c in sorted(set(claim_ids))}
    return [found[c] for c in dict.fromkeys(claim_ids)]


def _decide_alone(
    tx: Tx, viewer: Viewer, claim_id: ClaimId, decision: Decision, *, now: dt.datetime, zone: dt.tzinfo
) -> Reviewed:
    try:
        with tx.savepoint():
            after = decide(tx, viewer, claim_id, decision, now=now, zone=zone)
    except AppError as refusal:
        blind = blind_looks.list_blind(tx, viewer, [claim_id], today=local_date(now, zone))
        state = None if blind or refusal.code is Code.NOT_FOUND else store.find_state(tx, claim_id)
        return Reviewed(claim_id=claim_id, state=state, refusal=refusal)
    return Reviewed(claim_id=claim_id, state=after)


def _decided(viewer: Viewer, row: ClaimRecord, action: Action, now: dt.datetime) -> dict[str, Any]:
    """Say who decided; returning an appealed claim leaves the decision that was appealed against."""
    if row.appealed and action is Action.RETURN:
        return {}
    return {"decided_at": now, "decided_by": viewer.account_id}


def _take_figures(tx: Tx, viewer: Viewer, claim_id: ClaimId, stated: Sequence[StatedFigure], now: dt.datetime) -> None:
    """Write down what the officer read; with evidence it is verified, and so is what the member declared."""
    found = readings.list_evidence(tx, [claim_id]).get(claim_id, [])
    has_evidence = any(e.kind != EvidenceKind.PAGE for e in found)  # a page shows the piece, not how far it went
    figures.record_stated(tx, viewer, claim_id, stated, verified=has_evidence, now=now)
    if has_evidence:
        figures.confirm_stated(tx, viewer, claim_id, now=now)
