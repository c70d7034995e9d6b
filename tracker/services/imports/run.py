"""Imports as they are asked for: run, listed, taken back. One transaction each; the file is read before it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, assert_never

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text
from tracker.domain.rights import Right
from tracker.services.imports import claims, members, posts, undo, units
from tracker.services.imports.columns import What, find_table
from tracker.services.imports.outcomes import Note, Outcome, RowStatus, Said, put, totals
from tracker.services.imports.plans import Stamp
from tracker.services.imports.reading import read_sheet
from tracker.services.paging import cut
from tracker.store import audit
from tracker.store import imports as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from tracker.domain.imports import ImportRow, ImportSeen
    from tracker.domain.types import Viewer
    from tracker.services.imports.columns import Table
    from tracker.services.imports.plans import Plan
    from tracker.services.imports.reading import Runner
    from tracker.store.db import Tx

FILE_NAME_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file that was read: its columns are known, nothing was compared yet."""

    what: What
    file_name: str
    sha256: str
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What an import did, or (`applied` False) what it would do; `import_id` None: nothing was kept of it."""

    import_id: int | None
    applied: bool
    outcomes: Sequence[Outcome]
    notes: Sequence[Note]

    @property
    def is_refused(self) -> bool:
        """Tell whether rows were refused."""
        return any(o.status is RowStatus.REFUSED for o in self.outcomes)

    def totals(self) -> dict[str, int]:
        """Count rows by what became of them."""
        return totals(self.outcomes)


def right_to(what: What) -> Right:
    """Say who may import a kind of file: posts are an officer's own register, in the officer's scope."""
    return Right.OFFICER if what is What.POSTS else Right.ADMIN


def open_sheet(what: What, file_name: str, content: bytes, sandbox: Runner | None) -> Sheet:
    """Read a file, before any transaction; refuses what is no table or lacks its columns."""
    return Sheet(
        what=what,
        file_name=clean_text(file_name, FILE_NAME_MOST),
        sha256=hashlib.sha256(content).hexdigest(),
        table=find_table(what, read_sheet(what, content, sandbox)),
    )


def run(
    tx: Tx,
    viewer: Viewer,
    sheet: Sheet,
    *,
    dry_run: bool,
    partial: bool,
    now: dt.datetime,
    today: dt.date,
) -> ImportResult:
    """Import a file: all of it or, unless `partial`, nothing; a dry run tells the same and writes nothing."""
    rights.require(right_to(sheet.what), viewer)
    store.lock(tx)
    stamp = Stamp(viewer=viewer, now=now, today=today)
    plan = _plan(tx, sheet, stamp)
    notes = [*_notes(sheet.table), *plan.notes]
    counted = totals(plan.outcomes)
    moves = counted[RowStatus.NEW] + counted[RowStatus.CHANGED]
    applied = not dry_run and (counted[RowStatus.REFUSED] == 0 or (partial and moves > 0))
    if dry_run:
        return ImportResult(import_id=None, applied=False, outcomes=plan.outcomes, notes=notes)
    changes = plan.apply(tx, stamp) if applied and moves else []
    row = {
        "what": str(sheet.what),
        "file_name": sheet.file_name,
        "file_sha256": sheet.sha256,
        "at": now,
        "account_id": viewer.account_id or None,
        "applied": applied,
        "result": {
            "rows": [_outcome_json(o) for o in plan.outcomes],
            "totals": counted,
            "notes": [{"said": n.said.name, "values": dict(n.values)} for n in notes],
        },
    }
    import_id = store.record(tx, row, changes)
    facts = {"what": str(sheet.what), "applied": applied, **counted}
    audit.record(tx, at=now, actor=viewer.account_id, action="import.run", subject=f"import:{import_id}", **facts)
    return ImportResult(import_id=import_id, applied=applied, outcomes=plan.outcomes, notes=notes)


def list_page(tx: Tx, viewer: Viewer, *, after: int | None, limit: int) -> tuple[list[ImportRow], int | None]:
    """List imports, the latest first; give also the id of the last row where more follow."""
    rights.require(Right.ADMIN, viewer)
    rows = store.list_page(tx, after=after, limit=limit + 1)
    return cut(rows, limit, lambda row: row.import_id)


def list_own_posts(tx: Tx, viewer: Viewer, *, limit: int, today: dt.date) -> list[ImportSeen]:
    """List the last imports of posts that the viewer made and may open, the latest first."""
    rights.require(Right.OFFICER, viewer)
    rows = store.list_of(tx, viewer.account_id, What.POSTS, limit=limit)
    outside = store.list_reaching_out(tx, [row.import_id for row in rows], rights.officer_scope(viewer, today))
    return [row for row in rows if row.import_id not in outside]


def get(tx: Tx, viewer: Viewer, import_id: int, *, today: dt.date) -> ImportRow:
    """Get an import with the result of each row: any for an administrator, their own posts for an officer.

    As long as every page that it names, and that still stands, lies in the officer's scope.
    """
    rights.require(Right.OFFICER, viewer)
    found = store.find(tx, import_id)
    if found is None or not (rights.allows(Right.ADMIN, viewer) or _is_own(tx, viewer, found, today)):
        raise AppError(Code.NOT_FOUND)
    return found


def take_back(tx: Tx, viewer: Viewer, import_id: int, *, now: dt.datetime, today: dt.date) -> ImportRow:
    """Undo an import, as long as nothing was built upon it."""
    rights.require(Right.OFFICER, viewer)
    store.lock(tx)
    found = get(tx, viewer, import_id, today=today)
    if not found.applied:
        raise AppError(Code.IMPORT_UNDONE, "this import changed nothing")
    if not store.record_undone(tx, import_id, at=now):
        raise AppError(Code.IMPORT_UNDONE)
    undo.take_back(tx, import_id, Stamp(viewer=viewer, now=now, today=today))
    audit.record(tx, at=now, actor=viewer.account_id, action="import.undo", subject=f"import:{import_id}")
    return get(tx, viewer, import_id, today=today)


def kept_rows(row: ImportRow, language: str) -> list[dict[str, Any]]:
    """Give the rows of a kept import in words."""
    return [
        {
            "row": told["row"],
            "status": told["status"],
            "code": told["code"],
            "key": told["key"],
            "words": put(Said[told["said"]], told["values"], language),
        }
        for told in row.result["rows"]
    ]


def kept_notes(row: ImportRow, language: str) -> list[str]:
    """Give in words what was to be known of the whole file of a kept import."""
    return [put(Said[note["said"]], note["values"], language) for note in row.result.get("notes", ())]


def result_json(result: ImportResult, language: str) -> dict[str, Any]:
    """Give a result as the command and the API answer it."""
    return {
        "id": result.import_id,
        "applied": result.applied,
        "rows": [
            {
                "row": o.row,
                "status": str(o.status),
                "code": None if o.code is None else str(o.code),
                "key": o.key,
                "words": o.words(language),
            }
            for o in result.outcomes
        ],
        "totals": result.totals(),
        "notes": [n.words(language) for n in result.notes],
    }


def _is_own(tx: Tx, viewer: Viewer, row: ImportRow, today: dt.date) -> bool:
    if row.what != What.POSTS or row.account_id != viewer.account_id:
        return False
    return not store.list_reaching_out(tx, [row.import_id], rights.officer_scope(viewer, today))


def _plan(tx: Tx, sheet: Sheet, stamp: Stamp) -> Plan:
    match sheet.what:
        case What.UNITS:
            return units.plan(tx, sheet.table, stamp)
        case What.MEMBERS:
            return members.plan(tx, sheet.table, stamp)
        case What.CLAIMS:
            return claims.plan(tx, sheet.table, stamp)
        case What.POSTS:
            return posts.plan(tx, sheet.table, stamp)
        case _ as never:
            assert_never(never)


def _notes(table: Table) -> list[Note]:
    """Say which columns were left out."""
    notes = []
    if table.national_ids:
        notes.append(Note(said=Said.NATIONAL_ID, values={"columns": ", ".join(table.national_ids)}))
    if table.left_out:
        notes.append(Note(said=Said.LEFT_OUT, values={"columns": ", ".join(table.left_out)}))
    return notes


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "row": outcome.row,
        "status": str(outcome.status),
        "code": None if outcome.code is None else str(outcome.code),
        "key": outcome.key,
        "said": outcome.said.name,
        "values": dict(outcome.values),
    }
