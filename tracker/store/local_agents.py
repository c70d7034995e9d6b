"""The office's own list of agents; what was dropped stays, so that the list's version names one state of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from tracker.domain.agents import LocalVerdict
from tracker.domain.canaries import LocalAgentRow
from tracker.store.tables.links import LocalAgent

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.agents import LocalText
    from tracker.store.db import Tx


def list_live(tx: Tx) -> list[LocalAgentRow]:
    """List the entries that hold, the oldest first."""
    query = select(LocalAgent).where(LocalAgent.dropped_at.is_(None)).order_by(LocalAgent.agent_id)
    return [
        LocalAgentRow(agent_id=r.agent_id, text=r.text, verdict=LocalVerdict(r.verdict), added_at=r.added_at)
        for r in tx.all(query)
    ]


def version(tx: Tx) -> str:
    """Name the state of the list: each change gives another name; '' where nothing was ever entered."""
    row = tx.first(select(func.max(LocalAgent.agent_id).label("last"), func.count(LocalAgent.dropped_at).label("out")))
    return "" if row is None or row.last is None else f"local {row.last}.{row.out}"


def add(tx: Tx, entry: LocalText, *, at: dt.datetime, by: int) -> int | None:
    """Add an entry, or let a dropped one hold again under a new number; None where it holds already."""
    key = entry.text.lower()
    tx.execute(
        update(LocalAgent)
        .where(LocalAgent.text_key == key, LocalAgent.dropped_at.is_not(None))
        .values(text_key=LocalAgent.text_key + " " + func.cast(LocalAgent.agent_id, LocalAgent.text_key.type))
    )
    row = {"text": entry.text, "text_key": key, "verdict": entry.verdict.value, "added_at": at, "added_by": by}
    made = tx.first(tx.insert(LocalAgent).values(row).on_conflict_do_nothing().returning(LocalAgent.agent_id))
    return None if made is None else int(made.agent_id)


def drop(tx: Tx, agent_id: int, at: dt.datetime) -> bool:
    """Drop an entry; False where none holds under this number."""
    live = update(LocalAgent).where(LocalAgent.agent_id == agent_id, LocalAgent.dropped_at.is_(None))
    return bool(tx.changed(live.values(dropped_at=at)))
