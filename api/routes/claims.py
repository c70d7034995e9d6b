"""Claims: filing, reading, completing, the member's own steps, stated figures."""

from __future__ import annotations

import enum
import json
from typing import TYPE_CHECKING, Any, TypeVar

from fastapi import APIRouter, Response

from api.http import (
    Call,
    FileCall,
    MemberCall,
    ReadOrSelfCall,
    listed,
    one,
    takes,
)
from api.places import claim_mark
from api.problems import problem
from api.route import Route
from api.schemas import ID_MOST
from api.schemas.claims import ClaimIn, ClaimPatch, FiguresIn, ReasonIn
from api.times import day, instant
from tracker.domain.claim_records import ClaimFilter
from tracker.domain.claims import ClaimKind, ClaimState
from tracker.domain.errors import AppError, Code
from tracker.domain.periods import Period
from tracker.domain.types import ClaimId, MemberId
from tracker.services import blind_looks, claim_steps, claims, filing
from tracker.services.claim_words import check_words

if TYPE_CHECKING:
    from tracker.domain.claim_records import ClaimRecord, HistoryStep
    from tracker.domain.figures import Figure
    from tracker.services.claims import ClaimView
    from tracker.store.db import Tx

router = APIRouter(tags=["claims"], route_class=Route)

E = TypeVar("E", bound=enum.StrEnum)
_CONTEST = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@router.get("/claims")
def list_claims(call: ReadOrSelfCall) -> Response:
    """List claims: pending ones oldest first, all others newest first."""
    page, asked = call.page(), _asked(call)
    with call.read() as tx:
        found = claims.list_page(
            tx, call.viewer, asked, after=claim_mark(page), limit=page.limit, now=call.now, today=call.today
        )
    _record_read(call, [view.claim.claim_id for view in found.items])
    after = None if found.after is None else (found.after[0].isoformat(), *found.after[1:])
    return listed([claim_json(v, call.language) for v in found.items], after)


@router.post("/claims", status_code=201, openapi_extra=takes(ClaimIn))
def file_claim(call: FileCall) -> Response:
    """File a claim, for oneself or as an officer for a member."""

    def work(tx: Tx) -> Response:
        owner = filing.get_owner(tx, call.viewer, _member_in(call.raw), today=call.today)
        draft = call.body(ClaimIn).draft()
        filed = filing.submit(tx, call.viewer, owner, draft, now=call.now, zone=call.deps.zone)
        return _filed(tx, call, filed, status=201)

    return call.create(work)


@router.get("/claims/{claim_id}")
def get_claim(call: ReadOrSelfCall, claim_id: str) -> Response:
    """Get a claim."""
    key = claim_key(claim_id)
    with call.read() as tx:
        claims.find_row(tx, call.viewer, key, today=call.today, named=True)
    _record_read(call, [key])
    with call.read() as tx:
        return _shown(tx, call, key)


@router.patch("/claims/{claim_id}", openapi_extra=takes(ClaimPatch))
def edit_claim(call: FileCall, claim_id: str) -> Response:
    """Complete a pending or returned claim; a returned one becomes pending."""
    with call.write() as tx:
        row = filing.get_for_edit(tx, call.viewer, claim_key(claim_id), today=call.today)
        call.if_match(row.version)
        changes = call.body(ClaimPatch).changes()
        filed = filing.edit(tx, call.viewer, row, changes, now=call.now, zone=call.deps.zone)
        return _filed(tx, call, filed, status=200)


@router.post("/claims/{claim_id}/withdraw")
def withdraw_claim(call: FileCall, claim_id: str) -> Response:
    """Withdraw a claim that was not decided yet."""

    def work(tx: Tx) -> Response:
        claim_steps.withdraw(tx, call.viewer, claim_key(claim_id), now=call.now, zone=call.deps.zone)
        return _shown(tx, call, claim_key(claim_id))

    return call.create(work)


@router.post("/claims/{claim_id}/appeal", openapi_extra=takes(ReasonIn))
def appeal_claim(call: MemberCall, claim_id: str) -> Response:
    """Appeal once against a rejection."""

    def work(tx: Tx) -> Response:
        key = claim_key(claim_id)
        claims.find_row(tx, call.viewer, key, today=call.today)
        reason = call.body(ReasonIn).reason
        claim_steps.appeal(tx, call.viewer, key, reason, now=call.now, zone=call.deps.zone)
        return _shown(tx, call, key)

    return call.create(work)


@router.post("/claims/{claim_id}/objection", openapi_extra=takes(ReasonIn))
def object_to_claim(call: MemberCall, claim_id: str) -> Response:
    """Object to a claim that an officer entered in one's stead."""

    def work(tx: Tx) -> Response:
        key = claim_key(claim_id)
        claims.find_row(tx, call.viewer, key, today=call.today)
        reason = call.body(ReasonIn).reason
        claim_steps.object_to(tx, call.viewer, key, reason, now=call.now, zone=call.deps.zone)
        return _shown(tx, call, key)

    return call.create(work)


@router.post("/claims/{claim_id}/figures", status_code=201, openapi_extra=takes(FiguresIn))
def add_figures(call: FileCall, claim_id: str) -> Response:
    """State figures of a claim."""

    def work(tx: Tx) -> Response:
        row = claim_steps.get_for_figures(tx, call.viewer, claim_key(claim_id), today=call.today)
        claim_steps.add_figures(tx, call.viewer, row, call.body(FiguresIn).stated(), now=call.now, zone=call.deps.zone)
        blind_looks.record_read(tx, call.viewer, [row.claim_id], now=call.now, today=call.today)  # the answer tells it
        return _shown(tx, call, row.claim_id, status=201)

    return call.create(work)


