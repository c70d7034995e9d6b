"""What crosses between crawler and store: leases, drafts, plans, and the words for a feed's state and health."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tracker.domain.feed_health import HealthFacts, NextCause

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.feed_findings import Findings
    from tracker.domain.feed_volume import Volume
    from tracker.domain.types import ArticleId, FeedId


class FeedKind(enum.StrEnum):
    """How a source is read."""

    FEED = "feed"
    LISTING = "listing"
    SITEMAP = "sitemap"


class FeedState(enum.StrEnum):
    """What an administrator decided about a source."""

    ACTIVE = "active"
    PAUSED = "paused"


class Health(enum.StrEnum):
    """What fetching a source shows (contract.md, feed)."""

    WORKING = "working"
    QUIET = "quiet"
    BLOCKED = "blocked"
    MOVED = "moved"
    MALFORMED = "malformed"
    FAILING = "failing"
    GONE = "gone"


class DateOrder(enum.StrEnum):
    """Day and month order of a source's numeric dates; AUTO is found from the feed's own entries."""

    AUTO = "auto"
    DMY = "dmy"
    MDY = "mdy"


class DateQuality(enum.StrEnum):
    """How far a publication time can be trusted."""

    EXACT = "exact"  # zone stated
    LOCAL = "local"  # no zone stated: read as local time
    DAY = "day"  # a date without a time
    ORDER = "order"  # day/month order inferred
    CLAMPED = "clamped"  # outside [2000, now + 24 h]: first_seen stands in its place
    NONE = "none"  # none given: first_seen stands in its place


UNTRUSTED: Final = (DateQuality.NONE, DateQuality.CLAMPED)  # a time that stands in for one


class FetchErrorCode(enum.StrEnum):
    """Why a fetch gave nothing (contract.md, Fetch errors)."""

    ADDRESS_REFUSED = "address.refused"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    ENCODING = "encoding"
    REDIRECT = "redirect"
    HTTP = "http"
    BLOCKED_BY_SITE = "blocked_by_site"
    ROBOTS = "robots"
    NOT_A_FEED = "not_a_feed"
    UNREADABLE = "unreadable"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchProblem:
    """A fetch error as stored and shown; `message` is one line in English without addresses of ours."""

    code: FetchErrorCode
    message: str
    http_status: int | None = None
    retry_after_s: int | None = None
    was_asked: bool = True  # False: its host had asked all of us to wait, so nothing was sent; not stored


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLease:
    """One feed handed to one worker; `fence` tells a late worker that it was replaced."""

    feed_id: FeedId
    url: str
    kind: FeedKind
    date_order: DateOrder
    etag: str | None
    last_modified: str | None
    known_hash: str | None  # SHA-256 hex of the last body that was read through
    validators_at: dt.datetime | None  # when a whole body was last fetched; a day old: fetch without validators
    failures: int
    interval_s: int
    last_new_at: dt.datetime | None
    moved_to: str | None  # where the last permanent redirect led, and how often in a row
    moved_times: int
    fence: int
    created_at: dt.datetime
    selectors: Any = None  # of a list page: how its entries are found; None: by the form of their addresses
    identity: str = ""
    keeps_cookies: bool = False
    health_facts: HealthFacts = field(default_factory=HealthFacts)  # what the last fetch said of it
    findings: Findings | None = None  # what its last readable body showed
    volume: Volume | None = None  # what it brought on past days
    compare_url: str | None = None  # "": it is compared with nothing; None: with its own page, if that is known
    compared_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDraft:
    """An article as a source tells it: plain title and summary (≤ 300 characters), absolute http(s) addresses.

    One without a title, as plain sitemaps give them, is shown once its page has told it.
    """

    url: str
    url_key: str
    title: str
    summary: str
    authors: tuple[str, ...]
    published_at: dt.datetime | None
    date_quality: DateQuality
    published_raw: str
    image_url: str | None
    categories: tuple[str, ...]
    guid: str | None
    content_hash: str  # SHA-256 hex of title, summary, authors, published_raw; empty without a title
    unit: str | None = None  # the writers' body, where a byline names one


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """An item that gives no article, and why, in one short word: no_link, no_title, bad_link."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownArticle:
    """What the store already holds under one key."""

    article_id: ArticleId
    url_key: str
    content_hash: str


class FetchStatus(enum.StrEnum):
    """How one fetch ended (contract.md, `lantoa fetch`)."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPlan:
    """All that one fetch changes, decided before anything is written; the store carries it out in one transaction."""

    feed_id: FeedId
    fence: int
    status: FetchStatus
    problem: FetchProblem | None
    new: tuple[ArticleDraft, ...] = ()
    changed: tuple[tuple[ArticleId, ArticleDraft], ...] = ()
    seen: tuple[tuple[ArticleId, ArticleDraft], ...] = ()  # known and as they were
    skipped: tuple[Skipped, ...] = ()
    title: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    full_fetch: bool = False
    new_url: str | None = None  # a permanent redirect, adopted
    moved_to: str | None = None
    moved_times: int = 0
    failures: int = 0
    health: Health = Health.WORKING
    health_reason: str = ""  # in English
    health_facts: HealthFacts = field(default_factory=HealthFacts)
    has_news: bool = False  # something came that this source had not carried before
    interval_s: int = 900
    next_fetch_at: dt.datetime | None = None
    next_cause: NextCause = NextCause.NONE
    identity: str = ""
    findings: Findings | None = None
    http_status: int | None = None
    bytes_read: int = 0
    duration_ms: int = 0
    warnings: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """What a fetch did, in the numbers of contract.md."""

    feed_id: FeedId
    url: str
    status: FetchStatus
    new: int
    changed: int
    seen: int
    skipped: int
    problem: FetchProblem | None
