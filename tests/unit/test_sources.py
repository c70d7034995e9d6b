from __future__ import annotations

import pytest

from tracker.domain.sources import feed_key, host_key, host_of


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
