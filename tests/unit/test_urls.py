from __future__ import annotations

import time

import pytest

from tracker.domain.types import Channel
from tracker.domain.urls import (
    LONGEST_KEY,
    UrlFacts,
    UrlKind,
    UrlProblem,
    absolute,
    canonical_url,
    inspect_url,
    names_a_post,
    url_key,
)


def facts(text: str) -> UrlFacts:
    found = inspect_url(text)
    assert isinstance(found, UrlFacts), found
    return found


SAME = {
    "scheme": ("http://bao.example/tin", "https://bao.example/tin"),
    "no scheme": ("bao.example/tin", "https://bao.example/tin"),
    "two slashes": ("//bao.example/tin", "https://bao.example/tin"),
    "host and port without scheme": ("bao.example:443/tin", "https://bao.example/tin"),
    "one slash, as browsers forgive": ("https:/bao.example/tin", "https://bao.example/tin"),
    "capitals in the host": ("HTTPS://BAO.Example/tin", "https://bao.example/tin"),
    "www": ("https://www.bao.example/tin", "https://bao.example/tin"),
    "mobile host": ("https://m.bao.example/tin", "https://bao.example/tin"),
    "mobile label inside": ("https://vi.m.bach-khoa.example/x", "https://vi.bach-khoa.example/x"),
    "cache host": ("https://amp.bao.example/tin", "https://bao.example/tin"),
    "dot after the host": ("https://bao.example./tin", "https://bao.example/tin"),
    "default port": ("https://bao.example:443/tin", "http://bao.example:80/tin"),
    "empty port": ("https://bao.example:/tin", "https://bao.example/tin"),
    "trailing slash": ("https://bao.example/tin/", "https://bao.example/tin"),
    "double slash": ("https://bao.example//a///b", "https://bao.example/a/b"),
    "dots": ("https://bao.example/a/./b/../tin", "https://bao.example/a/tin"),
    "dots in escapes": ("https://bao.example/a/%2e%2E/tin", "https://bao.example/tin"),
    "index page": ("https://bao.example/tin/index.html", "https://bao.example/tin"),
    "fragment": ("https://bao.example/tin#binh-luan", "https://bao.example/tin"),
    "empty query": ("https://bao.example/tin?", "https://bao.example/tin"),
    "order of parameters": ("https://bao.example/x?b=2&a=1", "https://bao.example/x?a=1&b=2"),
    "ampersands of page source": ("https://bao.example/x?a=1&amp;b=2", "https://bao.example/x?a=1&b=2"),
    "plus and space": ("https://bao.example/?q=a+b", "https://bao.example/?q=a%20b"),
    "needless escapes": ("https://bao.example/%74in?a=%41", "https://bao.example/tin?a=A"),
    "small hex": ("https://bao.example/%c3%a9", "https://bao.example/%C3%A9"),
    "letters and escapes": ("https://bao.example/bài", "https://bao.example/b%C3%A0i"),
    "decomposed accents": ("https://bao.example/ba%CC%80i", "https://bao.example/b%C3%A0i"),
    "user and password": ("https://ai:do@bao.example/tin", "https://bao.example/tin"),
    "blanks and a zero-width mark around": ("\u200b  https://bao.example/tin \n", "https://bao.example/tin"),
    "a line break inside": ("https://bao.example/ti\nn", "https://bao.example/tin"),
    "a NUL inside": ("https://bao.example/ti\x00n", "https://bao.example/tin"),
    "angle brackets around": ("<https://bao.example/tin>", "https://bao.example/tin"),
    "a bracket of the sentence": ("https://bao.example/tin)", "https://bao.example/tin"),
    "backslashes": ("https:\\\\bao.example\\tin", "https://bao.example/tin"),
    "letters of another script": ("https://báo.example/tin", "https://xn--bo-mia.example/tin"),
    "wide dots": ("https://bao。example/tin", "https://bao.example/tin"),
    "tracking": ("https://bao.example/x?id=5&utm_source=zalo&zarsrc=30&fbclid=a&UTM_Medium=b", "https://bao.example/x?id=5"),
    "where from": ("https://bao.example/x?source=zalo&ref=tin.example&from=rss", "https://bao.example/x"),
    "phone cache": ("https://bao.example/amp/tin", "https://bao.example/tin/amp/"),
    "phone cache by name": ("https://bao.example/tin.amp?amp", "https://bao.example/tin?outputType=amp"),
    "phone cache before the ending": ("https://bao.example/tin.amp.html", "https://bao.example/tin.html"),
    "title rewritten, post number": ("https://bao.example/a/mot-post812345.html", "https://bao.example/b/hai-post812345.html"),
    "title rewritten, long number": ("https://bao.example/a-102260914184713458.htm", "https://bao.example/x/b-102260914184713458.htm?page=2"),
    "title rewritten, seven digits": ("https://bao.example/a/mot-hai-ba-4988321.html", "https://m.bao.example/b/bon-nam-sau-4988321.html"),
    "brackets that are part of it": ("https://bao.example/a_(b)", "https://bao.example/a_%28b%29"),
}  # fmt: skip
DIFFERENT = {
    "hosts": ("https://bao.example/tin", "https://dai.example/tin"),
    "subdomains": ("https://vi.bao.example/tin", "https://en.bao.example/tin"),
    "ports": ("https://bao.example:8443/tin", "https://bao.example/tin"),
    "paths": ("https://bao.example/Tin", "https://bao.example/tin"),
    "parameters": ("https://bao.example/?p=1", "https://bao.example/?p=2"),
    "escaped slash": ("https://bao.example/a%2Fb", "https://bao.example/a/b"),
    "escaped ampersand": ("https://bao.example/?a=1%26b=2", "https://bao.example/?a=1&b=2"),
    "numbers": ("https://bao.example/a-post812345.html", "https://bao.example/a-post812346.html"),
    "numbers on two hosts": ("https://bao.example/a-post812345.html", "https://dai.example/a-post812345.html"),
    "dates in slugs": ("https://bao.example/hai-tin-moi-20240612.html", "https://bao.example/ba-tin-moi-20240612.html"),
    "years in slugs": ("https://bao.example/hai-tin-moi-2024001.html", "https://bao.example/ba-tin-moi-2024001.html"),
    "sums in slugs": ("https://bao.example/thuong-mot-trieu-1000000.html", "https://bao.example/phat-mot-trieu-1000000.html"),
    "too short a slug": ("https://bao.example/a-4988321.html", "https://bao.example/b-4988321.html"),
    "routes of a script": ("https://bao.example/#/tin/1", "https://bao.example/#/tin/2"),
    "shouted routes": ("https://bao.example/#!tin-1", "https://bao.example/#!tin-2"),
    "reference numbers": ("https://bao.example/?ref=1234", "https://bao.example/?ref=1235"),
    "source numbers": ("https://bao.example/?source=5", "https://bao.example/?source=6"),
    "an address with a port and one without": ("https://[::1]:8443/", "https://[::1:8443]/"),
    "escapes of an old charset": ("https://bao.example/%E9", "https://bao.example/%E8"),
    "long addresses": ("https://bao.example/" + "a" * 2000 + "b", "https://bao.example/" + "a" * 2000 + "c"),
}  # fmt: skip
NO_ADDRESS = {
    "mail": ("mailto:ai@bao.example", "url.scheme"),
    "script": ("javascript:alert(1)", "url.scheme"),
    "data": ("data:text/html,x", "url.scheme"),
    "file": ("file:///etc/passwd", "url.scheme"),
    "words": ("xin chào", "url.scheme"),
    "nothing": ("   ", "url.scheme"),
    "a mail address": ("ai@bao.example", "url.scheme"),
    "no host": ("https://", "url.host"),
    "empty label": ("https://a..b/", "url.host"),
    "blank in the host": ("https://a b.example/", "url.host"),
    "long label": ("https://" + "a" * 64 + ".example/", "url.host"),
    "long label of another script": ("https://" + "á" * 64 + ".example/", "url.host"),
    "a label the codec refuses": ("https://a\u2044é.example\u00ad\ufffd/", "url.host"),
    "long host": ("https://" + "a." * 130 + "example/", "url.host"),
    "slash in disguise": ("https://a\uff0fb.example/", "url.host"),
    "bracket not closed": ("https://[::1/", "url.host"),
    "no IPv6 address": ("https://[zz]/", "url.host"),
    "zone": ("https://[fe80::1%25lo]/", "url.host"),
    "text after the bracket": ("https://[::1]x/", "url.host"),
    "port too high": ("https://bao.example:65536/", "url.port"),
    "port of letters": ("https://bao.example:x/", "url.port"),
    "port of foreign digits": ("https://bao.example:٣/", "url.port"),
    "too long": ("https://bao.example/" + "a" * 8192, "url.too_long"),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_two_spellings_of_one_address_share_a_key(one: str, other: str) -> None:
    assert url_key(one) == url_key(other) is not None


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_different_objects_never_share_a_key(one: str, other: str) -> None:
    assert None not in {url_key(one), url_key(other)}
    assert url_key(one) != url_key(other)


@pytest.mark.parametrize(("text", "code"), NO_ADDRESS.values(), ids=NO_ADDRESS)
def test_what_is_no_web_address_is_told_as_a_value(text: str, code: str) -> None:
    problem = inspect_url(text)
    assert isinstance(problem, UrlProblem)
    assert problem.code == code
    assert problem.message
    assert canonical_url(text) is None
    assert url_key(text) is None


def test_a_canonical_address_keeps_what_a_fetch_needs() -> None:
    given = "HTTP://ai:do@WWW.Bao.Example:8080/a/../bài?id=5&utm_source=x&q=a+b#y"
    assert canonical_url(given) == "http://www.bao.example:8080/b%C3%A0i?id=5&q=a+b"
    assert canonical_url("https://[0:0:0::1]:8443/a") == "https://[::1]:8443/a"
    assert canonical_url("https://bao.example/100%?a&b=") == "https://bao.example/100%25?a&b="
    assert canonical_url("https://bao.example/a/..") == "https://bao.example/"
    assert canonical_url("https://bao.example/a/.") == "https://bao.example/a/"
    assert canonical_url("localhost:8000/x") == "https://localhost:8000/x"


def test_a_lone_surrogate_is_no_crash() -> None:
    assert canonical_url("https://bao.example/\ud800") == "https://bao.example/%EF%BF%BD"


def test_a_key_is_short_enough_for_an_index() -> None:
    key = url_key("https://bao.example/" + "bài-" * 800)
    assert key is not None
    assert len(key) <= LONGEST_KEY


@pytest.mark.parametrize(
    ("url", "kind", "number"),
    [
        ("https://bao.example/", UrlKind.OTHER, None),
        ("https://bao.example/thoi-su", UrlKind.OTHER, None),
        ("https://bao.example/2024", UrlKind.OTHER, None),
        ("https://bao.example/khanh-thanh-cau-moi", UrlKind.ARTICLE, None),
        ("https://bao.example/khanh_thanh_cau_moi", UrlKind.ARTICLE, None),
        ("https://bao.example/x-d538952.html", UrlKind.ARTICLE, "538952"),
        ("https://bao.example/x-post812345.html", UrlKind.ARTICLE, "post812345"),
        ("https://bao.example/tin/918311", UrlKind.ARTICLE, "918311"),
        ("https://nhac.example/bai/Nang-Am/ZWZB9WAB.html", UrlKind.ARTICLE, "ZWZB9WAB"),
        ("https://bao.example/detail.php?content_id=919358", UrlKind.ARTICLE, "919358"),
        ("https://bao.example/detail.php?id=x", UrlKind.OTHER, None),
    ],
)
def test_an_article_is_told_from_a_section_by_its_address(url: str, kind: UrlKind, number: str | None) -> None:
    found = facts(url)
    assert (found.channel, found.kind, found.post_id) == (Channel.WEB, kind, number)
    assert names_a_post(found)


@pytest.mark.parametrize(
    ("base", "href", "want"),
    [
        ("https://bao.example", "tin.html", "https://bao.example/tin.html"),
        ("https://bao.example/a/b.html", "c.html", "https://bao.example/a/c.html"),
        ("https://bao.example/a/b/", "../c", "https://bao.example/a/c"),
        ("http://bao.example/a", "//dai.example/x", "http://dai.example/x"),
        ("https://bao.example/a", "/x?y=1", "https://bao.example/x?y=1"),
        ("https://bao.example/a/b", "./this:that", "https://bao.example/a/this:that"),
        ("https://bao.example/a", " https://dai.example/x\n", "https://dai.example/x"),
        ("https://bao.example/a", "\\\\dai.example\\x", "https://dai.example/x"),
        ("https://bao.example/a", "https://ai:do@dai.example/x", "https://dai.example/x"),
        ("https://bao.example/a", "bài viết", "https://bao.example/b%C3%A0i%20vi%E1%BA%BFt"),
        ("https://bao.example/a", "javascript:alert(1)", None),
        ("https://bao.example/a", "tel:0912", None),
        ("https://bao.example/a", "", None),
        ("https://bao.example/a", "https://[bad", None),
        ("https://bao.example/a", "https://a..b/", None),
    ],
)
def test_a_link_on_a_page_becomes_absolute(base: str, href: str, want: str | None) -> None:
    assert absolute(base, href) == want


@pytest.mark.parametrize(
    "path",
    [
        "a" * 8000,
        "1" * 8000,
        "a-" * 4000,
        "../" * 2600,
        "%E1%BA%BF" * 880,
        "?" + "a&" * 4000,
        "A1" * 4000 + ".html",
        "a-1111111" * 880,
        ")" * 8000,
        "/" * 8000,
        "?url=" + "https://bao.example/?url=" * 300,
    ],
)
def test_an_address_of_8_kb_is_read_in_linear_time(path: str) -> None:
    start = time.monotonic()
    inspect_url("https://bao.example/" + path)
    assert time.monotonic() - start < 0.25  # some milliseconds; a quadratic step takes a second


@pytest.mark.parametrize("host", ["é." * 4000, "é" * 8000, "@" * 8000, "www." * 2000])
def test_a_host_of_8_kb_is_refused_in_linear_time(host: str) -> None:
    start = time.monotonic()
    assert isinstance(inspect_url("https://" + host), UrlProblem)
    assert time.monotonic() - start < 0.25
