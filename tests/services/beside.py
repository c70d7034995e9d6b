"""Work that begins beside one's own transaction: it is seen to wait, and tells what it was refused with."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from tracker.domain.errors import AppError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.domain.errors import Code
    from tracker.store.db import Database

LOOKS_MOST = 20_000  # at who waits, before a test gives up
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def begin(work: Callable[[], Any], told: list[Code]) -> threading.Thread:
    """Begin some work in a thread of its own."""

    def run() -> None:
        try:
            work()
        except AppError as refusal:
            told.append(refusal.code)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def see_it_wait(db: Database) -> None:
    """Go on once somebody waits for a lock; on SQLite whoever writes waits for the one writer anyway."""
    if db.dialect == "sqlite":
        return
    for _ in range(LOOKS_MOST):
        with db.read() as tx:
            if tx.scalar(WAITING):
                return
    pytest.fail("nobody waits")
