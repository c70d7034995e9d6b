"""The application as its callers meet it, in one process, on a fresh database of each kind."""

from __future__ import annotations

import functools
import hashlib
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import httpx
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import insert

from api.app import create_app
from api.http import Deps
from tests import make
from tracker.store.tables.accounts import Session
from web import render

if TYPE_CHECKING:
    import asyncio
    import datetime as dt
    from collections.abc import Callable

    from fastapi import FastAPI

    from tracker.domain.types import Viewer
    from tracker.store.db import Database

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TEMPLATES = Path(__file__).parents[1] / ".pytest_cache" / "templates"
BASE_URL = "http://127.0.0.1:8000"


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: dt.datetime = make.NOW

    def __call__(self) -> dt.datetime:
        return self.now


@dataclass
class Caller:
    """One caller: every request carries its headers; API paths get their prefix."""

    app: FastAPI
    loop: asyncio.AbstractEventLoop
    headers: dict[str, str] = field(default_factory=dict)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send one request and wait for its answer."""
        return self.loop.run_until_complete(self._request(method, path, **more))

    async def _request(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = self.headers | more.pop("headers", {})
        target = path if path.startswith(("/api/", "/s/", "/healthz", "/readyz", "http")) else f"/api/v1{path}"
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
            return await client.request(method, target, headers=headers, **more)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.request("POST", path, **more)

    def patch(self, path: str, **more: Any) -> httpx.Response:
        return self.request("PATCH", path, **more)

    def delete(self, path: str, **more: Any) -> httpx.Response:
        return self.request("DELETE", path, **more)


@dataclass
class Api:
    """The application under test, its database and its clock."""

    app: FastAPI
    db: Database
    clock: Clock
    loop: asyncio.AbstractEventLoop

    @property
    def anyone(self) -> Caller:
        """Give a caller who is not signed in."""
        return Caller(self.app, self.loop)

    def as_viewer(self, viewer: Viewer) -> Caller:
        """Give a caller signed in with a session of the viewer's account."""
        token = secrets.token_urlsafe(16)
        row = {
            "token_hash": hashlib.sha256(token.encode()).digest(),
            "account_id": viewer.account_id,
            "kind": "api",
            "created_at": self.clock.now,
            "last_seen_at": self.clock.now,
            "expires_at": self.clock.now.replace(year=self.clock.now.year + 1),
        }
        with self.db.write() as tx:
            tx.execute(insert(Session), row)
        return Caller(self.app, self.loop, {"Authorization": f"Bearer {token}"})


def make_deps(db: Database | None, clock: Callable[[], dt.datetime], **more: Any) -> Deps:
    """Give dependencies on a database and a clock, without crawler or sandbox."""
    given: dict[str, Any] = {
        "db": db,
        "clock": clock,
        "zone": ZONE,
        "base_url": BASE_URL,
        "secret": b"s" * 32,
        "crawl": None,
        "sandbox": None,
        "version": "0",
        "check_ready": lambda: None,
    }
    return Deps(**(given | more))


@functools.cache
def _one_app() -> FastAPI:
    """Build the application once a process: its routes are the same for every test, what they stand on differs.

    Its templates are compiled once for all runs, as modules are, and anew when what compiles them has changed.
    """
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    compiled_by = hashlib.sha256(Path(render.__file__).read_bytes()).hexdigest()[:12]
    render.environment().bytecode_cache = FileSystemBytecodeCache(str(TEMPLATES), f"{compiled_by}-%s.cache")
    return create_app(make_deps(None, Clock()))


def application(deps: Deps) -> FastAPI:
    """Give the application standing on these dependencies; one test at a time uses it."""
    app = _one_app()
    app.state.deps = deps
    return app
