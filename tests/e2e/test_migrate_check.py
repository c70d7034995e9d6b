"""`lantoa migrate --check` as a script that sets an office up asks it: exit code and one line of words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from tests.e2e.outside import Outside
from tests.postgres import drop_database, new_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.outside import Done

pytestmark = pytest.mark.outside


class Place:
    """An installation that nobody set up, on a database of either kind."""

    def __init__(self, home: Outside, url: str) -> None:
        self.home, self.url = home, url

    def lantoa(self, *arguments: str) -> Done:
        """Run a command."""
        return self.home.lantoa(*arguments, LANTOA_DATABASE_URL=self.url)

    def check(self) -> Done:
        """Ask whether the database is up to date."""
        return self.lantoa("migrate", "--check")

    def run(self, statement: str) -> list[tuple[object, ...]]:
        """Do something to the database behind the program's back."""
        engine = create_engine(self.url)
        with engine.begin() as connection:
            done = connection.execute(text(statement))
            rows = [tuple(row) for row in done] if done.returns_rows else []
        engine.dispose()
        return rows


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Give an empty place of each kind."""
    home = Outside(tmp_path)
    if request.param == "sqlite":
        yield Place(home, f"sqlite:///{tmp_path}/office.db")
    else:
        server, name = request.getfixturevalue("postgres_url"), f"check_{home.port}"
        yield Place(home, new_database(server, name))
        drop_database(server, name)
    home.client.close()
    home.site.close()


def test_an_empty_place_is_not_up_to_date_and_stays_as_it_was(place: Place, tmp_path: Path) -> None:
    told = place.check().refused("database.behind")
    assert "lantoa migrate" in told.err
    assert told.out == ""
    place.check().refused("database.behind")
    if (tmp_path / "office.db").exists():
        assert place.run("SELECT name FROM sqlite_master") == []


def test_what_was_migrated_is_up_to_date(place: Place) -> None:
    place.lantoa("migrate").ok()
    told = place.check().ok()
    assert told.out == "up to date\n"


def test_a_database_of_an_older_program_is_behind_and_says_what_to_do(place: Place) -> None:
    place.lantoa("migrate").ok()
    place.run("UPDATE alembic_version SET version_num = '0003'")
    told = place.check().refused("database.behind")
    assert "lantoa migrate" in told.err
    assert place.run("SELECT version_num FROM alembic_version") == [("0003",)]


def test_a_database_of_a_newer_program_is_refused_by_its_own_code_and_not_touched(place: Place) -> None:
    place.lantoa("migrate").ok()
    place.run("UPDATE alembic_version SET version_num = '9999'")
    for command in (("migrate", "--check"), ("migrate",)):
        told = place.lantoa(*command).refused("database.newer")
        assert "9999" in told.err
    assert place.run("SELECT version_num FROM alembic_version") == [("9999",)]


def test_a_place_without_its_database_is_refused_as_out_of_reach(place: Place, tmp_path: Path) -> None:
    nowhere = Place(place.home, _missing(place.url, tmp_path))
    nowhere.check().refused("database.unreachable")
    assert not (tmp_path / "missing").exists()


def _missing(url: str, folder: Path) -> str:
    if url.startswith("sqlite"):
        return f"sqlite:///{folder}/missing/office.db"
    return url.rpartition("/")[0] + "/no_such_office"
