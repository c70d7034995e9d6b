"""The office's own handbook is linked from the menu when it is set, and only linked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests import make
from tests.application import make_deps
from tests.web.browser import sign_in
from tracker.domain.types import Role

if TYPE_CHECKING:
    from tests.acceptance.office import Office


@pytest.mark.parametrize("address", [None, "https://sotaydangvien.example.vn/app"])
def test_the_handbook_is_a_link_out_and_off_by_default(office: Office, address: str | None) -> None:
    """Show 004-71."""
    deps = make_deps(office.api.db, office.api.clock)
    office.api.app.state.deps = replace(deps, handbook_url=address) if address else deps
    with office.api.db.write() as tx:
        viewer = make.account(tx, "ai", Role.ADMIN)
    page = sign_in(office.api, viewer).get("/")
    links = [str(a["href"]) for a in page.soup.select("nav a") if "example.vn" in str(a["href"])]
    assert len(links) == (1 if address else 0)
    assert ("sotaydangvien" in page.text) is bool(address)
