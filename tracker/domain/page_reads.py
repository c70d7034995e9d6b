"""Reading articles' own pages: why, in which state, what comes of a try, and what of a page is better than the feed's.

Only publishers' pages are read, and of their text nothing is kept but the fingerprint. No network, no storage.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tracker.domain.feeds import DateQuality, FetchErrorCode
from tracker.domain.names import fold
from tracker.domain.types import Channel
from tracker.domain.urls import UrlFacts, UrlKind, inspect_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.domain.feeds import FetchProblem
    from tracker.domain.fingerprints import Fingerprint
    from tracker.domain.types import ArticleId

TRIES_MOST: Final = 5
# A page that was read or given up may be read anew so long after the last try.
AGAIN_AFTER: Final = dt.timedelta(days=1)
WAITS: Final = (dt.timedelta(minutes=10), dt.timedelta(hours=1), dt.timedelta(hours=6), dt.timedelta(hours=24))
WAIT_MOST: Final = dt.timedelta(days=7)  # of what a site asks for
AUTHORS_MOST: Final = 20

_FINAL: Final = frozenset(
    {
        FetchErrorCode.GONE,
        FetchErrorCode.ADDRESS_REFUSED,
        FetchErrorCode.TOO_LARGE,
        FetchErrorCode.NOT_A_FEED,
        FetchErrorCode.UNREADABLE,
    }
)
_FINAL_STATUSES: Final = frozenset({404, 410})
_TO_THE_MINUTE: Final = frozenset({DateQuality.EXACT, DateQuality.LOCAL})
_NO_TIME: Final = frozenset({DateQuality.CLAMPED, DateQuality.NONE})
_DAY: Final = dt.timedelta(days=1)
_SIDE_LABELS: Final = frozenset({"www", "m", "mobile", "amp", "wap", "touch"})
_ALIKE_TIMES: Final = 2  # of the words of the shorter title, half


class ReadCause(enum.StrEnum):
    """Why an article's page is read; what people do comes before what a source brings."""

    FEATURED = "featured"
    SHARED = "shared"
    CLAIMED = "claimed"
    SOURCE = "source"
    CHANGED = "changed"  # what its source says of it is other than when it was read

    @property
    def is_persons(self) -> bool:
        """Tell whether a person caused it."""
        return self not in {ReadCause.SOURCE, ReadCause.CHANGED}


class ReadState(enum.StrEnum):
    """How far reading a page has come."""

    DUE = "due"
    READ = "read"
    FAILED = "failed"
    REFUSED = "refused"  # its site asks robots not to read it


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLease:
    """One page in one process's hands; its end counts only while `owner` and `fence` are still the row's."""

    article_id: ArticleId
    url: str
    host_key: str
    title: str  # "" where it is not known yet
    brings_cookies: bool
    tries_count: int  # this one included
    owner: str
    fence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """What of a page is kept; never its text."""

    url_key: str  # of the address that answered
    canonical_url: str
    title: str
    authors: tuple[str, ...]
    byline: str
    section: str
    image_url: str | None
    published_at: dt.datetime | None
    date_quality: DateQuality
    updated_at: dt.datetime | None
    fingerprint: Fingerprint | None
    unit: str | None = None  # the writers' body, where the byline names one

    @property
    def is_whole(self) -> bool:
        """Tell whether text or authors were found: only then is what it does not tell not there."""
        return bool(self.authors) or self.fingerprint is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageEnd:
    """Where a try left a page; `due_at` is when it is tried again."""

    state: ReadState
    code: FetchErrorCode | None = None
    due_at: dt.datetime | None = None
    was_tried: bool = True  # False: its host was not asked, so the try does not count and nothing was learnt


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTime:
    """When an article was published, and how far that can be trusted."""

    at: dt.datetime
    quality: DateQuality


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTold:
    """What a source itself says of an article whose page was read: by it the page is judged when it is read again.

    What the article says by then may be of the page as it was read before.
    """

    authors: tuple[str, ...]
    time: PublishedTime | None

    def as_json(self) -> dict[str, Any]:
        """Give what is kept."""
        time = None if self.time is None else [self.time.at.isoformat(), self.time.quality.value]
        return {"authors": list(self.authors), "time": time}


def read_told(kept: Any) -> SourceTold | None:
    """Read what was kept; None where an article was not changed since its page was read."""
    if kept is None:
        return None
    time = kept["time"] and PublishedTime(
        at=dt.datetime.fromisoformat(kept["time"][0]), quality=DateQuality(kept["time"][1])
    )
    return SourceTold(authors=tuple(kept["authors"]), time=time)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleCopy:
    """An article that carries the text of another, as one viewer may see it."""

    article_id: ArticleId
    url: str
    source: str
    title: str
    published_at: dt.datetime
    listed: bool  # False: only a claim names it, so there is no article of ours to open


@dataclass(frozen=True, slots=True, kw_only=True)
class PageShown:
    """What reading an article's page adds to it; `copies` hold the article itself, the earliest first, or nothing."""

    state: ReadState | None = None
    section: str = ""
    updated_at: dt.datetime | None = None
    copies: tuple[ArticleCopy, ...] = ()


def is_publishers(url: str) -> bool:
    """Tell whether an address is a page of a publisher, which we may read, and none of a social network."""
    facts = inspect_url(url)
    return isinstance(facts, UrlFacts) and facts.channel is Channel.WEB


