"""Topic rules, which articles they judge, and the topics that they gave; a person's decisions are never touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, select, update

from tracker.domain.articles import search_texts
from tracker.domain.topic_rules import RuleArticle, RuleWords
from tracker.domain.topic_rules import TopicRule as RuleRecord
from tracker.domain.types import ArticleId, FeedId, TopicId
from tracker.store.articles import list_topics
from tracker.store.tables.feeds import Article, ArticleTopic, Feed, Sighting, Topic, TopicRefusal, TopicRule

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping, Sequence

    from tracker.store.db import Tx

GIVEN_BY_GONE = 0  # the rule of topics that wait to be taken back: none has this number, which a new one might get else
_SHOWN = (
    TopicRule.rule_id,
    TopicRule.topic_id,
    Topic.name,
    TopicRule.any_of,
    TopicRule.none_of,
    TopicRule.feed_ids,
    TopicRule.created_at,
    TopicRule.version,
)


def list_all(tx: Tx, topic_id: int | None = None) -> list[RuleRecord]:
    """List rules by topic, or those of one topic."""
    query = select(*_SHOWN).join(Topic, Topic.topic_id == TopicRule.topic_id)
    query = query.order_by(Topic.name_folded, TopicRule.rule_id)
    return [_rule(row) for row in tx.all(query if topic_id is None else query.where(TopicRule.topic_id == topic_id))]


def find(tx: Tx, rule_id: int) -> RuleRecord | None:
    """Find a rule."""
    query = select(*_SHOWN).join(Topic, Topic.topic_id == TopicRule.topic_id).where(TopicRule.rule_id == rule_id)
    row = tx.first(query)
    return None if row is None else _rule(row)


def find_topic(tx: Tx, folded: str) -> TopicId | None:
    """Find a topic by its folded name."""
    found = tx.scalar(select(Topic.topic_id).where(Topic.name_folded == folded))
    return None if found is None else TopicId(found)


def list_feeds(tx: Tx, feed_ids: Collection[int]) -> set[FeedId]:
    """Tell which of these sources there are."""
    return {FeedId(feed_id) for feed_id in tx.scalars(select(Feed.feed_id).where(Feed.feed_id.in_(feed_ids)))}


def add(tx: Tx, topic_id: TopicId, words: RuleWords, *, now: dt.datetime) -> int:
    """Add a rule."""
    values = {"topic_id": topic_id, "created_at": now, **_values(words)}
    return int(tx.scalar(tx.insert(TopicRule).values(values).returning(TopicRule.rule_id)))


def change(tx: Tx, rule_id: int, version: int, words: RuleWords) -> bool:
    """Change what a rule asks for; False when it has moved on."""
    statement = update(TopicRule).where(TopicRule.rule_id == rule_id, TopicRule.version == version)
    return tx.changed(statement.values(version=TopicRule.version + 1, **_values(words))) == 1


def remove(tx: Tx, rule_id: int, version: int, *, keeps_given: bool) -> bool:
    """Remove a rule; topics it gave stay, as if a person had given them, or wait to be taken back.

    False when it has moved on.
    """
    if tx.changed(delete(TopicRule).where(TopicRule.rule_id == rule_id, TopicRule.version == version)) != 1:
        return False
    given_by = GIVEN_BY_GONE if not keeps_given else None
    tx.changed(update(ArticleTopic).where(ArticleTopic.rule_id == rule_id).values(rule_id=given_by))
    return True


def count(tx: Tx) -> int:
    """Count all rules."""
    return int(tx.scalar(select(func.count()).select_from(TopicRule)) or 0)


def find_state(tx: Tx) -> tuple[int, int, int]:
    """Tell how far the rules have changed, without reading them: any change of one makes it another."""
    most = (func.max(TopicRule.rule_id).label("last"), func.sum(TopicRule.version).label("versions"))
    (row,) = tx.all(select(func.count().label("number"), *most).select_from(TopicRule))
    return int(row.number), int(row.last or 0), int(row.versions or 0)


def count_given(tx: Tx) -> dict[int, int]:
    """Count the articles to which each rule gave its topic."""
    query = select(ArticleTopic.rule_id, func.count().label("given")).where(ArticleTopic.rule_id.is_not(None))
    return {row.rule_id: row.given for row in tx.all(query.group_by(ArticleTopic.rule_id))}


def list_newest(tx: Tx, *, limit: int, feed_ids: Collection[int]) -> list[RuleArticle]:
    """List the articles collected last, newest first; of the sources that carry them only those asked for."""
    query = select(Article.article_id, Article.title, Article.summary).where(Article.listed.is_(True))
    query = query.order_by(Article.article_id.desc())
    return _articles(tx, tx.all(query.limit(limit)), feed_ids)


def list_after(tx: Tx, article_id: int, *, limit: int, feed_ids: Collection[int]) -> list[RuleArticle]:
    """List articles above an id, in the order of their ids."""
    query = select(Article.article_id, Article.title, Article.summary)
    query = query.where(Article.article_id > article_id, Article.listed.is_(True))
    return _articles(tx, tx.all(query.order_by(Article.article_id).limit(limit)), feed_ids)


def list_held(tx: Tx, topic_id: int, article_ids: Collection[int]) -> dict[int, int | None]:
    """Tell which of these articles have a topic, and by which rule; None: a person gave it."""
    query = select(ArticleTopic.article_id, ArticleTopic.rule_id).where(
        ArticleTopic.topic_id == topic_id, ArticleTopic.article_id.in_(article_ids)
    )
    return {row.article_id: row.rule_id for row in tx.all(query)}


def list_refused(tx: Tx, article_ids: Collection[int], topic_ids: Collection[int]) -> set[tuple[int, int]]:
    """List from which of these articles a person took which of these topics: article and topic."""
    query = select(TopicRefusal.article_id, TopicRefusal.topic_id).where(
        TopicRefusal.topic_id.in_(topic_ids), TopicRefusal.article_id.in_(article_ids)
    )
    return {(row.article_id, row.topic_id) for row in tx.all(query)}


def give(tx: Tx, wanted: Mapping[tuple[int, int], int]) -> int:
    """Give articles topics by rules (article and topic → rule), but for those they have; give how many were new."""
    if not wanted:
        return 0
    rows = [{"article_id": a, "topic_id": t, "rule_id": rule} for (a, t), rule in sorted(wanted.items())]
    made = tx.insert(ArticleTopic).on_conflict_do_nothing().returning(ArticleTopic.article_id)
    given = list(tx.execute(made, rows).scalars())
    _refresh(tx, set(given))
    return len(given)


def take_back(tx: Tx, topic_id: int, article_ids: Collection[int]) -> int:
    """Take a topic from articles to which a rule gave it; give from how many."""
    if not article_ids:
        return 0
    held = delete(ArticleTopic).where(ArticleTopic.topic_id == topic_id, ArticleTopic.rule_id.is_not(None))
    taken = tx.changed(held.where(ArticleTopic.article_id.in_(article_ids)))
    _refresh(tx, set(article_ids))
    return taken


def hand_over(tx: Tx, topic_id: int, rules: Mapping[int, int]) -> None:
    """Say of articles by which rule they have a topic now (article → rule)."""
    if not rules:
        return
    statement = update(ArticleTopic).where(
        ArticleTopic.topic_id == topic_id, ArticleTopic.article_id == bindparam("at_article")
    )
    rows = [{"at_article": article_id, "by_rule": rule_id} for article_id, rule_id in sorted(rules.items())]
    tx.execute(statement.values(rule_id=bindparam("by_rule")), rows)


def _refresh(tx: Tx, article_ids: Collection[int]) -> None:
    """Let articles be found by the topics they have now; who looks at an older state of one cannot change it."""
    if not article_ids:
        return
    columns = (Article.article_id, Article.title, Article.summary, Article.authors, Article.source)
    query = select(*columns).where(Article.article_id.in_(article_ids)).order_by(Article.article_id)
    topics = list_topics(tx, article_ids)
    rows = []
    for row in tx.all(query.with_for_update()):
        texts = search_texts(row.title, row.summary, row.authors, row.source, topics.get(row.article_id, ()))
        rows.append({"at_article": row.article_id, "printed": texts.printed, "folded": texts.folded})
    statement = update(Article).where(Article.article_id == bindparam("at_article"))
    values: dict[str, Any] = {"search_text": bindparam("printed"), "search_folded": bindparam("folded")}
    tx.execute(statement.values(values | {"version": Article.version + 1}), rows)


def _articles(tx: Tx, rows: Sequence[Any], feed_ids: Collection[int]) -> list[RuleArticle]:
    carried = _carried(tx, [row.article_id for row in rows], feed_ids)
    return [
        RuleArticle(
            article_id=ArticleId(row.article_id),
            title=row.title,
            summary=row.summary,
            feed_ids=frozenset(carried.get(row.article_id, ())),
        )
        for row in rows
    ]


def _carried(tx: Tx, article_ids: Collection[int], feed_ids: Collection[int]) -> dict[int, list[FeedId]]:
    found: dict[int, list[FeedId]] = {}
    if article_ids and feed_ids:
        query = select(Sighting.article_id, Sighting.feed_id).where(
            Sighting.feed_id.in_(feed_ids), Sighting.article_id.in_(article_ids)
        )
        for row in tx.all(query):
            found.setdefault(row.article_id, []).append(FeedId(row.feed_id))
    return found


def _values(words: RuleWords) -> dict[str, Any]:
    return {"any_of": list(words.any_of), "none_of": list(words.none_of), "feed_ids": list(words.feed_ids)}


def _rule(row: Any) -> RuleRecord:
    words = RuleWords(
        any_of=tuple(row.any_of), none_of=tuple(row.none_of), feed_ids=tuple(FeedId(f) for f in row.feed_ids)
    )
    return RuleRecord(
        rule_id=row.rule_id,
        topic_id=TopicId(row.topic_id),
        topic=row.name,
        words=words,
        created_at=row.created_at,
        version=row.version,
    )
