"""Whether a thing that is only named by its id exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.store.tables.organisation import Member, Unit

if TYPE_CHECKING:
    from tracker.store.db import Tx


def has_member(tx: Tx, member_id: int) -> bool:
    """Tell whether a member exists (and was not erased)."""
    query = select(Member.member_id).where(Member.member_id == member_id, Member.erased_at.is_(None))
    return tx.first(query) is not None


def has_unit(tx: Tx, unit_id: int) -> bool:
    """Tell whether a unit exists."""
    return tx.first(select(Unit.unit_id).where(Unit.unit_id == unit_id)) is not None
