"""What runs in the sandbox: a page's bytes to a JSON document of its article. Imported by the worker process only."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from crawler.encoding import decode
from crawler.pages.article import read_article
from crawler.pages.counter_rules import COUNTED
from crawler.pages.counters import row_counters
from crawler.pages.families import read_family
from crawler.pages.metas import Metas
from crawler.pages.tree import grow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.pages.types import CounterReading

_MARKUP = ("<html", "<body", "<head", "<title", "<p", "<div", "<article", "<h1", "<meta")
_SEARCHED_CHARS = 100_000


def read_page(payload: bytes, options: Mapping[str, Any]) -> bytes:
    """Read an article's page. Options: `url`, `content_type`, `zone` (its name), `latest` or None, `rules`.

    Answers `{"page": …}` in the fields of ReadPage, or `{"code","message"}` of PageUnreadable.
    """
    text, _ = decode(payload, str(options["content_type"]))
    if not _is_page(text):
        return _refusal("the body is no HTML page")
    root = grow(text)
    if root is None:
        return _refusal("nothing of a page could be read")
    told = options.get("latest")
    article = read_article(
        root,
        url=str(options["url"]),
        zone=ZoneInfo(str(options["zone"])),
        latest=None if told is None else dt.datetime.fromisoformat(told),
        rules=tuple(read_family(row) for row in options.get("rules", ())),
    )
    return json.dumps({"page": article}).encode()


def read_rows(payload: bytes, options: Mapping[str, Any]) -> bytes:
    """Read the counters in a section page's rows. Options: `url`, `content_type`, `rules`.

    Answers `{address: {"counters","rule","raw"}}`.
    """
    text, _ = decode(payload, str(options["content_type"]))
    root = grow(text)
    rules = tuple(read_family(row) for row in options.get("rules", ()))
    url = str(options["url"])
    found = {} if root is None else row_counters(root, Metas(root, url).base, rules)
    return json.dumps({address: reading_fields(reading) for address, reading in found.items()}).encode()


def reading_fields(reading: CounterReading) -> dict[str, Any]:
    """Give a reading of counters as plain values."""
    counters = {name: getattr(reading.counters, name) for name in COUNTED}
    return {"counters": counters, "rule": reading.rule, "raw": reading.raw}


def _is_page(text: str) -> bool:
    """Tell whether this is HTML at all."""
    start = text[:_SEARCHED_CHARS].lower()
    return any(tag in start for tag in _MARKUP)


def _refusal(message: str) -> bytes:
    """Give a refusal."""
    return json.dumps({"code": "unreadable", "message": message}).encode()
