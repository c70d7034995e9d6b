"""The database and its transactions: the only module that commits.

SQLite: WAL, synchronous=FULL, foreign keys on, writers BEGIN IMMEDIATE (a read-then-write transaction cannot lose an
update), readers a plain BEGIN. PostgreSQL: READ COMMITTED for writers, a REPEATABLE READ snapshot for readers.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
import time
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, CursorResult, Engine, Executable, Row
    from sqlalchemy.dialects.postgresql import Insert

T = TypeVar("T")

SQLITE_BUSY_MS = 10_000
RETRYABLE_STATES = frozenset({"40001", "40P01", "55P03"})  # serialisation failure, deadlock, lock not available
BROKEN_FILE = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
ROWS_AT_ONCE = 500  # held of a long answer that is read as it comes
RETRIES = 5
RETRY_PAUSE_S = 0.02


class Tx:
    """One transaction: the only handle by which repositories reach the database."""

    __slots__ = ("connection", "dialect")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection  # for migrations; repositories use the methods
        self.dialect = connection.dialect.name

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run one statement; a list of parameter rows runs it for each."""
        return self.connection.execute(statement, parameters)

    def all(self, statement: Executable, parameters: Any = None) -> Sequence[Row[Any]]:
        """Give all rows."""
        return self.connection.execute(statement, parameters).all()

    def first(self, statement: Executable, parameters: Any = None) -> Row[Any] | None:
        """Give the first row, or None."""
        return self.connection.execute(statement, parameters).first()

    def scalar(self, statement: Executable, parameters: Any = None) -> Any:
        """Give the first column of the first row, or None."""
        return self.connection.execute(statement, parameters).scalar()

    def scalars(self, statement: Executable, parameters: Any = None) -> Sequence[Any]:
        """Give the first column of all rows."""
        return self.connection.execute(statement, parameters).scalars().all()

    def stream(self, statement: Executable) -> Iterator[Row[Any]]:
        """Give rows a part at a time, never all at once; read them before the transaction ends."""
        return iter(self.connection.execute(statement, execution_options={"yield_per": ROWS_AT_ONCE}))

    def changed(self, statement: Executable) -> int:
        """Run an UPDATE or DELETE and give how many rows it touched."""
        return self.connection.execute(statement).rowcount

    def insert(self, table: Any) -> Insert:
        """Begin an INSERT that may take `on_conflict_do_nothing/update` and RETURNING on either database.

        Typed as PostgreSQL's; SQLite's has the same methods.
        """
        return postgresql.insert(table) if self.dialect == "postgresql" else cast("Insert", sqlite.insert(table))

    def insert_rows(self, table: Any, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert many rows with one prepared statement."""
        listed = list(rows)
        if listed:
            self.connection.execute(self.insert(table), listed)

    @contextlib.contextmanager
    def savepoint(self) -> Iterator[None]:
        """Run a part that may fail alone: an error inside undoes only that part."""
        with self.connection.begin_nested():
            yield

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[Tx]:
        """Read all of one moment, what others have committed by now; what this transaction wrote itself is not there.

        For a reader of many tables who writes what it read: READ COMMITTED would mix moments. On SQLite the one writer
        stands on one snapshot already.
        """
        if self.dialect == "sqlite":
            yield self
            return
        with self.connection.engine.connect() as connection:
            still = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with still.begin():
                yield Tx(still)

    def integrity_problems(self) -> list[str]:
        """Ask the database whether it is whole; SQLite checks pages and foreign keys, PostgreSQL does so itself."""
        if self.dialect != "sqlite":
            return []
        told = [str(row[0]) for row in self.connection.exec_driver_sql("PRAGMA integrity_check").all()]
        keys = [f"{row[0]}: row {row[1]}" for row in self.connection.exec_driver_sql("PRAGMA foreign_key_check").all()]
        return [words for words in told if words != "ok"] + keys

    def try_lock(self, *key: str) -> bool:
        """Take a lock on a name until the transaction ends; False when another holds it.

        On SQLite the one writer already excludes all others.
        """
        if self.dialect == "sqlite":
            return True
        statement = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:key, 0))")
        return bool(self.connection.execute(statement, {"key": "\x1f".join(key)}).scalar())

    def lock(self, *key: str) -> None:
        """Wait for a lock on a name until the transaction ends."""
        self._wait_for("pg_advisory_xact_lock", key)

    def lock_shared(self, *key: str) -> None:
        """Wait while another holds `lock` on a name; until the transaction ends, any number may share it."""
        self._wait_for("pg_advisory_xact_lock_shared", key)

    def _wait_for(self, function: str, key: tuple[str, ...]) -> None:
        if self.dialect == "postgresql":
            statement = text(f"SELECT {function}(hashtextextended(:key, 0))")
            self.connection.execute(statement, {"key": "\x1f".join(key)})


class Database:
    """An engine with the traps of both databases closed; hands out transactions."""

    def __init__(self, url: str, *, pool_size: int = 40) -> None:
        self.engine = _engine(url, pool_size)
        self.dialect = self.engine.dialect.name
        self._turn = threading.Lock()

    @contextlib.contextmanager
    def write(self) -> Iterator[Tx]:
        """Open a writing transaction; it is committed when the block ends, rolled back when it raises."""
        with self._turn_to_write(), _told_apart(), self.engine.connect() as connection:
            connection = connection.execution_options(lantoa_writes=True)  # noqa: PLW2901 - the same connection, marked
            with connection.begin():
                yield Tx(connection)

    @contextlib.contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        """Let the threads of a process take turns at SQLite's one writer: its own waiting is sleeping and trying again.

        Whoever waits too long goes on and is told by the database.
        """
        taken = self.dialect == "sqlite" and self._turn.acquire(timeout=SQLITE_BUSY_MS / 1000)
        try:
            yield
        finally:
            if taken:
                self._turn.release()

    @contextlib.contextmanager
    def read(self) -> Iterator[Tx]:
        """Open a reading transaction: one snapshot of the database, never written to."""
        with _told_apart(), self.engine.connect() as connection:
            if self.dialect == "postgresql":
                connection = connection.execution_options(  # noqa: PLW2901 - the same connection, marked
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            with connection.begin():
                yield Tx(connection)

    def write_retrying(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in a writing transaction, again when only a lock or a serialisation failure stopped it."""
        for attempt in range(RETRIES):
            try:
                with self.write() as tx:
                    return work(tx)
            except AppError as refusal:
                if refusal.code is not Code.STORE_BUSY or attempt == RETRIES - 1:
                    raise
                time.sleep(RETRY_PAUSE_S * 2**attempt)
        raise AssertionError  # the loop returns or raises

    def forget_log(self) -> bool:
        """Move what the write-ahead log of SQLite still holds into the file and empty it; False while it is in use."""
        if self.dialect != "sqlite":
            return True
        with _told_apart(), self.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")  # of the transaction that was begun with the connection
            busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        return not busy

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def is_duplicate(error: SQLAlchemyError) -> bool:
    """Tell a broken unique key from other integrity errors."""
    if not isinstance(error, IntegrityError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return state == "23505" or "UNIQUE constraint failed" in str(error.orig)


@contextlib.contextmanager
def _told_apart() -> Iterator[None]:
    """Turn lock, pool and connection failures into refusals; everything else stays a bug."""
    try:
        yield
    except PoolTimeoutError as error:
        raise AppError(Code.STORE_BUSY, "the database has no free connection") from error
    except (OperationalError, InterfaceError) as error:
        raise AppError(*_refusal(error)) from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in RETRYABLE_STATES:
            raise AppError(Code.STORE_BUSY, "the database is busy with the same rows") from error
        if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in BROKEN_FILE:  # the low byte; the rest tells details
            raise AppError(Code.DATABASE_UNREACHABLE, f"the database cannot be read: {error.orig}") from error
        if error.connection_invalidated:
            raise AppError(Code.DATABASE_UNREACHABLE, "the connection to the database was lost") from error
        raise


def _refusal(error: DBAPIError) -> tuple[Code, str]:
    words = str(error.orig).lower()
    if getattr(error.orig, "sqlstate", None) in RETRYABLE_STATES or "locked" in words or "busy" in words:
        return Code.STORE_BUSY, "the database is busy; try again"
    if "full" in words or "read-only" in words or "readonly" in words:
        return Code.STORE_FULL, "the database cannot be written to: " + words.splitlines()[0]
    return Code.DATABASE_UNREACHABLE, "the database cannot be reached: " + words.splitlines()[0]


def _engine(url: str, pool_size: int) -> Engine:
    options: dict[str, Any] = {
        "json_serializer": _dump_json,
        "pool_pre_ping": url.startswith("postgresql"),
        "hide_parameters": True,  # an error's text goes to the log; the values may be people's
    }
    if url.startswith("sqlite"):
        options["connect_args"] = {"check_same_thread": False, "timeout": SQLITE_BUSY_MS / 1000}
    options |= {"pool_size": pool_size, "max_overflow": 0, "pool_timeout": 10}
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _dump_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {SQLITE_BUSY_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # what a person had erased is overwritten, not only forgotten
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("lantoa_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
