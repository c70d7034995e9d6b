"""Pages that wait to be read are found after their hosts are known; sources have whole keys, in one script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from tests.make import NOW
from tests.store.test_search_migration import ADD, lay_until, row
from tracker.domain.sources import feed_key, host_key
from tracker.migrations.upgrade import migrate
from tracker.services import page_reads
from tracker.store.db import Database
from tracker.store.tables.feeds import Feed, PageRead

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.thorough

PAGES = 1003
LONG = "https://bao.example/rss?" + "&".join(f"muc{number}=1" for number in range(120))
SOURCES = (
    LONG + "&trang=1",
    "https://báo-xã.vn/rss",
    "https://xn--bo-x-5nap.vn/rss",
    "https://tin.vn:8443/rss",
    "http://[::1]:81/a",
    "what is none",
)


def cut_key(url: str) -> str:
    """Give the key that a source had."""
    return url.partition("://")[2][:400] or url


@pytest.fixture
def old(tmp_path: Path) -> Database:
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    with db.write() as tx:
        lay_until(tx, "0004")
        at = NOW.replace(tzinfo=None).isoformat(" ")
        for number in range(1, PAGES + 1):
            tx.execute(ADD, row(number))
            tx.execute(
                text(
                    "INSERT INTO page_reads (article_id, cause, state, due_at, failures, fence, byline, section)"
                    " VALUES (:id, :cause, 'due', :at, 0, 0, '', '')"
                ),
                {"id": number, "cause": "source" if number % 2 else "shared", "at": at},
            )
        tx.execute(text("UPDATE articles SET url = 'https://báo' || (article_id % 3) || '.vn/bai-' || article_id"))
        for url in SOURCES:
            tx.execute(
                text(
                    "INSERT INTO feeds (url, url_key, host_key, title, title_given, kind, state, date_order,"
                    " reads_pages, keeps_cookies, identity, health, health_reason, next_fetch_at, next_cause,"
                    " interval_s, failures, moved_times, created_at, version) VALUES (:url, :key, 'before', 'Tin', 0,"
                    " 'feed', 'active', 'auto', 0, 0, '', 'working', '', :at, '', 900, 0, 0, :at, 1)"
                ),
                {"url": url, "key": cut_key(url), "at": at},
            )
    return db


def test_pages_that_waited_are_leased_and_sources_have_their_keys(old: Database) -> None:
    assert migrate(old)
    with old.write() as tx:
        leased = page_reads.lease(tx, "w", now=NOW, limit=9)
        assert sorted(one.host_key for one in leased) == [host_key(f"https://báo{n}.vn/") for n in range(3)]
        causes = tx.all(select(PageRead.cause, PageRead.by_source).distinct().order_by(PageRead.cause))
        assert [tuple(one) for one in causes] == [("shared", False), ("source", True)]
        assert tx.first(select(PageRead.article_id).where(PageRead.host_key == "")) is None
        found = {one.url: (one.url_key, one.host_key) for one in tx.all(select(Feed.url, Feed.url_key, Feed.host_key))}
    twin = "https://báo-xã.vn/rss"  # the other was there under the key of both: neither is lost
    assert found.pop(twin) == (cut_key(twin), host_key(twin))
    assert found == {url: (feed_key(url), host_key(url)) for url in SOURCES if url != twin}
    old.close()
