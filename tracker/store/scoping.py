"""Whether one thing lies in a scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.store.scope import member_in_scope, unit_in_scope
from tracker.store.tables.organisation import Member, Unit

if TYPE_CHECKING:
    from collections.abc import Collection

    from tracker.domain.rights import Scope
    from tracker.domain.types import MemberId
    from tracker.store.db import Tx


def has_member(tx: Tx, member_id: int, scope: Scope) -> bool:
    """Tell whether a member lies in a scope on its day."""
    query = select(Member.member_id).where(Member.member_id == member_id, member_in_scope(Member.member_id, scope))
    return tx.first(query) is not None


def list_members(tx: Tx, member_ids: Collection[MemberId], scope: Scope) -> frozenset[MemberId]:
    """Give those of some members who lie in a scope on its day."""
    if scope.everything:
        return frozenset(member_ids)
    query = select(Member.member_id).where(Member.member_id.in_(member_ids), member_in_scope(Member.member_id, scope))
    return frozenset(tx.scalars(query))


def has_unit(tx: Tx, unit_id: int, scope: Scope) -> bool:
    """Tell whether a unit lies in a scope on its day."""
    query = select(Unit.unit_id).where(Unit.unit_id == unit_id, unit_in_scope(Unit.unit_id, scope))
    return tx.first(query) is not None
