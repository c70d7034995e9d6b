"""Members' files as they leave the house: as downloads that no browser runs, each look by another logged first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Response

from api.http import etag
from tracker.services import evidence, evidence_files

if TYPE_CHECKING:
    from api.http import Call
    from tracker.domain.evidence import EvidenceRow

POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
_ENDINGS = {
    "image/jpeg": "jpg",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
    "text/plain; charset=utf-8": "txt",
    "application/warc": "warc.gz",
}


def attachment(call: Call, row: EvidenceRow, *, etag_version: int) -> Response:
    """Give a file of the viewer's scope as a download under a name of our own."""
    _log(call, row, small=False)
    content = evidence_files.read_file(call.deps.files, row.file_name)
    name = f"evidence-{row.evidence_id}.{_ENDINGS.get(row.media_type, 'bin')}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "ETag": etag(etag_version)}
    return _sealed(content, row.media_type, headers)


def thumbnail(call: Call, row: EvidenceRow) -> Response:
    """Give the small form of a picture for one of our own pages."""
    _log(call, row, small=True)
    return _sealed(evidence_files.read_thumbnail(call.deps.files, row.file_name), evidence_files.PICTURE_TYPE, {})


def _log(call: Call, row: EvidenceRow, *, small: bool) -> None:
    if not evidence.is_own(call.viewer, row):
        with call.write() as tx:
            evidence.record_read(tx, call.viewer, row, now=call.now, small=small)


def _sealed(content: bytes, media_type: str, headers: dict[str, str]) -> Response:
    sealed = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=sealed | headers)
