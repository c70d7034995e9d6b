"""Programmes as stored: what a unit registers, with measures and cited directives. They bind the unit and all below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, or_, select, update

from tracker.domain.ledger import ProgrammeRecord
from tracker.domain.types import ProgrammeId, UnitId
from tracker.store import register_rows
from tracker.store.scope import unit_asked, unit_in_scope, valid_on
from tracker.store.standings import Territory, units_of
from tracker.store.tables.organisation import Membership, UnitAncestry, UnitVersion
from tracker.store.tables.programmes import Programme, ProgrammeDirective, ProgrammeMeasure, Target
from tracker.store.tables.registers import Activity, ChannelPost, Directive

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Sequence

    from tracker.domain.rights import Scope
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeRow:
    """A programme with the name and kind of its unit as of the day asked."""

    programme_id: ProgrammeId
    unit_id: UnitId
    unit_name: str
    unit_kind: str
    name: str
    from_on: dt.date | None
    until_on: dt.date | None
    is_new: bool
    continues_id: ProgrammeId | None
    wide_reach_clicks: int | None
    outcome_amount: int | None
    outcome_qualifier: str | None
    outcome_words: str | None
    version: int
    measures: tuple[str, ...] = ()
    directive_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeFilter:
    """Which programmes of a scope are asked for: of a unit and all below it, running in a year, after an id."""

    unit_id: int | None = None
    year_start: dt.date | None = None
    year_end: dt.date | None = None  # the year's last day
    new_only: bool = False  # registered as new, in that year where one is named
    binding: bool = False  # also of units above the scope, which bind it


_OWN = (
    Programme.programme_id,
    Programme.unit_id,
    Programme.name,
    Programme.from_on,
    Programme.until_on,
    Programme.is_new,
    Programme.continues_id,
    Programme.wide_reach_clicks,
    Programme.outcome_amount,
    Programme.outcome_qualifier,
    Programme.outcome_words,
    Programme.version,
)


def reads(column: Any, scope: Scope) -> ColumnElement[bool]:
    """The unit in `column` lies in the scope, or stands above it on its day: what binds a viewer may be read."""
    parts = [unit_in_scope(column, scope)]
    if scope.unit_id is not None:
        parts.append(column.in_(_above(UnitAncestry.unit_id == scope.unit_id, scope.on)))
    if scope.member_id is not None:
        standing = select(Membership.unit_id).where(
            Membership.member_id == scope.member_id, valid_on(Membership.since, Membership.until, scope.on)
        )
        parts.append(column.in_(_above(UnitAncestry.unit_id.in_(standing), scope.on)))
    return or_(*parts)


def add(tx: Tx, values: dict[str, Any], *, measures: Sequence[str], directive_ids: Iterable[int]) -> ProgrammeId:
    """Add a programme."""
    made: int = tx.scalar(tx.insert(Programme).values(values).returning(Programme.programme_id))
    _set_measures(tx, made, measures)
    _set_directives(tx, made, directive_ids)
    return ProgrammeId(made)


def find(tx: Tx, programme_id: int, scope: Scope, *, binding: bool, on: dt.date) -> ProgrammeRow | None:
    """Find a programme of a scope; `binding`: also one of a unit above, which binds it."""
    allowed = reads(Programme.unit_id, scope) if binding else unit_in_scope(Programme.unit_id, scope)
    rows = _rows(tx, _query(on).where(Programme.programme_id == programme_id, allowed))
    return rows[0] if rows else None


def list_page(
    tx: Tx, scope: Scope, asked: ProgrammeFilter, *, on: dt.date, after: int | None, limit: int
) -> list[ProgrammeRow]:
    """List programmes of a scope in the order they were registered."""
    query = _query(on).where(*_asked(scope, asked)).order_by(Programme.programme_id).limit(limit)
    return _rows(tx, query if after is None else query.where(Programme.programme_id > after))


def list_titles(tx: Tx, programme_ids: Collection[int]) -> dict[int, str]:
    """Give the names of programmes by id."""
    query = select(Programme.programme_id, Programme.name).where(Programme.programme_id.in_(set(programme_ids)))
    return {row.programme_id: row.name for row in tx.all(query)} if programme_ids else {}


def tally(tx: Tx, scope: Scope, asked: ProgrammeFilter, *, on: dt.date) -> list[tuple[str, int, int]]:
    """Count all programmes that are asked for, and the new ones of them (of that year, where one is named), by kind."""
    new = and_(Programme.is_new.is_(True), *_begun_in(asked))
    marks = case((new, 1), else_=0).label("new")
    of_kind = select(_of_unit(UnitVersion.kind, on).label("kind"), marks).where(*_asked(scope, asked)).subquery()
    query = select(of_kind.c.kind, func.count().label("all"), func.sum(of_kind.c.new).label("new"))
    return [(row.kind, row.all, int(row.new)) for row in tx.all(query.group_by(of_kind.c.kind))]


def list_binding(tx: Tx, territory: Territory, above: Collection[int]) -> dict[ProgrammeId, ProgrammeRecord]:
    """List the programmes that run in a territory's days: of its units and of those above."""
    columns = (Programme.programme_id, Programme.unit_id, Programme.name, Programme.from_on, Programme.until_on)
    query = select(*columns, Programme.is_new, Programme.wide_reach_clicks).where(
        or_(Programme.from_on.is_(None), Programme.from_on < territory.end_on),
        or_(Programme.until_on.is_(None), Programme.until_on >= territory.start_on),
    )
    if territory.unit_id is not None or territory.member_id is not None:
        there = or_(Programme.unit_id.in_(list(above)), Programme.unit_id.in_(units_of(territory)))
        query = query.where(there)
    return {
        ProgrammeId(row.programme_id): ProgrammeRecord(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
        for row in tx.all(query.order_by(Programme.programme_id))
    }


def change(tx: Tx, programme_id: int, version: int, values: dict[str, Any]) -> bool:
    """Change a programme; False when someone else changed it meanwhile."""
    fields = dict(values)
    measures, directives = fields.pop("measures", None), fields.pop("directive_ids", None)
    at = update(Programme).where(Programme.programme_id == programme_id, Programme.version == version)
    if tx.changed(at.values(version=version + 1, **fields)) != 1:
        return False
    if measures is not None:
        _set_measures(tx, programme_id, measures)
    if directives is not None:
        _set_directives(tx, programme_id, directives)
    return True


def remove(tx: Tx, programme_id: int, version: int) -> bool:
    """Remove a programme; False when someone else changed it meanwhile."""
    _set_measures(tx, programme_id, ())
    _set_directives(tx, programme_id, ())
    at = delete(Programme).where(Programme.programme_id == programme_id, Programme.version == version)
    return tx.changed(at) == 1


def hold(tx: Tx, programme_id: int) -> bool:
    """Keep a programme from being removed until the transaction ends; False where it is gone."""
    return register_rows.hold(tx, Programme.programme_id, [programme_id]) == 1


def is_used(tx: Tx, programme_id: int) -> bool:
    """Tell whether a target, a continuation, an activity or a post names a programme; none begins to meanwhile."""
    register_rows.seize(tx, Programme.programme_id, programme_id)
    named = (Target.programme_id, Programme.continues_id, Activity.programme_id, ChannelPost.programme_id)
    return any(tx.scalar(select(exists().where(column == programme_id))) for column in named)


def hold_directives(tx: Tx, directive_ids: Collection[int]) -> bool:
    """Keep these directives from being removed until the transaction ends; False where not all are there."""
    return register_rows.hold(tx, Directive.directive_id, directive_ids) == len(set(directive_ids))


def _above(wanted: ColumnElement[bool], on: dt.date) -> Any:
    return select(UnitAncestry.ancestor_id).where(wanted, valid_on(UnitAncestry.valid_from, UnitAncestry.valid_to, on))


def _asked(scope: Scope, asked: ProgrammeFilter) -> list[ColumnElement[bool]]:
    here = reads(Programme.unit_id, scope) if asked.binding else unit_in_scope(Programme.unit_id, scope)
    wanted = [here] if asked.unit_id is None else [here, unit_asked(Programme.unit_id, asked.unit_id, scope)]
    if asked.year_end is not None:
        wanted.append(or_(Programme.from_on.is_(None), Programme.from_on <= asked.year_end))
    if asked.new_only:
        wanted += [Programme.is_new.is_(True), *_begun_in(asked)]
    if asked.year_start is not None:
        wanted.append(or_(Programme.until_on.is_(None), Programme.until_on >= asked.year_start))
    return wanted


def _begun_in(asked: ProgrammeFilter) -> list[ColumnElement[bool]]:
    """Those that run in the year and began in it; the others began before, or nobody knows when."""
    return [] if asked.year_start is None else [Programme.from_on >= asked.year_start]


def _of_unit(column: Any, on: dt.date) -> Any:
    """The unit's name or kind on a day; of one that has ended, the last it had; before its beginning, the first."""
    of_unit = UnitVersion.unit_id == Programme.unit_id
    begun = select(column).where(and_(of_unit, UnitVersion.valid_from <= on)).order_by(UnitVersion.valid_from.desc())
    first = select(column).where(of_unit).order_by(UnitVersion.valid_from)
    return func.coalesce(begun.limit(1).scalar_subquery(), first.limit(1).scalar_subquery(), "")


def _query(on: dt.date) -> Any:
    name, kind = _of_unit(UnitVersion.name, on).label("unit_name"), _of_unit(UnitVersion.kind, on).label("unit_kind")
    return select(*_OWN, name, kind)


def _rows(tx: Tx, query: Any) -> list[ProgrammeRow]:
    rows = tx.all(query)
    ids = [row.programme_id for row in rows]
    if not ids:
        return []
    measures = select(ProgrammeMeasure.programme_id, ProgrammeMeasure.words).where(
        ProgrammeMeasure.programme_id.in_(ids)
    )
    directives = select(ProgrammeDirective.programme_id, ProgrammeDirective.directive_id).where(
        ProgrammeDirective.programme_id.in_(ids)
    )
    said = _gathered(tx.all(measures.order_by(ProgrammeMeasure.programme_id, ProgrammeMeasure.position)))
    cited = _gathered(tx.all(directives.order_by(ProgrammeDirective.programme_id, ProgrammeDirective.directive_id)))
    return [
        ProgrammeRow(
            **row._mapping,  # noqa: SLF001 - SQLAlchemy's public name
            measures=tuple(said.get(row.programme_id, ())),
            directive_ids=tuple(cited.get(row.programme_id, ())),
        )
        for row in rows
    ]


def _gathered(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for programme_id, value in rows:
        found.setdefault(programme_id, []).append(value)
    return found


def _set_measures(tx: Tx, programme_id: int, measures: Sequence[str]) -> None:
    tx.execute(delete(ProgrammeMeasure).where(ProgrammeMeasure.programme_id == programme_id))
    rows = [{"programme_id": programme_id, "position": n, "words": w} for n, w in enumerate(measures)]
    tx.insert_rows(ProgrammeMeasure, rows)


def _set_directives(tx: Tx, programme_id: int, directive_ids: Iterable[int]) -> None:
    tx.execute(delete(ProgrammeDirective).where(ProgrammeDirective.programme_id == programme_id))
    rows = [{"programme_id": programme_id, "directive_id": d} for d in sorted(set(directive_ids))]
    tx.insert_rows(ProgrammeDirective, rows)
