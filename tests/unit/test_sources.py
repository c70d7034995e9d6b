from __future__ import annotations

import pytest

from tracker.domain.sources import KEY_MOST, feed_key, host_key, host_of


@pytest.mark.parametrize(
    "url",
    [
        "http://bao.example/rss",
        "https://www.bao.example/rss/",
        "HTTPS://Bao.Example:443/rss",
        "http://bao.example:80/rss#top",
    ],
)
def test_spellings_of_one_source_have_one_key(url: str) -> None:
    assert feed_key(url) == feed_key("https://bao.example/rss")


@pytest.mark.parametrize(
    "url",
    [
        "https://bao.example/rss?c=1",
        "https://bao.example/RSS",
        "https://bao.example:8443/rss",
        "https://m.bao.example/rss",
    ],
)
def test_what_may_be_another_feed_has_another_key(url: str) -> None:
    assert feed_key(url) != feed_key("https://bao.example/rss")


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("https://báo-xã.vn/rss", "https://xn--bo-x-5nap.vn/rss"),
        ("https://www.BÁO.vn:8443/rss", "https://xn--bo-mia.vn:8443/rss"),
    ],
)
def test_a_host_in_two_scripts_is_one(typed: str, dialled: str) -> None:
    assert feed_key(typed) == feed_key(dialled)
    assert host_key(typed).removeprefix("www.") == host_key(dialled)


def test_long_addresses_that_differ_in_their_end_are_two_sources() -> None:
    long = "https://bao.example/rss?" + "&".join(f"muc{number}=1" for number in range(120))
    one, other = feed_key(long + "&trang=1"), feed_key(long + "&trang=2")
    assert one != other
    assert feed_key(long.replace("https", "http") + "&trang=1") == one
    assert max(len(one), len(other)) <= KEY_MOST
    assert feed_key("[" * 500) != feed_key("[" * 501)


@pytest.mark.parametrize("text", ["https://[::1", "//a℀.vn/"])
def test_what_is_no_address_is_its_own_key(text: str) -> None:
    assert feed_key(text) == text


def test_politeness_counts_by_host_and_port() -> None:
    assert host_key("https://Bao.Example/rss") == "bao.example:443"
    assert host_key("http://bao.example./rss") == "bao.example:80"
    assert host_key("http://127.0.0.1:8480/a") == "127.0.0.1:8480"
    assert host_key("http://[::1]:81/a") == "[::1]:81"


def test_a_host_is_named_without_www() -> None:
    assert host_of("https://www.bao.example/a") == "bao.example"
    assert host_of("no address") == ""
