"""An installation in a temporary folder, driven from outside: processes to kill, requests to cut."""

from __future__ import annotations

import http.client
import json
import os
import select
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.database import fix_second_looks
from tests.postgres import free_port
from tracker.store.db import Database

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "một mật khẩu dài"
WAIT_S = 60


@dataclass
class Answer:
    """What came back: status 0 where nothing did."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)


@dataclass
class Installation:
    """A data folder, its settings, and the web process that serves it."""

    folder: Path
    database_url: str | None = None
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None
    token: str = ""
    settings: dict[str, str] = field(default_factory=dict)  # beyond those of every installation
    said: str = ""  # what its web processes wrote

    def environment(self) -> dict[str, str]:
        """Give the environment of its processes."""
        own = {"LANTOA_DATA": str(self.folder / "data"), "LANTOA_HOST_DELAY_S": "0"}
        if self.database_url:
            own["LANTOA_DATABASE_URL"] = self.database_url
        return {k: v for k, v in os.environ.items() if not k.startswith("LANTOA_")} | own | self.settings

    def lantoa(self, *arguments: str, told: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        command = [sys.executable, "-m", "lantoa", *arguments]
        return subprocess.run(  # noqa: S603 - our own program
            command,
            input=told,
            env=self.environment(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=WAIT_S,
        )

    def migrate(self) -> None:
        """Lay its database; which decisions are looked at twice is the same in every run."""
        done = self.lantoa("migrate")
        if done.returncode:
            raise RuntimeError(done.stderr)
        db = self.open_database()
        fix_second_looks(db)
        db.close()

    def open_database(self) -> Database:
        """Open the same database from here."""
        return Database(self.database_url or f"sqlite:///{self.folder / 'data' / 'lantoa.db'}")

    def spawn(self, *arguments: str) -> subprocess.Popen[str]:
        """Start one command and leave it running."""
        command = [sys.executable, "-m", "lantoa", *arguments]
        return subprocess.Popen(  # noqa: S603 - our own program
            command,
            env=self.environment(),
            cwd=self.folder,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )

    def start(self) -> None:
        """Start the web process; it listens once it has said where."""
        self.process = self.spawn("serve", "--port", str(self.port))
        if self.process.stderr is None:
            raise AssertionError
        line = self.process.stderr.readline()
        if not line.startswith("Lantoa:"):
            msg = line + self.process.stderr.read()
            raise RuntimeError(msg)

    def stop(self) -> None:
        """Stop the web process as a service manager would, and wait for it."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the web process with SIGKILL and wait for it."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(number)
        self.process.wait(WAIT_S)
        if self.process.stderr is not None:
            self.said += self.process.stderr.read()
            self.process.stderr.close()
        self.process = None

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> Answer:
        """Send one request and wait for its answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S)
        connection.request(method, f"/api/v1{path}", self._payload(body), self._headers(headers))
        response = connection.getresponse()
        told = response.read()
        connection.close()
        return Answer(response.status, json.loads(told) if told else {})

    def sign_in(self, login: str) -> None:
        """Sign in; later requests carry the token."""
        answer = self.ask("POST", "/sessions", {"login": login, "password": PASSWORD})
        self.token = answer.body["token"]

    def declare_a_share(self, administrator: str) -> str:
        """Enter a unit with one member, `lan`, who agrees to both notices and declares a share; give its number."""
        self.sign_in(administrator)
        unit = self.ask("POST", "/units", {"code": "CB", "name": "Chi bộ", "valid_from": "2020-01-01"}).body
        person = {"code": "DV1", "full_name": "Lê Thị Lan", "unit_id": unit["id"], "since": "2020-01-01"}
        member = self.ask("POST", "/members", person).body
        account = {"login": "lan", "password": PASSWORD, "role": "member", "member_id": member["id"]}
        self.ask("POST", "/accounts", account)
        self.sign_in("lan")
        for kind, version in (("processing", 2), ("conduct", 1)):
            self.ask("POST", "/me/consents", {"kind": kind, "version": version})
        share = {"kind": "share", "article_url": "https://nhandan.vn/bai-post800000.html", "channel": "zalo"}
        return str(self.ask("POST", "/claims", share).body["id"])

    def ask_and_kill(self, path: str, body: dict[str, Any], after_s: float, **headers: str) -> Answer:
        """Send one POST whole, kill the process `after_s` later or when an answer begins, and give what came back."""
        return self._send_and_kill(path, self._payload(body) or b"", self._headers(headers), after_s)

    def upload(self, path: str, form: bytes, boundary: str, **headers: str) -> Answer:
        """Send a form with a file and wait for its answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S)
        connection.request("POST", f"/api/v1{path}", form, self._headers(headers) | _multipart(boundary))
        response = connection.getresponse()
        told = response.read()
        connection.close()
        return Answer(response.status, json.loads(told) if told else {})

    def upload_and_kill(self, path: str, form: bytes, boundary: str, after_s: float, **headers: str) -> Answer:
        """Send a form with a file whole, and kill the process as `ask_and_kill` does."""
        return self._send_and_kill(path, form, self._headers(headers) | _multipart(boundary), after_s)

    def download(self, path: str) -> bytes:
        """Get the bytes of a file."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S)
        connection.request("GET", f"/api/v1{path}", headers=self._headers({}))
        told = connection.getresponse().read()
        connection.close()
        return told

    def _send_and_kill(self, path: str, payload: bytes, headers: dict[str, str], after_s: float) -> Answer:
        lines = [f"POST /api/v1{path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Connection: close"]
        lines += [f"{k}: {v}" for k, v in (headers | {"Content-Length": str(len(payload))}).items()]
        with socket.create_connection(("127.0.0.1", self.port), timeout=WAIT_S) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + payload)
            select.select([connection], [], [], after_s)
            self.kill()
            told = _drain(connection)
        return _answer(told)

    def _payload(self, body: dict[str, Any] | None) -> bytes | None:
        return None if body is None else json.dumps(body).encode()

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        own = {"Content-Type": "application/json"}
        if self.token:
            own["Authorization"] = f"Bearer {self.token}"
        return own | {k.replace("_", "-"): v for k, v in more.items()}


def _multipart(boundary: str) -> dict[str, str]:
    return {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def _drain(connection: socket.socket) -> bytes:
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionError:
        pass  # the other side was killed: what came before it counts
    return b"".join(parts)


def _answer(told: bytes) -> Answer:
    head, _, body = told.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 ") or not body:
        return Answer(0)
    try:
        return Answer(int(head[9:12]), json.loads(body))
    except ValueError:  # cut in the middle: not an answer
        return Answer(0)