def claim_key(text: str) -> ClaimId:
    """Read the public id of a claim; what is none is not found."""
    found = ClaimId.parse(text)
    if found is None:
        raise AppError(Code.NOT_FOUND)
    return found


def claim_json(view: ClaimView, language: str) -> dict[str, Any]:
    """Give a claim as the API answers it."""
    claim = view.claim
    return {
        "id": str(claim.claim_id),
        "kind": claim.kind.value,
        "state": claim.state.value,
        "member_id": claim.member_id,
        "member_name": claim.member_name or None,
        "unit_id": claim.unit_id,
        "unit_name": claim.unit_name,
        "article_id": claim.article_id,
        "article_title": claim.article_title,
        "article_url": claim.article_url or claim.article_at,
        "url": claim.url,
        "channel": claim.channel.value if claim.channel else None,
        "title": claim.title,
        "happened_on": day(claim.happened_on),
        "happened_at": instant(claim.happened_at),
        "period": claim.month,
        "content_kind": claim.content_kind,
        "slot": claim.slot,
        "lesson": claim.lesson,
        "contest": True if claim.contest == "true" else claim.contest,
        "witness": claim.witness,
        "note": claim.note,
        "assisted": claim.assisted_by is not None,
        "late": claim.late,
        "appealed": claim.appealed,
        "filed_at": instant(claim.filed_at),
        "decided_at": instant(claim.decided_at),
        "topics": [t.name for t in view.topics],
        "coauthor_ids": [member_id for member_id, _ in view.coauthors],
        "coauthors": [
            {"member_id": p.member_id, "full_name": p.full_name or None, "state": p.state.value} for p in view.people
        ],
        "figures": [figure_json(f) for f in view.figures],
        "evidence": [
            {"id": f"{claim.claim_id}-{e.evidence_number}", "kind": e.kind, "bytes": e.byte_count}
            for e in view.evidence
        ],
        "checks": [
            {"code": c.code.value, "level": c.level.value, "words": check_words(c, language)} for c in view.checks
        ],
        "history": [_step_json(claim, s) for s in view.history],
        "actions": [a.value for a in view.actions],
    }


def figure_json(figure: Figure) -> dict[str, Any]:
    """Give a figure as the API answers it; `hidden` and the bounds stand only where they say something."""
    told: dict[str, Any] = {
        "measure": figure.measure.value,
        "grade": figure.grade.value,
        "value": figure.value,
        "as_of": instant(figure.as_of),
    }
    if figure.at_least is not None or figure.at_most is not None:
        told |= {"at_least": figure.at_least, "at_most": figure.at_most}
    if figure.hidden:
        told["hidden"] = True
    return told


def _step_json(claim: ClaimRecord, step: HistoryStep) -> dict[str, Any]:
    return {
        "at": instant(step.at),
        "actor": step.actor_id,
        "actor_name": step.actor_name,
        "action": step.action,
        "reason": step.reason,
        "state": step.to_state,
        "by_enterer": claims.is_by_enterer(claim, step),
    }


def _record_read(call: Call, keys: list[ClaimId]) -> None:
    """Let who reads a first decision here leave its second look to another; it stands before the answer leaves."""
    with call.read() as tx:
        blind = blind_looks.list_blind(tx, call.viewer, keys, today=call.today)
    if blind:
        with call.write() as tx:
            blind_looks.record_read(tx, call.viewer, blind, now=call.now, today=call.today)


def _shown(tx: Tx, call: Call, claim_id: ClaimId, *, status: int = 200) -> Response:
    view = claims.get(tx, call.viewer, claim_id, now=call.now, today=call.today)
    return one(claim_json(view, call.language), view.claim.version, status=status)


def _filed(tx: Tx, call: Call, filed: filing.Filed | filing.Repeated, *, status: int) -> Response:
    """Answer the claim, or the refusal of a repeat, whose note in the first one's history stays."""
    if isinstance(filed, filing.Repeated):
        return problem(Code.CLAIM_DUPLICATE, language=call.language, claim_id=str(filed.claim_id))
    return _shown(tx, call, filed.claim_id, status=status)


def _member_in(raw: bytes) -> MemberId | None:
    """Look for whom a body files before it is read: rights and consent are judged first."""
    try:
        told = json.loads(raw or b"{}")
    except (ValueError, RecursionError):
        return None
    member_id = told.get("member_id") if isinstance(told, dict) else None
    if not isinstance(member_id, int) or isinstance(member_id, bool) or not 0 < member_id <= ID_MOST:
        return None
    return MemberId(member_id)


def _asked(call: Call) -> ClaimFilter:
    period = call.query("period")
    asked = None if period is None else Period.parse(period)
    contest = call.query("contest")
    return ClaimFilter(
        state=_one_of(ClaimState, call, "state"),
        kind=_one_of(ClaimKind, call, "kind"),
        member_id=call.query_id("member"),
        unit_id=call.query_id("unit"),
        from_on=asked.start_on if asked else None,
        until_on=asked.end_on if asked else None,
        content_kind=call.query("content_kind"),
        contest=None if contest is None else _CONTEST.get(contest.lower(), contest),
        topic=call.query("topic"),
    )


def _one_of(words: type[E], call: Call, name: str) -> E | None:
    text = call.query(name)
    if text is None:
        return None
    try:
        return words(text)
    except ValueError as error:
        raise AppError(Code.FIELD_INVALID, f"{name} is one of {', '.join(words)}", field=name) from error
