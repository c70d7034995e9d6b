"""Directives as stored: cited by programmes, the same for the whole office."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

from tracker.store import register_rows
from tracker.store.tables.programmes import Programme, ProgrammeDirective
from tracker.store.tables.registers import Directive

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveRow:
    """A directive; `issuer` as named, else as its code says; `repeated`: an earlier one has its code and day."""

    directive_id: int
    code: str
    number: int | None
    document_type: str | None
    issuer: str | None
    issued_on: dt.date
    abstract: str | None
    repeated: bool
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Citing:
    """A programme that cites a directive: of which unit, on which days."""

    unit_id: int
    from_on: dt.date | None
    until_on: dt.date | None


_OWN = (
    *(Directive.directive_id, Directive.code, Directive.number, Directive.document_type, Directive.issuer),
    *(Directive.issued_on, Directive.abstract, Directive.version),
)


def add(tx: Tx, values: dict[str, Any]) -> int:
    """Add a directive."""
    return register_rows.add(tx, Directive.directive_id, values)


def find(tx: Tx, directive_id: int) -> DirectiveRow | None:
    """Find a directive."""
    rows = _rows(tx, _query().where(Directive.directive_id == directive_id))
    return rows[0] if rows else None


def list_page(
    tx: Tx, *, year_start: dt.date | None, year_end: dt.date | None, after: tuple[dt.date, int] | None, limit: int
) -> list[DirectiveRow]:
    """List directives by day; of some days, after a day and id."""
    wanted: list[ColumnElement[bool]] = []
    if year_start is not None:
        wanted.append(Directive.issued_on >= year_start)
    if year_end is not None:
        wanted.append(Directive.issued_on <= year_end)
    if after is not None:
        later = and_(Directive.issued_on == after[0], Directive.directive_id > after[1])
        wanted.append(or_(Directive.issued_on > after[0], later))
    return _rows(tx, _query().where(*wanted).order_by(Directive.issued_on, Directive.directive_id).limit(limit))


def list_latest(tx: Tx, *, limit: int) -> list[DirectiveRow]:
    """List the latest directives, in the order of their days."""
    latest = _query().order_by(Directive.issued_on.desc(), Directive.directive_id.desc()).limit(limit)
    return _rows(tx, latest)[::-1]


def list_named(tx: Tx, directive_ids: Collection[int]) -> list[DirectiveRow]:
    """List directives by id, in the order of their days."""
    if not directive_ids:
        return []
    query = _query().where(Directive.directive_id.in_(set(directive_ids)))
    return _rows(tx, query.order_by(Directive.issued_on, Directive.directive_id))


def list_cited(tx: Tx, programme_ids: Collection[int]) -> list[DirectiveRow]:
    """List the directives that some programmes cite, in the order of their days."""
    if not programme_ids:
        return []
    cited = select(ProgrammeDirective.directive_id).where(ProgrammeDirective.programme_id.in_(set(programme_ids)))
    query = _query().where(Directive.directive_id.in_(cited))
    return _rows(tx, query.order_by(Directive.issued_on, Directive.directive_id))


def change(tx: Tx, directive_id: int, version: int, values: dict[str, Any]) -> bool:
    """Change a directive; False when someone else changed it meanwhile."""
    return register_rows.change(tx, Directive.directive_id, directive_id, version, values)


def remove(tx: Tx, directive_id: int, version: int) -> bool:
    """Remove a directive; False when someone else changed it meanwhile."""
    return register_rows.remove(tx, Directive.directive_id, directive_id, version)


def list_citing(tx: Tx, directive_id: int) -> list[Citing]:
    """List the programmes that cite a directive, with their units and days."""
    query = select(Programme.unit_id, Programme.from_on, Programme.until_on).join(
        ProgrammeDirective, ProgrammeDirective.programme_id == Programme.programme_id
    )
    query = query.where(ProgrammeDirective.directive_id == directive_id).order_by(Programme.programme_id)
    return [Citing(**row._mapping) for row in tx.all(query)]  # noqa: SLF001 - SQLAlchemy's public name


def is_cited(tx: Tx, directive_id: int) -> bool:
    """Tell whether a programme cites a directive; none begins to until the transaction ends."""
    register_rows.seize(tx, Directive.directive_id, directive_id)
    return bool(tx.scalar(select(exists().where(ProgrammeDirective.directive_id == directive_id))))


def _query() -> Any:
    earlier = Directive.__table__.alias("earlier")
    same = and_(earlier.c.code == Directive.code, earlier.c.issued_on == Directive.issued_on)
    repeated = exists().where(same, earlier.c.directive_id < Directive.directive_id)
    return select(*_OWN, repeated.label("repeated"))


def _rows(tx: Tx, query: Any) -> list[DirectiveRow]:
    return [
        DirectiveRow(**(dict(row._mapping) | {"repeated": bool(row.repeated)}))  # noqa: SLF001 - SQLAlchemy's public name
        for row in tx.all(query)
    ]
