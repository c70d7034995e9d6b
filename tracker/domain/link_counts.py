"""What was counted on a tracked link, as read back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

HoldMark = tuple[str, str]  # where a page of held bursts ended: ISO day, slug


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedLink:
    """A member's link to an article and its requests by verdict."""

    slug: str
    channel: str
    created_at: dt.datetime
    withdrawn_at: dt.datetime | None
    requests: dict[str, int]
    person_days: int
    birth_count: int
