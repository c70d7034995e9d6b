"""Trials of sources (security.md, F): a hostile outlet, the whole way from the added source to what is stored."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING

import pytest

from crawler.fetch import MAX_BYTES
from tests.corpus.house import RunningClock, count
from tests.corpus.trial_house import GOOD_HOST, all_texts, collect, item, known_id, open_trial, rss, table, xml
from tests.hostile import HostileSite, answer, dripping, endless, head, in_turn, redirect, silence, slow_body
from tracker.domain.feeds import FetchErrorCode, FetchStatus, Health
from tracker.store.tables.feeds import Article, ArticleRevision, Feed, Fetch, Sighting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox import Sandbox
    from tests.corpus.house import CrawlHouse
    from tests.hostile import Page, Talk
    from tracker.domain.feeds import FetchResult
    from tracker.store.db import Database

pytestmark = pytest.mark.thorough

SMALL = 64 * 1024


@pytest.fixture
def house(sqlite_db: Database, sandbox: Sandbox) -> CrawlHouse:
    return open_trial(sqlite_db, sandbox)


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with HostileSite(GOOD_HOST) as opened:
        yield opened


@pytest.fixture
def trap() -> Iterator[HostileSite]:
    with HostileSite() as opened:
        yield opened
        assert opened.connections == 0


def error_of(result: FetchResult) -> FetchErrorCode | None:
    return None if result.problem is None else result.problem.code


# F1, F2, F4: what hides in XML

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMBS = {
    "laughs": f'<!DOCTYPE r [<!ENTITY l0 "lol">{LAUGHS}]><rss><channel><title>&l9;</title></channel></rss>',
    "quadratic": f'<!DOCTYPE r [<!ENTITY a "{"x" * 50_000}">]><rss><channel><title>{"&a;" * 20_000}</title></rss>',
}


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-7", "utf-32"])
@pytest.mark.parametrize("bomb", BOMBS)
def test_f1_no_entity_is_expanded(house: CrawlHouse, site: HostileSite, bomb: str, codec: str) -> None:
    text = f"<?xml version='1.0' encoding='{codec}'?>{BOMBS[bomb]}"
    result = collect(house, site, xml(text.encode(codec)))
    assert result.status is FetchStatus.FAILED
    assert error_of(result) in {FetchErrorCode.UNREADABLE, FetchErrorCode.NOT_A_FEED}
    assert "lollol" not in all_texts(house)
    assert count(house, Article) == 0


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-7"])
def test_f2_no_file_is_read_and_nothing_is_fetched_for_a_document(
    house: CrawlHouse, site: HostileSite, trap: HostileSite, codec: str
) -> None:
    declared = f'<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "{trap.url("/p.dtd")}">%p;'
    documents = [
        f"<!DOCTYPE r [{declared}]>" + rss("<item><title>&f;</title><link>https://bao.example.vn/1</link></item>")[38:],
        f'<!DOCTYPE r SYSTEM "{trap.url("/x.dtd")}">' + rss(item())[38:],
        f'<?xml-stylesheet href="{trap.url("/x.xsl")}"?>' + rss(item())[38:],
        rss(f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{trap.url("/i.xml")}"/>', item()),
    ]
    for number, document in enumerate(documents):
        collect(house, site, xml(document.encode(codec)), f"/{number}")
    assert "root:" not in all_texts(house)


@pytest.mark.parametrize(
    ("body", "new", "is_partial"),
    [
        (rss(item(1), item(2), item(3))[:-60], 2, True),
        (rss(item(1), item(2)) + "\0\0rác sau cùng", 2, True),
        (rss(item(1), item(2)) + rss(item(3)), 2, True),
        ("<!DOCTYPE rss PUBLIC '-//x' [ <!ELEMENT" + rss(item(1)), 1, False),
        ("<!DOCTYPE rss>" + rss(item(1), item(2)), 2, False),
        (rss(item(1), "<item><title>Hỏng <b>", item(2)), 1, True),
    ],
    ids=["cut off", "rubbish after", "two roots", "doctype open", "doctype", "open tags"],
)
def test_f4_what_is_whole_of_a_broken_feed_is_kept(
    house: CrawlHouse, site: HostileSite, body: str, new: int, *, is_partial: bool
) -> None:
    result = collect(house, site, xml(body))
    assert result.status is FetchStatus.OK
    assert result.new >= new
    ((warnings,),) = table(house, Fetch.warnings)
    assert ("partial" in warnings) is is_partial
    assert (house.feed(result.feed_id).health is Health.MALFORMED) is is_partial


# F5, F7: size and time


@pytest.mark.parametrize(
    "start",
    [head(200, [("Content-Length", str(1 << 30))]), head(200), head(200, [("Transfer-Encoding", "chunked")])],
    ids=["length said", "no length", "chunked"],
)
def test_f5_a_gigabyte_is_stopped_at_the_limit(house: CrawlHouse, site: HostileSite, start: bytes) -> None:
    sent = [0]
    piece = b"10000\r\n" + b"x" * SMALL + b"\r\n" if b"chunked" in start else b"x" * SMALL

    async def flood(talk: Talk) -> None:
        await talk.send(start)
        while True:
            await talk.send(piece)
            sent[0] += len(piece)

    assert error_of(collect(house, site, flood)) is FetchErrorCode.TOO_LARGE
    assert sent[0] < 2 * MAX_BYTES  # what the two kernels hold between us included


SLOW: dict[str, Page] = {
    "body": slow_body(0.1),
    "head": dripping(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 4000, 0.1),
    "silence": silence,
    "endless": endless(head(200), b""),
}


def test_f7_twenty_slow_sources_do_not_delay_a_healthy_one(sqlite_db: Database, sandbox: Sandbox) -> None:
    house = open_trial(sqlite_db, sandbox, deadline_s=1.5)
    house.crawler._gate._clock = house.crawler._gate._desk._clock = house.crawler._clock = RunningClock()
    sites = [HostileSite(GOOD_HOST).__enter__() for _ in range(21)]
    try:
        for number, (slow, kind) in enumerate(zip(sites, [*SLOW, "tls"] * 4, strict=False)):
            url = f"https://{slow.host_port}/{number}" if kind == "tls" else slow.at(f"/{number}", SLOW[kind])
            house.add(url)
        healthy = house.add(sites[20].at("/rss", xml(rss(item()))))
        results = house.fetch_due()
    finally:
        for opened in sites:
            opened.__exit__(None, None, None)
    assert results[0].feed_id == healthy
    assert {error_of(result) for result in results[1:]} == {FetchErrorCode.TIMEOUT}
    slowest = {row[1]: row[0] for row in table(house, Fetch.duration_ms, Fetch.feed_id)}
    assert slowest.pop(healthy) < min(slowest.values())
    assert len(slowest) == 20


def test_f7_a_slow_source_of_a_host_ends_and_the_next_one_is_served(sqlite_db: Database, sandbox: Sandbox) -> None:
    house = open_trial(sqlite_db, sandbox, deadline_s=0.5)
    with HostileSite(GOOD_HOST) as site:
        slow, healthy = house.add(site.at("/slow", silence)), house.add(site.at("/rss", xml(rss(item()))))
        results = {result.feed_id: result for result in house.fetch_due()}
    assert error_of(results[slow]) is FetchErrorCode.TIMEOUT
    assert results[healthy].new == 1


# F9, F10, F11, F13: what a site answers


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (redirect("/rss"), FetchErrorCode.REDIRECT),
        (redirect(None), FetchErrorCode.REDIRECT),
        (redirect("javascript:alert(1)"), FetchErrorCode.REDIRECT),
        (redirect("file:///etc/passwd"), FetchErrorCode.REDIRECT),
        (redirect("http://xn--/"), FetchErrorCode.REDIRECT),
        (redirect("//127.0.0.1/rss"), FetchErrorCode.ADDRESS_REFUSED),
        (redirect("https://[::1]/"), FetchErrorCode.ADDRESS_REFUSED),
    ],
)
def test_f9_a_redirect_to_nowhere_is_a_clean_error(
    house: CrawlHouse, site: HostileSite, page: Page, code: FetchErrorCode
) -> None:
    assert error_of(collect(house, site, page)) is code


def test_f9_thirty_hops_are_left_at_the_sixth_and_five_are_followed(house: CrawlHouse, site: HostileSite) -> None:
    for hop in range(30):
        site.at(f"/{hop}", redirect(f"/{hop + 1}", 301))
    assert error_of(house.fetch(house.add(site.url("/0")))) is FetchErrorCode.REDIRECT
    assert len(site.hits) == 6
    site.at("/30", xml(rss(item())))
    assert house.fetch(house.add(site.url("/25"))).new == 1


OTHERS = {
    "page": (
        b"<!doctype html><html><head><link rel=alternate type='application/rss+xml' href='/that.rss'></head></html>"
    ),
    "json": b'{"error": "login required"}',
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    "empty": b"",
    "picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
}


@pytest.mark.parametrize("kind", OTHERS)
def test_f10_what_is_no_feed_is_said_so_and_nothing_is_lost(house: CrawlHouse, site: HostileSite, kind: str) -> None:
    assert collect(house, site, xml(rss(item(1), item(2)))).new == 2
    result = collect(house, site, answer(200, OTHERS[kind], [("Content-Type", "text/html")]))
    assert error_of(result) is FetchErrorCode.NOT_A_FEED
    assert count(house, Article) == count(house, Sighting) == 2
    feed = house.feed(result.feed_id)
    assert (feed.health, feed.failures) == (Health.MALFORMED, 1)


def test_f10_a_page_in_its_place_offers_the_feeds_it_names(house: CrawlHouse, site: HostileSite) -> None:
    site.at("/", answer(200, OTHERS["page"], [("Content-Type", "text/html")]))
    site.at("/that.rss", xml(rss(item())))
    assert site.url("/that.rss") in house.crawler.look(site.url("/")).links


def asked_with(site: HostileSite) -> list[tuple[str | None, str | None]]:
    return [(hit.headers.get("if-none-match"), hit.headers.get("if-modified-since")) for hit in site.hits]


def test_f11_a_304_that_nobody_asked_for_is_an_error_and_the_next_fetch_asks_for_all(
    house: CrawlHouse, site: HostileSite
) -> None:
    unasked, fresh = answer(304, headers=[("ETag", '"x"')]), xml(rss(item()))
    page = in_turn(unasked, fresh)
    assert error_of(collect(house, site, page)) is FetchErrorCode.HTTP
    house.clock.forward(hours=1)
    assert collect(house, site, page).new == 1
    assert asked_with(site) == [(None, None)] * 2


def test_f11_a_304_for_ever_hides_news_for_a_day_at_most(house: CrawlHouse, site: HostileSite) -> None:
    body = [rss(item(1))]

    async def stuck(talk: Talk) -> None:
        known = "if-none-match" in talk.hit.headers
        await (answer(304) if known else xml(body[0], [("ETag", '"stuck"'), ("Expires", "0")]))(talk)

    collect(house, site, stuck)
    body[0] = rss(item(1), item(2))
    found = []
    for _ in range(9):
        house.clock.forward(hours=3)
        found.append(collect(house, site, stuck).new)
    assert found == [0] * 7 + [1, 0]


def test_f11_both_validators_of_every_answer_are_kept_and_sent_as_they_came(
    house: CrawlHouse, site: HostileSite
) -> None:
    later = "Sun, 22 Nov 2041 09:00:00 +0700"
    page = in_turn(
        xml(rss(item()), [("ETag", 'W/"một"'), ("Last-Modified", later)]),
        answer(304, headers=[("ETag", '"hai"')]),
        answer(304, headers=[("Last-Modified", "sometime")]),
        answer(304),
    )
    for _ in range(4):
        collect(house, site, page)
    weak = 'W/"một"'.encode().decode("latin-1")
    second = '"hai"'
    assert asked_with(site) == [(None, None), (weak, later), (second, later), (second, "sometime")]


def test_f11_a_body_that_is_the_same_is_not_read_again_whatever_its_etag(house: CrawlHouse, site: HostileSite) -> None:
    pages = [xml(rss(item()), [("ETag", f'W/"{number}"'), ("Expires", "0")]) for number in range(4)]
    statuses = [collect(house, site, page).status for page in pages]
    assert statuses == [FetchStatus.OK, *[FetchStatus.NOT_MODIFIED] * 3]
    assert table(house, Article.version) == [(1,)]


def test_f13_no_failure_ever_ends_a_source(house: CrawlHouse, site: HostileSite) -> None:
    waits, feed_id = [], house.add(site.at("/rss", answer(404)))
    for _ in range(10):
        house.fetch(feed_id)
        feed = house.feed(feed_id)
        waits.append(feed.next_fetch_at - house.clock.now)
        house.clock.now = feed.next_fetch_at
    assert dt.timedelta(minutes=5) <= min(waits)
    assert max(waits) <= dt.timedelta(days=1)
    assert house.feed(feed_id).health is Health.FAILING
    house.clock.forward(seconds=1)
    site.at("/rss", xml(rss(item())))
    assert [one.new for one in house.fetch_due()] == [1]


def test_f13_what_is_gone_is_tried_daily_and_told(house: CrawlHouse, site: HostileSite) -> None:
    collect(house, site, xml(rss(item())))
    result = collect(house, site, answer(410))
    feed = house.feed(result.feed_id)
    assert (feed.health, feed.next_fetch_at) == (Health.GONE, house.clock.now + dt.timedelta(days=1))
    assert feed.health_reason
    assert count(house, Article) == 1
    house.clock.forward(days=1, seconds=1)
    site.at("/rss", xml(rss(item(2))))
    assert [one.new for one in house.fetch_due()] == [1]
    assert house.feed(result.feed_id).health is Health.WORKING


def test_f13_a_move_is_adopted_only_after_repeats_and_only_to_where_one_may_go(
    house: CrawlHouse, site: HostileSite, trap: HostileSite
) -> None:
    for _ in range(5):
        assert error_of(collect(house, site, redirect(trap.url("/rss"), 301))) is FetchErrorCode.ADDRESS_REFUSED
    assert table(house, Feed.url, Feed.moved_times) == [(site.url("/rss"), 0)]
    new_url = site.at("/moi", xml(rss(item())))
    for times in (1, 2):
        collect(house, site, redirect("/moi", 301))
        assert table(house, Feed.url, Feed.moved_times) == [(site.url("/rss"), times)]
        house.clock.forward(days=1)
    collect(house, site, redirect("/moi", 301))
    assert known_id(house, new_url) == 1
    assert count(house, Fetch) == 8


def test_f13_a_name_that_nobody_has_is_a_dns_error(house: CrawlHouse) -> None:
    assert error_of(house.fetch(house.add("http://khong-co.invalid/rss"))) is FetchErrorCode.DNS


def test_no_trial_costs_the_whole_process_much_time(house: CrawlHouse, site: HostileSite) -> None:
    """The parent's part alone: what is read is read in the worker."""
    began = time.process_time()
    for number, body in enumerate((b"<rss>" + b"<a>" * 300_000, b"<rss " + b"a='1' " * 200_000, b"&" * 3_000_000)):
        collect(house, site, xml(body), f"/{number}")
    assert time.process_time() - began < 5
    assert count(house, ArticleRevision) == 0
