"""The register of meetings: when, on what, who spoke, which lesson was drawn, with photos; by each of their periods."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.evidence import happened_before
from tracker.domain.meetings import CAPTION_MOST, PHOTOS_MOST, check_meeting
from tracker.domain.names import clean_text
from tracker.domain.periods import local_date
from tracker.domain.rights import Right
from tracker.services import evidence_files, office_rules, scoped
from tracker.services.paging import cut
from tracker.services.restating_registers import Entry, restate_row
from tracker.store import audit, members, scoping, units
from tracker.store import meetings as store
from tracker.store.meetings import MeetingFilter, MeetingRow, PhotoRow
from tracker.store.register_rows import columns_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from tracker.domain.periods import Period
    from tracker.domain.types import Viewer
    from tracker.services.evidence_files import FileRoom, Prepared
    from tracker.store.db import Tx

__all__ = ["MeetingRow", "PhotoRow"]  # its callers know the rows, not the store

PURGE_MOST: Final = 500  # in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMeeting:
    """A meeting to be registered."""

    unit_id: int
    held_on: dt.date
    periods: tuple[Period, ...]
    kind: str | None = None
    title: str | None = None
    speaker_id: int | None = None
    lesson: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingNames:
    """What the units and speakers of some meetings are called; who was erased has no name."""

    units: Mapping[int, str] = field(default_factory=dict)
    speakers: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPage:
    """A page of meetings with the names they speak of; `after` where more follow."""

    items: list[MeetingRow]
    names: MeetingNames
    after: tuple[dt.date, int] | None


def create(tx: Tx, viewer: Viewer, new: NewMeeting, *, now: dt.datetime, today: dt.date) -> MeetingRow:
    """Register a meeting of a unit in one's scope."""
    rights.require(Right.OFFICER, viewer)
    scoped.require_unit(tx, new.unit_id, rights.officer_scope(viewer, today))
    values = columns_of(new)
    periods = values.pop("periods")
    check_meeting(new.held_on, periods)
    _check_speaker(tx, viewer, new.speaker_id, today)
    made = store.add(tx, values | {"created_at": now}, periods)
    _note(tx, viewer, "meeting.create", made, now=now, unit_id=new.unit_id, periods=[str(p) for p in periods])
    row = get(tx, viewer, made, today=today)
    restate_row(tx, viewer, f"meeting:{made}", new.unit_id, _entry, None, row, now=now)
    return row


def get(tx: Tx, viewer: Viewer, meeting_id: int, *, today: dt.date) -> MeetingRow:
    """Get a meeting of one's scope."""
    rights.require(Right.READ, viewer)
    return scoped.get_found(store.find(tx, meeting_id, rights.officer_scope(viewer, today)))


def list_page(
    tx: Tx,
    viewer: Viewer,
    *,
    unit_id: int | None,
    period: Period | None,
    after: tuple[dt.date, int] | None,
    limit: int,
    today: dt.date,
) -> MeetingPage:
    """List the meetings of a unit and all below it that stand in a period or in one inside it, by day."""
    rights.require(Right.READ, viewer)
    scope = rights.officer_scope(viewer, today)
    scoped.require_asked(tx, unit_id, scope)
    asked = MeetingFilter(unit_id=unit_id, period=period)
    found = store.list_page(tx, scope, asked, after=after, limit=limit + 1)
    rows, more = cut(found, limit, lambda row: (row.held_on, row.meeting_id))
    return MeetingPage(items=rows, names=list_names(tx, rows, today=today), after=more)


def list_names(tx: Tx, meetings: Sequence[MeetingRow], *, today: dt.date) -> MeetingNames:
    """Name the units and speakers of meetings that the caller may read."""
    speakers = {m.speaker_id for m in meetings if m.speaker_id is not None}
    people = members.list_people(tx, speakers) if speakers else {}
    return MeetingNames(
        units=units.list_names(tx, {m.unit_id for m in meetings}, today),
        speakers={member_id: person.full_name for member_id, person in people.items()},
    )


def code_of_speaker(tx: Tx, meeting: MeetingRow) -> str:
    """Give the member code of a meeting's speaker, by which a form names them; empty for who was erased."""
    people = members.list_people(tx, [meeting.speaker_id]) if meeting.speaker_id is not None else {}
    return next((person.code for person in people.values()), "")


def change(
    tx: Tx, viewer: Viewer, current: MeetingRow, changes: Mapping[str, Any], *, now: dt.datetime, today: dt.date
) -> MeetingRow:
    """Change a meeting; `changes` holds the fields of NewMeeting that are to be different, but for the unit."""
    rights.require(Right.OFFICER, viewer)
    check_meeting(changes.get("held_on", current.held_on), changes.get("periods", current.periods))
    if changes.get("speaker_id") != current.speaker_id:
        _check_speaker(tx, viewer, changes.get("speaker_id"), today)
    if not store.change(tx, current.meeting_id, current.version, dict(changes)):
        raise AppError(Code.ETAG_STALE)
    _note(tx, viewer, "meeting.change", current.meeting_id, now=now, fields=sorted(changes))
    row = get(tx, viewer, current.meeting_id, today=today)
    restate_row(tx, viewer, f"meeting:{current.meeting_id}", current.unit_id, _entry, current, row, now=now)
    return row


