"""Who waits for whom: leases, hosts, pauses, and the end of work."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, update
from typing_extensions import override

from crawler.run import _These
from crawler.schedule import DAY_S
from tests.corpus.house import Clock, CrawlHouse, RunningClock, count, make_crawler, open_sandbox, rows, some
from tests.corpus.site import Answer, Site
from tracker.domain.errors import AppError, Code
from tracker.domain.feeds import FetchResult, FetchStatus
from tracker.domain.jobs import LEASE_S
from tracker.services import harvest
from tracker.store.tables.feeds import Article, Feed, Fetch, HostPause
from tracker.store.tables.operations import Job

if TYPE_CHECKING:
    from sandbox import Sandbox
    from tracker.store.db import Database


def test_on_429_the_other_feeds_of_the_host_wait_too(house: CrawlHouse, site: Site) -> None:
    site.pages["/a"] = Answer(status=429, headers={"Retry-After": "7200"})
    first = house.add(site.base + "/a")
    others = [house.add(site.set_feed(f"/b{number}", some(1))) for number in range(3)]
    until = house.clock.now + dt.timedelta(seconds=7200)
    results = house.fetch_due()
    assert site.paths() == ["/a"]
    assert all(result.status is FetchStatus.FAILED for result in results)
    assert house.feed(first).next_fetch_at == until
    assert {house.feed(feed_id).next_fetch_at for feed_id in others} == {until}
    assert house.fetch_due() == []
    house.clock.forward(seconds=7201)
    site.set_feed("/a", some(1))
    assert len(house.fetch_due()) == 4


def test_a_source_that_another_worker_fetches_is_busy(house: CrawlHouse, site: Site) -> None:
    feed_id = house.add(site.set_feed("/rss", some(1)))
    with house.db.write() as tx:
        harvest.lease_due(tx, "other", now=house.clock.now, limit=1)
    with pytest.raises(AppError) as refused:
        house.fetch(feed_id)
    assert refused.value.code is Code.FEED_BUSY
    house.clock.forward(seconds=LEASE_S + 1)
    assert house.fetch(feed_id).new == 1


def test_whoever_asks_for_a_source_that_is_being_fetched_gets_that_result(house: CrawlHouse, site: Site) -> None:
    feed_id = house.add(site.set_feed("/rss", some(2)))
    asked = threading.Event()

    class Watched(Clock):
        @override
        def __call__(self) -> dt.datetime:
            asked.set()
            return self.now

    crawler, results = make_crawler(house.db, house.sandbox, Watched()), list[FetchResult]()
    with house.db.write() as tx:
        harvest.lease_due(tx, "other", now=house.clock.now, limit=1)
    joining = threading.Thread(target=lambda: results.append(crawler.fetch_feed(feed_id, join_s=20)))
    joining.start()
    assert asked.wait(20)
    done = {"status": "ok", "duration_ms": 1, "bytes_read": 1, "warnings": [], "new_count": 2, "seen_count": 0}
    with house.db.write() as tx:
        tx.execute(
            insert(Fetch), done | {"feed_id": feed_id, "at": house.clock.now, "changed_count": 0, "skipped_count": 0}
        )
    joining.join()
    assert [(result.new, result.url) for result in results] == [(2, site.base + "/rss")]
    assert site.paths() == []


def test_the_plan_of_a_worker_that_was_replaced_is_discarded(house: CrawlHouse, site: Site) -> None:
    feed_id = house.add(site.set_feed("/rss", some(1)))
    gate = site.pages["/rss"].gate = threading.Event()
    refused: list[Code] = []

    def fetch() -> None:
        try:
            house.fetch(feed_id)
        except AppError as error:
            refused.append(error.code)

    late = threading.Thread(target=fetch)
    late.start()
    assert site.pages["/rss"].reached.wait(20)
    with house.db.write() as tx:
        tx.execute(update(Job).values(owner="other", fence=Job.fence + 1))
    gate.set()
    late.join()
    assert refused == [Code.FEED_BUSY]
    assert (count(house, Article), count(house, Fetch)) == (0, 0)


def test_one_request_at_a_time_to_a_host_however_many_ask(house: CrawlHouse, site: Site) -> None:
    for number in range(6):
        house.add(site.set_feed(f"/rss{number}", some(1)))
    threads = [threading.Thread(target=house.fetch_due) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(site.paths()) == [f"/rss{number}" for number in range(6)]
    assert site.most_at_once == 1


def test_with_a_pause_requests_keep_their_distance_over_two_processes(
    db: Database, sandbox: Sandbox, site: Site
) -> None:
    real = {"host_delay_s": 0.15}
    houses = [CrawlHouse(db, sandbox, clock=RunningClock(), settings=real) for _ in range(2)]
    for number in range(4):
        houses[0].add(site.set_feed(f"/rss{number}", some(1)))
    threads = [threading.Thread(target=house.fetch_due) for house in houses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    visits = sorted(site.visits, key=lambda visit: visit.began)
    assert len(visits) == 4
    gaps = [after.began - before.ended for before, after in itertools.pairwise(visits)]
    assert min(gaps) >= 0.14
    assert rows(houses[0], HostPause.slot, HostPause.owner) == [(0, None)]


def test_a_busy_host_does_not_keep_another_waiting(db: Database, sandbox: Sandbox, site: Site) -> None:
    other = Site("127.0.0.2")
    house = CrawlHouse(db, sandbox)
    gates = []
    for number in range(8):
        house.add(site.set_feed(f"/slow{number}", some(1)))
        gates.append(threading.Event())
        site.pages[f"/slow{number}"].gate = gates[-1]
    quick = house.add(other.set_feed("/quick", some(1, first=50)))
    results: list[FetchResult] = []

    def note(result: FetchResult) -> None:
        results.append(result)
        if result.feed_id == quick:
            for gate in gates:
                gate.set()

    house.crawler.fetch_due(note)
    other.close()
    assert results[0].feed_id == quick
    assert len(results) == 9


def test_when_told_to_stop_what_was_not_begun_is_given_back(house: CrawlHouse, site: Site) -> None:
    for number in range(5):
        house.add(site.set_feed(f"/rss{number}", some(1)))
    stop = threading.Event()
    house.crawler.work(stop, lambda _: stop.set())
    assert len(site.visits) < 5
    assert [row for row in rows(house, Job.owner, Job.lease_until) if row != (None, None)] == []
    assert {row[0] for row in rows(house, Job.attempts)} == {0}
    left = 5 - len(site.visits)
    assert len(house.fetch_due()) == left


def test_a_bug_met_while_reading_is_told_and_the_source_comes_again_later(sqlite_db: Database, site: Site) -> None:
    with open_sandbox() as closed:
        pass
    house = CrawlHouse(sqlite_db, closed)
    feed_id = house.add(site.set_feed("/rss", some(1)))
    result = house.fetch(feed_id)
    assert result.problem is not None
    assert "error of this program" in result.problem.message
    assert rows(house, Feed.health, Feed.failures) == [("malformed", 1)]
    assert house.fetch_due() == []
    house.clock.forward(seconds=DAY_S)
    assert len(house.fetch_due()) == 1


def test_a_source_that_another_worker_keeps_is_named_when_many_are_asked_for(house: CrawlHouse, site: Site) -> None:
    kept, free = house.add(site.set_feed("/a", some(1))), house.add(site.set_feed("/b", some(1, first=5)))
    with house.db.write() as tx:
        harvest.lease_these(tx, "other", [kept], now=house.clock.now)
    results: list[FetchResult] = []
    supply = _These(house.db, [kept, free], tries=1)
    house.crawler._go(supply, results.append)
    assert [result.feed_id for result in results] == [free]
    assert supply.left == [kept]


def test_a_database_that_goes_away_ends_the_round_with_its_refusal(
    sqlite_db: Database, sandbox: Sandbox, site: Site
) -> None:
    house = CrawlHouse(sqlite_db, sandbox)
    house.add(site.set_feed("/rss", some(1)))
    with sqlite_db.write() as tx:
        tx.connection.exec_driver_sql("ALTER TABLE fetches RENAME TO elsewhere")
    with pytest.raises(AppError):
        house.fetch_due()
