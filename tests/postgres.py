"""A throw-away PostgreSQL server on a free loopback port, for the time of one test run (one a pytest worker)."""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.ground import cannot_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

OLDEST = 15
USER = "lantoa"
OPTIONS = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off"),  # it lives for one run; nothing is to survive it
    *("max_connections=200", "shared_buffers=64MB", "listen_addresses=127.0.0.1", "unix_socket_directories="),
    *("timezone=UTC", "log_timezone=UTC", "lc_messages=C"),
    "autovacuum=off",  # it would come when it likes, and rows that nobody ordered would change their order
)
TRIES = 3


class CannotStartError(RuntimeError):
    """No server could be started; the words say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A running server: its programs, its folder, its port and the prefix that runs a command as its owner."""

    programs: Path
    folder: Path
    port: int
    as_owner: tuple[str, ...]

    @property
    def url(self) -> str:
        """Give the SQLAlchemy address of the server's own database."""
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/postgres"

    def stop(self) -> None:
        """Stop the server at once; its folder goes with the run."""
        call(self.as_owner, self.programs / "pg_ctl", "-D", self.folder / "db", "-m", "immediate", "-w", "stop")


def find_programs() -> Path | None:
    """Find the newest installed PostgreSQL of 15 or later; distributions keep initdb off the PATH."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    fit = [(version, folder) for folder in found if (version := _version(folder)) >= OLDEST]
    return max(fit)[1] if fit else None


def _version(folder: Path) -> int:
    words = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - found above
    number = re.search(r"\d+", words)
    return int(number.group()) if number else 0


def owner_prefix(folder: Path) -> tuple[str, ...]:
    """Find how to run as someone other than root, which PostgreSQL refuses; hand that user the folder."""
    if os.geteuid() != 0:
        return ()
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            os.chown(folder, user.pw_uid, user.pw_gid)
            if setpriv := shutil.which("setpriv"):
                return (setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--")
            if runuser := shutil.which("runuser"):
                return (runuser, "-u", name, "--")
    raise CannotStartError("root may not run it, and there is no other user to run it as")


def call(prefix: Sequence[str], *words: str | Path) -> None:
    """Run one of PostgreSQL's programs; what it said is in the error where it fails."""
    done = subprocess.run(  # noqa: S603 - programs found on this machine
        [*prefix, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, cwd="/"
    )
    if done.returncode != 0:
        raise CannotStartError(" ".join(done.stdout.split())[-400:])


def start(folder: Path) -> Cluster:
    """Make a cluster in a folder and start it on a free port."""
    programs = find_programs()
    if programs is None:
        raise CannotStartError(f"PostgreSQL {OLDEST} or later is not installed")
    prefix = owner_prefix(folder)
    database = folder / "db"
    call(
        prefix, programs / "initdb", "-D", database, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
    )
    with (database / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.writelines(f"{name} = '{value}'\n" for name, _, value in (option.partition("=") for option in OPTIONS))
    for remaining in reversed(range(TRIES)):  # another process may take the port between the look and the start
        port = free_port()
        try:
            call(prefix, programs / "pg_ctl", "-D", database, "-w", "-l", folder / "log", "-o", f"-p {port}", "start")
        except CannotStartError:
            if not remaining:
                raise
        else:
            return Cluster(programs=programs, folder=folder, port=port, as_owner=prefix)
    raise CannotStartError("no free port")


def free_port() -> int:
    """Ask the system for a loopback port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def new_database(server_url: str, name: str, *, template: str = "template0") -> str:
    """Make a database on the server, a copy of `template`, and give its address."""
    _admin(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return server_url.rpartition("/")[0] + f"/{name}"


def drop_database(server_url: str, name: str) -> None:
    """Remove a database, whoever is still connected."""
    _admin(server_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _admin(server_url: str, statement: str) -> None:
    with psycopg.connect(server_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Give the address of a running PostgreSQL server of this run's own (see `new_database`)."""
    with tempfile.TemporaryDirectory(prefix="lantoa-pg-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        try:
            cluster = start(Path(folder))
        except CannotStartError as error:
            cannot_run("PostgreSQL", str(error))
        try:
            yield cluster.url
        finally:
            cluster.stop()
