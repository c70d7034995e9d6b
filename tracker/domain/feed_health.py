"""Why a source's health is as it is and why it is asked again when it is: codes with their numbers. Pure.

The words for them stand in feed_words.py; what is judged from a fetch in crawler/health.py and crawler/schedule.py.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class Cause(enum.StrEnum):
    """Why a source's health is as it is; NONE where nothing is to be said."""

    NONE = ""
    NOT_FETCHED = "not_fetched"
    NEVER = "never"  # it answers, and nothing has ever come
    SILENT = "silent"  # nothing for long, whatever is usual
    MISSED = "missed"  # nothing on days that usually bring something
    EMPTY = "empty"  # answered without error, without one entry
    LINKS_GONE = "links_gone"  # a list page on which nothing is found any more
    PARTIAL = "partial"
    UNUSABLE = "unusable"
    MOVING = "moving"
    MOVED_ONTO = "moved_onto"  # where it leads is a source already
    FAILED = "failed"  # the fetch error says why
    DATES_UNREAD = "dates_unread"
    DATES_AHEAD = "dates_ahead"
    DATES_SWAPPED = "dates_swapped"
    DATES_TO_THE_HOUR = "dates_to_the_hour"
    DATES_UNORDERED = "dates_unordered"
    FEWER = "fewer"


class NextCause(enum.StrEnum):
    """Why a source is asked again at the time at which it is."""

    NONE = ""
    AT_ONCE = "at_once"
    NEWS = "news"
    NO_NEWS = "no_news"
    USUAL = "usual"
    RENEWAL = "renewal"
    NIGHT = "night"
    BACKOFF = "backoff"
    ASKED = "asked"
    HOST_ASKED = "host_asked"
    DAILY = "daily"


DATE_CAUSES = (
    Cause.DATES_UNREAD,
    Cause.DATES_AHEAD,
    Cause.DATES_SWAPPED,
    Cause.DATES_UNORDERED,
    Cause.DATES_TO_THE_HOUR,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthFacts:
    """A cause and what its words name; `numbers` hold ints and codes, never text of a site."""

    cause: Cause = Cause.NONE
    numbers: Mapping[str, int | str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Give what is kept."""
        return {"cause": self.cause.value, "numbers": dict(self.numbers)}


def read_facts(kept: Any) -> HealthFacts:
    """Read what was kept; of a source that has none, nothing is to be said."""
    if not kept:
        return HealthFacts()
    return HealthFacts(cause=Cause(kept["cause"]), numbers=kept["numbers"])
