"""Once a day a source is compared with its own page: the page fetched, as robots.txt allows, and read as a list.

Done after the source's own fetch, in its lane, when its lease has ended: nothing waits for it but its host.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from crawler.drafting import Drafted
from crawler.plan import cookies_of
from crawler.reading import ACCEPT_PAGE, read_source
from crawler.types import FeedUnreadable, Fetched, FetchFailed, FetchRequest
from tracker.domain.completeness import Listed
from tracker.domain.feed_findings import find_section_page
from tracker.domain.feeds import ArticleDraft, FeedKind, FetchErrorCode, FetchProblem
from tracker.domain.identity import Identity

if TYPE_CHECKING:
    from crawler.reading import Means
    from crawler.types import FetchOutcome
    from tracker.domain.feeds import FeedLease

EVERY: Final = dt.timedelta(days=1)
ACCEPT: Final = f"application/xml;q=0.9, {ACCEPT_PAGE}"
LOOKED_AT: Final = 2_000  # bytes in which a sitemap shows itself
UNASKED: Final = FetchProblem(code=FetchErrorCode.HTTP, message="The site answered with status 304 unasked.")
_UNWELCOME: Final = frozenset({FetchErrorCode.BLOCKED_BY_SITE, FetchErrorCode.ADDRESS_REFUSED})
_TOO_MANY: Final = 429


def find_page_due(lease: FeedLease, outcome: FetchOutcome, now: dt.datetime) -> str | None:
    """Find the page with which a source is to be compared now; None where that is not due, or is not to be done.

    Not on the first day: what stood there before is no measure. Not where the site turned us away a moment ago. Not
    where articles are known by something else than their addresses.
    """
    if isinstance(outcome, FetchFailed) and _is_unwelcome(outcome.problem):
        return None
    if lease.identity == Identity.GUID.value or now - (lease.compared_at or lease.created_at) < EVERY:
        return None
    if lease.compare_url is not None:
        return lease.compare_url or None
    return find_section_page(lease.url, lease.findings) if lease.kind is FeedKind.FEED else None


async def list_page(means: Means, lease: FeedLease, page: str, now: dt.datetime) -> list[Listed] | FetchProblem:
    """List the articles on a page or in a sitemap, in its order; or give why it could not be read.

    The page is shown the cookies that its source is: what the site gives only to those is no page to compare with.
    """
    request = FetchRequest(url=page, accept=ACCEPT, obeys_robots=True, cookies=cookies_of(lease))
    outcome = await means.fetcher.fetch(request, now=now)
    if not isinstance(outcome, Fetched):
        return outcome.problem if isinstance(outcome, FetchFailed) else UNASKED
    kind = FeedKind.SITEMAP if is_sitemap(outcome) else FeedKind.LISTING
    of_page = replace(lease, url=page, kind=kind, selectors=None, known_hash=None)
    read_from, read = await read_source(means, of_page, outcome, now)
    if isinstance(read, Drafted):
        return [_listed(draft) for draft in read.drafts if isinstance(draft, ArticleDraft)]
    if isinstance(read, FeedUnreadable):
        return read.problem
    return read_from.problem if isinstance(read_from, FetchFailed) else UNASKED


def is_sitemap(outcome: Fetched) -> bool:
    """Tell a sitemap from a page."""
    start = outcome.body[:LOOKED_AT].lower()
    return b"<urlset" in start or b"<sitemapindex" in start or outcome.url.lower().endswith((".xml", ".xml.gz"))


def _is_unwelcome(problem: FetchProblem) -> bool:
    return problem.code in _UNWELCOME or problem.http_status == _TOO_MANY


def _listed(draft: ArticleDraft) -> Listed:
    return Listed(url=draft.url, key=draft.url_key, title=draft.title, published_at=draft.published_at)
