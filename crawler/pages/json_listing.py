"""Entries of a JSON document by paths that an administrator declares; also of JSON that a page carries in a script."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from crawler.feed_raw import MAX_ITEMS, RawFeed, RawItem
from crawler.pages.selectors import iso_by, read_path
from crawler.plaintext import tidy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.pages.selectors import JsonPaths

_SCRIPT = re.compile(
    r"<script\b(?P<attributes>[^<>]{0,500})>(?P<body>.*?)(?:</script\s*>|\Z)", re.IGNORECASE | re.DOTALL
)
_ID = re.compile(r"""\bid\s*=\s*["']?(?P<id>[^\s"'<>]{1,100})""", re.IGNORECASE)
_NUMBER_CHARS: Final = 40


def read_json_listing(text: str, url: str | None, paths: JsonPaths) -> RawFeed | None:
    """Read the entries that the paths find; None where there is no JSON document, or none under that script's id."""
    body = find_script(text, paths.script) if paths.script else text
    try:
        document = None if body is None else json.loads(body, strict=False)
    except (ValueError, RecursionError):
        return None
    if body is None:
        return None
    base = paths.base or url
    feed = RawFeed(format="json", base=base, link=url or "")
    feed.items = [_item(entry, base, paths) for entry in _limited(walk(document, read_path(paths.items)))]
    return feed


def find_script(text: str, script_id: str) -> str | None:
    """Find what stands in the script of a page that has an id."""
    for match in _SCRIPT.finditer(text):
        named = _ID.search(match["attributes"])
        if named and named["id"] == script_id:
            return match["body"].strip()
    return None


def walk(document: Any, steps: tuple[str | int | None, ...]) -> Iterator[Any]:
    """Give what a path leads to: nothing, one value, or with [*] each member; a list at its end is taken apart."""
    places = [document]
    for step in steps:
        places = [inner for place in places for inner in _step(place, step)]
        if len(places) > MAX_ITEMS:
            places = places[: MAX_ITEMS + 1]
    for place in places:
        yield from place if isinstance(place, list) else (place,)


def _step(place: Any, step: str | int | None) -> list[Any]:
    if isinstance(place, list):
        if step is None:
            return place
        return [place[step]] if isinstance(step, int) and step < len(place) else []
    if isinstance(place, dict):
        if step is None:
            return list(place.values())
        return [place[str(step)]] if str(step) in place else []
    return []


def _limited(entries: Iterator[Any]) -> Iterator[Any]:
    for number, entry in enumerate(entries):
        if number > MAX_ITEMS:
            return
        yield entry


def _item(entry: Any, base: str | None, paths: JsonPaths) -> RawItem:
    told = {name: _text(entry, path) for name, path in paths.parts.items()}
    return RawItem(
        base=base,
        links=[told["link"]],
        title=told["title"],
        summary=told.get("summary", ""),
        published=iso_by(paths.date_format, tidy(told.get("published", ""))),
        images=[told["image"]] if told.get("image") else [],
    )


def _text(entry: Any, path: str) -> str:
    """Give the first value at a path as text, as markup: a number as it is spelt, of anything else nothing."""
    for value in walk(entry, read_path(path)):
        if isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)[:_NUMBER_CHARS]
    return ""
