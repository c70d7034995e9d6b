"""Outlets: who publishes, since and until when, under which hosts; and the shipped catalogue they are taken from. Pure.

The files of the catalogue are read by config/catalogue.py; what an office installed stands in the store.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.domain.feeds import DateOrder, FeedKind
from tracker.domain.names import fold
from tracker.domain.sources import feed_key

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.domain.types import FeedId


class OutletClass(enum.StrEnum):
    """To which class of allowed sources an outlet belongs; `other` is none of them."""

    PORTAL = "portal"
    CENTRAL = "central"
    PROVINCIAL = "provincial"
    OWN = "own"
    OTHER = "other"


class Confidence(enum.StrEnum):
    """How sure the catalogue is of an address."""

    A = "A"  # seen working
    B = "B"  # in a list that is kept up
    C = "C"  # old, or a guess
    X = "X"  # known to be broken


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueFeed:
    """An address of an outlet, with what the crawler must know of it."""

    title: str
    url: str
    confidence: Confidence
    kind: FeedKind = FeedKind.FEED
    date_order: DateOrder = DateOrder.AUTO
    keeps_cookies: bool = False
    pause_s: int | None = None
    compare_url: str | None = None  # None: the catalogue says nothing of it
    selectors: Any = None
    topic: str = ""  # the key of a starter rule


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """An outlet as the catalogue has it."""

    key: str
    name: str
    outlet_class: OutletClass
    organ: str = ""
    home: str = ""
    hosts: tuple[str, ...] = ()
    family: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    successor: str | None = None
    absorbs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    feeds: tuple[CatalogueFeed, ...] = ()

    def ended_by(self, day: dt.date) -> bool:
        """Tell whether the outlet had ended before a day."""
        return self.valid_to is not None and self.valid_to < day

    @property
    def confidence(self) -> Confidence | None:
        """Give the best confidence of its addresses; None where it has none."""
        return min((feed.confidence for feed in self.feeds), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterRule:
    """A topic rule that is offered; `key` is what feeds of the catalogue refer to."""

    key: str
    topic: str
    any_of: tuple[str, ...]
    none_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All that is offered: outlets by key, and topic rules."""

    entries: Mapping[str, CatalogueEntry]
    starters: tuple[StarterRule, ...] = ()

    def successors(self, key: str) -> list[CatalogueEntry]:
        """List what took an outlet's place, the next one first."""
        found: list[CatalogueEntry] = []
        entry = self.entries.get(key)
        while entry is not None and entry.successor is not None:
            entry = self.entries.get(entry.successor)
            if entry is None or entry in found:
                break
            found.append(entry)
        return found


