"""Periods: what a close would freeze, closing and reopening, what was closed, and what changed afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.http import Call, OfficerCall, PageRequest, ReadCall
from api.http import mark as cursor_of
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.domain.periods import Period, PeriodKind
from tracker.services import close_preview, closing
from web import flash, forms, render, restated
from web.addresses import with_query
from web.forms import Fields
from web.period_choice import around, report_periods
from web.tallies import boards
from web.unit_choice import find_choice
from web.words import mark, say

if TYPE_CHECKING:
    from tracker.services.close_preview import ClosePreview
    from tracker.services.closing import RestatementRow
    from tracker.store.db import Tx
    from web.tallies import Board

router = APIRouter(route_class=Route)

NAMED_MOST = 100
PAGE_SIZE = 50
_PLURAL = ("claim", "member", "unit", "target", "programme", "award", "meeting", "channel", "directive")
_PAGES = {sort: f"{sort}s" for sort in _PLURAL} | {"activity": "activities"}
_DRAFT = mark("%(period)s – %(rule)s Not met yet (%(n)s): %(names)s. Please declare what is missing in good time.")


@router.get("/periods")
def periods_page(call: ReadCall) -> Response:
    """Show a unit's period as a close would freeze it (or froze it), its closes and its restatement."""
    return _page(call, Fields())


@router.post("/periods/close")
def close_period(call: OfficerCall) -> Response:
    """Close a period of a unit and all below it."""
    form = forms.read(call)
    unit_id, period = _read(form)

    def work(tx: Tx) -> None:
        closing.close_period(
            tx, call.viewer, unit_id, period, method=call.deps.method(), now=call.now, today=call.today
        )

    return flash.act(call, _path(unit_id, period), "period_closed", work)


@router.post("/periods/reopen")
def reopen_period(call: OfficerCall) -> Response:
    """Reopen a closed period with a reason; the closed version stays."""
    form = forms.read(call)
    unit_id, period = _read(form)
    reason = form.text("reason", most=500)

    def work(tx: Tx) -> None:
        closing.reopen_period(tx, call.viewer, unit_id, period, reason=reason, now=call.now, today=call.today)

    return flash.act(call, _path(unit_id, period), "period_reopened", work)


def _page(call: Call, form: Fields) -> Response:
    period, unit_id, language = _period(call), call.query_id("unit"), render.language_of(call.request)
    with call.read() as tx:
        preview = _preview(call, tx, unit_id, period)
        chosen = preview.unit_name if preview and unit_id is not None else ""
        choice = find_choice(tx, call.viewer, call.query("q"), chosen=chosen, today=call.today)
        values = {} if preview is None else _told(call, tx, preview)
    return render.page(
        call,
        "periods.html",
        form=form,
        asked=Fields.filled(period=period, unit=unit_id, q=call.query("q")),
        period=period,
        periods=report_periods(call.today, period, language),
        choice=choice,
        preview=preview,
        named_most=NAMED_MOST,
        **values,
    )


def _preview(call: Call, tx: Tx, unit_id: int | None, period: Period) -> ClosePreview | None:
    """Give what a close would freeze; None where the unit is not named and cannot be guessed."""
    try:
        return close_preview.get(tx, call.viewer, unit_id, period, now=call.now, zone=call.deps.zone)
    except AppError as error:
        if unit_id is None and error.code is Code.FIELD_INVALID:
            return None
        raise


def _told(call: Call, tx: Tx, preview: ClosePreview) -> dict[str, Any]:
    language, page = render.language_of(call.request), call.page()
    closes, _ = closing.list_page(tx, call.viewer, preview.unit_id, after=None, limit=PAGE_SIZE, today=call.today)
    rows, after = closing.list_restatements(
        tx, call.viewer, preview.unit_id, preview.period, after=_after(call, page), limit=PAGE_SIZE, today=call.today
    )
    shown = boards(preview.progress, language, call.today)
    return {
        "boards": shown,
        "drafts": "\n\n".join(_draft(board, preview, call) for board in shown if board.below),
        "closes": closes,
        "restated": _restated(call, tx, rows),
        "cursor": None if after is None else cursor_of(after),
    }


def _restated(call: Call, tx: Tx, rows: list[RestatementRow]) -> list[dict[str, Any]]:
    language = render.language_of(call.request)
    named = {one for row in rows for side in (row.before, row.after) for one in restated.named_in(side)}
    names = close_preview.name_subjects(tx, {*(row.subject for row in rows), *named}, today=call.today)
    return [
        {
            "at": row.at,
            "actor_id": row.actor_id,
            "sort": restated.sort_words(row.subject, language),
            "name": names.get(row.subject, row.subject.partition(":")[2]),
            "path": _subject_path(row.subject) if row.subject in names else "",
            "before": restated.tell(row.subject, row.before, language, names),
            "after": restated.tell(row.subject, row.after, language, names),
            "reason": row.reason or "",
        }
        for row in rows
    ]


def _draft(board: Board, preview: ClosePreview, call: Call) -> str:
    """Write a reminder that the officer may copy, change and send by their own hand."""
    below = board.below
    names = [one.name for one in below if one.name][:NAMED_MOST]
    return say(
        _DRAFT,
        render.language_of(call.request),
        period=preview.period.label(render.language_of(call.request)),
        rule=board.rule,
        n=len(below),
        names=", ".join(dict.fromkeys(names)),
    )


def _subject_path(subject: str) -> str:
    sort, _, key = subject.partition(":")
    return f"/{_PAGES[sort]}/{key}" if sort in _PAGES else ""


def _read(form: Fields) -> tuple[int, Period]:
    unit_id = form.identity("unit", needed=True)
    if unit_id is None:
        raise AppError(Code.FIELD_INVALID, "name the unit", field="unit")
    return unit_id, Period.parse(form.text("period", needed=True))


def _period(call: Call) -> Period:
    """Give the period asked for, else the month that ended last."""
    asked = call.query("period")
    return around(PeriodKind.MONTH, call.today, before=1)[0] if asked is None else Period.parse(asked)


def _after(call: Call, page: PageRequest) -> int | None:
    return call.after_id(page)


def _path(unit_id: int, period: Period) -> str:
    return with_query("/periods", {"unit": unit_id, "period": str(period)})
