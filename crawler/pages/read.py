"""The parent's door to the readers of pages: bytes in, ReadPage or PageUnreadable out. No parser is imported here."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from crawler.pages.counter_rules import check_rules
from crawler.pages.types import CounterReading, PageCounters, PageUnreadable, ReadPage
from sandbox import FailureKind, SandboxFailed
from tracker.domain.feeds import DateQuality, FetchErrorCode, FetchProblem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from sandbox import Sandbox

READ_PAGE = "crawler.pages.worker:read_page"
READ_ROWS = "crawler.pages.worker:read_rows"
PAGE_TASKS = (READ_PAGE, READ_ROWS)

_FAILURES = {
    FailureKind.CPU: "the page took too much processor time",
    FailureKind.MEMORY: "the page took too much memory",
    FailureKind.CRASH: "the page broke the reader",
    FailureKind.TIMEOUT: "the page took too long",
}
_MAX_RULES = 20


def read_page(
    sandbox: Sandbox,
    body: bytes,
    *,
    url: str,
    zone: ZoneInfo,
    content_type: str = "",
    latest: dt.datetime | None = None,
    rules: Sequence[Mapping[str, Any]] = (),
) -> ReadPage | PageUnreadable:
    """Read an article's page in the sandbox.

    `url` is the final address after redirects, `zone` that of times without one, `latest` when the page was fetched
    (no guess falls after it), `rules` families as in families.toml that come before those known; one that cannot be
    used raises RuleError.
    """
    return _page(sandbox.call(READ_PAGE, body, _options(url, zone, content_type, latest, rules)))


async def aread_page(
    sandbox: Sandbox,
    body: bytes,
    *,
    url: str,
    zone: ZoneInfo,
    content_type: str = "",
    latest: dt.datetime | None = None,
    rules: Sequence[Mapping[str, Any]] = (),
) -> ReadPage | PageUnreadable:
    """Read an article's page in the sandbox, without holding up the event loop."""
    return _page(await sandbox.acall(READ_PAGE, body, _options(url, zone, content_type, latest, rules)))


def read_list_counters(
    sandbox: Sandbox, body: bytes, *, url: str, content_type: str = "", rules: Sequence[Mapping[str, Any]] = ()
) -> dict[str, CounterReading]:
    """Read the counters that a section page prints in its rows, by the address of each article.

    This is how a counter is polled where reading the article would raise it. `rules` are lists as in families.toml.
    """
    options = {"url": url, "content_type": content_type[:200], "rules": _judged(rules)}
    answer = sandbox.call(READ_ROWS, body, options)
    if isinstance(answer, SandboxFailed):
        return {}
    try:
        return {str(address): _reading(fields) for address, fields in json.loads(answer).items()}
    except (ValueError, TypeError, KeyError):
        return {}


def _options(
    url: str,
    zone: ZoneInfo,
    content_type: str,
    latest: dt.datetime | None,
    rules: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """Give the options of the task."""
    return {
        "url": url,
        "zone": zone.key,
        "content_type": content_type[:200],
        "latest": None if latest is None else latest.isoformat(),
        "rules": _judged(rules),
    }


def _judged(rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give the rules as they go to the worker; one that cannot be used is refused here, not by a worker's crash."""
    told = [dict(row) for row in rules[:_MAX_RULES]]
    check_rules(told)
    return told


def _page(answer: bytes | SandboxFailed) -> ReadPage | PageUnreadable:
    """Give the worker's answer as our types; what does not fit them counts as unreadable: it was near the input."""
    if isinstance(answer, SandboxFailed):
        return _unreadable(_FAILURES[answer.kind])
    try:
        document = json.loads(answer)
        return _fields(document["page"]) if "page" in document else _unreadable(str(document["message"]))
    except (ValueError, TypeError, KeyError):
        return _unreadable(_FAILURES[FailureKind.CRASH])


def _fields(page: dict[str, Any]) -> ReadPage:
    """Give the page."""
    told = page | {
        "authors": tuple(page["authors"]),
        "published_at": _instant(page["published_at"]),
        "updated_at": _instant(page["updated_at"]),
        "date_quality": DateQuality(page["date_quality"]),
        "counters": PageCounters(**page["counters"]),
        "counter_texts": tuple(page["counter_texts"]),
        "to_check": tuple(page["to_check"]),
    }
    return ReadPage(**told)


def _reading(fields: dict[str, Any]) -> CounterReading:
    """Give the counters of one row."""
    return CounterReading(
        counters=PageCounters(**fields["counters"]), rule=fields["rule"], raw=tuple(map(str, fields["raw"]))
    )


def _instant(text: str | None) -> dt.datetime | None:
    """Read an instant that the worker wrote."""
    return None if text is None else dt.datetime.fromisoformat(text)


def _unreadable(message: str) -> PageUnreadable:
    """Give a refusal."""
    return PageUnreadable(problem=FetchProblem(code=FetchErrorCode.UNREADABLE, message=message))
