"""A throw-away installation: its folder, its settings, its database. The maker's own installation is never touched."""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from bench.processes import parent_of
from lantoa import wiring
from tests import make
from tests.postgres import drop_database, new_database
from tracker.domain.types import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lantoa.wiring import House
    from tracker.domain.types import MemberId, UnitId, Viewer
    from tracker.store.db import Tx

POSTGRES = "BENCH_POSTGRES_URL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one installation stands, and how it is set."""

    folder: Path
    database: str
    settings: Mapping[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """Give the environment of its processes: the maker's, without the settings of the maker's own installation."""
        return {k: v for k, v in os.environ.items() if not k.startswith("LANTOA_")} | dict(self.settings)

    @contextlib.contextmanager
    def open(self) -> Iterator[House]:
        """Open it in this process."""
        kept, where = dict(os.environ), Path.cwd()
        try:
            _set_environment(self.environment())
            os.chdir(self.folder)  # a lantoa.toml of the maker's is read from the working folder
            with wiring.open_house() as house:
                yield house
        finally:
            os.chdir(where)
            _set_environment(kept)


@contextlib.contextmanager
def new_place(database: str = "sqlite", **settings: str) -> Iterator[Place]:
    """Give a place that is gone afterwards; `database` is `sqlite` or `postgresql`."""
    with contextlib.ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="lantoa-bench-")))
        own = {"LANTOA_DATA": str(folder / "data")} | settings
        if database == "postgresql":
            own["LANTOA_DATABASE_URL"] = closing.enter_context(_postgres_database(folder.name))
        yield Place(folder=folder, database=database, settings=own)


def databases() -> list[str]:
    """List which databases can be measured here."""
    return ["sqlite", "postgresql"] if os.environ.get(POSTGRES) else ["sqlite"]


def server_pid(database: str) -> int | None:
    """Find the server process of PostgreSQL where it runs on this machine: what it uses counts as well."""
    if database != "postgresql":
        return None
    with psycopg.connect(os.environ[POSTGRES].replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        return None if row is None else parent_of(int(row[0]), "postgres")


def settle(tx: Tx) -> tuple[tuple[UnitId, ...], MemberId, Viewer]:
    """Put in three units, one below the other, a member at the bottom and their account; units from the bottom up."""
    top = make.unit(tx, "T")
    middle = make.unit(tx, "T1", above=(top,))
    bottom = make.unit(tx, "T11", above=(middle, top))
    member_id = make.member(tx, bottom, "M1")
    return (bottom, middle, top), member_id, make.account(tx, "m1", Role.MEMBER, member_id=member_id)


@contextlib.contextmanager
def _postgres_database(name: str) -> Iterator[str]:
    """Make a database of our own on the given server, and drop it."""
    server = os.environ[POSTGRES]
    url = new_database(server, name)
    try:
        yield url
    finally:
        drop_database(server, name)


def _set_environment(variables: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(variables)
