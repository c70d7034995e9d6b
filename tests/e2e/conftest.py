"""Running installations, and a browser, for the tests that look at them from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.browsing import launched
from tests.e2e.outside import PASSWORD, Outside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """Give one running installation with its administrator; what it said is looked through at the end.

    No decision of its officers is drawn for a second look, which would hide it from another by chance.
    """
    home = Outside(tmp_path_factory.mktemp("outside"))
    home.lantoa("migrate").ok()
    home.lantoa("admin", "create", "--login", "quantri", "--password-stdin", told=f"{PASSWORD}\n").ok()
    home.start()
    home.admin = home.sign_in("quantri")
    home.admin.patch("/settings/second_look_percent", {"value": 0})
    yield home
    said = home.stop()
    home.site.close()
    assert "Traceback" not in said
    assert PASSWORD not in said
    home.lantoa("verify").ok()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a browser for the tests of a module."""
    with launched() as started:
        yield started


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Outside]:
    """Give a running installation that nobody has set up; what it said is looked through at the end."""
    (tmp_path / "home").mkdir()
    home = Outside(tmp_path / "home")
    home.start()
    yield home
    said = home.stop()
    home.site.close()
    assert "Traceback" not in said
    assert PASSWORD not in said
