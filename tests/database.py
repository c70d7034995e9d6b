"""Fresh migrated databases for tests: SQLite copied from one image, PostgreSQL cloned from one template."""

from __future__ import annotations

import itertools
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url

from tracker.migrations.upgrade import migrate
from tracker.store.db import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Dialect

_numbers = itertools.count(1)
_dialects: dict[str, Dialect] = {}
_compiled: dict[str, dict[Any, Any]] = {"sqlite": {}, "postgresql": {}}


@pytest.fixture(scope="session")
def sqlite_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one SQLite file; tests take copies."""
    path = tmp_path_factory.mktemp("image") / "lantoa.db"
    db = Database(f"sqlite:///{path}")
    migrate(db)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """Migrate one PostgreSQL database that tests are cloned from; give its name."""
    _administer(postgres_url, "CREATE DATABASE template_lantoa")
    db = Database(_named(postgres_url, "template_lantoa"))
    migrate(db)
    db.close()
    return "template_lantoa"


@pytest.fixture
def sqlite_db(sqlite_image: Path, tmp_path: Path) -> Iterator[Database]:
    """Give a fresh SQLite database."""
    path = tmp_path / "lantoa.db"
    shutil.copy(sqlite_image, path)
    db = open_database(f"sqlite:///{path}")
    yield db
    db.close()


@pytest.fixture
def postgres_db(postgres_url: str, postgres_template: str) -> Iterator[Database]:
    """Give a fresh PostgreSQL database."""
    name = f"lantoa_{next(_numbers)}"
    _administer(postgres_url, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    db = open_database(_named(postgres_url, name))
    yield db
    db.close()
    _administer(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def db(request: pytest.FixtureRequest) -> Database:
    """Give a fresh database of each kind: the test runs on both."""
    found: Database = request.getfixturevalue(f"{request.param}_db")
    return found


def open_database(url: str) -> Database:
    """Open a database for one test: statements are compiled once a process, and nothing waits for the disk."""
    db = Database(url)
    if db.dialect == "sqlite":
        event.listen(db.engine, "connect", _hurry)
    if db.dialect not in _dialects:
        with db.engine.connect():  # it learns what the server can do
            _dialects[db.dialect] = db.engine.dialect
    db.engine.dialect = _dialects[db.dialect]  # compiled statements belong to one dialect
    db.engine = db.engine.execution_options(compiled_cache=_compiled[db.dialect])
    return db


def _hurry(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = OFF")


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _administer(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
