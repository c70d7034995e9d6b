"""Imports: a spreadsheet in, one result a row out; listed, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Response

from api.http import AdminCall, Call, Form, OfficerCall, listed, needs_form, one, path_id
from api.route import Route
from api.times import instant
from tracker.domain.errors import AppError, Code
from tracker.domain.rights import Right
from tracker.services.imports import run
from tracker.services.imports.columns import What

if TYPE_CHECKING:
    from tracker.domain.imports import ImportRow

router = APIRouter(tags=["imports"], route_class=Route)

Upload = Annotated[tuple[Call, Form], Depends(needs_form(Right.ADMIN))]
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "dry_run": {"type": "boolean"},
                        "partial": {"type": "boolean"},
                    },
                }
            }
        },
    }
}


def import_json(row: ImportRow) -> dict[str, Any]:
    """Give an import as the list answers it."""
    return {
        "id": row.import_id,
        "what": row.what,
        "file_name": row.file_name,
        "at": instant(row.at),
        "account_id": row.account_id,
        "applied": row.applied,
        "undone_at": instant(row.undone_at),
        "totals": row.result["totals"],
    }


@router.get("/imports")
def list_imports(call: AdminCall) -> Response:
    """List imports, the latest first."""
    page = call.page()
    with call.read() as tx:
        rows, after = run.list_page(tx, call.viewer, after=call.after_id(page), limit=page.limit)
    return listed([import_json(r) for r in rows], None if after is None else (after,))


@router.get("/imports/{import_id}")
def get_import(call: OfficerCall, import_id: str) -> Response:
    """Get an import with the result of each row; an officer gets their own of posts."""
    with call.read() as tx:
        found = run.get(tx, call.viewer, path_id(import_id), today=call.today)
    return one(import_json(found) | {"rows": run.kept_rows(found, call.language)}, _version(found))


@router.post("/imports/{what}", status_code=201, openapi_extra=_FORM)
def create_import(sent: Upload, what: str) -> Response:
    """Import a spreadsheet: 201 when it was applied, 200 for a dry run or when rows were refused."""
    call, form = sent
    kind = _kind(what)
    name, content = _file(form)
    dry_run, partial = form.flag("dry_run"), form.flag("partial")
    sheet = run.open_sheet(kind, name, content, call.deps.sandbox)

    def work(tx: Any) -> Response:
        result = run.run(tx, call.viewer, sheet, dry_run=dry_run, partial=partial, now=call.now, today=call.today)
        return one(run.result_json(result, call.language), 1, status=201 if result.applied else 200)

    return call.create(work)


@router.post("/imports/{import_id}/undo")
def undo_import(call: OfficerCall, import_id: str) -> Response:
    """Take an import back, as long as nothing was built upon it; an officer takes back their own of posts."""
    with call.write() as tx:
        undone = run.take_back(tx, call.viewer, path_id(import_id), now=call.now, today=call.today)
    return one(import_json(undone), _version(undone))


def _kind(what: str) -> What:
    try:
        return What(what)
    except ValueError as error:
        raise AppError(Code.NOT_FOUND) from error


def _file(form: Form) -> tuple[str, bytes]:
    if "file" not in form.files:
        raise AppError(Code.BODY_INVALID, "the form needs a file in its field «file»")
    return form.files["file"]


def _version(row: ImportRow) -> int:
    return 1 if row.undone_at is None else 2
