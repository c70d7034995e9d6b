"""Two sources that take one address at the same moment."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlalchemy import select

from tests import make
from tracker.store import feeds
from tracker.store.tables.feeds import Feed

if TYPE_CHECKING:
    from tracker.domain.types import FeedId
    from tracker.store.db import Database

NEW = ("https://moi.example/rss", "moi.example/rss", "moi.example:443")


def test_the_second_to_take_an_address_is_told_so_whatever_the_first_has_not_committed_yet(db: Database) -> None:
    with db.write() as tx:
        first, second = make.feed(tx), make.feed(tx, "https://hai.example/rss")
    told: list[bool] = []

    def move(feed_id: FeedId) -> None:
        told.append(db.write_retrying(lambda tx: feeds.record_move(tx, feed_id, *NEW)))

    with db.write() as tx:
        assert feeds.record_move(tx, first, *NEW)
        other = threading.Thread(target=move, args=(second,))
        other.start()
        other.join(0.2)  # it waits for us
        assert told == []
    other.join()
    assert told == [False]
    with db.read() as tx:
        assert tx.scalars(select(Feed.feed_id).where(Feed.url_key == NEW[1])) == [first]


def test_what_else_the_transaction_does_stays_when_an_address_is_taken(db: Database) -> None:
    with db.write() as tx:
        first, second = make.feed(tx), make.feed(tx, "https://hai.example/rss")
        assert feeds.record_move(tx, first, *NEW)
        assert not feeds.record_move(tx, second, *NEW)
        make.feed(tx, "https://ba.example/rss")
    with db.read() as tx:
        assert len(tx.scalars(select(Feed.feed_id))) == 3
