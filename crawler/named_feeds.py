"""Where a site's feeds and sitemaps may be: what its page links to, the usual addresses, its robots.txt. Pure."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from crawler.links import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.types import Fetched

WELL_KNOWN: Final = ("/rss", "/feed", "/rss.xml", "/feed.xml", "/rss/home.rss", "/atom.xml")
NUKEVIET_KNOWN: Final = ("/rss/", "/vi/rss/", "/index.php?nv=feeds", "/index.php?nv=news&op=rss")
NEWS_SITEMAPS: Final = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap.xml")
PAGE_BYTES: Final = 1 << 20
LINKS_READ: Final = 5_000  # of a page; to make one absolute costs more than to find it
ROBOTS_BYTES: Final = 1 << 19
SITEMAPS_MOST: Final = 10
SITEMAPS_READ: Final = 500  # of a robots.txt, some of which name one a day

_HREF = re.compile(rb"""href\s*=\s*["']([^"'<>\s]{1,500})["']""", re.IGNORECASE)
_FEED_NAME = re.compile(
    r"(?:\.(?:rss|rdf|atom)|/(?:rss|feed|atom)(?:\.xml|\.php|\.aspx)?/?|[/_-]rss\.(?:xml|html?|aspx|php)"
    r"|/rss/[\w-]{2,80}/?)(?:\?[^#]*)?$"
    r"|[?&]op=rss(?:[/&]|$)|[?&]nv=rss(?:&|$)",  # NukeViet without rewritten addresses
    re.IGNORECASE,
)
_NUKEVIET = re.compile(rb"""content=["']NukeViet|nv_base_siteurl|nv_my_domain""", re.IGNORECASE)
_SITEMAP_LINE = re.compile(rb"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2000})", re.IGNORECASE | re.MULTILINE)
_NEWS = re.compile(r"news|tin|article|google", re.IGNORECASE)


def feed_links(body: bytes, url: str) -> Iterator[str]:
    """Find what a page links to that is named like a feed: many sites declare none and only list them."""
    for match in islice(_HREF.finditer(body[:PAGE_BYTES]), LINKS_READ):
        link = absolute(match[1].decode("utf-8", "replace").replace("&amp;", "&"), url)
        if link is not None and _FEED_NAME.search(link) and link != url:
            yield link


def usual_addresses(page: Fetched) -> tuple[str, ...]:
    """Give where feeds usually are on a site like this one."""
    paths = NUKEVIET_KNOWN if _NUKEVIET.search(page.body[:PAGE_BYTES]) else WELL_KNOWN
    return tuple(urljoin(page.url, path) for path in paths)


def robots_address(page: Fetched) -> str:
    """Give where a site keeps its robots.txt, which names its sitemaps."""
    return urljoin(page.url, "/robots.txt")


def sitemap_addresses(site_url: str, robots: bytes) -> tuple[str, ...]:
    """Give the sitemaps that robots.txt names, those of news first; of a site that names none the usual ones."""
    lines = islice(_SITEMAP_LINE.finditer(robots[:ROBOTS_BYTES]), SITEMAPS_READ)
    named = (match[1].decode("utf-8", "replace") for match in lines)
    links = [link for name in named if (link := absolute(name, site_url)) is not None]
    known = sorted(links, key=lambda link: _NEWS.search(link.rpartition("/")[2]) is None)
    return tuple(dict.fromkeys(known))[:SITEMAPS_MOST] or tuple(urljoin(site_url, path) for path in NEWS_SITEMAPS)
