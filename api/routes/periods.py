"""Closing and reopening periods, and what changed afterwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fastapi import APIRouter, Response

from api.http import OfficerCall, PageRequest, ReadCall, listed, one, takes
from api.route import Route
from api.schemas.programmes import CloseIn, ReopenIn
from api.times import instant
from tracker.domain.errors import AppError, Code
from tracker.domain.periods import Period
from tracker.services import closing
from tracker.services.closing import CloseRow, RestatementRow
from tracker.store.db import Tx

router = APIRouter(tags=["periods"], route_class=Route)


@router.get("/periods")
def list_periods(call: ReadCall) -> Response:
    """List the periods ever closed for a unit, by itself or by one above it, latest first."""
    page = call.page()
    with call.read() as tx:
        found, after = closing.list_page(
            tx, call.viewer, call.query_id("unit"), after=_after_close(page), limit=page.limit, today=call.today
        )
    return listed([_period_json(close) for close in found], after)


@router.post("/periods/{period}/close", openapi_extra=takes(CloseIn))
def close_period(call: OfficerCall, period: str) -> Response:
    """Close a period that is over, for a unit and all below it."""
    asked = Period.parse(period)

    def work(tx: Tx) -> Response:
        body = call.body(CloseIn)
        made = closing.close_period(
            tx, call.viewer, body.unit, asked, method=call.deps.method(), now=call.now, today=call.today
        )
        return one(_period_json(made), made.version)

    return call.create(work)


@router.post("/periods/{period}/reopen", openapi_extra=takes(ReopenIn))
def reopen_period(call: OfficerCall, period: str) -> Response:
    """Reopen a closed period, with a reason; the closed version stays."""
    asked = Period.parse(period)

    def work(tx: Tx) -> Response:
        body = call.body(ReopenIn)
        undone = closing.reopen_period(
            tx, call.viewer, body.unit, asked, reason=body.reason, now=call.now, today=call.today
        )
        return one(_period_json(undone.close, reopened_at=undone.at), undone.close.version)

    return call.create(work)


@router.get("/periods/{period}/restatements")
def list_restatements(call: ReadCall, period: str) -> Response:
    """List what changed after a period was closed."""
    asked, page = Period.parse(period), call.page()
    with call.read() as tx:
        found, after = closing.list_restatements(
            tx,
            call.viewer,
            call.query_id("unit"),
            asked,
            after=call.after_id(page),
            limit=page.limit,
            today=call.today,
        )
    return listed([_restatement_json(row) for row in found], None if after is None else (after,))


def _period_json(close: CloseRow, *, reopened_at: dt.datetime | None = None) -> dict[str, Any]:
    reopened = reopened_at or close.reopened_at
    return {
        "period": close.period,
        "unit_id": close.unit_id,
        "state": "closed" if reopened is None else "open",
        "version": close.version,
        "closed_at": instant(close.closed_at),
        "closed_by": close.closed_by,
        "reopened_at": instant(reopened),
        "cut_off": instant(close.cut_off_at),
        "method": close.method.method,
        "bot_list": close.method.bot_list,
    }


def _restatement_json(row: RestatementRow) -> dict[str, Any]:
    return {
        "id": row.restatement_id,
        "at": instant(row.at),
        "actor": row.actor_id,
        "subject": row.subject,
        "before": row.before,
        "after": row.after,
        "reason": row.reason,
    }


def _after_close(page: PageRequest) -> tuple[str, int] | None:
    match page.after:
        case None:
            return None
        case (str(start_on), int(close_id)):
            return start_on, close_id
        case _:
            raise AppError(Code.CURSOR_INVALID)
