"""Everything that is held about me, in words and as files to keep; and what is kept how long."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

from api.http import Call, SignedInCall
from tracker.labels import label, translate
from tracker.reports.tables import ReportTable
from tracker.reports.xlsx import write_xlsx
from tracker.services import record, retention
from web import render
from web.record_rows import row_words, section_table
from web.words import mark

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from tracker.services.record import Record

router = APIRouter()

SHOWN_MOST = 20  # rows of a section on the page; the files hold all
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLE = mark("All that is held about me")


@router.get("/me/record")
def record_page(call: SignedInCall) -> Response:
    """Show all that is held about me, section by section."""
    held = _held(call)
    language, zone = render.language_of(call.request), call.deps.zone
    sections = [
        (name, len(rows), [row_words(name, row, language=language, zone=zone) for row in rows[:SHOWN_MOST]])
        for name, rows in held.sections.items()
        if rows
    ]
    empty = [name for name, rows in held.sections.items() if not rows]
    return render.page(call, "record.html", sections=sections, empty=empty, most=SHOWN_MOST)


@router.get("/me/record.json")
def record_json(call: SignedInCall) -> Response:
    """Give all that is held about me as JSON, to keep."""
    body = json.dumps(_held(call).json(), ensure_ascii=False, indent=1)
    return _file(body.encode(), "application/json", "lantoa.json")


@router.get("/me/record.xlsx")
def record_xlsx(call: SignedInCall) -> Response:
    """Give all that is held about me as a workbook, a sheet a section."""
    held, language = _held(call), render.language_of(call.request)
    tables = [_sheet(held, name, language, call.deps.zone) for name, rows in held.sections.items() if rows]
    return _file(write_xlsx(tables, made_at=call.now), SHEET, "lantoa.xlsx")


@router.get("/privacy")
def privacy_page(call: SignedInCall) -> Response:
    """Show what is kept how long, and what one may ask for."""
    with call.read() as tx:
        table, rules = retention.get_table(tx)
    return render.page(call, "privacy.html", table=table, rules=rules)


def _held(call: Call) -> Record:
    with call.read() as tx:
        return record.get(tx, call.viewer)


def _sheet(held: Record, name: str, language: str, zone: ZoneInfo) -> ReportTable:
    columns, rows = section_table(name, held.sections[name], language=language, zone=zone)
    words = label("record_section", name, language)
    return ReportTable(
        sheet=name,
        title=words,
        notes=(translate(TITLE, language),),
        columns=columns,
        rows=rows,
    )


def _file(body: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=media_type, headers=headers)
