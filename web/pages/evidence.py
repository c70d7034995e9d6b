"""Evidence on pages: sent from a declaration's page, looked at beside it, taken away, removed with a reason."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.downloads import attachment, thumbnail
from api.evidence_upload import EvidenceUpload, evidence_key
from api.http import Call, FileCall, OfficerCall, ReadOrSelfCall
from api.problems import STATUS
from api.route import Route
from tracker.domain.errors import AppError, Code
from tracker.domain.evidence import OPEN, EvidenceKind
from tracker.services import claims, evidence
from web import evidence_form, flash, forms, render
from web.forms import Fields
from web.pages.claims import show

router = APIRouter(route_class=Route)

VERSION = 1


@router.post("/claims/{claim_id}/evidence")  # noqa: FAST003 - the upload names it
def add_evidence(sent: EvidenceUpload) -> Response:
    """Add a file to a declaration."""
    call, row, uploaded = sent
    form = forms.of(uploaded.fields)
    with call.read() as tx:
        notice = evidence_form.find_notice(tx, call, row.member_id)
    try:
        upload = evidence_form.read_upload(call, form, uploaded, row.kind, notice, needed=True)
        if upload is None:
            return show(call, row.claim_id, form, STATUS[Code.FIELD_INVALID])
        with call.write() as tx:
            evidence_form.keep(tx, call, row.claim_id, upload, notice)
    except AppError as error:
        if error.code is Code.NOT_FOUND:
            raise
        form.refuse(error, call.language)
        form.errors["file"] = forms.CHOOSE_AGAIN
        return show(call, row.claim_id, form, STATUS[error.code])
    return flash.go(f"/claims/{row.claim_id}", "evidence_added")


@router.get("/evidence/{evidence_id}")
def download(call: ReadOrSelfCall, evidence_id: str) -> Response:
    """Give the file."""
    with call.read() as tx:
        row = evidence.get(tx, call.viewer, evidence_key(evidence_id), today=call.today)
    return attachment(call, row, etag_version=VERSION)


@router.get("/evidence/{evidence_id}/small")
def small(call: ReadOrSelfCall, evidence_id: str) -> Response:
    """Give the small form of a picture."""
    with call.read() as tx:
        row = evidence.get(tx, call.viewer, evidence_key(evidence_id), today=call.today)
    return thumbnail(call, row)


@router.get("/evidence/{evidence_id}/view")
def view_page(call: ReadOrSelfCall, evidence_id: str) -> Response:
    """Show one file large, with what may be done about it."""
    return _page(call, evidence_id, Fields())


@router.post("/evidence/{evidence_id}/remove")
def remove(call: FileCall, evidence_id: str) -> Response:
    """Take a file away again."""
    key = evidence_key(evidence_id)
    try:
        with call.write() as tx:
            row = evidence.remove(tx, call.viewer, key, now=call.now, zone=call.deps.zone)
    except AppError as error:
        if error.code is Code.NOT_FOUND:
            raise
        return flash.go_refused(f"/claims/{key.claim_id}", error)
    call.deps.files.remove(row.file_name)
    return flash.go(f"/claims/{key.claim_id}", "evidence_removed")


@router.post("/evidence/{evidence_id}/purge")
def purge(call: OfficerCall, evidence_id: str) -> Response:
    """Remove a file that must not be here."""
    key, form = evidence_key(evidence_id), forms.read(call)
    reason = form.text("reason", needed=True, most=200)
    if not form.sound:
        return _page(call, evidence_id, form, STATUS[Code.FIELD_INVALID])
    with call.write() as tx:
        row = evidence.purge(tx, call.viewer, key, reason, now=call.now, zone=call.deps.zone)
    call.deps.files.remove(row.file_name)
    return flash.go(f"/claims/{key.claim_id}", "evidence_removed")


def _page(call: Call, evidence_id: str, form: Fields, status: int = 200) -> Response:
    key = evidence_key(evidence_id)
    with call.read() as tx:
        row = evidence.get(tx, call.viewer, key, today=call.today)
        claim = claims.find_row(tx, call.viewer, key.claim_id, today=call.today)
        reviews_it = claim.unit_id in claims.reviewed_units(tx, call.viewer, [claim], today=call.today)
    mine = call.viewer.member_id == claim.member_id
    return render.page(
        call,
        "evidence.html",
        status=status,
        form=form,
        row=row,
        claim=claim,
        may_remove=(mine or reviews_it) and claim.state in OPEN and row.kind is not EvidenceKind.PAGE,
        may_purge=reviews_it,
    )
