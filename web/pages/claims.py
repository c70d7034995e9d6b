"""My record: what I declared, how it stands, the officer's words, and my own steps. Filing stands in filing.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from api.http import Call, FileCall, MemberCall, OfficerCall, ReadOrSelfCall
from api.places import claim_cursor, claim_mark
from api.problems import STATUS
from api.route import Route
from tracker.domain import rights
from tracker.domain.claim_records import ClaimFilter
from tracker.domain.claims import ClaimState, Verdict
from tracker.domain.errors import AppError, Code
from tracker.domain.figures import Measure
from tracker.domain.filing import StatedFigure
from tracker.domain.rights import Right
from tracker.domain.types import ClaimId
from tracker.services import (
    blind_looks,
    claim_steps,
    claims,
    page_counters,
    pieces,
    republications,
    scoped,
    second_looks,
)
from tracker.services.claim_words import check_words
from tracker.services.figures import OPEN_STATES
from web import evidence_form, flash, forms, render
from web.forms import Fields
from web.review_reasons import REASONS, reason_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.services.claims import ClaimView
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

PAGE_SIZE = 20
STATED = (Measure.REACH, Measure.IMPRESSIONS, Measure.ENGAGEMENTS, Measure.POTENTIAL)


@router.get("/claims")
def claims_page(call: MemberCall) -> Response:
    """List my own declarations, newest first."""
    form = Fields.filled(state=call.query("state"))
    asked = ClaimFilter(member_id=call.viewer.member_id, state=form.choice("state", ClaimState))
    with call.read() as tx:
        counts = claims.count_by_state(tx, call.viewer, ClaimFilter(member_id=call.viewer.member_id), today=call.today)
        found = claims.list_page(
            tx, call.viewer, asked, after=claim_mark(call.page()), limit=PAGE_SIZE, now=call.now, today=call.today
        )
    return render.page(
        call, "claims.html", found=found.items, cursor=claim_cursor(found.after), counts=counts, asked=asked, form=form
    )


@router.get("/claims/{claim_id}")
def claim_page(call: ReadOrSelfCall, claim_id: str) -> Response:
    """Show one declaration with all that stands beside it."""
    return show(call, claim_key(claim_id), Fields())


@router.post("/claims/{claim_id}/withdraw")
def withdraw(call: FileCall, claim_id: str) -> Response:
    """Withdraw a declaration that was not decided yet."""
    key = claim_key(claim_id)
    return flash.act(
        call,
        f"/claims/{key}",
        "withdrawn",
        lambda tx: claim_steps.withdraw(tx, call.viewer, key, now=call.now, zone=call.deps.zone),
    )


@router.post("/claims/{claim_id}/appeal")
def appeal(call: MemberCall, claim_id: str) -> Response:
    """Appeal once against a rejection."""
    key, form = claim_key(claim_id), forms.read(call)
    reason = form.text("reason", needed=True, most=forms.WORDS_MOST)
    return _step(
        call,
        key,
        form,
        "appealed",
        lambda tx: claim_steps.appeal(tx, call.viewer, key, reason, now=call.now, zone=call.deps.zone),
    )


@router.post("/claims/{claim_id}/objection")
def object_to(call: MemberCall, claim_id: str) -> Response:
    """Object to what an officer entered for me."""
    key, form = claim_key(claim_id), forms.read(call)
    reason = form.text("objection", needed=True, most=forms.WORDS_MOST)
    return _step(
        call,
        key,
        form,
        "withdrawn",
        lambda tx: claim_steps.object_to(tx, call.viewer, key, reason, now=call.now, zone=call.deps.zone),
    )


@router.post("/claims/{claim_id}/figures")
def add_figures(call: FileCall, claim_id: str) -> Response:
    """State figures of a declaration later."""
    key, form = claim_key(claim_id), forms.read(call)
    with call.read() as tx:
        row = claim_steps.get_for_figures(tx, call.viewer, key, today=call.today)
    stated = read_figures(form)
    if not stated and form.sound:
        form.errors[STATED[0].value] = forms.NEEDED
    return _step(
        call,
        key,
        form,
        "saved",
        lambda tx: claim_steps.add_figures(tx, call.viewer, row, stated, now=call.now, zone=call.deps.zone),
    )


@router.post("/claims/{claim_id}/first-decision")
def read_first_decision(call: OfficerCall, claim_id: str) -> Response:
    """Read a decision that one could have looked at a second time: that is left to another then."""
    key = claim_key(claim_id)
    with call.read() as tx:
        claims.find_row(tx, call.viewer, key, today=call.today)
    with call.write() as tx:
        blind_looks.record_read(tx, call.viewer, [key], now=call.now, today=call.today)
    return flash.go(f"/claims/{key}", "look_left")


def show(call: Call, key: ClaimId, form: Fields, status: int = 200) -> Response:
    """Give the page of a declaration; to who may look at its decision a second time, without that decision."""
    with call.read() as tx:
        view = claims.get(tx, call.viewer, key, now=call.now, today=call.today)
        if blind_looks.list_blind(tx, call.viewer, [key], today=call.today):
            return _show_blind(call, view)
        disputed = second_looks.is_disputed(tx, view.claim)
        printed = page_counters.list_of(tx, call.viewer, key, today=call.today)
        carried = republications.list_of(tx, call.viewer, key, today=call.today)
        notice = evidence_form.find_notice(tx, call, key.member_id)
        other = pieces.find_other(tx, view.claim)
        reads_other = other is not None and pieces.is_open_to(tx, call.viewer, other, today=call.today)
        known = scoped.list_known(tx, call.viewer, [key.member_id], call.today)
    checks = [(c.level, check_words(c, call.language)) for c in view.checks]
    return render.page(
        call,
        "claim.html",
        status=status,
        view=view,
        claim=view.claim,
        checks=checks,
        by_enterer={step.step for step in view.history if claims.is_by_enterer(view.claim, step)},
        form=form,
        measures=STATED,
        notice=notice,
        disputed=disputed,
        other=other,
        reads_other=reads_other,
        known=known,
        carried=carried,
        printed=printed,
        decides_carried=_decides(call, view),
        asks=rights.allows(Right.OFFICER, call.viewer),
        reasons=reason_options(call.language),
        verdicts=[v for v in Verdict if v.value in view.actions],
    )


def _show_blind(call: Call, view: ClaimView) -> Response:
    """Give a declaration as it was filed, to be judged anew."""
    words = [(c.level, check_words(c, call.language)) for c in view.checks]
    return render.page(call, "claim_blind.html", view=view, claim=view.claim, checks=words, reasons=REASONS)


def _decides(call: Call, view: ClaimView) -> bool:
    """Tell whether the viewer says who carried a piece: an officer, of a declaration that stands, not their own."""
    own = call.viewer.member_id in {view.claim.member_id, *(m for m, _ in view.coauthors)}
    stands = view.claim.state in OPEN_STATES
    return stands and not (own and call.viewer.member_id) and rights.allows(Right.OFFICER, call.viewer)


def claim_key(text: str) -> ClaimId:
    """Read the public id of a claim; what is none is not found."""
    found = ClaimId.parse(text)
    if found is None:
        raise AppError(Code.NOT_FOUND)
    return found


def read_figures(form: Fields) -> tuple[StatedFigure, ...]:
    """Read the figures that were typed."""
    typed = {measure: form.whole(measure.value) for measure in STATED}
    return tuple(StatedFigure(measure=m, value=v) for m, v in typed.items() if v is not None)


def _step(call: Call, key: ClaimId, form: Fields, sentence: str, work: Callable[[Tx], None]) -> Response:
    """Take a step with the words of a form; what is refused is told in the form, which stays filled in."""
    if not form.sound:
        return show(call, key, form, STATUS[Code.FIELD_INVALID])
    try:
        with call.write() as tx:
            work(tx)
    except AppError as error:
        if error.code is Code.NOT_FOUND:
            raise
        form.refuse(error, call.language)
        return show(call, key, form, STATUS[error.code])
    return flash.go(f"/claims/{key}", sentence)
