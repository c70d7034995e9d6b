"""An export sent for a channel: whether the caller may enter something there is judged before the file is read."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.http import Call, Form, needs, path_id, read_form
from tracker.domain.errors import AppError, Code
from tracker.domain.rights import Right
from tracker.services import channels
from tracker.services.channels import ChannelRow


def sent_file(form: Form) -> tuple[str, bytes]:
    """Give the name and the bytes of the file of a form."""
    if "file" not in form.files:
        raise AppError(Code.BODY_INVALID, "the form needs a file in its field «file»")
    return form.files["file"]


def _channel(channel_id: str, call: Annotated[Call, Depends(needs(Right.OFFICER))]) -> tuple[Call, ChannelRow]:
    with call.read() as tx:
        return call, channels.get(tx, call.viewer, path_id(channel_id), today=call.today)


async def _form(
    request: Request, opened: Annotated[tuple[Call, ChannelRow], Depends(_channel)]
) -> tuple[Call, ChannelRow, Form]:
    call, row = opened
    form = await read_form(request)
    call.compared = call.raw or form.told()
    return call, row, form


ChannelUpload = Annotated[tuple[Call, ChannelRow, Form], Depends(_form)]
