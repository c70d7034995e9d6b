"""What a fetch brings in is judged by the topic rules and counted to its outlet, in the transaction that stores it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select

from tests import make
from tests.make import NOW, TODAY
from tracker.domain.articles import ArticleChange
from tracker.domain.catalogue import Catalogue, CatalogueEntry, OutletClass
from tracker.domain.feeds import FeedKind, FeedPlan, FetchStatus
from tracker.domain.sources import NewFeed
from tracker.domain.topic_rules import RuleWords
from tracker.domain.types import AccountId, ArticleId, FeedId, Role, Viewer
from tracker.services import articles, catalogue, feeds, harvest, topic_rules
from tracker.store.tables.feeds import Article

if TYPE_CHECKING:
    from tracker.domain.feeds import ArticleDraft
    from tracker.store.db import Database

ADMIN = Viewer(account_id=AccountId(1), role=Role.ADMIN)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DRAFT = make.draft(
    url="https://tin.bao.example/bai-1.html", url_key="tin.bao.example/bai-1.html", title="Luận điệu xuyên tạc"
)


@pytest.fixture
def feed_ids(db: Database) -> list[FeedId]:
    with db.write() as tx:
        return [
            feeds.add(tx, ADMIN, NewFeed(url=f"https://bao.example/{n}.rss", kind=FeedKind.FEED), now=NOW).feed_id
            for n in (1, 2)
        ]


def fetch(db: Database, feed_id: FeedId, draft: ArticleDraft = DRAFT) -> None:
    """Bring one draft in, as the crawler does."""
    with db.write() as tx:
        (leased,) = harvest.lease_these(tx, "w", [feed_id], now=NOW)
        round_ = harvest.Harvest(tx, [leased], [draft], now=NOW, today=TODAY, zone=ZONE)
        known = round_.known.get(draft.url_key)
        plan = FeedPlan(feed_id=feed_id, fence=leased.lease.fence, status=FetchStatus.OK, problem=None)
        if known is None:
            plan = replace(plan, new=(draft,))
        elif known.content_hash != draft.content_hash:
            plan = replace(plan, changed=((known.article_id, draft),))
        else:
            plan = replace(plan, seen=((known.article_id, draft),))
        round_.take(leased, plan)
        round_.write()


def rule(db: Database, topic: str, *any_of: str, feed_ids: tuple[FeedId, ...] = ()) -> None:
    with db.write() as tx:
        topic_rules.create(tx, ADMIN, topic, RuleWords(any_of=any_of, feed_ids=feed_ids), now=NOW)


def topics(db: Database) -> tuple[str, ...]:
    with db.read() as tx:
        article_id = tx.scalar(select(Article.article_id))
        return articles.get(tx, ADMIN, article_id, today=TODAY).topics


def test_a_new_article_gets_the_topics_of_the_rules_that_match(db: Database, feed_ids: list[FeedId]) -> None:
    rule(db, "Phản bác", "luận điệu")
    rule(db, "Khác", "khác")
    fetch(db, feed_ids[0])
    assert topics(db) == ("Phản bác",)
    with db.read() as tx:
        assert "phản bác" in tx.scalar(select(Article.search_text))


def test_an_article_that_says_other_than_before_is_judged_again(db: Database, feed_ids: list[FeedId]) -> None:
    rule(db, "Khác", "khác")
    fetch(db, feed_ids[0])
    assert topics(db) == ()
    fetch(db, feed_ids[0], replace(DRAFT, title="Tiêu đề khác", content_hash="2"))
    assert topics(db) == ("Khác",)


def test_a_rule_for_a_source_judges_what_another_source_brought_first(db: Database, feed_ids: list[FeedId]) -> None:
    rule(db, "Chuyên mục", feed_ids=(feed_ids[1],))
    fetch(db, feed_ids[0])
    assert topics(db) == ()
    fetch(db, feed_ids[1])
    assert topics(db) == ("Chuyên mục",)


def test_what_a_person_took_away_does_not_come_back_with_the_next_fetch(db: Database, feed_ids: list[FeedId]) -> None:
    rule(db, "Chuyên mục", feed_ids=(feed_ids[0],))
    fetch(db, feed_ids[0])
    with db.write() as tx:
        current = articles.get(tx, ADMIN, ArticleId(tx.scalar(select(Article.article_id))), today=TODAY)
        articles.change(tx, ADMIN, current, ArticleChange(topics=()), now=NOW, today=TODAY)
    fetch(db, feed_ids[0])
    fetch(db, feed_ids[0], replace(DRAFT, title="Tiêu đề khác", content_hash="2"))
    assert topics(db) == ()


def test_without_rules_a_batch_asks_for_them_once_and_no_more(db: Database, feed_ids: list[FeedId]) -> None:
    said: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    fetch(db, feed_ids[0])
    assert sum("topic_" in statement for statement in said) == 1


def test_an_article_is_counted_to_the_outlet_its_host_belonged_to_that_day(
    db: Database, feed_ids: list[FeedId]
) -> None:
    later = CatalogueEntry(key="b", name="Báo mới", outlet_class=OutletClass.CENTRAL, hosts=("moi.example",))
    earlier = replace(later, key="a", name="Báo cũ", hosts=("bao.example",), valid_to=TODAY, successor="b")
    offered = Catalogue(entries={"a": earlier, "b": later})
    with db.write() as tx:
        catalogue.install(tx, ADMIN, offered, "a", None, now=NOW, zone=ZONE)
    midnight = dt.datetime(2026, 11, 22, 17, tzinfo=dt.UTC)
    fetch(db, feed_ids[0], replace(DRAFT, published_at=midnight - dt.timedelta(seconds=1)))
    fetch(db, feed_ids[0], replace(DRAFT, url_key="2", published_at=midnight))
    assert sources(db) == ["Báo cũ", "Báo mới"]


def sources(db: Database) -> list[str]:
    with db.read() as tx:
        return list(tx.scalars(select(Article.source).order_by(Article.article_id)))
