"""The queue of waiting claims counted: by article, and how many have waited too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.domain.claims import ClaimState
from tracker.domain.review_queue import ArticleGroup
from tracker.domain.types import ArticleId
from tracker.store.scope import unit_in_scope, units_below
from tracker.store.tables.claims import Claim
from tracker.store.tables.feeds import Article

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.rights import Scope
    from tracker.store.db import Tx

_WAITS = Claim.state == ClaimState.PENDING.value


def list_groups(tx: Tx, scope: Scope, *, unit_id: int | None, limit: int) -> list[ArticleGroup]:
    """List the articles whose claims wait, the most waiting ones first."""
    count, oldest = func.count().label("waiting"), func.min(Claim.filed_at).label("oldest_at")
    counted = select(Claim.article_id, count, oldest).where(_WAITS, unit_in_scope(Claim.unit_id, scope))
    if unit_id is not None:
        counted = counted.where(Claim.unit_id.in_(units_below(unit_id, scope.on)))
    groups = counted.group_by(Claim.article_id).subquery()
    query = (
        select(groups.c.article_id, groups.c.waiting, groups.c.oldest_at, Article.title, Article.source)
        .outerjoin(Article, Article.article_id == groups.c.article_id)
        .order_by(groups.c.waiting.desc(), groups.c.oldest_at, groups.c.article_id)
        .limit(limit)
    )
    return [
        ArticleGroup(
            article_id=None if row.article_id is None else ArticleId(row.article_id),
            title=row.title or "",
            source=row.source or "",
            count=row.waiting,
            oldest_at=row.oldest_at,
        )
        for row in tx.all(query)
    ]


def count_filed_before(tx: Tx, scope: Scope, before: dt.datetime) -> int:
    """Count the waiting claims that were filed before an instant."""
    query = select(func.count()).where(_WAITS, Claim.filed_at < before, unit_in_scope(Claim.unit_id, scope))
    return tx.scalar(query.select_from(Claim)) or 0
