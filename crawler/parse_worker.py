"""What runs in the sandbox: a feed's bytes to a JSON document of its entries, markup to inert markup.

Imported by the worker process only: the parsers behind it may use any amount of time and memory on hostile input.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lxml import etree, html

from crawler.encoding import decode
from crawler.encoding_legacy import find_legacy
from crawler.feed_loose import read_loosely
from crawler.feed_raw import RawFeed, finish_feed
from crawler.feed_tree import count_whole_items, read_tree
from crawler.jsonfeed import read_json
from crawler.links import absolute
from crawler.sanitise import sanitise
from crawler.xmltext import declares_entities, find_root, has_giant_tag, mend

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_LOOSE_CHARS = 2_000_000
_MAX_PAGE_CHARS = 1_000_000
_MAX_DECLARED = 20
_LEGACY_ITEMS = 30
_FEED_ROOTS = frozenset({"rss", "rdf", "feed"})
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")


def parse_feed(payload: bytes, options: Mapping[str, Any]) -> bytes:
    """Read a feed. Options: `content_type`, `base_url` or None, `whole` to keep contents.

    Answers `{"feed": …}` in the fields of ParsedFeed, or `{"code","message","links"}` of FeedUnreadable.
    """
    return json.dumps(read_feed(payload, options)).encode()


def read_feed(payload: bytes, options: Mapping[str, Any]) -> dict[str, Any]:
    """Read a feed, for what runs on in this process: the document that `parse_feed` answers."""
    return _read(payload, str(options["content_type"]), options["base_url"], whole=bool(options["whole"]))


def clean_markup(payload: bytes, options: Mapping[str, Any]) -> bytes:
    """Sanitise a fragment of HTML. Options: `base_url` or None."""
    text, _ = decode(payload)
    return sanitise(text, options["base_url"]).encode()


def _read(payload: bytes, content_type: str, base_url: str | None, *, whole: bool) -> dict[str, Any]:
    """Tell what kind of document this is and read it."""
    text, is_doubtful = decode(payload, content_type)
    text = text.lstrip("\ufeff\0 \t\r\n")
    if not text:
        return _refusal("not_a_feed", "the body is empty")
    found = read_json(text, base_url) if text[0] in "{[" else _read_xml(text, base_url)
    if found is None:
        return _refusal("not_a_feed", "a JSON document, but no JSON Feed")
    if isinstance(found, dict):
        return found
    legacy = find_legacy(" ".join(text for item in found.items[:_LEGACY_ITEMS] for text in (item.title, item.summary)))
    if legacy:
        return _refusal("encoding", f"the texts seem to be in {legacy}, which is not converted: it may be another")
    if is_doubtful:
        found.warnings.append("encoding")
    return {"feed": finish_feed(found, whole=whole)}


def _read_xml(text: str, base_url: str | None) -> RawFeed | dict[str, Any]:
    """Read an XML feed: by its tree, and where that is broken by whichever reader finds more entries."""
    prolog = find_root(text)
    if declares_entities(prolog):
        return _refusal("unreadable", "the document declares entities")
    if prolog.root_name not in _FEED_ROOTS:
        return _refuse_page(text, prolog.root_name, base_url)
    body = mend(text[prolog.root_start :])
    if has_giant_tag(body):
        return _refusal("unreadable", "the document has a tag of more than 64 KiB")
    feed = read_tree(body, prolog.root_name, base_url)
    return _read_broken(body, prolog.root_name, base_url, feed) if "partial" in feed.warnings else feed


def _read_broken(body: str, root_name: str, base_url: str | None, feed: RawFeed) -> RawFeed:
    """Give the entries before and after a break; one that breaks off itself is left for the next fetch."""
    wanted = count_whole_items(body)
    if len(feed.items) < wanted and len(body) < _MAX_LOOSE_CHARS:
        loose = read_loosely(body, root_name, base_url)
        feed = loose if len(loose.items) > len(feed.items) else feed
    if len(feed.items) == wanted + 1:
        feed.items.pop()
    return feed


def _refuse_page(text: str, root_name: str, base_url: str | None) -> dict[str, Any]:
    """Refuse what is no feed; a page is asked which feeds it declares."""
    if root_name in {"html", "head", "body"} or "<html" in text[:_MAX_PAGE_CHARS].lower():
        return _refusal("not_a_feed", "an HTML page", _declared_feeds(text[:_MAX_PAGE_CHARS], base_url))
    return _refusal("not_a_feed", f"an XML document of another kind: {root_name[:40]}" if root_name else "no XML")


def _declared_feeds(text: str, base_url: str | None) -> list[str]:
    """Find the feeds that a page declares in `<link rel="alternate">`."""
    try:
        page = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.LxmlError, ValueError, AssertionError):
        return []
    base = next((absolute(str(e.get("href", "")), base_url) for e in page.iter("base")), None) or base_url
    declared = (
        absolute(str(element.get("href", "")), base)
        for element in page.iter("link")
        if "alternate" in str(element.get("rel", "")).lower().split()
        and str(element.get("type", "")).lower().split(";")[0].strip() in _FEED_TYPES
    )
    return list(dict.fromkeys(link for link in declared if link))[:_MAX_DECLARED]


def _refusal(code: str, message: str, links: list[str] | None = None) -> dict[str, Any]:
    """Give a refusal in the fields of FeedUnreadable."""
    return {"code": code, "message": message, "links": links or []}
