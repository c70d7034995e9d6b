"""Sources as an office sees them: the stored feed, what a fetch left behind, what looking at an address shows.

What crosses between crawler and store while fetching stands in tracker/domain/feeds.py.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tracker.domain.feed_findings import find_section_page
from tracker.domain.feeds import FeedKind
from tracker.domain.urls_parts import host_name

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tracker.domain.feed_findings import Findings
    from tracker.domain.feed_health import HealthFacts, NextCause
    from tracker.domain.feed_volume import Volume
    from tracker.domain.feeds import (
        DateOrder,
        DateQuality,
        FeedLease,
        FeedState,
        FetchProblem,
        FetchStatus,
        Health,
    )
    from tracker.domain.jobs import JobLease
    from tracker.domain.types import FeedId

URL_MOST = 2000
TITLE_MOST = 300
KEY_MOST = 400
_KEY_HEAD = 200
INTERVAL_LEAST_S = 15 * 60
INTERVAL_MOST_S = 6 * 3600
INTERVAL_FIRST_S = 30 * 60
PAUSE_MOST_S = 3600  # that a source may ask for between two requests to its host

_DEFAULT_PORT = re.compile(r":(?:80|443)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A source as stored."""

    feed_id: FeedId
    url: str
    title: str
    title_given: bool
    kind: FeedKind
    state: FeedState
    date_order: DateOrder
    selectors: Any
    outlet_id: int | None
    pause_s: int | None  # where the source asks for a longer pause than the house keeps
    reads_pages: bool  # the pages of all its articles are read, not only of those that are passed on
    keeps_cookies: bool
    identity: str  # an Identity; empty while it is not known
    compare_url: str | None  # "": it is compared with nothing; None: with its own page, if that is known
    findings: Findings | None
    volume: Volume | None
    health: Health
    health_reason: str
    health_facts: HealthFacts
    next_fetch_at: dt.datetime
    next_cause: NextCause
    last_fetch_at: dt.datetime | None
    last_new_at: dt.datetime | None
    interval_s: int
    failures: int
    last_error: FetchProblem | None
    moved_to: str | None
    created_at: dt.datetime
    version: int

    @property
    def section_page(self) -> str | None:
        """Give the page it is compared with; None where there is none."""
        found = find_section_page(self.url, self.findings) if self.kind is FeedKind.FEED else None
        return found if self.compare_url is None else self.compare_url or None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFeed:
    """A source to be added. Without `title` it is called by its host until a fetch tells its name."""

    url: str
    kind: FeedKind
    title: str = ""
    found_title: str = ""
    selectors: Any = None
    date_order: DateOrder | None = None
    pause_s: int | None = None
    keeps_cookies: bool = False
    reads_pages: bool = False
    compare_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedFeed:
    """A feed in a worker's hands, with the job that gives the right to write its end."""

    lease: FeedLease
    job: JobLease
    title: str
    host_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One fetch as kept for the health page."""

    fetch_id: int
    at: dt.datetime
    status: FetchStatus
    http_status: int | None
    duration_ms: int
    bytes_read: int
    new: int
    changed: int
    seen: int
    skipped: int
    problem: FetchProblem | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewEntry:
    """An entry as it would be collected, or the word for why it would be left out (no_link, no_title, …).

    `is_known`: it was collected before; None where nobody looked.
    """

    title: str
    url: str | None
    published_at: dt.datetime | None
    published_raw: str
    date_quality: DateQuality | None
    skipped: str | None
    key: str | None = None
    is_known: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an address gives when looked at now: a source with its first entries, or why not and what else is there.

    `kind` is what it would be added as; `sitemaps` are those of a site that has no feed; `left_out` counts the entries
    that give no article by their reason, `untitled_count` those whose titles their pages tell; `feed_id` is the source
    that this address is already.
    """

    url: str
    kind: FeedKind = FeedKind.FEED
    title: str = ""
    format: str = ""
    entries: tuple[PreviewEntry, ...] = ()
    entry_count: int = 0
    skipped_count: int = 0
    untitled_count: int = 0
    warnings: tuple[str, ...] = ()
    problem: FetchProblem | None = None
    links: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    findings: Findings | None = None
    identity: str = ""
    left_out: Mapping[str, int] = field(default_factory=dict)
    feed_id: FeedId | None = None


def feed_key(url: str) -> str:
    """Give the key under which one source is stored once.

    Stricter than an article's key: of two spellings only scheme, default port, host case and script, fragment and a
    final slash are left aside, for sites serve different feeds under addresses that differ in anything else. What is no
    address, as somebody may have typed it, is its own key.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return _bounded(url)
    name, colon, port = _DEFAULT_PORT.sub("", parts.netloc.rpartition("@")[2]).partition(":")
    host = (_plain(name) + colon + port).removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return _bounded(host + parts.path.rstrip("/") + query)


def host_of(url: str) -> str:
    """Give the host of an address, without `www.`; empty where there is none."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def host_key(url: str) -> str:
    """Give the `host:port` by which politeness counts, as it is dialled: in ASCII, an IPv6 address in brackets."""
    parts = urlsplit(url)
    host = _plain((parts.hostname or "").removesuffix("."))
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _plain(host: str) -> str:
    """Give a host name in its one spelling, whichever of its two scripts it was typed in; what is none as it stands."""
    return host_name(host) or host.lower()


def _bounded(key: str) -> str:
    """Keep a key short enough for an index; what of a long one is left out is told by its hash."""
    if len(key) <= KEY_MOST:
        return key
    digest = hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()
    return f"{key[:_KEY_HEAD]}~{digest}"
