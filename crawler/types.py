"""The crawler's own values, between fetch and parse. What crosses to the store lives in tracker/domain/feeds.py."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.domain.feeds import FetchProblem


class Cookies(enum.StrEnum):
    """What a fetch does with the cookies that a site sets; never does one host see another's."""

    NONE = "none"  # forgotten at once
    CHAIN = "chain"  # kept for this one fetch, and shown only where the site turns in a circle without them
    KEPT = "kept"  # kept for the host over fetches and processes, and shown each time


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """One GET: validators are sent verbatim when given; `accept` is the Accept header.

    `obeys_robots`: the robots.txt of each host on the way is heeded (pages and whatever we found ourselves; the address
    of a feed was given by a person). `insists`: a person asked for this by name, so it goes even where the host asked
    all of us to wait. `keeps_first`: of a longer body so many bytes are kept, and the rest is not read.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    accept: str = (
        "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/html;q=0.5, "
        "*/*;q=0.1"
    )
    obeys_robots: bool = False
    cookies: Cookies = Cookies.CHAIN
    insists: bool = False
    keeps_first: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A whole body: decoded of its content coding, never of its charset. `url` is the final address after redirects."""

    url: str
    status: int
    body: bytes
    content_type: str
    etag: str | None
    last_modified: str | None
    body_hash: str  # SHA-256 hex of `body`
    permanent_url: str | None  # where an unbroken chain of 301/308 from the asked address led
    duration_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """A 304 to validators that we sent; carries the validators of the answer where it gave them."""

    url: str
    etag: str | None
    last_modified: str | None
    duration_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchFailed:
    """A fetch that gave no usable body; a value, never an exception."""

    problem: FetchProblem
    duration_ms: int

    @property
    def was_asked(self) -> bool:
        """Tell whether anything was sent; if not, its host had asked all of us to wait."""
        return self.problem.was_asked


FetchOutcome = Fetched | NotModified | FetchFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedItem:
    """One entry as the feed tells it: raw times, sanitised HTML in summary and content, absolute http(s) addresses."""

    guid: str | None
    url: str | None
    title: str
    summary: str
    content: str
    authors: tuple[str, ...]
    published_raw: str
    updated_raw: str
    image: str | None
    categories: tuple[str, ...]
    enclosures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed read as far as it could be; `warnings` are short codes (`partial`, `encoding`, …)."""

    format: str  # rss | atom | rdf | json
    title: str
    link: str | None
    language: str | None
    items: tuple[ParsedItem, ...]
    generator: str = ""
    warnings: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedUnreadable:
    """No feed (`not_a_feed`) or cannot be read (`unreadable`); `links` are feeds a page declares."""

    problem: FetchProblem
    links: tuple[str, ...] = ()
