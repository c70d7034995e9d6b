"""The register of pages, groups and associations that units run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.domain import rights
from tracker.domain.channels import ChannelKind, ChannelTotals
from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text
from tracker.domain.rights import Right
from tracker.domain.types import Channel
from tracker.domain.urls import canonical_url
from tracker.services import scoped
from tracker.services.paging import cut
from tracker.store import audit, units
from tracker.store import channels as store
from tracker.store.channels import ChannelFilter, ChannelRow
from tracker.store.register_rows import columns_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tracker.domain.types import Viewer
    from tracker.store.db import Tx

__all__ = ["ChannelFilter", "ChannelRow"]  # its callers know the rows, not the store


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChannel:
    """A channel to be registered; its name is kept as the unit writes it."""

    unit_id: int
    name: str
    platform: Channel
    kind: ChannelKind
    url: str | None = None
    follower_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPage:
    """A page of channels with the count of all that are asked for; `after` where more follow."""

    items: list[ChannelRow]
    unit_names: Mapping[int, str]
    totals: ChannelTotals
    after: int | None


def create(tx: Tx, viewer: Viewer, new: NewChannel, *, now: dt.datetime, today: dt.date) -> ChannelRow:
    """Register a channel of a unit in one's scope."""
    rights.require(Right.OFFICER, viewer)
    scoped.require_unit(tx, new.unit_id, rights.officer_scope(viewer, today))
    values = _checked(columns_of(new))
    made = store.add(tx, values | {"created_at": now})
    note(tx, viewer, "channel.create", made, now=now, unit_id=new.unit_id, kind=new.kind.value)
    return get(tx, viewer, made, today=today)


def get(tx: Tx, viewer: Viewer, channel_id: int, *, today: dt.date) -> ChannelRow:
    """Get a channel of one's scope."""
    rights.require(Right.READ, viewer)
    return scoped.get_found(store.find(tx, channel_id, rights.officer_scope(viewer, today)))


def get_locked(tx: Tx, viewer: Viewer, channel_id: int, *, today: dt.date) -> ChannelRow:
    """Get a channel to enter something there; nobody else does until the transaction ends."""
    rights.require(Right.OFFICER, viewer)
    return scoped.get_found(store.find(tx, channel_id, rights.officer_scope(viewer, today), lock=True))


def list_page(
    tx: Tx, viewer: Viewer, asked: ChannelFilter, *, after: int | None, limit: int, today: dt.date
) -> ChannelPage:
    """List channels; how many posts they have is never added up, for months and single posts may be the same."""
    rights.require(Right.READ, viewer)
    scope = rights.officer_scope(viewer, today)
    scoped.require_asked(tx, asked.unit_id, scope)
    rows, more = cut(store.list_page(tx, scope, asked, after=after, limit=limit + 1), limit, lambda row: row.channel_id)
    return ChannelPage(
        items=rows,
        unit_names=list_unit_names(tx, {row.unit_id for row in rows}, today=today),
        totals=ChannelTotals(posts=None, channels=store.count(tx, scope, asked)),
        after=more,
    )


def list_unit_names(tx: Tx, unit_ids: set[Any], *, today: dt.date) -> Mapping[int, str]:
    """Give what the units of some channels are called."""
    return units.list_names(tx, unit_ids, today)


def change(
    tx: Tx, viewer: Viewer, current: ChannelRow, changes: Mapping[str, Any], *, now: dt.datetime, today: dt.date
) -> ChannelRow:
    """Change a channel; `changes` holds the fields of NewChannel that are to be different, but for the unit."""
    rights.require(Right.OFFICER, viewer)
    if not store.change(tx, current.channel_id, current.version, _checked(dict(changes))):
        raise AppError(Code.ETAG_STALE)
    note(tx, viewer, "channel.change", current.channel_id, now=now, fields=sorted(changes))
    return get(tx, viewer, current.channel_id, today=today)


def remove(tx: Tx, viewer: Viewer, current: ChannelRow, *, now: dt.datetime) -> None:
    """Remove a channel for which nothing was entered."""
    rights.require(Right.OFFICER, viewer)
    if store.is_used(tx, current.channel_id):
        raise AppError(Code.IN_USE, "months, posts or exports were entered for it")
    if not store.remove(tx, current.channel_id, current.version):
        raise AppError(Code.ETAG_STALE)
    note(tx, viewer, "channel.remove", current.channel_id, now=now, unit_id=current.unit_id)


def note(tx: Tx, viewer: Viewer, action: str, channel_id: int, *, now: dt.datetime, **facts: Any) -> None:
    """Write down who did what to a channel: ids, states and numbers."""
    audit.record(tx, at=now, actor=viewer.account_id, action=action, subject=f"channel:{channel_id}", **facts)


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    if "name" in fields:
        fields["name"] = clean_text(fields["name"])
    if fields.get("url") is not None:
        fields["url"] = clean_text(fields["url"])
        if canonical_url(fields["url"]) is None:
            raise AppError(Code.FIELD_INVALID, "url: an address that begins with http", field="url")
    return {name: str(value) if isinstance(value, Channel | ChannelKind) else value for name, value in fields.items()}
