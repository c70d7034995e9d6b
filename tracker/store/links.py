"""Tracked links, keyed by slug."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, tuple_, update

from tracker.domain.links import TrackedLink
from tracker.domain.types import ArticleId, Channel, MemberId
from tracker.store.scope import valid_on
from tracker.store.tables.claims import Claim
from tracker.store.tables.feeds import Article, Curation
from tracker.store.tables.links import Link, LinkDay
from tracker.store.tables.organisation import Membership, UnitAncestry

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from tracker.store.db import Tx

Triple = tuple[int, int, str]  # member, article, channel


def list_by_slug(tx: Tx, slugs: Iterable[str]) -> dict[str, TrackedLink]:
    """Find the links of some slugs, withdrawn ones too."""
    return {row.slug: _link(row) for row in tx.all(_COLUMNS.where(Link.slug.in_(list(slugs))))}


def list_of(tx: Tx, triples: Collection[Triple]) -> set[Triple]:
    """Tell for which members, articles and channels a link was made."""
    if not triples:
        return set()
    query = select(Link.member_id, Link.article_id, Link.channel).where(
        Link.member_id.in_({m for m, _, _ in triples}), Link.article_id.in_({a for _, a, _ in triples})
    )
    return {(r.member_id, r.article_id, r.channel) for r in tx.all(query)} & set(triples)


def add(tx: Tx, link: TrackedLink, *, at: dt.datetime) -> bool:
    """Add a link; False when its slug is taken."""
    row = {
        "slug": link.slug,
        "member_id": link.member_id,
        "article_id": link.article_id,
        "channel": link.channel.value,
        "target_url": link.target_url,
        "created_at": at,
    }
    return tx.first(tx.insert(Link).values(row).on_conflict_do_nothing().returning(Link.slug)) is not None


def set_withdrawn(tx: Tx, slug: str, at: dt.datetime | None, *, by: int | None = None) -> None:
    """Withdraw a link, in an administrator's name or its member's, or give it back."""
    tx.execute(update(Link).where(Link.slug == slug).values(withdrawn_at=at, withdrawn_by=by))


def find_target(tx: Tx, article_id: int, member_id: int, today: dt.date) -> str | None:
    """Find the address of an article that is not hidden from the member's units; None where there is nothing to see."""
    hidden = (
        select(Curation.article_id)
        .join(UnitAncestry, UnitAncestry.ancestor_id == Curation.unit_id)
        .join(Membership, Membership.unit_id == UnitAncestry.unit_id)
        .where(
            Curation.article_id == article_id,
            Curation.hidden,
            Membership.member_id == member_id,
            valid_on(Membership.since, Membership.until, today),
            valid_on(UnitAncestry.valid_from, UnitAncestry.valid_to, today),
        )
    )
    listed = select(Article.url).where(Article.article_id == article_id, Article.listed.is_(True))
    url: str | None = tx.scalar(listed.where(~hidden.exists()))
    return url


def list_uncounted(tx: Tx, *, made_before: dt.datetime, after: str, limit: int) -> list[TrackedLink]:
    """List links made before an instant on which nothing was ever counted, by slug, above the slug `after`."""
    counted = select(LinkDay.slug).where(LinkDay.slug == Link.slug).exists()
    query = _COLUMNS.where(Link.created_at < made_before, Link.slug > after, ~counted)
    return [_link(row) for row in tx.all(query.order_by(Link.slug).limit(limit))]


def list_claimed(tx: Tx, triples: Collection[Triple]) -> set[Triple]:
    """Tell which members claimed a share of which article on which channel, in whatever state."""
    if not triples:
        return set()
    columns = (Claim.member_id, Claim.article_id, Claim.channel)
    rows = tx.all(select(*columns).where(tuple_(*columns).in_(sorted(triples))))
    return {(r.member_id, r.article_id, r.channel) for r in rows}


def drop(tx: Tx, slugs: Collection[str]) -> int:
    """Forget links on which nothing was counted meanwhile; give how many."""
    counted = select(LinkDay.slug).where(LinkDay.slug == Link.slug).exists()
    return tx.changed(delete(Link).where(Link.slug.in_(slugs), ~counted))


def find_own(tx: Tx, slug: str, member_id: int | None) -> TrackedLink | None:
    """Find a link of a member, or of anyone where no member is given."""
    query = _COLUMNS.where(Link.slug == slug)
    row = tx.first(query if member_id is None else query.where(Link.member_id == member_id))
    return None if row is None else _link(row)


_COLUMNS = select(
    *(Link.slug, Link.member_id, Link.article_id, Link.channel, Link.target_url),
    *(Link.withdrawn_at, Link.withdrawn_by, Link.first_at),
)


def _link(row: Any) -> TrackedLink:
    return TrackedLink(
        slug=row.slug,
        member_id=MemberId(row.member_id),
        article_id=ArticleId(row.article_id),
        channel=Channel(row.channel),
        target_url=row.target_url,
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=row.withdrawn_by,
        first_at=row.first_at,
    )
