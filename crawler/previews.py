"""What would be collected from something read, as it is shown before it is a source. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.normalise import normalise
from tracker.domain.feeds import ArticleDraft, DateOrder, FeedKind, Skipped
from tracker.domain.sources import Preview, PreviewEntry

if TYPE_CHECKING:
    import datetime as dt

    from crawler.types import ParsedFeed, ParsedItem

ENTRIES_SHOWN: Final = 10


def preview_of(
    url: str, feed: ParsedFeed, *, kind: FeedKind, zone: dt.tzinfo, now: dt.datetime, order: DateOrder = DateOrder.AUTO
) -> Preview:
    """Show a source with its first entries."""
    drafts = normalise(feed, zone=zone, now=now, order=order, base_url=url).drafts
    return Preview(
        url=url,
        kind=kind,
        title=feed.title,
        format=feed.format,
        entries=tuple(map(_entry, feed.items[:ENTRIES_SHOWN], drafts)),
        entry_count=len(feed.items),
        skipped_count=sum(isinstance(draft, Skipped) for draft in drafts),
        warnings=feed.warnings,
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
    )
