"""A file sent for a claim: whether the caller may add to that claim is judged before the file is read."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.http import Call, Form, form_of, needs
from tracker.domain.claim_records import ClaimRecord
from tracker.domain.errors import AppError, Code
from tracker.domain.evidence import EvidenceId
from tracker.domain.rights import Right
from tracker.domain.types import ClaimId
from tracker.services import evidence


def evidence_key(text: str) -> EvidenceId:
    """Read the public id of a file; what is none is not found."""
    found = EvidenceId.parse(text)
    if found is None:
        raise AppError(Code.NOT_FOUND)
    return found


def _claim(claim_id: str, call: Annotated[Call, Depends(needs(Right.FILE))]) -> tuple[Call, ClaimRecord]:
    key = ClaimId.parse(claim_id)
    if key is None:
        raise AppError(Code.NOT_FOUND)
    with call.read() as tx:
        return call, evidence.get_for_upload(tx, call.viewer, key, today=call.today)


async def _form(
    request: Request, opened: Annotated[tuple[Call, ClaimRecord], Depends(_claim)]
) -> tuple[Call, ClaimRecord, Form]:
    call, row = opened
    return call, row, await form_of(request, call)


EvidenceUpload = Annotated[tuple[Call, ClaimRecord, Form], Depends(_form)]
