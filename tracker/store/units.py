"""Units as stored: identity, dated versions, groups, successors and the dated closure of the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from tracker.domain.names import collation_key, fold
from tracker.domain.tree import Ancestor, Place, UnitVersion
from tracker.domain.units import GroupRow, UnitKey, UnitRow
from tracker.store.scope import unit_in_scope, valid_on
from tracker.store.tables.organisation import Unit, UnitAncestry, UnitGroup, UnitSuccessor
from tracker.store.tables.organisation import UnitVersion as Version

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select

    from tracker.domain.rights import Scope
    from tracker.store.db import Tx

CHUNK = 500  # parameters of one IN list; both databases take more, neither gains by it


def list_units(
    tx: Tx,
    scope: Scope,
    *,
    on: dt.date,
    q: str | None = None,
    parent_id: int | None = None,
    unit_ids: Iterable[int] | None = None,
    by_code: bool = False,
    after: tuple[str, int] | None = None,
    limit: int | None = None,
) -> list[UnitRow]:
    """List the units of a day in a scope, by name or by code, after a row's (sort value, id)."""
    sort = Unit.code if by_code else Version.name_sort
    query = _rows_on(on).where(unit_in_scope(Unit.unit_id, scope)).order_by(sort, Unit.unit_id).limit(limit)
    if q is not None:
        query = query.where(_matches(q))
    if parent_id is not None:
        query = query.where(Version.parent_id == parent_id)
    if unit_ids is not None:
        query = query.where(Unit.unit_id.in_(list(unit_ids)))
    if after is not None:
        query = query.where(or_(sort > after[0], and_(sort == after[0], Unit.unit_id > after[1])))
    return [UnitRow(**row._mapping) for row in tx.all(query)]  # noqa: SLF001 - SQLAlchemy's public name


def count_units(tx: Tx, scope: Scope, *, on: dt.date, q: str | None, most: int) -> int:
    """Count the units of a day in a scope, at most so many."""
    query = _rows_on(on).where(unit_in_scope(Unit.unit_id, scope))
    asked = (query if q is None else query.where(_matches(q))).limit(most)
    found: int = tx.scalar(select(func.count()).select_from(asked.subquery()))
    return found


def find_key(tx: Tx, unit_id: int, scope: Scope) -> UnitKey | None:
    """Find a unit of a scope."""
    columns = (Unit.unit_id, Unit.code, Unit.version)
    row = tx.first(select(*columns).where(Unit.unit_id == unit_id, unit_in_scope(Unit.unit_id, scope)))
    return None if row is None else UnitKey(**row._mapping)  # noqa: SLF001 - the same


def find_id(tx: Tx, code: str) -> int | None:
    """Find the unit of a code."""
    found: int | None = tx.scalar(select(Unit.unit_id).where(Unit.code == code))
    return found


def list_codes(tx: Tx) -> dict[str, int]:
    """Give all units by code."""
    return {row.code: row.unit_id for row in tx.all(select(Unit.code, Unit.unit_id))}


def list_versions(tx: Tx, unit_ids: Iterable[int]) -> dict[int, list[UnitVersion]]:
    """Give the versions of units, each in order of days."""
    columns = (Version.unit_id, Version.valid_from, Version.valid_to, Version.name, Version.kind, Version.parent_id)
    found: dict[int, list[UnitVersion]] = {}
    for ids in chunks(unit_ids):
        for row in tx.all(
            select(*columns).where(Version.unit_id.in_(ids)).order_by(Version.unit_id, Version.valid_from)
        ):
            version = UnitVersion(
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                name=row.name,
                kind=row.kind,
                parent_id=row.parent_id,
            )
            found.setdefault(row.unit_id, []).append(version)
    return found


def list_names(tx: Tx, unit_ids: Iterable[int], on: dt.date) -> dict[int, str]:
    """Give the names of units on a day."""
    query = select(Version.unit_id, Version.name).where(
        Version.unit_id.in_(list(unit_ids)), valid_on(Version.valid_from, Version.valid_to, on)
    )
    return {row.unit_id: row.name for row in tx.all(query)}


def list_places(tx: Tx, unit_ids: Iterable[int] | None = None) -> dict[int, list[Place]]:
    """Give where units (all, if none are named) have stood, each in order of days."""
    columns = (Version.unit_id, Version.valid_from, Version.valid_to, Version.parent_id)
    query = select(*columns).order_by(Version.unit_id, Version.valid_from)
    parts = [query] if unit_ids is None else [query.where(Version.unit_id.in_(ids)) for ids in chunks(unit_ids)]
    found: dict[int, list[Place]] = {}
    for part in parts:
        for row in tx.all(part):
            place = Place(valid_from=row.valid_from, valid_to=row.valid_to, parent_id=row.parent_id)
            found.setdefault(row.unit_id, []).append(place)
    return found


def list_ancestors(tx: Tx, unit_id: int) -> list[int]:
    """Give a unit and all that ever stood above it."""
    return list(tx.scalars(select(UnitAncestry.ancestor_id).where(UnitAncestry.unit_id == unit_id).distinct()))


def list_groups(tx: Tx, unit_ids: Iterable[int]) -> dict[int, list[GroupRow]]:
    """Give the groups of units, oldest first."""
    columns = (UnitGroup.group_id, UnitGroup.unit_id, UnitGroup.kind, UnitGroup.established_on)
    found: dict[int, list[GroupRow]] = {}
    for ids in chunks(unit_ids):
        query = select(*columns).where(UnitGroup.unit_id.in_(ids))
        for row in tx.all(query.order_by(UnitGroup.established_on, UnitGroup.group_id)):
            found.setdefault(row.unit_id, []).append(GroupRow(**row._mapping))  # noqa: SLF001 - the same
    return found


