"""Feeds too broken for a tree, read by feedparser: the tolerant fallback.

feedparser opens files and addresses when it is given text, so it is given bytes in memory and nothing else; its
sanitiser and its resolving of links are off, ours follow. It is slow on hostile input: only the worker imports it.
"""

from __future__ import annotations

import io
from typing import Any

import feedparser

from crawler.feed_raw import RawFeed, RawItem, text_as_markup


def read_loosely(text: str, root_name: str, base_url: str | None) -> RawFeed:
    """Read whatever feedparser finds."""
    found: Any = feedparser.parse(
        io.BytesIO(text.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    head = found.get("feed", {})
    return RawFeed(
        format={"rdf": "rdf", "feed": "atom"}.get(root_name, "rss"),
        base=base_url or head.get("link") or None,
        title=_string(head, "title"),
        link=_string(head, "link"),
        language=_string(head, "language"),
        generator=_string(head, "generator"),
        items=[_read_entry(entry, base_url or head.get("link") or None) for entry in found.get("entries", ())],
        warnings=["partial"],
    )


def _read_entry(entry: Any, base: str | None) -> RawItem:
    """Give one of feedparser's entries in our fields."""
    return RawItem(
        base=base,
        guid=_string(entry, "id"),
        links=[link for link in (_string(entry, "link"), *_hrefs(entry, "alternate")) if link],
        title=_string(entry, "title"),
        summary=_markup(entry, entry.get("summary_detail")),
        content=next((_markup(entry, part) for part in entry.get("content", ())), ""),
        authors=[str(author.get("name", "")) for author in entry.get("authors", ())] or [_string(entry, "author")],
        published=_string(entry, "published") or _string(entry, "created"),
        updated=_string(entry, "updated"),
        images=[str(part.get("url", "")) for part in entry.get("media_thumbnail", ())],
        categories=[str(tag.get("term") or "") for tag in entry.get("tags", ())],
        enclosures=_hrefs(entry, "enclosure"),
    )


def _string(fields: Any, name: str) -> str:
    """Give a field of feedparser's as text, past its own look-up (which takes one date for another, with a warning)."""
    return str(dict.get(fields, name) or "")


def _hrefs(entry: Any, rel: str) -> list[str]:
    """Give the addresses of the entry's links of one relation."""
    return [str(link.get("href", "")) for link in entry.get("links", ()) if link.get("rel") == rel]


def _markup(entry: Any, detail: Any) -> str:
    """Give a text of feedparser's as HTML."""
    if not detail:
        return _string(entry, "summary")
    text = str(detail.get("value") or "")
    return text_as_markup(text) if detail.get("type") == "text/plain" and "<" not in text else text
