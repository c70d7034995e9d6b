"""The catalogue of official sources for administrators: what is offered, what of it is installed, and installing it.

Nothing installed changes by itself: where the catalogue says otherwise after an update, the difference is shown, and
taken over when an administrator asks for it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tracker.domain import catalogue as domain
from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.names import collation_key
from tracker.domain.rights import Right
from tracker.domain.sources import NewFeed, feed_key
from tracker.services import feeds as sources
from tracker.store import audit
from tracker.store import outlets as store

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from tracker.domain.catalogue import (
        Catalogue,
        CatalogueEntry,
        CatalogueFeed,
        Confidence,
        Difference,
        Outlet,
        OutletClass,
        OutletFeed,
    )
    from tracker.domain.types import FeedId, Viewer
    from tracker.store.db import Tx

_ORDER: Final = (
    *(domain.OutletClass.CENTRAL, domain.OutletClass.PROVINCIAL, domain.OutletClass.PORTAL),
    *(domain.OutletClass.OWN, domain.OutletClass.OTHER),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueFilter:
    """What the list is narrowed to."""

    find: str = ""
    outlet_class: OutletClass | None = None
    confidence: Confidence | None = None
    installed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An address of an entry: the source it is already, or whether it would be chosen first."""

    feed: CatalogueFeed
    feed_id: FeedId | None
    first_choice: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """An entry beside what is installed of it; `outlet` is None where nothing is."""

    entry: CatalogueEntry
    outlet: Outlet | None
    offers: tuple[Offer, ...]
    differences: tuple[Difference, ...]
    successor: CatalogueEntry | None
    ended: bool

    @property
    def feed_count(self) -> int:
        """Count the addresses that are sources already."""
        return sum(offer.feed_id is not None for offer in self.offers)

    @property
    def installed(self) -> bool:
        """Tell whether the outlet or one of its addresses is known."""
        return self.outlet is not None or self.feed_count > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What an installation did: sources added, and articles that are now counted to the outlet."""

    view: EntryView
    added: tuple[FeedId, ...]
    article_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What is installed altogether."""

    outlets: Mapping[str, Outlet]  # by catalogue key
    keys: Mapping[int, str | None]  # catalogue key by outlet id
    hosts: Mapping[int, tuple[str, ...]]
    feeds: Mapping[str, OutletFeed]  # by url_key


def list_entries(
    tx: Tx, viewer: Viewer, offered: Catalogue, asked: CatalogueFilter, *, today: dt.date
) -> list[EntryView]:
    """List the entries, the press before portals, each class by name; ended ones stand among them."""
    rights.require(Right.ADMIN, viewer)
    entries = domain.find_entries(offered.entries.values(), asked.find)
    entries = [e for e in entries if asked.outlet_class in {None, e.outlet_class}]
    entries = [e for e in entries if asked.confidence in {None, e.confidence}]
    held = _held(tx, entries)
    views = [_view(offered, entry, held, today) for entry in sorted(entries, key=_place)]
    return [view for view in views if asked.installed in {None, view.installed}]


def get_entry(tx: Tx, viewer: Viewer, offered: Catalogue, key: str, *, today: dt.date) -> EntryView:
    """Get one entry."""
    rights.require(Right.ADMIN, viewer)
    entry = _entry(offered, key)
    return _view(offered, entry, _held(tx, [entry]), today)


def install(
    tx: Tx,
    viewer: Viewer,
    offered: Catalogue,
    key: str,
    chosen: Collection[str] | None,
    *,
    take_over: bool = False,
    now: dt.datetime,
    zone: dt.tzinfo,
) -> Installed:
    """Install an outlet and the chosen addresses of it; without a choice, those of the best confidence.

    Doing so again changes nothing. `take_over` sets what is installed to what the catalogue says now.
    """
    rights.require(Right.ADMIN, viewer)
    entry, today = _entry(offered, key), now.astimezone(zone).date()
    feeds = _chosen(entry, chosen, today)
    outlet_id = _ensure_outlets(tx, offered, entry)
    if take_over:
        _take_over(tx, offered, entry, outlet_id)
    added = _add_feeds(tx, viewer, entry, feeds, outlet_id, now)
    count = _count_articles_in(tx, outlet_id, zone)
    view = get_entry(tx, viewer, offered, key, today=today)
    action = "outlet.take_over" if take_over else "outlet.install"
    facts: dict[str, Any] = {"feeds": list(added), "articles": count}
    audit.record(tx, at=now, actor=viewer.account_id, action=action, subject=f"outlet:{outlet_id}", **facts)
    return Installed(view=view, added=added, article_count=count)


