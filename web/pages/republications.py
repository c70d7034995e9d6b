"""Officers' verdicts on who carried a piece; what they decide on stands on the declaration's page."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.http import OfficerCall
from api.places import republication_key
from api.problems import STATUS
from tracker.domain.errors import AppError, Code
from tracker.domain.republications import RepublicationVerdict
from tracker.services import republications
from web import flash, forms
from web.pages.claims import show

router = APIRouter()


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
    return flash.go(f"/claims/{key}#carried", "saved")
