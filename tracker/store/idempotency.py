"""Answers of creating requests, kept with their effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from tracker.store.tables.operations import IdempotencyKey

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import Row

    from tracker.store.db import Tx


def find(tx: Tx, account_id: int, key: str) -> Row[Any] | None:
    """Find what was answered to an account's key: request_hash, status, headers, body."""
    columns = (IdempotencyKey.request_hash, IdempotencyKey.status, IdempotencyKey.headers, IdempotencyKey.body)
    return tx.first(select(*columns).where(IdempotencyKey.account_id == account_id, IdempotencyKey.key == key))


def record(tx: Tx, row: dict[str, Any]) -> None:
    """Keep an answer."""
    tx.execute(tx.insert(IdempotencyKey), row)


def purge(tx: Tx, *, before: dt.datetime) -> int:
    """Forget answers made before an instant; give how many."""
    return tx.changed(delete(IdempotencyKey).where(IdempotencyKey.created_at < before))
