"""Plans of one batch that know of each other, and of what another worker was quicker to write."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests import make
from tests.make import NOW, TODAY
from tracker.domain.articles import ArticleFilter, read_search
from tracker.domain.feeds import FeedKind, FeedPlan, FetchStatus
from tracker.domain.sources import NewFeed
from tracker.domain.types import AccountId, FeedId, Role, Viewer
from tracker.services import articles, feeds
from tracker.services.harvest import Harvest, lease_these
from tracker.store.tables.feeds import Article, ArticleRevision, Sighting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.domain.feeds import ArticleDraft, FetchResult
    from tracker.store.db import Database, Tx

ADMIN = Viewer(account_id=AccountId(1), role=Role.ADMIN)
FIRST = make.draft(title="Chợ nổi")
OTHER_WORDS = replace(FIRST, title="Bến cảng", content_hash="2")
UNTITLED = replace(FIRST, title="", content_hash="3")


@pytest.fixture
def feed_ids(db: Database) -> list[FeedId]:
    with db.write() as tx:
        return [
            feeds.add(tx, ADMIN, NewFeed(url=f"https://bao.example/{n}.rss", kind=FeedKind.FEED), now=NOW).feed_id
            for n in range(4)
        ]


@dataclass
class Batch:
    """Sources of one transaction with what each brings, as the crawler hands them over."""

    tx: Tx
    brought: Sequence[tuple[FeedId, ArticleDraft]]
    owner: str = "w"

    def __post_init__(self) -> None:
        ids = [feed_id for feed_id, _ in self.brought]
        leased = {one.lease.feed_id: one for one in lease_these(self.tx, self.owner, ids, now=NOW)}
        self.leased = [leased[feed_id] for feed_id in ids]
        self.harvest = Harvest(self.tx, self.leased, [draft for _, draft in self.brought], now=NOW, today=TODAY)

    def take(self) -> Batch:
        for one, (feed_id, draft) in zip(self.leased, self.brought, strict=True):
            plan = FeedPlan(feed_id=feed_id, fence=one.lease.fence, status=FetchStatus.OK, problem=None)
            known = self.harvest.known.get(draft.url_key)
            if known is None:
                plan = replace(plan, new=(draft,))
            elif known.content_hash == draft.content_hash or not draft.title:
                plan = replace(plan, seen=((known.article_id, draft),))
            else:
                plan = replace(plan, changed=((known.article_id, draft),))
            self.harvest.take(one, plan)
        return self

    def write(self) -> list[FetchResult]:
        return self.harvest.write()


def told(results: Sequence[FetchResult]) -> list[tuple[int, int, int]]:
    return [(one.new, one.changed, one.seen) for one in results]


def found(db: Database, words: str) -> int:
    with db.read() as tx:
        wanted = ArticleFilter(search=read_search(words))
        return len(articles.list_page(tx, ADMIN, wanted, after=None, limit=10, today=TODAY).items)


def test_two_sources_of_a_batch_with_one_new_article_make_one_of_it(db: Database, feed_ids: list[FeedId]) -> None:
    with db.write() as tx:
        results = Batch(tx, [(feed_ids[0], FIRST), (feed_ids[1], FIRST)]).take().write()
        (row,) = tx.all(select(Article.article_id, Article.version, Article.title))
        sightings = tx.all(select(Sighting.feed_id, Sighting.article_id).order_by(Sighting.feed_id))
        assert tx.all(select(ArticleRevision.article_id)) == []
    assert told(results) == [(1, 0, 0), (0, 0, 1)]
    assert [tuple(one) for one in sightings] == [(feed_ids[0], row.article_id), (feed_ids[1], row.article_id)]


def test_what_the_second_source_of_a_batch_words_otherwise_is_a_change(db: Database, feed_ids: list[FeedId]) -> None:
    brought = [(feed_ids[0], FIRST), (feed_ids[1], OTHER_WORDS), (feed_ids[2], UNTITLED), (feed_ids[3], FIRST)]
    with db.write() as tx:
        results = Batch(tx, brought).take().write()
        (row,) = tx.all(select(Article.article_id, Article.title, Article.content_hash))
        (before,) = tx.all(select(ArticleRevision.article_id, ArticleRevision.title, ArticleRevision.content_hash))
        assert {r.article_id for r in tx.all(select(Sighting.article_id, Sighting.feed_id))} == {row.article_id}
    assert told(results) == [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 1)]
    assert (row.title, row.content_hash) == ("Bến cảng", "2")
    assert tuple(before) == (row.article_id, "Chợ nổi", "1")
    assert (found(db, "bến cảng"), found(db, "chợ nổi")) == (1, 0)
    with db.write() as tx:  # two sources do not word it in turns
        assert told(Batch(tx, brought[:1]).take().write()) == [(0, 0, 1)]
        assert tx.scalar(select(Article.title)) == "Bến cảng"


def test_an_article_told_without_its_title_gets_the_one_of_the_next_source(
    db: Database, feed_ids: list[FeedId]
) -> None:
    with db.write() as tx:
        results = Batch(tx, [(feed_ids[0], UNTITLED), (feed_ids[1], FIRST)]).take().write()
    assert told(results) == [(1, 0, 0), (0, 1, 0)]
    assert found(db, "chợ nổi") == 1


def test_an_article_that_another_worker_added_meanwhile_is_carried_and_not_new(
    db: Database, feed_ids: list[FeedId]
) -> None:
    with db.write() as tx:
        slower = Batch(tx, [(feed_ids[0], FIRST), (feed_ids[1], OTHER_WORDS)]).take()
        quicker = Batch(tx, [(feed_ids[2], FIRST)], owner="quicker").take()
        assert told(quicker.write()) == [(1, 0, 0)]
        assert told(slower.write()) == [(0, 0, 0), (0, 1, 0)]
        (row,) = tx.all(select(Article.article_id, Article.title, Article.version))
        carried = tx.scalars(select(Sighting.feed_id).where(Sighting.article_id == row.article_id))
    assert set(carried) == set(feed_ids[:3])
    assert (row.title, row.version) == ("Bến cảng", 2)


def test_a_change_that_another_worker_wrote_meanwhile_is_written_once(db: Database, feed_ids: list[FeedId]) -> None:
    with db.write() as tx:
        Batch(tx, [(feed_ids[0], FIRST)]).take().write()
    with db.write() as tx:
        slower = Batch(tx, [(feed_ids[1], OTHER_WORDS)]).take()
        Batch(tx, [(feed_ids[2], OTHER_WORDS)], owner="quicker").take().write()
        slower.write()
        assert [tuple(r) for r in tx.all(select(ArticleRevision.content_hash, ArticleRevision.title))] == [
            ("1", "Chợ nổi")
        ]
        assert tx.scalar(select(Article.version)) == 2
