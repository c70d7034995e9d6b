"""Which sitemaps of an index are followed: those of news, those changed last, and few. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from crawler.pages.listing_shapes import site_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.pages.sitemap import Child

FOLLOWED_MOST: Final = 3
_NEWS = re.compile(r"news|tin-?tuc|article|bai-viet|post", re.IGNORECASE)
_OTHER = re.compile(
    r"categor|chuyen-muc|danh-muc|tags?[-_.\d]|tu-khoa|topic|chu-de|author|tac-gia|page[-_.]|image|hinh-anh|video|product|"
    r"attachment|user|event|static|zone",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")


def choose_children(children: Sequence[Child], index_url: str | None) -> tuple[str, ...]:
    """Choose what to follow, the likeliest to hold new articles first.

    A news sitemap before all; of others the last changed, where the index tells, else the highest dates and numbers in
    their names; what lists sections, tags or pictures never. Only the index's own site.
    """
    site = site_of(urlsplit(index_url or "").hostname or "")
    own = [child for child in children if not site or site_of(urlsplit(child.url).hostname or "") == site]
    fit = [child for child in own if not _OTHER.search(_name(child))] or own
    ranked = sorted(fit, key=_rank, reverse=True)
    return tuple(dict.fromkeys(child.url for child in ranked))[:FOLLOWED_MOST]


def _rank(child: Child) -> tuple[bool, str, list[int]]:
    name = _name(child)
    return bool(_NEWS.search(name)), child.changed[:25], [int(number[:18]) for number in _NUMBER.findall(name)]


def _name(child: Child) -> str:
    parts = urlsplit(child.url)
    return f"{parts.path}?{parts.query}"[-300:]
