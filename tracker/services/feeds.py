"""Sources as administrators keep them: add, look at, change, remove. What fetching them brings in is in harvest.py."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.feed_health import Cause, HealthFacts, NextCause
from tracker.domain.feed_words import reason_words
from tracker.domain.feeds import DateOrder, FeedKind, FeedState, Health
from tracker.domain.jobs import JobKind
from tracker.domain.names import clean_text
from tracker.domain.rights import Right
from tracker.domain.sources import INTERVAL_FIRST_S, PAUSE_MOST_S, TITLE_MOST, feed_key, host_key, host_of
from tracker.domain.types import FeedId, Page
from tracker.services import office_rules
from tracker.store import audit, jobs
from tracker.store import feeds as store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tracker.domain.sources import Feed, Fetch, NewFeed
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx

NOT_FETCHED: Final = HealthFacts(cause=Cause.NOT_FETCHED)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChange:
    """What an administrator changes of a source; None leaves as it is.

    An empty title goes back to the feed's own, a pause of 0 to that of the house; an empty `compare_url` compares with
    nothing.
    """

    title: str | None = None
    state: FeedState | None = None
    date_order: DateOrder | None = None
    selectors: Mapping[str, Any] | None = None  # an empty one: the entries are found without
    pause_s: int | None = None
    reads_pages: bool | None = None
    keeps_cookies: bool | None = None
    compare_url: str | None = None


def check_new(tx: Tx, viewer: Viewer, url: str) -> None:
    """Refuse, before anything is fetched, a source that is there already."""
    rights.require(Right.ADMIN, viewer)
    taken = store.find_id(tx, feed_key(url))
    if taken is not None:
        raise AppError(Code.FEED_TAKEN, feed_id=taken)


def add(tx: Tx, viewer: Viewer, new: NewFeed, *, now: dt.datetime) -> Feed:
    """Add a source, due at once."""
    check_new(tx, viewer, new.url)
    _check_selected(new.kind, new.selectors)
    feed_id = store.add(tx, _row(new, now))
    if feed_id is None:
        raise AppError(Code.FEED_TAKEN, feed_id=store.find_id(tx, feed_key(new.url)))
    jobs.enqueue(tx, JobKind.FEED_FETCH, [str(feed_id)], due_at=now)
    _note(tx, viewer, "feed.add", feed_id, now, kind=new.kind.value)
    return get(tx, viewer, feed_id)


def add_all(tx: Tx, viewer: Viewer, sources: Sequence[NewFeed], *, now: dt.datetime) -> int:
    """Add those of many sources that are not there yet; give how many."""
    rights.require(Right.ADMIN, viewer)
    count = 0
    for new in sources:
        feed_id = store.add(tx, _row(new, now))
        if feed_id is not None:
            count += 1
            jobs.enqueue(tx, JobKind.FEED_FETCH, [str(feed_id)], due_at=now)
            _note(tx, viewer, "feed.add", feed_id, now, kind=new.kind.value)
    return count


def list_taken(tx: Tx, viewer: Viewer, urls: Sequence[str]) -> Mapping[str, FeedId]:
    """Tell which of these addresses are sources already."""
    rights.require(Right.ADMIN, viewer)
    known = store.list_ids(tx, {feed_key(url) for url in urls})
    return {url: known[feed_key(url)] for url in urls if feed_key(url) in known}


def get(tx: Tx, viewer: Viewer, feed_id: int) -> Feed:
    """Get a source."""
    rights.require(Right.AUDIT, viewer)
    found = store.find(tx, feed_id)
    if found is None:
        raise AppError(Code.NOT_FOUND)
    return found


def list_page(tx: Tx, viewer: Viewer, *, after: int | None, limit: int, state: FeedState | None = None) -> Page[Feed]:
    """List sources in the order they were added."""
    rights.require(Right.AUDIT, viewer)
    rows = store.list_page(tx, after=after, limit=limit + 1, state=state)
    return Page(items=rows[:limit], next=str(rows[limit - 1].feed_id) if len(rows) > limit else None)


def list_all(tx: Tx, viewer: Viewer, *, state: FeedState | None = None) -> list[Feed]:
    """List every source, in the order they were added."""
    rights.require(Right.ADMIN, viewer)
    return store.list_page(tx, after=None, limit=None, state=state)


def list_due(tx: Tx, viewer: Viewer, *, now: dt.datetime) -> list[Feed]:
    """List the active sources that are due."""
    return [feed for feed in list_all(tx, viewer, state=FeedState.ACTIVE) if feed.next_fetch_at <= now]


def count_articles(tx: Tx, viewer: Viewer, feeds: Sequence[Feed]) -> dict[int, int]:
    """Count the articles that each of these sources has carried."""
    rights.require(Right.AUDIT, viewer)
    return store.count_articles(tx, [feed.feed_id for feed in feeds])


def count_by_health(tx: Tx) -> dict[str, int]:
    """Count the active sources by health (`lantoa doctor`)."""
    return dict(
        Counter(str(feed.health) for feed in store.list_page(tx, after=None, limit=None, state=FeedState.ACTIVE))
    )


def change(tx: Tx, viewer: Viewer, current: Feed, wanted: FeedChange, *, now: dt.datetime) -> Feed:
    """Change a source's name, state and settings; one that is taken up again is due at once."""
    rights.require(Right.ADMIN, viewer)
    _check_selected(current.kind, wanted.selectors)
    values = _changed(current, wanted)
    if wanted.state is FeedState.ACTIVE and current.state is not FeedState.ACTIVE:
        values |= {"next_fetch_at": now, "next_cause": NextCause.AT_ONCE.value}
    if not store.change(tx, current.feed_id, current.version, **values):
        raise AppError(Code.ETAG_STALE)
    if wanted.state is not None and wanted.state is not current.state:
        due_at = now if wanted.state is FeedState.ACTIVE else None
        jobs.set_standing(tx, JobKind.FEED_FETCH, str(current.feed_id), due_at=due_at)
    _note(tx, viewer, "feed.change", current.feed_id, now, state=str(wanted.state or current.state))
    return get(tx, viewer, current.feed_id)


