from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import resource
import time
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from crawler.address import AddressPolicy
from crawler.coding import CodingError, Inflater, TooLargeError, coding_of
from crawler.fetch import MAX_BYTES, Fetcher
from crawler.types import Fetched, FetchFailed, FetchRequest
from tests.hostile import (
    HostileSite,
    answer,
    dripping,
    endless,
    gzip_bomb,
    head,
    in_turn,
    raw,
    redirect,
    silence,
    slow_body,
)
from tracker.domain.feeds import FetchErrorCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.types import FetchOutcome
    from tests.hostile import Page

pytestmark = pytest.mark.thorough

NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
CHUNKED = head(200, [("Transfer-Encoding", "chunked")])
SMALL = 64 * 1024


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with HostileSite() as opened:
        yield opened


def fetch(site: HostileSite, path: str = "/feed", url: str = "", **options: Any) -> FetchOutcome:
    async def run() -> FetchOutcome:
        async with Fetcher(AddressPolicy.parse([site.host_port]), user_agent="Lantoa", **options) as fetcher:
            return await fetcher.fetch(FetchRequest(url=url or site.url(path)), now=NOW)

    return asyncio.run(run())


def code_of(outcome: FetchOutcome) -> FetchErrorCode | None:
    return outcome.problem.code if isinstance(outcome, FetchFailed) else None


def body_of(outcome: FetchOutcome) -> bytes:
    assert isinstance(outcome, Fetched)
    return outcome.body


# Sizes and codings


def test_a_gzip_bomb_is_stopped_before_it_grows(site: HostileSite) -> None:
    bomb = gzip_bomb(200 * 1024 * 1024)
    site.at("/feed", answer(200, bomb, [("Content-Encoding", "gzip")]))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert code_of(fetch(site)) is FetchErrorCode.TOO_LARGE
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024  # KiB


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "gzip, gzip", "gzip, br", "identity, br", "bogus"])
def test_a_coding_that_was_not_asked_for_is_refused_unread(site: HostileSite, coding: str) -> None:
    site.at("/feed", answer(200, gzip.compress(gzip.compress(b"<rss/>")), [("Content-Encoding", coding)]))
    assert code_of(fetch(site)) is FetchErrorCode.ENCODING


def test_codings_in_two_headers_are_stacked_too(site: HostileSite) -> None:
    twice = [("Content-Encoding", "gzip"), ("Content-Encoding", "gzip")]
    site.at("/feed", answer(200, gzip.compress(gzip.compress(b"<rss/>")), twice))
    assert code_of(fetch(site)) is FetchErrorCode.ENCODING


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZip", "identity, gzip", ""])
def test_a_body_in_the_coding_asked_for_is_read(site: HostileSite, coding: str) -> None:
    body = b"<rss/>" * 100
    sent = gzip.compress(body) if "gzip" in coding.lower() else body
    site.at("/feed", answer(200, sent, [("Content-Encoding", coding)] if coding else []))
    assert body_of(fetch(site)) == body


@pytest.mark.parametrize("body", [b"<rss/>", gzip.compress(b"<rss/>" * 100)[:-12]], ids=["plain", "cut short"])
def test_a_broken_compression_is_no_body(site: HostileSite, body: bytes) -> None:
    site.at("/feed", answer(200, body, [("Content-Encoding", "gzip")]))
    assert code_of(fetch(site)) is FetchErrorCode.ENCODING


def test_a_declared_length_over_the_limit_is_not_waited_for(site: HostileSite) -> None:
    site.at("/feed", endless(head(200, [("Content-Length", str(1024**3))]), b""))
    assert code_of(fetch(site)) is FetchErrorCode.TOO_LARGE


@pytest.mark.parametrize(
    "page",
    [
        endless(head(200), b"x" * SMALL),
        endless(CHUNKED, b"10000\r\n" + b"x" * SMALL + b"\r\n"),
        endless(CHUNKED, b"1\r\nx\r\n" * 10_000),
        endless(CHUNKED, b"1;" + b"e" * 15_000 + b"\r\nx\r\n"),
        endless(head(200, [("Content-Encoding", "gzip")]), gzip.compress(bytes(MAX_BYTES))),
    ],
    ids=["no length", "chunked", "one byte a chunk", "chunk extensions", "gzip members"],
)
def test_a_body_without_end_is_stopped_at_the_limit(site: HostileSite, page: Page) -> None:
    site.at("/feed", page)
    started = time.process_time()
    assert code_of(fetch(site)) is FetchErrorCode.TOO_LARGE
    assert time.process_time() - started < 5


