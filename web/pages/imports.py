"""Spreadsheets in: looked at first, then applied, and taken back as long as nothing was built upon them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Response

from api.http import AdminCall, Call, Form, OfficerCall, mark, needs_form, path_id
from api.problems import STATUS
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.domain.rights import Right
from tracker.services.imports import run
from tracker.services.imports.columns import What
from web import flash, forms, render, sheets
from web.forms import Fields

if TYPE_CHECKING:
    from tracker.services.imports.run import ImportResult

router = APIRouter(route_class=Route)

PAGE_SIZE = 20

Upload = Annotated[tuple[Call, Form], Depends(needs_form(Right.ADMIN))]


@router.get("/imports")
def imports_page(call: AdminCall) -> Response:
    """Ask for a file, and list what was imported."""
    return _page(call, Fields())


@router.get("/imports/blank/{name}.csv")
def blank_file(call: AdminCall, name: str) -> Response:
    """Give a file with nothing but the headings, to be filled in."""
    if name not in set(What):
        raise AppError(Code.NOT_FOUND)
    return sheets.blank(What(name), call.language)


@router.post("/imports")
def import_file(sent: Upload) -> Response:
    """Show what a file would do, row by row, or do it."""
    call, uploaded = sent
    form = forms.of(uploaded.fields)
    what = form.choice("what", What, needed=True)
    name, content = sheets.read_file(uploaded, form)
    if what is None or not form.sound:
        return _page(call, form, STATUS[Code.FIELD_INVALID])
    dry_run = form.get("act") != "apply"
    try:
        sheet = run.open_sheet(what, name, content, call.deps.sandbox)
        with call.write() as tx:
            result = run.run(
                tx, call.viewer, sheet, dry_run=dry_run, partial=form.has("partial"), now=call.now, today=call.today
            )
    except AppError as error:
        form.refuse(error, call.language)
        form.problem = sheets.what_to_do(error, what, call.language) or form.problem
        return _page(call, form, STATUS[error.code])
    if result.applied:
        counts = result.totals()
        return flash.go(
            f"/imports/{result.import_id}", "imported", *(counts.get(s, 0) for s in ("new", "changed", "same"))
        )
    status = 200 if dry_run else 422
    return _page(call, form, status, result=result, name=name, kept=sheets.keep(content))


@router.get("/imports/{import_id}")
def import_page(call: OfficerCall, import_id: str) -> Response:
    """Show an import with the result of each row; to an officer their own of posts."""
    with call.read() as tx:
        found = run.get(tx, call.viewer, path_id(import_id), today=call.today)
    rows = run.kept_rows(found, call.language)
    return render.page(
        call,
        "import.html",
        found=found,
        rows=sheets.shown_rows(rows),
        row_count=len(rows),
        totals=found.result["totals"],
        notes=run.kept_notes(found, call.language),
    )


@router.post("/imports/{import_id}/undo")
def undo_import(call: OfficerCall, import_id: str) -> Response:
    """Take an import back."""
    number = path_id(import_id)
    return flash.act(
        call,
        f"/imports/{number}",
        "undone",
        lambda tx: run.take_back(tx, call.viewer, number, now=call.now, today=call.today),
    )


def _page(
    call: Call, form: Fields, status: int = 200, *, result: ImportResult | None = None, name: str = "", kept: str = ""
) -> Response:
    told: dict[str, Any] | None = None if result is None else run.result_json(result, call.language)
    with call.read() as tx:
        found, after = run.list_page(tx, call.viewer, after=call.after_id(call.page()), limit=PAGE_SIZE)
    return render.page(
        call,
        "imports.html",
        status=status,
        form=form,
        found=found,
        told=told,
        rows=[] if told is None else sheets.shown_rows(told["rows"]),
        name=name,
        kept=kept,
        columns={what: sheets.columns(what, call.language) for what in What},
        cursor=None if after is None else mark(after),
    )
