"""The parent's door to what is kept of a page: bytes in, facts and counters out, each within bounds. No parser here.

What the worker answers was near the input: nothing in it is longer than a name, a line or an address may be.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crawler.pages.types import PageCounters, PageUnreadable
from sandbox import FailureKind, SandboxFailed
from tracker.domain.feeds import DateQuality, FetchErrorCode, FetchProblem
from tracker.domain.fingerprints import HASHES, Fingerprint
from tracker.domain.names import clean_text
from tracker.domain.page_reads import AUTHORS_MOST, PageFacts
from tracker.domain.urls import UrlFacts, canonical_url, inspect_url

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from crawler.types import Fetched
    from sandbox import Sandbox

READ_FACTS: Final = "crawler.page_facts_worker:read_facts"
PAGE_FACTS_TASKS: Final = (READ_FACTS,)

TITLE_MOST: Final = 300
LINE_MOST: Final = 200
NAME_MOST: Final = 80
METHOD_MOST: Final = 80
URL_MOST: Final = 2000
COUNTERS_MOST: Final = 5
COUNT_MOST: Final = 2**53
OLDEST: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
AHEAD_MOST: Final = dt.timedelta(hours=24)

_FAILURES: Final = {
    FailureKind.CPU: "The page took too much processor time.",
    FailureKind.MEMORY: "The page took too much memory.",
    FailureKind.CRASH: "The page broke the reader.",
    FailureKind.TIMEOUT: "The page took too long to read.",
}
NO_PAGE: Final = "No page of HTML."


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNotes:
    """What one look at a page gave: what is kept of it, and what it prints of its own reach."""

    facts: PageFacts
    counters: PageCounters
    counter_rule: str | None = None
    counter_texts: tuple[str, ...] = ()  # the printed lines that the counters were read from
    to_check: tuple[str, ...] = ()  # counters that do not agree with what else the page prints


async def aread_facts(
    sandbox: Sandbox, fetched: Fetched, *, zone: ZoneInfo, now: dt.datetime
) -> PageNotes | PageUnreadable:
    """Read an article's page in the sandbox, without holding up the event loop."""
    options = {
        "url": fetched.url,
        "zone": zone.key,
        "content_type": fetched.content_type[:LINE_MOST],
        "latest": now.isoformat(),
        "rules": [],
    }
    answer = await sandbox.acall(READ_FACTS, fetched.body, options)
    if isinstance(answer, SandboxFailed):
        return _unreadable(_FAILURES[answer.kind])
    try:
        document = json.loads(answer)
        return _notes(document["page"], fetched.url, now) if "page" in document else _unreadable(NO_PAGE)
    except (ValueError, TypeError, KeyError, AttributeError):
        return _unreadable(_FAILURES[FailureKind.CRASH])


def _notes(page: dict[str, Any], url: str, now: dt.datetime) -> PageNotes:
    at = _instant(page["published_at"], now)
    here = inspect_url(url)
    facts = PageFacts(
        url_key=here.key if isinstance(here, UrlFacts) else "",
        canonical_url=_address(page["canonical_url"]) or url,
        title=_line(page["title"], TITLE_MOST),
        authors=tuple(filter(None, (_line(name, NAME_MOST) for name in page["authors"][:AUTHORS_MOST]))),
        byline=_line(page["byline"], LINE_MOST),
        section=_line(page["section"], LINE_MOST),
        image_url=_address(page["image"]),
        published_at=at,
        date_quality=DateQuality.NONE if at is None else DateQuality(page["date_quality"]),
        updated_at=_instant(page["updated_at"], now),
        fingerprint=None if page["fingerprint"] is None else _fingerprint(page["fingerprint"]),
        unit=_line(page.get("unit") or "", LINE_MOST) or None,
    )
    counters = page["counters"]
    return PageNotes(
        facts=facts,
        counters=PageCounters(**{name: _count(counters[name]) for name in counters}),
        counter_rule=_line(page["counter_rule"] or "", NAME_MOST) or None,
        counter_texts=tuple(filter(None, (_line(t, LINE_MOST) for t in page["counter_texts"][:COUNTERS_MOST]))),
        to_check=tuple(name for name in counters if name in page["to_check"]),
    )


def _line(text: str, most: int) -> str:
    """Give a text on one line; one that is too long is no name and no line."""
    line = " ".join(clean_text(text).split())
    return line if len(line) <= most else ""


def _address(text: str | None) -> str | None:
    return text if text and len(text) <= URL_MOST and canonical_url(text) is not None else None


def _instant(text: str | None, now: dt.datetime) -> dt.datetime | None:
    """Read an instant that can be; one without its zone is none."""
    if text is None:
        return None
    at = dt.datetime.fromisoformat(text)
    return at if at.tzinfo is not None and OLDEST <= at <= now + AHEAD_MOST else None


def _fingerprint(told: dict[str, Any]) -> Fingerprint:
    signature = base64.b64decode(told["signature"], validate=True)
    if len(signature) != HASHES:
        raise ValueError("a signature of another length")
    return Fingerprint(
        method=str(told["method"])[:METHOD_MOST], signature=signature, word_count=_count(told["word_count"]) or 0
    )


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and 0 <= value <= COUNT_MOST else None


def _unreadable(message: str) -> PageUnreadable:
    return PageUnreadable(problem=FetchProblem(code=FetchErrorCode.UNREADABLE, message=message))
