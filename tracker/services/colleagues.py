"""Colleagues: whom a member may name as co-authors, found by name in the member's own unit. Names only."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.names import fold
from tracker.domain.rights import Right
from tracker.services import scoped
from tracker.store import claims_read
from tracker.store import colleagues as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from tracker.domain.types import MemberId, Viewer
    from tracker.store.db import Tx

FOUND_MOST = 20


def search(tx: Tx, viewer: Viewer, owner_id: MemberId, q: str, *, today: dt.date) -> list[tuple[MemberId, str]]:
    """Find members of the owner's unit by words of their names; nothing is found by no words."""
    if not fold(q):
        return []
    return _named(tx, viewer, owner_id, today, q=q)


def list_chosen(
    tx: Tx, viewer: Viewer, owner_id: MemberId, ids: Collection[int], *, today: dt.date
) -> list[tuple[MemberId, str]]:
    """Name those of these members who stand in the owner's unit."""
    return _named(tx, viewer, owner_id, today, ids=ids) if ids else []


def _named(
    tx: Tx,
    viewer: Viewer,
    owner_id: MemberId,
    today: dt.date,
    *,
    q: str | None = None,
    ids: Collection[int] | None = None,
) -> list[tuple[MemberId, str]]:
    """Namesakes are told apart by their codes."""
    rights.require(Right.FILE, viewer)
    scoped.require_member(tx, owner_id, rights.scope_of(viewer, today))
    unit_id = claims_read.find_main_unit(tx, owner_id, today)
    if unit_id is None:
        return []
    rows = store.list_in_unit(tx, unit_id, on=today, but=owner_id, q=q, ids=ids, limit=FOUND_MOST)
    same = Counter(name for _, name, _ in rows)
    return [(member_id, f"{name} ({code})" if same[name] > 1 else name) for member_id, name, code in rows]