def test_a_body_of_exactly_the_limit_is_read_and_one_byte_more_is_not(site: HostileSite) -> None:
    site.at("/full", answer(200, bytes(SMALL)))
    site.at("/over", answer(200, bytes(SMALL + 1)))
    assert len(body_of(fetch(site, "/full", max_bytes=SMALL))) == SMALL
    assert code_of(fetch(site, "/over", max_bytes=SMALL)) is FetchErrorCode.TOO_LARGE


@pytest.mark.parametrize(
    "page",
    [
        endless(b"HTTP/1.1 200 OK\r\n", b"X-Flood: " + b"a" * 1000 + b"\r\n"),
        endless(b"HTTP/1.1 200 OK\r\nX-Flood: ", b"a" * SMALL),
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
        raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 40_000 + b"\r\n"),
    ],
    ids=["lines", "one line", "interim answers", "many lines"],
)
def test_headers_without_end_are_not_read_for_long(site: HostileSite, page: Page) -> None:
    site.at("/feed", page)
    started = time.process_time()
    assert code_of(fetch(site)) in {FetchErrorCode.HTTP, FetchErrorCode.TOO_LARGE}
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"<html>no HTTP at all</html>",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
)
def test_what_is_no_http_is_a_failure_and_no_crash(site: HostileSite, sent: bytes) -> None:
    site.at("/feed", raw(sent))
    assert code_of(fetch(site)) is FetchErrorCode.HTTP


# Time


@pytest.mark.parametrize(
    "page",
    [slow_body(), dripping(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 4000), silence, redirect("/feed?again")],
    ids=["body", "headers", "silence", "a circle"],
)
def test_a_slow_site_ends_at_the_deadline(site: HostileSite, page: Page) -> None:
    site.at("/feed", page)
    started = time.monotonic()
    assert code_of(fetch(site, total_deadline_s=0.4)) in {FetchErrorCode.TIMEOUT, FetchErrorCode.REDIRECT}
    assert time.monotonic() - started < 3


def test_a_handshake_that_stalls_ends_at_the_deadline(site: HostileSite) -> None:
    got = fetch(site, url=f"https://{site.host_port}/", total_deadline_s=0.3)
    assert code_of(got) is FetchErrorCode.TIMEOUT
    assert site.connections == 1


def test_the_deadline_holds_for_all_hops_together(site: HostileSite) -> None:
    for step in range(5):
        site.at(f"/{step}", redirect(f"/{step + 1}"))
    site.at("/5", slow_body())
    got = fetch(site, "/0", total_deadline_s=0.5)
    assert code_of(got) is FetchErrorCode.TIMEOUT
    assert got.duration_ms < 1500


# Redirects


def test_five_redirects_are_followed_and_a_sixth_is_not(site: HostileSite) -> None:
    for step in range(6):
        site.at(f"/{step}", redirect(f"/{step + 1}"))
    site.at("/6", answer(200, b"<rss/>"))
    got = fetch(site, "/1")
    assert isinstance(got, Fetched)
    assert (got.url, got.permanent_url) == (site.url("/6"), None)
    assert code_of(fetch(site, "/0")) is FetchErrorCode.REDIRECT


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_circle_is_left_at_once(site: HostileSite, status: int) -> None:
    site.at("/feed", redirect("/b", status))
    site.at("/b", redirect("/feed#top", status))
    assert code_of(fetch(site)) is FetchErrorCode.REDIRECT
    assert len(site.hits) == 2


NOWHERE = [
    *(
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "gopher://x/",
        "http://xn--/",
        "http://\u00ad.vn/",
    ),
    *("http://", "//", "http://exa mple.vn/", "http://example..vn/", "http://" + "a" * 9000 + ".vn/", "/a\tb"),
    *("\\\\127.0.0.1\\", "http:\\\\example.vn", "http://127.0.0.1\\@example.vn/", None, ""),
]


@pytest.mark.parametrize("location", NOWHERE)
def test_a_redirect_to_nowhere_is_named(site: HostileSite, location: str | None) -> None:
    site.at("/feed", redirect(location))
    assert code_of(fetch(site)) is FetchErrorCode.REDIRECT


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "localhost", "127。0。0。1", "[::1]", "[::1", "0"]
)
def test_a_redirect_inward_is_refused_at_that_hop(host: str) -> None:
    with HostileSite("127.0.0.2") as site, HostileSite() as trap:
        site.at("/feed", redirect(f"http://{host}:{trap.port}/"))
        assert code_of(fetch(site)) is FetchErrorCode.ADDRESS_REFUSED
        assert (len(site.hits), trap.connections) == (1, 0)


