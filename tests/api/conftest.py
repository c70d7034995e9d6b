"""The application as its callers meet it, in one process, on a fresh database of each kind."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.application import Api, Caller, Clock, application, make_deps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.store.db import Database

__all__ = ["Api", "Caller", "Clock", "make_deps"]


@pytest.fixture
def api(db: Database) -> Iterator[Api]:
    """Give the application on a fresh database; the test runs on SQLite and PostgreSQL."""
    clock = Clock()
    loop = asyncio.new_event_loop()
    yield Api(application(make_deps(db, clock)), db, clock, loop)
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()
