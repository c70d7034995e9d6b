"""Pen names on pages: proposed by a member, confirmed or refused by an officer."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.http import Call, MemberCall, OfficerCall, ReadCall
from api.places import proposal_mark, waiting_cursor
from api.problems import STATUS
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.domain.pen_names import NAME_MOST, PenNameVerdict
from tracker.domain.types import MemberId
from tracker.services import pen_names
from web import flash, forms, render
from web.forms import Fields

router = APIRouter(route_class=Route)

PAGE_SIZE = 20


@router.get("/me/pen-names")
def own_page(call: MemberCall) -> Response:
    """Show the member's pen names: confirmed, waiting, refused."""
    return _own(call, Fields())


@router.post("/me/pen-names")
def propose(call: MemberCall) -> Response:
    """Propose a name one signs with."""
    form = forms.read(call)
    name = form.text("name", needed=True, most=NAME_MOST)
    if not form.sound:
        return _own(call, form, STATUS[Code.FIELD_INVALID])
    try:
        with call.write() as tx:
            pen_names.propose(tx, call.viewer, name, now=call.now)
    except AppError as error:
        form.refuse(error, call.language)
        return _own(call, form, STATUS[error.code])
    return flash.go("/me/pen-names", "saved")


@router.post("/me/pen-names/drop")
def drop(call: MemberCall) -> Response:
    """Take back a name that was proposed."""
    form = forms.read(call)
    return flash.act(
        call, "/me/pen-names", "deleted", lambda tx: pen_names.drop(tx, call.viewer, form.get("name"), now=call.now)
    )


@router.get("/review/pen-names")
def waiting_page(call: ReadCall) -> Response:
    """List the pen names that wait for an officer."""
    return _waiting(call, Fields())


@router.post("/review/pen-names")
def decide(call: OfficerCall) -> Response:
    """Confirm or refuse a pen name."""
    form = forms.read(call)
    member_id, name = form.identity("member_id", needed=True), form.get("name")
    verdict = form.choice("verdict", PenNameVerdict, needed=True)
    reason = form.text("reason", needed=verdict is PenNameVerdict.REFUSE, most=NAME_MOST)
    if not form.sound or member_id is None or verdict is None:
        return _waiting(call, form, STATUS[Code.FIELD_INVALID])
    try:
        with call.write() as tx:
            pen_names.decide(
                tx, call.viewer, MemberId(member_id), name, verdict, reason, now=call.now, today=call.today
            )
    except AppError as error:
        if error.code is Code.NOT_FOUND:
            raise
        form.refuse(error, call.language)
        return _waiting(call, form, STATUS[error.code])
    return flash.go("/review/pen-names", "saved")


def _own(call: Call, form: Fields, status: int = 200) -> Response:
    with call.read() as tx:
        confirmed, proposed = pen_names.list_own(tx, call.viewer)
    return render.page(call, "pen_names.html", status=status, form=form, confirmed=confirmed, proposed=proposed)


def _waiting(call: Call, form: Fields, status: int = 200) -> Response:
    with call.read() as tx:
        found = pen_names.list_waiting(
            tx, call.viewer, after=proposal_mark(call.page()), limit=PAGE_SIZE, today=call.today
        )
    return render.page(
        call,
        "review_pen_names.html",
        status=status,
        form=form,
        found=found.items,
        cursor=waiting_cursor(found.after),
    )
