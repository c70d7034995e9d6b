"""What runs in the sandbox when a source is fetched: a feed's bytes to article drafts, as a JSON document.

Reading and normalising in one step: what a feed says beyond its drafts never leaves the worker, and the parent spends
no time on it. Imported by the worker process only.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from crawler import parse_worker
from crawler.findings import find_out
from crawler.normalise import normalise
from crawler.types import ParsedFeed, ParsedItem
from tracker.domain.feeds import ArticleDraft, DateOrder, Skipped

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def draft_feed(payload: bytes, options: Mapping[str, Any]) -> bytes:
    """Read a feed and make its drafts. Options: those of `parse_feed` but `whole`, and `zone`, `now`, `order`.

    Answers `{"title","warnings","identity","findings","drafts":[…]}`, a draft as its fields or `{"skipped": reason}`;
    or what `parse_feed` answers where there is no feed.
    """
    document = parse_worker.read_feed(payload, {**options, "whole": False})
    return json.dumps(document).encode() if "feed" not in document else tell_drafts(document["feed"], options)


def tell_drafts(fields: dict[str, Any], options: Mapping[str, Any], untitled: Collection[str] = ()) -> bytes:
    """Make the drafts of what was read as a feed, in the fields of ParsedFeed. Options: `zone`, `now`, `order`.

    `untitled` are addresses whose pages tell the titles.
    """
    feed = read_fields(fields)
    found = normalise(
        feed,
        zone=ZoneInfo(str(options["zone"])),
        now=dt.datetime.fromisoformat(str(options["now"])),
        order=DateOrder(str(options["order"])),
        base_url=options.get("base_url"),
        untitled=untitled,
    )
    told = {
        "title": feed.title,
        "warnings": [*feed.warnings, *found.warnings],
        "identity": found.identity.value,
        "findings": find_out(feed, found).as_json(),
        "drafts": [_told(draft) for draft in found.drafts],
    }
    return json.dumps(told).encode()


def read_fields(fields: dict[str, Any]) -> ParsedFeed:
    """Give what was read as a feed, in the fields of ParsedFeed, as one."""
    items = tuple(ParsedItem(**item) for item in fields.pop("items"))
    return ParsedFeed(**fields | {"items": items})


def _told(draft: ArticleDraft | Skipped) -> dict[str, Any]:
    if isinstance(draft, Skipped):
        return {"skipped": draft.reason}
    return {
        "url": draft.url,
        "url_key": draft.url_key,
        "title": draft.title,
        "summary": draft.summary,
        "authors": draft.authors,
        "published_at": None if draft.published_at is None else draft.published_at.isoformat(),
        "date_quality": draft.date_quality.value,
        "published_raw": draft.published_raw,
        "image_url": draft.image_url,
        "categories": draft.categories,
        "guid": draft.guid,
        "content_hash": draft.content_hash,
        "unit": draft.unit,
    }
