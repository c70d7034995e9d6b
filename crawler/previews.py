"""What would be collected from something read, as it is shown before it is a source. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from crawler.findings import find_out, go_back_and_forth
from crawler.normalise import normalise
from tracker.domain.feed_health import Cause
from tracker.domain.feeds import ArticleDraft, DateOrder, FeedKind, Skipped
from tracker.domain.sources import Preview, PreviewEntry

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from crawler.types import ParsedFeed, ParsedItem

ENTRIES_SHOWN: Final = 50


def preview_of(
    url: str,
    feed: ParsedFeed,
    *,
    kind: FeedKind,
    zone: dt.tzinfo,
    now: dt.datetime,
    order: DateOrder = DateOrder.AUTO,
    untitled: Collection[str] = (),
) -> Preview:
    """Show a source with its first entries; `untitled` are addresses whose pages tell the titles."""
    found = normalise(feed, zone=zone, now=now, order=order, base_url=url, untitled=untitled)
    left_out = Counter(draft.reason for draft in found.drafts if isinstance(draft, Skipped))
    unordered = (Cause.DATES_UNORDERED.value,) if go_back_and_forth(found.drafts) else ()
    return Preview(
        url=url,
        kind=kind,
        title=feed.title,
        format=feed.format,
        entries=tuple(map(_entry, feed.items[:ENTRIES_SHOWN], found.drafts)),
        entry_count=len(feed.items),
        skipped_count=left_out.total(),
        untitled_count=sum(isinstance(draft, ArticleDraft) and not draft.title for draft in found.drafts),
        warnings=(*feed.warnings, *found.warnings, *unordered),
        findings=find_out(feed, found),
        identity=found.identity.value,
        left_out=dict(left_out),
    )


def _entry(item: ParsedItem, draft: ArticleDraft | Skipped) -> PreviewEntry:
    if isinstance(draft, Skipped):
        return PreviewEntry(
            title=item.title,
            url=item.url,
            published_at=None,
            published_raw=item.published_raw,
            date_quality=None,
            skipped=draft.reason,
        )
    return PreviewEntry(
        title=draft.title,
        url=draft.url,
        published_at=draft.published_at,
        published_raw=draft.published_raw,
        date_quality=draft.date_quality,
        skipped=None,
        key=draft.url_key,
    )
