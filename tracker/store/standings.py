"""Who stood where: the dated tree below a unit, and the memberships and absences of the people in it.

One statement a function, whatever the number of people. What a standing counts for stands in the domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, or_, select, true

from tracker.domain.ledger import PersonRecord, Span, UnitRecord
from tracker.domain.organisation import Absence as Away
from tracker.domain.organisation import MemberHistory, MemberStatus
from tracker.domain.organisation import Membership as Stay
from tracker.domain.tree import UnitVersion
from tracker.domain.types import MemberId, UnitId
from tracker.store.tables.organisation import Absence, Member, Membership, Unit, UnitAncestry
from tracker.store.tables.organisation import UnitVersion as Version

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from tracker.store.db import Tx

_STATUSES = {status.value: status for status in MemberStatus}


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """Whose rows are read, and of which local days [start_on, end_on).

    A unit and all that stood below it on some of these days; one member alone; or, where both are None, everybody.
    """

    unit_id: int | None
    member_id: int | None
    start_on: dt.date
    end_on: dt.date


def units_of(territory: Territory) -> Any:
    """Select the ids of the territory's units: all that stood there at some time in its days."""
    if territory.member_id is not None:
        return select(Membership.unit_id).where(
            Membership.member_id == territory.member_id, _overlaps(Membership.since, Membership.until, territory)
        )
    return select(UnitAncestry.unit_id).where(
        _below(territory), _overlaps(UnitAncestry.valid_from, UnitAncestry.valid_to, territory)
    )


def of_people(column: Any, territory: Territory) -> ColumnElement[bool]:
    """The member in `column` had a membership in the territory during its days."""
    if territory.member_id is not None:
        own: ColumnElement[bool] = column == territory.member_id
        return own
    if territory.unit_id is None:
        return true()
    standing = select(Membership.member_id).where(
        Membership.unit_id.in_(units_of(territory)), _overlaps(Membership.since, Membership.until, territory)
    )
    there: ColumnElement[bool] = column.in_(standing)
    return there


def list_spans(tx: Tx, territory: Territory) -> list[Span]:
    """List the territory's units with the days on which they stood there (for one member: where the member stood)."""
    spans = (UnitAncestry.unit_id, UnitAncestry.valid_from, UnitAncestry.valid_to)
    wanted = _below(territory)
    if territory.member_id is not None:
        wanted = and_(UnitAncestry.depth == 0, UnitAncestry.unit_id.in_(units_of(territory)))
    query = select(*spans).where(wanted, _overlaps(UnitAncestry.valid_from, UnitAncestry.valid_to, territory))
    return [_span(row) for row in tx.all(query.order_by(UnitAncestry.unit_id, UnitAncestry.valid_from))]


def list_above(tx: Tx, territory: Territory) -> dict[UnitId, list[Span]]:
    """List who stood above the unit asked about (or above the member's units), themselves included, by who is above."""
    if territory.unit_id is None and territory.member_id is None:
        return {}
    below = UnitAncestry.unit_id
    wanted = below == territory.unit_id if territory.member_id is None else below.in_(units_of(territory))
    return _list_bound(tx, wanted, territory)


def list_below(tx: Tx, ancestor_ids: Iterable[int], territory: Territory) -> dict[UnitId, list[Span]]:
    """List the units below some units, themselves included, by who is above."""
    ids = list(ancestor_ids)
    return _list_bound(tx, UnitAncestry.ancestor_id.in_(ids), territory) if ids else {}


def is_above(tx: Tx, ancestor_id: int, unit_id: int, day: dt.date) -> bool:
    """Tell whether a unit on a day stands below another, or is it."""
    there = and_(UnitAncestry.valid_from <= day, or_(UnitAncestry.valid_to.is_(None), UnitAncestry.valid_to > day))
    query = select(UnitAncestry.depth).where(
        UnitAncestry.ancestor_id == ancestor_id, UnitAncestry.unit_id == unit_id, there
    )
    return tx.first(query) is not None


def list_tops(tx: Tx, day: dt.date) -> list[UnitId]:
    """List the units that on a day stand below no other."""
    there = and_(Version.valid_from <= day, or_(Version.valid_to.is_(None), Version.valid_to > day))
    query = select(Version.unit_id).where(Version.parent_id.is_(None), there).order_by(Version.unit_id)
    return [UnitId(unit_id) for unit_id in tx.scalars(query)]


