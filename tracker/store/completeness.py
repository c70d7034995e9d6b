"""What sources' own pages listed beside what was collected: the latest comparison of each source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tracker.domain.completeness import Completeness, Missing
from tracker.domain.feeds import FetchErrorCode, FetchProblem
from tracker.domain.types import FeedId
from tracker.store.tables.feeds import Feed, FeedCheck

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from tracker.domain.completeness import Comparison
    from tracker.store.db import Tx


def record(
    tx: Tx,
    feed_id: FeedId,
    against: str,
    found: Comparison | FetchProblem,
    *,
    now: dt.datetime,
) -> None:
    """Keep a comparison, or why there is none, in the place of the one before; a source that is gone has none."""
    if tx.first(select(Feed.feed_id).where(Feed.feed_id == feed_id).with_for_update(read=True)) is None:
        return
    row = {"checked_at": now, "against": against, **_columns(found)}
    insert = tx.insert(FeedCheck).values(feed_id=feed_id, **row)
    tx.execute(insert.on_conflict_do_update(index_elements=[FeedCheck.feed_id], set_=row))


def _columns(found: Comparison | FetchProblem) -> dict[str, Any]:
    if isinstance(found, FetchProblem):
        values: dict[str, Any] = {"part_count": None, "whole_count": None, "missing": [], "listed": []}
        return values | {"error_code": found.code.value, "error_message": found.message}
    missing = [{"url": one.url, "title": one.title, "why": one.why} for one in found.missing]
    return {
        "part_count": found.part,
        "whole_count": found.whole,
        "missing": missing,
        "listed": list(found.keys),
        "error_code": None,
        "error_message": None,
    }


def list_latest(tx: Tx, feed_ids: Collection[int]) -> dict[int, Completeness]:
    """List the latest comparison of these sources."""
    columns = (
        FeedCheck.feed_id,
        FeedCheck.checked_at,
        FeedCheck.against,
        FeedCheck.part_count,
        FeedCheck.whole_count,
        FeedCheck.missing,
        FeedCheck.error_code,
        FeedCheck.error_message,
    )
    rows = tx.all(select(*columns).where(FeedCheck.feed_id.in_(feed_ids)))
    return {row.feed_id: _completeness(row) for row in rows}


def list_listed(tx: Tx, feed_id: FeedId, *, since: dt.datetime) -> dict[int, list[str]]:
    """List the keys that stood on the pages of all sources of a source's outlet, of comparisons since an instant.

    Where no outlet is known, the sources of its host are taken for one.
    """
    own = select(Feed.outlet_id, Feed.host_key).where(Feed.feed_id == feed_id)
    row = tx.first(own)
    if row is None:
        return {}
    same = Feed.host_key == row.host_key if row.outlet_id is None else Feed.outlet_id == row.outlet_id
    query = select(FeedCheck.feed_id, FeedCheck.listed).join(Feed, Feed.feed_id == FeedCheck.feed_id)
    rows = tx.all(query.where(same, FeedCheck.checked_at >= since, FeedCheck.whole_count.is_not(None)))
    return {row.feed_id: row.listed for row in rows}


def _completeness(row: Any) -> Completeness:
    problem = None
    if row.error_code is not None:
        problem = FetchProblem(code=FetchErrorCode(row.error_code), message=row.error_message or "")
    return Completeness(
        feed_id=FeedId(row.feed_id),
        checked_at=row.checked_at,
        against=row.against,
        part=row.part_count,
        whole=row.whole_count,
        missing=tuple(Missing(url=one["url"], title=one["title"], why=one["why"]) for one in row.missing),
        problem=problem,
    )
