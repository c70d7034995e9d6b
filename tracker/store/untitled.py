"""Articles whose title their sources do not tell, or that only a claim named: not listed until one is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tracker.domain.types import FeedId
from tracker.store.tables.feeds import Article, Sighting

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Row

    from tracker.store.db import Tx

_SHOWN = (
    Article.article_id,
    Article.title,
    Article.summary,
    Article.authors,
    Article.source,
    Article.date_quality,
)


def list_carriers(tx: Tx, article_id: int) -> frozenset[FeedId]:
    """List the sources that carry an article."""
    return frozenset(FeedId(f) for f in tx.scalars(select(Sighting.feed_id).where(Sighting.article_id == article_id)))


def list_titled(tx: Tx, article_ids: Collection[int]) -> Sequence[Row[Any]]:
    """List those of these articles that have a title and are not listed all the same; their rows are locked."""
    query = select(*_SHOWN).where(Article.article_id.in_(article_ids), Article.listed.is_(False), Article.title != "")
    return tx.all(query.order_by(Article.article_id).with_for_update())
