"""Looking at an address before it is a source: is it a feed, which feeds does the site have, what would be collected.

Nothing is stored here. Every address, also one found on a page, passes the guard of the fetcher; the whole look is
bounded in fetches and time (crawler/errand.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from crawler.errand import Errand
from crawler.journey import refusal
from crawler.named_feeds import robots_address, sitemap_addresses, usual_addresses
from crawler.pages.listing_reading import SitemapIndex
from crawler.previewing import apreview
from crawler.reading import ACCEPT_PAGE, ACCEPT_SITEMAP
from crawler.types import FeedUnreadable, Fetched, FetchFailed
from tracker.domain.errors import AppError, Code
from tracker.domain.feeds import FeedKind, FetchErrorCode, FetchProblem
from tracker.domain.sources import URL_MOST, NewFeed, Preview

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from crawler.address import AddressPolicy
    from crawler.fetch import Fetcher
    from crawler.types import FetchOutcome
    from sandbox import Sandbox

LINKS_MOST: Final = 50
TRIED_MOST: Final = 3  # of the feeds that a page names
KEPT_FOR_SITEMAPS: Final = 3  # fetches of a look: robots.txt and two sitemaps
SITEMAPS_TRIED: Final = 2
LISTED_LEAST: Final = 3  # entries of what is worth offering as a list page
NOT_ASKED: Final = 304
NO_HTTPS: Final = "no_https"  # the warning of a source that was found by http alone
NO_FEED: Final = FetchProblem(code=FetchErrorCode.NOT_A_FEED, message="no feed")

# A site that is down today may be added; one that says there is no such thing may not.
_FINAL = frozenset({FetchErrorCode.NOT_A_FEED, FetchErrorCode.GONE, FetchErrorCode.ADDRESS_REFUSED})
_FINAL_STATUSES = frozenset({400, 404, 405, 406})
_NO_HTTPS = frozenset({FetchErrorCode.CONNECT, FetchErrorCode.TLS})


def checked_address(asked: str, policy: AddressPolicy) -> str:
    """Give the address as it will be stored, or refuse it with the same words whatever is wrong with it."""
    text = asked.strip()
    url = text if "://" in text else f"https://{text}"
    if len(url) > URL_MOST or not policy.judge_url(url).allowed:
        raise AppError(Code.FEED_ADDRESS, refusal().message)
    return url.partition("#")[0]


def unencrypted_address(asked: str, policy: AddressPolicy) -> str | None:
    """Give the http address of what was typed without a scheme; None where one was typed, or http is not allowed."""
    text = asked.strip()
    url = f"http://{text}".partition("#")[0]
    return url if "://" not in text and policy.judge_url(url).allowed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """A fetched page that is no feed itself, and the feeds it declares."""

    url: str  # as it was asked for
    fetched: Fetched
    problem: FetchProblem
    named: tuple[str, ...]


class Looker:
    """Looks at addresses through one fetcher."""

    def __init__(self, fetcher: Fetcher, sandbox: Sandbox, policy: AddressPolicy, *, zone: ZoneInfo) -> None:
        self._fetcher, self._sandbox, self._policy, self._zone = fetcher, sandbox, policy, zone

    async def look(
        self,
        asked: str,
        *,
        now: dt.datetime,
        kind: FeedKind | None = None,
        selectors: Mapping[str, Any] | None = None,
    ) -> Preview:
        """Give what an address would be as a source.

        Without a kind: the feed there, else the first that its page leads to with all that were found, else the page as
        a list. With one the address is read as that and nothing else.
        """
        return (await self._arrive(asked, now=now, kind=kind, selectors=selectors))[1]

    async def _arrive(
        self,
        asked: str,
        *,
        now: dt.datetime,
        kind: FeedKind | None = None,
        selectors: Mapping[str, Any] | None = None,
    ) -> tuple[str, Preview]:
        """Look at an address; give it as it answered too: of one typed without a scheme by http where https fails."""
        url, errand = checked_address(asked, self._policy), Errand(self._fetcher, now)
        outcome = await errand.fetch(url, accept=_accept(kind), is_asked_for=True)
        plain = unencrypted_address(asked, self._policy)
        if plain is not None and isinstance(outcome, FetchFailed) and outcome.problem.code in _NO_HTTPS:
            second = await errand.fetch(plain, accept=_accept(kind), is_asked_for=True)
            if isinstance(second, Fetched):
                found = await self._judge(errand, plain, second, kind, selectors)
                return plain, replace(found, warnings=(NO_HTTPS, *found.warnings))
        return url, await self._judge(errand, url, outcome, kind, selectors)

    async def _judge(
        self,
        errand: Errand,
        url: str,
        outcome: FetchOutcome | None,
        kind: FeedKind | None,
        selectors: Mapping[str, Any] | None,
    ) -> Preview:
        """Give what an answer would be as a source."""
        if not isinstance(outcome, Fetched):
            return Preview(url=url, kind=kind or FeedKind.FEED, problem=_problem(outcome))
        if kind is FeedKind.LISTING:
            return await self._look_at_list(url, outcome, errand.now, selectors)
        if kind is FeedKind.SITEMAP:
            return await self._look_at_sitemap(errand, url, outcome)
        return await self._look_for_feed(errand, url, outcome)

    async def find_source(self, asked: str, *, now: dt.datetime) -> NewFeed:
        """Find what to add for an address: a site without feeds is refused, one that does not answer now is taken."""
        url, preview = await self._arrive(asked, now=now)
        problem = preview.problem
        if problem is not None and (problem.code in _FINAL or problem.http_status in _FINAL_STATUSES):
            raise AppError(Code.FEED_ADDRESS, problem.message, reason=str(problem.code), links=list(preview.links))
        if preview.kind is FeedKind.LISTING:  # a page of links may be anything: whoever adds it says so
            words = f"no feed was found; as a list page (kind «listing») it gives {preview.entry_count} articles"
            raise AppError(
                Code.FEED_ADDRESS, words, reason=FetchErrorCode.NOT_A_FEED.value, links=list(preview.sitemaps)
            )
        return NewFeed(
            url=preview.url, kind=preview.kind, found_title=preview.title, compare_url=_section(url, preview)
        )

    async def _look_for_feed(self, errand: Errand, url: str, outcome: Fetched) -> Preview:
        read = await self._read(url, outcome, FeedKind.FEED, errand.now)
        if isinstance(read, Preview):
            return read
        if read.problem.code is not FetchErrorCode.NOT_A_FEED:
            return Preview(url=url, problem=read.problem, links=read.links)
        sitemap = await self._look_at_sitemap(errand, url, outcome)
        if sitemap.problem is None:
            return sitemap
        page = _Page(url=url, fetched=outcome, problem=read.problem, named=read.links)
        return await self._follow(errand, page) or await self._offer_list(errand, page)

    async def _follow(self, errand: Errand, page: _Page) -> Preview | None:
        """Look behind a page: at the feeds it names, else at the usual addresses of its site."""
        for address in page.named[:TRIED_MOST] or usual_addresses(page.fetched):
            found = await self._look_behind(errand, address)
            if found is not None:
                preview, links = found
                return replace(preview, links=tuple(dict.fromkeys((*page.named, *links)))[:LINKS_MOST])
        return None

    async def _look_behind(self, errand: Errand, address: str) -> tuple[Preview, tuple[str, ...]] | None:
        """Look at one address a page leads to; one more page of links (a site's list of its feeds) is followed."""
        links: tuple[str, ...] = ()
        waiting = [address]
        while waiting and errand.fetches_left > KEPT_FOR_SITEMAPS:
            link = waiting.pop(0)
            outcome = await errand.fetch(link)
            read = await self._read(link, outcome, FeedKind.FEED, errand.now) if isinstance(outcome, Fetched) else None
            if isinstance(read, Preview):
                return read, links
            if isinstance(read, FeedUnreadable) and link == address:
                links = read.links
                waiting = list(links[:TRIED_MOST])
        return None

    async def _offer_list(self, errand: Errand, page: _Page) -> Preview:
        """Offer a page without a feed as a list of articles, with its site's sitemaps; else say why not."""
        listed = await self._look_at_list(page.url, page.fetched, errand.now, None)
        sitemaps = await self._find_sitemaps(errand, page.fetched)
        if listed.problem is not None or listed.entry_count < LISTED_LEAST:
            words = _no_feed(page.problem, page.named)
            return Preview(url=page.url, problem=words, links=page.named, sitemaps=sitemaps)
        return replace(listed, links=page.named, sitemaps=sitemaps)

    async def _find_sitemaps(self, errand: Errand, page: Fetched) -> tuple[str, ...]:
        """Find the sitemaps of a site that give articles, those first that tell their titles."""
        robots = await errand.fetch(robots_address(page), accept="text/plain")
        told = robots.body if isinstance(robots, Fetched) else b""
        found: list[Preview] = []
        for address in sitemap_addresses(page.url, told)[:SITEMAPS_TRIED]:
            outcome = await errand.fetch(address, accept=ACCEPT_SITEMAP)
            if isinstance(outcome, Fetched):
                found.append(replace(await self._look_at_sitemap(errand, address, outcome), url=address))
        useful = [one for one in found if one.problem is None and one.entry_count > one.skipped_count]
        return tuple(one.url for one in sorted(useful, key=lambda one: one.untitled_count))

    async def _look_at_list(
        self, url: str, outcome: Fetched, now: dt.datetime, selectors: Mapping[str, Any] | None
    ) -> Preview:
        read = await self._read(url, outcome, FeedKind.LISTING, now, selectors)
        return read if isinstance(read, Preview) else Preview(url=url, kind=FeedKind.LISTING, problem=read.problem)

    async def _look_at_sitemap(self, errand: Errand, url: str, outcome: Fetched) -> Preview:
        """Look at a sitemap; of an index at the first that can be read."""
        read = await self._show(url, outcome, FeedKind.SITEMAP, errand.now)
        if isinstance(read, SitemapIndex):
            read = await self._look_inside(errand, url, outcome, read)
        return read if isinstance(read, Preview) else Preview(url=url, kind=FeedKind.SITEMAP, problem=read.problem)

    async def _look_inside(
        self, errand: Errand, url: str, index: Fetched, named: SitemapIndex
    ) -> Preview | FeedUnreadable:
        for address in named.children:
            child = await errand.fetch(address, accept=ACCEPT_SITEMAP)
            inner = (
                await self._show(address, child, FeedKind.SITEMAP, errand.now) if isinstance(child, Fetched) else None
            )
            if isinstance(inner, Preview):
                return replace(inner, url=index.permanent_url or url)
        words = "none of the sitemaps it names can be read"
        return FeedUnreadable(problem=FetchProblem(code=FetchErrorCode.UNREADABLE, message=words))

    async def _read(
        self, url: str, outcome: Fetched, kind: FeedKind, now: dt.datetime, selectors: Mapping[str, Any] | None = None
    ) -> Preview | FeedUnreadable:
        """Show what is no sitemap."""
        read = await self._show(url, outcome, kind, now, selectors)
        return FeedUnreadable(problem=NO_FEED) if isinstance(read, SitemapIndex) else read

    async def _show(
        self, url: str, outcome: Fetched, kind: FeedKind, now: dt.datetime, selectors: Mapping[str, Any] | None = None
    ) -> Preview | FeedUnreadable | SitemapIndex:
        at = outcome.permanent_url or url
        return await apreview(self._sandbox, outcome, url=at, kind=kind, zone=self._zone, now=now, selectors=selectors)


def _section(url: str, preview: Preview) -> str | None:
    """Give the page that led to a feed where it is one of a section: with that the feed is compared."""
    is_section = preview.problem is None and url != preview.url and urlsplit(url).path.strip("/")
    return url if is_section else None


def _accept(kind: FeedKind | None) -> str | None:
    return {FeedKind.LISTING: ACCEPT_PAGE, FeedKind.SITEMAP: ACCEPT_SITEMAP}.get(kind) if kind else None


def _no_feed(problem: FetchProblem, named: Sequence[str]) -> FetchProblem:
    words = "none of the feeds it names can be read" if named else "no feed was found on it or near it"
    return FetchProblem(code=problem.code, message=f"{problem.message}: {words}")


def _problem(outcome: FetchOutcome | None) -> FetchProblem:
    """Give the problem of a look; a refusal of the guard is a refusal of the address, in the one set of words."""
    if outcome is None:
        return FetchProblem(code=FetchErrorCode.TIMEOUT, message="The site took too long.")
    if not isinstance(outcome, FetchFailed):
        return FetchProblem(
            code=FetchErrorCode.HTTP, message="The site answered with status 304 unasked.", http_status=NOT_ASKED
        )
    if outcome.problem.code is FetchErrorCode.ADDRESS_REFUSED:
        raise AppError(Code.FEED_ADDRESS, refusal().message)
    return outcome.problem
