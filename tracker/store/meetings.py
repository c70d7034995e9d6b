"""Meetings as stored, with the periods they stand in and their photos."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select

from tracker.domain.meetings import in_order
from tracker.domain.periods import Period
from tracker.store import register_rows
from tracker.store.scope import unit_asked, unit_in_scope
from tracker.store.tables.registers import Meeting, MeetingPeriod, MeetingPhoto

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from tracker.domain.rights import Scope
    from tracker.domain.types import MemberId, UnitId
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoRow:
    """A photo of a meeting: a file of the house, with what it shows."""

    photo_id: int
    meeting_id: int
    file_name: str
    caption: str
    byte_count: int
    sha256: str
    added_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRow:
    """A meeting of a unit."""

    meeting_id: int
    unit_id: UnitId
    held_on: dt.date
    kind: str | None
    title: str | None
    speaker_id: MemberId | None
    lesson: str | None
    version: int
    periods: tuple[Period, ...] = ()
    photos: tuple[PhotoRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingFilter:
    """Which meetings of a scope are asked for: of a unit and all below it, standing in a period or one inside it."""

    unit_id: int | None = None
    period: Period | None = None


_OWN = (
    *(Meeting.meeting_id, Meeting.unit_id, Meeting.held_on, Meeting.kind, Meeting.title, Meeting.speaker_id),
    *(Meeting.lesson, Meeting.version),
)
_PHOTO = (
    *(MeetingPhoto.photo_id, MeetingPhoto.meeting_id, MeetingPhoto.file_name, MeetingPhoto.caption),
    *(MeetingPhoto.byte_count, MeetingPhoto.sha256, MeetingPhoto.added_at),
)


def add(tx: Tx, values: dict[str, Any], periods: Iterable[Period]) -> int:
    """Add a meeting with its periods."""
    made = register_rows.add(tx, Meeting.meeting_id, values)
    _set_periods(tx, made, periods)
    return made


def find(tx: Tx, meeting_id: int, scope: Scope) -> MeetingRow | None:
    """Find a meeting of a scope."""
    rows = _rows(tx, select(*_OWN).where(Meeting.meeting_id == meeting_id, unit_in_scope(Meeting.unit_id, scope)))
    return rows[0] if rows else None


def list_page(
    tx: Tx, scope: Scope, asked: MeetingFilter, *, after: tuple[dt.date, int] | None, limit: int | None
) -> list[MeetingRow]:
    """List meetings by day; after a day and id."""
    query = select(*_OWN).where(*_asked(scope, asked)).order_by(Meeting.held_on, Meeting.meeting_id)
    if after is not None:
        later = and_(Meeting.held_on == after[0], Meeting.meeting_id > after[1])
        query = query.where(or_(Meeting.held_on > after[0], later))
    return _rows(tx, query if limit is None else query.limit(limit))


def change(tx: Tx, meeting_id: int, version: int, values: dict[str, Any]) -> bool:
    """Change a meeting; False when someone else changed it meanwhile."""
    fields = dict(values)
    periods = fields.pop("periods", None)
    if not register_rows.change(tx, Meeting.meeting_id, meeting_id, version, fields):
        return False
    if periods is not None:
        _set_periods(tx, meeting_id, periods)
    return True


def remove(tx: Tx, meeting_id: int, version: int) -> bool:
    """Remove a meeting with its periods and photos; False when someone else changed it meanwhile."""
    return register_rows.remove(tx, Meeting.meeting_id, meeting_id, version)


def add_photo(tx: Tx, values: dict[str, Any]) -> int:
    """Add a photo to a meeting."""
    return register_rows.add(tx, MeetingPhoto.photo_id, values)


def find_photo(tx: Tx, photo_id: int, scope: Scope) -> PhotoRow | None:
    """Find a photo of a meeting of a scope."""
    here = select(Meeting.meeting_id).where(unit_in_scope(Meeting.unit_id, scope))
    rows = tx.all(select(*_PHOTO).where(MeetingPhoto.photo_id == photo_id, MeetingPhoto.meeting_id.in_(here)))
    return PhotoRow(**rows[0]._mapping) if rows else None  # noqa: SLF001 - SQLAlchemy's public name


def count_photos(tx: Tx, meeting_id: int) -> int | None:
    """Count the photos of a meeting, to which nobody else adds until the transaction ends; None where it is gone."""
    if not register_rows.seize(tx, Meeting.meeting_id, meeting_id):
        return None
    found: int = tx.scalar(select(func.count()).where(MeetingPhoto.meeting_id == meeting_id))
    return found


def remove_photo(tx: Tx, photo_id: int) -> bool:
    """Remove the row of a photo; False where somebody else has."""
    return tx.changed(delete(MeetingPhoto).where(MeetingPhoto.photo_id == photo_id)) == 1


def list_old_photos(tx: Tx, *, before: dt.date, limit: int) -> list[PhotoRow]:
    """List photos of the meetings that were held before a day."""
    old = select(*_PHOTO).join(Meeting, Meeting.meeting_id == MeetingPhoto.meeting_id).where(Meeting.held_on < before)
    rows = tx.all(old.order_by(MeetingPhoto.photo_id).limit(limit))
    return [PhotoRow(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


def _asked(scope: Scope, asked: MeetingFilter) -> list[ColumnElement[bool]]:
    wanted = [unit_asked(Meeting.unit_id, asked.unit_id, scope)]
    if asked.period is not None:
        inside = register_rows.period_inside(MeetingPeriod.period, asked.period)
        wanted.append(Meeting.meeting_id.in_(select(MeetingPeriod.meeting_id).where(inside)))
    return wanted


def _rows(tx: Tx, query: Any) -> list[MeetingRow]:
    rows = tx.all(query)
    ids = [row.meeting_id for row in rows]
    if not ids:
        return []
    periods: dict[int, list[Period]] = {}
    for row in tx.all(select(MeetingPeriod.meeting_id, MeetingPeriod.period).where(MeetingPeriod.meeting_id.in_(ids))):
        periods.setdefault(row.meeting_id, []).append(Period.parse(row.period))
    photos: dict[int, list[PhotoRow]] = {}
    for row in tx.all(select(*_PHOTO).where(MeetingPhoto.meeting_id.in_(ids)).order_by(MeetingPhoto.photo_id)):
        photos.setdefault(row.meeting_id, []).append(PhotoRow(**row._mapping))  # noqa: SLF001 - SQLAlchemy's public name
    return [
        MeetingRow(
            **row._mapping,  # noqa: SLF001 - SQLAlchemy's public name
            periods=tuple(in_order(periods.get(row.meeting_id, []))),
            photos=tuple(photos.get(row.meeting_id, ())),
        )
        for row in rows
    ]


def _set_periods(tx: Tx, meeting_id: int, periods: Iterable[Period]) -> None:
    tx.execute(delete(MeetingPeriod).where(MeetingPeriod.meeting_id == meeting_id))
    tx.insert_rows(MeetingPeriod, [{"meeting_id": meeting_id, "period": str(period)} for period in periods])