EMPTY = Catalogue(entries={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """An outlet as stored."""

    outlet_id: int
    name: str
    outlet_class: OutletClass
    valid_from: dt.date | None
    valid_to: dt.date | None
    successor_id: int | None
    catalogue_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletFeed:
    """A source that belongs to an outlet, as far as the catalogue speaks of it."""

    feed_id: FeedId
    url: str
    url_key: str
    outlet_id: int | None
    kind: FeedKind
    date_order: DateOrder
    keeps_cookies: bool
    pause_s: int | None
    compare_url: str | None
    selectors: Any
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where what is installed says other than the catalogue; `feed` is the address, empty for the outlet itself."""

    field: str
    installed: str
    offered: str
    feed: str = ""


def outlet_on(outlet: Outlet, known: Mapping[int, Outlet], day: dt.date) -> Outlet:
    """Give the outlet that an outlet's hosts belong to on a day: itself, or what took its place.

    Before its first day it stands for whatever was there: nothing earlier is known.
    """
    seen = {outlet.outlet_id}
    while outlet.valid_to is not None and outlet.valid_to < day:
        successor = known.get(outlet.successor_id or 0)
        if successor is None or successor.outlet_id in seen:
            break
        seen.add(successor.outlet_id)
        outlet = successor
    return outlet


@dataclass(frozen=True, slots=True, kw_only=True)
class Owners:
    """To whom hosts belong: the outlet of each host that was looked up, and those that took an ended one's place."""

    by_host: Mapping[str, Outlet]
    known: Mapping[int, Outlet]

    def on(self, host: str, day: dt.date) -> Outlet | None:
        """Give the outlet a host belongs to on a day; of several domains above it the nearest counts."""
        for owning in owning_hosts(host):
            if owning in self.by_host:
                return outlet_on(self.by_host[owning], self.known, day)
        return None


def owning_hosts(host: str) -> tuple[str, ...]:
    """List the hosts that may own a host, the nearest first: itself and the domains above it, but for the last."""
    labels = host.lower().removesuffix(".").removeprefix("www.").split(".")
    return tuple(".".join(labels[first:]) for first in range(max(len(labels) - 1, 1)))


def first_choice(entry: CatalogueEntry, day: dt.date) -> tuple[CatalogueFeed, ...]:
    """Choose the addresses to install where nobody chose: those of the best confidence, of an ended outlet none."""
    best = entry.confidence
    if best in {None, Confidence.X} or entry.ended_by(day):
        return ()
    return tuple(feed for feed in entry.feeds if feed.confidence is best)


def differences(
    entry: CatalogueEntry,
    outlet: Outlet,
    *,
    successor: str | None,
    hosts: Iterable[str],
    feeds: Mapping[str, OutletFeed],
) -> tuple[Difference, ...]:
    """Compare what is installed with what the catalogue says now; `feeds` are the installed ones by their key."""
    stored = _outlet_facts(
        outlet.name, outlet.outlet_class, outlet.valid_from, outlet.valid_to, successor, set(hosts) & set(entry.hosts)
    )
    offered = _outlet_facts(
        entry.name, entry.outlet_class, entry.valid_from, entry.valid_to, entry.successor, entry.hosts
    )
    found = [
        Difference(field=name, installed=stored[name], offered=offered[name])
        for name in offered
        if stored[name] != offered[name]
    ]
    for feed in entry.feeds:
        installed = feeds.get(feed_key(feed.url))
        if installed is not None:
            found += _feed_differences(feed, installed)
    return tuple(found)


def _outlet_facts(
    name: str,
    outlet_class: OutletClass,
    valid_from: dt.date | None,
    valid_to: dt.date | None,
    successor: str | None,
    hosts: Iterable[str],
) -> dict[str, str]:
    return {
        "name": name,
        "class": outlet_class.value,
        "valid_from": valid_from.isoformat() if valid_from else "",
        "valid_to": valid_to.isoformat() if valid_to else "",
        "successor": successor or "",
        "hosts": ", ".join(sorted(hosts)),
    }


def _feed_differences(feed: CatalogueFeed, installed: OutletFeed) -> list[Difference]:
    return [
        Difference(field=name, installed=_told(getattr(installed, name)), offered=_told(value), feed=feed.url)
        for name, value in feed_options(feed).items()
        if getattr(installed, name) != value
    ]


def feed_options(feed: CatalogueFeed) -> dict[str, Any]:
    """Give what the catalogue sets of a source beside its address, kind and title.

    A page to compare it with is an office's own choice where the catalogue names none.
    """
    told = {
        "date_order": feed.date_order,
        "keeps_cookies": feed.keeps_cookies,
        "pause_s": feed.pause_s,
        "selectors": feed.selectors,
    }
    return told if feed.compare_url is None else told | {"compare_url": feed.compare_url}


def _told(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {value[name]}" for name in sorted(value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def find_entries(entries: Iterable[CatalogueEntry], words: str) -> list[CatalogueEntry]:
    """Find entries in whose name, organ, key or hosts every word stands, with or without marks."""
    wanted = fold(words).split()
    return [entry for entry in entries if all(word in _searched(entry) for word in wanted)]


def _searched(entry: CatalogueEntry) -> str:
    parts: Sequence[str] = (entry.name, entry.organ, entry.key, *entry.hosts, *entry.absorbs)
    return fold("\n".join(parts))
