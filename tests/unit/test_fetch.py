from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import hashlib
import socket
import string
import struct
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs
from typing_extensions import override

from crawler.address import AddressPolicy
from crawler.fetch import Fetcher, check_guard, ssl_context
from crawler.gate import NoGate
from crawler.headers import user_agent
from crawler.spelling import Target, read_url
from crawler.types import Fetched, FetchFailed, FetchRequest, NotModified
from tests.certificates import EXPIRED, make_certificate, outdated_context, server_context, trusting_context
from tests.hostile import HostileSite, Talk, answer, endless, in_turn, raw, redirect, silence
from tracker.domain.errors import AppError, Code
from tracker.domain.feeds import FetchErrorCode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.types import FetchOutcome

NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
AGENT = user_agent("0.1.0", "https://lantoa.example.vn/ve-chung-toi")
RSS = "<rss><channel><title>Tin mới</title></channel></rss>".encode()


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with HostileSite() as opened:
        yield opened


async def loopback(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def fetch_with(allow: Sequence[str], *requests: FetchRequest, **options: Any) -> list[FetchOutcome]:
    async def run() -> list[FetchOutcome]:
        async with Fetcher(AddressPolicy.parse(allow), user_agent=AGENT, **options) as fetcher:
            return await asyncio.gather(*(fetcher.fetch(request, now=NOW) for request in requests))

    return asyncio.run(run())


def fetch(site: HostileSite, path: str = "/feed", **options: Any) -> FetchOutcome:
    return fetch_with([site.host_port], FetchRequest(url=site.url(path)), **options)[0]


def failure(outcome: FetchOutcome) -> FetchErrorCode:
    assert isinstance(outcome, FetchFailed)
    return outcome.problem.code


def fetched(outcome: FetchOutcome) -> Fetched:
    assert isinstance(outcome, Fetched)
    return outcome


def test_a_body_comes_whole_with_its_type_validators_and_hash(site: HostileSite) -> None:
    headers = [("Content-Type", "text/xml; charset=utf-8"), ("ETag", 'W/"mới"'), ("Last-Modified", "no date at all")]
    site.at("/feed", answer(200, RSS, headers))
    got = fetched(fetch(site))
    assert (got.body, got.status, got.url) == (RSS, 200, site.url("/feed"))
    assert got.content_type == "text/xml; charset=utf-8"
    assert got.etag is not None
    assert got.etag.encode("latin-1").decode() == 'W/"mới"'
    assert (got.last_modified, got.permanent_url) == ("no date at all", None)
    assert got.body_hash == hashlib.sha256(RSS).hexdigest()


def test_one_honest_name_is_sent_and_no_cookie_and_the_connection_is_given_back(site: HostileSite) -> None:
    site.at("/feed", answer(200, RSS, [("Set-Cookie", "a=b")]))
    request = FetchRequest(url=site.url("/feed"))
    fetch_with([site.host_port], request, request)
    for hit in site.hits:
        assert (
            hit.headers["user-agent"]
            == "Mozilla/5.0 (compatible; Lantoa/0.1.0; +https://lantoa.example.vn/ve-chung-toi)"
        )
        assert (hit.headers["accept-encoding"], hit.headers["connection"]) == ("gzip", "close")
        assert hit.headers["host"] == site.host_port
        assert hit.headers.keys().isdisjoint({"cookie", "authorization", "if-none-match", "if-modified-since"})
    assert site.connections == 2


def test_validators_go_back_byte_for_byte(site: HostileSite) -> None:
    etag, modified = 'W/"m\u00e1\u00bb\u009bi"', "Sun, 22 Nov 2026 10:00:00 +0700"
    site.at("/feed", answer(304, headers=[("ETag", '"next"')]))
    (got,) = fetch_with([site.host_port], FetchRequest(url=site.url("/feed"), etag=etag, last_modified=modified))
    assert isinstance(got, NotModified)
    assert (got.etag, got.last_modified) == ('"next"', None)
    assert (site.hits[0].headers["if-none-match"], site.hits[0].headers["if-modified-since"]) == (etag, modified)


def test_a_304_that_nobody_asked_for_is_a_failure(site: HostileSite) -> None:
    site.at("/feed", answer(304))
    got = fetch(site)
    assert failure(got) is FetchErrorCode.HTTP
    assert isinstance(got, FetchFailed)
    assert got.problem.http_status == 304


def test_an_immense_validator_is_not_kept(site: HostileSite) -> None:
    site.at("/feed", answer(200, RSS, [("ETag", f'"{"a" * 2000}"')]))
    assert fetched(fetch(site)).etag is None


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, FetchErrorCode.BLOCKED_BY_SITE),
        (451, FetchErrorCode.BLOCKED_BY_SITE),
        (410, FetchErrorCode.GONE),
        *((status, FetchErrorCode.HTTP) for status in (204, 206, 300, 305, 400, 401, 404, 429, 500, 503, 599)),
    ],
)
def test_a_status_without_a_body_for_us_has_its_own_name(site: HostileSite, status: int, code: FetchErrorCode) -> None:
    site.at("/feed", raw(f"HTTP/1.1 {status} Word\r\nContent-Length: 0\r\n\r\n".encode()))
    got = fetch(site)
    assert isinstance(got, FetchFailed)
    assert (got.problem.code, got.problem.http_status) == (code, status)


