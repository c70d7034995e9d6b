"""What an HTTP answer says beside its body: a wait, a refusal, a wall against robots. Pure; no network."""

from __future__ import annotations

import datetime as dt
import math
import re
import ssl
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from tracker.domain.feeds import FetchErrorCode, FetchProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_WAIT_S: Final = 24 * 3600
HOLD_OFF_S: Final = 300  # after a 429 that names no wait
WALL_PREFIX_BYTES: Final = 64 * 1024  # a wall shows itself in its first bytes
SMALL_PAGE_BYTES: Final = 8 * 1024

FORBIDDEN: Final = 403
GONE: Final = 410
TOO_MANY_REQUESTS: Final = 429
LEGAL_REASONS: Final = 451
# A refusal of robots may come with any of these; of 403 and 451 nothing more need be known.
WALL_STATUSES: Final = frozenset({200, 202, 203, 401, 405, 406, 429, 503})

_SECONDS = re.compile(r"\d+(\.\d+)?", re.ASCII)
_LONGEST_NUMBER = 12

_WALL_HEADERS = (
    ("cf-mitigated", re.compile("challenge|block")),
    ("x-amzn-waf-action", re.compile("challenge|captcha")),
)
# Marks of the challenge itself; `/cdn-cgi/challenge-platform/` alone also stands in ordinary pages.
_WALL_MARKS = (
    b"window._cf_chl_opt",
    b"cf-browser-verification",
    b"cf-error-details",
    b"awswafcookiedomainlist",
    b"geo.captcha-delivery.com",
    b'id="px-captcha"',
    b"sucuri_cloudproxy_js",
    b"request unsuccessful. incapsula incident id",
    b"<title>ddos-guard</title>",
)
_PAGE_START = re.compile(
    rb"\s*(?:\xef\xbb\xbf\s*)?<(?:!doctype html|html|head|body|script|meta|title|noscript)", re.IGNORECASE
)
_SETS_COOKIE = re.compile(rb"document\.cookie\s*=", re.IGNORECASE)
_LOADS_AGAIN = re.compile(
    rb"location\.reload\s*\(|location(?:\.href)?\s*=|location\.(?:assign|replace)\s*\(", re.IGNORECASE
)


def retry_after_s(values: Iterable[str], *, date: str | None, now: dt.datetime) -> int | None:
    """Give the longest wait that Retry-After asks for, at most a day; None where it asks for none.

    A date counts from the answer's own Date, so that a clock that is wrong on either side does not matter (RFC 9110
    §10.2.3); from `now` where that is missing.
    """
    waits = [wait for value in values if (wait := _wait_s(value.strip(), date, now)) is not None]
    longest = max(waits, default=0)
    return min(longest, MAX_WAIT_S) if longest > 0 else None


def _wait_s(value: str, date: str | None, now: dt.datetime) -> int | None:
    if _SECONDS.fullmatch(value):
        return math.ceil(float(value)) if len(value) <= _LONGEST_NUMBER else MAX_WAIT_S
    until = http_date(value)
    if until is None:
        return None
    return math.ceil((until - (http_date(date or "") or now)).total_seconds())


def http_date(text: str) -> dt.datetime | None:
    """Read any of the three HTTP date forms as UTC; None for anything else."""
    try:
        found = parsedate_to_datetime(text)
        return (found if found.tzinfo else found.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def is_wall(headers: Mapping[str, str], body: bytes) -> bool:
    """Tell whether an answer is a test for browsers in place of what was asked for.

    We name it and never get round it: the office asks the outlet to let its collector in.
    """
    if any(pattern.search(headers.get(name, "").lower()) for name, pattern in _WALL_HEADERS):
        return True
    start = body[:WALL_PREFIX_BYTES]
    if not _PAGE_START.match(start):
        return False
    small = start.lower()
    if any(mark in small for mark in _WALL_MARKS):
        return True
    return len(body) <= SMALL_PAGE_BYTES and bool(_SETS_COOKIE.search(start) and _LOADS_AGAIN.search(start))


def status_problem(status: int, *, wall: bool, retry_after: int | None) -> FetchProblem:
    """Name what a status without a usable body means."""
    if status == GONE:
        return FetchProblem(
            code=FetchErrorCode.GONE, message="The site says this is gone for good.", http_status=status
        )
    if wall or status in {FORBIDDEN, LEGAL_REASONS}:
        code, words = FetchErrorCode.BLOCKED_BY_SITE, f"The site refuses to answer robots (status {status})."
    else:
        code, words = FetchErrorCode.HTTP, f"The site answered with status {status}."
    return FetchProblem(code=code, message=words, http_status=status, retry_after_s=retry_after)


def held_off(seconds: int) -> FetchProblem:
    """Say that a host was not asked, because it lately wanted all of us to wait."""
    return FetchProblem(
        code=FetchErrorCode.HTTP,
        message="Not asked: its host wants all of us to wait.",
        http_status=TOO_MANY_REQUESTS,
        retry_after_s=seconds,
        was_asked=False,
    )


def is_tls(exc: BaseException | None) -> bool:
    """Tell whether encryption is at the bottom of an error."""
    while exc is not None:
        if isinstance(exc, ssl.SSLError):
            return True
        exc = exc.__cause__
    return False
