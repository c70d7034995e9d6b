"""The review queue: what waits, oldest first, with the checks beside it; one decision or one for many."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import Call, OfficerCall, ReadCall
from api.places import claim_cursor, claim_mark
from api.problems import STATUS
from api.route import Route
from tracker.domain.claim_records import ClaimFilter
from tracker.domain.claims import ClaimKind, ClaimState, Verdict
from tracker.domain.errors import AppError, Code
from tracker.domain.periods import local_date
from tracker.domain.review_queue import is_overdue
from tracker.services import (
    blind_looks,
    claims,
    coauthors,
    members,
    pen_names,
    republication_queue,
    review_queue,
    reviews,
    second_looks,
)
from tracker.services.claim_words import check_words
from web import flash, forms, render
from web.addresses import safe_next
from web.forms import Fields
from web.member_choice import find_member
from web.pages.claims import claim_key, show
from web.review_reasons import REASONS, read_reason, reason_options
from web.unit_choice import unit_options
from web.words import say

if TYPE_CHECKING:
    from tracker.domain.claim_records import ClaimRecord
    from tracker.services.reviews import Reviewed
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

PAGE_SIZE = 20
BATCH_MOST = 100
_ASKED = ("state", "kind", "unit", "article", "member", "who", "contest", "cursor")
_NOBODY = 0  # no member has this id: whoever names nobody is shown nobody's declarations, not everybody's


@router.get("/review")
def review_page(call: ReadCall) -> Response:
    """List what waits for a decision, or what was decided."""
    return _page(call, Fields())


@router.get("/review/articles")
def articles_page(call: ReadCall) -> Response:
    """List the articles whose declarations wait."""
    asked = Fields.filled(unit=call.query("unit"))
    with call.read() as tx:
        groups = review_queue.list_groups(tx, call.viewer, unit_id=asked.identity("unit"), today=call.today)
        units = unit_options(tx, call.viewer, today=call.today)
    return render.page(call, "review_articles.html", groups=groups, units=units, asked=asked)


@router.post("/review")
def review_many(call: OfficerCall) -> Response:
    """Decide alike on all that are ticked; each stands alone. A refused form is shown on the page it was sent from."""
    form = forms.read(call)
    keys = [claim_key(text) for text in form.many("claim", most=BATCH_MOST)]
    decision = _decision(form)
    if not keys:
        form.problem = say(forms.NOTHING_TICKED, call.language)
    if not form.sound or decision is None:
        return _page(call, form, STATUS[Code.FIELD_INVALID])
    with call.write() as tx:
        found = reviews.decide_all(tx, call.viewer, keys, decision, now=call.now, zone=call.deps.zone)
    return _told(found, _back(form) or "/review")


@router.post("/claims/{claim_id}/review")
def review_one(call: OfficerCall, claim_id: str) -> Response:
    """Decide on one declaration."""
    key = claim_key(claim_id)
    with call.read() as tx:
        reviews.get_for_review(tx, call.viewer, key, today=call.today)
    form = forms.read(call)
    decision = _decision(form)
    if decision is None or not form.sound:
        return show(call, key, form, STATUS[Code.FIELD_INVALID])
    try:
        with call.write() as tx:
            reviews.decide(tx, call.viewer, key, decision, now=call.now, zone=call.deps.zone)
    except AppError as error:
        form.refuse(error, call.language)
        if error.code is Code.REASON_MISSING:
            form.errors["reason"] = forms.NEEDED
        return show(call, key, form, STATUS[error.code])
    return flash.go(_back(form) or f"/claims/{key}", "decided")


def _page(call: Call, form: Fields, status: int = 200) -> Response:
    asked = Fields.filled(**{name: call.query(name) for name in _ASKED})
    with call.read() as tx:
        wanted = _wanted(call, tx, asked)
        found = claims.list_page(
            tx, call.viewer, wanted, after=claim_mark(call.page()), limit=PAGE_SIZE, now=call.now, today=call.today
        )
        values = _around(call, tx, wanted)
        blind = blind_looks.list_blind(tx, call.viewer, [v.claim.claim_id for v in found.items], today=call.today)
    shown = [v for v in found.items if v.claim.claim_id not in blind]
    late = {v.claim.claim_id for v in shown if _is_late(call, v.claim, values["overdue"].working_days)}
    words = {v.claim.claim_id: [(c.level, check_words(c, call.language)) for c in v.checks] for v in shown}
    return render.page(
        call,
        "review.html",
        status=status,
        form=form,
        asked=asked,
        wanted=wanted,
        found=shown,
        blind=len(blind),
        cursor=claim_cursor(found.after),
        late=late,
        words=words,
        reasons=REASONS,
        told_reasons=reason_options(call.language),
        **values,
    )


def _wanted(call: Call, tx: Tx, asked: Fields) -> ClaimFilter:
    """Read what is asked for; a member is typed by code or name, or comes by id from another page."""
    typed = bool(asked.text("who"))
    member_id = find_member(call, tx, asked, "who") if typed else asked.identity("member")
    if typed:
        member_id = _NOBODY if member_id is None else member_id
        asked.sent["member"] = [str(member_id)]
    return ClaimFilter(
        state=asked.choice("state", ClaimState) or ClaimState.PENDING,
        kind=asked.choice("kind", ClaimKind),
        unit_id=asked.identity("unit"),
        article_id=asked.identity("article"),
        member_id=member_id,
        contest=True if asked.has("contest") else None,
    )


def _around(call: Call, tx: Tx, wanted: ClaimFilter) -> dict[str, Any]:
    """Gather what stands around the queue: numbers by state, what waits too long, second looks, units."""
    viewer, today = call.viewer, call.today
    return {
        "counts": claims.count_by_state(tx, viewer, replace(wanted, state=None), today=today),
        "overdue": review_queue.count_overdue(tx, viewer, today=today, zone=call.deps.zone),
        "looks": second_looks.count_open(tx, viewer, today=today),
        "carried": republication_queue.count_waiting(tx, viewer, today=today),
        "asked_for": coauthors.count_asked(tx, viewer, today=today),
        "pen_names": pen_names.count_waiting(tx, viewer, today=today),
        "units": unit_options(tx, viewer, today=today),
        "person": members.get(tx, viewer, wanted.member_id, today=today).row if wanted.member_id else None,
    }


def _is_late(call: Call, claim: ClaimRecord, most: int) -> bool:
    filed_on = local_date(claim.filed_at, call.deps.zone)
    return claim.state is ClaimState.PENDING and is_overdue(filed_on, call.today, most)


def _back(form: Fields) -> str:
    """Give the page of the queue that a decision was sent from."""
    back = safe_next(form.get("back"))
    return back if back.startswith("/review") else ""


def _decision(form: Fields) -> reviews.Decision | None:
    """Read verdict, reason and topics; None where no verdict was chosen."""
    verdict, reason, topics = form.choice("verdict", Verdict, needed=True), read_reason(form), form.lines("topics")
    if verdict is None:
        return None
    if verdict is not Verdict.ACCEPT and not reason:
        form.errors["reason"] = forms.NEEDED
    return reviews.Decision(verdict=verdict, reason=reason, topics=topics or None)


def _told(found: list[Reviewed], to: str) -> Response:
    done = sum(r.refusal is None for r in found)
    refusals = [r.refusal for r in found if r.refusal is not None]
    if len(found) == 1 and refusals:
        return flash.go_refused(to, refusals[0])
    if not refusals:
        return flash.go(to, "decided_all", done)
    return flash.go(to, "decided_many", done, len(refusals))
