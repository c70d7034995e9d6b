"""Slugs: derived, short, without look-alikes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.links import ALPHABET, CANDIDATES, SLUG_LENGTH, is_slug, link_url, slug_candidates
from tracker.domain.types import ArticleId, Channel, MemberId

ids = st.integers(1, 2**53)


@given(st.binary(min_size=1), ids, ids, st.sampled_from(Channel))
def test_the_same_three_derive_the_same_slugs(secret: bytes, member: int, article: int, channel: Channel) -> None:
    first = slug_candidates(secret, MemberId(member), ArticleId(article), channel)
    assert first == slug_candidates(secret, MemberId(member), ArticleId(article), channel)
    assert len(set(first)) == CANDIDATES
    assert all(is_slug(s) and len(s) == SLUG_LENGTH for s in first)


def test_other_three_or_another_secret_derive_other_slugs() -> None:
    one, two = MemberId(1), ArticleId(2)
    all_of = [
        slug_candidates(b"a", one, two, Channel.ZALO)[0],
        slug_candidates(b"b", one, two, Channel.ZALO)[0],
        slug_candidates(b"a", MemberId(12), ArticleId(2), Channel.ZALO)[0],
        slug_candidates(b"a", MemberId(1), ArticleId(22), Channel.ZALO)[0],
        slug_candidates(b"a", one, two, Channel.FACEBOOK)[0],
    ]
    assert len(set(all_of)) == len(all_of)


def test_the_letters_of_a_slug_cannot_be_mistaken() -> None:
    assert len(ALPHABET) == 32
    assert not set("0o1lO") & set(ALPHABET)


def test_many_slugs_hardly_ever_meet() -> None:
    slugs = {slug_candidates(b"s", MemberId(m), ArticleId(1), Channel.ZALO)[0] for m in range(20_000)}
    assert len(slugs) >= 19_999


def test_what_is_no_slug_is_told_apart() -> None:
    assert is_slug("abcdefgh")
    assert not any(
        is_slug(s) for s in ("", "abcdefg", "abcdefgh/", "ABCDEFGH", "abcdefg0", "abcdefgl", "abcdefghi", "ábcdefgh")
    )


def test_an_address_with_a_short_host_is_short() -> None:
    url = link_url("https://lantoa.vn/", "abcdefgh")
    assert url == "https://lantoa.vn/s/abcdefgh"
    assert len(url) <= 28
