"""The ground of the trials: a hostile outlet on 127.0.0.2, the only private host allowed, and traps beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from crawler.address import AddressPolicy
from tests.corpus.house import CrawlHouse
from tests.hostile import HostileSite, answer
from tracker.store.tables.feeds import Article, ArticleRevision, Feed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox import Sandbox
    from tests.hostile import Header, Page
    from tracker.domain.feeds import FetchResult
    from tracker.store.db import Database

GOOD_HOST = "127.0.0.2"
ALLOWED = AddressPolicy.parse([GOOD_HOST])


def open_trial(db: Database, sandbox: Sandbox, **more: Any) -> CrawlHouse:
    """Give a crawler that may go to the good host and nowhere else on this machine."""
    return CrawlHouse(db, sandbox, settings={"policy": ALLOWED, **more})


def xml(body: bytes | str, headers: Sequence[Header] = ()) -> Page:
    """Serve a feed."""
    data = body.encode() if isinstance(body, str) else body
    return answer(200, data, [("Content-Type", "application/rss+xml"), *headers])


def rss(*items: str) -> str:
    """Write a feed of items given as XML."""
    start = "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Báo</title>"
    return f"{start}{''.join(items)}</channel></rss>"


def item(number: int = 1, *, link: str = "", title: str = "", guid: str = "", date: str = "") -> str:
    """Write one item of a feed."""
    address = link or f"https://bao.example.vn/bai-{number}-post{100000 + number}.html"
    parts = [f"<title>{title or f'Bài số {number}'}</title><link>{address}</link>"]
    parts += [f"<guid isPermaLink='false'>{guid}</guid>"] if guid else []
    parts += [f"<pubDate>{date}</pubDate>"] if date else []
    return f"<item>{''.join(parts)}</item>"


def collect(house: CrawlHouse, site: HostileSite, page: Page, path: str = "/rss") -> FetchResult:
    """Put a page up, add it as a source unless it is one, and fetch it."""
    url = site.at(path, page)
    return house.fetch(known_id(house, url) or house.add(url))


def known_id(house: CrawlHouse, url: str) -> Any:
    """Give the id of the source with this address."""
    return next((feed_id for feed_id, known in table(house, Feed.feed_id, Feed.url) if known == url), None)


def table(house: CrawlHouse, *columns: Any) -> list[tuple[Any, ...]]:
    """Read columns in the order of the first."""
    with house.db.read() as tx:
        return [tuple(row) for row in tx.all(select(*columns).order_by(columns[0]))]


def all_texts(house: CrawlHouse) -> str:
    """Give every text that fetching has stored."""
    told = [
        *table(house, Article.title, Article.summary, Article.url, Article.search_text),
        *table(house, ArticleRevision.title, ArticleRevision.summary),
        *table(house, Feed.title, Feed.health_reason, Feed.last_error_message),
    ]
    return "\n".join(str(part) for row in told for part in row)
