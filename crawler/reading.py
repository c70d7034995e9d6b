"""From a fetched source to its drafts, by its kind: a feed, a page of a list, a sitemap with the further ones it names.

The only follow-up fetches of a round stand here. What a fetch means is decided in crawler/plan.py.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, assert_never

from crawler.drafting import CONTENT_TYPE_MOST, Drafted, adraft_feed, drafted
from crawler.findings import renewal_s
from crawler.pages.listing_reading import CHILDREN_MOST, DRAFT_LIST, DRAFT_MAP, SitemapIndex, find_index
from crawler.plan import cookies_of, is_unchanged
from crawler.types import FeedUnreadable, Fetched, FetchFailed, FetchRequest
from tracker.domain.feeds import FeedKind, FetchErrorCode, FetchProblem

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from typing import Any
    from zoneinfo import ZoneInfo

    from crawler.fetch import Fetcher
    from crawler.types import FetchOutcome
    from sandbox import Sandbox
    from tracker.domain.feeds import FeedLease

ACCEPT_PAGE: Final = "text/html, application/xhtml+xml, application/json;q=0.9, */*;q=0.1"
ACCEPT_SITEMAP: Final = "application/xml, text/xml, text/plain;q=0.8, application/gzip;q=0.8, */*;q=0.1"
INCOMPLETE: Final = "incomplete"  # the warning where a further sitemap could not be read
NESTED: Final = FetchProblem(code=FetchErrorCode.NOT_A_FEED, message="a sitemap of sitemaps inside another")

Read = Drafted | FeedUnreadable | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What reading a source works with."""

    fetcher: Fetcher
    sandbox: Sandbox
    zone: ZoneInfo
    insists: bool = False  # a person asked for this source by name: all of it is fetched, as its own address is


def request_for(request: FetchRequest, kind: FeedKind) -> FetchRequest:
    """Ask for what a source of this kind is; a list page is a page, and robots.txt is heeded for pages."""
    match kind:
        case FeedKind.FEED:
            return request
        case FeedKind.LISTING:
            return replace(request, accept=ACCEPT_PAGE, obeys_robots=True)
        case FeedKind.SITEMAP:
            return replace(request, accept=ACCEPT_SITEMAP)
        case _:
            assert_never(kind)


async def read_source(
    means: Means, lease: FeedLease, outcome: FetchOutcome, now: dt.datetime
) -> tuple[FetchOutcome, Read]:
    """Give the drafts of what was fetched, or why there are none; None where there is nothing to read.

    The outcome comes back with it: that of an index of sitemaps tells of the further ones, too.
    """
    if not isinstance(outcome, Fetched) or is_unchanged(lease, outcome):
        return outcome, None
    match lease.kind:
        case FeedKind.FEED:
            return outcome, await adraft_feed(means.sandbox, outcome, zone=means.zone, now=now, order=lease.date_order)
        case FeedKind.LISTING:
            options = {**_options(means, lease, outcome, now), "selectors": lease.selectors}
            return outcome, drafted(await means.sandbox.acall(DRAFT_LIST, outcome.body, options))
        case FeedKind.SITEMAP:
            return await _read_sitemap(means, lease, outcome, now)
        case _:
            assert_never(lease.kind)


def _options(means: Means, lease: FeedLease, outcome: Fetched, now: dt.datetime) -> dict[str, Any]:
    return {
        "content_type": outcome.content_type[:CONTENT_TYPE_MOST],
        "base_url": outcome.url,
        "zone": means.zone.key,
        "now": now.isoformat(),
        "order": lease.date_order.value,
    }


async def _read_sitemap(
    means: Means, lease: FeedLease, outcome: Fetched, now: dt.datetime
) -> tuple[FetchOutcome, Read]:
    found = await _draft_sitemap(means, lease, outcome, now)
    if not isinstance(found, SitemapIndex):
        return outcome, found
    return await _follow(means, lease, outcome, found.children[:CHILDREN_MOST], now)


async def _draft_sitemap(
    means: Means, lease: FeedLease, outcome: Fetched, now: dt.datetime
) -> Drafted | FeedUnreadable | SitemapIndex:
    answer = await means.sandbox.acall(DRAFT_MAP, outcome.body, _options(means, lease, outcome, now))
    return find_index(answer) or drafted(answer)


async def _follow(
    means: Means, lease: FeedLease, index: Fetched, children: Sequence[str], now: dt.datetime
) -> tuple[FetchOutcome, Read]:
    """Read the further sitemaps one after another, and all of them as one source.

    An index may stay as it is while what it names changes: its own validators say nothing, and all bodies together
    tell whether something is new.
    """
    like = FetchRequest(
        url="", accept=ACCEPT_SITEMAP, obeys_robots=True, cookies=cookies_of(lease), insists=means.insists
    )
    outcomes = [await means.fetcher.fetch(replace(like, url=url), now=now) for url in children]
    fetched = [outcome for outcome in outcomes if isinstance(outcome, Fetched)]
    failed = next((outcome for outcome in outcomes if isinstance(outcome, FetchFailed)), None)
    if failed is not None and not fetched:
        return failed, None
    whole = _together(index, fetched)
    if is_unchanged(lease, whole):
        return whole, None
    found = [await _draft_sitemap(means, lease, child, now) for child in fetched]
    return whole, _joined(found, is_whole=failed is None)


def _together(index: Fetched, children: Sequence[Fetched]) -> Fetched:
    hashes = "".join(one.body_hash for one in (index, *children))
    return replace(index, etag=None, last_modified=None, body_hash=hashlib.sha256(hashes.encode()).hexdigest())


def _joined(found: Sequence[Drafted | FeedUnreadable | SitemapIndex], *, is_whole: bool) -> Drafted | FeedUnreadable:
    """Give several sitemaps as one source: what can be read, with a warning where something could not."""
    read = [one for one in found if isinstance(one, Drafted)]
    unread = [one for one in found if isinstance(one, FeedUnreadable)]
    if not read:
        return unread[0] if unread else FeedUnreadable(problem=NESTED)
    lost = () if is_whole and len(read) == len(found) else (INCOMPLETE,)
    warnings = dict.fromkeys((*(warning for one in read for warning in one.warnings), *lost))
    drafts = tuple(draft for one in read for draft in one.drafts)
    findings = replace(read[0].findings, entry_count=len(drafts), span_s=renewal_s(drafts))
    return replace(read[0], warnings=tuple(warnings), drafts=drafts, findings=findings)
