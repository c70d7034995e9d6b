"""`kill -9` at any moment: no acknowledged claim is lost, no claim stands twice, no half migration stays."""

from __future__ import annotations

import random  # noqa: TID251 - seeded, to spread the moments of the kills
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.faults.installation import PASSWORD, Installation
from tests.postgres import drop_database, new_database
from tracker.migrations.upgrade import check
from tracker.store.db import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.faults

KILLS = {"sqlite": 40, "postgres": 12}
MIGRATION_KILLS = 20
LONGEST_S = 0.03


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """Give an installation of each kind, with its administrator."""
    made = Installation(tmp_path)
    server = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    if server is not None:
        made.database_url = new_database(server, f"faults_{made.port}")
    made.migrate()
    made.lantoa("admin", "create", "--login", "admin", "--password-stdin", told=f"{PASSWORD}\n")
    yield made
    made.kill()
    if server is not None:
        drop_database(server, f"faults_{made.port}")


def _member(home: Installation) -> None:
    """Make a member with an account and consents, and sign in as them."""
    home.sign_in("admin")
    unit = home.ask("POST", "/units", {"code": "CB", "name": "Chi bộ", "valid_from": "2020-01-01"}).body
    person = {"code": "DV1", "full_name": "Lê Thị Lan", "unit_id": unit["id"], "since": "2020-01-01"}
    member = home.ask("POST", "/members", person).body
    account = {"login": "lan", "password": PASSWORD, "role": "member", "member_id": member["id"]}
    assert home.ask("POST", "/accounts", account).status == 201
    home.sign_in("lan")
    for kind, version in (("processing", 2), ("conduct", 1)):
        assert home.ask("POST", "/me/consents", {"kind": kind, "version": version}).status == 201


def _claim(n: int) -> dict[str, Any]:
    return {"kind": "share", "article_url": f"https://nhandan.vn/bai-post{700000 + n}.html", "channel": "facebook"}


def test_no_acknowledged_claim_is_lost_and_none_stands_twice(
    installation: Installation, request: pytest.FixtureRequest
) -> None:
    home, chance = installation, random.Random(20261122)  # noqa: S311 - spreads the moments of the kills
    home.start()
    _member(home)
    acknowledged, between = {}, 0
    kills = KILLS[request.node.callspec.params["installation"]]
    for n in range(kills):
        answer = home.ask_and_kill("/claims", _claim(n), chance.uniform(0, LONGEST_S), Idempotency_Key=f"k{n}")
        between += answer.status == 0
        home.start()
        again = home.ask("POST", "/claims", _claim(n), Idempotency_Key=f"k{n}")
        assert again.status == 201, again  # the same key: the effect of the first, or the first effect
        if answer.status:
            assert answer.status == 201
            assert answer.body["id"] == again.body["id"]
        acknowledged[n] = again.body["id"]
    listed = home.ask("GET", "/claims?limit=200").body["items"]
    assert sorted(c["id"] for c in listed) == sorted(acknowledged.values())
    assert len({c["article_id"] or c["id"] for c in listed}) == kills
    assert all(home.ask("GET", f"/claims/{c}").status == 200 for c in acknowledged.values())
    assert between * 2 >= kills, f"only {between} kills fell between a request and its answer: nothing was tried"
    home.stop()
    assert home.lantoa("verify").returncode == 0


def test_no_half_migration_stays(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - spreads the moments of the kills
    half = 0
    for n in range(MIGRATION_KILLS):
        home = Installation(tmp_path / str(n))
        home.folder.mkdir()
        process = home.spawn("migrate")
        try:
            process.wait(chance.uniform(0.25, 0.9))
        except subprocess.TimeoutExpired:  # still at work, as wanted
            half += 1
        process.kill()
        process.communicate()
        assert home.lantoa("migrate").returncode == 0
        db = Database(f"sqlite:///{home.folder / 'data' / 'lantoa.db'}")
        check(db)
        with db.read() as tx:
            assert tx.integrity_problems() == []
        db.close()
    assert half >= MIGRATION_KILLS // 4, f"only {half} kills fell into a migration: nothing was tried"