def list_units(tx: Tx, territory: Territory) -> dict[UnitId, UnitRecord]:
    """List the territory's units with what they were called, whenever."""
    columns = (Unit.unit_id, Unit.code, Version.valid_from, Version.valid_to, Version.name, Version.kind)
    query = select(*columns, Version.parent_id).join(Version, Version.unit_id == Unit.unit_id)
    if territory.unit_id is not None or territory.member_id is not None:
        query = query.where(Unit.unit_id.in_(units_of(territory)))
    codes: dict[UnitId, str] = {}
    versions: dict[UnitId, list[UnitVersion]] = {}
    for row in tx.all(query.order_by(Unit.unit_id, Version.valid_from)):
        codes[UnitId(row.unit_id)] = row.code
        versions.setdefault(UnitId(row.unit_id), []).append(
            UnitVersion(
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                name=row.name,
                kind=row.kind,
                parent_id=row.parent_id,
            )
        )
    return {key: UnitRecord(unit_id=key, code=code, versions=tuple(versions[key])) for key, code in codes.items()}


def list_people(tx: Tx, territory: Territory) -> tuple[dict[MemberId, PersonRecord], dict[MemberId, str]]:
    """List the territory's people in the order of their names, with memberships and absences of its days; and names."""
    stays, absences = _list_stays(tx, territory), _list_absences(tx, territory)
    query = select(Member.member_id, Member.full_name, Member.party_role, Member.erased_at)
    query = query.where(of_people(Member.member_id, territory))
    rows: Any = tx.all(query.order_by(Member.name_sort, Member.member_id))
    people = {
        member_id: PersonRecord(
            member_id=member_id,
            party_role=party_role,
            history=MemberHistory(memberships=tuple(stays[member_id]), absences=tuple(absences.get(member_id, ()))),
        )
        for member_id, _, party_role, _ in rows
        if member_id in stays
    }
    return people, {member_id: "" if erased_at else full_name for member_id, full_name, _, erased_at in rows}


def list_names(tx: Tx, member_ids: Iterable[int]) -> dict[MemberId, str]:
    """List the names of members; of the erased, none."""
    ids = sorted(set(member_ids))
    if not ids:
        return {}
    rows = tx.all(select(Member.member_id, Member.full_name, Member.erased_at).where(Member.member_id.in_(ids)))
    return {MemberId(r.member_id): "" if r.erased_at else r.full_name for r in rows}


def list_erased(tx: Tx) -> set[MemberId]:
    """List who was erased."""
    return {MemberId(i) for i in tx.scalars(select(Member.member_id).where(Member.erased_at.is_not(None)))}


def _list_stays(tx: Tx, territory: Territory) -> dict[int, list[Stay]]:
    columns = (Membership.member_id, Membership.unit_id, Membership.status, Membership.since, Membership.until)
    query = select(*columns, Membership.temporary).where(
        of_people(Membership.member_id, territory), _overlaps(Membership.since, Membership.until, territory)
    )
    rows: Any = tx.all(query.order_by(Membership.member_id, Membership.since))
    found: dict[int, list[Stay]] = {}
    for member_id, unit_id, status, since, until, temporary in rows:
        stay = Stay(unit_id=unit_id, status=_STATUSES[status], since=since, until=until, temporary=temporary)
        found.setdefault(member_id, []).append(stay)
    return found


def _list_absences(tx: Tx, territory: Territory) -> dict[int, list[Away]]:
    query = select(Absence.member_id, Absence.from_on, Absence.until_on, Absence.reason).where(
        of_people(Absence.member_id, territory),
        Absence.from_on < territory.end_on,
        Absence.until_on >= territory.start_on,
    )
    found: dict[int, list[Away]] = {}
    for row in tx.all(query.order_by(Absence.member_id, Absence.from_on, Absence.absence_id)):
        away = Away(from_on=row.from_on, until_on=row.until_on, reason=row.reason)
        found.setdefault(row.member_id, []).append(away)
    return found


def _list_bound(tx: Tx, wanted: ColumnElement[bool], territory: Territory) -> dict[UnitId, list[Span]]:
    columns = (UnitAncestry.ancestor_id, UnitAncestry.unit_id, UnitAncestry.valid_from, UnitAncestry.valid_to)
    query = select(*columns).where(wanted, _overlaps(UnitAncestry.valid_from, UnitAncestry.valid_to, territory))
    found: dict[UnitId, list[Span]] = {}
    for row in tx.all(query.order_by(UnitAncestry.ancestor_id, UnitAncestry.unit_id, UnitAncestry.valid_from)):
        found.setdefault(UnitId(row.ancestor_id), []).append(_span(row))
    return found


def _below(territory: Territory) -> ColumnElement[bool]:
    if territory.unit_id is None:
        return UnitAncestry.depth == 0  # each unit under itself
    return UnitAncestry.ancestor_id == territory.unit_id


def _overlaps(from_column: Any, to_column: Any, territory: Territory) -> ColumnElement[bool]:
    """[from, to) and the territory's days share a day."""
    return and_(from_column < territory.end_on, or_(to_column.is_(None), to_column > territory.start_on))


def _span(row: Any) -> Span:
    return Span(unit_id=UnitId(row.unit_id), valid_from=row.valid_from, valid_to=row.valid_to)
