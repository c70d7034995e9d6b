"""A person's record as files to keep: JSON with names that do not change, a workbook in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Response

from tracker.labels import label
from tracker.reports.tables import ReportTable
from tracker.reports.xlsx import write_xlsx
from tracker.translation import translate
from web import render
from web.record_rows import section_table
from web.words import mark

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from api.http import Call
    from tracker.services.record import Record

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLE = mark("All that is held about me")


def as_json(held: Record) -> Response:
    """Give a record as JSON."""
    return _file(held.as_json(), "application/json", "lantoa.json")


def as_workbook(call: Call, held: Record) -> Response:
    """Give a record as a workbook, a sheet a section."""
    language, zone = render.language_of(call.request), call.deps.zone
    tables = (sheet for name in held.queries if (sheet := _sheet(held, name, language, zone)).rows)
    return _file(write_xlsx(tables, made_at=call.now), SHEET, "lantoa.xlsx")


def _sheet(held: Record, name: str, language: str, zone: ZoneInfo) -> ReportTable:
    columns, rows = section_table(name, held.list_rows(name), language=language, zone=zone)
    words = label("record_section", name, language)
    return ReportTable(sheet=name, title=words, notes=(translate(TITLE, language),), columns=columns, rows=rows)


def _file(body: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=media_type, headers=headers)
