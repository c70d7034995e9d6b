"""A source that changes an article while its page is read: both are written, and neither waits for ever."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from tests import make
from tests.make import NOW
from tests.services.test_harvest_topics import fetch
from tests.services.test_page_reads import facts_of, lease, mark, put, record
from tracker.domain.feeds import DateQuality
from tracker.domain.urls import url_key
from tracker.store.tables.feeds import Article, ArticleAddress, PageRead

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.domain.types import ArticleId, FeedId
    from tracker.store.db import Database

ROUNDS = 30


class Piece:
    """An article that a source carries, whose page was read; its time is not known, so that clusters are settled."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.article_id: ArticleId = put(db, 1)
        with db.write() as tx:
            self.feed_id: FeedId = make.feed(tx)
            self.url = tx.scalar(select(Article.url))
            tx.execute(update(Article).values(date_quality="none"))
            tx.execute(update(ArticleAddress).values(url_key=url_key(self.url)))
        mark(db, self.article_id)
        self.read(0)

    def change(self, number: int) -> None:
        words = {"title": f"Tựa lần {number}", "content_hash": f"lần {number}"}
        draft = make.draft(
            url=self.url, url_key=url_key(self.url), published_at=NOW - dt.timedelta(hours=number), **words
        )
        with self.db.write() as tx:
            tx.execute(update(Article).values(date_quality="none"))
        fetch(self.db, self.feed_id, draft)

    def read(self, number: int) -> None:
        at = NOW + dt.timedelta(minutes=number)
        with self.db.write() as tx:
            tx.execute(update(PageRead).values(state="due", due_at=NOW))
        for held in lease(self.db, at=at):
            facts = facts_of(self.url, authors=(f"Lê Thị Hạ {number}",), published_at=None)
            assert record(self.db, held, replace(facts, date_quality=DateQuality.NONE), at)


@pytest.mark.thorough
def test_a_page_read_and_a_change_of_its_source_at_once_are_both_written(db: Database) -> None:
    piece = Piece(db)
    failures: list[BaseException] = []
    together = threading.Barrier(2, timeout=20)

    def run(work: Callable[[int], None]) -> None:
        try:
            for number in range(1, ROUNDS + 1):
                together.wait()
                work(number)
        except BaseException as error:  # noqa: BLE001 - looked at by the test
            failures.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in (piece.read, piece.change)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with db.read() as tx:
        assert tx.scalar(select(Article.title)) == f"Tựa lần {ROUNDS}"
        assert tx.scalar(select(PageRead.told)) == {
            "authors": [],
            "time": [(NOW - dt.timedelta(hours=ROUNDS)).isoformat(), "exact"],
        }
