"""Sources and fetches as the API and the command line answer them; no web framework, so that commands start fast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.times import instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.opml import ImportRow
    from tracker.domain.feeds import FetchProblem, FetchResult
    from tracker.domain.sources import Feed, Fetch, Preview, PreviewEntry


def feed_json(feed: Feed) -> dict[str, Any]:
    """Give a source as the API answers it."""
    return {
        "id": feed.feed_id,
        "url": feed.url,
        "title": feed.title,
        "kind": str(feed.kind),
        "state": str(feed.state),
        "health": str(feed.health),
        "health_reason": feed.health_reason or None,
        "next_fetch_at": instant(feed.next_fetch_at),
        "last_fetch_at": instant(feed.last_fetch_at),
        "last_new_at": instant(feed.last_new_at),
        "interval_s": feed.interval_s,
        "failures": feed.failures,
        "last_error": problem_json(feed.last_error),
        "moved_to": feed.moved_to,
        "date_order": str(feed.date_order),
        "selectors": feed.selectors,
        "created_at": instant(feed.created_at),
    }


def problem_json(problem: FetchProblem | None) -> dict[str, str] | None:
    """Give a fetch error as the API answers it."""
    return None if problem is None else {"code": str(problem.code), "message": problem.message}


def result_json(result: FetchResult) -> dict[str, Any]:
    """Give what a fetch did, in the fields of contract.md."""
    return {
        "feed_id": result.feed_id,
        "url": result.url,
        "status": str(result.status),
        "new": result.new,
        "changed": result.changed,
        "seen": result.seen,
        "skipped": result.skipped,
        "error": problem_json(result.problem),
    }


def preview_json(preview: Preview) -> dict[str, Any]:
    """Give what looking at an address showed."""
    return {
        "url": preview.url,
        "kind": str(preview.kind),
        "title": preview.title or None,
        "format": preview.format or None,
        "entries": [_entry_json(entry) for entry in preview.entries],
        "entry_count": preview.entry_count,
        "skipped_count": preview.skipped_count,
        "warnings": list(preview.warnings),
        "links": list(preview.links),
        "sitemaps": list(preview.sitemaps),
        "error": problem_json(preview.problem),
    }


def _entry_json(entry: PreviewEntry) -> dict[str, Any]:
    return {
        "title": entry.title,
        "url": entry.url,
        "published": instant(entry.published_at),
        "published_raw": entry.published_raw,
        "date_quality": None if entry.date_quality is None else str(entry.date_quality),
        "skipped": entry.skipped,
    }


def row_json(row: ImportRow) -> dict[str, Any]:
    """Give one row of an OPML import."""
    return {
        "row": row.row,
        "url": row.url,
        "title": row.title,
        "status": row.status,
        "code": row.code,
        "words": row.words,
    }


def fetch_json(fetch: Fetch) -> dict[str, Any]:
    """Give one fetch as the health page and the API show it."""
    return {
        "id": fetch.fetch_id,
        "at": instant(fetch.at),
        "status": str(fetch.status),
        "http_status": fetch.http_status,
        "duration_ms": fetch.duration_ms,
        "bytes": fetch.bytes_read,
        "new": fetch.new,
        "changed": fetch.changed,
        "seen": fetch.seen,
        "skipped": fetch.skipped,
        "error": problem_json(fetch.problem),
        "warnings": list(fetch.warnings),
    }


def totals(rows: Sequence[ImportRow]) -> dict[str, int]:
    """Count the rows of an import by what became of them."""
    return {status: sum(row.status == status for row in rows) for status in ("new", "same", "refused")}
