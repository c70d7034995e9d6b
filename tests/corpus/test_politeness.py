"""What outlets ask of robots: their robots.txt, a pause, a wait, one visitor at a time, and to be counted once."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from crawler.robots import BODY_MOST, DELAY_MOST_S
from crawler.types import Cookies, Fetched, FetchFailed, FetchRequest
from tests.corpus.house import CrawlHouse, RunningClock, rows, some
from tests.corpus.site import Answer, Site
from tests.hostile import HostileSite, answer, endless, head, in_turn, redirect, silence
from tracker.domain.feeds import FetchErrorCode
from tracker.store.tables.feeds import CookieJar, Feed, HostPause, RobotsFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.types import FetchOutcome
    from sandbox import Sandbox
    from tests.hostile import Page
    from tracker.store.db import Database


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with HostileSite() as opened:
        yield opened


@pytest.fixture
def news() -> Iterator[Site]:
    opened = Site()
    yield opened
    opened.close()


def page(url: str, **more: Any) -> FetchRequest:
    return FetchRequest(url=url, obeys_robots=True, **more)


def read_all(house: CrawlHouse, *requests: FetchRequest) -> list[FetchOutcome]:
    """Read pages as one process does, one after the other."""

    async def run() -> list[FetchOutcome]:
        async with house.crawler._fetcher() as fetcher:
            return [await fetcher.fetch(request, now=house.clock()) for request in requests]

    return asyncio.run(run())


def read(house: CrawlHouse, site: HostileSite, path: str = "/bai.html") -> FetchOutcome:
    return read_all(house, page(site.url(path)))[0]


def problem_code(outcome: FetchOutcome) -> FetchErrorCode | None:
    return outcome.problem.code if isinstance(outcome, FetchFailed) else None


def targets(site: HostileSite) -> list[str]:
    return [hit.target for hit in site.hits]


def rules(*lines: str) -> Page:
    return answer(200, "\n".join(lines).encode(), [("Content-Type", "text/plain")])


# robots.txt


@pytest.mark.parametrize(
    ("lines", "path", "may"),
    [
        (["User-agent: *", "Disallow: /"], "/bai.html", False),
        (["User-agent: *", "Disallow: /quan-tri/"], "/bai.html", True),
        (["User-agent: *", "Disallow: /quan-tri/"], "/quan-tri/x", False),
        (["User-agent: *", "Disallow: /", "Allow: /bai.html$"], "/bai.html", True),
        (["User-agent: *", "Disallow: /*.pdf$"], "/van-ban.pdf", False),
        (["User-agent: *", "Disallow: /tìm-kiếm"], "/t%C3%ACm-ki%E1%BA%BFm?q=x", False),
        (["User-agent: Lantoa", "Disallow: /", "", "User-agent: *", "Allow: /"], "/bai.html", False),
        (["User-agent: lantoa", "Allow: /", "", "User-agent: *", "Disallow: /"], "/bai.html", True),
        (["User-agent: Mozilla", "Disallow: /"], "/bai.html", True),
        (["\ufeffUser-agent: *", "Disallow: /"], "/bai.html", False),
        (["<!doctype html><html><body>Không tìm thấy</body></html>"], "/bai.html", True),
        ([], "/bai.html", True),
    ],
)
def test_a_page_is_read_as_its_site_s_robots_txt_allows(
    sqlite_db: Database, sandbox: Sandbox, site: HostileSite, lines: list[str], path: str, *, may: bool
) -> None:
    house = CrawlHouse(sqlite_db, sandbox)
    site.at("/robots.txt", rules(*lines))
    site.at(path.partition("?")[0], answer(200, b"<html>"))
    assert problem_code(read(house, site, path)) == (None if may else FetchErrorCode.ROBOTS)
    assert targets(site) == ["/robots.txt", *([path] if may else [])]


@pytest.mark.parametrize(
    ("robots", "code"),
    [
        *((answer(status), None) for status in (400, 401, 403, 404, 410, 451)),
        *((answer(status), FetchErrorCode.ROBOTS) for status in (429, 500, 502, 503)),
        (redirect("/robots.txt"), None),
        (redirect("http://10.0.0.1/robots.txt"), None),
        (answer(200, b"x", [("Content-Encoding", "br")]), FetchErrorCode.ROBOTS),
    ],
)
def test_a_file_that_is_refused_allows_all_and_one_that_cannot_be_had_lets_the_pages_wait(
    sqlite_db: Database, sandbox: Sandbox, site: HostileSite, robots: Page, code: FetchErrorCode | None
) -> None:
    house = CrawlHouse(sqlite_db, sandbox)
    site.at("/robots.txt", robots)
    site.at("/bai.html", answer(200, b"<html>"))
    assert problem_code(read(house, site)) is code


def test_a_site_that_cannot_be_reached_says_why_and_is_not_tried_for_each_page(
    sqlite_db: Database, sandbox: Sandbox
) -> None:
    house = CrawlHouse(sqlite_db, sandbox)
    with HostileSite() as other:
        gone = other.url("/bai.html")
    outcomes = read_all(house, page(gone), page(gone))
    assert [problem_code(one) for one in outcomes] == [FetchErrorCode.CONNECT] * 2
    assert isinstance(outcomes[1], FetchFailed)
    assert outcomes[1].problem.retry_after_s == 600


def test_one_file_serves_all_pages_and_all_processes_for_a_day(house: CrawlHouse, site: HostileSite) -> None:
    other = CrawlHouse(house.db, house.sandbox, clock=house.clock)
    site.at("/robots.txt", rules("User-agent: *", "Disallow: /kin/"))
    site.at("/bai.html", answer(200, b"<html>"))
    for reader in (house, house, other):
        read(reader, site)
    assert targets(site) == ["/robots.txt", *["/bai.html"] * 3]
    assert rows(house, RobotsFile.state, RobotsFile.until) == [("rules", house.clock.now + dt.timedelta(days=1))]
    house.clock.forward(days=1, seconds=1)
    site.at("/robots.txt", answer(503, headers=[("Retry-After", "7200")]))
    for waiting in (read(house, site), read(other, site)):
        assert isinstance(waiting, FetchFailed)
        assert (waiting.problem.code, waiting.problem.retry_after_s) == (FetchErrorCode.ROBOTS, 7200)
    house.clock.forward(hours=2)
    site.at("/robots.txt", answer(404))
    assert isinstance(read(house, site), Fetched)
    assert targets(site).count("/robots.txt") == 3


def test_fifty_pages_at_once_ask_for_one_file(sqlite_db: Database, sandbox: Sandbox, site: HostileSite) -> None:
    house = CrawlHouse(sqlite_db, sandbox, settings={"host_concurrency": 50})
    site.at("/bai.html", answer(200, b"<html>"))

    async def run() -> list[FetchOutcome]:
        async with house.crawler._fetcher() as fetcher:
            asked = [fetcher.fetch(page(site.url("/bai.html")), now=house.clock.now) for _ in range(50)]
            return await asyncio.gather(*asked)

    assert {type(outcome) for outcome in asyncio.run(run())} == {Fetched}
    assert targets(site).count("/robots.txt") == 1


def test_each_host_on_the_way_is_asked(sqlite_db: Database, sandbox: Sandbox, site: HostileSite) -> None:
    house = CrawlHouse(sqlite_db, sandbox)
    with HostileSite("127.0.0.2") as other:
        other.at("/robots.txt", rules("User-agent: *", "Disallow: /kin"))
        other.at("/kin", answer(200, b"<html>"))
        site.at("/bai.html", redirect(other.url("/kin")))
        assert problem_code(read(house, site)) is FetchErrorCode.ROBOTS
        assert targets(other) == ["/robots.txt"]


def test_a_file_for_which_too_little_time_was_left_says_nothing(house: CrawlHouse, site: HostileSite) -> None:
    hasty = CrawlHouse(house.db, house.sandbox, settings={"deadline_s": 1.0})
    with HostileSite("127.0.0.2") as other:
        other.at("/robots.txt", silence)
        site.at("/bai.html", redirect(other.url("/kin")))
        assert problem_code(read(hasty, site)) is FetchErrorCode.TIMEOUT
    assert rows(house, RobotsFile.state) == [("none",)]


def test_the_address_of_a_feed_was_given_by_a_person_and_needs_no_robots_txt(
    sqlite_db: Database, sandbox: Sandbox, news: Site
) -> None:
    house = CrawlHouse(sqlite_db, sandbox)
    news.pages["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /", content_type="text/plain")
    assert house.fetch(house.add(news.set_feed("/rss", some(1)))).new == 1
    assert news.paths() == ["/rss"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    "body",
    [
        b"User-agent: *\nDisallow: /kin/\n" + b"# " + b"x" * 10_000_000,
        b"User-agent: *\nDisallow: /kin/\n" + b"Disallow: /a*b*c*d*e*f*g*h$\n" * 400_000,
        b"User-agent: *\nDisallow: /kin/\n" + b"Allow: /\xff\xfe\x00\n" * 1_000_000,
    ],
    ids=["one long line", "wildcards", "rubbish"],
)
def test_of_a_file_of_ten_megabytes_the_first_half_megabyte_is_heeded(
    sqlite_db: Database, sandbox: Sandbox, site: HostileSite, body: bytes
) -> None:
    house = CrawlHouse(sqlite_db, sandbox)
    site.at("/robots.txt", answer(200, body))
    site.at("/bai.html", answer(200, b"<html>"))
    outcomes = read_all(house, page(site.url("/bai.html")), page(site.url("/kin/x")))
    assert [problem_code(one) for one in outcomes] == [None, FetchErrorCode.ROBOTS]
    ((kept,),) = rows(house, RobotsFile.body)
    assert len(kept) <= BODY_MOST


def test_a_file_that_never_ends_is_heeded_as_far_as_it_is_read(
    sqlite_db: Database, sandbox: Sandbox, site: HostileSite
) -> None:
    house = CrawlHouse(sqlite_db, sandbox)
    site.at("/robots.txt", endless(head(200) + b"User-agent: *\nDisallow: /\n", b"# without end\n" * 1000))
    assert problem_code(read(house, site)) is FetchErrorCode.ROBOTS


@pytest.mark.thorough
def test_a_file_made_to_cost_time_or_memory_costs_little_and_lets_only_its_own_pages_wait(
    sqlite_db: Database, sandbox: Sandbox, site: HostileSite
) -> None:
    house = CrawlHouse(sqlite_db, sandbox)
    agents = b"".join(b"User-agent: a%d\n" % number for number in range(15_000))
    site.at("/robots.txt", answer(200, agents + b"Disallow: /x\n" * 18_000))
    site.at("/bai.html", answer(200, b"<html>"))
    with HostileSite("127.0.0.2") as other:
        other.at("/bai.html", answer(200, b"<html>"))
        twice = [page(site.url("/bai.html"))] * 2
        first, second, healthy = read_all(house, *twice, page(other.url("/bai.html")))
    assert [problem_code(one) for one in (first, second)] == [FetchErrorCode.ROBOTS] * 2
    assert isinstance(healthy, Fetched)
    assert rows(house, RobotsFile.state) == [("none",), ("wait",)]


# Pauses


@pytest.mark.parametrize(("asked", "kept_s"), [("10", 10), ("3600", DELAY_MOST_S), ("-1", 0), ("soon", 0)])
def test_the_pause_that_a_robots_txt_asks_for_is_kept_up_to_a_minute(
    sqlite_db: Database, sandbox: Sandbox, site: HostileSite, asked: str, kept_s: int
) -> None:
    house = CrawlHouse(sqlite_db, sandbox)
    site.at("/robots.txt", rules("User-agent: *", f"Crawl-delay: {asked}"))
    site.at("/bai.html", answer(200, b"<html>"))
    read(house, site)
    assert rows(house, HostPause.next_at) == [(house.clock.now + dt.timedelta(seconds=kept_s),)]


@pytest.mark.thorough
def test_a_host_of_fifty_feeds_is_asked_one_at_a_time_by_all_processes_together(
    db: Database, sandbox: Sandbox, news: Site
) -> None:
    houses = [CrawlHouse(db, sandbox, clock=RunningClock()) for _ in range(3)]
    for number in range(50):
        houses[0].add(news.set_feed(f"/rss{number}", some(1)))
    threads = [threading.Thread(target=house.fetch_due) for house in houses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(news.paths()) == sorted(f"/rss{number}" for number in range(50))
    assert news.most_at_once == 1


@pytest.mark.thorough
def test_a_source_s_own_pause_holds_for_its_whole_host(sqlite_db: Database, sandbox: Sandbox, news: Site) -> None:
    house = CrawlHouse(sqlite_db, sandbox, clock=RunningClock())
    for number in range(3):
        house.add(news.set_feed(f"/rss{number}", some(1)))
    with sqlite_db.write() as tx:
        tx.execute(update(Feed).where(Feed.feed_id == 2).values(pause_s=1))
    house.fetch_due()
    visits = sorted(news.visits, key=lambda visit: visit.began)
    gaps = [after.began - before.ended for before, after in itertools.pairwise(visits)]
    assert len(gaps) == 2
    assert min(gaps) >= 0.95


# Waits


@pytest.mark.parametrize(
    ("value", "least_s", "most_s"),
    [
        ("120", 120, 600),
        ("1800", 1800, 1800),
        ("Sun, 22 Nov 2026 05:00:00 GMT", 7200, 7200),
        ("-5", 0, 600),
        ("99999999", 86400, 86400),
        ("abc", 0, 600),
        (None, 0, 600),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_source_comes_again_when_its_site_allows_and_not_before(
    sqlite_db: Database, sandbox: Sandbox, site: HostileSite, status: int, value: str | None, least_s: int, most_s: int
) -> None:
    house = CrawlHouse(sqlite_db, sandbox)
    dated = ("Date", "Sun, 22 Nov 2026 03:00:00 GMT")
    headers = [dated] if value is None else [dated, ("Retry-After", value)]
    feed_id = house.add(site.at("/rss", answer(status, headers=headers)))
    house.fetch(feed_id)
    wait_s = (house.feed(feed_id).next_fetch_at - house.clock.now).total_seconds()
    assert least_s <= wait_s <= max(most_s, 600)
    assert wait_s >= 300  # never without a pause of our own


# Cookies


def test_thirty_polls_of_a_page_that_counts_sessions_count_once(db: Database, sandbox: Sandbox) -> None:
    """As NukeViet counts: a reader anew for each PHP session, which its first answer opens."""
    opened: list[str] = []

    with HostileSite() as site:
        site.at("/robots.txt", answer(404))

        async def counting(talk: Any) -> None:
            if "nv_sess=" in talk.hit.headers.get("cookie", ""):
                await answer(200, b"<html>")(talk)
                return
            opened.append(f"s{len(opened)}")
            await answer(200, b"<html>", [("Set-Cookie", f"nv_sess={opened[-1]}; path=/; HttpOnly")])(talk)

        site.at("/bai.html", counting)
        houses = [CrawlHouse(db, sandbox) for _ in range(3)]
        asked = page(site.url("/bai.html"), cookies=Cookies.KEPT)
        for house in houses * 10:
            assert isinstance(read_all(house, asked)[0], Fetched)
        assert opened == ["s0"]
        assert [row[0] for row in rows(houses[0], CookieJar.host_key)] == [site.host_port]


def test_a_kept_cookie_is_shown_to_its_own_host_only_and_none_is_written_down_for_others(
    sqlite_db: Database, sandbox: Sandbox, site: HostileSite
) -> None:
    house = CrawlHouse(sqlite_db, sandbox)
    cookie = [("Set-Cookie", "a=1; Path=/; Domain=127.0.0.1")]
    with HostileSite("127.0.0.2") as other:
        site.at("/a", redirect(other.url("/b"), headers=cookie))
        other.at("/b", answer(200, b"<rss/>"))
        asked = FetchRequest(url=site.url("/a"), cookies=Cookies.KEPT)
        read_all(house, asked, asked)
        assert [hit.headers.get("cookie") for hit in site.hits] == [None, "a=1"]
        assert [hit.headers.get("cookie") for hit in other.hits] == [None, None]


def test_a_source_that_needs_its_cookies_gets_them_with_every_fetch(
    sqlite_db: Database, sandbox: Sandbox, site: HostileSite
) -> None:
    house = CrawlHouse(sqlite_db, sandbox)
    primed = redirect("/rss", headers=[("Set-Cookie", "D1N=abc; path=/")])
    feed_id = house.add(site.at("/rss", in_turn(primed, answer(200, b"<rss version='2.0'><channel/></rss>"))))
    with sqlite_db.write() as tx:
        tx.execute(update(Feed).values(keeps_cookies=True))
    house.fetch(feed_id)
    house.fetch(feed_id)
    assert [hit.headers.get("cookie") for hit in site.hits] == [None, "D1N=abc", "D1N=abc"]
    with sqlite_db.read() as tx:
        assert [cookie["name"] for cookie in tx.scalar(select(CookieJar.cookies))] == ["D1N"]
