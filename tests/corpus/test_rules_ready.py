"""That topic rules are made ready before a batch is written, and not while everybody else waits to write."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, select

from lantoa.jobs import Worker
from tests.corpus.house import ADMIN, CrawlHouse, some
from tests.corpus.newsroom import PATH, page
from tests.corpus.test_plain_sitemaps import carry_map
from tracker.domain.topic_rules import RuleWords, book_of
from tracker.services import rule_runs, topic_rules
from tracker.store.tables.feeds import ArticleTopic

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.corpus.newsroom import Newsroom
    from tests.corpus.site import Site
    from tracker.domain.topic_rules import TopicRule
    from tracker.domain.types import FeedId
    from tracker.store.db import Database


def test_after_a_change_rules_are_made_ready_before_the_transaction_that_judges_by_them(
    house: CrawlHouse, site: Site
) -> None:
    book_of.cache_clear()  # which a test on the other database may have filled with the same
    feed_id = house.add(site.set_feed("/rss", some(1)))
    with house.db.write() as tx:
        rule = topic_rules.create(tx, ADMIN, "Phản bác", RuleWords(any_of=("chưa có bài nào",)), now=house.clock.now)
    assert made_ready(house, feed_id) == (1, 0)
    assert given(house) == []
    with house.db.write() as tx:
        topic_rules.change(tx, ADMIN, rule, RuleWords(any_of=("bài số",)), now=house.clock.now)
    site.set_feed("/rss", some(2))
    assert made_ready(house, feed_id) == (1, 0)
    assert given(house) == [(2, rule.rule_id)]
    site.set_feed("/rss", some(3))
    assert made_ready(house, feed_id) == (0, 0)
    remove(house, rule)
    site.set_feed("/rss", some(4))
    assert made_ready(house, feed_id) == (1, 0)


def test_a_page_that_shows_an_article_is_written_by_rules_made_ready_before(news: Newsroom) -> None:
    book_of.cache_clear()
    news.site.set_page(PATH, page())
    carry_map(news, PATH)
    with news.db.write() as tx:
        rule = topic_rules.create(tx, ADMIN, "Văn hóa", RuleWords(any_of=("dân ca",)), now=news.house.clock.now)
    assert ready_by(news.db, news.read) == (1, 0)
    assert given(news.house) == [(1, rule.rule_id)]


def test_a_run_over_older_articles_is_carried_out_by_rules_made_ready_before(house: CrawlHouse, site: Site) -> None:
    book_of.cache_clear()
    feed_id = house.add(site.set_feed("/rss", some(2)))
    house.fetch(feed_id)
    with house.db.write() as tx:
        rule = topic_rules.create(tx, ADMIN, "Phản bác", RuleWords(any_of=("bài số",)), now=house.clock.now)
        rule_runs.ask(tx, ADMIN, rule, now=house.clock.now)
    worker: Any = SimpleNamespace(db=house.db, clock=house.clock)  # as far as a worker needs a house
    assert ready_by(house.db, Worker(worker).apply_rules) == (1, 0)
    assert {rule_id for _, rule_id in given(house)} == {rule.rule_id}


def made_ready(house: CrawlHouse, feed_id: FeedId) -> tuple[int, int]:
    """Fetch a source; tell how often rules were made ready, and how often with a transaction open that writes."""
    return ready_by(house.db, lambda: house.fetch(feed_id))


def ready_by(db: Database, act: Callable[[], object]) -> tuple[int, int]:
    """Tell how often an act makes rules ready, and how often with a transaction open that writes."""
    misses: dict[bool, int] = {False: 0, True: 0}
    before = book_of.cache_info().misses

    def note(connection: Any, *_: Any) -> None:
        nonlocal before
        now = book_of.cache_info().misses
        misses[bool(connection.get_execution_options().get("lantoa_writes"))] += now - before
        before = now

    # What was made ready since the statement before was so in the transaction that ends or goes on with this one.
    for name in ("before_cursor_execute", "commit", "rollback"):
        event.listen(db.engine, name, note)
    act()
    for name in ("before_cursor_execute", "commit", "rollback"):
        event.remove(db.engine, name, note)
    return misses[False] + misses[True], misses[True]


def given(house: CrawlHouse) -> list[tuple[int, int]]:
    with house.db.read() as tx:
        return [tuple(row) for row in tx.all(select(ArticleTopic.article_id, ArticleTopic.rule_id))]


def remove(house: CrawlHouse, rule: TopicRule) -> None:
    with house.db.write() as tx:
        current = topic_rules.get(tx, ADMIN, rule.rule_id)
        topic_rules.remove(tx, ADMIN, current, now=house.clock.now)
