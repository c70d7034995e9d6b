"""Co-authors on pages: pieces that name the viewer and their word on it; who asks to be named, for officers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from api.http import Call, MemberCall, OfficerCall, ReadCall, path_id
from api.places import coauthor_mark, waiting_cursor
from api.problems import STATUS
from api.route import Route
from tracker.domain.coauthors import OPEN, CoauthorAnswer, CoauthorState, CoauthorVerdict
from tracker.domain.errors import AppError, Code
from tracker.domain.types import MemberId
from tracker.services import coauthors
from web import flash, forms, render
from web.forms import Fields
from web.pages.claims import claim_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

PAGE_SIZE = 20


@router.get("/coauthored")
def coauthored_page(call: MemberCall) -> Response:
    """List the pieces of others that name the member."""
    return _mine(call, Fields())


@router.post("/coauthored/{claim_id}")
def answer(call: MemberCall, claim_id: str) -> Response:
    """Agree to be a co-author, or object."""
    key = claim_key(claim_id)
    with call.read() as tx:
        coauthors.require_mine(tx, call.viewer, key)
    form = forms.read(call)
    said = form.choice("answer", CoauthorAnswer, needed=True)
    if not form.sound or said is None:
        return _mine(call, form, STATUS[Code.FIELD_INVALID])
    return _done(
        call,
        form,
        lambda tx: coauthors.answer(tx, call.viewer, key, said, now=call.now, today=call.today),
        refused=lambda status: _mine(call, form, status),
        to="/coauthored",
    )


@router.get("/review/coauthors")
def asked_page(call: ReadCall) -> Response:
    """List who says of accepted pieces that they are theirs too."""
    return _asked(call, Fields())


@router.post("/claims/{claim_id}/coauthors/{member_id}")
def decide(call: OfficerCall, claim_id: str, member_id: str) -> Response:
    """Accept or refuse somebody who asks to be named."""
    key, who = claim_key(claim_id), MemberId(path_id(member_id))
    with call.read() as tx:
        coauthors.get_for_decision(tx, call.viewer, key, who, today=call.today)
    form = forms.read(call)
    verdict = form.choice("verdict", CoauthorVerdict, needed=True)
    if not form.sound or verdict is None:
        return _asked(call, form, STATUS[Code.FIELD_INVALID])
    return _done(
        call,
        form,
        lambda tx: coauthors.decide(tx, call.viewer, key, who, verdict, now=call.now, today=call.today),
        refused=lambda status: _asked(call, form, status),
        to="/review/coauthors",
    )


def _done(
    call: Call,
    form: Fields,
    work: Callable[[Tx], CoauthorState],
    *,
    refused: Callable[[int], Response],
    to: str,
) -> Response:
    try:
        with call.write() as tx:
            work(tx)
    except AppError as error:
        if error.code is Code.NOT_FOUND:
            raise
        form.refuse(error, call.language)
        return refused(STATUS[error.code])
    return flash.go(to, "saved")


def _mine(call: Call, form: Fields, status: int = 200) -> Response:
    with call.read() as tx:
        found = coauthors.list_mine(tx, call.viewer, after=coauthor_mark(call.page()), limit=PAGE_SIZE)
    return render.page(
        call,
        "coauthored.html",
        status=status,
        form=form,
        found=found.items,
        cursor=waiting_cursor(found.after),
        to_answer=OPEN,
    )


def _asked(call: Call, form: Fields, status: int = 200) -> Response:
    with call.read() as tx:
        found = coauthors.list_asked(
            tx, call.viewer, after=coauthor_mark(call.page()), limit=PAGE_SIZE, today=call.today
        )
    return render.page(
        call,
        "review_coauthors.html",
        status=status,
        form=form,
        found=found.items,
        cursor=waiting_cursor(found.after),
    )
