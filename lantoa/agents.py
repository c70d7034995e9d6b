"""Builds the agent classifier from the published robot lists, our own `config/agents.toml` and the office's list.

Imported by those who count clicks, when they start: reading the lists takes some tenths of a second. What the patterns
mean is decided in `tracker.domain.agents`, not here.
"""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.resources
import json
import threading
import time
import tomllib
from typing import TYPE_CHECKING, Any

import structlog

from tracker.domain.agents import AgentClassifier, AgentLists, extended
from tracker.domain.errors import AppError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.store.db import Database

REFRESH_S = 30.0

log = structlog.get_logger(__name__)


class LiveAgents:
    """The classifier with the office's list as it stands in the database, looked at twice a minute.

    While the database is away, or a new list is being built, the list before goes on holding.
    """

    def __init__(self, db: Database, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._db, self._monotonic = db, monotonic
        self._classifier: AgentClassifier | None = None
        self._version = ""
        self._looked_at = float("-inf")
        self._looking = threading.Lock()

    def __call__(self) -> AgentClassifier:
        """Give the classifier; at times after a look at the list."""
        if self._monotonic() - self._looked_at >= REFRESH_S and self._looking.acquire(blocking=False):
            try:
                self._look()
                self._looked_at = self._monotonic()
            finally:
                self._looking.release()
        return self._classifier or agent_classifier()

    def _look(self) -> None:
        from tracker.services import canaries

        try:
            with self._db.read() as tx:
                version, local = canaries.get_local_list(tx)
        except AppError as refusal:
            log.warning("agents.not_looked_up", code=str(refusal.code))
            return
        if version != self._version:
            self._classifier = AgentClassifier(extended(load_lists(), local, version=version))
            self._version = version


@functools.cache
def agent_classifier() -> AgentClassifier:
    """Give the process's one classifier of the lists as installed."""
    return AgentClassifier(load_lists())


@functools.cache
def load_lists() -> AgentLists:
    """Read the lists as installed; `version` names each of them, for reports."""
    own: dict[str, Any] = tomllib.loads(_text("config", "agents.toml"))
    return AgentLists(
        robots=(*own["robots"]["patterns"], *_counter_robots(), *_crawler_user_agents()),
        previews=tuple((pattern, name) for name, pattern in own["previews"].items()),
        people=tuple(own["people"]["words"]),
        ignored=frozenset(own["people"]["ignored"]),
        version=_version(own["version"]),
    )


@functools.cache
def common_agents() -> tuple[str, ...]:
    """Give how the browsers and applications call themselves in which most people read."""
    own: dict[str, Any] = tomllib.loads(_text("config", "agents.toml"))
    return tuple(own["people"]["common"])


def _version(own: str) -> str:
    lists = [f"{name} {importlib.metadata.version(name)}" for name in ("counter-robots", "crawler-user-agents")]
    return ", ".join([*lists, f"lantoa {own}"])


def _counter_robots() -> list[str]:
    files = (_text("counter_robots", "data", name) for name in ("robot.txt", "machine.txt"))
    return [line for file in files for line in file.splitlines() if line.strip()]


def _crawler_user_agents() -> list[str]:
    entries: list[dict[str, Any]] = json.loads(_text("crawleruseragents", "crawler-user-agents.json"))
    return [entry["pattern"] for entry in entries]


def _text(package: str, *path: str) -> str:
    return importlib.resources.files(package).joinpath(*path).read_text(encoding="utf-8")
