"""Fresh migrated databases for tests: SQLite copied from one image, PostgreSQL cloned from one template.

Cloning takes PostgreSQL longer than most tests, so a clone is emptied and lent again; see `Clones`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import shutil
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.engine import make_url

from tests.postgres import drop_database, new_database
from tracker.migrations.upgrade import migrate
from tracker.services import second_looks
from tracker.store import office_settings
from tracker.store.db import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Dialect

TEMPLATE = "template_lantoa"
# Which decisions are looked at twice hangs on the office's secret: with this one none of the first few of anybody is.
SECOND_LOOK_KEY = f"{1091:064x}"
USES_MOST = 50  # what was removed stays in the files, and is passed over again and again

# Whoever is still connected goes; foreign keys need no order.
ALONE = """
SET session_replication_role = replica; SET lock_timeout = '2s';
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# What a test may have changed beside rows: tables, columns, the state of migration, what ANALYZE found.
SHAPE = """
SELECT (SELECT count(*) FROM pg_class), (SELECT sum(xmin::text::bigint) FROM pg_class),
  (SELECT count(*) FROM pg_attribute), (SELECT sum(xmin::text::bigint) FROM pg_attribute),
  (SELECT sum(xmin::text::bigint) FROM alembic_version), (SELECT count(*) FROM pg_statistic)
"""
EMPTY = """
DO $$ DECLARE used regclass; BEGIN
  FOR used IN SELECT oid FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
      AND pg_relation_size(oid) > 0
  LOOP EXECUTE 'DELETE FROM ' || used; END LOOP;
  PERFORM setval(seqrelid, 1, false) FROM pg_sequence WHERE pg_sequence_last_value(seqrelid) IS NOT NULL;
END $$
"""

_dialects: dict[str, Dialect] = {}
_compiled: dict[str, dict[Any, Any]] = {"sqlite": {}, "postgresql": {}}


class Clones:
    """Lends one database after the other: the same while its rows are all that a test changed, else a new clone."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._numbers = itertools.count(1)
        self._name, self._uses_count, self._shape = "", 0, None

    @contextlib.contextmanager
    def lend(self) -> Iterator[str]:
        """Give the address of a database without rows."""
        if not self._name:
            self._make()
        self._uses_count += 1
        url = _named(self._server_url, self._name)
        try:
            yield url
        finally:
            if self._uses_count == USES_MOST or not self._is_emptied(url):
                drop_database(self._server_url, self._name)
                self._name = ""

    def _make(self) -> None:
        self._name, self._uses_count = f"lantoa_{next(self._numbers)}", 0
        with _connect(_named(new_database(self._server_url, self._name, template=TEMPLATE), self._name)) as connection:
            self._shape = connection.execute(SHAPE).fetchone()

    def _is_emptied(self, url: str) -> bool:
        """Remove all rows and begin all numbers anew; False where that would not leave the clone as it was made."""
        try:
            with _connect(url) as connection:
                connection.execute(ALONE)
                if connection.execute(SHAPE).fetchone() != self._shape:
                    return False
                connection.execute(EMPTY)
        except psycopg.Error:
            return False
        return True


@pytest.fixture(scope="session")
def sqlite_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrate one SQLite file; tests take copies."""
    path = tmp_path_factory.mktemp("image") / "lantoa.db"
    db = Database(f"sqlite:///{path}")
    migrate(db)
    fix_second_looks(db)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return path


@pytest.fixture(scope="session")
def postgres_clones(postgres_url: str) -> Clones:
    """Migrate one PostgreSQL database that others are cloned from."""
    new_database(postgres_url, TEMPLATE)
    db = Database(_named(postgres_url, TEMPLATE))
    migrate(db)
    db.close()
    return Clones(postgres_url)


@pytest.fixture
def sqlite_db(sqlite_image: Path, tmp_path: Path) -> Iterator[Database]:
    """Give a fresh SQLite database."""
    path = tmp_path / "lantoa.db"
    shutil.copy(sqlite_image, path)
    db = open_database(f"sqlite:///{path}")
    yield db
    db.close()


@pytest.fixture
def postgres_db(postgres_clones: Clones) -> Iterator[Database]:
    """Give a fresh PostgreSQL database."""
    with postgres_clones.lend() as url:
        db = open_database(url)
        fix_second_looks(db)
        yield db
        db.close()


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


def fix_second_looks(db: Database) -> None:
    """Let it not be left to chance which decisions are looked at twice, before the office draws a key of its own."""
    with db.write() as tx:
        office_settings.add(tx, second_looks.KEY, SECOND_LOOK_KEY, now=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


def _hurry(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = OFF")


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _connect(url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
