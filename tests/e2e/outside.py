"""An outside script's view of Lantoa: a real `lantoa run` on loopback, its commands, its callers, a small news site.

Here is nothing of the house but the command line and HTTP; what it answers is judged by the written contract alone.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import httpx

from tests.corpus.site import Item, Site
from tests.postgres import free_port

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PASSWORD = "một mật khẩu thật dài 7"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WAIT_S = 60
PERSON = (
    "Mozilla/5.0 (Linux; Android 13; SM-A135F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"
)
EVER = "2020-01-01"
CONSENTS = {"processing": 2, "conduct": 1}  # the current versions of the notices


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A command that came to its end."""

    code: int
    out: str
    err: str

    def ok(self) -> Done:
        """Hold it to exit 0 without a traceback."""
        assert (self.code, "Traceback" in self.err) == (0, False), self
        return self

    def refused(self, code: str) -> Done:
        """Hold it to exit 1 with `error: <code>: <words>` on one line, and nothing else of an error."""
        lines = [line for line in self.err.splitlines() if line.startswith("error: ")]
        assert self.code == 1, self
        assert "Traceback" not in self.err, self
        assert len(lines) == 1, self
        assert lines[0].startswith(f"error: {code}: "), self
        assert lines[0].removeprefix(f"error: {code}: ").strip(), self
        return self

    def misused(self) -> Done:
        """Hold it to exit 2 without a traceback."""
        assert (self.code, "Traceback" in self.err) == (2, False), self
        return self

    def json(self) -> Any:
        """Read the one document on standard output, which is ASCII and nothing else."""
        assert self.out.isascii(), self
        return json.loads(self.out)

    def json_lines(self) -> list[Any]:
        """Read one document a line."""
        assert self.out.isascii(), self
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Caller:
    """One caller of the API; paths get their prefix, but for those that have none."""

    client: httpx.Client
    headers: dict[str, str] = field(default_factory=dict)
    account: dict[str, Any] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        """Send one request; `body` as JSON, headers by their names."""
        prefix = "" if path.startswith(("/s/", "/healthz", "/readyz", "/metrics", "/api/")) else "/api/v1"
        if body is not None:
            more["json"] = body
        headers = self.headers | more.pop("headers", {})
        return self.client.request(method, prefix + path, headers=headers, **more)

    def get(self, path: str, **more: Any) -> Any:
        """GET what must be there."""
        return good(self.ask("GET", path, **more), 200)

    def post(self, path: str, body: Any = None, status: int = 201, **more: Any) -> Any:
        """POST what must go through."""
        return good(self.ask("POST", path, body, **more), status)

    def patch(self, path: str, body: Any, **more: Any) -> Any:
        """PATCH with the ETag that a GET gives, as it must go through."""
        tag = self.ask("GET", path).headers["etag"]
        return good(self.ask("PATCH", path, body, headers={"If-Match": tag}, **more), 200)

    def refuse(self, status: int, code: str, method: str, path: str, body: Any = None, **more: Any) -> dict[str, Any]:
        """Send what must be refused with a status and a code; give the problem document."""
        return problem(self.ask(method, path, body, **more), status, code)

    def pages(self, path: str, limit: int = 2) -> list[Any]:
        """Walk a list to its end by its cursor."""
        found: list[Any] = []
        mark, cursor = "&" if "?" in path else "?", ""
        for _ in range(1000):
            page = self.get(f"{path}{mark}limit={limit}{cursor}")
            assert len(page["items"]) <= limit
            found += page["items"]
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"
        raise AssertionError(path)


def good(answer: httpx.Response, status: int) -> Any:
    """Hold an answer to a status; give its JSON."""
    assert answer.status_code == status, (answer.request.method, answer.request.url, answer.status_code, answer.text)
    if status == 204:
        assert answer.content == b""
        return None
    assert answer.headers["content-type"].startswith("application/json"), answer.headers
    return answer.json()


def problem(answer: httpx.Response, status: int, code: str = "") -> dict[str, Any]:
    """Hold an answer to being a problem document of a status and a code."""
    told = (str(answer.request.method), str(answer.request.url), answer.status_code, answer.text[:500])
    assert answer.status_code == status, told
    assert answer.headers["content-type"].split(";")[0] == "application/problem+json", told
    found: dict[str, Any] = answer.json()
    assert found["status"] == status, told
    assert isinstance(found["title"], str), told
    assert isinstance(found["code"], str), told
    assert not code or found["code"] == code, told
    assert "Traceback" not in answer.text, told
    return found


def has(thing: dict[str, Any], **fields: Any) -> None:
    """Hold a thing to fields with just these values."""
    assert {name: thing.get(name, "MISSING") for name in fields} == fields


def named(thing: dict[str, Any], *names: str) -> None:
    """Hold a thing to having fields, whatever their value."""
    assert set(names) <= set(thing), f"{set(names) - set(thing)} missing in {thing}"


@dataclass(slots=True, kw_only=True)
class Cell:
    """A unit with an officer and members who have consented, each signed in."""

    unit: dict[str, Any]
    officer: Caller
    members: list[dict[str, Any]]
    callers: list[Caller]

    @property
    def one(self) -> Caller:
        """Give the first member."""
        return self.callers[0]


