"""Second looks: decisions judged anew without the first verdict, disagreements settled, agreement shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from api.http import AdminCall, Call, OfficerCall, ReadCall
from api.places import claim_cursor, claim_mark
from api.problems import STATUS
from api.route import Route
from tracker.domain.claims import Verdict
from tracker.domain.errors import AppError, Code
from tracker.domain.numbers import format_percent
from tracker.domain.second_looks import PERCENT_MOST, Settlement
from tracker.domain.types import Role
from tracker.services import second_looks
from tracker.services.claim_words import check_words
from web import flash, forms, render
from web.forms import Fields
from web.pages.claims import claim_key
from web.review_reasons import REASONS, read_reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

PAGE_SIZE = 10
DISAGREED_MOST = 20


@router.get("/second-looks")
def second_looks_page(call: ReadCall) -> Response:
    """Show what waits for the viewer's second look, and the disagreements they may settle."""
    return _page(call, Fields())


@router.post("/second-looks/share")
def set_share(call: AdminCall) -> Response:
    """Set which share of decisions is looked at again."""
    form = forms.read(call)
    percent = form.whole("percent", needed=True, most=PERCENT_MOST)
    if not form.sound or percent is None:
        return _page(call, form, STATUS[Code.FIELD_INVALID])
    return flash.act(
        call,
        "/second-looks",
        "saved",
        lambda tx: second_looks.set_percent(tx, call.viewer, percent, now=call.now, today=call.today),
    )


@router.post("/second-looks/{claim_id}")
def look(call: OfficerCall, claim_id: str) -> Response:
    """Say what one would have decided."""
    key, form = claim_key(claim_id), forms.read(call)
    verdict, reason = form.choice("verdict", Verdict, needed=True), read_reason(form)
    if not form.sound or verdict is None:
        return _page(call, form, STATUS[Code.FIELD_INVALID], wrong=claim_id)
    return _act(
        call,
        form,
        claim_id,
        lambda tx: second_looks.record(tx, call.viewer, key, verdict, reason, now=call.now, zone=call.deps.zone),
    )


@router.post("/second-looks/{claim_id}/settle")
def settle(call: OfficerCall, claim_id: str) -> Response:
    """Settle what two officers disagree about."""
    key, form = claim_key(claim_id), forms.read(call)
    how, reason = form.choice("settlement", Settlement, needed=True), read_reason(form)
    if not form.sound or how is None:
        return _page(call, form, STATUS[Code.FIELD_INVALID], wrong=claim_id)
    return _act(
        call,
        form,
        claim_id,
        lambda tx: second_looks.settle(tx, call.viewer, key, how, reason, now=call.now, zone=call.deps.zone),
    )


def _act(call: Call, form: Fields, claim_id: str, work: Callable[[Tx], object]) -> Response:
    try:
        with call.write() as tx:
            work(tx)
    except AppError as error:
        if error.code is Code.NOT_FOUND:
            raise
        form.refuse(error, call.language)
        return _page(call, form, STATUS[error.code], wrong=claim_id)
    return flash.go("/second-looks", "saved")


def _page(call: Call, form: Fields, status: int = 200, *, wrong: str = "") -> Response:
    """Show the page; `wrong` is the declaration whose form could not be taken."""
    viewer, administers = call.viewer, call.viewer.role is Role.ADMIN
    with call.read() as tx:
        found = second_looks.list_waiting(
            tx, viewer, after=claim_mark(call.page()), limit=PAGE_SIZE, now=call.now, today=call.today
        )
        differ = second_looks.list_disagreed(
            tx, viewer, after=None, limit=DISAGREED_MOST, now=call.now, today=call.today
        )
        agreement = second_looks.tally(tx, viewer, now=call.now, today=call.today) if administers else []
        percent = second_looks.get_percent(tx)
    form.sent.setdefault("percent", [str(percent)])
    views = [item.view for item in (*found.items, *differ.items)]
    return render.page(
        call,
        "second_looks.html",
        status=status,
        form=form,
        wrong=wrong,
        found=found.items,
        disagreed=differ.items,
        cursor=claim_cursor(found.after),
        words={v.claim.claim_id: [(c.level, check_words(c, call.language)) for c in v.checks] for v in views},
        agreement=agreement,
        percent=format_percent,
        reasons=REASONS,
    )