def _entry(offered: Catalogue, key: str) -> CatalogueEntry:
    entry = offered.entries.get(key)
    if entry is None:
        raise AppError(Code.NOT_FOUND, "the catalogue has no such entry")
    return entry


def _chosen(entry: CatalogueEntry, chosen: Collection[str] | None, today: dt.date) -> tuple[CatalogueFeed, ...]:
    if not entry.hosts:
        raise AppError(Code.FIELD_INVALID, "no address of this outlet is known; add your own unit's site as a source")
    if chosen is None:
        return domain.first_choice(entry, today)
    by_url = {feed.url: feed for feed in entry.feeds}
    if unknown := [url for url in chosen if url not in by_url]:
        raise AppError(Code.FIELD_INVALID, f"feeds: «{unknown[0]}» is no address of this entry", field="feeds")
    return tuple(by_url[url] for url in dict.fromkeys(chosen))


def _ensure_outlets(tx: Tx, offered: Catalogue, entry: CatalogueEntry) -> int:
    """Give the id of an entry's outlet; what is not there yet is made, with all that took its place."""
    successor_id: int | None = None
    for one in (*reversed(offered.successors(entry.key)), entry):
        held = store.find_by_key(tx, one.key)
        if held is not None:
            successor_id = held.outlet_id
            continue
        made = store.add(tx, _values(one) | {"successor_id": successor_id, "catalogue_key": one.key})
        successor_id = made if made is not None else _now_there(tx, one.key)
        store.record_hosts(tx, successor_id, one.hosts)
    if successor_id is None:
        raise AssertionError  # the entry itself is the last of the chain
    return successor_id


def _now_there(tx: Tx, key: str) -> int:
    """Give the outlet that another installation made meanwhile."""
    held = store.find_by_key(tx, key)
    if held is None:
        raise AppError(Code.STORE_BUSY)
    return held.outlet_id


def _values(entry: CatalogueEntry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "outlet_class": entry.outlet_class.value,
        "valid_from": entry.valid_from,
        "valid_to": entry.valid_to,
    }


def _take_over(tx: Tx, offered: Catalogue, entry: CatalogueEntry, outlet_id: int) -> None:
    successor = offered.successors(entry.key)[:1]
    successor_id = _ensure_outlets(tx, offered, successor[0]) if successor else None
    store.change(tx, outlet_id, _values(entry) | {"successor_id": successor_id})
    store.record_hosts(tx, outlet_id, entry.hosts)
    held = {feed.url_key: feed for feed in store.list_feeds(tx, [feed_key(f.url) for f in entry.feeds])}
    for feed in entry.feeds:
        installed, wanted = held.get(feed_key(feed.url)), domain.feed_options(feed)
        if installed is not None and any(getattr(installed, name) != value for name, value in wanted.items()):
            store.set_options(tx, installed.feed_id, wanted)


def _add_feeds(
    tx: Tx, viewer: Viewer, entry: CatalogueEntry, feeds: Sequence[CatalogueFeed], outlet_id: int, now: dt.datetime
) -> tuple[FeedId, ...]:
    """Add what is no source yet; what is one belongs to the outlet from now on, unless it has one."""
    held = {feed.url_key: feed for feed in store.list_feeds(tx, [feed_key(f.url) for f in entry.feeds])}
    added: list[FeedId] = []
    for feed in feeds:
        if feed_key(feed.url) in held:
            continue
        made = _add_feed(tx, viewer, entry, feed, now)
        if made is not None:
            added.append(made)
    unowned = [feed.feed_id for feed in held.values() if feed.outlet_id is None]
    if added or unowned:
        store.link_feeds(tx, outlet_id, [*added, *unowned])
    return tuple(added)


