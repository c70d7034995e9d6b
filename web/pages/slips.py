"""Sign-in slips for print: for everybody of a unit who cannot sign in yet, or for one account.

What makes slips shows them in the same answer, for their secrets are kept nowhere and no address gives them again. The
forms carry when they were shown: sent a second time, by a reload, they make nothing that was made since.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from api.http import AdminCall, Call, path_id
from api.problems import STATUS
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.domain.invitations import VALID_DAYS, start_url
from tracker.services import invitations
from tracker.services.invitations import SLIPS_MOST, Batch
from web import flash, forms, qr_codes, render
from web.forms import Fields
from web.unit_choice import unit_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.services.invitations import Slip
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)


@router.get("/slips")
def slips_page(call: AdminCall) -> Response:
    """Choose a unit, and see how many there wait for a slip."""
    return _choice(call, Fields.filled(unit=call.query_id("unit")))


@router.post("/slips")
def make_slips(call: AdminCall) -> Response:
    """Make the slips of a unit and show them, this once."""
    form = forms.read(call)
    unit_id, asked_at = form.identity("unit", needed=True), _asked_at(form)
    if not form.sound or unit_id is None:
        return _choice(call, form, STATUS[Code.FIELD_INVALID])
    renew_before = asked_at if form.has("again") else None
    with call.write() as tx:
        made = invitations.make_for_unit(
            tx, call.viewer, unit_id, renew_before=renew_before, now=call.now, today=call.today
        )
    return _printed(call, made, form)


@router.post("/accounts/{account_id}/slip")
def make_account_slip(call: AdminCall, account_id: str) -> Response:
    """Make a slip for one account, for whoever forgot the password."""
    known = path_id(account_id)

    def work(tx: Tx, asked_at: dt.datetime) -> Slip:
        return invitations.make_for_account(tx, call.viewer, known, asked_at=asked_at, now=call.now, today=call.today)

    return _one(call, f"/accounts/{known}", work)


@router.post("/members/{member_id}/slip")
def make_member_slip(call: AdminCall, member_id: str) -> Response:
    """Make a slip for one member, with an account where there is none."""
    known = path_id(member_id)

    def work(tx: Tx, asked_at: dt.datetime) -> Slip:
        return invitations.make_for_member(tx, call.viewer, known, asked_at=asked_at, now=call.now, today=call.today)

    return _one(call, f"/members/{known}", work)


def _one(call: Call, back: str, work: Callable[[Tx, dt.datetime], Slip]) -> Response:
    asked_at = _asked_at(forms.read(call))
    try:
        with call.write() as tx:
            slip = work(tx, asked_at)
    except AppError as error:
        if error.code is Code.NOT_FOUND:
            raise
        return flash.go_refused(back, error)
    return _printed(call, Batch(slips=(slip,), left_count=0), Fields(), back=back)


def _asked_at(form: Fields) -> dt.datetime:
    """Read when the form was shown; a page of ours always says it."""
    try:
        found = dt.datetime.fromisoformat(form.get("asked_at"))
        if found.tzinfo is not None:
            return found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        pass
    raise AppError(Code.FIELD_INVALID, "asked_at is the instant at which the form was shown")


def _choice(call: Call, form: Fields, status: int = 200) -> Response:
    unit_id = form.identity("unit")
    with call.read() as tx:
        units = unit_options(tx, call.viewer, today=call.today)
        waiting = None
        if unit_id is not None:
            waiting = invitations.tally_waiting(tx, call.viewer, unit_id, now=call.now, today=call.today)
    return render.page(
        call,
        "slips.html",
        status=status,
        form=form,
        units=units,
        waiting=waiting,
        slips_most=SLIPS_MOST,
        valid_days=VALID_DAYS,
    )


def _printed(call: Call, made: Batch, form: Fields, *, back: str = "") -> Response:
    addresses = [start_url(call.deps.base_url, slip.token) for slip in made.slips]
    slips = [(slip, address, qr_codes.data_uri(address)) for slip, address in zip(made.slips, addresses, strict=True)]
    return render.page(
        call,
        "slips_print.html",
        form=form,
        slips=slips,
        left_count=made.left_count,
        sign_in_url=f"{call.deps.base_url.rstrip('/')}/sign-in",
        back=back or f"/slips?unit={form.get('unit')}",
    )
