"""When the turn of a page comes: what waits for its host, and where a single pass ends. On both databases."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from typing import TYPE_CHECKING

from sqlalchemy import insert
from typing_extensions import override

from crawler.page_round import PageRound
from tests.corpus.newsroom import PATH, TITLE, page
from tests.corpus.site import Answer, Item
from tracker.domain.page_reads import ReadState
from tracker.store.hosts import HELD_OFF
from tracker.store.tables.feeds import HostPause, PageRead

if TYPE_CHECKING:
    from crawler.page_round import PageResult
    from tests.corpus.newsroom import Newsroom
    from tracker.domain.page_reads import PageLease


def wait_for_all(news: Newsroom, seconds: int) -> None:
    """Have the site's host ask all of us to wait, as another worker was told."""
    host = news.site.base.partition("://")[2]
    until = news.house.clock.now + dt.timedelta(seconds=seconds)
    with news.db.write() as tx:
        tx.execute(insert(HostPause).values(host_key=host, slot=HELD_OFF, next_at=until))


def test_a_page_whose_host_asked_all_to_wait_is_not_leased(news: Newsroom) -> None:
    news.site.set_page(PATH, page())
    news.carry(Item(path=PATH, title=TITLE))
    wait_for_all(news, 7200)
    assert news.read() == []
    assert "/robots.txt" not in news.site.paths()
    news.house.clock.forward(seconds=7201)
    assert news.read() == [("read", None)]


def test_a_page_that_was_not_asked_for_was_not_tried(news: Newsroom) -> None:
    held = Answer(body=b"User-agent: *", content_type="text/plain", gate=threading.Event())
    news.site.pages["/robots.txt"] = held
    news.site.set_page(PATH, page())
    news.carry(Item(path=PATH, title=TITLE))
    ends: list[tuple[str, str | None]] = []
    reader = threading.Thread(target=lambda: ends.extend(news.read()))
    reader.start()
    assert held.reached.wait(20)
    wait_for_all(news, 7200)
    assert held.gate is not None
    held.gate.set()
    reader.join(20)
    assert ends == [("due", "http")]
    assert PATH not in news.site.paths()
    until = news.house.clock.now + dt.timedelta(seconds=7200)
    assert news.article(PageRead.failures, PageRead.error_code, PageRead.due_at) == (0, None, until)
    news.house.clock.forward(seconds=7201)
    assert news.read() == [("read", None)]


class Late(PageRound):
    """A round that hears what it leased only when all that was being read has ended."""

    @override
    async def _lease(self) -> list[PageLease]:
        found = await super()._lease()
        await asyncio.gather(*self._readers)
        await asyncio.sleep(0)
        return found


def test_a_single_pass_reads_all_pages_of_a_host_whatever_ends_while_it_asks_for_more(news: Newsroom) -> None:
    items = [Item(path=f"/tin/bai-viet-so-{n}-cua-xa-{n}00{n}.html", title=f"Bài {n}") for n in range(1, 4)]
    news.carry(*items)
    results: list[PageResult] = []

    async def run() -> None:
        async with news.crawler._fetcher() as fetcher:
            await Late(news.crawler._page_parts(fetcher), on_result=results.append, stop=None).run()

    asyncio.run(run())
    assert [one.state for one in results] == [ReadState.FAILED] * len(items)
