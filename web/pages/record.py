"""Everything that is held about me, in words and as files to keep; and what is kept how long."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.http import SignedInCall
from api.route import Route
from tracker.services import record, retention
from web import record_files, render
from web.record_rows import row_words

router = APIRouter(route_class=Route)

SHOWN_MOST = 20  # rows of a section on the page; the files hold all


@router.get("/me/record")
def record_page(call: SignedInCall) -> Response:
    """Show all that is held about me, section by section."""
    with call.read() as tx:
        held = record.get(tx, call.viewer)
        first = {name: held.list_first(name, SHOWN_MOST) for name in held.queries}
    language, zone = render.language_of(call.request), call.deps.zone
    sections = [
        (name, count, [row_words(name, row, language=language, zone=zone) for row in rows])
        for name, (count, rows) in first.items()
        if rows
    ]
    empty = [name for name, (count, _) in first.items() if not count]
    return render.page(call, "record.html", sections=sections, empty=empty, most=SHOWN_MOST)


@router.get("/me/record.json")
def record_json(call: SignedInCall) -> Response:
    """Give all that is held about me as JSON, to keep."""
    with call.read() as tx:
        return record_files.as_json(record.get(tx, call.viewer))


@router.get("/me/record.xlsx")
def record_xlsx(call: SignedInCall) -> Response:
    """Give all that is held about me as a workbook, a sheet a section."""
    with call.read() as tx:
        return record_files.as_workbook(call, record.get(tx, call.viewer))


@router.get("/privacy")
def privacy_page(call: SignedInCall) -> Response:
    """Show what is kept how long, and what one may ask for."""
    with call.read() as tx:
        table, rules = retention.get_table(tx)
    return render.page(call, "privacy.html", table=table, rules=rules)
