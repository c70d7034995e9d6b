"""The register of meetings, with their photos."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.day_marks import after_day, mark_day
from api.http import Call, OfficerCall, ReadCall, listed, no_content, one, path_id, takes
from api.meeting_upload import MeetingUpload
from api.pictures import picture
from api.route import Route
from api.routes.assignments import find_period
from api.schemas.meetings import MeetingIn, MeetingPatch
from api.times import day, instant
from tracker.domain.errors import AppError, Code
from tracker.services import evidence_files, meetings
from tracker.store.db import Tx

if TYPE_CHECKING:
    from tracker.services.meetings import MeetingNames, MeetingRow, PhotoRow

router = APIRouter(tags=["meetings"], route_class=Route)

_PHOTO: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "caption"],
                    "properties": {"file": {"type": "string", "format": "binary"}, "caption": {"type": "string"}},
                }
            }
        },
    }
}


@router.get("/meetings")
def list_meetings(call: ReadCall) -> Response:
    """List the meetings of a unit and all below it that stand in a period, by day."""
    page, period = call.page(), find_period(call)
    with call.read() as tx:
        found = meetings.list_page(
            tx,
            call.viewer,
            unit_id=call.query_id("unit"),
            period=period,
            after=after_day(page),
            limit=page.limit,
            today=call.today,
        )
    return listed([meeting_json(m, found.names) for m in found.items], mark_day(found.after))


@router.post("/meetings", status_code=201, openapi_extra=takes(MeetingIn))
def create_meeting(call: OfficerCall) -> Response:
    """Register a meeting."""
    new = call.body(MeetingIn).to_new()

    def work(tx: Tx) -> Response:
        return _one(call, tx, meetings.create(tx, call.viewer, new, now=call.now, today=call.today), status=201)

    return call.create(work)


@router.get("/meetings/{meeting_id}")
def get_meeting(call: ReadCall, meeting_id: str) -> Response:
    """Get a meeting."""
    with call.read() as tx:
        return _one(call, tx, meetings.get(tx, call.viewer, path_id(meeting_id), today=call.today))


@router.patch("/meetings/{meeting_id}", openapi_extra=takes(MeetingPatch))
def change_meeting(call: OfficerCall, meeting_id: str) -> Response:
    """Change a meeting."""
    with call.write() as tx:
        current = meetings.get(tx, call.viewer, path_id(meeting_id), today=call.today)
        call.if_match(current.version)
        changes = call.body(MeetingPatch).to_changes()
        changed = meetings.change(tx, call.viewer, current, changes, now=call.now, today=call.today)
        names = meetings.list_names(tx, [changed], today=call.today)
    return one(meeting_json(changed, names), changed.version)


@router.delete("/meetings/{meeting_id}", status_code=204)
def remove_meeting(call: OfficerCall, meeting_id: str) -> Response:
    """Remove a meeting with its photos."""
    with call.write() as tx:
        current = meetings.get(tx, call.viewer, path_id(meeting_id), today=call.today)
        call.if_match(current.version)
        meetings.remove(tx, call.viewer, current, now=call.now)
    return no_content()


@router.post("/meetings/{meeting_id}/photos", status_code=201, openapi_extra=_PHOTO)  # noqa: FAST003 - the upload names it
def add_photo(sent: MeetingUpload) -> Response:
    """Add a photo with its caption; it is drawn anew, without whatever else the file held."""
    call, meeting, form = sent
    if "file" not in form.files:
        raise AppError(Code.BODY_INVALID, "file: send the picture as a file of the form")
    prepared = evidence_files.prepare_picture(call.deps.files, form.files["file"][1])
    caption = form.fields.get("caption", "")

    def work(tx: Tx) -> Response:
        held = meetings.get(tx, call.viewer, meeting.meeting_id, today=call.today)
        made = meetings.add_photo(
            tx, call.viewer, held, call.deps.files, prepared, caption=caption, now=call.now, today=call.today
        )
        return one(photo_json(made), 1, status=201)

    return call.create(work)


@router.get("/meetings/{meeting_id}/photos/{photo_id}")
def get_photo(call: ReadCall, meeting_id: str, photo_id: str) -> Response:
    """Get the picture of a photo."""
    with call.read() as tx:
        found = _photo(call, tx, meeting_id, photo_id)
    return picture(evidence_files.read_file(call.deps.files, found.file_name))


@router.delete("/meetings/{meeting_id}/photos/{photo_id}", status_code=204)
def remove_photo(call: OfficerCall, meeting_id: str, photo_id: str) -> Response:
    """Remove a photo."""
    with call.write() as tx:
        found = _photo(call, tx, meeting_id, photo_id)
        call.if_match(1)
        meetings.remove_photo(tx, call.viewer, found, now=call.now)
    return no_content()


def meeting_json(meeting: MeetingRow, names: MeetingNames) -> dict[str, Any]:
    """Give a meeting as the API answers it."""
    return {
        "id": meeting.meeting_id,
        "unit_id": meeting.unit_id,
        "unit_name": names.units.get(meeting.unit_id, ""),
        "held_on": day(meeting.held_on),
        "periods": [str(period) for period in meeting.periods],
        "labels": [period.label("vi") for period in meeting.periods],
        "kind": meeting.kind,
        "title": meeting.title,
        "speaker_id": meeting.speaker_id,
        "speaker": None if meeting.speaker_id is None else names.speakers.get(meeting.speaker_id, ""),
        "lesson": meeting.lesson,
        "photos": [photo_json(photo) for photo in meeting.photos],
    }


def photo_json(photo: PhotoRow) -> dict[str, Any]:
    """Give a photo as the API answers it."""
    return {
        "id": photo.photo_id,
        "meeting_id": photo.meeting_id,
        "caption": photo.caption,
        "bytes": photo.byte_count,
        "added_at": instant(photo.added_at),
    }


def _one(call: Call, tx: Tx, meeting: MeetingRow, *, status: int = 200) -> Response:
    names = meetings.list_names(tx, [meeting], today=call.today)
    return one(meeting_json(meeting, names), meeting.version, status=status)


def _photo(call: Call, tx: Tx, meeting_id: str, photo_id: str) -> PhotoRow:
    found = meetings.get_photo(tx, call.viewer, path_id(photo_id), today=call.today)
    if found.meeting_id != path_id(meeting_id):
        raise AppError(Code.NOT_FOUND)
    return found
