"""The register of meetings on pages, with photos."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.day_marks import after_day, mark_day
from api.http import Call, OfficerCall, ReadCall, mark, path_id
from api.meeting_upload import MeetingUpload
from api.pictures import picture
from api.problems import STATUS
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.domain.meetings import CAPTION_MOST
from tracker.services import evidence_files, meetings
from web import flash, forms, render
from web.forms import LONG_MOST, Fields
from web.member_choice import find_member
from web.saving import check_version, save
from web.typed_period import all_of, one_of, typed
from web.unit_choice import unit_options

if TYPE_CHECKING:
    from tracker.services.meetings import MeetingRow
    from tracker.store.db import Tx

router = APIRouter(route_class=Route)

PAGE_SIZE = 50
KIND_MOST = 100


@router.get("/meetings")
def meetings_page(call: ReadCall) -> Response:
    """List meetings by period."""
    return _list(call, Fields())


@router.post("/meetings")
def add_meeting(call: OfficerCall) -> Response:
    """Register a meeting."""
    form = forms.read(call)
    values = {"unit_id": form.identity("unit_id", needed=True)} | _read(call, form)

    def work(tx: Tx) -> str:
        made = meetings.create(tx, call.viewer, meetings.NewMeeting(**values), now=call.now, today=call.today)
        return f"/meetings/{made.meeting_id}"

    return save(call, form, work, lambda status: _list(call, form, status))


@router.get("/meetings/{meeting_id}")
def meeting_page(call: ReadCall, meeting_id: str) -> Response:
    """Show a meeting with its photos."""
    return _one(call, _load(call, meeting_id), Fields())


@router.post("/meetings/{meeting_id}")
def change_meeting(call: OfficerCall, meeting_id: str) -> Response:
    """Change a meeting."""
    current, form = _load(call, meeting_id), forms.read(call)
    values = _read(call, form)
    check_version(call, form, current.version)

    def work(tx: Tx) -> str:
        meetings.change(tx, call.viewer, current, values, now=call.now, today=call.today)
        return f"/meetings/{current.meeting_id}"

    return save(call, form, work, lambda status: _one(call, current, form, status))


@router.post("/meetings/{meeting_id}/remove")
def remove_meeting(call: OfficerCall, meeting_id: str) -> Response:
    """Remove a meeting."""
    current = _load(call, meeting_id)

    def work(tx: Tx) -> None:
        meetings.remove(tx, call.viewer, current, now=call.now)

    return flash.act(call, "/meetings", "deleted", work)


@router.post("/meetings/{meeting_id}/photos")  # noqa: FAST003 - the upload names it
def add_photo(sent: MeetingUpload) -> Response:
    """Add a photo with its caption."""
    call, current, uploaded = sent
    form = forms.of(uploaded.fields)
    caption = form.text("caption", needed=True, most=CAPTION_MOST)
    _, content = uploaded.files.get("file", ("", b""))
    if not content:
        form.errors["file"] = forms.NEEDED
    if not form.sound:
        return _one(call, current, form, STATUS[Code.FIELD_INVALID])
    try:
        prepared = evidence_files.prepare_picture(call.deps.files, content)
        with call.write() as tx:
            meetings.add_photo(
                tx, call.viewer, current, call.deps.files, prepared, caption=caption, now=call.now, today=call.today
            )
    except AppError as error:
        form.refuse(error, call.language)
        return _one(call, current, form, STATUS[error.code])
    return flash.go(f"/meetings/{current.meeting_id}", "saved")


@router.get("/meetings/{meeting_id}/photos/{photo_id}")
def show_photo(call: ReadCall, meeting_id: str, photo_id: str) -> Response:
    """Give the picture of a photo."""
    with call.read() as tx:
        found = meetings.get_photo(tx, call.viewer, path_id(photo_id), today=call.today)
    if found.meeting_id != path_id(meeting_id):
        raise AppError(Code.NOT_FOUND)
    return picture(evidence_files.read_file(call.deps.files, found.file_name))


@router.post("/meetings/{meeting_id}/photos/{photo_id}/remove")
def remove_photo(call: OfficerCall, meeting_id: str, photo_id: str) -> Response:
    """Remove a photo."""
    current = _load(call, meeting_id)

    def work(tx: Tx) -> None:
        found = meetings.get_photo(tx, call.viewer, path_id(photo_id), today=call.today)
        if found.meeting_id != current.meeting_id:
            raise AppError(Code.NOT_FOUND)
        meetings.remove_photo(tx, call.viewer, found, now=call.now)

    return flash.act(call, f"/meetings/{current.meeting_id}", "deleted", work)


def _read(call: Call, form: Fields) -> dict[str, Any]:
    with call.read() as tx:
        speaker_id = find_member(call, tx, form, "speaker")
    return {
        "held_on": form.day("held_on", needed=True),
        "periods": all_of(form, "periods"),
        "kind": form.text("kind", most=KIND_MOST) or None,
        "title": form.text("title") or None,
        "speaker_id": speaker_id,
        "lesson": form.text("lesson", most=LONG_MOST) or None,
    }


def _list(call: Call, form: Fields, status: int = 200) -> Response:
    asked = Fields.filled(period=call.query("period"), unit=call.query("unit"))
    with call.read() as tx:
        found = meetings.list_page(
            tx,
            call.viewer,
            unit_id=asked.identity("unit"),
            period=one_of(asked, "period"),
            after=after_day(call.page()),
            limit=PAGE_SIZE,
            today=call.today,
        )
        units = unit_options(tx, call.viewer, today=call.today)
    after = mark_day(found.after)
    return render.page(
        call,
        "meetings.html",
        status=status,
        form=form,
        asked=asked,
        found=found,
        units=units,
        cursor=None if after is None else mark(*after),
    )


def _one(call: Call, meeting: MeetingRow, form: Fields, status: int = 200) -> Response:
    with call.read() as tx:
        names = meetings.list_names(tx, [meeting], today=call.today)
        speaker = "" if meeting.speaker_id is None else meetings.code_of_speaker(tx, meeting)
    if "version" not in form.sent:
        errors, problem, caption = form.errors, form.problem, form.get("caption")
        form = Fields.filled(
            held_on=meeting.held_on,
            periods="; ".join(typed(period) for period in meeting.periods),
            kind=meeting.kind,
            title=meeting.title,
            speaker=speaker or None,
            lesson=meeting.lesson,
            caption=caption or None,
        )
        form.errors, form.problem = errors, problem
    return render.page(call, "meeting.html", status=status, meeting=meeting, names=names, form=form)


def _load(call: Call, meeting_id: str) -> MeetingRow:
    with call.read() as tx:
        return meetings.get(tx, call.viewer, path_id(meeting_id), today=call.today)
