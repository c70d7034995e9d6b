"""What reading an article's page gives. The text is for fingerprints and bylines: nothing of it may be stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.feeds import DateQuality, FetchProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCounters:
    """What a page prints of its own reach; None is "prints none", which is not 0.

    `rating` is the sum of all stars given, as NukeViet prints it ("Tổng số điểm của bài viết là: 4 trong 2 đánh giá" is
    4), not an average: that is `rating` / `votes`.
    """

    views: int | None = None
    comments: int | None = None
    rating: int | None = None
    votes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterReading:
    """Counters as one rule read them, with the words they stood in, for whoever doubts a figure."""

    counters: PageCounters = PageCounters()
    rule: str | None = None  # id of the rule in families.toml
    raw: tuple[str, ...] = ()  # "views: 99 lượt xem"
    rank: str | None = None  # the average of the rating, with a point: "4.7"
    to_check: tuple[str, ...] = ()  # names of counters that do not agree with what else the page prints


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage:
    """An article's page as far as it could be read; texts are plain, NFC, on one line but for `text`."""

    canonical_url: str
    title: str
    authors: tuple[str, ...]
    byline: str  # as printed, "" where there is none
    unit: str | None  # the office that a byline names
    source: str | None  # from where the article was taken over, where the byline says so
    published_at: dt.datetime | None
    updated_at: dt.datetime | None
    date_quality: DateQuality
    section: str
    site_name: str
    language: str
    image: str | None
    description: str
    text: str  # paragraphs apart by line feeds
    counters: PageCounters
    counter_rule: str | None
    counter_texts: tuple[str, ...]
    rank: str | None  # the average of the rating, with a point
    to_check: tuple[str, ...]  # counters that do not agree with it
    family: str | None  # id of the family in families.toml


@dataclass(frozen=True, slots=True, kw_only=True)
class PageUnreadable:
    """No page of HTML, or one that broke the reader."""

    problem: FetchProblem
