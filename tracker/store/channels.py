"""Pages, groups and associations that units run, as stored; their months and posts stand in modules of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, or_, select

from tracker.store import register_rows
from tracker.store.scope import unit_asked, unit_in_scope
from tracker.store.tables.registers import ChannelFile, ChannelMonth, ChannelPost, UnitChannel

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.channels import ChannelKind
    from tracker.domain.rights import Scope
    from tracker.domain.types import Channel, UnitId
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """A unit's own channel; `follower_count` None: nobody said."""

    channel_id: int
    unit_id: UnitId
    name: str
    platform: str
    kind: str
    url: str | None
    follower_count: int | None
    created_at: dt.datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFilter:
    """Which channels of a scope are asked for: of a unit and all below it, of a kind, of a platform."""

    unit_id: int | None = None
    kind: ChannelKind | None = None
    platform: Channel | None = None


_OWN = (
    *(UnitChannel.channel_id, UnitChannel.unit_id, UnitChannel.name, UnitChannel.platform, UnitChannel.kind),
    *(UnitChannel.url, UnitChannel.follower_count, UnitChannel.created_at, UnitChannel.version),
)


def add(tx: Tx, values: dict[str, Any]) -> int:
    """Add a channel."""
    return register_rows.add(tx, UnitChannel.channel_id, values)


def find(tx: Tx, channel_id: int, scope: Scope, *, lock: bool = False) -> ChannelRow | None:
    """Find a channel of a scope; `lock`: nobody else enters anything there until the transaction ends."""
    query = select(*_OWN).where(UnitChannel.channel_id == channel_id, unit_in_scope(UnitChannel.unit_id, scope))
    row = tx.first(query.with_for_update() if lock else query)
    return None if row is None else ChannelRow(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def list_page(tx: Tx, scope: Scope, asked: ChannelFilter, *, after: int | None, limit: int) -> list[ChannelRow]:
    """List channels in the order they were registered."""
    query = select(*_OWN).where(*_asked(scope, asked)).order_by(UnitChannel.channel_id).limit(limit)
    if after is not None:
        query = query.where(UnitChannel.channel_id > after)
    return [ChannelRow(**row._mapping) for row in tx.all(query)]  # noqa: SLF001 - SQLAlchemy's public name


def count(tx: Tx, scope: Scope, asked: ChannelFilter) -> int:
    """Count all channels that are asked for."""
    found: int = tx.scalar(select(func.count()).select_from(UnitChannel).where(*_asked(scope, asked)))
    return found


def change(tx: Tx, channel_id: int, version: int, values: dict[str, Any]) -> bool:
    """Change a channel; False when someone else changed it meanwhile."""
    return register_rows.change(tx, UnitChannel.channel_id, channel_id, version, values)


def remove(tx: Tx, channel_id: int, version: int) -> bool:
    """Remove a channel; False when someone else changed it meanwhile."""
    return register_rows.remove(tx, UnitChannel.channel_id, channel_id, version)


def is_used(tx: Tx, channel_id: int) -> bool:
    """Tell whether anything was entered for a channel."""
    parts = [
        select(table.channel_id).where(table.channel_id == channel_id).exists()
        for table in (ChannelMonth, ChannelPost, ChannelFile)
    ]
    return bool(tx.scalar(select(or_(*parts))))


def _asked(scope: Scope, asked: ChannelFilter) -> list[ColumnElement[bool]]:
    wanted = [unit_asked(UnitChannel.unit_id, asked.unit_id, scope)]
    if asked.kind is not None:
        wanted.append(UnitChannel.kind == asked.kind.value)
    if asked.platform is not None:
        wanted.append(UnitChannel.platform == asked.platform.value)
    return wanted
