"""Evidence: a file added to a claim, read by its owner and by officers in scope, taken away, purged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response

from api.downloads import attachment
from api.evidence_upload import EvidenceUpload, evidence_key
from api.http import FileCall, OfficerCall, ReadOrSelfCall, no_content, one, takes
from api.route import Route
from api.schemas.claims import ReasonIn
from tracker.domain.errors import AppError, Code
from tracker.services import evidence

if TYPE_CHECKING:
    from tracker.domain.evidence import EvidenceRow
    from tracker.store.db import Tx

router = APIRouter(tags=["evidence"], route_class=Route)

VERSION = 1  # a file never changes; it is there, or it is gone
_FORM: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "declared": {"type": "boolean", "description": "the sender says that it holds no State secret"},
                    },
                }
            }
        },
    }
}


@router.post("/claims/{claim_id}/evidence", status_code=201, openapi_extra=_FORM)  # noqa: FAST003 - the upload names it
def add_evidence(sent: EvidenceUpload) -> Response:
    """Add a picture or a document to a claim."""
    call, row, form = sent
    if "file" not in form.files:
        raise AppError(Code.BODY_INVALID, "the form needs a file in its field «file»")
    name, content = form.files["file"]
    declared = form.flag("declared")
    upload = evidence.prepare(call.deps.files, row.kind, content, name, declared=declared)

    def work(tx: Tx) -> Response:
        now_row = evidence.get_for_upload(tx, call.viewer, row.claim_id, today=call.today)
        added = evidence.add(tx, call.viewer, now_row, upload, call.deps.files, now=call.now, zone=call.deps.zone)
        return one(evidence_json(added), VERSION, status=201)

    return call.create(work)


@router.get("/evidence/{evidence_id}")
def get_evidence(call: ReadOrSelfCall, evidence_id: str) -> Response:
    """Download a file; each look by somebody else than its member is logged."""
    with call.read() as tx:
        row = evidence.get(tx, call.viewer, evidence_key(evidence_id), today=call.today)
    return attachment(call, row, etag_version=VERSION)


@router.delete("/evidence/{evidence_id}")
def remove_evidence(call: FileCall, evidence_id: str) -> Response:
    """Take a file away while the claim waits for its decision."""
    key = evidence_key(evidence_id)
    with call.write() as tx:
        evidence.get(tx, call.viewer, key, today=call.today)
        call.if_match(VERSION)
        row = evidence.remove(tx, call.viewer, key, now=call.now, zone=call.deps.zone)
    call.deps.files.remove(row.file_name)
    return no_content()


@router.post("/evidence/{evidence_id}/purge", openapi_extra=takes(ReasonIn))
def purge_evidence(call: OfficerCall, evidence_id: str) -> Response:
    """Remove a file that must not be here, with a reason; its digest stays."""
    key = evidence_key(evidence_id)
    with call.read() as tx:
        evidence.get(tx, call.viewer, key, today=call.today)
    reason = call.body(ReasonIn).reason
    with call.write() as tx:
        row = evidence.purge(tx, call.viewer, key, reason, now=call.now, zone=call.deps.zone)
    call.deps.files.remove(row.file_name)
    return one(evidence_json(row) | {"purged": True}, VERSION)


def evidence_json(row: EvidenceRow) -> dict[str, Any]:
    """Give a file as the API answers it."""
    return {
        "id": str(row.evidence_id),
        "kind": row.kind.value,
        "bytes": row.byte_count,
        "media_type": row.media_type,
        "sha256": row.sha256,
    }
