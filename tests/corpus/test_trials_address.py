"""Trials of addresses (security.md, S): nothing that a person or a site writes opens a connection inward."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.address import AddressPolicy
from crawler.types import FetchRequest
from tests import ground
from tests.certificates import make_certificate, server_context
from tests.corpus.test_politeness import problem_code, read_all
from tests.corpus.trial_house import ALLOWED, GOOD_HOST, collect, item, open_trial, rss, table, xml
from tests.hostile import HostileSite, redirect
from tracker.domain.errors import AppError, Code
from tracker.domain.feeds import FetchErrorCode, FetchStatus
from tracker.store.tables.feeds import Feed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sandbox import Sandbox
    from tests.corpus.house import CrawlHouse
    from tracker.store.db import Database

pytestmark = pytest.mark.thorough

INWARD = [
    *("127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "localhost", "127。0。0。1", "①②⑦.0.0.1"),
    *("169.254.169.254", "100.100.100.200", "10.0.0.1", "172.16.0.1", "192.168.1.1", "198.18.0.1", "224.0.0.1"),
    *("255.255.255.255", "0", "0.0.0.0", "[::]", "[::1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]"),  # noqa: S104 - refused, not bound to
    *("[2002:7f00:1::]", "[fe80::1%25lo]", "[fec0::1]", "[fc00::]", "127.0.0.3", "metadata.google.internal"),
]
SCHEMES = [
    "file:///etc/passwd",
    "ftp://bao.example.vn/",
    "gopher://bao.example.vn/",
    "data:text/xml,<rss/>",
    "unix:/run/x",
]
REBOUND = ["169.254.169.254", "224.0.0.1", "100.100.100.200", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe"]


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
        assert ground.outside == []


@pytest.mark.parametrize("host", INWARD)
def test_s1_to_s3_an_inward_address_is_no_source_and_gets_one_answer(
    house: CrawlHouse, trap: HostileSite, host: str
) -> None:
    told = set()
    for url in (f"http://{host}:{trap.port}/rss", f"http://{host}/rss", f"https://{host}/"):
        with pytest.raises(AppError) as refused:
            house.crawler.find_source(url)
        told.add((refused.value.code, refused.value.detail))
        with pytest.raises(AppError):
            house.crawler.look(url)
    assert told == {(Code.FEED_ADDRESS, "This address is not allowed.")}


@pytest.mark.parametrize("host", INWARD)
def test_s5_a_redirect_inward_is_refused_at_that_hop(
    house: CrawlHouse, site: HostileSite, trap: HostileSite, host: str
) -> None:
    result = collect(house, site, redirect(f"http://{host}:{trap.port}/rss"))
    assert result.problem is not None
    assert result.problem.code is FetchErrorCode.ADDRESS_REFUSED
    pages = [FetchRequest(url=site.url("/rss"), obeys_robots=obeys) for obeys in (True, False)]
    assert {problem_code(one) for one in read_all(house, *pages)} == {FetchErrorCode.ADDRESS_REFUSED}
    with pytest.raises(AppError):
        house.crawler.find_source(site.url("/rss"))


def test_s5_what_a_page_names_passes_the_same_guard(house: CrawlHouse, site: HostileSite, trap: HostileSite) -> None:
    links = "".join(f"<link rel=alternate type='application/rss+xml' href='{trap.url(f'/{n}.rss')}'>" for n in range(9))
    page = f"<!doctype html><html><head>{links}</head><body><a href='{trap.url('/rss.xml')}'>RSS</a></body></html>"
    site.at("/", xml(page))
    site.at("/robots.txt", redirect(trap.url("/robots.txt")))
    assert house.crawler.look(site.url("/")).problem is not None
    read_all(house, FetchRequest(url=site.url("/"), obeys_robots=True))
    assert len(site.hits) > 1


def test_s6_a_name_that_changes_its_address_is_judged_at_every_connection(
    sqlite_db: Database, sandbox: Sandbox, site: HostileSite, trap: HostileSite
) -> None:
    """The first look-up leads to the good host, the next one inward; two hundred rounds."""
    asked = [0]

    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked[0] += 1
        return [GOOD_HOST] if asked[0] % 2 else [REBOUND[asked[0] // 2 % len(REBOUND)]]

    policy = AddressPolicy(networks=ALLOWED.networks, names=frozenset({("tin.example.vn", site.port)}))
    house = open_trial(sqlite_db, sandbox, policy=policy, resolver=rebinding)
    site.at("/rss", redirect("/next"))
    site.at("/next", xml(rss(item())))
    requests = [FetchRequest(url=site.url("/rss", "tin.example.vn"))] * 200
    assert {problem_code(one) for one in read_all(house, *requests)} == {FetchErrorCode.ADDRESS_REFUSED}
    assert (asked[0], site.connections) == (400, 200)


@pytest.mark.parametrize("url", SCHEMES)
def test_s8_only_http_is_spoken(house: CrawlHouse, site: HostileSite, url: str) -> None:
    with pytest.raises(AppError) as refused:
        house.crawler.find_source(url)
    assert refused.value.code is Code.FEED_ADDRESS
    result = collect(house, site, redirect(url))
    assert result.problem is not None
    assert result.problem.code in {FetchErrorCode.REDIRECT, FetchErrorCode.ADDRESS_REFUSED}


def test_s8_the_environment_leads_nowhere(
    house: CrawlHouse, site: HostileSite, trap: HostileSite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, trap.url())
    (tmp_path / ".netrc").write_text(f"machine {GOOD_HOST} login lan password bi-mat\n", encoding="ascii")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    assert collect(house, site, xml(rss(item()))).new == 1
    assert "authorization" not in site.hits[0].headers


def test_s9_an_address_that_two_readers_read_differently_is_no_source(house: CrawlHouse, trap: HostileSite) -> None:
    inside, outside = trap.host_port, "bao.example.vn"
    for url in (
        f"http://{inside}\\@{outside}/",
        f"http://{outside}\\@{inside}/",
        f"http://{outside}%2F%23@{inside}/",
        f"http://{outside}@{inside}/",
        f"http://{outside}:80+&@{inside}/#+@{outside}/",
        f"http:/\\{inside}/",
        f"http://{outside}\t.{inside}/",
        f"http://{outside}%0d%0aHost:%20{inside}@{inside}/",
    ):
        with pytest.raises(AppError):
            house.crawler.check_address(url)


def test_s10_a_certificate_that_nobody_vouches_for_is_a_tls_error_and_shown_as_one(
    sqlite_db: Database, sandbox: Sandbox
) -> None:
    house = open_trial(sqlite_db, sandbox)
    with HostileSite(GOOD_HOST, tls=server_context(*make_certificate("tin.example.vn"))) as site:
        result = house.fetch(house.add(site.url("/rss")))
        assert result.status is FetchStatus.FAILED
        assert site.hits == []
    assert table(house, Feed.last_error_code, Feed.health) == [("tls", "failing")]
