"""Canaries: links that no person is shown, and the machines that followed them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from tracker.domain.canaries import CanaryRow, MachineRow
from tracker.domain.links import NOBODY, TrackedLink
from tracker.domain.types import ArticleId, Channel, MemberId
from tracker.store.tables.links import Canary, CanaryVisit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    from tracker.store.db import Tx

AGENT_MOST = 256
OTHERS = "(others)"


def agent_kept(agent: str) -> str:
    """Give what is kept of an agent: its front."""
    return agent[:AGENT_MOST].strip()


def list_by_slug(tx: Tx, slugs: Collection[str]) -> dict[str, TrackedLink]:
    """Find the canaries among some slugs."""
    if not slugs:
        return {}
    return {row.slug: _link(row) for row in tx.all(select(Canary).where(Canary.slug.in_(sorted(slugs))))}


def add(tx: Tx, link: TrackedLink, *, at: dt.datetime, by: int) -> None:
    """Add a canary."""
    row = {"slug": link.slug, "article_id": link.article_id, "channel": link.channel.value, "created_by": by}
    tx.execute(tx.insert(Canary), row | {"target_url": link.target_url, "created_at": at})


def list_all(tx: Tx) -> list[CanaryRow]:
    """List canaries, newest first; an office has a few."""
    columns = (Canary.slug, Canary.article_id, Canary.channel, Canary.created_at, Canary.withdrawn_at)
    rows = tx.all(select(*columns).order_by(Canary.created_at.desc(), Canary.slug))
    return [CanaryRow(**row._mapping) for row in rows]  # noqa: SLF001 - the public name of a row's fields


def withdraw(tx: Tx, slug: str, at: dt.datetime) -> bool:
    """Withdraw a canary; False where there is none that flies."""
    live = update(Canary).where(Canary.slug == slug, Canary.withdrawn_at.is_(None))
    return bool(tx.changed(live.values(withdrawn_at=at)))


def record_visits(tx: Tx, visits: Mapping[tuple[str, dt.date, str], int]) -> None:
    """Add requests to what is known of machines."""
    rows = [
        {"slug": slug, "day": day, "agent": agent, "request_count": count}
        for (slug, day, agent), count in sorted(visits.items())
    ]
    statement = tx.insert(CanaryVisit)
    more = {"request_count": CanaryVisit.request_count + statement.excluded.request_count}
    tx.execute(statement.on_conflict_do_update(index_elements=["slug", "day", "agent"], set_=more), rows)


def list_machines(tx: Tx, *, since: dt.date, limit: int) -> list[MachineRow]:
    """List the machines seen since a local day, the most frequent first."""
    count = func.sum(CanaryVisit.request_count).label("requests")
    last_on = func.max(CanaryVisit.day).label("last_on")
    query = select(CanaryVisit.agent, Canary.channel, count, last_on).join(Canary, Canary.slug == CanaryVisit.slug)
    query = query.where(CanaryVisit.day >= since).group_by(CanaryVisit.agent, Canary.channel)
    rows = tx.all(query.order_by(count.desc(), CanaryVisit.agent, Canary.channel).limit(limit))
    return [
        MachineRow(agent=r.agent, channel=r.channel, request_count=int(r.requests), last_on=r.last_on) for r in rows
    ]


def _link(row: Any) -> TrackedLink:
    return TrackedLink(
        slug=row.slug,
        member_id=MemberId(NOBODY),
        article_id=ArticleId(row.article_id),
        channel=Channel(row.channel),
        target_url=row.target_url,
        withdrawn_at=row.withdrawn_at,
        canary=True,
    )
