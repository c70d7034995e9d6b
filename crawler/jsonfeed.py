"""JSON Feed 1 and 1.1 (jsonfeed.org), read as leniently as the XML kinds: a broken end keeps the entries before it."""

from __future__ import annotations

import json
import re
from typing import Any

from crawler.feed_raw import MAX_ITEMS, RawFeed, RawItem, text_as_markup

_ITEMS = re.compile(r'"items"\s*:\s*\[')
_SEPARATOR = re.compile(r"[\s,]*")
_FIELD = re.compile(r'"(version|title|home_page_url|feed_url|language)"\s*:\s*"((?:[^"\\]|\\.){0,2000})"')
_VERSION = "jsonfeed.org/version/"


def read_json(text: str, base_url: str | None) -> RawFeed | None:
    """Read a JSON Feed; None where the text is none."""
    try:
        document = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        document = _read_broken(text)
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        return None
    if _VERSION not in _string(document, "version") and not _string(document, "title"):
        return None
    return _read_document(document, base_url)


def _read_broken(text: str) -> dict[str, Any] | None:
    """Read the whole items of a JSON Feed that ends in its middle."""
    start = _ITEMS.search(text)
    if start is None:
        return None
    decoder, position = json.JSONDecoder(strict=False), start.end()
    items: list[Any] = []
    while len(items) <= MAX_ITEMS:
        position = _SEPARATOR.match(text, position).end()  # type: ignore[union-attr]  # it matches nothing, too
        try:
            item, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            break
        items.append(item)
    head = {name: json.loads(f'"{value}"', strict=False) for name, value in _FIELD.findall(text[: start.start()])}
    return {**head, "items": items, "broken": True}


def _read_document(document: dict[str, Any], base_url: str | None) -> RawFeed:
    """Read the feed's own fields and its items."""
    base = base_url or _string(document, "feed_url") or _string(document, "home_page_url") or None
    authors = _authors(document)
    return RawFeed(
        format="json",
        base=base,
        title=_string(document, "title"),
        link=_string(document, "home_page_url"),
        language=_string(document, "language"),
        items=[
            _read_item(item, base, authors) for item in document["items"][: MAX_ITEMS + 1] if isinstance(item, dict)
        ],
        warnings=["partial"] if document.get("broken") else [],
    )


def _read_item(item: dict[str, Any], base: str | None, feed_authors: list[str]) -> RawItem:
    """Read one item."""
    guid = _string(item, "id")
    attachments = [part for part in _list(item, "attachments") if isinstance(part, dict)]
    return RawItem(
        base=base,
        guid=guid,
        links=[_string(item, "url"), _string(item, "external_url"), guid if guid.startswith("http") else ""],
        title=text_as_markup(_string(item, "title")),
        summary=text_as_markup(_string(item, "summary")),
        content=_string(item, "content_html") or text_as_markup(_string(item, "content_text")),
        authors=_authors(item) or feed_authors,
        published=_string(item, "date_published"),
        updated=_string(item, "date_modified"),
        images=[link for name in ("image", "banner_image") if (link := _string(item, name))],
        categories=[str(tag) for tag in _list(item, "tags")],
        enclosures=[_string(part, "url") for part in attachments],
    )


def _authors(fields: dict[str, Any]) -> list[str]:
    """Give the names of `authors` (1.1) or `author` (1)."""
    people = [*_list(fields, "authors"), fields.get("author")]
    return [_string(person, "name") for person in people if isinstance(person, dict) and _string(person, "name")]


def _string(fields: dict[str, Any], name: str) -> str:
    """Give a field as text; numbers are taken for what they spell, all else is nothing."""
    value = fields.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _list(fields: dict[str, Any], name: str) -> list[Any]:
    """Give a field that should be a list."""
    value = fields.get(name)
    return value if isinstance(value, list) else []
