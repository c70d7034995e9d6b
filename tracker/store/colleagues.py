"""Who stands in a unit on a day, by name: as far as a member needs to name a co-author."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.domain.names import fold
from tracker.domain.types import MemberId
from tracker.store.scope import valid_on
from tracker.store.tables.organisation import Member, Membership

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from tracker.store.db import Tx


def list_in_unit(
    tx: Tx,
    unit_id: int,
    *,
    on: dt.date,
    but: int,
    q: str | None = None,
    ids: Collection[int] | None = None,
    limit: int,
) -> list[tuple[MemberId, str, str]]:
    """List id, name and code of a unit's members on a day, by given name: those whose name holds words, or these."""
    query = (
        select(Member.member_id, Member.full_name, Member.code)
        .distinct()
        .join(Membership, Membership.member_id == Member.member_id)
        .where(Membership.unit_id == unit_id, valid_on(Membership.since, Membership.until, on))
        .where(Member.erased_at.is_(None), Member.member_id != but)
        .add_columns(Member.name_sort)
        .order_by(Member.name_sort, Member.member_id)
        .limit(limit)
    )
    for word in fold(q or "").split():
        query = query.where(Member.name_folded.contains(word, autoescape=True))
    if ids is not None:
        query = query.where(Member.member_id.in_(ids))
    return [(MemberId(row.member_id), row.full_name, row.code) for row in tx.all(query)]
