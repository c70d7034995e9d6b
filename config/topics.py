"""The topics an office starts with, read from `topics.toml`. What an office adds lives in its database."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterTopic:
    """A topic as delivered: its name, and the words whose presence suggests it."""

    name: str
    words: tuple[str, ...]


def list_starter_topics() -> tuple[StarterTopic, ...]:
    """Read the list, in the order of the file."""
    text = resources.files("config").joinpath("topics.toml").read_text(encoding="utf-8")
    return tuple(StarterTopic(name=row["name"], words=tuple(row["words"])) for row in tomllib.loads(text)["topic"])
