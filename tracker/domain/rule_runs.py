"""How far applying a topic's rules to what was collected before has come. Pure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.types import AccountId, TopicId


class RunState(enum.StrEnum):
    """Where a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STUCK = "stuck"  # it failed again and again; it is tried again after a day


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRun:
    """One run over all articles, by their ids; `article_count` is how many there were when it was asked for."""

    topic_id: TopicId
    topic: str
    rule_id: int  # the rule for whose sake it was asked, which may be gone
    actor_id: AccountId
    state: RunState
    asked_at: dt.datetime
    after_id: int
    looked_at: int
    article_count: int
    added: int
    taken: int

    @property
    def percent(self) -> int:
        """Give how much is done; what came in since may have no part in it."""
        if self.state is RunState.DONE or not self.article_count:
            return 100 if self.state is RunState.DONE else 0
        return min(self.looked_at * 100 // self.article_count, 99)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStep:
    """What one step did; `after_id` None: nothing is left."""

    after_id: int | None
    looked_at: int
    added: int
    taken: int


def begin(rule_id: int, actor_id: AccountId, *, article_count: int, asked_at: dt.datetime) -> dict[str, Any]:
    """Give what is kept of a run that was asked for."""
    return {
        "rule_id": rule_id,
        "actor_id": actor_id,
        "asked_at": asked_at.isoformat(),
        "article_count": article_count,
        "after_id": 0,
        "looked_at": 0,
        "added": 0,
        "taken": 0,
    }


def go_on(kept: dict[str, Any], step: RunStep) -> dict[str, Any]:
    """Give what is kept of a run after a step."""
    return kept | {
        "after_id": kept["after_id"] if step.after_id is None else step.after_id,
        "looked_at": kept["looked_at"] + step.looked_at,
        "added": kept["added"] + step.added,
        "taken": kept["taken"] + step.taken,
    }
