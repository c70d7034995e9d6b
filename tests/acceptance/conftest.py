"""The application with an administrator in it; whatever else a test stands on is made through the API."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import make
from tests.acceptance.office import Office
from tests.api.conftest import api
from tracker.domain.types import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.application import Api

__all__ = ["api"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Leave an office's months and years, told from end to end, out of the fast loop."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("thorough")


@pytest.fixture
def office(api: Api) -> Office:
    """Give an office that opens on 1 January 2025."""
    api.clock.now = dt.datetime(2025, 1, 1, 2, 0, tzinfo=dt.UTC)
    with api.db.write() as tx:
        viewer = make.account(tx, "quantri", Role.ADMIN)
    return Office(api, api.as_viewer(viewer))