def test_a_redirect_to_another_port_is_refused(site: HostileSite) -> None:
    with HostileSite() as other:
        site.at("/feed", redirect(other.url("/feed")))
        assert code_of(fetch(site)) is FetchErrorCode.ADDRESS_REFUSED
        assert other.connections == 0


def test_a_relative_redirect_in_vietnamese_is_followed(site: HostileSite) -> None:
    site.at("/feed", redirect("tin mới?trang=đầu"))
    site.at("/tin%20m%E1%BB%9Bi", answer(200, b"<rss/>"))
    assert body_of(fetch(site)) == b"<rss/>"
    assert site.hits[1].target == "/tin%20m%E1%BB%9Bi?trang=%C4%91%E1%BA%A7u"


@pytest.mark.parametrize(
    ("statuses", "led"),
    [((301, 308), "/2"), ((301, 302), "/1"), ((302, 301), None), ((307, 302), None), ((308,), "/1")],
)
def test_only_an_unbroken_chain_of_permanent_redirects_is_a_move(
    site: HostileSite, statuses: tuple[int, ...], led: str | None
) -> None:
    for step, status in enumerate(statuses):
        site.at(f"/{step}", redirect(f"/{step + 1}", status))
    site.at(f"/{len(statuses)}", answer(200, b"<rss/>"))
    got = fetch(site, "/0")
    assert isinstance(got, Fetched)
    assert got.permanent_url == (None if led is None else site.url(led))


def test_the_body_of_a_redirect_is_not_read(site: HostileSite) -> None:
    site.at("/feed", endless(head(301, [("Location", "/there")]), b"x" * SMALL))
    site.at("/there", answer(200, b"<rss/>"))
    assert body_of(fetch(site)) == b"<rss/>"


def test_a_circle_that_only_wants_its_cookie_back_is_answered_once(site: HostileSite) -> None:
    cookie = [("Set-Cookie", "primed=1; Path=/")]
    site.at("/feed", in_turn(redirect("/feed", headers=cookie), answer(200, b"<rss/>")))
    assert body_of(fetch(site)) == b"<rss/>"
    assert [hit.headers.get("cookie") for hit in site.hits] == [None, "primed=1"]


def test_a_circle_that_sets_a_cookie_for_ever_is_left(site: HostileSite) -> None:
    site.at("/feed", redirect("/feed", headers=[("Set-Cookie", "primed=1; Path=/")]))
    assert code_of(fetch(site)) is FetchErrorCode.REDIRECT
    assert len(site.hits) == 2


# The coding alone


def test_members_of_a_gzip_file_follow_one_another_and_rubbish_after_them_is_left() -> None:
    inflater = Inflater("gzip", SMALL)
    for byte in gzip.compress(b"<rss>") + gzip.compress(b"</rss>") + b"\x00\x00rubbish":
        inflater.feed(bytes([byte]))
    assert inflater.finish() == b"<rss></rss>"


def test_thousands_of_empty_members_are_refused() -> None:
    with pytest.raises(CodingError):
        Inflater("gzip", SMALL).feed(gzip.compress(b"") * 10_000)


def test_a_compressed_body_may_be_just_as_large_as_the_limit() -> None:
    inflater = Inflater("gzip", SMALL)
    inflater.feed(gzip.compress(bytes(SMALL)))
    assert len(inflater.finish()) == SMALL
    with pytest.raises(TooLargeError):
        Inflater("gzip", SMALL).feed(gzip.compress(bytes(SMALL + 1)))


def test_zlib_under_the_name_of_gzip_is_read_as_browsers_do() -> None:
    inflater = Inflater("gzip", SMALL)
    inflater.feed(zlib.compress(b"<rss/>"))
    assert inflater.finish() == b"<rss/>"


def test_an_empty_body_needs_no_coding() -> None:
    assert Inflater(coding_of(["gzip"]), SMALL).finish() == b""


def test_what_fits_of_a_body_that_is_too_large_can_still_be_looked_at() -> None:
    inflater = Inflater("gzip", SMALL)
    with pytest.raises(TooLargeError):
        inflater.feed(gzip.compress(b"<html>" + bytes(SMALL)))
    assert (inflater.so_far[:6], len(inflater.so_far)) == (b"<html>", SMALL)
