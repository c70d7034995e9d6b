"""What runs in the sandbox when somebody looks at an address: its bytes to what would be collected, as JSON.

Imported by the worker process only.
"""

from __future__ import annotations

import datetime as dt
import json
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from crawler import parse_worker
from crawler.draft_worker import read_fields
from crawler.named_feeds import feed_links
from crawler.pages import listing_worker
from crawler.previews import preview_of
from tracker.domain.feeds import FeedKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.domain.sources import Preview, PreviewEntry

LINKS_MOST: Final = 50


def preview(payload: bytes, options: Mapping[str, Any]) -> bytes:
    """Show what a body is as a source. Options: `kind`, `url`, `content_type`, `base_url`, `zone`, `now`, `selectors`.

    Answers `{"preview": …}` in the fields of Preview but its kind and address; for a sitemap of sitemaps
    `{"children": […]}`; else `{"code","message","links"}`, of a page with the feeds it names or links to.
    """
    kind = FeedKind(str(options["kind"]))
    told = _read(kind, payload, options)
    if "feed" not in told:
        return json.dumps(told).encode()
    feed = read_fields(told["feed"])
    found = preview_of(
        str(options["url"]),
        feed,
        kind=kind,
        zone=ZoneInfo(str(options["zone"])),
        now=dt.datetime.fromisoformat(str(options["now"])),
        untitled=told.get("untitled", ()),
    )
    return json.dumps({"preview": _told(found)}).encode()


def _read(kind: FeedKind, payload: bytes, options: Mapping[str, Any]) -> dict[str, Any]:
    match kind:
        case FeedKind.LISTING:
            return listing_worker.read_list_fields(payload, options)
        case FeedKind.SITEMAP:
            return listing_worker.read_map_fields(payload, options)
        case FeedKind.FEED:
            told = parse_worker.read_feed(payload, {**options, "whole": False})
            return told if "feed" in told else _with_links(told, payload, str(options["base_url"]))


def _with_links(told: dict[str, Any], payload: bytes, url: str) -> dict[str, Any]:
    """Add to the feeds that a page declares those that it only links to."""
    links = dict.fromkeys((*told["links"], *islice(feed_links(payload, url), LINKS_MOST)))
    return told | {"links": list(links)[:LINKS_MOST]}


def _told(found: Preview) -> dict[str, Any]:
    return {
        "title": found.title,
        "format": found.format,
        "entries": [_entry(entry) for entry in found.entries],
        "entry_count": found.entry_count,
        "skipped_count": found.skipped_count,
        "untitled_count": found.untitled_count,
        "warnings": list(found.warnings),
        "findings": None if found.findings is None else found.findings.as_json(),
        "identity": found.identity,
        "left_out": dict(found.left_out),
    }


def _entry(entry: PreviewEntry) -> dict[str, Any]:
    return {
        "title": entry.title,
        "url": entry.url,
        "published_at": None if entry.published_at is None else entry.published_at.isoformat(),
        "published_raw": entry.published_raw,
        "date_quality": None if entry.date_quality is None else entry.date_quality.value,
        "skipped": entry.skipped,
        "key": entry.key,
    }
