"""Spreadsheets in: looked at first, then applied, and taken back as long as nothing was built upon them."""

from __future__ import annotations

import base64
import binascii
import csv
import io
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Response

from api.http import AdminCall, Call, Form, mark, needs_form, path_id
from api.problems import STATUS
from tracker.domain.errors import AppError, Code
from tracker.domain.rights import Right
from tracker.labels import error_words, translate
from tracker.services.imports import run
from tracker.services.imports.columns import COLUMNS, NEEDED, What, heading
from web import flash, forms, render
from web.forms import Fields

if TYPE_CHECKING:
    from tracker.services.imports.run import ImportResult

router = APIRouter()

PAGE_SIZE = 20
ROWS_SHOWN = 500
KEPT_BYTES_MOST = 700_000  # of a file that the page hands back, so that applying needs no second choosing

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
    what, file = What(name), io.StringIO()
    csv.writer(file).writerow([heading(what, column, call.language) for column in COLUMNS[what]])
    headers = {"Content-Disposition": f'attachment; filename="{what}.csv"'}
    return Response(file.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/imports")
def import_file(sent: Upload) -> Response:
    """Show what a file would do, row by row, or do it."""
    call, uploaded = sent
    form = forms.of(uploaded.fields)
    what = form.choice("what", What, needed=True)
    name, content = _file(uploaded, form)
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
        form.problem = _what_to_do(error, what, call.language) or form.problem
        return _page(call, form, STATUS[error.code])
    if result.applied:
        counts = result.totals()
        return flash.go(
            f"/imports/{result.import_id}", "imported", *(counts.get(s, 0) for s in ("new", "changed", "same"))
        )
    kept = base64.b64encode(content).decode() if len(content) <= KEPT_BYTES_MOST else ""
    return _page(call, form, 200 if dry_run else 422, result=result, name=name, kept=kept)


@router.get("/imports/{import_id}")
def import_page(call: AdminCall, import_id: str) -> Response:
    """Show an import with the result of each row."""
    with call.read() as tx:
        found = run.get(tx, call.viewer, path_id(import_id))
    rows = run.kept_rows(found, call.language)
    return render.page(
        call, "import.html", found=found, rows=rows[:ROWS_SHOWN], row_count=len(rows), totals=found.result["totals"]
    )


@router.post("/imports/{import_id}/undo")
def undo_import(call: AdminCall, import_id: str) -> Response:
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
        rows_shown=ROWS_SHOWN,
        name=name,
        kept=kept,
        columns={what: _columns(what, call.language) for what in What},
        cursor=None if after is None else mark(after),
    )


def _columns(what: What, language: str) -> list[tuple[str, bool]]:
    """List the headings a file may have, and which of them it must."""
    return [(heading(what, column, language), column in NEEDED[what]) for column in COLUMNS[what]]


def _what_to_do(error: AppError, what: What, language: str) -> str:
    """Say how the file is to be mended, where the refusal tells; '' where it does not."""
    if error.code is Code.IMPORT_UNREADABLE:
        told = translate(error.detail, language)
    elif error.code is Code.IMPORT_COLUMNS:
        missing = ", ".join(f"«{heading(what, column, language)}»" for column in error.extra["missing"])
        told = translate("columns are missing: {columns}", language).format(columns=missing)
    else:
        return ""
    return f"{error_words(error.code, language)}: {told}"


def _file(uploaded: Form, form: Fields) -> tuple[str, bytes]:
    """Give the chosen file, else the one that the page handed back."""
    name, content = uploaded.files.get("file", ("", b""))
    if not content and form.get("kept"):
        try:
            return form.text("kept_name"), base64.b64decode(form.get("kept"), validate=True)
        except binascii.Error:
            content = b""
    if not content:
        form.errors["file"] = forms.NEEDED
    return name, content
