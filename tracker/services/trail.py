"""The audit trail as it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.rights import Right
from tracker.domain.types import Page
from tracker.store import audit

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.types import Viewer
    from tracker.store.audit import AuditRow
    from tracker.store.db import Tx


def find_break(tx: Tx) -> int | None:
    """Walk the chain: the id of the first altered event, -1 for a removed one, None when it holds."""
    return audit.find_break(tx)


def list_page(
    tx: Tx,
    viewer: Viewer,
    *,
    since: dt.datetime | None,
    actor: int | None,
    action: str | None,
    before: int | None,
    limit: int,
) -> Page[AuditRow]:
    """List events, newest first. They hold ids and numbers only, so that an auditor of one unit learns no name."""
    rights.require(Right.AUDIT, viewer)
    rows = audit.list_events(tx, since=since, actor=actor, action=action, before=before, limit=limit + 1)
    return Page(items=rows[:limit], next=str(rows[limit - 1].event_id) if len(rows) > limit else None)
