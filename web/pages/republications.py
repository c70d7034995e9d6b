"""Who carried a piece, for officers: what waits to be confirmed, and their verdicts, also on the piece's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from api.http import OfficerCall, ReadCall
from api.places import claim_mark, republication_key, waiting_cursor
from api.problems import STATUS
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.domain.republications import RepublicationVerdict
from tracker.services import republication_queue, republications
from web import flash, forms, render
from web.addresses import safe_next
from web.pages.claims import show

if TYPE_CHECKING:
    from web.forms import Fields

router = APIRouter(route_class=Route)

PAGE_SIZE = 20


@router.get("/review/republications")
def waiting_page(call: ReadCall) -> Response:
    """List pieces that others carry and nobody has decided on, the longest waiting first."""
    with call.read() as tx:
        found = republication_queue.list_waiting(
            tx, call.viewer, after=claim_mark(call.page()), limit=PAGE_SIZE, today=call.today
        )
    return render.page(call, "review_republications.html", found=found.items, cursor=waiting_cursor(found.after))


@router.post("/republications/{republication_id}")
def decide(call: OfficerCall, republication_id: str) -> Response:
    """Confirm or refuse that a source carried a piece."""
    key, article_id = republication_key(republication_id)
    with call.read() as tx:
        republications.get_for_decision(tx, call.viewer, key, article_id, today=call.today)
    form = forms.read(call)
    verdict = form.choice("verdict", RepublicationVerdict, needed=True)
    if not form.sound or verdict is None:
        return show(call, key, form, STATUS[Code.FIELD_INVALID])
    try:
        with call.write() as tx:
            republications.decide(tx, call.viewer, key, article_id, verdict, now=call.now, today=call.today)
    except AppError as error:
        form.refuse(error, call.language)
        return show(call, key, form, STATUS[error.code])
    return flash.go(_back(form) or f"/claims/{key}#carried", "saved")


def _back(form: Fields) -> str:
    """Give the page of the queue that a verdict was sent from."""
    back = safe_next(form.get("back"))
    return back if back.startswith("/review") else ""
