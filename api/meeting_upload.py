"""A photo sent for a meeting: whether the caller keeps that meeting is judged before the file is read."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.http import Call, Form, form_of, needs, path_id
from tracker.domain.rights import Right
from tracker.services import meetings
from tracker.services.meetings import MeetingRow


def _meeting(meeting_id: str, call: Annotated[Call, Depends(needs(Right.OFFICER))]) -> tuple[Call, MeetingRow]:
    with call.read() as tx:
        return call, meetings.get(tx, call.viewer, path_id(meeting_id), today=call.today)


async def _form(
    request: Request, opened: Annotated[tuple[Call, MeetingRow], Depends(_meeting)]
) -> tuple[Call, MeetingRow, Form]:
    call, meeting = opened
    return call, meeting, await form_of(request, call)


MeetingUpload = Annotated[tuple[Call, MeetingRow, Form], Depends(_form)]
