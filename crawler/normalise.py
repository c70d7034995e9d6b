"""A parsed feed made into article drafts: what is stored, and nothing more. Pure; `now` is an argument.

A draft or a reason for each item, in the feed's order; a second item of an article is skipped as `duplicate`. Times
outside [2000, now + 24 h] are not believed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from typing import TYPE_CHECKING

from crawler.dates import ReadDate, read_dates
from crawler.plaintext import cut_at_word, tidy
from crawler.sanitise import plain_text
from tracker.domain.feeds import ArticleDraft, DateOrder, DateQuality, Skipped
from tracker.domain.urls import UrlFacts, inspect_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.types import ParsedFeed, ParsedItem

MAX_SUMMARY_CHARS = 300
_EARLIEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_AHEAD = dt.timedelta(hours=24)
_MAX_AUTHORS = 20
_MAX_CATEGORIES = 20
_MONTH_AS_MINUTES_ITEMS = 3

# An outlet's mark before its summaries: "(Chinhphu.vn) - ", "VOV.VN - ", "(Dân trí) – ", "TTO - ", "[VTV.vn]".
_BRACKETED_MARK = re.compile(r"[(\[](?P<mark>[^()\[\]]{2,40})[)\]]\s*[-–—:]+\s*")
_BARE_MARK = re.compile(
    r"(?P<mark>[\w.]{2,24}\.(?:vn|com|net|org)|TTO|TNO|NDO|VOV|VTV|TTXVN|VietnamPlus)\s*[-–—|]\s*", re.IGNORECASE
)
_AUTHOR_EDGE = re.compile(r"\s*(?:;|\||\s[-–—]\s|,(?=\s)|\s(?:và|and|&)\s)\s*")


def normalise(
    feed: ParsedFeed, *, zone: dt.tzinfo, now: dt.datetime, order: DateOrder = DateOrder.AUTO
) -> tuple[ArticleDraft | Skipped, ...]:
    """Give for each item a draft, or why there is none; `zone` is that of dates without one."""
    raws, dates = _told_dates(feed.items, zone, now, order)
    if writes_month_as_minutes(feed.generator, dates):
        dates = [None if date is None else _to_the_hour(date) for date in dates]
    drafts: list[ArticleDraft | Skipped] = []
    keys: set[str] = set()
    for item, raw, date in zip(feed.items, raws, dates, strict=True):
        draft = _draft(item, raw, date, now)
        if isinstance(draft, ArticleDraft):
            if draft.url_key in keys:
                draft = Skipped(reason="duplicate")
            else:
                keys.add(draft.url_key)
        drafts.append(draft)
    return tuple(drafts)


def _told_dates(
    items: Sequence[ParsedItem], zone: dt.tzinfo, now: dt.datetime, order: DateOrder
) -> tuple[list[str], list[ReadDate | None]]:
    """Give for each item the time it tells and what it means: of its publication, else of its last change."""
    raws = [item.published_raw for item in items]
    dates = read_dates(raws, zone=zone, order=order, not_after=now + _AHEAD)
    if None in dates:
        later = read_dates([item.updated_raw for item in items], zone=zone, order=order, not_after=now + _AHEAD)
        raws = [
            raw or item.updated_raw if date is None else raw for raw, date, item in zip(raws, dates, items, strict=True)
        ]
        dates = [date or other for date, other in zip(dates, later, strict=True)]
    return raws, dates


def writes_month_as_minutes(generator: str, dates: Sequence[ReadDate | None]) -> bool:
    """Tell whether a site prints the month where minutes belong, as NukeViet before 4.6 does (theme_functions.php)."""
    known = [date.at for date in dates if date is not None and date.quality is DateQuality.EXACT]
    return (
        "nukeviet" in generator.lower()
        and len(known) >= _MONTH_AS_MINUTES_ITEMS
        and all(at.minute == at.month for at in known)
    )


def _to_the_hour(date: ReadDate) -> ReadDate:
    """Keep of a time what can be believed: the hour; no more is claimed of it than the day."""
    return ReadDate(
        at=date.at.replace(minute=0, second=0), quality=DateQuality.DAY, flags=(*date.flags, "minutes_lost")
    )


def _draft(item: ParsedItem, raw: str, date: ReadDate | None, now: dt.datetime) -> ArticleDraft | Skipped:
    """Give the draft of one item."""
    if not item.url:
        return Skipped(reason="no_link")
    facts = inspect_url(item.url)
    if not isinstance(facts, UrlFacts):
        return Skipped(reason="bad_link")
    title = tidy(item.title)
    if not title:
        return Skipped(reason="no_title")
    summary = brief_summary(item.summary or item.content, title)
    authors = split_authors(item.authors)
    published_at, quality = _believed(date, now)
    return ArticleDraft(
        url=facts.canonical,
        url_key=facts.key,
        title=title,
        summary=summary,
        authors=authors,
        published_at=published_at,
        date_quality=quality,
        published_raw=raw,
        image_url=item.image,
        categories=item.categories[:_MAX_CATEGORIES],
        guid=item.guid,
        content_hash=_content_hash(title, summary, authors, raw),
    )


def _believed(date: ReadDate | None, now: dt.datetime) -> tuple[dt.datetime | None, DateQuality]:
    """Give the time where it can be one of a published article."""
    if date is None:
        return None, DateQuality.NONE
    if not _EARLIEST <= date.at <= now + _AHEAD:
        return None, DateQuality.CLAMPED
    return date.at, date.quality


def brief_summary(markup: str, title: str = "") -> str:
    """Give a summary's plain text: the outlet's mark taken off, not the title over again, at most 300 characters."""
    text = plain_text(markup)
    mark = _BRACKETED_MARK.match(text) or _BARE_MARK.match(text)
    if mark and mark.end() < len(text):
        text = text[mark.end() :].lstrip(" -–—")
    return "" if text == title else cut_at_word(text, MAX_SUMMARY_CHARS)


def split_authors(names: Iterable[str]) -> tuple[str, ...]:
    """Give the names one by one; what a byline means beyond its separators is read elsewhere."""
    parts = (part.strip(" .,;-–") for name in names for part in _AUTHOR_EDGE.split(name))
    return tuple(dict.fromkeys(part for part in parts if part))[:_MAX_AUTHORS]


def _content_hash(title: str, summary: str, authors: tuple[str, ...], raw: str) -> str:
    """Give what tells an edited item from an unchanged one."""
    told = json.dumps([title, summary, authors, raw], ensure_ascii=False)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
