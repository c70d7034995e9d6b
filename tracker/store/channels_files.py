"""The exports of pages as they were kept: evidence of their posts' figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tracker.store import register_rows
from tracker.store.tables.registers import ChannelFile

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """An export of a channel; `sha256` is of its bytes as sent, which are those kept."""

    file_id: int
    channel_id: int
    file_name: str
    original_name: str
    media_type: str
    byte_count: int
    sha256: str
    totals: Mapping[str, int]
    added_at: dt.datetime
    added_by: int


_OWN = (
    *(ChannelFile.file_id, ChannelFile.channel_id, ChannelFile.file_name, ChannelFile.original_name),
    *(ChannelFile.media_type, ChannelFile.byte_count, ChannelFile.sha256, ChannelFile.totals),
    *(ChannelFile.added_at, ChannelFile.added_by),
)


def add(tx: Tx, values: dict[str, Any]) -> int:
    """Write a kept file down."""
    return register_rows.add(tx, ChannelFile.file_id, values)


def find(tx: Tx, channel_id: int, file_id: int) -> FileRow | None:
    """Find a file of a channel."""
    return _one(tx, select(*_OWN).where(ChannelFile.channel_id == channel_id, ChannelFile.file_id == file_id))


def find_same(tx: Tx, channel_id: int, sha256: str) -> FileRow | None:
    """Find the file of a channel that has the same bytes."""
    return _one(tx, select(*_OWN).where(ChannelFile.channel_id == channel_id, ChannelFile.sha256 == sha256))


def list_page(tx: Tx, channel_id: int, *, after: int | None, limit: int) -> list[FileRow]:
    """List the files of a channel, the latest first."""
    query = select(*_OWN).where(ChannelFile.channel_id == channel_id).order_by(ChannelFile.file_id.desc())
    if after is not None:
        query = query.where(ChannelFile.file_id < after)
    return [FileRow(**row._mapping) for row in tx.all(query.limit(limit))]  # noqa: SLF001 - SQLAlchemy's public name


def _one(tx: Tx, query: Any) -> FileRow | None:
    row = tx.first(query)
    return None if row is None else FileRow(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
