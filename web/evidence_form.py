"""The part of a form by which evidence is sent: the file, the word that it is no secret, the consent it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.services import consents, evidence
from web import forms

if TYPE_CHECKING:
    from api.http import Call, Form
    from tracker.domain.claims import ClaimKind
    from tracker.domain.notices import Notice
    from tracker.domain.types import ClaimId
    from tracker.services.evidence import Upload
    from tracker.store.db import Tx
    from web.forms import Fields


def find_notice(tx: Tx, call: Call, member_id: int | None) -> Notice | None:
    """Give the notice a member has yet to agree to before they send a picture of their own; None: nothing to ask."""
    if call.viewer.member_id is None or member_id not in {None, call.viewer.member_id}:
        return None
    states = consents.list_current(tx, call.viewer)
    return next((s.notice for s in states if s.notice.kind == evidence.CONSENT and s.given_at is None), None)


def read_upload(
    call: Call, form: Fields, uploaded: Form, kind: ClaimKind, notice: Notice | None, *, needed: bool
) -> Upload | None:
    """Judge the file of a form; None where there is none, or where something is missing, told in the form."""
    name, content = uploaded.files.get("file", ("", b""))
    if not content:
        if needed:
            form.errors["file"] = forms.NEEDED
        return None
    if not form.has("declared"):
        form.errors["declared"] = forms.TICK_TO_CONFIRM
    if notice is not None and not form.has("agree"):
        form.errors["agree"] = forms.TICK_TO_CONFIRM
    if not form.sound:
        form.errors.setdefault("file", forms.CHOOSE_AGAIN)
        return None
    return evidence.prepare(call.deps.files, kind, content, name, declared=True)


def keep(tx: Tx, call: Call, claim_id: ClaimId, upload: Upload, notice: Notice | None) -> None:
    """Record the consent that was ticked, and keep the file beside its claim."""
    if notice is not None:
        consents.give(tx, call.viewer, kind=notice.kind, version=notice.version, now=call.now, today=call.today)
    row = evidence.get_for_upload(tx, call.viewer, claim_id, today=call.today)
    evidence.add(tx, call.viewer, row, upload, call.deps.files, now=call.now, zone=call.deps.zone)
