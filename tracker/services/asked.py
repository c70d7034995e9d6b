"""Whose figures a viewer may ask for: a unit and all below it, or one's own rows; refused otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.organisation import deciding_day
from tracker.domain.rights import Right
from tracker.domain.types import Role, UnitId
from tracker.store import members, scoping, standings, units

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.periods import Period
    from tracker.domain.types import MemberId, Viewer
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose rows: of a unit and all below (None: of everybody), or, with `member_id`, of one member alone."""

    unit_id: UnitId | None
    member_id: MemberId | None = None


def get_asked(tx: Tx, viewer: Viewer, unit_id: int | None, period: Period, *, today: dt.date) -> Asked:
    """Give whose rows a viewer asks for: an officer's unit or one below; a member's own rows.

    Without a unit it is the viewer's own scope. An officer may also ask for a unit that stood below theirs in the
    period's last days. What lies outside is `thing.not_found`.
    """
    rights.require(Right.READ_OR_SELF, viewer)
    if viewer.role is Role.MEMBER:
        return _own(tx, viewer, unit_id, today)
    wanted = unit_id if unit_id is not None else viewer.unit_id
    if wanted is None and viewer.role is Role.ADMIN:
        return Asked(unit_id=None)
    if wanted is not None and reads_unit(tx, viewer, wanted, period, today=today):
        return Asked(unit_id=UnitId(wanted))
    if viewer.member_id is None:
        raise AppError(Code.NOT_FOUND)
    return _own(tx, viewer, unit_id, today)


def get_unit(tx: Tx, viewer: Viewer, unit_id: int | None, period: Period, *, today: dt.date) -> UnitId:
    """Give the unit of a report or a close: the one named, else the viewer's own, else the one at the top."""
    wanted = unit_id if unit_id is not None else viewer.unit_id
    if wanted is None:
        wanted = _top(tx, today)
    if not reads_unit(tx, viewer, wanted, period, today=today):
        raise AppError(Code.NOT_FOUND)
    return UnitId(wanted)


def get_unit_of_code(tx: Tx, code: str) -> UnitId:
    """Give the unit of a code, as the command line names it."""
    found = units.find_id(tx, code)
    if found is None:
        raise AppError(Code.NOT_FOUND, f"there is no unit with the code {code}")
    return UnitId(found)


def reads_unit(tx: Tx, viewer: Viewer, unit_id: int, period: Period, *, today: dt.date) -> bool:
    """Say whether a viewer reads a unit as an officer: it stands in their scope today, or did at the period's end."""
    scope = rights.officer_scope(viewer, today)
    then = replace(scope, on=deciding_day(period, today))
    return scoping.has_unit(tx, unit_id, scope) or scoping.has_unit(tx, unit_id, then)


def _own(tx: Tx, viewer: Viewer, unit_id: int | None, today: dt.date) -> Asked:
    """Give one's own rows; a unit may be named that one has stood in."""
    if viewer.member_id is None:
        raise AppError(Code.NOT_FOUND)
    stays = members.list_stays(tx, [viewer.member_id]).get(viewer.member_id, [])
    if unit_id is not None and all(stay.unit_id != unit_id for stay in stays):
        raise AppError(Code.NOT_FOUND)
    here = next((s.unit_id for s in stays if s.covers(today) and not s.temporary), None)
    return Asked(unit_id=UnitId(unit_id) if unit_id is not None else here, member_id=viewer.member_id)


def _top(tx: Tx, today: dt.date) -> int:
    tops = standings.list_tops(tx, today)
    if len(tops) != 1:
        raise AppError(Code.FIELD_INVALID, "name the unit (unit=)", field="unit")
    return tops[0]
