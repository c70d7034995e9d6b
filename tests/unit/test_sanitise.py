from __future__ import annotations

import html.parser
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from crawler.sanitise import plain_text, sanitise

KEPT = {"a", "p", "b", "div", "br", "td", "time"}


class _Seen(html.parser.HTMLParser):
    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()
        self.feed(markup)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= set(attrs)


@pytest.mark.parametrize(
    ("written", "inert"),
    [
        ("plain", "plain"),
        ("a < b", "a &lt; b"),
        ("<p style='x' class=y id=z onclick=1>a</p>", "<p>a</p>"),
        ("<script>x()</script><style>y</style><svg><text>z</text></svg>a", "a"),
        ("<img src=x onerror=1><iframe src=y></iframe>a", "a"),
        ("<font>a</font><center>b</center>", "ab"),
        ("<b>open", "<b>open</b>"),
        ("<p>\x00\x1b\ud800a</p>", "<p>a</p>"),
        ("a\ud800", "a"),
    ],
)
def test_markup_keeps_its_words_and_nothing_that_acts(written: str, inert: str) -> None:
    assert sanitise(written) == inert


@pytest.mark.parametrize(
    ("href", "base", "kept"),
    [
        ("https://a.example/x", None, "https://a.example/x"),
        ("mailto:a@b.example", None, "mailto:a@b.example"),
        ("x?y=1", "https://a.example/b/c", "https://a.example/b/x?y=1"),
        ("//c.example/", "https://a.example/", "https://c.example/"),
        ("x", None, None),
        ("x", "mailto:a@b.example", None),
        ("x", "no address", None),
        ("javascript:x()", "https://a.example/", None),
        (" jAvA\tscript:x()", "https://a.example/", None),
        ("data:text/html,x", "https://a.example/", None),
        ("tel:113", "https://a.example/", None),
    ],
)
def test_links_are_absolute_and_of_the_web_or_mail(href: str, base: str | None, kept: str | None) -> None:
    attributes = dict(_Seen(sanitise(f'<a href="{href}">a</a>', base)).attributes)
    assert attributes.get("href") == kept


@given(st.text(alphabet=st.sampled_from("<>/'\"= aonclickscript:&#x;\x00\ud800-!"), max_size=200))
def test_whatever_comes_is_sanitised_to_inert_markup(markup: str) -> None:
    seen = _Seen(sanitise(f"<div onclick=x>{markup}</div><a href='javascript:x'>"))
    assert not any(name.startswith(("on", "style")) for name, _ in seen.attributes)
    assert not any(re.match(r"\s*javascript", value or "") for _, value in seen.attributes)
    assert not seen.tags & {"script", "style", "iframe", "img", "form"}


@given(st.text(max_size=200))
def test_sanitising_again_changes_nothing(markup: str) -> None:
    once = sanitise(f"<p>{markup}</p>")
    assert sanitise(once) == once


def test_plain_text_parts_blocks_and_reads_references() -> None:
    assert plain_text("<p>Một</p><p>hai &lt; ba<br>bốn</p><script>x</script>") == "Một hai < ba bốn"
    assert plain_text("A &amp; B") == "A & B"
