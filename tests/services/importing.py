"""Imports as the tests of this room run them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import make
from tracker.services.imports import run
from tracker.services.imports.columns import What

if TYPE_CHECKING:
    from tracker.domain.types import Viewer
    from tracker.services.imports.run import ImportResult
    from tracker.store.db import Database


def load(
    db: Database, viewer: Viewer, what: str, text: str, *, dry_run: bool = False, partial: bool = False
) -> ImportResult:
    """Import a file of text."""
    sheet = run.open_sheet(What(what), f"{what}.csv", text.encode(), None)
    with db.write() as tx:
        return run.run(tx, viewer, sheet, dry_run=dry_run, partial=partial, now=make.NOW, today=make.TODAY)


def undo(db: Database, viewer: Viewer, result: ImportResult) -> None:
    """Take an import back."""
    assert result.import_id is not None
    with db.write() as tx:
        run.take_back(tx, viewer, result.import_id, now=make.NOW, today=make.TODAY)


def told(result: ImportResult) -> list[tuple[int, str, str | None]]:
    """Give each row's number, status and code."""
    return [(o.row, str(o.status), None if o.code is None else str(o.code)) for o in result.outcomes]