def list_successors(tx: Tx, unit_ids: Iterable[int]) -> dict[int, int]:
    """Give the latest successor of each unit that has one."""
    found: dict[int, int] = {}
    columns = (UnitSuccessor.unit_id, UnitSuccessor.successor_id)
    for ids in chunks(unit_ids):
        query = select(*columns).where(UnitSuccessor.unit_id.in_(ids)).order_by(UnitSuccessor.since)
        found |= {row.unit_id: row.successor_id for row in tx.all(query)}
    return found


def record_units(tx: Tx, codes: Sequence[str], *, now: dt.datetime) -> dict[str, int]:
    """Make units; give the id of each code that was not taken."""
    if not codes:
        return {}
    statement = tx.insert(Unit).on_conflict_do_nothing().returning(Unit.unit_id, Unit.code)
    rows = tx.execute(statement, [{"code": code, "created_at": now} for code in codes]).all()
    return {row.code: row.unit_id for row in rows}


def record_versions(tx: Tx, versions: Mapping[int, Sequence[UnitVersion]]) -> None:
    """Put the versions of units in place of those they had."""
    for ids in chunks(versions):
        tx.execute(delete(Version).where(Version.unit_id.in_(ids)))
    tx.insert_rows(Version, (_version_row(unit_id, v) for unit_id, listed in versions.items() for v in listed))


def record_ancestry(tx: Tx, unit_ids: Iterable[int], rows: Iterable[Ancestor]) -> None:
    """Put the closure's rows of units in place of those they had."""
    for ids in chunks(unit_ids):
        tx.execute(delete(UnitAncestry).where(UnitAncestry.unit_id.in_(ids)))
    tx.insert_rows(
        UnitAncestry,
        (
            {
                "ancestor_id": row.ancestor_id,
                "unit_id": row.unit_id,
                "valid_from": row.valid_from,
                "valid_to": row.valid_to,
                "depth": row.depth,
            }
            for row in rows
        ),
    )


def record_change(tx: Tx, unit_id: int, *, version: int, code: str) -> bool:
    """Count a unit's version up and set its code; False when someone else changed it meanwhile."""
    changed = update(Unit).where(Unit.unit_id == unit_id, Unit.version == version)
    return tx.changed(changed.values(version=version + 1, code=code)) == 1


def count_up(tx: Tx, unit_ids: Iterable[int]) -> None:
    """Count the versions of units up."""
    for ids in chunks(unit_ids):
        tx.execute(update(Unit).where(Unit.unit_id.in_(ids)).values(version=Unit.version + 1))


def record_successor(tx: Tx, unit_id: int, successor_id: int | None, *, since: dt.date) -> None:
    """Set who took over from a unit, or (None) that nobody did."""
    tx.execute(delete(UnitSuccessor).where(UnitSuccessor.unit_id == unit_id))
    if successor_id is not None:
        tx.execute(tx.insert(UnitSuccessor), {"unit_id": unit_id, "successor_id": successor_id, "since": since})


def record_group(tx: Tx, unit_id: int, *, kind: str, established_on: dt.date) -> int:
    """Put down a group; give its id."""
    made: int = tx.scalar(
        tx.insert(UnitGroup)
        .values(unit_id=unit_id, kind=kind, established_on=established_on)
        .returning(UnitGroup.group_id)
    )
    return made


def list_group_kinds(tx: Tx, scope: Scope, *, limit: int) -> list[str]:
    """List the kinds of groups that units of a scope have, the most frequent first."""
    query = select(UnitGroup.kind).where(unit_in_scope(UnitGroup.unit_id, scope)).group_by(UnitGroup.kind)
    return list(tx.scalars(query.order_by(func.count().desc(), UnitGroup.kind).limit(limit)))


def chunks(values: Iterable[int]) -> Iterator[list[int]]:
    """Part ids into lists short enough for one statement."""
    listed = list(values)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]


def _rows_on(on: dt.date) -> Select[*tuple[Any, ...]]:
    """Select units with their version of a day."""
    above, every = aliased(Version), aliased(Version)
    of_unit = every.unit_id == Unit.unit_id
    first = select(func.min(every.valid_from)).where(of_unit).scalar_subquery()
    last = select(every.valid_to).where(of_unit).order_by(every.valid_from.desc()).limit(1).scalar_subquery()
    return (
        select(
            Unit.unit_id,
            Unit.code,
            Unit.version,
            Version.name,
            Version.name_sort,
            Version.kind,
            Version.parent_id,
            above.name.label("parent_name"),
            Version.valid_from.label("since"),
            first.label("valid_from"),
            last.label("valid_to"),
        )
        .join(Version, Version.unit_id == Unit.unit_id)
        .outerjoin(above, and_(above.unit_id == Version.parent_id, valid_on(above.valid_from, above.valid_to, on)))
        .where(valid_on(Version.valid_from, Version.valid_to, on))
    )


def _matches(q: str) -> ColumnElement[bool]:
    """Every word stands in the name, whatever its marks, or the code begins so."""
    words = [Version.name_folded.contains(word, autoescape=True) for word in fold(q).split()]
    return or_(and_(*words), func.lower(Unit.code).startswith(q.lower(), autoescape=True))


def _version_row(unit_id: int, version: UnitVersion) -> dict[str, Any]:
    return {
        "unit_id": unit_id,
        "valid_from": version.valid_from,
        "valid_to": version.valid_to,
        "name": version.name,
        "name_folded": fold(version.name),
        "name_sort": collation_key(version.name),
        "kind": version.kind,
        "parent_id": version.parent_id,
    }
