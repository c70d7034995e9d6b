"""The register of directives: documents of the whole office that programmes cite; number, day, issuer, abstract."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.domain import rights
from tracker.domain.directives import DirectiveWarning, Numbering, issuer_differs, parse_code
from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text
from tracker.domain.periods import check_day
from tracker.domain.rights import Right
from tracker.services import scoped
from tracker.services.paging import cut
from tracker.services.restating_registers import restate_binding, running
from tracker.store import audit
from tracker.store import directives as store

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tracker.domain.types import Viewer
    from tracker.store.db import Tx
    from tracker.store.directives import DirectiveRow


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDirective:
    """A directive as typed: the code as printed, the issuer only where it is named beside it."""

    code: str
    issued_on: dt.date
    issuer: str | None = None
    abstract: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Directive:
    """A directive with what was read in its code and what should be looked at; `issuer_code` stands in the code."""

    directive_id: int
    code: str
    numbering: Numbering | None
    number: int | None
    document_type: str | None
    issuer: str | None
    issuer_code: str | None
    issued_on: dt.date
    abstract: str | None
    warnings: tuple[DirectiveWarning, ...]
    version: int


def create(tx: Tx, viewer: Viewer, new: NewDirective, *, now: dt.datetime) -> Directive:
    """Register a directive."""
    rights.require(Right.OFFICER, viewer)
    made = store.add(tx, _values(new) | {"created_at": now})
    _note(tx, viewer, "directive.create", made, now=now)
    return get(tx, viewer, made)


def get(tx: Tx, viewer: Viewer, directive_id: int) -> Directive:
    """Get a directive."""
    rights.require(Right.READ, viewer)
    return _told(scoped.get_found(store.find(tx, directive_id)))


def list_page(
    tx: Tx, viewer: Viewer, *, year: int | None = None, after: tuple[dt.date, int] | None, limit: int
) -> tuple[list[Directive], tuple[dt.date, int] | None]:
    """List directives in the order of their days, of a year or all; give also the last row's mark where more follow."""
    rights.require(Right.READ, viewer)
    found = store.list_page(
        tx,
        year_start=dt.date(year, 1, 1) if year else None,
        year_end=dt.date(year, 12, 31) if year else None,
        after=after,
        limit=limit + 1,
    )
    rows, more = cut(found, limit, lambda row: (row.issued_on, row.directive_id))
    return [_told(row) for row in rows], more


def list_named(tx: Tx, viewer: Viewer, directive_ids: Collection[int]) -> list[Directive]:
    """List directives by id, in the order of their days."""
    rights.require(Right.READ, viewer)
    return [_told(row) for row in store.list_named(tx, directive_ids)]


def list_latest(tx: Tx, viewer: Viewer, *, limit: int) -> list[Directive]:
    """List the latest directives, in the order of their days."""
    rights.require(Right.READ, viewer)
    return [_told(row) for row in store.list_latest(tx, limit=limit)]


def list_cited(tx: Tx, programme_ids: Collection[int]) -> list[Directive]:
    """List the directives that some programmes cite, in the order of their days; the caller may read these."""
    return [_told(row) for row in store.list_cited(tx, programme_ids)]


def change(tx: Tx, viewer: Viewer, current: Directive, changes: Mapping[str, Any], *, now: dt.datetime) -> Directive:
    """Change a directive; `changes` holds the fields of NewDirective that are to be different."""
    rights.require(Right.OFFICER, viewer)
    named = current.issuer if current.issuer != current.issuer_code else None
    fields: dict[str, Any] = {"code": current.code, "issued_on": current.issued_on, "abstract": current.abstract}
    fields |= {"issuer": named} | dict(changes)
    if not store.change(tx, current.directive_id, current.version, _values(NewDirective(**fields))):
        raise AppError(Code.ETAG_STALE)
    _note(tx, viewer, "directive.change", current.directive_id, now=now, fields=sorted(changes))
    found = get(tx, viewer, current.directive_id)
    _restate(tx, viewer, current, found, now=now)
    return found


def remove(tx: Tx, viewer: Viewer, current: Directive, *, now: dt.datetime) -> None:
    """Remove a directive that no programme cites."""
    rights.require(Right.OFFICER, viewer)
    if store.is_cited(tx, current.directive_id):
        raise AppError(Code.IN_USE, "a programme cites this directive")
    if not store.remove(tx, current.directive_id, current.version):
        raise AppError(Code.ETAG_STALE)
    _note(tx, viewer, "directive.remove", current.directive_id, now=now)


def _values(new: NewDirective) -> dict[str, Any]:
    check_day(new.issued_on, "issued_on")
    read = parse_code(new.code)
    if not read.code:
        raise AppError(Code.FIELD_INVALID, "code: write the document's number", field="code")
    return {
        "code": read.code,
        "number": read.number,
        "document_type": read.document_type,
        "issuer": clean_text(new.issuer or "") or read.issuer,
        "issued_on": new.issued_on,
        "abstract": clean_text(new.abstract or "") or None,
    }


def _told(row: DirectiveRow) -> Directive:
    read = parse_code(row.code)
    found = {
        DirectiveWarning.UNREAD: read.numbering is None,
        DirectiveWarning.ISSUER: issuer_differs(read.issuer, row.issuer),
        DirectiveWarning.REPEATED: row.repeated,
    }
    return Directive(
        directive_id=row.directive_id,
        code=row.code,
        numbering=read.numbering,
        number=row.number,
        document_type=row.document_type,
        issuer=row.issuer,
        issuer_code=read.issuer,
        issued_on=row.issued_on,
        abstract=row.abstract,
        warnings=tuple(warning for warning, there in found.items() if there),
        version=row.version,
    )


def _restate(tx: Tx, viewer: Viewer, before: Directive, after: Directive, *, now: dt.datetime) -> None:
    """Tell the closed periods in which a programme ran that cites it."""
    citing = store.list_citing(tx, after.directive_id)
    reaches = [running(row.unit_id, row.from_on, row.until_on) for row in citing]
    told = [{"code": one.code, "issued_on": one.issued_on.isoformat()} for one in (before, after)]
    restate_binding(tx, viewer, f"directive:{after.directive_id}", reaches, *told, now=now)


def _note(tx: Tx, viewer: Viewer, action: str, directive_id: int, *, now: dt.datetime, **facts: Any) -> None:
    audit.record(tx, at=now, actor=viewer.account_id, action=action, subject=f"directive:{directive_id}", **facts)
