"""Sources and fetches as the API and the command line answer them; no web framework, so that commands start fast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.times import instant
from tracker.domain import feed_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.opml import ImportRow
    from tracker.domain.completeness import Completeness, OutletShare
    from tracker.domain.feeds import FetchProblem, FetchResult
    from tracker.domain.sources import Feed, Fetch, Preview, PreviewEntry
    from tracker.services.feed_volume import Day


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
        "advice": feed_words.advice_id(feed),
        "next_fetch_at": instant(feed.next_fetch_at),
        "last_fetch_at": instant(feed.last_fetch_at),
        "last_new_at": instant(feed.last_new_at),
        "interval_s": feed.interval_s,
        "failures": feed.failures,
        "last_error": problem_json(feed.last_error),
        "moved_to": feed.moved_to,
        "date_order": str(feed.date_order),
        "selectors": feed.selectors,
        "identity": feed.identity or None,
        "pause_s": feed.pause_s,
        "reads_pages": feed.reads_pages,
        "keeps_cookies": feed.keeps_cookies,
        "compare_url": feed.section_page,
        "next_cause": str(feed.next_cause) or None,
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
        "left_out": dict(preview.left_out),
        "generator": preview.findings.generator or None if preview.findings else None,
        "identity": preview.identity or None,
        "date_order": preview.findings.date_order or None if preview.findings else None,
        "date_order_by": preview.findings.order_by or None if preview.findings else None,
        "notes": preview_notes(preview),
        "feed_id": preview.feed_id,
        "warnings": list(preview.warnings),
        "links": list(preview.links),
        "sitemaps": list(preview.sitemaps),
        "error": problem_json(preview.problem),
    }


def preview_notes(preview: Preview) -> list[str]:
    """Give in words what is to be said of a source as a whole: how it is read, what is odd, what is left out."""
    notes = [f"An article is known again: {_of('identity', preview.identity)}"] if preview.identity else []
    if preview.findings is not None and preview.findings.date_order:
        order, by = _of("date_order", preview.findings.date_order), _of("order_by", preview.findings.order_by)
        notes.append(f"Day and month in its dates: {order} ({by}).")
    notes += [_of("feed_warning", warning) for warning in preview.warnings]
    notes += [f"Left out, {_of('skipped', reason)}: {count}." for reason, count in preview.left_out.items()]
    return notes


def _of(table: str, code: str) -> str:
    """Give the words for a code; one without words stands for itself."""
    return feed_words.TABLES[table].get(code, code)


def _entry_json(entry: PreviewEntry) -> dict[str, Any]:
    return {
        "title": entry.title,
        "url": entry.url,
        "published": instant(entry.published_at),
        "published_raw": entry.published_raw,
        "date_quality": None if entry.date_quality is None else str(entry.date_quality),
        "skipped": entry.skipped,
        "skipped_why": None if entry.skipped is None else _of("skipped", entry.skipped),
        "key": entry.key,
        "known": entry.is_known,
    }


def health_json(
    feed: Feed, days: Sequence[Day], checked: Completeness | None, outlet: OutletShare | None
) -> dict[str, Any]:
    """Give how a source does: why and what to do, what it brings beside what is usual, how complete it is."""
    findings = feed.findings
    return {
        "health": str(feed.health),
        "reason": feed.health_reason or None,
        "advice": feed_words.advice_id(feed),
        "next_fetch_at": instant(feed.next_fetch_at),
        "next_why": _of("next_cause", feed.next_cause) or None,
        "identity_words": _of("identity", feed.identity) or None,
        "date_order_found": findings.date_order or None if findings else None,
        "date_order_by": findings.order_by or None if findings else None,
        "days": [_day_json(day) for day in days],
        "completeness": None if checked is None else completeness_json(checked),
        "outlet": None
        if outlet is None
        else {"part": outlet.part, "whole": outlet.whole, "percent": outlet.percent, "feeds": outlet.feed_count},
    }


def _day_json(day: Day) -> dict[str, Any]:
    usual = day.usual
    return {
        "on": day.on.isoformat(),
        "came": day.came,
        "usual": None if usual is None else {"median": usual.median, "least": usual.least, "most": usual.most},
    }


def completeness_json(checked: Completeness) -> dict[str, Any]:
    """Give what the comparison of a source with its own page showed."""
    return {
        "checked_at": instant(checked.checked_at),
        "against": checked.against,
        "part": checked.part,
        "whole": checked.whole,
        "percent": checked.percent,
        "missing": [
            {"url": one.url, "title": one.title, "why": one.why, "words": _of("missing", one.why)}
            for one in checked.missing
        ],
        "error": problem_json(checked.problem),
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
