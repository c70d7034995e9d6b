"""One running installation for the tests that look at it from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.outside import PASSWORD, Outside

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """Give one running installation with its administrator; what it said is looked through at the end."""
    home = Outside(tmp_path_factory.mktemp("outside"))
    home.lantoa("migrate").ok()
    home.lantoa("admin", "create", "--login", "quantri", "--password-stdin", told=f"{PASSWORD}\n").ok()
    home.start()
    home.admin = home.sign_in("quantri")
    yield home
    said = home.stop()
    home.site.close()
    assert "Traceback" not in said
    assert PASSWORD not in said
    home.lantoa("verify").ok()