def _add_feed(tx: Tx, viewer: Viewer, entry: CatalogueEntry, feed: CatalogueFeed, now: dt.datetime) -> FeedId | None:
    """Add one address; None where it has become a source meanwhile."""
    new = NewFeed(url=feed.url, kind=feed.kind, title=f"{entry.name} – {feed.title}", **domain.feed_options(feed))
    try:
        return sources.add(tx, viewer, new, now=now).feed_id
    except AppError as refusal:
        if refusal.code is not Code.FEED_TAKEN:
            raise
        return None


def _count_articles_in(tx: Tx, outlet_id: int, zone: dt.tzinfo) -> int:
    """Count the articles already collected from an outlet's hosts to it, or to what had taken its place by then."""
    hosts = store.list_article_hosts(tx)
    by_host = store.list_owners(tx, hosts).by_host
    own = [host for host in hosts if _owner(host, by_host) == outlet_id]
    if not own:
        return 0
    spans = _spans(store.list_all(tx), outlet_id, zone)
    return sum(store.assign_articles(tx, at, own, since=since, until=until) for at, since, until in spans)


def _owner(host: str, by_host: Mapping[str, Outlet]) -> int | None:
    return next((by_host[o].outlet_id for o in domain.owning_hosts(host) if o in by_host), None)


def _spans(
    known: Mapping[int, Outlet], outlet_id: int, zone: dt.tzinfo
) -> Iterator[tuple[int, dt.datetime | None, dt.datetime | None]]:
    """Give during which time an outlet's hosts belong to which outlet: to itself, then to what took its place."""
    since: dt.datetime | None = None
    at: Outlet | None = known[outlet_id]
    seen: set[int] = set()
    while at is not None and at.outlet_id not in seen:
        seen.add(at.outlet_id)
        after = known.get(at.successor_id or 0)
        until = None if at.valid_to is None or after is None else _end_of(at.valid_to, zone)
        if since is None or until is None or since < until:
            yield at.outlet_id, since, until
            since = until
        at = after if until is not None else None


def _end_of(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    next_day = day + dt.timedelta(days=1)
    return dt.datetime.combine(next_day, dt.time(), tzinfo=zone).astimezone(dt.UTC)


def _held(tx: Tx, entries: Collection[CatalogueEntry]) -> _Held:
    outlets = store.list_all(tx)
    keys = {feed_key(feed.url) for entry in entries for feed in entry.feeds}
    return _Held(
        outlets={o.catalogue_key: o for o in outlets.values() if o.catalogue_key is not None},
        keys={outlet_id: outlet.catalogue_key for outlet_id, outlet in outlets.items()},
        hosts=store.list_hosts(tx) if outlets else {},
        feeds={feed.url_key: feed for feed in store.list_feeds(tx, keys)},
    )


def _view(offered: Catalogue, entry: CatalogueEntry, held: _Held, today: dt.date) -> EntryView:
    outlet = held.outlets.get(entry.key)
    first = domain.first_choice(entry, today)
    successors = offered.successors(entry.key)
    return EntryView(
        entry=entry,
        outlet=outlet,
        offers=tuple(
            Offer(feed=feed, feed_id=_feed_id(held.feeds.get(feed_key(feed.url))), first_choice=feed in first)
            for feed in entry.feeds
        ),
        differences=() if outlet is None else _differences(entry, outlet, held),
        successor=successors[0] if successors else None,
        ended=entry.ended_by(today),
    )


def _differences(entry: CatalogueEntry, outlet: Outlet, held: _Held) -> tuple[Difference, ...]:
    return domain.differences(
        entry,
        outlet,
        successor=held.keys.get(outlet.successor_id or 0),
        hosts=held.hosts.get(outlet.outlet_id, ()),
        feeds=held.feeds,
    )


def _feed_id(feed: OutletFeed | None) -> FeedId | None:
    return None if feed is None else feed.feed_id


def _place(entry: CatalogueEntry) -> tuple[int, str]:
    return _ORDER.index(entry.outlet_class), collation_key(entry.name)
