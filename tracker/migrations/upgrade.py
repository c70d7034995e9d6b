"""Bring a database up to date: all steps in one transaction, under one lock, whatever kills the process meanwhile."""

from __future__ import annotations

import importlib.resources
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    from tracker.store.db import Database, Tx


def migrate(db: Database) -> bool:
    """Run the steps that are missing; True when there were any.

    SQLite holds its one writer from the first statement, PostgreSQL an advisory lock: of several migrators at once one
    works and the others find nothing left. A database of a newer program is refused, untouched.
    """
    with db.write() as tx:
        tx.lock("migrate")
        config = _config(tx)
        if not _is_behind(tx, config):
            return False
        command.upgrade(config, "head")
    return True


def is_empty(db: Database) -> bool:
    """Tell a database that nothing was ever written to."""
    with db.read() as tx:
        return not inspect(tx.connection).get_table_names()


def check(db: Database) -> None:
    """Refuse a database that is behind (`database.behind`) or newer than this program (`database.newer`)."""
    with db.read() as tx:
        if _is_behind(tx, _config(tx)):
            raise AppError(Code.DATABASE_BEHIND, "run `lantoa migrate`")


def _config(tx: Tx) -> Config:
    config = Config()
    config.set_main_option("script_location", str(importlib.resources.files("tracker") / "migrations"))
    config.attributes["connection"] = tx.connection
    return config


def _is_behind(tx: Tx, config: Config) -> bool:
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(tx.connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in known:
        raise AppError(
            Code.DATABASE_NEWER, f"its schema is {current}, this program knows up to {scripts.get_current_head()}"
        )
    return current != scripts.get_current_head()
