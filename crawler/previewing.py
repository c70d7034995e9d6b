"""The parent's door to looking at a source: a fetched body in, what would be collected out. No parser is imported."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final

from crawler.drafting import CONTENT_TYPE_MOST
from crawler.pages.listing_reading import find_index
from crawler.parse import no_answer, refused
from sandbox import FailureKind, SandboxFailed
from tracker.domain.feed_findings import Findings
from tracker.domain.feeds import DateQuality
from tracker.domain.sources import Preview, PreviewEntry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from crawler.pages.listing_reading import SitemapIndex
    from crawler.types import FeedUnreadable, Fetched
    from sandbox import Sandbox
    from tracker.domain.feeds import FeedKind

PREVIEW: Final = "crawler.preview_worker:preview"
PREVIEW_TASKS: Final = (PREVIEW,)


async def apreview(
    sandbox: Sandbox,
    fetched: Fetched,
    *,
    url: str,
    kind: FeedKind,
    zone: ZoneInfo,
    now: dt.datetime,
    selectors: Mapping[str, Any] | None = None,
) -> Preview | FeedUnreadable | SitemapIndex:
    """Show a fetched body as a source of a kind; `url` is the address it would be added under."""
    options = {
        "kind": kind.value,
        "url": url,
        "content_type": fetched.content_type[:CONTENT_TYPE_MOST],
        "base_url": fetched.url,
        "zone": zone.key,
        "now": now.isoformat(),
        "selectors": selectors,
    }
    answer = await sandbox.acall(PREVIEW, fetched.body, options)
    return find_index(answer) or _previewed(answer, url, kind)


def _previewed(answer: bytes | SandboxFailed, url: str, kind: FeedKind) -> Preview | FeedUnreadable:
    """Give the worker's answer as our types; what does not fit them counts as unreadable: it was near the input."""
    if isinstance(answer, SandboxFailed):
        return no_answer(answer.kind)
    try:
        document = json.loads(answer)
        return _preview(document["preview"], url, kind) if "preview" in document else refused(document)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return no_answer(FailureKind.CRASH)


def _preview(told: dict[str, Any], url: str, kind: FeedKind) -> Preview:
    return Preview(
        url=url,
        kind=kind,
        title=str(told["title"]),
        format=str(told["format"]),
        entries=tuple(_entry(fields) for fields in told["entries"]),
        entry_count=int(told["entry_count"]),
        skipped_count=int(told["skipped_count"]),
        untitled_count=int(told["untitled_count"]),
        warnings=tuple(map(str, told["warnings"])),
        findings=None if told["findings"] is None else Findings(**told["findings"]),
        identity=str(told["identity"]),
        left_out={str(reason): int(count) for reason, count in told["left_out"].items()},
    )


def _entry(fields: dict[str, Any]) -> PreviewEntry:
    at, quality = fields["published_at"], fields["date_quality"]
    return PreviewEntry(
        **fields
        | {
            "published_at": None if at is None else dt.datetime.fromisoformat(at),
            "date_quality": None if quality is None else DateQuality(quality),
        }
    )
