"""An export sent for a channel, judged by right before it is read, and given back as the evidence it is."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response

from api.downloads import POLICY
from api.http import Call, Form, etag, form_of, needs, path_id
from tracker.domain.errors import AppError, Code
from tracker.domain.rights import Right
from tracker.services import channels, evidence_files, insights
from tracker.services.channels import ChannelRow

VERSION = 1  # a kept file never changes


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
    return call, row, await form_of(request, call)


ChannelUpload = Annotated[tuple[Call, ChannelRow, Form], Depends(_form)]


def download(call: Call, channel_id: int, file_id: int) -> Response:
    """Give the bytes of an export under a name of our own."""
    with call.read() as tx:
        channel = channels.get(tx, call.viewer, channel_id, today=call.today)
        row = insights.get_file(tx, call.viewer, channel, file_id)
    content = evidence_files.read_file(call.deps.files, row.file_name)
    with call.write() as tx:
        insights.record_read(tx, call.viewer, row, now=call.now)
    ending = "csv" if row.media_type == insights.CSV_TYPE else "xlsx"
    headers = {
        "Content-Disposition": f'attachment; filename="insights-{channel_id}-{file_id}.{ending}"',
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
        "ETag": etag(VERSION),
    }
    return Response(content, media_type=row.media_type, headers=headers)