def remove(tx: Tx, viewer: Viewer, current: Feed, *, now: dt.datetime) -> None:
    """Remove a source; its articles stay. A fetch under way comes to nothing."""
    rights.require(Right.ADMIN, viewer)
    if not store.remove(tx, current.feed_id, current.version):
        raise AppError(Code.ETAG_STALE)
    jobs.remove(tx, JobKind.FEED_FETCH, str(current.feed_id))
    _note(tx, viewer, "feed.remove", current.feed_id, now)


def list_fetches(tx: Tx, viewer: Viewer, feed_id: int, *, before: int | None, limit: int) -> Page[Fetch]:
    """List a source's fetches, newest first."""
    get(tx, viewer, feed_id)
    rows = store.list_fetches(tx, feed_id, before=before, limit=limit + 1)
    return Page(items=rows[:limit], next=str(rows[limit - 1].fetch_id) if len(rows) > limit else None)


def list_titles(tx: Tx, viewer: Viewer) -> list[tuple[str, str]]:
    """List address and title of every source, by title, for an export."""
    rights.require(Right.ADMIN, viewer)
    return list(store.list_titles(tx))


def enqueue_missing(tx: Tx) -> None:
    """Give every active source its standing job; for the clock of the worker."""
    store.enqueue_missing(tx)


def purge_fetches(tx: Tx, *, now: dt.datetime) -> int:
    """Forget fetches that the health page no longer shows; give how many."""
    kept = dt.timedelta(days=office_rules.latest(tx).fetch_days)
    return store.purge_fetches(tx, before=now - kept)


def _row(new: NewFeed, now: dt.datetime) -> dict[str, Any]:
    given = clean_text(new.title, TITLE_MOST)
    return {
        "url": new.url,
        "url_key": feed_key(new.url),
        "host_key": host_key(new.url),
        "title": given or clean_text(new.found_title, TITLE_MOST) or host_of(new.url),
        "title_given": bool(given),
        "kind": new.kind.value,
        "state": FeedState.ACTIVE.value,
        "date_order": (new.date_order or DateOrder.AUTO).value,
        "selectors": new.selectors,
        "pause_s": new.pause_s,
        "reads_pages": new.reads_pages,
        "keeps_cookies": new.keeps_cookies,
        "compare_url": new.compare_url,
        "health": Health.QUIET.value,
        "health_facts": NOT_FETCHED.as_json(),
        "health_reason": reason_words(NOT_FETCHED),
        "next_fetch_at": now,
        "next_cause": NextCause.AT_ONCE.value,
        "interval_s": INTERVAL_FIRST_S,
        "created_at": now,
    }


def _changed(current: Feed, wanted: FeedChange) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if wanted.title is not None:
        given = clean_text(wanted.title, TITLE_MOST)
        values |= {"title": given or host_of(current.url), "title_given": bool(given)}
    if wanted.state is not None:
        values["state"] = wanted.state.value
    if wanted.date_order is not None and wanted.date_order is not current.date_order:
        values |= {"date_order": wanted.date_order.value, "body_hash": None, "etag": None, "last_modified": None}
    if wanted.pause_s is not None:
        values["pause_s"] = min(wanted.pause_s, PAUSE_MOST_S) or None
    for name in ("reads_pages", "keeps_cookies", "compare_url"):
        if getattr(wanted, name) is not None:
            values[name] = getattr(wanted, name)
    if wanted.selectors is not None and dict(wanted.selectors) != (current.selectors or {}):
        values |= {"selectors": dict(wanted.selectors) or None, "body_hash": None, "etag": None, "last_modified": None}
    return values


def _check_selected(kind: FeedKind, selectors: Mapping[str, Any] | None) -> None:
    """Refuse selectors where nothing is selected; whether they are good ones the crawler has judged."""
    if selectors and kind is not FeedKind.LISTING:
        raise AppError(Code.FIELD_INVALID, "selectors: only a list page has them (kind «listing»)", field="selectors")


def _note(tx: Tx, viewer: Viewer, action: str, feed_id: int, now: dt.datetime, **facts: Any) -> None:
    audit.record(tx, at=now, actor=viewer.account_id, action=action, subject=f"feed:{feed_id}", **facts)
