"""Articles whose title their source does not tell, as those of plain sitemaps: shown once their page has told it.

Until then they stand in no list, as those do that only a claim names. Called by other use cases, not for a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tracker.domain.articles import search_texts
from tracker.domain.feeds import UNTRUSTED, DateQuality
from tracker.domain.topic_rules import RuleArticle
from tracker.domain.types import ArticleId
from tracker.services.topic_rules import RulesOfBatch
from tracker.store import articles, page_reads
from tracker.store import untitled as store

if TYPE_CHECKING:
    from collections.abc import Collection

    from tracker.domain.page_reads import PageFacts
    from tracker.domain.types import FeedId
    from tracker.store.db import Tx


def find_carriers(tx: Tx, current: Any, facts: PageFacts) -> frozenset[FeedId]:
    """Find the sources for whose sake an article is shown now that its page was read; none: it is not.

    The page must be one of an article: with a title, and a time of publication or an author. `current` is its row.
    """
    is_article = bool(current.title or facts.title) and (facts.published_at is not None or bool(facts.authors))
    return store.list_carriers(tx, current.article_id) if is_article and not current.listed else frozenset()


def show_carried(tx: Tx, article_ids: Collection[int]) -> None:
    """Show those of the articles that a source carries untitled whose pages were read for a claim before."""
    rows = store.list_titled(tx, article_ids) if article_ids else []
    for row in rows:
        if row.authors or DateQuality(row.date_quality) not in UNTRUSTED:
            topics = articles.list_topics(tx, [row.article_id]).get(row.article_id, [])
            texts = search_texts(row.title, row.summary, row.authors, row.source, topics)
            told = {"listed": True, "search_text": texts.printed, "search_folded": texts.folded}
            page_reads.record_change(tx, row.article_id, told)
            give_topics(tx, row.article_id, row.title, row.summary, store.list_carriers(tx, row.article_id))


def give_topics(tx: Tx, article_id: int, title: str, summary: str, carriers: frozenset[FeedId]) -> None:
    """Judge an article by the topic rules when its words become known."""
    shown = RuleArticle(article_id=ArticleId(article_id), title=title, summary=summary, feed_ids=carriers)
    rules = RulesOfBatch.ready(tx)
    rules.judge_one(shown)
    rules.write(tx)
