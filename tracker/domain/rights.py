"""Who may do what, and whose things they see. Pure; services ask here first, routes name the right they need."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.errors import AppError, Code
from tracker.domain.types import Role

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.types import MemberId, UnitId, Viewer


class Right(enum.StrEnum):
    """What a route or service needs of the viewer (contract.md, column «who»)."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    MEMBER = "member"  # an account of any role that is also a member
    FILE = "file"  # a member for themselves; an officer for a member
    READ = "read"  # officer, auditor, administrator
    READ_OR_SELF = "read_or_self"  # the same, and a member their own rows
    OFFICER = "officer"  # officer, administrator
    ADMIN = "admin"
    AUDIT = "audit"  # administrator, auditor


_ROLES: dict[Right, frozenset[Role]] = {
    Right.SIGNED_IN: frozenset(Role),
    Right.MEMBER: frozenset(),
    Right.FILE: frozenset({Role.OFFICER, Role.ADMIN}),
    Right.READ: frozenset({Role.OFFICER, Role.AUDITOR, Role.ADMIN}),
    Right.READ_OR_SELF: frozenset({Role.OFFICER, Role.AUDITOR, Role.ADMIN}),
    Right.OFFICER: frozenset({Role.OFFICER, Role.ADMIN}),
    Right.ADMIN: frozenset({Role.ADMIN}),
    Right.AUDIT: frozenset({Role.ADMIN, Role.AUDITOR}),
}
_AS_MEMBER = frozenset({Right.MEMBER, Right.FILE, Right.READ_OR_SELF})


def allows(right: Right, viewer: Viewer) -> bool:
    """Tell whether the viewer holds a right, by role or as a member."""
    if right is Right.PUBLIC:
        return True
    return viewer.role in _ROLES[right] or (right in _AS_MEMBER and viewer.member_id is not None)


def require(right: Right, viewer: Viewer) -> None:
    """Refuse with `right.missing` a viewer who does not hold the right."""
    if not allows(right, viewer):
        raise AppError(Code.RIGHT_MISSING, f"this needs the right «{right}»")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose things a viewer sees on a day: everything, a unit and all below it, one member's own, or several of these.

    An account that is officer and member sees its unit's things and, beside them, its own.
    """

    on: dt.date
    everything: bool = False
    unit_id: UnitId | None = None
    member_id: MemberId | None = None


def scope_of(viewer: Viewer, today: dt.date) -> Scope:
    """Give the scope of a viewer's reading on the local day `today`."""
    match viewer.role:
        case Role.ADMIN:
            return Scope(on=today, everything=True, member_id=viewer.member_id)
        case Role.OFFICER | Role.AUDITOR:
            return Scope(on=today, unit_id=viewer.unit_id, member_id=viewer.member_id)
        case Role.MEMBER:
            return Scope(on=today, member_id=viewer.member_id)


def officer_scope(viewer: Viewer, today: dt.date) -> Scope:
    """Give the scope of what a viewer may do as an officer: their own member's things do not widen it."""
    match viewer.role:
        case Role.ADMIN:
            return Scope(on=today, everything=True)
        case Role.OFFICER | Role.AUDITOR:
            return Scope(on=today, unit_id=viewer.unit_id)
        case Role.MEMBER:
            return Scope(on=today)