def names_a_page(url: str) -> bool:
    """Tell whether an address that a member names as their piece is a publisher's, and not just its front page."""
    return is_publishers(url) and url.partition("://")[2].partition("/")[2] != ""


def next_read_at(tried_at: dt.datetime | None, *, now: dt.datetime) -> dt.datetime:
    """Say when a page is read again that its source changed: at once, but once a day at most."""
    return now if tried_at is None else max(now, tried_at + AGAIN_AFTER)


def judge_failure(problem: FetchProblem, tries_count: int, *, now: dt.datetime) -> PageEnd:
    """Say what becomes of a page that could not be read: given up, refused by its site, or tried again later."""
    asked_s = problem.retry_after_s
    if not problem.was_asked:
        due_at = now + min(dt.timedelta(seconds=asked_s or 0), WAIT_MOST)
        return PageEnd(state=ReadState.DUE, code=problem.code, due_at=due_at, was_tried=False)
    if problem.code is FetchErrorCode.ROBOTS and asked_s is None:
        return PageEnd(state=ReadState.REFUSED, code=problem.code)
    if problem.code in _FINAL or problem.http_status in _FINAL_STATUSES or tries_count >= TRIES_MOST:
        return PageEnd(state=ReadState.FAILED, code=problem.code)
    wait = max(WAITS[min(tries_count, len(WAITS)) - 1], dt.timedelta(seconds=asked_s or 0))
    return PageEnd(state=ReadState.DUE, code=problem.code, due_at=now + min(wait, WAIT_MOST))


def is_same_piece(url_key: str, title: str, facts: PageFacts) -> bool:
    """Tell whether the page that answered is the article that was asked for.

    Of another address, as after a redirect to a front page in place of an error, the title must say so.
    """
    if facts.url_key == url_key or not title:
        return facts.url_key == url_key
    one, other = set(fold(title).split()), set(fold(facts.title).split())
    shorter = min(len(one), len(other))
    return shorter > 0 and len(one & other) * _ALIKE_TIMES >= shorter


def better_authors(now: Sequence[str], page: Sequence[str]) -> tuple[str, ...]:
    """Give the authors to show: the page's where the feed named none, or where the page names all of them and more."""
    told = tuple(page[:AUTHORS_MOST])
    return told if told and all(any(_names(p, name) for p in told) for name in now) else tuple(now)


def authors_of_page(now: Sequence[str], told: SourceTold | None, facts: PageFacts) -> tuple[str, ...]:
    """Give the authors to show once a page was read, for the first time or again.

    Read again, a name that only the page gave goes when the page no longer does.
    """
    return better_authors(now if told is None or not facts.is_whole else told.authors, facts.authors)


def covers(now: Sequence[str], feed: Sequence[str]) -> bool:
    """Tell whether authors taken from a page hold all that a feed names, so that the feed says nothing new."""
    return all(any(_names(p, name) for p in now) for name in feed)


def _names(full: str, short: str) -> bool:
    """Tell whether a name is another, or its end: «Thu Hà» of «Nguyễn Thu Hà»."""
    whole, part = fold(full).split(), fold(short).split()
    return bool(part) and whole[-len(part) :] == part


def better_time(
    known: PublishedTime, page: PublishedTime | None, *, first_seen_at: dt.datetime, zone: dt.tzinfo
) -> PublishedTime | None:
    """Give the page's time where it is better than the feed's, or None: never worse over better.

    A time to the minute replaces a day or an uncertain one only where it agrees with it; where there was none, it may
    not lie after the article was first seen.
    """
    if page is None or page.quality in _NO_TIME:
        return None
    if known.quality in _NO_TIME:
        return page if page.at <= first_seen_at + _DAY else None
    if known.quality in _TO_THE_MINUTE or page.quality not in _TO_THE_MINUTE:
        return None
    days = (known.at.astimezone(zone).date(), page.at.astimezone(zone).date())
    agrees = _near(*days) or (known.quality is DateQuality.ORDER and _near(_exchanged(days[0]), days[1]))
    return page if agrees else None


def _near(one: dt.date | None, other: dt.date) -> bool:
    return one is not None and abs(one - other) <= _DAY


def _exchanged(day: dt.date) -> dt.date | None:
    """Give the date with day and month exchanged, where that is one."""
    return dt.date(day.year, day.day, day.month) if day.day <= dt.date.max.month else None


def find_canonical(url: str, canonical_url: str) -> UrlFacts | None:
    """Find the further address that a page gives itself, where it can be believed.

    It must be of the same site and that of an article: sites name their front page, or another's, on every page.
    """
    facts = inspect_url(canonical_url)
    asked = inspect_url(url)
    if not isinstance(facts, UrlFacts) or not isinstance(asked, UrlFacts) or facts.key == asked.key:
        return None
    is_own = _site_of(facts.canonical) == _site_of(asked.canonical)
    return facts if is_own and facts.kind is UrlKind.ARTICLE and facts.channel is Channel.WEB else None


def _site_of(url: str) -> str:
    labels = url.partition("://")[2].partition("/")[0].lower().split(".")
    return ".".join(labels[1:] if labels[0] in _SIDE_LABELS else labels)
