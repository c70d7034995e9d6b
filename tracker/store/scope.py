"""A viewer's scope as SQL predicates: one function for units, one for what belongs to a member in a unit."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from tracker.store.tables.organisation import Membership, UnitAncestry

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.rights import Scope


def valid_on(from_column: Any, to_column: Any, day: dt.date | Any) -> ColumnElement[bool]:
    """The row is valid on a day; [from, to) with an open end."""
    return and_(from_column <= day, or_(to_column.is_(None), to_column > day))


@functools.lru_cache(maxsize=512)
def units_below(unit_id: int, day: dt.date) -> Any:
    """Select the ids of a unit and all below it on a day; one that has ended by then belongs where it stood last.

    What was done in a merged unit would otherwise be nobody's to read or to decide on but an administrator's.
    Almost every question stands on it, often several times, and writing it anew costs more than asking it.
    """
    there = valid_on(UnitAncestry.valid_from, UnitAncestry.valid_to, day)
    return select(UnitAncestry.unit_id).where(UnitAncestry.ancestor_id == unit_id, or_(there, _ended_by(day)))


def _ended_by(day: dt.date) -> ColumnElement[bool]:
    """The row of the closure is a unit's last, and that unit has ended by a day."""
    itself = aliased(UnitAncestry)
    goes_on = exists().where(
        *(itself.ancestor_id == UnitAncestry.unit_id, itself.unit_id == UnitAncestry.unit_id),
        or_(itself.valid_to.is_(None), itself.valid_to > UnitAncestry.valid_to),
    )
    return and_(UnitAncestry.valid_to <= day, ~goes_on)


def unit_in_scope(column: Any, scope: Scope) -> ColumnElement[bool]:
    """The unit in `column` lies in the scope."""
    if scope.everything:
        return true()
    return column.in_(units_below(scope.unit_id, scope.on)) if scope.unit_id is not None else false()


def unit_asked(column: Any, unit_id: int | None, scope: Scope) -> ColumnElement[bool]:
    """The unit in `column` lies in the scope and, where one is asked about, is that one or stands below it."""
    here = unit_in_scope(column, scope)
    return here if unit_id is None else and_(here, column.in_(units_below(unit_id, scope.on)))


def owned_in_scope(unit_column: Any, member_column: Any, scope: Scope) -> ColumnElement[bool]:
    """A thing that belongs to a member in a unit lies in the scope: by its unit, or as the viewer's own."""
    by_unit = unit_in_scope(unit_column, scope)
    return by_unit if scope.member_id is None else or_(by_unit, member_column == scope.member_id)


def member_in_scope(column: Any, scope: Scope) -> ColumnElement[bool]:
    """The member in `column` stands (also temporarily) in a unit of the scope on its day, or is the viewer."""
    if scope.everything:
        return true()
    own = column == scope.member_id if scope.member_id is not None else false()
    if scope.unit_id is None:
        return own
    standing = select(Membership.member_id).where(
        Membership.unit_id.in_(units_below(scope.unit_id, scope.on)),
        valid_on(Membership.since, Membership.until, scope.on),
    )
    return or_(column.in_(standing), own)
