"""A page's own insights export on the page of its channel: looked at first, then taken in, and given back."""

from __future__ import annotations

import base64
import binascii

from fastapi import APIRouter, Response

from api.channel_upload import ChannelUpload, download
from api.http import ReadCall, path_id
from api.problems import STATUS
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.domain.insights import Column
from tracker.services import channels, insights
from web import flash, forms
from web.pages.channels import show
from web.words import mark, say

router = APIRouter(route_class=Route)

COLUMNS = {  # without one of each kind a file says nothing of a post
    Column.LINK: mark("Address of the post"),
    Column.PUBLISHED: mark("Day"),
    Column.REACH: mark("Reach"),
}

KEPT_BYTES_MOST = 700_000  # of a file that the page hands back, so that taking it in needs no second choosing


@router.post("/channels/{channel_id}/insights")  # noqa: FAST003 - the upload names it
def import_insights(sent: ChannelUpload) -> Response:
    """Show what an export would do, row by row, or take it in."""
    call, channel, uploaded = sent
    form = forms.of(uploaded.fields)
    name, content = uploaded.files.get("file", ("", b""))
    if not content and form.get("kept"):
        try:
            name, content = form.text("kept_name"), base64.b64decode(form.get("kept"), validate=True)
        except binascii.Error:
            content = b""
    if not content:
        form.errors["file"] = forms.NEEDED
        return show(call, channel, form, STATUS[Code.FIELD_INVALID])
    dry_run = form.get("act") != "apply"
    try:
        export = insights.open_file(name, content, call.deps.sandbox, today=call.today)
        with call.write() as tx:
            row = channels.get_locked(tx, call.viewer, channel.channel_id, today=call.today)
            result = insights.run(tx, call.viewer, row, export, call.deps.files, dry_run=dry_run, now=call.now)
    except AppError as error:
        form.refuse(error, call.language)
        if error.code is Code.IMPORT_COLUMNS:
            form.problem += ": " + ", ".join(say(COLUMNS[name], call.language) for name in error.extra["missing"])
        return show(call, channel, form, STATUS[error.code])
    counts = result.totals()
    if not dry_run:
        told = (counts[status] for status in ("new", "changed", "same"))
        return flash.go(f"/channels/{channel.channel_id}", "imported", *told)
    kept = base64.b64encode(content).decode() if len(content) <= KEPT_BYTES_MOST else ""
    seen = insights.result_json(result, call.language)
    return show(call, channel, forms.Fields(), told=seen, kept=kept, kept_name=name)


@router.get("/channels/{channel_id}/insights/{file_id}")
def insights_file(call: ReadCall, channel_id: str, file_id: str) -> Response:
    """Download an export as it was sent."""
    return download(call, path_id(channel_id), path_id(file_id))
