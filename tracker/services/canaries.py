"""Canaries and the office's own list of agents: whoever follows a link that nobody is shown is a machine.

The visitors of canaries are the only ones of whom an agent is kept; no address of theirs is.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.agents import TEXT_LEAST, TEXT_MOST, AgentKind, LocalText, is_too_broad
from tracker.domain.errors import AppError, Code
from tracker.domain.links import NOBODY, TrackedLink, canary_slug
from tracker.domain.rights import Right
from tracker.domain.types import MemberId
from tracker.store import audit, local_agents, page_reads
from tracker.store import canaries as store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tracker.domain.agents import AgentClassifier
    from tracker.domain.canaries import CanaryRow, LocalAgentRow, MachineRow
    from tracker.domain.types import ArticleId, Channel, Viewer
    from tracker.store.db import Tx

SEEN_WITHIN = dt.timedelta(days=90)
MACHINES_SHOWN = 200
SLUG_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A visitor of canaries, and what the lists take it for so far; `person` means that it should be entered."""

    seen: MachineRow
    kind: AgentKind


def add_canary(
    tx: Tx,
    viewer: Viewer,
    article_id: ArticleId,
    channel: Channel,
    *,
    draw: Callable[[int], bytes],
    now: dt.datetime,
) -> str:
    """Make a canary for a channel that leads to a collected article; give its slug."""
    rights.require(Right.ADMIN, viewer)
    target = page_reads.find_url(tx, article_id)
    if target is None or not target.startswith(("http://", "https://")):
        raise AppError(Code.NOT_FOUND)
    link = TrackedLink(
        slug=canary_slug(draw(SLUG_BYTES)),
        member_id=MemberId(NOBODY),
        article_id=article_id,
        channel=channel,
        target_url=target,
        canary=True,
    )
    store.add(tx, link, at=now, by=viewer.account_id)
    audit.record(tx, at=now, actor=viewer.account_id, action="canary.add", subject=f"link:{link.slug}")
    return link.slug


def list_canaries(tx: Tx, viewer: Viewer) -> list[CanaryRow]:
    """List the canaries."""
    rights.require(Right.ADMIN, viewer)
    return store.list_all(tx)


def withdraw_canary(tx: Tx, viewer: Viewer, slug: str, *, now: dt.datetime) -> None:
    """Withdraw a canary; what it caught stays."""
    rights.require(Right.ADMIN, viewer)
    if not store.withdraw(tx, slug, now):
        raise AppError(Code.NOT_FOUND)
    audit.record(tx, at=now, actor=viewer.account_id, action="canary.withdraw", subject=f"link:{slug}")


def list_machines(tx: Tx, viewer: Viewer, classifier: AgentClassifier, *, today: dt.date) -> list[Machine]:
    """List who followed canaries in the last 90 days, the most frequent first."""
    rights.require(Right.ADMIN, viewer)
    seen = store.list_machines(tx, since=today - SEEN_WITHIN, limit=MACHINES_SHOWN)
    return [Machine(seen=row, kind=classifier.classify(row.agent).kind) for row in seen]


def list_agents(tx: Tx, viewer: Viewer) -> list[LocalAgentRow]:
    """List the office's own entries."""
    rights.require(Right.ADMIN, viewer)
    return local_agents.list_live(tx)


def add_agent(tx: Tx, viewer: Viewer, entry: LocalText, *, common: Iterable[str], now: dt.datetime) -> int:
    """Enter a text; one that people's own browsers hold is refused, whatever it is to mean."""
    rights.require(Right.ADMIN, viewer)
    text = " ".join(entry.text.split())
    if not TEXT_LEAST <= len(text) <= TEXT_MOST or not text.isprintable():
        raise AppError(Code.FIELD_INVALID, f"text: {TEXT_LEAST} to {TEXT_MOST} characters", field="text")
    if is_too_broad(text, common):
        raise AppError(Code.FIELD_INVALID, "text: people's own browsers say this too", field="text")
    agent_id = local_agents.add(tx, LocalText(text=text, verdict=entry.verdict), at=now, by=viewer.account_id)
    if agent_id is None:
        raise AppError(Code.CODE_TAKEN, "this text is in the list already", field="text")
    audit.record(
        tx, at=now, actor=viewer.account_id, action="agent.add", subject=f"agent:{agent_id}", verdict=str(entry.verdict)
    )
    return agent_id


def drop_agent(tx: Tx, viewer: Viewer, agent_id: int, *, now: dt.datetime) -> None:
    """Take an entry out."""
    rights.require(Right.ADMIN, viewer)
    if not local_agents.drop(tx, agent_id, now):
        raise AppError(Code.NOT_FOUND)
    audit.record(tx, at=now, actor=viewer.account_id, action="agent.drop", subject=f"agent:{agent_id}")


def get_local_list(tx: Tx) -> tuple[str, Sequence[LocalText]]:
    """Give the state of the office's list and its entries, for those who judge agents."""
    live = local_agents.list_live(tx)
    return local_agents.version(tx), [LocalText(text=row.text, verdict=row.verdict) for row in live]