WALL = b"<html><script>document.cookie='D1N=abc;path=/';window.location.reload(true)</script></html>"


@pytest.mark.parametrize("status", [200, 401, 429, 503])
def test_a_test_for_browsers_is_named_and_not_taken_for_news(site: HostileSite, status: int) -> None:
    site.at("/feed", answer(status, gzip.compress(WALL), [("Content-Encoding", "gzip"), ("Retry-After", "60")]))
    assert failure(fetch(site)) is FetchErrorCode.BLOCKED_BY_SITE


def test_an_error_page_without_end_still_tells_its_status_and_wait(site: HostileSite) -> None:
    head = b"HTTP/1.1 503 Busy\r\nRetry-After: 90\r\nTransfer-Encoding: chunked\r\n\r\n"
    site.at("/feed", endless(head, b"10000\r\n" + b"x" * 65536 + b"\r\n"))
    got = fetch(site)
    assert isinstance(got, FetchFailed)
    assert (got.problem.code, got.problem.http_status, got.problem.retry_after_s) == (FetchErrorCode.HTTP, 503, 90)


def test_a_wait_counts_from_the_date_of_the_answer_itself(site: HostileSite) -> None:
    dates = [("Date", "Fri, 01 Jan 1999 00:00:00 GMT"), ("Retry-After", "Fri, 01 Jan 1999 00:02:00 GMT")]
    site.at("/feed", answer(429, headers=dates))
    got = fetch(site)
    assert isinstance(got, FetchFailed)
    assert got.problem.retry_after_s == 120


def test_a_forbidden_address_costs_no_connection_and_gets_one_answer() -> None:
    with HostileSite() as trap:
        urls = [trap.url(), f"http://localhost:{trap.port}/", f"http://2130706433:{trap.port}/", "file:///etc/passwd"]
        outcomes = fetch_with(["127.0.0.2"], *(FetchRequest(url=url) for url in urls))
        problems = {outcome.problem for outcome in outcomes if isinstance(outcome, FetchFailed)}
        assert [problem.code for problem in problems] == [FetchErrorCode.ADDRESS_REFUSED]
        assert trap.connections == 0


def test_a_name_that_resolves_inward_is_refused_when_it_is_connected_to() -> None:
    (got,) = fetch_with([], FetchRequest(url="http://tin.example.vn/"), resolver=loopback)
    assert failure(got) is FetchErrorCode.ADDRESS_REFUSED


def test_a_listed_name_is_reached_under_its_name(site: HostileSite) -> None:
    site.at("/feed", answer(200, RSS))
    url = site.url("/feed", "tin.noibo.vn")
    (got,) = fetch_with([f"tin.noibo.vn:{site.port}"], FetchRequest(url=url), resolver=loopback)
    assert fetched(got).body == RSS
    assert site.hits[0].headers["host"] == f"tin.noibo.vn:{site.port}"


def test_a_name_that_nobody_has_is_a_dns_failure() -> None:
    (got,) = fetch_with([], FetchRequest(url="http://nobody.invalid/"))
    assert failure(got) is FetchErrorCode.DNS


def test_a_closed_port_is_a_connect_failure() -> None:
    with HostileSite() as gone:
        allow = gone.host_port
    (got,) = fetch_with([allow], FetchRequest(url=gone.url()))
    assert failure(got) is FetchErrorCode.CONNECT


