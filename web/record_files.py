"""A person's record as files to keep: JSON with names that do not change, a workbook in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Response

from tracker.labels import label
from tracker.reports.tables import ReportTable
from tracker.reports.xlsx import write_xlsx
from web import render
from web.record_rows import section_table
from web.words import mark, say

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from api.http import Call
    from tracker.domain.privacy import PersonalRequest
    from tracker.services.record import Record

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MINE = mark("All that is held about me")
THEIRS = mark("All that is held about %(name)s")


def as_json(held: Record, of: PersonalRequest | None = None) -> Response:
    """Give a record as JSON; `of`: the request on paper that it is handed out for."""
    return _file(held.as_json(), "application/json", f"{_name(of)}.json")


def as_workbook(call: Call, held: Record, of: PersonalRequest | None = None) -> Response:
    """Give a record as a workbook, a sheet a section."""
    language, zone = render.language_of(call.request), call.deps.zone
    title = say(MINE, language) if of is None else say(THEIRS, language, name=of.member_name or of.member_code)
    tables = (sheet for name in held.queries if (sheet := _sheet(held, name, title, language, zone)).rows)
    return _file(write_xlsx(tables, made_at=call.now), SHEET, f"{_name(of)}.xlsx")


def _sheet(held: Record, name: str, title: str, language: str, zone: ZoneInfo) -> ReportTable:
    columns, rows = section_table(name, held.list_rows(name), language=language, zone=zone)
    words = label("record_section", name, language)
    return ReportTable(sheet=name, title=words, notes=(title,), columns=columns, rows=rows)


def _name(of: PersonalRequest | None) -> str:
    """Name a file so that those of several people are told apart, by numbers alone."""
    return "lantoa" if of is None else f"lantoa-{of.request_id}"


def _file(body: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type=media_type, headers=headers)
