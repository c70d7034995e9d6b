"""One effect for one Idempotency-Key: answer and effect stand in one transaction, so `kill -9` leaves both or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.errors import AppError, Code
from tracker.store import idempotency as store

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.types import AccountId
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A creating request: an account's key, and a keyed hash of method, path, query and body."""

    account_id: AccountId
    key: str
    request_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was answered, byte by byte."""

    status: int
    headers: dict[str, str]
    body: bytes


def find_answer(tx: Tx, asked: Asked) -> Answer | None:
    """Find the answer already given; refuse another body under the same key, and a first request still under way."""
    if not tx.try_lock("idempotency", str(asked.account_id), asked.key):
        raise AppError(Code.IDEMPOTENCY_BUSY)
    row = store.find(tx, asked.account_id, asked.key)
    if row is None:
        return None
    if row.request_hash != asked.request_hash:
        raise AppError(Code.IDEMPOTENCY_MISMATCH)
    return Answer(status=row.status, headers=dict(row.headers), body=row.body)


def record_answer(tx: Tx, asked: Asked, answer: Answer, *, now: dt.datetime) -> None:
    """Keep the answer of a request that took effect."""
    store.record(
        tx,
        {
            "account_id": asked.account_id,
            "key": asked.key,
            "request_hash": asked.request_hash,
            "created_at": now,
            "status": answer.status,
            "headers": answer.headers,
            "body": answer.body,
        },
    )
