"""Canaries as read back: links that no person is shown, the machines that followed them, the office's own texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.agents import LocalVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryRow:
    """A canary as listed, newest first."""

    slug: str
    article_id: int
    channel: str
    created_at: dt.datetime
    withdrawn_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineRow:
    """How a machine called itself on a channel, how often it came, and when last."""

    agent: str
    channel: str
    request_count: int
    last_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalAgentRow:
    """One entry that holds."""

    agent_id: int
    text: str
    verdict: LocalVerdict
    added_at: dt.datetime
