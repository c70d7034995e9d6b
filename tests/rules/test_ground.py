"""The ground of the tests holds: no outside network, a known time zone, a server of our own."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests import ground
from tests.postgres import drop_database, new_database

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).parents[2]
OUTSIDE = "203.0.113.1"


@pytest.fixture
def forgiven() -> Iterator[None]:
    yield
    ground.outside.clear()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.255.0.9", "::1", "localhost", "", None, b"localhost"])
def test_this_machine_is_loopback(host: object) -> None:
    assert ground.is_loopback(host)


@pytest.mark.parametrize("host", [OUTSIDE, "10.0.0.1", "0.0.0.0", "example.org", "fe80::1%eth0", "localhost.example"])  # noqa: S104 - told apart, not bound
def test_another_machine_is_not_loopback(host: str) -> None:
    assert not ground.is_loopback(host)


def test_a_socket_to_another_machine_is_refused() -> None:
    with socket.socket() as sock, pytest.raises(ground.OutsideReachedError):
        sock.connect((OUTSIDE, 80))
    with socket.socket(type=socket.SOCK_DGRAM) as sock, pytest.raises(ground.OutsideReachedError):
        sock.sendto(b"x", (OUTSIDE, 53))
    with pytest.raises(ground.OutsideReachedError):
        asyncio.run(asyncio.open_connection(OUTSIDE, 80))
    with pytest.raises(ground.OutsideReachedError):
        socket.getaddrinfo("example.org", 80)
    assert len(ground.outside) == 4
    ground.outside.clear()


def test_a_reserved_name_is_unknown_rather_than_refused() -> None:
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("nowhere.invalid", 80)


def test_loopback_works() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername()[0] == "127.0.0.1"


def test_the_time_zone_is_the_one_of_the_environment() -> None:
    noon = dt.datetime(2026, 1, 15, 12, tzinfo=dt.UTC)
    expected = {"UTC": "12:00", "America/St_Johns": "08:30"}[os.environ["TZ"]]
    assert noon.astimezone().strftime("%H:%M") == expected


def run_pytest(folder: Path, test: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run one made-up test under the real conftest, in a process of its own."""
    (folder / "test_it.py").write_text(test)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-c", os.devnull]
    clean = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("PYTEST")}
    return subprocess.run(  # noqa: S603 - our own interpreter
        [*command, str(folder)], cwd=ROOT, env=clean | environ, text=True, capture_output=True, check=False
    )


SKIPPING = "from tests.ground import cannot_run\ndef test_a():\n    cannot_run('The moon', 'it is far')\n"


def test_a_part_that_cannot_run_is_named_before_the_closing_line(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, SKIPPING)
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The moon: it is far (1 test)" in lines
    assert "1 skipped" in lines[-1]


def test_a_part_that_cannot_run_fails_the_run_in_ci(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, SKIPPING, CI="true")
    assert done.returncode == 1
    assert "(so this run fails)" in done.stdout


def test_what_may_stand_beside_a_checkout_is_named_and_fails_nothing(tmp_path: Path) -> None:
    test = "import pytest\n@pytest.mark.skip(reason='no moon beside it')\ndef test_a():\n    pass\n"
    done = run_pytest(tmp_path, test, CI="true")
    assert done.returncode == 0
    assert "no moon beside it (1 test)" in done.stdout
    assert "(so this run fails)" not in done.stdout


def test_a_swallowed_refusal_still_fails_the_test(tmp_path: Path) -> None:
    test = (
        "import contextlib, socket\n"
        "def test_a():\n"
        "    with contextlib.suppress(Exception):\n"
        f"        socket.create_connection(('{OUTSIDE}', 80))\n"
    )
    done = run_pytest(tmp_path, test)
    assert done.returncode == 1
    assert f"reached for {OUTSIDE} port 80" in done.stdout


def test_the_postgresql_of_a_run_is_its_own(postgres_url: str) -> None:
    url = new_database(postgres_url, "ground")
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT current_database(), current_setting('max_connections'), version()").fetchone()
    drop_database(postgres_url, "ground")
    assert row is not None
    assert row[:2] == ("ground", "200")
    assert int(row[2].split()[1].split(".")[0]) >= 15
