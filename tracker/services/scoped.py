"""Whether a thing may be known of: one outside of a scope is `thing.not_found`, as if it were not there.

Which scope, is said by the caller (rights.scope_of, rights.officer_scope); what lies in one, by the store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.store import scoping

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from tracker.domain.rights import Scope
    from tracker.domain.types import MemberId, Viewer
    from tracker.store.db import Tx

T = TypeVar("T")


def require_unit(tx: Tx, unit_id: int, *scopes: Scope) -> None:
    """Refuse a unit that lies in none of the scopes."""
    if not any(scoping.has_unit(tx, unit_id, scope) for scope in scopes):
        raise AppError(Code.NOT_FOUND, "there is no such unit in your scope")


def require_asked(tx: Tx, unit_id: int | None, scope: Scope) -> None:
    """Refuse a list of a unit outside of the scope; a list of all units is one of the scope."""
    if unit_id is not None:
        require_unit(tx, unit_id, scope)


def require_member(tx: Tx, member_id: int, *scopes: Scope) -> None:
    """Refuse a member who lies in none of the scopes."""
    if not any(scoping.has_member(tx, member_id, scope) for scope in scopes):
        raise AppError(Code.NOT_FOUND, "there is no such member in your scope")


def list_known(tx: Tx, viewer: Viewer, member_ids: Collection[MemberId], today: dt.date) -> frozenset[MemberId]:
    """Give those of some members whose own page a reader may open today; who has gone elsewhere is not among them."""
    return scoping.list_members(tx, member_ids, rights.officer_scope(viewer, today))


def get_found(row: T | None) -> T:
    """Give what was looked for in a scope."""
    if row is None:
        raise AppError(Code.NOT_FOUND)
    return row
