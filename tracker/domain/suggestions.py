"""A piece offered to a member: «is this yours?». No storage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.types import ArticleId, MemberId


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionRow:
    """A piece offered to a member; `reasons` are pairs of a code and its number."""

    member_id: MemberId
    article_id: ArticleId
    title: str
    url: str
    source: str
    authors: tuple[str, ...]
    published_at: dt.datetime
    score_percent: int
    reasons: tuple[tuple[str, int | None], ...]
    offered_at: dt.datetime
