"""What looking at an address shows beside what is stored: which of its articles are known, whether it is a source."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tracker.domain.sources import feed_key
from tracker.store import articles, feeds

if TYPE_CHECKING:
    from tracker.domain.sources import Preview
    from tracker.store.db import Tx


def tell_known(tx: Tx, preview: Preview) -> Preview:
    """Say of each entry whether it was collected before, and of the address whether it is a source already."""
    known = articles.list_known(tx, [entry.key for entry in preview.entries if entry.key is not None])
    entries = (entry if entry.key is None else replace(entry, is_known=entry.key in known) for entry in preview.entries)
    return replace(preview, entries=tuple(entries), feed_id=feeds.find_id(tx, feed_key(preview.url)))
