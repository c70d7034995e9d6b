from __future__ import annotations

import pytest

from tracker.domain.identity import IDENTITY_WORDS, Identity, Sign, find_identity, key_of
from tracker.domain.urls import UrlFacts, inspect_url, url_key


def _sign(url: str, guid: str | None = None) -> Sign:
    facts = inspect_url(url)
    assert isinstance(facts, UrlFacts)
    return Sign(url=facts.canonical, key=facts.key, guid=guid)


def _signs(*urls: str) -> list[Sign]:
    return [_sign(url, guid=f"g{number}") for number, url in enumerate(urls)]


SITE = "https://bao.example.vn"


@pytest.mark.parametrize(
    ("urls", "identity"),
    [
        ([f"{SITE}/tin-mot-post{n}.html" for n in range(1001, 1005)], Identity.NUMBER),
        ([f"{SITE}/tin-moi-10226080721255102{n}.htm" for n in range(4)] + [f"{SITE}/video/x"], Identity.NUMBER),
        ([f"{SITE}/tin-{word}" for word in "abcd"], Identity.ADDRESS),
        ([f"{SITE}/index.php?id={n}&utm_source=rss" for n in range(4)], Identity.QUERY),
        ([f"{SITE}/?p={n}" for n in range(4)], Identity.QUERY),
        ([f"{SITE}/#!tin-{n}" for n in range(4)], Identity.ADDRESS),
        ([SITE, SITE, SITE, SITE], Identity.GUID),
        ([f"{SITE}/tin-cung-dia-chi"] * 4, Identity.GUID),
        ([f"{SITE}/tin-cung-dia-chi"] * 2, Identity.ADDRESS),  # one article, told twice
        ([SITE], Identity.GUID),  # the source's own page is no article
        ([], Identity.ADDRESS),
    ],
)
def test_what_names_the_articles_is_found_in_the_items(urls: list[str], identity: Identity) -> None:
    assert find_identity(_signs(*urls), home=url_key(SITE)) is identity


def test_items_of_one_address_and_one_guid_are_one_article() -> None:
    same = [_sign(SITE, guid="g") for _ in range(4)]
    assert find_identity(same, home=url_key(SITE)) is Identity.ADDRESS
    assert find_identity([_sign(SITE) for _ in range(4)], home=url_key(SITE)) is Identity.ADDRESS


def test_a_guid_names_an_article_only_where_the_source_has_nothing_better() -> None:
    first, second = _signs(SITE, SITE)
    assert key_of(first, Identity.NUMBER) == key_of(second, Identity.NUMBER) == url_key(SITE)
    assert key_of(first, Identity.GUID) != key_of(second, Identity.GUID)
    assert key_of(first, Identity.GUID) == key_of(_sign("http://bao.example.vn/#top", guid="g0"), Identity.GUID)
    assert key_of(first, Identity.GUID) != key_of(_sign("https://khac.example.vn", guid="g0"), Identity.GUID)
    assert key_of(_sign(SITE), Identity.GUID) == url_key(SITE)


def test_every_way_is_told_in_words() -> None:
    assert set(IDENTITY_WORDS) == set(Identity)
