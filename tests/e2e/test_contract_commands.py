"""Commands: set-up, exit codes, one-line refusals, JSON on standard output, as the contract words them."""

from __future__ import annotations

import json
import re
import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.e2e.outside import PASSWORD, Outside, good

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.outside


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Outside]:
    """Give a folder in which nothing was set up."""
    home = Outside(tmp_path)
    yield home
    home.client.close()
    home.site.close()


def test_a_new_place_is_migrated_once(empty: Outside) -> None:
    empty.lantoa("migrate", "--check").refused("database.behind")
    empty.lantoa("migrate").ok()
    empty.lantoa("migrate", "--check").ok()
    empty.lantoa("migrate").ok()
    empty.lantoa("verify").ok()


def test_the_first_administrator_works_at_once(empty: Outside) -> None:
    create = ("admin", "create", "--login", "quản trị", "--password-stdin")
    empty.lantoa(*create, told=f"{PASSWORD}\n").ok()
    empty.lantoa(*create, told=f"{PASSWORD}\n").refused("account.login_taken")
    empty.lantoa("admin", "create", "--login", "hai", "--password-stdin", told="\n").refused("account.password_weak")
    empty.lantoa("admin", "create", "--login", "hai", "--password-stdin", told="").refused("account.password_weak")
    empty.lantoa("admin", "create", "--password-stdin", told=PASSWORD).misused()
    empty.start()
    answer = empty.anyone.post("/sessions", {"login": "quản trị", "password": PASSWORD})
    assert answer["account"]["role"] == "admin"
    said = empty.stop()
    assert PASSWORD not in said
    assert answer["token"] not in said


def test_settings_that_nobody_knows_are_refused(empty: Outside) -> None:
    empty.lantoa("migrate", LANTOA_COLOUR="red").refused("settings.invalid")
    empty.lantoa("migrate", LANTOA_TIMEZONE="Mars/Olympus").refused("settings.invalid")
    empty.lantoa("migrate", LANTOA_HOST_DELAY_S="soon").refused("settings.invalid")
    empty.lantoa("migrate", LANTOA_DATABASE_URL="nothing at all").refused("settings.invalid")
    (empty.folder / "lantoa.toml").write_text('colour = "red"\n', encoding="utf-8")
    empty.lantoa("migrate").refused("settings.invalid")
    (empty.folder / "lantoa.toml").write_text("timezone = \n", encoding="utf-8")
    empty.lantoa("migrate").refused("settings.invalid")


def test_a_database_out_of_reach_is_a_refusal(empty: Outside) -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    empty.lantoa("migrate", LANTOA_DATABASE_URL=url).refused("database.unreachable")
    empty.lantoa("feeds", "list", LANTOA_DATABASE_URL=url).refused("database.unreachable")


def test_a_file_that_is_no_database_is_a_refusal(empty: Outside) -> None:
    (empty.folder / "data").mkdir()
    (empty.folder / "data" / "lantoa.db").write_bytes(b"not a database at all" * 100)
    for command in (("migrate",), ("feeds", "list"), ("verify",), ("run", "--port", str(empty.port)), ("work",)):
        empty.lantoa(*command).refused("database.unreachable")
    told = empty.lantoa("doctor", "--json").refused("check.failed").json()
    assert "fail" in {finding["state"] for finding in told}


def test_wrong_usage_is_2(empty: Outside) -> None:
    for arguments in (
        ("nothing",),
        ("migrate", "--nothing"),
        ("feeds",),
        ("feeds", "nothing"),
        ("run", "--port", "x"),
        ("run", "--port", "70000"),
        ("period", "close"),
        ("import", "undo", "x"),
        ("import", "units"),
        ("fetch", "--feed", "1", "--all"),
    ):
        empty.lantoa(*arguments).misused()


def test_opml_of_refused_addresses_alone_is_a_refusal(empty: Outside) -> None:
    outline = '<outline xmlUrl="http://10.0.0.1/rss"/>'
    file = empty.folder / "nguon.opml"
    file.write_text(f'<opml version="2.0"><body>{outline}</body></opml>', encoding="utf-8")
    empty.lantoa("feeds", "import", str(file)).refused("feed.address")
    empty.lantoa("feeds", "import", str(empty.folder / "missing.opml")).refused("file.unreadable")


def test_a_port_in_use_is_a_refusal(outside: Outside) -> None:
    for command in ("run", "serve"):
        outside.lantoa(command, "--port", str(outside.port)).refused("settings.invalid")


def test_the_doctor_and_the_description_are_json(outside: Outside) -> None:
    told = outside.lantoa("doctor", "--json")
    assert told.code in {0, 1}, told
    found = told.json()
    assert re.search(r'"(ok|warn|fail)"', json.dumps(found))
    assert PASSWORD not in told.out
    description = outside.lantoa("openapi").ok().json()
    assert description["openapi"].startswith("3.")
    for path in (
        "/sessions",
        "/claims",
        "/claims/{claim_id}/reviews",
        "/feeds/{feed_id}/fetch",
        "/progress",
        "/reports/{kind}",
    ):
        assert f"/api/v1{path}" in description["paths"], path


def test_json_of_commands_is_ascii_and_alone(outside: Outside) -> None:
    outside.feed()
    for arguments in (("feeds", "list", "--json"), ("feeds", "health", "--json"), ("doctor", "--json")):
        done = outside.lantoa(*arguments, PYTHONIOENCODING="latin-1", LC_ALL="C")
        assert "Traceback" not in done.err
        done.json()


def test_no_secret_stands_in_the_database_or_the_log(outside: Outside) -> None:
    token = outside.sign_in("quantri").headers["Authorization"].removeprefix("Bearer ")
    good(outside.admin.ask("POST", "/sessions", {"login": "quantri", "password": PASSWORD}), 201)
    with sqlite3.connect(outside.folder / "data" / "lantoa.db") as db:
        stored = "\n".join(db.iterdump())
    db.close()
    said = (outside.folder / "stderr.log").read_text(encoding="utf-8")
    for secret in (token, PASSWORD):
        assert secret not in stored
        assert secret not in said
