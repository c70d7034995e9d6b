"""Strangers' markup made inert: few elements, no style, class, id or handler, nothing that loads. Never fails."""

from __future__ import annotations

import functools
import html
import re
from typing import Any, Final

import nh3

from crawler.plaintext import space_blocks, tidy

_TAG_WORDS: Final = (
    "a abbr b blockquote br caption cite code dd del dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i "
    "ins kbd li mark ol p pre q rp rt ruby s samp small strong sub sup table tbody td tfoot th thead time tr u "
    "ul var"
)
# What these hold is no text of the article: it goes with them. Pictures go too: nothing that is shown may load.
_DROPPED_WORDS: Final = (
    "applet embed frame frameset iframe math noembed noframes noscript object option script select style svg "
    "template textarea title"
)
# Control characters and lone surrogates: the first confuse readers of the result, the second nh3 refuses.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def sanitise(markup: str, base_url: str | None = None) -> str:
    """Give the markup with only what may be shown; relative links are resolved against the base, or dropped."""
    if "<" not in markup and "&" not in markup:
        return html.escape(_UNWANTED.sub("", markup), quote=False)
    return _cleaner(base_url).clean(_UNWANTED.sub("", markup)).strip()


def plain_text(markup: str) -> str:
    """Give what a reader of the markup would see, on one line."""
    if "<" in markup:
        markup = _stripper().clean(_UNWANTED.sub("", space_blocks(markup)))
    return tidy(html.unescape(markup))


@functools.lru_cache(maxsize=64)
def _cleaner(base_url: str | None) -> nh3.Cleaner:
    """Make the cleaner for one base; a base that is no address counts as none."""
    try:
        return _make_cleaner(("rewrite_with_base", base_url) if base_url else "deny")
    except ValueError:
        return _make_cleaner("deny")


def _make_cleaner(url_relative: Any) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAG_WORDS.split()),
        clean_content_tags=set(_DROPPED_WORDS.split()),
        attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "time": {"datetime"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        url_relative=url_relative,
    )


@functools.cache
def _stripper() -> nh3.Cleaner:
    return nh3.Cleaner(tags=set(), clean_content_tags=set(_DROPPED_WORDS.split()), attributes={})
