"""What a source's own page lists beside what was collected, and why something is missing. Pure.

An article counts as collected whichever source carried it. What stood there before collecting began is not counted,
and what could not be compared is not known: that is no zero.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tracker.domain.feeds import FetchProblem
    from tracker.domain.types import FeedId

MISSING_SHOWN: Final = 20
LISTED_MOST: Final = 500
RECENT: Final = dt.timedelta(days=2)  # of what states its time, so much is compared
ON_ITS_WAY: Final = dt.timedelta(hours=1)
WHOLE_PERCENT: Final = 100
_SECTION_PARTS: Final = 2  # a section stands in an address that has a part below it


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One article as the source's own page lists it, in the order of the page."""

    url: str
    key: str
    title: str
    published_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """An article that stands there and was not collected; `why` is a code of feed_words.MISSING."""

    url: str
    title: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """So many of so many articles were collected; `keys` are those of all that were compared."""

    part: int
    whole: int
    missing: tuple[Missing, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """The latest comparison of a source as kept; without counts where it could not be made, and why not."""

    feed_id: FeedId
    checked_at: dt.datetime
    against: str
    part: int | None
    whole: int | None
    missing: tuple[Missing, ...]
    problem: FetchProblem | None

    @property
    def percent(self) -> int | None:
        """Give the share in whole percent, cut: all only where nothing is missing."""
        return percent(self.part, self.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletShare:
    """What all sources of one outlet together collected of what their pages list."""

    part: int
    whole: int
    feed_count: int

    @property
    def percent(self) -> int | None:
        """Give the share in whole percent."""
        return percent(self.part, self.whole)


def percent(part: int | None, whole: int | None) -> int | None:
    """Give a share in whole percent; None where there is nothing to divide."""
    return None if part is None or not whole else part * WHOLE_PERCENT // whole


def compare(
    listed: Sequence[Listed], known: Collection[str], *, collecting_since: dt.datetime, now: dt.datetime
) -> Comparison:
    """Compare what is listed with the keys that are known of it."""
    counted = _counted(listed, known, max(collecting_since, now - RECENT))
    sections = {section for one in counted if one.key in known and (section := _section(one.url))}
    missing = [one for one in counted if one.key not in known]
    return Comparison(
        part=len(counted) - len(missing),
        whole=len(counted),
        missing=tuple(
            Missing(url=one.url, title=one.title, why=_why(one, sections, now)) for one in missing[:MISSING_SHOWN]
        ),
        keys=tuple(one.key for one in counted),
    )


def _counted(listed: Sequence[Listed], known: Collection[str], since: dt.datetime) -> list[Listed]:
    """Give what is compared, each article once.

    Of what states its time: what is recent. Of the rest, newest first as pages list it: what stands above the last one
    that was collected, for below it stands what was there before; all of it where none was collected.
    """
    once = list({one.key: one for one in reversed(listed)}.values())[::-1]
    deepest = max((n for n, one in enumerate(once) if one.key in known), default=len(once) - 1)
    chosen = [
        one
        for n, one in enumerate(once)
        if (n <= deepest if one.published_at is None else one.published_at >= since or one.key in known)
    ]
    return chosen[:LISTED_MOST]


def _why(one: Listed, sections: Collection[str], now: dt.datetime) -> str:
    """Tell why an article is missing, as far as that can be known."""
    if one.published_at is not None and one.published_at > now - ON_ITS_WAY:
        return "too_new"
    section = _section(one.url)
    return "other_section" if section and sections and section not in sections else "not_carried"


def _section(url: str) -> str:
    """Give the section inside an address; empty where it names none."""
    parts = urlsplit(url).path.strip("/").split("/")
    return parts[0].lower() if len(parts) >= _SECTION_PARTS else ""
