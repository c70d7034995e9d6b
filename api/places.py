"""Where a page of a list ended, as its cursor tells: read alike by the API and the pages."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from api.http import mark
from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    from api.http import PageRequest
    from tracker.domain.claim_records import ClaimMark


def claim_cursor(after: ClaimMark | None) -> str | None:
    """Give the cursor after a page of claims."""
    return None if after is None else mark(after[0].isoformat(), *after[1:])


def claim_mark(page: PageRequest) -> ClaimMark | None:
    """Read the cursor of a page of claims; what is none is refused (`cursor.invalid`)."""
    match page.after:
        case None:
            return None
        case (str() as text, int() as member_id, int() as number):
            return _instant(text), member_id, number
    raise AppError(Code.CURSOR_INVALID)


def _instant(text: str) -> dt.datetime:
    try:
        at = dt.datetime.fromisoformat(text)
        if at.tzinfo is not None:
            return at.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise AppError(Code.CURSOR_INVALID) from error
    raise AppError(Code.CURSOR_INVALID)
