"""`kill -9` of a worker while it reads pages: each is read in the end, its author told once, and no lease stays."""

from __future__ import annotations

import datetime as dt
import os
import random  # noqa: TID251 - seeded, to spread the moments of the kills
import signal
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, insert, select, update

from crawler.address import AddressPolicy
from crawler.page_facts import PAGE_FACTS_TASKS
from crawler.run import Crawler, CrawlSettings
from lantoa import wiring
from sandbox import Sandbox
from tests import texts
from tests.corpus.house import ZONE, open_sandbox
from tests.corpus.site import Site
from tests.faults.installation import WAIT_S
from tests.faults.test_crawl_kill import CollectingInstallation
from tests.postgres import drop_database, new_database
from tracker.domain.sources import host_key
from tracker.domain.urls import url_key
from tracker.store.tables.feeds import Article, ArticleAddress, ArticleRevision, Fingerprint, HostPause, PageRead

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tracker.store.db import Database

pytestmark = pytest.mark.faults

KILLS = {"sqlite": 12, "postgres": 5}
SITES, PAGES = 6, 5
LONGEST_S = 1.5  # from the first request to the kill: the reader of pages starts, and reads
SOONER = 0.7
TRIES = 3
NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CollectingInstallation]:
    made = CollectingInstallation(tmp_path)
    server = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    if server is not None:
        made.database_url = new_database(server, f"pages_{made.port}")
    made.migrate()
    yield made
    if server is not None:
        drop_database(server, f"pages_{made.port}")


@pytest.fixture
def sites() -> Iterator[list[Site]]:
    made = [Site(f"127.0.0.{2 + number}") for number in range(SITES)]
    yield made
    for site in made:
        site.close()


def publish(db: Database, sites: list[Site]) -> None:
    """Put pages on every site, and their articles into the store, each to be read."""
    for number, site in enumerate(sites):
        for page in range(PAGES):
            seed = number * PAGES + page
            story = texts.words(200, seed=seed)
            url = site.set_page(
                f"/bai-viet-thu-{seed}-cua-xa-{1000 + seed}.html",
                f"<html><head><title>Bài {seed}</title><meta name='author' content='Lê Thị Hạ'></head>"
                f"<body><article><h1>Bài {seed}</h1><p class='author'>Lê Thị Hạ</p>"
                f"<p>{story}</p></article></body></html>",
            )
            put(db, url, f"Bài {seed}", f"127.0.0.{2 + number}")


def put(db: Database, url: str, title: str, host: str) -> None:
    row = {"url": url, "url_key": url_key(url), "host": host, "source": host, "title": title, "summary": ""}
    row |= {"published_raw": "", "date_quality": "none", "content_hash": "1", "search_text": "", "search_folded": ""}
    with db.write() as tx:
        values = row | {"authors": [], "published_at": NOW, "first_seen_at": NOW}
        article_id = tx.scalar(insert(Article).values(values).returning(Article.article_id))
        tx.execute(insert(ArticleAddress).values(url_key=url_key(url), url=url, article_id=article_id))
        asked = {"host_key": host_key(url), "cause": "shared", "state": "due"}
        tx.execute(insert(PageRead).values(article_id=article_id, due_at=NOW, **asked))


def forget(db: Database) -> None:
    """Have all pages read anew."""
    with db.write() as tx:
        tx.execute(update(PageRead).values(state="due", due_at=NOW, failures=0, read_at=None))


def kill_while_reading(home: CollectingInstallation, sites: list[Site], after_s: float) -> None:
    """Start a worker and kill it some time after its first request."""
    for site in sites:
        site.visits.clear()
    with home.spawn("work") as worker:
        deadline = time.monotonic() + WAIT_S
        while not any(site.visits for site in sites):
            assert worker.poll() is None, worker.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.002)
        time.sleep(after_s)
        os.kill(worker.pid, signal.SIGKILL)
        worker.communicate()


def let_time_pass(db: Database) -> int:
    """Put what was held as far back as waiting would; give how many pages were."""
    past = wiring.clock() - dt.timedelta(seconds=1)
    with db.write() as tx:
        tx.execute(update(HostPause).where(HostPause.owner.is_not(None)).values(lease_until=past))
        return tx.changed(update(PageRead).where(PageRead.owner.is_not(None)).values(lease_until=past))


def test_every_page_is_read_in_the_end_when_workers_are_killed(
    installation: CollectingInstallation, sites: list[Site], request: pytest.FixtureRequest
) -> None:
    chance = random.Random(20261123)  # noqa: S311 - spreads the moments of the kills
    kills, middle = KILLS[request.node.callspec.params["installation"]], 0
    db = installation.open_database()
    publish(db, sites)
    policy = AddressPolicy.parse(["127.0.0.0/8"])
    settings = CrawlSettings(policy=policy, user_agent="LantoaTest/1.0", zone=ZONE, host_delay_s=0)
    with open_sandbox() as sandbox, Sandbox(tasks=PAGE_FACTS_TASKS) as pages:
        crawler = Crawler(db, sandbox, settings, clock=wiring.clock, page_sandbox=pages)
        longest_s = LONGEST_S
        for tried in range(kills * TRIES):
            if tried >= kills and middle * 2 >= kills:
                break
            kill_while_reading(installation, sites, chance.uniform(0, longest_s))
            if let_time_pass(db):
                middle += 1
            else:  # a quick machine had read everything by then
                longest_s *= SOONER
            crawler.read_due_pages(lambda _: None)
            with db.read() as tx:
                ends = tx.all(select(PageRead.state, PageRead.owner, PageRead.failures).distinct())
                assert [tuple(end) for end in ends] == [("read", None, 0)]
                assert tx.scalar(select(func.count()).select_from(Fingerprint)) == SITES * PAGES
                assert tx.scalar(select(func.count()).select_from(ArticleRevision)) == SITES * PAGES
                assert {tuple(authors) for authors in tx.scalars(select(Article.authors))} == {("Lê Thị Hạ",)}
            forget(db)
    assert middle * 2 >= kills, f"only {middle} of {kills} kills fell into reading: nothing was tried"
    with db.read() as tx:
        assert tx.integrity_problems() == []
    db.close()
