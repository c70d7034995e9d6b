"""Which entries of a sitemap that tells no titles are worth a look at their pages: articles by their form, the newest.

A title is never made up from an address: the page tells it, or the entry gives no article. Pure.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from crawler.pages.listing_shapes import names_a_collection, shape_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PAGES_MOST: Final = 50  # of one sitemap: each is a page to fetch, and a site's list may go back for years
BY_PAGES: Final = "titles_from_pages"  # the warning of a sitemap so read
_NUMBER = re.compile(r"\d{1,18}")


def choose_untitled(entries: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Choose the addresses whose pages are read: of what can be an article, the last changed.

    Where nothing tells when, the highest days and numbers in the addresses, else the first. `entries` are in the fields
    of ParsedItem.
    """
    fit = [entry for entry in entries if not entry["title"] and entry["url"] and may_be_article(entry["url"])]
    newest = sorted(fit, key=_age, reverse=True)  # stable: equal ones stay in the sitemap's order
    return frozenset(islice(dict.fromkeys(entry["url"] for entry in newest), PAGES_MOST))


def without_older(entries: Sequence[dict[str, Any]], chosen: frozenset[str]) -> list[dict[str, Any]]:
    """Leave out the articles without a title that are not chosen; what can be no article is left to be told so."""
    return [entry for entry in entries if entry["title"] or entry["url"] in chosen or not _is_article(entry["url"])]


def may_be_article(url: str) -> bool:
    """Tell whether an address is written as those of articles are: with a number, a day, or a slug of several words."""
    return shape_of(url) is not None and not names_a_collection(url)


def _is_article(url: str | None) -> bool:
    return url is not None and may_be_article(url)


def _age(entry: Mapping[str, Any]) -> tuple[str, list[int]]:
    segments = urlsplit(entry["url"]).path.strip("/").split("/")
    days = [int(part) for part in segments[:-1] if part.isdecimal() and len(part) <= 18]  # noqa: PLR2004 - a moment to the millisecond
    return (entry["updated_raw"] or entry["published_raw"])[:19], [*days, *map(int, _NUMBER.findall(segments[-1])[-1:])]
