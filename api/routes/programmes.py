"""Programmes of units."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from api.http import OfficerCall, ReadCall, listed, no_content, one, path_id, takes
from api.route import Route
from api.schemas.programmes import ProgrammeIn, ProgrammePatch
from api.times import day
from tracker.domain.errors import AppError, Code
from tracker.domain.periods import FIRST_YEAR, LAST_YEAR
from tracker.domain.programmes import ProgrammeTotals
from tracker.services import programmes
from tracker.store.db import Tx

router = APIRouter(tags=["programmes"], route_class=Route)


@router.get("/programmes")
def list_programmes(call: ReadCall) -> Response:
    """List the programmes of a unit and all below it that run in a year, with their totals."""
    page = call.page()
    with call.read() as tx:
        found = programmes.list_page(
            tx,
            call.viewer,
            unit_id=call.query_id("unit"),
            year=_year(call),
            after=call.after_id(page),
            limit=page.limit,
            today=call.today,
        )
    after = None if found.after is None else (found.after,)
    return listed([programme_json(p) for p in found.items], after, totals=_totals_json(found.totals))


@router.post("/programmes", status_code=201, openapi_extra=takes(ProgrammeIn))
def create_programme(call: OfficerCall) -> Response:
    """Register a programme."""
    new = call.body(ProgrammeIn).to_new()

    def work(tx: Tx) -> Response:
        made = programmes.create(tx, call.viewer, new, now=call.now, today=call.today)
        return one(programme_json(made), made.version, status=201)

    return call.create(work)


@router.get("/programmes/{programme_id}")
def get_programme(call: ReadCall, programme_id: str) -> Response:
    """Get a programme."""
    with call.read() as tx:
        found = programmes.get(tx, call.viewer, path_id(programme_id), today=call.today)
    return one(programme_json(found), found.version)


@router.patch("/programmes/{programme_id}", openapi_extra=takes(ProgrammePatch))
def change_programme(call: OfficerCall, programme_id: str) -> Response:
    """Change a programme."""
    with call.write() as tx:
        current = programmes.get_own(tx, call.viewer, path_id(programme_id), today=call.today)
        call.if_match(current.version)
        changes = call.body(ProgrammePatch).to_changes()
        changed = programmes.change(tx, call.viewer, current, changes, now=call.now, today=call.today)
    return one(programme_json(changed), changed.version)


@router.delete("/programmes/{programme_id}", status_code=204)
def remove_programme(call: OfficerCall, programme_id: str) -> Response:
    """Remove a programme that nothing names."""
    with call.write() as tx:
        current = programmes.get_own(tx, call.viewer, path_id(programme_id), today=call.today)
        call.if_match(current.version)
        programmes.remove(tx, call.viewer, current, now=call.now)
    return no_content()


def programme_json(programme: programmes.ProgrammeRow) -> dict[str, Any]:
    """Give a programme as the API answers it."""
    outcome = {
        "amount": programme.outcome_amount,
        "qualifier": programme.outcome_qualifier,
        "words": programme.outcome_words,
    }
    return {
        "id": programme.programme_id,
        "name": programme.name,
        "unit_id": programme.unit_id,
        "unit_name": programme.unit_name,
        "kind": programme.unit_kind or None,
        "from": day(programme.from_on),
        "until": day(programme.until_on),
        "is_new": programme.is_new,
        "continues_id": programme.continues_id,
        "directive_ids": list(programme.directive_ids),
        "measures": list(programme.measures),
        "outcome": outcome if any(value is not None for value in outcome.values()) else None,
        "wide_reach_clicks": programme.wide_reach_clicks,
    }


def _totals_json(totals: ProgrammeTotals) -> dict[str, Any]:
    kinds = [{"kind": kind, "count": count, "new": new} for kind, count, new in totals.by_kind]
    return {"count": totals.count, "new": totals.new, "by_kind": kinds}


def _year(call: ReadCall) -> int | None:
    text = call.query("year")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR):  # noqa: PLR2004 - a year's digits
        raise AppError(Code.FIELD_INVALID, "year is a year such as 2025")
    return int(text)
