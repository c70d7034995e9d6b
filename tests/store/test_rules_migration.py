"""The share of second looks that an office had set goes on as a rule, on both databases."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from tests import postgres
from tests.make import NOW
from tests.store.test_search_migration import lay_until
from tracker.migrations.upgrade import migrate
from tracker.store import office_rules
from tracker.store.db import Database
from tracker.store.tables.operations import OrganisationSetting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ADD = text(
    "INSERT INTO organisation_settings (name, value, changed_at, changed_by)"
    " VALUES (:name, CAST(:value AS JSONB), :at, 7)"
)
ADD_SQLITE = text("INSERT INTO organisation_settings VALUES (:name, :value, :at, 7)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give an empty database."""
    if request.param == "sqlite":
        db = Database(f"sqlite:///{tmp_path / 'old.db'}")
        yield db
        db.close()
        return
    server = request.getfixturevalue("postgres_url")
    db = Database(postgres.new_database(server, "before_rules"))
    yield db
    db.close()
    postgres.drop_database(server, "before_rules")


@pytest.mark.parametrize("percent", [None, 0, 12])
def test_what_was_set_before_stands_as_a_rule(old: Database, percent: int | None) -> None:
    plain = old.dialect == "sqlite"
    at = NOW.replace(tzinfo=None).isoformat(" ") if plain else NOW
    kept = {"name": "second_look.key", "value": '"00"', "at": at}
    with old.write() as tx:
        lay_until(tx, "0006")
        tx.execute(ADD_SQLITE if plain else ADD, kept)
        if percent is not None:
            tx.execute(ADD_SQLITE if plain else ADD, kept | {"name": "second_look.percent", "value": str(percent)})
    assert migrate(old)
    with old.read() as tx:
        rows = office_rules.list_rows(tx)
        assert tx.scalars(select(OrganisationSetting.name)) == ["second_look.key"]
        assert office_rules.read(tx).on(dt.date.max).second_look_percent == (5 if percent is None else percent)
    expected = [] if percent is None else [("second_look_percent", NOW.date(), percent, 1, NOW, 7)]
    told = [(r.entry.rule, r.entry.valid_from, r.entry.value, r.version, r.changed_at, r.changed_by) for r in rows]
    assert told == expected
