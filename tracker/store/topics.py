"""Topics: short texts of the office's own, made on first use; one for all spellings that fold alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from tracker.domain.articles import Topic as TopicRecord
from tracker.domain.names import fold
from tracker.domain.types import TopicId
from tracker.store.tables.feeds import ArticleTopic, Topic, TopicRefusal

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tracker.store.db import Tx


def list_page(tx: Tx, *, after: str | None, limit: int) -> list[TopicRecord]:
    """List topics by name, after a folded name."""
    query = select(Topic.topic_id, Topic.name).order_by(Topic.name_folded).limit(limit)
    rows = tx.all(query if after is None else query.where(Topic.name_folded > after))
    return [TopicRecord(topic_id=TopicId(row.topic_id), name=row.name) for row in rows]


def find_folded(tx: Tx, topic_id: int) -> str | None:
    """Find the folded name of a topic."""
    found: str | None = tx.scalar(select(Topic.name_folded).where(Topic.topic_id == topic_id))
    return found


def has_folded(tx: Tx, folded: str) -> bool:
    """Tell whether there is a topic of a folded name."""
    return tx.first(select(Topic.topic_id).where(Topic.name_folded == folded)) is not None


def get_ids(tx: Tx, names: Sequence[str]) -> list[TopicId]:
    """Give the ids of topics by name, in the order given; those that do not exist are made."""
    wanted = {fold(name): name for name in reversed(names)}
    if not wanted:
        return []
    rows = [{"name": name, "name_folded": folded} for folded, name in sorted(wanted.items())]
    tx.execute(tx.insert(Topic).on_conflict_do_nothing(), rows)
    query = select(Topic.name_folded, Topic.topic_id).where(Topic.name_folded.in_(wanted))
    ids = {row.name_folded: TopicId(row.topic_id) for row in tx.all(query)}
    return list(dict.fromkeys(ids[fold(name)] for name in names))


def set_of_article(tx: Tx, article_id: int, topic_ids: Collection[TopicId]) -> None:
    """Replace the topics of an article by a person's choice; what that took away, no rule gives again."""
    held = set(tx.scalars(select(ArticleTopic.topic_id).where(ArticleTopic.article_id == article_id)))
    taken = [{"article_id": article_id, "topic_id": topic_id} for topic_id in sorted(held - set(topic_ids))]
    if taken:
        tx.execute(tx.insert(TopicRefusal).on_conflict_do_nothing(), taken)
    refused = TopicRefusal.article_id == article_id
    tx.changed(delete(TopicRefusal).where(refused, TopicRefusal.topic_id.in_(topic_ids)))
    tx.changed(delete(ArticleTopic).where(ArticleTopic.article_id == article_id))
    tx.insert_rows(ArticleTopic, [{"article_id": article_id, "topic_id": topic_id} for topic_id in topic_ids])
