"""`lantoa run` and `lantoa demo` as whole processes: they keep their children alive and end when told to."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.postgres import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.outside

WAIT_S = 60


class Running:
    """A long-running command with its own data folder; what it says on standard error is read line by line."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LANTOA_")}
        command = [sys.executable, "-m", "lantoa", *arguments]
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            cwd=folder,
            env=environment | {"LANTOA_DATA": str(folder / "data")},
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_for(self, pattern: str) -> str:
        """Read on until a line has a pattern; give the line."""
        assert self.process.stderr is not None
        said = []
        for line in self.process.stderr:
            said.append(line)
            if re.search(pattern, line):
                return line
        raise AssertionError("".join(said))

    def children(self) -> dict[str, int]:
        """Give the running children by their command."""
        found = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(path.read_text().rsplit(")", 1)[1].split()[1])
                words = (path.parent / "cmdline").read_bytes().decode().split("\0")
            except (OSError, IndexError):
                continue  # it ended while we looked
            if parent == self.process.pid and "lantoa" in words:
                found[words[words.index("lantoa") + 1]] = int(path.parent.name)
        return found

    def stop(self) -> int:
        """Tell it to stop as a service manager would; give its exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(WAIT_S)
        if self.process.stderr is not None:
            self.process.stderr.close()
        return code


@pytest.fixture
def port() -> int:
    return free_port()


def _get(port: int, path: str, token: str = "") -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
    response = connection.getresponse()
    told = response.read()
    connection.close()
    return response.status, json.loads(told) if told.startswith(b"{") else told


@pytest.fixture
def running(tmp_path: Path, port: int) -> Iterator[Running]:
    made = Running(tmp_path, "run", "--port", str(port))
    yield made
    if made.process.poll() is None:
        made.stop()


def test_the_first_start_prints_a_set_up_link_that_opens(running: Running, port: int) -> None:
    link = re.search(r"http://\S+/setup/\S+", running.wait_for("/setup/"))
    assert link is not None
    assert link[0].startswith(f"http://127.0.0.1:{port}/setup/")
    status, page = _get(port, link[0].removeprefix(f"http://127.0.0.1:{port}"))
    assert status == 200
    assert b"<form" in page
    assert _get(port, "/setup/another")[0] == 404


def test_a_child_that_is_killed_comes_back_and_all_end_together(running: Running, port: int) -> None:
    running.wait_for("/setup/")
    os.kill(running.children()["serve"], signal.SIGKILL)
    running.wait_for("starting it again")
    running.wait_for("/setup/")  # it listens again
    assert _get(port, "/healthz")[0] == 200
    children = running.children().values()
    assert running.stop() == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)


def test_a_port_in_use_is_refused_in_one_line(tmp_path: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        refused = Running(tmp_path, "run", "--port", str(port))
        assert "error: settings.invalid: cannot listen" in refused.wait_for("error: ")
        assert refused.process.wait(WAIT_S) == 1
    assert refused.process.stderr is not None
    refused.process.stderr.close()


def test_the_demo_shows_the_numbers_of_its_story(tmp_path: Path, port: int) -> None:
    demo = Running(tmp_path, "demo", "--port", str(port), "--site-port", str(free_port()))
    demo.wait_for("^Lantoa: http")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
    body = json.dumps({"login": "bithu", "password": "lan-toa-mau"})
    connection.request("POST", "/api/v1/sessions", body, {"Content-Type": "application/json"})
    token = json.loads(connection.getresponse().read())["token"]
    connection.close()
    _, found = _get(port, "/api/v1/programmes?limit=1", token)
    begins = found["items"][0]["from"]
    _, progress = _get(port, f"/api/v1/progress?period={begins[:7]}", token)
    (share,) = [i for i in progress["items"] if i["what"] == "share"]
    assert (share["counted"], share["met"], share["aim_met"], share["done"]) == (10, 9, 2, 11)
    assert demo.stop() == 0
