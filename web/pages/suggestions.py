"""«Is this yours?»: collected pieces that may be the member's own, and their answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from api.http import Call, MemberCall, mark
from api.places import suggestion_key
from api.problems import STATUS
from api.route import Route
from api.schemas.suggestions import Answer
from tracker.domain.authorship_words import told_words
from tracker.domain.errors import AppError, Code
from tracker.services import filing, suggestions
from web import flash, forms, render
from web.forms import Fields

if TYPE_CHECKING:
    from tracker.services.filing import Filed, Repeated
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

PAGE_SIZE = 20


@router.get("/suggestions")
def suggestions_page(call: MemberCall) -> Response:
    """List what is offered to the member."""
    return _page(call, Fields())


@router.post("/suggestions/{suggestion_id}")
def answer(call: MemberCall, suggestion_id: str) -> Response:
    """Claim a piece as one's own, or say it is not."""
    member_id, article_id = suggestion_key(suggestion_id)
    form = forms.read(call)
    chosen = form.choice("answer", Answer, needed=True)
    if not form.sound or chosen is None:
        return _page(call, form, STATUS[Code.FIELD_INVALID])
    try:
        with call.write() as tx:
            filed = _answer(call, tx, chosen, member_id, article_id)
    except AppError as error:
        if error.code is Code.NOT_FOUND:
            raise
        form.refuse(error, call.language)
        return _page(call, form, STATUS[error.code])
    if filed is None:
        return flash.go("/suggestions", "not_mine")
    return flash.go(f"/claims/{filed.claim_id}", _told(call, filed))


def _answer(call: Call, tx: Tx, chosen: Answer, member_id: int, article_id: int) -> Filed | Repeated | None:
    if chosen is Answer.NOT_MINE:
        suggestions.refuse(tx, call.viewer, member_id, article_id, now=call.now)
        return None
    return suggestions.accept(tx, call.viewer, member_id, article_id, now=call.now, zone=call.deps.zone)


def _told(call: Call, filed: Filed | Repeated) -> str:
    """Say what came of «mine»: a declaration of one's own, a part in a colleague's, or the one that stands."""
    if not isinstance(filed, filing.Filed):
        return ""
    return "filed" if filed.claim_id.member_id == call.viewer.member_id else "joined"


def _page(call: Call, form: Fields, status: int = 200) -> Response:
    page = call.page()
    with call.read() as tx:
        found = suggestions.list_open(tx, call.viewer, after=call.after_id(page), limit=PAGE_SIZE)
    return render.page(
        call,
        "suggestions.html",
        status=status,
        form=form,
        found=found.items,
        cursor=None if found.after is None else mark(found.after),
        reasons={row.article_id: told_words(row.reasons, call.language) for row in found.items},
    )
