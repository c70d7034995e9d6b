"""«Is this yours?»: what is offered to a member, and their answer. Who is asked, bylines.py says.

An answer of «mine» files a claim that waits for an officer like every other; «not mine» ends it for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.claims import ClaimKind
from tracker.domain.errors import AppError, Code
from tracker.domain.filing import ClaimDraft
from tracker.domain.periods import local_date
from tracker.domain.rights import Right
from tracker.domain.urls import UrlFacts, inspect_url, names_a_post
from tracker.services import closes, coauthors, filing, pieces
from tracker.store import suggestions as store

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.suggestions import SuggestionRow
    from tracker.domain.types import MemberId, Viewer
    from tracker.services.filing import Filed, Repeated
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """A page of what is offered; `after` is the last one's article where more may follow."""

    items: list[SuggestionRow]
    after: int | None


def list_open(tx: Tx, viewer: Viewer, *, after: int | None, limit: int) -> Suggested:
    """List what is offered to the viewer, the latest first."""
    found = store.list_open(tx, _self(viewer), before=after, limit=limit + 1)
    shown = found[:limit]
    return Suggested(items=shown, after=shown[-1].article_id if len(found) > limit else None)


def require(tx: Tx, viewer: Viewer, member_id: int, article_id: int) -> None:
    """Refuse with `thing.not_found` what was not offered to the viewer, or is answered with «not mine»."""
    _get(tx, viewer, member_id, article_id)


def accept(
    tx: Tx, viewer: Viewer, member_id: int, article_id: int, *, now: dt.datetime, zone: dt.tzinfo
) -> Filed | Repeated:
    """Claim an offered piece as one's own: it waits for an officer like every claim. Once, however often it is said.

    Where a colleague has claimed it already, it is one piece of two authors: the member joins that claim.
    """
    row, today = _get(tx, viewer, member_id, article_id), local_date(now, zone)
    owner = filing.get_owner(tx, viewer, row.member_id, today=today)
    draft = _draft(row, now, zone)
    closes.hold(tx)
    other = pieces.hold_colleagues(tx, row.member_id, draft)
    if other is None:
        filed = filing.submit(tx, viewer, owner, draft, now=now, zone=zone)
    else:
        coauthors.join(tx, viewer, other, offered=True, now=now, today=today)
        filed = filing.Filed(other)
    store.answer(tx, member_id, article_id, mine=True, at=now)
    return filed


def refuse(tx: Tx, viewer: Viewer, member_id: int, article_id: int, *, now: dt.datetime) -> None:
    """Say that an offered piece is not one's own; it is never offered again."""
    row = _get(tx, viewer, member_id, article_id)
    if not store.answer(tx, row.member_id, article_id, mine=False, at=now):
        raise AppError(Code.NOT_FOUND)


def _self(viewer: Viewer) -> MemberId:
    rights.require(Right.MEMBER, viewer)
    if viewer.member_id is None:
        raise AssertionError
    return viewer.member_id


def _get(tx: Tx, viewer: Viewer, member_id: int, article_id: int) -> SuggestionRow:
    if _self(viewer) != member_id:
        raise AppError(Code.NOT_FOUND)
    found = store.find_asked(tx, member_id, article_id)
    if found is None:
        raise AppError(Code.NOT_FOUND)
    return found


def _draft(row: SuggestionRow, now: dt.datetime, zone: dt.tzinfo) -> ClaimDraft:
    """State the piece as it was published; a time that cannot be is left to today."""
    facts = inspect_url(row.url)
    names_it = isinstance(facts, UrlFacts) and names_a_post(facts)
    day = min(local_date(row.published_at, zone), local_date(now, zone))
    return ClaimDraft(
        kind=ClaimKind.AUTHORED,
        article_id=row.article_id,
        url=row.url if names_it else None,
        title=row.title,
        happened_on=day,
    )
