"""The shipped catalogue and starter rules as the services take them: from config's files to the domain's types."""

from __future__ import annotations

import functools

from config.catalogue import Source, SourceFeed, read_catalogue, read_starters
from tracker.domain.catalogue import (
    Catalogue,
    CatalogueEntry,
    CatalogueFeed,
    Confidence,
    OutletClass,
    StarterRule,
)
from tracker.domain.feeds import DateOrder, FeedKind


@functools.cache
def shipped_catalogue() -> Catalogue:
    """Give what is offered, read once a process when it is first asked for."""
    starters = (
        StarterRule(key=rule.key, topic=rule.topic, any_of=rule.any_of, none_of=rule.none_of)
        for rule in read_starters()
    )
    return Catalogue(entries={source.key: _entry(source) for source in read_catalogue()}, starters=tuple(starters))


def _entry(source: Source) -> CatalogueEntry:
    return CatalogueEntry(
        key=source.key,
        name=source.name,
        organ=source.organ,
        outlet_class=OutletClass(source.outlet_class),
        home=source.home,
        hosts=source.hosts,
        family=source.family,
        valid_from=source.valid_from,
        valid_to=source.valid_to,
        successor=source.successor,
        absorbs=source.absorbs,
        notes=source.notes,
        feeds=tuple(_feed(feed) for feed in source.feeds),
    )


def _feed(feed: SourceFeed) -> CatalogueFeed:
    return CatalogueFeed(
        title=feed.title,
        url=feed.url,
        confidence=Confidence(feed.confidence),
        kind=FeedKind(feed.kind),
        date_order=DateOrder(feed.date_order),
        keeps_cookies=feed.keeps_cookies,
        pause_s=feed.pause_s,
        compare_url=feed.compare_url,
        selectors=feed.selectors,
        topic=feed.topic,
    )
