"""A page's own insights exports: taken in, listed, given back as the evidence they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.channel_upload import VERSION, ChannelUpload, download, sent_file
from api.http import ReadCall, listed, one, path_id
from api.route import Route
from api.times import instant
from tracker.services import channels, insights

if TYPE_CHECKING:
    from tracker.services.insights import FileRow
    from tracker.store.db import Tx

router = APIRouter(tags=["channels"], route_class=Route)

_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}, "dry_run": {"type": "boolean"}},
                }
            }
        },
    }
}


@router.post("/channels/{channel_id}/insights", status_code=201, openapi_extra=_FORM)  # noqa: FAST003 - the upload names it
def import_insights(sent: ChannelUpload) -> Response:
    """Take an export in: 201 when it brought something, 200 for a dry run or when nothing was new."""
    call, row, form = sent
    name, content = sent_file(form)
    dry_run = form.flag("dry_run")
    export = insights.open_file(name, content, call.deps.sandbox, today=call.today)

    def work(tx: Tx) -> Response:
        channel = channels.get_locked(tx, call.viewer, row.channel_id, today=call.today)
        result = insights.run(tx, call.viewer, channel, export, call.deps.files, dry_run=dry_run, now=call.now)
        return one(insights.result_json(result, call.language), VERSION, status=201 if result.applied else 200)

    return call.create(work)


@router.get("/channels/{channel_id}/insights")
def list_insights(call: ReadCall, channel_id: str) -> Response:
    """List the exports of a channel, the latest first."""
    page = call.page()
    with call.read() as tx:
        channel = channels.get(tx, call.viewer, path_id(channel_id), today=call.today)
        found, after = insights.list_files(tx, call.viewer, channel, after=call.after_id(page), limit=page.limit)
    return listed([file_json(row) for row in found], None if after is None else (after,))


@router.get("/channels/{channel_id}/insights/{file_id}")
def get_insights(call: ReadCall, channel_id: str, file_id: str) -> Response:
    """Download an export as it was sent; each download is logged."""
    return download(call, path_id(channel_id), path_id(file_id))


def file_json(row: FileRow) -> dict[str, Any]:
    """Give an export as the list answers it."""
    return {
        "id": row.file_id,
        "file_name": row.original_name,
        "bytes": row.byte_count,
        "media_type": row.media_type,
        "sha256": row.sha256,
        "totals": dict(row.totals),
        "at": instant(row.added_at),
        "account_id": row.added_by,
    }
