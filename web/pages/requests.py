"""The office's inbox of members' requests about their own data: due first, taken up, carried out or refused."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from api.http import AdminCall, Call, OfficerCall, ReadCall, mark, path_id
from api.problems import STATUS
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.domain.privacy import Outcome, PersonalRequest
from tracker.services import erasure, office_rules, record, requests
from web import flash, forms, record_files, render
from web.forms import Fields
from web.saving import save

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.services.record import Record
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

PAGE_SIZE = 50


@router.get("/requests")
def requests_page(call: ReadCall) -> Response:
    """List open requests."""
    with call.read() as tx:
        found, after = requests.list_open(tx, call.viewer, today=call.today, after=_after(call), limit=PAGE_SIZE)
        rules = office_rules.latest(tx)
    cursor = None if after is None else mark(after[0].isoformat(), *after[1:])
    return render.page(call, "requests.html", found=found, cursor=cursor, rules=rules)


@router.get("/requests/{member}/{number}")
def request_page(call: ReadCall, member: str, number: str) -> Response:
    """Show a request."""
    return _page(call, _get(call, member, number), Fields())


@router.get("/requests/{member}/{number}/record.json")
def request_json(call: AdminCall, member: str, number: str) -> Response:
    """Give what is held about a member who asked on paper for a copy, as JSON."""
    return _hand_out(call, member, number, record_files.as_json)


@router.get("/requests/{member}/{number}/record.xlsx")
def request_xlsx(call: AdminCall, member: str, number: str) -> Response:
    """Give the same as a workbook, to print or hand over."""
    return _hand_out(call, member, number, lambda held, asked: record_files.as_workbook(call, held, asked))


@router.post("/requests/{member}/{number}/answer")
def answer_request(call: OfficerCall, member: str, number: str) -> Response:
    """Tell the member that it was taken up."""
    asked = _get(call, member, number)
    return flash.act(
        call, f"/requests/{member}/{number}", "saved", lambda tx: requests.answer(tx, call.viewer, asked, now=call.now)
    )


@router.post("/requests/{member}/{number}/end")
def end_request(call: OfficerCall, member: str, number: str) -> Response:
    """Say that it was carried out, or why not."""
    asked, form = _get(call, member, number), forms.read(call)
    outcome = form.choice("outcome", Outcome)
    reply = form.text("reply", most=requests.WORDS_MOST)
    if outcome is Outcome.REFUSED and not reply:
        form.errors["reply"] = forms.NEEDED
    if outcome is None:
        return _page(call, asked, form, STATUS[Code.FIELD_INVALID])

    def work(tx: Tx) -> str:
        requests.end(tx, call.viewer, asked, outcome, reply, now=call.now)
        return "/requests"

    return save(call, form, work, lambda status: _page(call, asked, form, status))


@router.post("/members/{member}/erase")
def erase_member(call: AdminCall, member: str) -> Response:
    """Erase a person."""
    form = forms.read(call)
    if not form.has("sure"):
        return flash.go_refused("/requests", AppError(Code.FIELD_INVALID))
    try:
        with call.write() as tx:
            carried = erasure.carry_out(tx, call.viewer, path_id(member), now=call.now)
    except AppError as error:
        if error.code is Code.NOT_FOUND:
            raise
        return flash.go_refused("/requests", error)
    erasure.finish(call.deps.db, call.deps.files, carried)
    return flash.go("/requests", "erased")


def _get(call: Call, member: str, number: str) -> PersonalRequest:
    with call.read() as tx:
        return requests.get(tx, call.viewer, path_id(member), path_id(number), today=call.today)


def _hand_out(call: Call, member: str, number: str, write: Callable[[Record, PersonalRequest], Response]) -> Response:
    """Note that the copy is handed out, then read and write it, which holds nobody up who wants to enter something."""
    asked = _get(call, member, number)
    with call.write() as tx:
        requests.note_hand_out(tx, call.viewer, asked, now=call.now)
    with call.read() as tx:
        return write(record.get_handed_out(tx, call.viewer, asked), asked)


def _page(call: Call, asked: PersonalRequest, form: Fields, status: int = 200) -> Response:
    return render.page(call, "request.html", status=status, asked=asked, form=form)


def _after(call: Call) -> tuple[dt.date, int, int] | None:
    after = call.page().after
    if after is None:
        return None
    try:
        day, member_id, number = after
        return dt.date.fromisoformat(day), int(member_id), int(number)
    except (TypeError, ValueError) as error:
        raise AppError(Code.CURSOR_INVALID) from error
