"""A meeting sheet: one thing declared by an officer for many members, each alone; what is refused leaves the others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.rights import Right
from tracker.services import filing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from tracker.domain.filing import ClaimDraft
    from tracker.domain.types import ClaimId, MemberId, Viewer
    from tracker.store.db import Tx

MEMBERS_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One member of the sheet; `url` is the member's own post, where it was written down."""

    member_id: MemberId
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetResult:
    """How a line came out: filed, or refused for a reason; `claim_id` is also the first one of a repeat."""

    member_id: MemberId
    claim_id: ClaimId | None
    refusal: AppError | None = None


def submit_all(
    tx: Tx, viewer: Viewer, draft: ClaimDraft, lines: Sequence[SheetLine], *, now: dt.datetime, zone: dt.tzinfo
) -> list[SheetResult]:
    """File the same for many members, in the order of their ids, which keeps two sheets from waiting for each other."""
    rights.require(Right.OFFICER, viewer)
    if not 0 < len(lines) <= MEMBERS_MOST:
        raise AppError(Code.FIELD_INVALID, f"a sheet has 1 to {MEMBERS_MOST} members", field="member")
    by_member = {line.member_id: line for line in lines}
    return [_submit(tx, viewer, draft, by_member[m], now=now, zone=zone) for m in sorted(by_member)]


def _submit(
    tx: Tx, viewer: Viewer, draft: ClaimDraft, line: SheetLine, *, now: dt.datetime, zone: dt.tzinfo
) -> SheetResult:
    today = now.astimezone(zone).date()
    try:
        with tx.savepoint():
            owner = filing.get_owner(tx, viewer, line.member_id, today=today)
            filed = filing.submit(tx, viewer, owner, replace(draft, url=line.url or draft.url), now=now, zone=zone)
    except AppError as refusal:
        return SheetResult(member_id=line.member_id, claim_id=None, refusal=refusal)
    repeated = AppError(Code.CLAIM_DUPLICATE) if isinstance(filed, filing.Repeated) else None
    return SheetResult(member_id=line.member_id, claim_id=filed.claim_id, refusal=repeated)
