"""A site with a source whose articles' pages are read, on loopback, and a crawler that reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from crawler.address import AddressPolicy
from crawler.run import Crawler, CrawlSettings
from tests import texts
from tests.corpus.house import ZONE, CrawlHouse, rows
from tracker.store.tables.feeds import Feed

if TYPE_CHECKING:
    from crawler.page_round import PageResult
    from sandbox import Sandbox
    from tests.corpus.site import Item, Site
    from tracker.domain.types import FeedId

PATH = "/tin-tuc/Hoi-thi-dan-ca-o-xa-ben-song-1234.html"
TITLE = "Hội thi dân ca ở xã bên sông"
SENTENCE = "Tiếng đàn nhị vang lên giữa sân đình trong một buổi sớm đầy sương"
STORY = texts.words(300, seed=11)


def page(
    *,
    title: str = TITLE,
    story: str = STORY,
    head: str = "",
    author: str = "Lê Thị Hạ",
    printed: str = "Thứ bảy - 21/11/2026 09:17",
) -> str:
    """Write an article's page in the shape of NukeViet."""
    paragraphs = "".join(f"<p>{part}.</p>" for part in (SENTENCE, story[: len(story) // 2], story[len(story) // 2 :]))
    byline = f'<p class="h5 text-right"><strong>Tác giả bài viết: </strong>{author}</p>' if author else ""
    return (
        f'<!DOCTYPE html><html lang="vi"><head><title>{title}</title><meta name="generator" content="NukeViet v4.5">'
        f'<meta property="og:title" content="{title}"><meta property="og:image" content="/uploads/dan-ca.jpg">'
        f'<meta property="article:section" content="Văn hóa">{head}</head><body><div class="news_column panel">'
        f'<h1 class="title margin-bottom-lg">{title}</h1><span class="h5">{printed}</span>'
        f'<div class="hometext m-bottom"><strong>Mười hai đội về dự.</strong></div>'
        f'<div id="news-bodyhtml" class="bodytext margin-bottom-lg">{paragraphs}</div>'
        f'<div class="margin-bottom-lg">{byline}</div></div></body></html>'
    )


class Newsroom:
    """A site with a source whose pages are read, and a crawler."""

    def __init__(self, house: CrawlHouse, site: Site, pages: Sandbox) -> None:
        self.house, self.site, self.db = house, site, house.db
        settings = CrawlSettings(
            policy=AddressPolicy.parse(["127.0.0.1"]),
            user_agent="LantoaTest/1.0 (+http://127.0.0.1)",
            zone=ZONE,
            host_delay_s=0,
        )
        self.crawler = Crawler(self.db, house.sandbox, settings, clock=house.clock, page_sandbox=pages)

    def carry(self, *items: Item, path: str = "/rss", reads: bool = True) -> FeedId:
        """Have a source carry items, its pages read."""
        feed_id = self.house.add(self.site.set_feed(path, items))
        with self.db.write() as tx:
            tx.execute(update(Feed).where(Feed.feed_id == feed_id).values(reads_pages=reads))
        assert self.house.fetch(feed_id).problem is None
        return feed_id

    def read(self) -> list[tuple[str, str | None]]:
        """Read what is due; give state and code of each."""
        results: list[PageResult] = []
        self.crawler.read_due_pages(results.append)
        return [(str(one.state), one.code and str(one.code)) for one in results]

    def article(self, *columns: Any) -> Any:
        return rows(self.house, *columns)[0]
