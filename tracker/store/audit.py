"""The audit trail: events of ids and digests, sealed in order into one chain by a job, with the claims they tell of."""

from __future__ import annotations

import hashlib
import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from tracker.store import row_seals
from tracker.store.tables.operations import UNSEALED, AuditEvent, AuditSeal, RowSeal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from tracker.domain.types import AccountId
    from tracker.store.db import Tx

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One event as read back."""

    event_id: int
    at: dt.datetime
    actor_id: int | None
    action: str
    subject: str
    digest: str
    facts: dict[str, Any]


def record(tx: Tx, *, at: dt.datetime, actor: AccountId | None, action: str, subject: str, **facts: Any) -> None:
    """Write one event in the transaction of what it tells of; `facts` are ids, states and numbers only."""
    row = {"at": at, "actor_id": actor, "action": action, "subject": subject, "facts": facts, "digest": _digest(facts)}
    tx.execute(tx.insert(AuditEvent), row)


def record_all(
    tx: Tx, subjects: Iterable[str], *, at: dt.datetime, actor: AccountId | None, action: str, **facts: Any
) -> None:
    """Write one event of each subject, in order: of an act that does the same to many things."""
    told = {"at": at, "actor_id": actor, "action": action, "facts": facts, "digest": _digest(facts)}
    tx.insert_rows(AuditEvent, (told | {"subject": subject} for subject in subjects))


def list_events(
    tx: Tx, *, since: dt.datetime | None, actor: int | None, action: str | None, before: int | None, limit: int
) -> list[AuditRow]:
    """List events, newest first, below the event id `before`."""
    query = select(AuditEvent).order_by(AuditEvent.event_id.desc()).limit(limit)
    if since is not None:
        query = query.where(AuditEvent.at >= since)
    if actor is not None:
        query = query.where(AuditEvent.actor_id == actor)
    if action is not None:
        query = query.where(AuditEvent.action == action)
    if before is not None:
        query = query.where(AuditEvent.event_id < before)
    return _rows(tx, query)


def list_facts(tx: Tx, action: str, subject: str) -> list[dict[str, Any]]:
    """List what was noted with each event of an action about a subject, in order."""
    about = (AuditEvent.action == action, AuditEvent.subject == subject)
    return [dict(facts) for facts in tx.scalars(select(AuditEvent.facts).where(*about).order_by(AuditEvent.event_id))]


def seal(tx: Tx, *, now: dt.datetime, at_most: int = 500) -> int:
    """Chain the events that are not sealed yet, in order; give how many."""
    tx.lock("audit.seal")
    head = tx.first(select(AuditSeal.chain_hash).order_by(AuditSeal.position.desc()).limit(1))
    waiting = select(AuditEvent).where(UNSEALED).order_by(AuditEvent.event_id).limit(at_most)
    events = _rows(tx, waiting)
    rows = row_seals.seal(tx, [(event.event_id, event.subject) for event in events])
    chain = head[0] if head else GENESIS
    seals = []
    for event in events:
        chain = link(chain, event, rows.get(event.event_id, ()))
        seals.append({"event_id": event.event_id, "chain_hash": chain, "sealed_at": now})
    tx.insert_rows(AuditSeal, seals)
    if events:
        ids = [event.event_id for event in events]
        tx.execute(update(AuditEvent).where(UNSEALED, AuditEvent.event_id.in_(ids)).values(sealed=True))
    return len(seals)


def find_break(tx: Tx) -> int | None:
    """Walk the chain: the first altered or reordered event's id, None when it holds.

    -1 tells of an event that is missing from either side: removed, or marked as sealed and never sealed.
    """
    count = tx.scalar(select(func.count()).select_from(AuditSeal))
    sealed = (
        select(AuditSeal.chain_hash, AuditEvent, RowSeal.subject.label("of"), RowSeal.digest.label("came_to"))
        .join(AuditEvent, AuditEvent.event_id == AuditSeal.event_id)
        .outerjoin(RowSeal, RowSeal.event_id == AuditSeal.event_id)
    )
    chain, walked = GENESIS, 0
    told = tx.execute(sealed.order_by(AuditSeal.position))
    for _, group in itertools.groupby(told, key=lambda row: row.event_id):
        parts = list(group)
        event = _row(parts[0])
        chain = link(chain, event, sorted((part.of, part.came_to) for part in parts if part.of is not None))
        if chain != parts[0].chain_hash:
            return event.event_id
        walked += 1
    marked = tx.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.sealed))
    return None if walked == count == marked else -1


def link(chain: str, event: AuditRow, rows: Sequence[tuple[str, str]] = ()) -> str:
    """Give the hash of a chain prolonged by one event: SHA-256 of the previous hash and the event's canonical JSON.

    With what the claims of the event came to when it was sealed (row_seals.py).
    """
    told: list[Any] = [event.event_id, event.at.isoformat(), event.actor_id, event.action, event.subject]
    told.append(_digest(event.facts))
    if rows:
        told.append([list(row) for row in rows])
    return hashlib.sha256(f"{chain}\n{json.dumps(told, separators=(',', ':'))}".encode()).hexdigest()


def _digest(facts: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _rows(tx: Tx, query: Any) -> list[AuditRow]:
    return [_row(r) for r in tx.execute(query)]


def _row(row: Any) -> AuditRow:
    return AuditRow(
        event_id=row.event_id,
        at=row.at,
        actor_id=row.actor_id,
        action=row.action,
        subject=row.subject,
        digest=row.digest,
        facts=row.facts,
    )
