"""Looking at an address before it is a source: is it a feed, which feeds does the site have, what would be collected.

Nothing is stored here. Every address, also one found on a page, passes the guard of the fetcher.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from crawler.journey import refusal
from crawler.links import absolute
from crawler.normalise import normalise
from crawler.parse import aparse_feed
from crawler.types import Fetched, FetchFailed, FetchRequest, ParsedFeed
from tracker.domain.errors import AppError, Code
from tracker.domain.feeds import ArticleDraft, FeedKind, FetchErrorCode, FetchProblem, Skipped
from tracker.domain.sources import URL_MOST, NewFeed, Preview, PreviewEntry

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from zoneinfo import ZoneInfo

    from crawler.address import AddressPolicy
    from crawler.fetch import Fetcher
    from crawler.types import FeedUnreadable, ParsedItem
    from sandbox import Sandbox

WELL_KNOWN: Final = ("/rss", "/feed", "/rss.xml", "/feed.xml", "/rss/home.rss", "/atom.xml")
ENTRIES_SHOWN: Final = 10
LINKS_MOST: Final = 50
TRIED_MOST: Final = 3  # of the feeds that a page names
PAGE_BYTES: Final = 1 << 20
NOT_ASKED: Final = 304

# A site that is down today may be added; one that says there is no such thing may not.
_FINAL = frozenset({FetchErrorCode.NOT_A_FEED, FetchErrorCode.GONE, FetchErrorCode.ADDRESS_REFUSED})
_FINAL_STATUSES = frozenset({400, 404, 405, 406})
_HREF = re.compile(rb"""href\s*=\s*["']([^"'<>\s]{1,500})["']""", re.IGNORECASE)
_FEED_NAME = re.compile(
    r"(?:\.(?:rss|rdf|atom)|/(?:rss|feed|atom)(?:\.xml|\.php|\.aspx)?/?|[/_-]rss\.(?:xml|html?|aspx|php))(?:\?[^#]*)?$",
    re.IGNORECASE,
)


def checked_address(asked: str, policy: AddressPolicy) -> str:
    """Give the address as it will be stored, or refuse it with the same words whatever is wrong with it."""
    text = asked.strip()
    url = text if "://" in text else f"https://{text}"
    if len(url) > URL_MOST or not policy.judge_url(url).allowed:
        raise AppError(Code.FEED_ADDRESS, refusal().message)
    return url.partition("#")[0]


class Looker:
    """Looks at addresses through one fetcher."""

    def __init__(self, fetcher: Fetcher, sandbox: Sandbox, policy: AddressPolicy, *, zone: ZoneInfo) -> None:
        self._fetcher, self._sandbox, self._policy, self._zone = fetcher, sandbox, policy, zone

    async def look(self, asked: str, *, now: dt.datetime) -> Preview:
        """Give the feed at an address, or the first one that its page leads to, with all that were found."""
        url = checked_address(asked, self._policy)
        outcome = await self._fetcher.fetch(FetchRequest(url=url), now=now)
        if not isinstance(outcome, Fetched):
            return Preview(url=url, problem=_problem(outcome.problem if isinstance(outcome, FetchFailed) else None))
        read = await self._read(outcome)
        if isinstance(read, ParsedFeed):
            return self._preview(outcome.permanent_url or url, read, now)
        return await self._follow(url, outcome, read, now)

    async def find_source(self, asked: str, *, now: dt.datetime) -> NewFeed:
        """Find what to add for an address: a site without feeds is refused, one that does not answer now is taken."""
        preview = await self.look(asked, now=now)
        problem = preview.problem
        if problem is not None and (problem.code in _FINAL or problem.http_status in _FINAL_STATUSES):
            raise AppError(Code.FEED_ADDRESS, problem.message, reason=str(problem.code), links=list(preview.links))
        return NewFeed(url=preview.url, kind=FeedKind.FEED, found_title=preview.title)

    async def _read(self, outcome: Fetched) -> ParsedFeed | FeedUnreadable:
        return await aparse_feed(self._sandbox, outcome.body, content_type=outcome.content_type, base_url=outcome.url)

    async def _follow(self, url: str, page: Fetched, read: FeedUnreadable, now: dt.datetime) -> Preview:
        """Look behind a page: at the feeds it names, else at the usual addresses of its site."""
        if read.problem.code is not FetchErrorCode.NOT_A_FEED:
            return Preview(url=url, problem=read.problem, links=read.links)
        named = tuple(dict.fromkeys((*read.links, *_feed_links(page))))[:LINKS_MOST]
        tried = named[:TRIED_MOST] or tuple(urljoin(page.url, path) for path in WELL_KNOWN)
        for address in tried:
            found = await self._look_behind(address, now)
            if found is not None:
                preview, links = found
                return replace(preview, links=tuple(dict.fromkeys((*named, *links)))[:LINKS_MOST])
        return Preview(url=url, problem=_no_feed(read.problem, named), links=named)

    async def _look_behind(self, address: str, now: dt.datetime) -> tuple[Preview, tuple[str, ...]] | None:
        """Look at one address a page leads to; one more page of links (a site's list of its feeds) is followed."""
        outcome = await self._fetcher.fetch(FetchRequest(url=address), now=now)
        if not isinstance(outcome, Fetched):
            return None
        read = await self._read(outcome)
        if isinstance(read, ParsedFeed):
            return self._preview(outcome.permanent_url or address, read, now), ()
        links = tuple(dict.fromkeys((*read.links, *_feed_links(outcome))))[:LINKS_MOST]
        for link in links[:TRIED_MOST]:
            outcome = await self._fetcher.fetch(FetchRequest(url=link), now=now)
            if isinstance(outcome, Fetched) and isinstance(read := await self._read(outcome), ParsedFeed):
                return self._preview(outcome.permanent_url or link, read, now), links
        return None

    def _preview(self, url: str, feed: ParsedFeed, now: dt.datetime) -> Preview:
        drafts = normalise(feed, zone=self._zone, now=now, base_url=url).drafts
        return Preview(
            url=url,
            title=feed.title,
            format=feed.format,
            entries=tuple(map(_entry, feed.items[:ENTRIES_SHOWN], drafts)),
            entry_count=len(feed.items),
            skipped_count=sum(isinstance(draft, Skipped) for draft in drafts),
            warnings=feed.warnings,
        )


def _entry(item: ParsedItem, draft: ArticleDraft | Skipped) -> PreviewEntry:
    if isinstance(draft, Skipped):
        return PreviewEntry(
            title=item.title,
            url=item.url,
            published_at=None,
            published_raw=item.published_raw,
            date_quality=None,
            skipped=draft.reason,
        )
    return PreviewEntry(
        title=draft.title,
        url=draft.url,
        published_at=draft.published_at,
        published_raw=draft.published_raw,
        date_quality=draft.date_quality,
        skipped=None,
    )


def _feed_links(page: Fetched) -> Iterator[str]:
    """Find what a page links to that is named like a feed: many sites declare none and only list them."""
    for match in _HREF.finditer(page.body[:PAGE_BYTES]):
        link = absolute(match[1].decode("utf-8", "replace").replace("&amp;", "&"), page.url)
        if link is not None and _FEED_NAME.search(link) and link != page.url:
            yield link


def _no_feed(problem: FetchProblem, named: Sequence[str]) -> FetchProblem:
    words = "none of the feeds it names can be read" if named else "no feed was found on it or near it"
    return FetchProblem(code=problem.code, message=f"{problem.message}: {words}")


def _problem(problem: FetchProblem | None) -> FetchProblem:
    """Give the problem of a look; a refusal of the guard is a refusal of the address, in the one set of words."""
    if problem is None:
        return FetchProblem(
            code=FetchErrorCode.HTTP, message="The site answered with status 304 unasked.", http_status=NOT_ASKED
        )
    if problem.code is FetchErrorCode.ADDRESS_REFUSED:
        raise AppError(Code.FEED_ADDRESS, refusal().message)
    return problem
