"""Whether a feed is a Vietnamese outlet's, and so where the times are that name no zone.

A guess in hours is at stake, not a filter: an outlet's times without a zone are local, whatever their form. A stamp of
a program in any other feed is UTC, as the readers of its form take it.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.dates import Zones

if TYPE_CHECKING:
    from crawler.types import ParsedFeed

# Letters that other languages hardly write: o and u with a horn, and the vowels with two marks or a dot or hook.
_LETTERS = re.compile("[ƠơƯư\u1ea0-\u1ef9]")
_SHARE = 3  # one title in so many; a foreign paper names a Vietnamese now and then


def zones_of(feed: ParsedFeed, zone: dt.tzinfo, base_url: str | None) -> Zones:
    """Give the zones of a feed's times that name none; `base_url` is where the feed lives, not where its links lead."""
    return Zones(people=zone, stamps=zone if looks_vietnamese(feed, base_url) else dt.UTC)


def looks_vietnamese(feed: ParsedFeed, base_url: str | None) -> bool:
    """Tell by the language it declares, the host it lives on, or the letters of its titles."""
    language = (feed.language or "").lower()
    if language == "vi" or language.startswith("vi-") or _host(base_url).endswith(".vn") or _LETTERS.search(feed.title):
        return True
    written = sum(_LETTERS.search(item.title) is not None for item in feed.items)
    return written > 0 and written * _SHARE >= len(feed.items)


def _host(url: str | None) -> str:
    """Give the host of an address; '' where it has none."""
    try:
        return (urlsplit(url or "").hostname or "").rstrip(".")
    except ValueError:
        return ""
