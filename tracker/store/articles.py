"""Articles as the crawler writes them, in bulk. How people see them stands in article_lists.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, func, or_, select, update

from tracker.domain.feeds import UNTRUSTED, KnownArticle
from tracker.domain.types import ArticleId
from tracker.store.asked import rows_of
from tracker.store.bulk import insertion
from tracker.store.tables.feeds import (
    Article,
    ArticleAddress,
    ArticleRevision,
    ArticleTopic,
    Sighting,
    Topic,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Row

    from tracker.store.db import Tx

KEYS_AT_ONCE = 5000
_UNTRUSTED = tuple(quality.value for quality in UNTRUSTED)
_CHANGED = ("title", "summary", "authors", "image_url", "content_hash", "search_text", "search_folded")

# Asked with each list of articles: made once.
_TOPICS = (
    select(ArticleTopic.article_id, Topic.name)
    .join(Topic, Topic.topic_id == ArticleTopic.topic_id)
    .where(ArticleTopic.article_id.in_(bindparam("article_ids", expanding=True)))
    .order_by(Topic.name_folded)
)


def list_known(tx: Tx, url_keys: Iterable[str]) -> dict[str, KnownArticle]:
    """Find the articles that are held under these keys."""
    found: dict[str, KnownArticle] = {}
    for part in _parts(dict.fromkeys(url_keys)):
        query = select(ArticleAddress.url_key, Article.article_id, Article.content_hash)
        query = query.join(Article, Article.article_id == ArticleAddress.article_id)
        for row in tx.execute(query.where(ArticleAddress.url_key.in_(rows_of(tx, part)))):
            found[row.url_key] = KnownArticle(
                article_id=ArticleId(row.article_id), url_key=row.url_key, content_hash=row.content_hash
            )
    return found


def list_revised(tx: Tx, article_ids: Collection[int]) -> set[tuple[int, str]]:
    """List which contents these articles had before: article and content hash."""
    query = select(ArticleRevision.article_id, ArticleRevision.content_hash)
    return {
        (row.article_id, row.content_hash)
        for row in tx.execute(query.where(ArticleRevision.article_id.in_(article_ids)))
    }


def add_all(tx: Tx, rows: Sequence[dict[str, Any]]) -> dict[str, ArticleId]:
    """Add articles; give the ids of those that were not there, by key.

    In the order of their keys, so that two writers do not cross.
    """
    if not rows:
        return {}
    ordered = sorted(rows, key=lambda row: row["url_key"])
    insert, values = insertion(tx, Article, ordered)
    statement = insert.on_conflict_do_nothing().returning(Article.url_key, Article.article_id)
    return {row.url_key: ArticleId(row.article_id) for row in tx.execute(statement, values)}


def record_addresses(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Keep under which key an article has been met."""
    if rows:
        insert, values = insertion(tx, ArticleAddress, rows)
        tx.execute(insert.on_conflict_do_nothing(), values)


def record_sightings(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Keep that a feed carried articles on a day; one row a feed and article, whatever the polling."""
    if not rows:
        return
    first = {(row["feed_id"], row["article_id"]): row for row in reversed(rows)}  # met under two keys: seen once
    insert, values = insertion(tx, Sighting, [row for _, row in sorted(first.items())])
    day = insert.excluded.last_seen_on
    statement = insert.on_conflict_do_update(
        index_elements=[Sighting.feed_id, Sighting.article_id],
        set_={"last_seen_on": day},
        where=Sighting.last_seen_on < day,
    )
    tx.execute(statement, values)


def list_current(tx: Tx, article_ids: Collection[int]) -> Sequence[Row[Any]]:
    """Give what articles say now: article_id, title, summary, authors, source, content_hash; their rows are locked."""
    columns = (
        Article.article_id,
        Article.title,
        Article.summary,
        Article.authors,
        Article.source,
        Article.content_hash,
    )
    query = select(*columns).where(Article.article_id.in_(article_ids)).order_by(Article.article_id)
    return tx.all(query.with_for_update())


def list_undated(tx: Tx, article_ids: Collection[int]) -> list[ArticleId]:
    """List those of these articles whose time stands in for one that was not known."""
    undated = Article.date_quality.in_(_UNTRUSTED)
    query = select(Article.article_id).where(Article.article_id.in_(article_ids), undated)
    return [ArticleId(found) for found in tx.scalars(query.order_by(Article.article_id))]


def record_revisions(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what articles said before."""
    if rows:
        tx.execute(tx.insert(ArticleRevision).on_conflict_do_nothing(), list(rows))


def record_changes(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Set what articles say now.

    Each row names `at_article`, the columns of `_CHANGED`, and what the source says of the time (`told_at`,
    `told_quality`, `told_raw`), which is taken only where none was to be trusted before.
    """
    if not rows:
        return
    values: dict[str, Any] = {name: bindparam(name) for name in _CHANGED}
    told_quality = bindparam("told_quality", type_=Article.date_quality.type)
    # Word by word: a list of words is spelt out at each execution, which a statement for many rows refuses.
    is_untrusted = or_(*(Article.date_quality == word for word in _UNTRUSTED))
    untrusted = is_untrusted & and_(*(told_quality != word for word in _UNTRUSTED))
    for column, told in (("published_at", "told_at"), ("date_quality", "told_quality"), ("published_raw", "told_raw")):
        own = getattr(Article, column)
        values[column] = case((untrusted, bindparam(told, type_=own.type)), else_=own)
    values |= {"version": Article.version + 1, "listed": True}  # a source carries it
    tx.execute(update(Article).where(Article.article_id == bindparam("at_article")).values(values), list(rows))


def list_topics(tx: Tx, article_ids: Collection[int]) -> dict[int, list[str]]:
    """List the topics of articles, by name."""
    found: dict[int, list[str]] = {}
    rows: Sequence[Any] = tx.all(_TOPICS, {"article_ids": list(article_ids)})
    for article_id, name in rows:
        found.setdefault(article_id, []).append(name)
    return found


def set_search(tx: Tx, article_id: int, printed: str, folded: str) -> None:
    """Set the texts in which an article is searched."""
    values = {"search_text": printed, "search_folded": folded}
    tx.changed(update(Article).where(Article.article_id == article_id).values(values))


def count_up(tx: Tx, article_id: int, version: int) -> bool:
    """Give an article its next version; False when it has moved on."""
    statement = update(Article).where(Article.article_id == article_id, Article.version == version)
    return tx.changed(statement.values(version=Article.version + 1)) == 1


def count(tx: Tx) -> int:
    """Count all articles."""
    return int(tx.scalar(select(func.count()).select_from(Article)) or 0)


def _parts(keys: Iterable[str]) -> Iterable[list[str]]:
    listed = list(keys)
    return (listed[i : i + KEYS_AT_ONCE] for i in range(0, len(listed), KEYS_AT_ONCE))
