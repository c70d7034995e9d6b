"""How much of what sources list on their own pages was collected: kept by the crawler, shown to administrators."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from tracker.domain import rights
from tracker.domain.completeness import OutletShare, compare
from tracker.domain.feeds import FetchProblem
from tracker.domain.rights import Right
from tracker.store import articles
from tracker.store import completeness as store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.domain.completeness import Completeness, Listed
    from tracker.domain.feeds import FeedLease
    from tracker.domain.sources import Feed
    from tracker.domain.types import FeedId, Viewer
    from tracker.store.db import Tx

FRESH: Final = dt.timedelta(days=3)  # older comparisons say nothing of an outlet's present


def record(tx: Tx, lease: FeedLease, against: str, found: Sequence[Listed] | FetchProblem, *, now: dt.datetime) -> None:
    """Compare what a page lists with what was collected, and keep it; or keep why the page could not be read."""
    if isinstance(found, FetchProblem):
        store.record(tx, lease.feed_id, against, found, now=now)
        return
    known = articles.list_known(tx, [one.key for one in found])
    compared = compare(found, known, collecting_since=lease.created_at, now=now)
    store.record(tx, lease.feed_id, against, compared, now=now)


def find(tx: Tx, viewer: Viewer, feed: Feed) -> Completeness | None:
    """Find the latest comparison of a source with the page it is compared with now."""
    return list_latest(tx, viewer, [feed]).get(feed.feed_id)


def list_latest(tx: Tx, viewer: Viewer, feeds: Sequence[Feed]) -> dict[FeedId, Completeness]:
    """List the latest comparisons of sources; one with a page that it is no longer compared with says nothing."""
    rights.require(Right.AUDIT, viewer)
    found = store.list_latest(tx, [feed.feed_id for feed in feeds])
    return {
        feed.feed_id: found[feed.feed_id]
        for feed in feeds
        if feed.feed_id in found and found[feed.feed_id].against == feed.section_page
    }


def find_outlet_share(tx: Tx, viewer: Viewer, feed: Feed, *, now: dt.datetime) -> OutletShare | None:
    """Find what all sources of a source's outlet together collected; None where no other one was compared."""
    rights.require(Right.AUDIT, viewer)
    listed = store.list_listed(tx, feed.feed_id, since=now - FRESH)
    if set(listed) <= {feed.feed_id}:
        return None
    keys = {key for keys in listed.values() for key in keys}
    return OutletShare(part=len(articles.list_known(tx, keys)), whole=len(keys), feed_count=len(listed))