def remove(tx: Tx, viewer: Viewer, current: MeetingRow, *, now: dt.datetime) -> None:
    """Remove a meeting; its photos' files are swept away once no row names them."""
    rights.require(Right.OFFICER, viewer)
    if not store.remove(tx, current.meeting_id, current.version):
        raise AppError(Code.ETAG_STALE)
    _note(tx, viewer, "meeting.remove", current.meeting_id, now=now, unit_id=current.unit_id)
    restate_row(tx, viewer, f"meeting:{current.meeting_id}", current.unit_id, _entry, current, None, now=now)


def add_photo(
    tx: Tx,
    viewer: Viewer,
    meeting: MeetingRow,
    room: FileRoom,
    prepared: Prepared,
    *,
    caption: str,
    now: dt.datetime,
    today: dt.date,
) -> PhotoRow:
    """Keep a picture, judged and drawn anew before, with what it shows."""
    rights.require(Right.OFFICER, viewer)
    words = clean_text(caption)
    if not words or len(words) > CAPTION_MOST:
        raise AppError(Code.FIELD_INVALID, f"caption: 1 to {CAPTION_MOST} characters", field="caption")
    if scoped.get_found(store.count_photos(tx, meeting.meeting_id)) >= PHOTOS_MOST:
        raise AppError(Code.FIELD_INVALID, f"a meeting has at most {PHOTOS_MOST} photos", field="file")
    kept = evidence_files.keep(room, prepared)
    row = {"file_name": kept.file_name, "caption": words, "byte_count": kept.byte_count, "sha256": kept.sha256}
    made = store.add_photo(tx, row | {"meeting_id": meeting.meeting_id, "added_at": now})
    _note(tx, viewer, "meeting.photo", meeting.meeting_id, now=now, photo_id=made, byte_count=kept.byte_count)
    return get_photo(tx, viewer, made, today=today)


def get_photo(tx: Tx, viewer: Viewer, photo_id: int, *, today: dt.date) -> PhotoRow:
    """Get a photo of a meeting in one's scope."""
    rights.require(Right.READ, viewer)
    return scoped.get_found(store.find_photo(tx, photo_id, rights.officer_scope(viewer, today)))


def remove_photo(tx: Tx, viewer: Viewer, photo: PhotoRow, *, now: dt.datetime) -> None:
    """Remove a photo; its file is swept away once no row names it."""
    rights.require(Right.OFFICER, viewer)
    if not store.remove_photo(tx, photo.photo_id):
        raise AppError(Code.NOT_FOUND)
    _note(tx, viewer, "meeting.photo_remove", photo.meeting_id, now=now, photo_id=photo.photo_id)


def purge_photos(tx: Tx, now: dt.datetime, zone: dt.tzinfo) -> int:
    """Let go of photos whose time is over, captions too; give how many. Their files go with the next sweep."""
    before = happened_before(local_date(now, zone), office_rules.latest(tx).photo_months)
    due = store.list_old_photos(tx, before=before, limit=PURGE_MOST)
    return sum(_is_purged(tx, photo, now) for photo in due)


def _is_purged(tx: Tx, photo: PhotoRow, now: dt.datetime) -> bool:
    if not store.remove_photo(tx, photo.photo_id):
        return False
    facts = {"photo_id": photo.photo_id, "why": "retention", "sha256": photo.sha256}
    audit.record(tx, at=now, actor=None, action="meeting.photo_remove", subject=f"meeting:{photo.meeting_id}", **facts)
    return True


def _check_speaker(tx: Tx, viewer: Viewer, speaker_id: int | None, today: dt.date) -> None:
    if speaker_id is not None and not scoping.has_member(tx, speaker_id, rights.officer_scope(viewer, today)):
        raise AppError(Code.FIELD_INVALID, "speaker_id: there is no such member", field="speaker_id")


def _entry(row: MeetingRow) -> Entry:
    facts = {
        "held_on": row.held_on.isoformat(),
        "periods": [str(period) for period in row.periods],
        "kind": row.kind,
        "title": row.title,
        "speaker_id": row.speaker_id,
        "lesson": row.lesson,
    }
    return Entry(periods=row.periods, facts=facts)


def _note(tx: Tx, viewer: Viewer, action: str, meeting_id: int, *, now: dt.datetime, **facts: Any) -> None:
    audit.record(tx, at=now, actor=viewer.account_id, action=action, subject=f"meeting:{meeting_id}", **facts)
