"""Fixtures of the services' tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.services.claims_house import ClaimsHouse, build

if TYPE_CHECKING:
    from tracker.store.db import Database


@pytest.fixture
def house(db: Database) -> ClaimsHouse:
    """Give the small organisation on a fresh database of each kind."""
    return build(db)