def test_the_environment_says_nothing(site: HostileSite, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    site.at("/feed", answer(200, RSS))
    with HostileSite() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        assert fetched(fetch(site)).body == RSS
        assert proxy.connections == 0
    assert "authorization" not in site.hits[0].headers


def test_each_hop_passes_the_gate_and_gives_its_place_back(site: HostileSite) -> None:
    class Book(NoGate):
        def __init__(self) -> None:
            self.lines: list[str] = []

        @override
        async def enter(self, host_port: str, places: asyncio.Semaphore, *, insists: bool) -> int | None:
            self.lines.append(f"in {host_port}")
            return await super().enter(host_port, places, insists=insists)

        @override
        async def leave(self, host_port: str, *, pause_s: float) -> None:
            self.lines.append(f"out {host_port}")

    site.at("/feed", redirect("/there"))
    book = Book()
    fetch(site, gate=book)
    assert book.lines == [f"in {site.host_port}", f"out {site.host_port}"] * 2


def test_waiting_at_the_gate_is_no_part_of_the_deadline(site: HostileSite) -> None:
    class Slow(NoGate):
        @override
        async def enter(self, host_port: str, places: asyncio.Semaphore, *, insists: bool) -> int | None:
            await asyncio.sleep(0.4)
            return await super().enter(host_port, places, insists=insists)

    site.at("/feed", answer(200, RSS))
    assert fetched(fetch(site, gate=Slow(), total_deadline_s=0.3)).duration_ms < 300


def test_a_bug_in_the_house_is_logged_and_ends_one_fetch_only(site: HostileSite) -> None:
    class Broken(NoGate):
        @override
        async def enter(self, host_port: str, places: asyncio.Semaphore, *, insists: bool) -> int | None:
            raise KeyError(host_port)

    with capture_logs() as lines:
        assert failure(fetch(site, gate=Broken())) is FetchErrorCode.HTTP
    assert [(line["event"], line["log_level"], line["error"]) for line in lines] == [("fetch.bug", "error", "KeyError")]
    assert site.host_port not in str(lines)


def test_a_database_that_is_away_is_not_told_of_the_site(site: HostileSite) -> None:
    class Away(NoGate):
        @override
        async def enter(self, host_port: str, places: asyncio.Semaphore, *, insists: bool) -> int | None:
            raise AppError(Code.DATABASE_UNREACHABLE)

    with pytest.raises(AppError):
        fetch(site, gate=Away())


def test_no_more_connections_are_open_at_once_than_said(site: HostileSite) -> None:
    open_now: list[int] = [0]
    most: list[int] = [0]

    async def counting(talk: Talk) -> None:
        open_now[0] += 1
        most[0] = max(most[0], open_now[0])
        await asyncio.sleep(0.01)
        open_now[0] -= 1
        await answer(200, RSS)(talk)

    site.at("/feed", counting)
    outcomes = fetch_with([site.host_port], *[FetchRequest(url=site.url("/feed"))] * 12, max_connections=3)
    assert all(isinstance(outcome, Fetched) for outcome in outcomes)
    assert most[0] <= 3


def test_silent_sites_do_not_hold_up_a_healthy_one(site: HostileSite) -> None:
    site.at("/silent", silence)
    site.at("/feed", answer(200, RSS))
    requests = [*[FetchRequest(url=site.url("/silent"))] * 20, FetchRequest(url=site.url("/feed"))]
    *silent, healthy = fetch_with([site.host_port], *requests, total_deadline_s=0.5)
    assert {failure(outcome) for outcome in silent} == {FetchErrorCode.TIMEOUT}
    assert fetched(healthy).duration_ms < 400


def test_the_guard_is_tried_before_a_batch_and_one_that_lets_through_is_found_out() -> None:
    asyncio.run(check_guard())
    with pytest.raises(RuntimeError, match="does not stand"):
        asyncio.run(check_guard(AddressPolicy.parse(["127.0.0.1"])))


@given(st.text(alphabet=string.ascii_letters + string.digits + ".:-_/?#%@\\[] áđ。①ß", max_size=30))
def test_what_was_judged_is_what_the_connection_reads(text: str) -> None:
    url = f"http://{text}"
    target = read_url(url)
    if isinstance(target, Target):
        dialled = httpx.URL(url)
        assert (dialled.raw_host.decode().lower(), dialled.port or 80) == (target.host, target.port)


def test_a_move_from_https_to_http_is_followed_and_noted_and_never_adopted(site: HostileSite) -> None:
    certificate, key = make_certificate("tin.example.vn")
    site.at("/feed", answer(200, RSS))
    with HostileSite(tls=server_context(certificate, key)) as secure, capture_logs() as lines:
        secure.at("/feed", redirect(site.url("/feed"), 301))
        request = FetchRequest(url=secure.url("/feed", "tin.example.vn"))
        allow = ["tin.example.vn", site.host_port]
        (got,) = fetch_with(allow, request, resolver=loopback, tls=trusting_context(certificate))
    assert (fetched(got).url, fetched(got).permanent_url) == (site.url("/feed"), None)
    assert [line["event"] for line in lines] == ["fetch.downgraded"]


def test_a_connection_that_breaks_within_the_body_is_a_connect_failure(site: HostileSite) -> None:
    async def breaking(talk: Talk) -> None:
        await talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbroken")
        linger = struct.pack("ii", 1, 0)  # close with a reset
        talk.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        talk.writer.transport.abort()

    site.at("/feed", breaking)
    assert failure(fetch(site)) is FetchErrorCode.CONNECT


def test_a_redirect_written_in_another_charset_is_followed_all_the_same(site: HostileSite) -> None:
    site.at("/feed", raw(b"HTTP/1.1 302 Found\r\nLocation: /caf\xe9\r\nContent-Length: 0\r\n\r\n"))
    site.at("/caf%C3%A9", answer(200, RSS))
    assert fetched(fetch(site)).body == RSS


def test_an_error_page_in_an_unknown_coding_still_tells_its_status(site: HostileSite) -> None:
    site.at("/feed", answer(429, b"\x0b", [("Content-Encoding", "br"), ("Retry-After", "7")]))
    got = fetch(site)
    assert isinstance(got, FetchFailed)
    assert (got.problem.http_status, got.problem.retry_after_s) == (429, 7)


def test_encryption_is_checked_against_the_public_roots_and_no_older_than_1_2() -> None:
    context = ssl_context()
    assert context is ssl_context()
    assert context.check_hostname
    assert context.verify_mode.name == "CERT_REQUIRED"
    assert context.minimum_version.name == "TLSv1_2"


def test_a_certificate_is_checked_for_the_name_and_not_for_the_address_dialled() -> None:
    certificate, key = make_certificate("tin.example.vn")
    with HostileSite(tls=server_context(certificate, key)) as site:
        site.at("/feed", answer(200, RSS))
        trust = trusting_context(certificate)
        names = ("tin.example.vn", "khac.example.vn")
        requests = [FetchRequest(url=site.url("/feed", name)) for name in names]
        right, wrong = fetch_with(names, *requests, resolver=loopback, tls=trust)
        assert fetched(right).body == RSS
        assert failure(wrong) is FetchErrorCode.TLS


def test_a_self_signed_certificate_is_refused() -> None:
    with HostileSite(tls=server_context(*make_certificate("tin.example.vn"))) as site:
        request = FetchRequest(url=site.url("/feed", "tin.example.vn"))
        (got,) = fetch_with(["tin.example.vn"], request, resolver=loopback)
        assert failure(got) is FetchErrorCode.TLS
        assert site.hits == []


def test_an_expired_certificate_is_refused() -> None:
    certificate, key = make_certificate("tin.example.vn", EXPIRED)
    with HostileSite(tls=server_context(certificate, key)) as site:
        request = FetchRequest(url=site.url("/feed", "tin.example.vn"))
        (got,) = fetch_with(["tin.example.vn"], request, resolver=loopback, tls=trusting_context(certificate))
        assert failure(got) is FetchErrorCode.TLS


def test_a_site_that_speaks_only_tls_1_0_is_refused_though_its_certificate_is_in_order() -> None:
    certificate, key = make_certificate("tin.example.vn")
    with HostileSite(tls=outdated_context(certificate, key)) as site:
        request = FetchRequest(url=site.url("/feed", "tin.example.vn"))
        trust = trusting_context(certificate)
        (got,) = fetch_with(["tin.example.vn"], request, resolver=loopback, tls=trust)
        assert failure(got) is FetchErrorCode.TLS
        assert (site.connections, site.hits) == (1, [])


@pytest.mark.parametrize("in_turns", [1, 2])
def test_a_fetcher_serves_one_batch_after_another(site: HostileSite, in_turns: int) -> None:
    site.at("/feed", in_turn(answer(200, RSS), answer(200, RSS + b" ")))
    for _ in range(in_turns):
        assert isinstance(fetch(site), Fetched)