class Outside:
    """One installation in a folder of its own, and the site it collects from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.site = Site()
        self.process: subprocess.Popen[bytes] | None = None
        self.client = httpx.Client(base_url=self.base, timeout=WAIT_S, trust_env=False)
        self.admin = Caller(self.client)
        self._counter = itertools.count(1)
        self._tick = threading.Event()

    def environment(self) -> dict[str, str]:
        """Give the environment of its processes."""
        own = {
            "LANTOA_DATA": str(self.folder / "data"),
            "LANTOA_BASE_URL": self.base,
            "LANTOA_HOST_DELAY_S": "0",
            "LANTOA_ALLOW_PRIVATE_HOSTS": f"127.0.0.1:{self.site.port}",
        }
        return {k: v for k, v in os.environ.items() if not k.startswith("LANTOA_")} | own

    def lantoa(self, *arguments: str, told: str | bytes | None = None, **more: str) -> Done:
        """Run one command to its end; `more` goes into its environment."""
        ended = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "lantoa", *arguments],
            input=told.encode() if isinstance(told, str) else told,
            env=self.environment() | more,
            cwd=self.folder,
            capture_output=True,
            check=False,
            timeout=WAIT_S * 2,
        )
        return Done(code=ended.returncode, out=ended.stdout.decode(), err=ended.stderr.decode())

    def start(self) -> None:
        """Start `lantoa run` and wait until it is ready."""
        with (self.folder / "stderr.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "lantoa", "run", "--port", str(self.port)],
                env=self.environment(),
                cwd=self.folder,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        try:
            self.until(self._is_ready)
        except AssertionError as never:
            raise AssertionError(self.stop()) from never

    def _is_ready(self) -> bool:
        try:
            return self.client.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def stop(self) -> str:
        """Stop it as a service manager would; give all it said."""
        self.client.close()
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(WAIT_S)
            self.process = None
        return (self.folder / "stderr.log").read_text(encoding="utf-8")

    def until(self, done: Callable[[], object], wait_s: float = 30) -> None:
        """Ask again and again, briefly, until something holds."""
        for _ in range(int(wait_s / 0.1)):
            if done():
                return
            self._tick.wait(0.1)
        raise AssertionError(done)

    def sign_in(self, login: str) -> Caller:
        """Sign in, and give the caller."""
        answer = good(self.anyone.ask("POST", "/sessions", {"login": login, "password": PASSWORD}), 201)
        return Caller(self.client, {"Authorization": f"Bearer {answer['token']}"}, answer["account"])

    @property
    def anyone(self) -> Caller:
        """Give a caller who is not signed in."""
        return Caller(self.client)

    def name(self, prefix: str) -> str:
        """Give a code that nothing has yet."""
        return f"{prefix}{next(self._counter)}"

    @property
    def now(self) -> dt.datetime:
        """Read the server's clock as any client can."""
        return email.utils.parsedate_to_datetime(self.anyone.ask("GET", "/healthz").headers["date"])

    @property
    def today(self) -> dt.date:
        """Give the local day."""
        return self.now.astimezone(ZONE).date()

    def unit(self, parent: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """Make a unit."""
        code = self.name("CB")
        body = {"code": code, "name": f"Chi bộ {code}", "kind": "chi bộ", "valid_from": EVER}
        above = {"parent_id": parent["id"]} if parent else {}
        made: dict[str, Any] = self.admin.post("/units", body | above | more)
        return made

    def member(self, unit: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Make a member of a unit."""
        body = {"code": self.name("DV"), "full_name": "Nguyễn Thị Hoa", "unit_id": unit["id"], "since": EVER}
        made: dict[str, Any] = self.admin.post("/members", body | more)
        return made

    def account(self, role: str, **more: Any) -> Caller:
        """Make an account and sign in."""
        login = self.name("nguoi")
        self.admin.post("/accounts", {"login": login, "password": PASSWORD, "role": role} | more)
        return self.sign_in(login)

    def person(self, unit: dict[str, Any], **more: Any) -> tuple[dict[str, Any], Caller]:
        """Make a member with an account who has consented."""
        member = self.member(unit, **more)
        caller = self.account("member", member_id=member["id"])
        for kind, version in CONSENTS.items():
            caller.post("/me/consents", {"kind": kind, "version": version})
        return member, caller

    def cell(self, size: int = 1, parent: dict[str, Any] | None = None) -> Cell:
        """Make a cell of members."""
        unit = self.unit(parent)
        people = [self.person(unit) for _ in range(size)]
        officer = self.account("officer", unit_id=unit["id"])
        return Cell(unit=unit, officer=officer, members=[m for m, _ in people], callers=[c for _, c in people])

    def feed(self, items: list[Item] | None = None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Put a feed on the site, add and fetch it; give the source and its articles."""
        path = self.name("/rss/muc-") + ".rss"
        given = items if items is not None else [self.item() for _ in range(3)]
        for item in given:
            self.site.set_page(item.path, f"<html><head><title>{item.title}</title></head><body>Bài</body></html>")
        url = self.site.set_feed(path, given)
        made = self.admin.post("/feeds", {"url": url})
        self.admin.post(f"/feeds/{made['id']}/fetch", status=200)
        return made, self.admin.get(f"/articles?feed={made['id']}&limit=200")["items"]

    def item(self, title: str = "", **more: Any) -> Item:
        """Make an entry that is no other's; its date is an hour ago."""
        number = next(self._counter)
        date = email.utils.format_datetime(self.now - dt.timedelta(hours=1, seconds=number))
        return Item(
            path=f"/bai-{number}-post{800000 + number}.html", title=title or f"Bài viết số {number}", date=date, **more
        )

    def article(self) -> dict[str, Any]:
        """Give an article collected for this alone."""
        return self.feed([self.item()])[1][0]
