"""Builds the agent classifier from the published robot lists and our own `config/agents.toml`.

Imported by those who count clicks, when they start: reading the lists takes some tenths of a second. What the patterns
mean is decided in `tracker.domain.agents`, not here.
"""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.resources
import json
import tomllib
from typing import Any

from tracker.domain.agents import AgentClassifier, AgentLists


@functools.cache
def agent_classifier() -> AgentClassifier:
    """Give the process's one classifier."""
    return AgentClassifier(load_lists())


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
