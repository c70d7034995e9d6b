"""A parsed feed made into article drafts: what is stored, and nothing more. Pure; `now` is an argument.

A draft or a reason for each item, in the feed's order; a second item of an article is skipped as `duplicate`. Times
outside [2000, now + 24 h] are not believed.
"""

from __future__ import annotations

import functools
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.byline import find_unit, person_names
from crawler.date_feed import is_believable, read_times
from crawler.plaintext import cut_at_word, tidy
from crawler.sanitise import plain_text
from tracker.domain.articles import UNTOLD
from tracker.domain.feeds import ArticleDraft, DateOrder, DateQuality, Skipped
from tracker.domain.identity import Identity, Sign, find_identity, key_of
from tracker.domain.urls import UrlFacts, inspect_url, url_key

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable
    from collections.abc import Set as AbstractSet

    from crawler.date_feed import ItemTimes
    from crawler.dates import ReadDate
    from crawler.types import ParsedFeed, ParsedItem
    from tracker.domain.feed_findings import OrderBy

MAX_SUMMARY_CHARS = 300
_MAX_CATEGORIES = 20

# An outlet's mark before its summaries: "(Chinhphu.vn) - ", "VOV.VN - ", "(Dân trí) – ", "TTO - ", "[VTV.vn]".
_BRACKETED_MARK = re.compile(r"[(\[](?P<mark>[^()\[\]]{2,40})[)\]]\s*[-–—:]+\s*")
_BARE_MARK = re.compile(
    r"(?P<mark>[\w.]{2,24}\.(?:vn|com|net|org)|TTO|TNO|NDO|VOV|VTV|TTXVN|VietnamPlus)\s*[-–—|]\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalised:
    """The drafts of a feed in its order, by what its articles are known again, and what is odd about their times.

    `orders` tell of each date in numbers the order of day and month, and from what that is known.
    """

    drafts: tuple[ArticleDraft | Skipped, ...]
    identity: Identity
    warnings: tuple[str, ...] = ()
    orders: tuple[tuple[DateOrder, OrderBy], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One item with what was found out about it before it is judged."""

    item: ParsedItem
    facts: UrlFacts | Skipped
    title: str


def normalise(
    feed: ParsedFeed,
    *,
    zone: dt.tzinfo,
    now: dt.datetime,
    order: DateOrder = DateOrder.AUTO,
    base_url: str | None = None,
    untitled: Collection[str] = (),
) -> Normalised:
    """Give for each item a draft, or why there is none.

    `zone` is that of dates without one, `base_url` where the feed lives. An item without a title whose address is in
    `untitled` gives a draft without one: its page will tell it.
    """
    times = read_times(feed, zone=zone, now=now, order=order, base_url=base_url)
    entries = [_entry(item) for item in feed.items]
    signs = [_sign(entry.item, entry.facts) for entry in entries if isinstance(entry.facts, UrlFacts)]
    identity = find_identity(signs, home=url_key(feed.link or ""))
    by_page = frozenset(untitled)
    drafts = (_draft(entry, told, now, identity, by_page) for entry, told in zip(entries, times.items, strict=True))
    return Normalised(
        drafts=_without_doubles(drafts),
        identity=identity,
        warnings=times.warnings,
        orders=tuple(times.list_orders()),
    )


def _entry(item: ParsedItem) -> _Entry:
    """Look an item's address and title over."""
    return _Entry(item=item, facts=_facts(item.url), title=tidy(item.title))


def _facts(url: str | None) -> UrlFacts | Skipped:
    """Give what an item's address says."""
    if not url:
        return Skipped(reason="no_link")
    facts = inspect_url(url)
    return facts if isinstance(facts, UrlFacts) else Skipped(reason="bad_link")


def _sign(item: ParsedItem, facts: UrlFacts) -> Sign:
    """Give what an item says of its identity."""
    return Sign(url=facts.canonical, key=facts.key, guid=item.guid)


def _without_doubles(drafts: Iterable[ArticleDraft | Skipped]) -> tuple[ArticleDraft | Skipped, ...]:
    """Keep the first item of each article."""
    keys: set[str] = set()
    kept: list[ArticleDraft | Skipped] = []
    for draft in drafts:
        is_double = isinstance(draft, ArticleDraft) and draft.url_key in keys
        kept.append(Skipped(reason="duplicate") if is_double else draft)
        if isinstance(draft, ArticleDraft):
            keys.add(draft.url_key)
    return tuple(kept)


def _draft(
    entry: _Entry, told: ItemTimes, now: dt.datetime, identity: Identity, by_page: AbstractSet[str]
) -> ArticleDraft | Skipped:
    """Give the draft of one item."""
    item, facts, title = entry.item, entry.facts, entry.title
    if isinstance(facts, Skipped):
        return facts
    if not title and item.url not in by_page:
        return Skipped(reason="no_title")
    summary = brief_summary(item.summary or item.content, title)
    authors = _authors(tuple(item.authors))
    raw, date = _told_time(item, told, now)
    published_at, quality = _believed(date, now)
    return ArticleDraft(
        url=facts.canonical,
        url_key=key_of(_sign(item, facts), identity),
        title=title,
        summary=summary,
        authors=authors,
        published_at=published_at,
        date_quality=quality,
        published_raw=raw,
        image_url=item.image,
        categories=item.categories[:_MAX_CATEGORIES],
        guid=item.guid,
        content_hash=_content_hash(title, summary, authors, raw) if title else UNTOLD,
        unit=_unit(tuple(item.authors)),
    )


@functools.lru_cache(maxsize=1024)
def _authors(bylines: tuple[str, ...]) -> tuple[str, ...]:
    """Give the names in bylines; an outlet's few writers come again and again."""
    return person_names(bylines)


@functools.lru_cache(maxsize=1024)
def _unit(bylines: tuple[str, ...]) -> str | None:
    return find_unit(bylines)


def _told_time(item: ParsedItem, told: ItemTimes, now: dt.datetime) -> tuple[str, ReadDate | None]:
    """Give the time of publication, as written and as read; that of the last change where the first is none."""
    published, updated = told.published, told.updated
    if published is None or (updated is not None and not is_believable(published, now)):
        return (item.published_raw if published else item.published_raw or item.updated_raw), updated
    return item.published_raw, published


def _believed(date: ReadDate | None, now: dt.datetime) -> tuple[dt.datetime | None, DateQuality]:
    """Give the time where it can be one of a published article."""
    if date is None:
        return None, DateQuality.NONE
    if not is_believable(date, now):
        return None, DateQuality.CLAMPED
    return date.at, date.quality


def brief_summary(markup: str, title: str = "") -> str:
    """Give a summary's plain text: the outlet's mark taken off, not the title over again, at most 300 characters."""
    text = plain_text(markup)
    mark = _BRACKETED_MARK.match(text) or _BARE_MARK.match(text)
    if mark and mark.end() < len(text):
        text = text[mark.end() :].lstrip(" -–—")
    return "" if text == title else cut_at_word(text, MAX_SUMMARY_CHARS)


def _content_hash(title: str, summary: str, authors: tuple[str, ...], raw: str) -> str:
    """Give what tells an edited item from an unchanged one."""
    told = "\0".join((title, summary, *authors, raw))  # no text that is told holds a NUL
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
