"""Counts of a scope for the first page, in a statement each. What is summed from roll-ups stands in sums.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import exists, func, select

from tracker.store.scope import valid_on
from tracker.store.tables.claims import counted_claims
from tracker.store.tables.organisation import Membership, UnitAncestry

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from tracker.domain.organisation import MemberStatus
    from tracker.domain.rights import Scope
    from tracker.store.db import Tx


def count_claims(tx: Tx, scope: Scope, start_on: dt.date, end_on: dt.date) -> dict[str, int]:
    """Count the accepted claims of the days [start_on, end_on) by kind, of units that were in scope then."""
    c = counted_claims.c
    query = select(c.kind, func.count()).where(c.happened_on >= start_on, c.happened_on < end_on).group_by(c.kind)
    if not scope.everything:
        here = (UnitAncestry.unit_id == c.unit_id, UnitAncestry.ancestor_id == scope.unit_id)
        then = valid_on(UnitAncestry.valid_from, UnitAncestry.valid_to, c.happened_on)
        query = query.where(exists().where(*here, then))
    rows: Any = tx.all(query)
    return {str(kind): count for kind, count in rows}


def count_members(tx: Tx, scope: Scope, on: dt.date, statuses: Iterable[MemberStatus]) -> int:
    """Count who stands in the scope on a day at one of some statuses; who is a guest, at home."""
    stay = Membership
    there = (
        stay.temporary.is_(False),
        valid_on(stay.since, stay.until, on),
        stay.status.in_([str(s) for s in statuses]),
    )
    query = select(func.count(stay.member_id.distinct())).where(*there)
    if not scope.everything:
        below = select(UnitAncestry.unit_id).where(
            UnitAncestry.ancestor_id == scope.unit_id, valid_on(UnitAncestry.valid_from, UnitAncestry.valid_to, on)
        )
        query = query.where(stay.unit_id.in_(below))
    found: int = tx.scalar(query)
    return found
