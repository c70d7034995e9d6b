"""The audit trail as it is read, and as it is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tracker.domain import rights
from tracker.domain.rights import Right
from tracker.domain.types import Page
from tracker.store import audit, row_seals, trail_scope

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.types import Viewer
    from tracker.store.audit import AuditRow
    from tracker.store.db import Tx

BATCH: Final = 200
READ_MOST: Final = 2000  # events looked through for one page of somebody who sees only a part of them


def find_break(tx: Tx) -> int | None:
    """Walk the chain: the id of the first altered event, -1 for a removed one, None when it holds."""
    return audit.find_break(tx)


def list_altered(tx: Tx) -> list[str]:
    """List claims that were changed or removed without an event (`claim:40-3`)."""
    return row_seals.list_altered(tx)


def count_unsealed(tx: Tx) -> int:
    """Count claims of which no sealed event tells."""
    return row_seals.count_unsealed(tx)


def record_report(tx: Tx, viewer: Viewer, kind: str, *, now: dt.datetime, **facts: Any) -> None:
    """Note that somebody took a report out of the house as a file."""
    rights.require(Right.READ, viewer)
    audit.record(tx, at=now, actor=viewer.account_id, action="report.read", subject=f"report:{kind}", **facts)


def list_page(
    tx: Tx,
    viewer: Viewer,
    *,
    since: dt.datetime | None,
    actor: int | None,
    action: str | None,
    before: int | None,
    limit: int,
    today: dt.date,
) -> Page[AuditRow]:
    """List events of the viewer's scope, newest first: by accounts there, or of members, claims and units there.

    They hold ids and numbers only. A page may be short, and even empty, while more follow.
    """
    rights.require(Right.AUDIT, viewer)
    scope = rights.officer_scope(viewer, today)
    found: list[AuditRow] = []
    read, last, batch = 0, before, min(BATCH, READ_MOST)
    size = limit + 1 if scope.everything else batch
    while True:
        rows = audit.list_events(tx, since=since, actor=actor, action=action, before=last, limit=size)
        read += len(rows)
        found += trail_scope.within(tx, rows, scope)
        if len(found) > limit:
            return Page(items=found[:limit], next=str(found[limit - 1].event_id))
        if len(rows) < size:
            return Page(items=found, next=None)
        last = rows[-1].event_id
        if read >= READ_MOST:
            return Page(items=found, next=str(last))
