"""Spreadsheets on pages: the chosen file or the one that the page handed back, its columns, what is wrong with it."""

from __future__ import annotations

import base64
import binascii
import csv
import io
from typing import TYPE_CHECKING, Any

from fastapi import Response

from tracker.domain.errors import AppError, Code
from tracker.labels import error_words
from tracker.services.imports.columns import COLUMNS, NEEDED, heading
from tracker.translation import translate
from web import forms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.http import Form
    from tracker.services.imports.columns import What
    from web.forms import Fields

ROWS_SHOWN = 500
KEPT_BYTES_MOST = 700_000  # of a file that the page hands back, so that applying needs no second choosing


def read_file(uploaded: Form, form: Fields) -> tuple[str, bytes]:
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


def keep(content: bytes) -> str:
    """Give a file as a page hands it back; '' where it is too large for that."""
    return base64.b64encode(content).decode() if len(content) <= KEPT_BYTES_MOST else ""


def blank(what: What, language: str) -> Response:
    """Give a file with nothing but the headings, to be filled in."""
    file = io.StringIO()
    csv.writer(file).writerow([heading(what, column, language) for column in COLUMNS[what]])
    headers = {"Content-Disposition": f'attachment; filename="{what}.csv"'}
    return Response(file.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def columns(what: What, language: str) -> list[tuple[str, bool]]:
    """List the headings a file may have, and which of them it must."""
    return [(heading(what, column, language), column in NEEDED[what]) for column in COLUMNS[what]]


def what_to_do(error: AppError, what: What, language: str) -> str:
    """Say how the file is to be mended, where the refusal tells; '' where it does not."""
    if error.code is Code.IMPORT_UNREADABLE:
        told = translate(error.detail, language)
    elif error.code is Code.IMPORT_COLUMNS:
        missing = ", ".join(f"«{heading(what, column, language)}»" for column in error.extra["missing"])
        told = translate("columns are missing: {columns}", language).format(columns=missing)
    else:
        return ""
    return f"{error_words(error.code, language)}: {told}"


def shown_rows(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the rows a page shows; of a long file the refused ones first, for they are what is to be mended."""
    if len(rows) <= ROWS_SHOWN:
        return list(rows)
    return sorted(rows, key=lambda row: row["status"] != "refused")[:ROWS_SHOWN]
