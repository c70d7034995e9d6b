"""Places in lists, as cursors and paths tell them: read alike by the API and the pages."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from api.http import mark, path_id
from tracker.domain.errors import AppError, Code
from tracker.domain.links import is_slug
from tracker.domain.types import ClaimId

if TYPE_CHECKING:
    from api.http import PageRequest
    from tracker.domain.claim_records import ClaimMark
    from tracker.domain.coauthors import CoauthorMark
    from tracker.domain.link_counts import HoldMark
    from tracker.domain.pen_names import ProposalMark


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


def hold_key(slug: str, day: str) -> tuple[str, dt.date]:
    """Read which burst is meant; what names none is not found."""
    try:
        if is_slug(slug):
            return slug, dt.date.fromisoformat(day)
    except ValueError as error:
        raise AppError(Code.NOT_FOUND) from error
    raise AppError(Code.NOT_FOUND)


def hold_mark(page: PageRequest) -> HoldMark | None:
    """Read the cursor of a page of held bursts."""
    match page.after:
        case None:
            return None
        case (str() as day, str() as slug):
            try:
                return dt.date.fromisoformat(day).isoformat(), slug
            except ValueError as error:
                raise AppError(Code.CURSOR_INVALID) from error
    raise AppError(Code.CURSOR_INVALID)


def _instant(text: str) -> dt.datetime:
    try:
        at = dt.datetime.fromisoformat(text)
        if at.tzinfo is not None:
            return at.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise AppError(Code.CURSOR_INVALID) from error
    raise AppError(Code.CURSOR_INVALID)


def waiting_cursor(after: tuple[Any, ...] | None) -> str | None:
    """Give the cursor after a page of what waits since an instant."""
    return None if after is None else mark(after[0].isoformat(), *after[1:])


def coauthor_mark(page: PageRequest) -> CoauthorMark | None:
    """Read the cursor of a page of co-authors."""
    match page.after:
        case None:
            return None
        case (str() as text, int() as owner_id, int() as number, int() as member_id):
            return _instant(text), owner_id, number, member_id
    raise AppError(Code.CURSOR_INVALID)


def proposal_mark(page: PageRequest) -> ProposalMark | None:
    """Read the cursor of a page of proposed pen names."""
    match page.after:
        case None:
            return None
        case (str() as text, int() as member_id, str() as name):
            return _instant(text), member_id, name
    raise AppError(Code.CURSOR_INVALID)


def suggestion_key(text: str) -> tuple[int, int]:
    """Read the public id of a suggestion, of a member and an article; what is none is not found."""
    member_id, _, article_id = text.partition("-")
    return path_id(member_id), path_id(article_id)


def republication_key(text: str) -> tuple[ClaimId, int]:
    """Read the public id of a republication, of a claim and an article; what is none is not found."""
    claim, _, article_id = text.rpartition("-")
    claim_id = ClaimId.parse(claim)
    if claim_id is None:
        raise AppError(Code.NOT_FOUND)
    return claim_id, path_id(article_id)
