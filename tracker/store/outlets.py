"""Outlets: their rows and hosts, which sources belong to them, and to whom the articles of a host are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select, update

from tracker.domain.catalogue import Outlet as OutletRecord
from tracker.domain.catalogue import OutletClass, OutletFeed, Owners, owning_hosts
from tracker.domain.feeds import DateOrder, FeedKind
from tracker.domain.types import FeedId
from tracker.store.tables.feeds import Article, Feed, Outlet, OutletHost

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Sequence

    from tracker.store.db import Tx

_SHOWN = (
    Outlet.outlet_id,
    Outlet.name,
    Outlet.outlet_class,
    Outlet.valid_from,
    Outlet.valid_to,
    Outlet.successor_id,
    Outlet.catalogue_key,
)
_FEED = (
    Feed.feed_id,
    Feed.url,
    Feed.url_key,
    Feed.outlet_id,
    Feed.kind,
    Feed.date_order,
    Feed.keeps_cookies,
    Feed.pause_s,
    Feed.compare_url,
    Feed.selectors,
    Feed.version,
)


def list_all(tx: Tx) -> dict[int, OutletRecord]:
    """List all outlets by id."""
    return {row.outlet_id: _outlet(row) for row in tx.all(select(*_SHOWN).order_by(Outlet.outlet_id))}


def find_by_key(tx: Tx, catalogue_key: str) -> OutletRecord | None:
    """Find the outlet that was taken from an entry of the catalogue; its row is locked."""
    row = tx.first(select(*_SHOWN).where(Outlet.catalogue_key == catalogue_key).with_for_update())
    return None if row is None else _outlet(row)


def add(tx: Tx, values: dict[str, Any]) -> int | None:
    """Add an outlet; None when one of the same catalogue key is there."""
    made = tx.insert(Outlet).values(values).on_conflict_do_nothing().returning(Outlet.outlet_id)
    found: int | None = tx.scalar(made)
    return found


def change(tx: Tx, outlet_id: int, values: dict[str, Any]) -> None:
    """Change an outlet."""
    tx.changed(update(Outlet).where(Outlet.outlet_id == outlet_id).values(values))


def record_hosts(tx: Tx, outlet_id: int, hosts: Iterable[str]) -> None:
    """Let hosts belong to an outlet; one that another has stays with it."""
    rows = [{"host": host, "outlet_id": outlet_id} for host in sorted(hosts)]
    if rows:
        tx.execute(tx.insert(OutletHost).on_conflict_do_nothing(), rows)


def list_hosts(tx: Tx) -> dict[int, tuple[str, ...]]:
    """List the hosts of all outlets."""
    found: dict[int, list[str]] = {}
    for row in tx.all(select(OutletHost.outlet_id, OutletHost.host).order_by(OutletHost.host)):
        found.setdefault(row.outlet_id, []).append(row.host)
    return {outlet_id: tuple(hosts) for outlet_id, hosts in found.items()}


def list_owners(tx: Tx, hosts: Collection[str]) -> Owners:
    """Tell to whom hosts belong; outlets that others may have succeeded are looked up only where one has ended."""
    asked = {owning for host in hosts for owning in owning_hosts(host)}
    query = select(OutletHost.host, *_SHOWN).join(Outlet, Outlet.outlet_id == OutletHost.outlet_id)
    rows = tx.all(query.where(OutletHost.host.in_(asked))) if asked else []
    by_host = {row.host: _outlet(row) for row in rows}
    has_ended = any(outlet.successor_id is not None for outlet in by_host.values())
    return Owners(by_host=by_host, known=list_all(tx) if has_ended else {})


def list_feeds(tx: Tx, url_keys: Collection[str], outlet_ids: Collection[int] = ()) -> list[OutletFeed]:
    """List the sources that have these addresses or belong to these outlets."""
    named = Feed.url_key.in_(url_keys)
    query = select(*_FEED).where(or_(named, Feed.outlet_id.in_(outlet_ids)) if outlet_ids else named)
    return [_feed(row) for row in tx.all(query.order_by(Feed.feed_id))]


def set_options(tx: Tx, feed_id: int, values: dict[str, Any]) -> None:
    """Set what the catalogue says of a source; its next body is read anew."""
    anew = {"body_hash": None, "etag": None, "last_modified": None, "version": Feed.version + 1}
    tx.changed(update(Feed).where(Feed.feed_id == feed_id).values(values | anew))


def link_feeds(tx: Tx, outlet_id: int, feed_ids: Collection[int]) -> None:
    """Let sources that belong to nobody belong to an outlet."""
    unowned = update(Feed).where(Feed.feed_id.in_(feed_ids), Feed.outlet_id.is_(None))
    tx.changed(unowned.values(outlet_id=outlet_id, version=Feed.version + 1))


def list_article_hosts(tx: Tx) -> list[str]:
    """List the hosts of all collected articles."""
    return list(tx.scalars(select(Article.host).distinct()))


def count_articles(tx: Tx, outlet_ids: Collection[int]) -> dict[int, int]:
    """Count the articles of outlets."""
    query = select(Article.outlet_id, func.count().label("held")).where(Article.outlet_id.in_(outlet_ids))
    return {row.outlet_id: row.held for row in tx.all(query.group_by(Article.outlet_id))}


def assign_articles(
    tx: Tx, outlet_id: int, hosts: Sequence[str], *, since: dt.datetime | None, until: dt.datetime | None
) -> int:
    """Count the articles of hosts, published within a time, to an outlet; give how many were not its own before."""
    elsewhere = or_(Article.outlet_id.is_(None), Article.outlet_id != outlet_id)
    statement = update(Article).where(Article.host.in_(hosts), elsewhere)
    if since is not None:
        statement = statement.where(Article.published_at >= since)
    if until is not None:
        statement = statement.where(Article.published_at < until)
    return tx.changed(statement.values(outlet_id=outlet_id))


def _outlet(row: Any) -> OutletRecord:
    return OutletRecord(
        outlet_id=row.outlet_id,
        name=row.name,
        outlet_class=OutletClass(row.outlet_class),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        successor_id=row.successor_id,
        catalogue_key=row.catalogue_key,
    )


def _feed(row: Any) -> OutletFeed:
    return OutletFeed(
        feed_id=FeedId(row.feed_id),
        url=row.url,
        url_key=row.url_key,
        outlet_id=row.outlet_id,
        kind=FeedKind(row.kind),
        date_order=DateOrder(row.date_order),
        keeps_cookies=row.keeps_cookies,
        pause_s=row.pause_s,
        compare_url=row.compare_url,
        selectors=row.selectors,
        version=row.version,
    )
