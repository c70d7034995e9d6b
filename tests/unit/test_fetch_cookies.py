from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.address import AddressPolicy
from crawler.cookies import (
    COOKIE_CHARS_MOST,
    COOKIES_MOST,
    LIFE_MOST,
    SHOWN_CHARS_MOST,
    Jar,
    Place,
    read_cookie,
    revive_all,
)
from crawler.fetch import Fetcher
from crawler.types import Cookies, Fetched, FetchRequest
from tests.hostile import HostileSite, answer, in_turn, redirect
from tests.make import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.types import FetchOutcome

HOME = Place(host="bao.example.vn", path="/tin/bai-1.html", secure=True)


@pytest.fixture
def site() -> Iterator[HostileSite]:
    with HostileSite() as opened:
        yield opened


def shown(line: str, to: Place = HOME, *, after: dt.timedelta = dt.timedelta(0)) -> str | None:
    jar = Jar()
    jar.take([line], HOME, NOW)
    header = jar.header(to, NOW + after)
    return None if header is None else header.decode()


def at(path: str = "/tin/bai-1.html", *, secure: bool = True) -> Place:
    return Place(host=HOME.host, path=path, secure=secure)


@pytest.mark.parametrize(
    "line",
    [
        "a=1",
        "a=1; Path=/; HttpOnly; SameSite=Strict",
        "a=1; Domain=bao.example.vn",
        "a=1; Domain=.example.vn",
        "a=1; Expires=Wed, 25 Nov 2026 10:00:00 GMT",
        "a=1; expires=Wed, 25-Nov-2026 10:00:00 GMT",
        "a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "a=1; Secure; Path=tin",
        "a=1; Expires=sometime",
    ],
)
def test_a_cookie_goes_back_to_where_it_came_from(line: str) -> None:
    assert shown(line) == "a=1"


@pytest.mark.parametrize(
    "line",
    [
        *("", "a", "=1", "a b=1", "a=1 2", "a=đ", "a=1\x00", "a=1,2", "a=1\n1"),
        *("a=1; Domain=khac.example.vn", "a=1; Domain=o.example.vn", "a=1; Domain=x.bao.example.vn"),
        *("a=1; Max-Age=0", "a=1; Max-Age=-5", "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
        *("__Host-a=1", "__Secure-a=1", "a=" + "x" * COOKIE_CHARS_MOST),
    ],
)
def test_what_is_no_cookie_of_this_host_is_left(line: str) -> None:
    assert shown(line) is None


def test_a_secure_cookie_goes_only_where_the_way_is_encrypted_and_comes_only_from_there() -> None:
    assert shown("a=1; Secure", at(secure=False)) is None
    assert read_cookie("a=1; Secure", at(secure=False), NOW) is None


@pytest.mark.parametrize(
    ("path", "asked", "goes"),
    [("/tin", "/tin", True), ("/tin", "/tin/x", True), ("/tin", "/tintuc", False), ("/tin/", "/tin", False)],
)
def test_a_cookie_stays_within_its_path(path: str, asked: str, *, goes: bool) -> None:
    assert (shown(f"a=1; Path={path}", at(asked)) is not None) is goes


def test_the_longest_path_is_shown_first() -> None:
    jar = Jar()
    jar.take(["a=1; Path=/", "b=2; Path=/tin"], HOME, NOW)
    assert jar.header(HOME, NOW) == b"b=2; a=1"


def test_a_cookie_without_an_end_outlives_a_poll_and_none_lives_longer_than_a_month() -> None:
    assert shown("a=1", after=dt.timedelta(days=29)) == "a=1"
    assert shown("a=1; Max-Age=999999999999", after=LIFE_MOST) is None


def test_a_cookie_is_replaced_and_taken_back_by_its_name() -> None:
    jar = Jar()
    jar.take(["a=1; Path=/", "a=2; Path=/"], HOME, NOW)
    assert jar.header(HOME, NOW) == b"a=2"
    jar.take(["a=2; Path=/; Max-Age=0"], HOME, NOW)
    assert jar.header(HOME, NOW) is None


def test_a_site_cannot_fill_our_memory_nor_our_requests() -> None:
    jar = Jar()
    for number in range(500):
        jar.take([f"c{number}={'x' * 1500}"] * 3, HOME, NOW)
    assert len(jar.cookies) == COOKIES_MOST
    assert len(jar.header(HOME, NOW) or b"") <= SHOWN_CHARS_MOST
    assert jar.cookies[-1].name == "c499"


def test_a_jar_is_written_only_when_something_in_it_changes() -> None:
    jar = Jar()
    jar.take(["PHPSESSID=x; path=/"], HOME, NOW)
    kept = revive_all([cookie.freeze() for cookie in jar.cookies])
    assert kept.cookies == jar.cookies
    kept.take(["PHPSESSID=x; path=/"], HOME, NOW + dt.timedelta(hours=1))
    assert not kept.is_changed
    kept.take(["PHPSESSID=x; path=/"], HOME, NOW + dt.timedelta(days=2))
    assert kept.is_changed


@given(st.text(max_size=200))
def test_no_line_breaks_the_reading_nor_our_header(line: str) -> None:
    header = shown(line)
    assert header is None or (header.isascii() and header.isprintable())


# Through the fetcher


def fetch(sites: list[HostileSite], *requests: FetchRequest) -> list[FetchOutcome]:
    async def run() -> list[FetchOutcome]:
        policy = AddressPolicy.parse([site.host_port for site in sites])
        async with Fetcher(policy, user_agent="Lantoa") as fetcher:
            return [await fetcher.fetch(request, now=NOW) for request in requests]

    return asyncio.run(run())


def cookies_seen(site: HostileSite) -> list[str | None]:
    return [hit.headers.get("cookie") for hit in site.hits]


def test_a_site_that_turns_in_a_circle_until_its_cookie_comes_back_is_read(site: HostileSite) -> None:
    """As a news site does that sends who brings no cookie round and round by 302."""
    cookie = [("Set-Cookie", "primed=1; path=/; domain=.example.vn"), ("Set-Cookie", "D1N=abc; path=/; HttpOnly")]
    site.at("/rss", in_turn(redirect("/rss", headers=cookie), answer(200, b"<rss/>")))
    (got,) = fetch([site], FetchRequest(url=site.url("/rss")))
    assert isinstance(got, Fetched)
    assert cookies_seen(site) == [None, "D1N=abc"]


def test_cookies_are_forgotten_with_the_fetch_and_not_kept_at_all_where_none_are_wanted(site: HostileSite) -> None:
    cookie = [("Set-Cookie", "primed=1; Path=/")]
    site.at("/a", in_turn(redirect("/a", headers=cookie), answer(200, b"<rss/>", cookie)))
    asked = FetchRequest(url=site.url("/a"))
    fetch([site], asked, asked)
    assert cookies_seen(site) == [None, "primed=1", None]
    site.at("/b", redirect("/b", headers=cookie))
    fetch([site], FetchRequest(url=site.url("/b"), cookies=Cookies.NONE))
    assert cookies_seen(site)[3:] == [None, None]


def test_no_host_is_shown_the_cookie_of_another(site: HostileSite) -> None:
    cookie = [("Set-Cookie", "secret=1; Path=/")]
    with HostileSite("127.0.0.2") as other:
        site.at("/a", in_turn(redirect("/a", headers=cookie), redirect(other.url("/b"))))
        other.at("/b", in_turn(redirect("/b"), answer(200, b"<rss/>")))
        fetch([site, other], FetchRequest(url=site.url("/a")))
        assert cookies_seen(site) == [None, "secret=1"]
        assert set(cookies_seen(other)) == {None}
