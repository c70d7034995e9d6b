"""When a source is asked again, and why then. Pure: no clock, no chance; local time comes in, chance as a jitter.

The base is what fetching shows: twice as often after something new, a quarter later each time there was nothing. What
is usual for the weekday keeps a source from being left alone when it publishes; how fast its list is renewed keeps
anything from being missed; at night sources are asked half as often, and at dawn those that publish daily again.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain.feed_health import NextCause
from tracker.domain.feeds import FetchErrorCode
from tracker.domain.sources import INTERVAL_LEAST_S, INTERVAL_MOST_S

if TYPE_CHECKING:
    from tracker.domain.feed_volume import Volume
    from tracker.domain.feeds import FetchProblem

DAY_S: Final = 24 * 3600
PAUSE_LEAST_S: Final = 5 * 60
WHOLE: Final = 1000  # of jitter
DOUBLINGS_MOST: Final = 16
MANY_A_DAY: Final = 12
MANY_S: Final = 30 * 60  # by day, where many articles are usual
SOME_S: Final = 60 * 60  # by day, where something is usual
DAWN: Final = dt.time(6)
DUSK: Final = dt.time(22)


class Weight(enum.IntEnum):
    """How grave a failure is: the pause after the first one, in seconds; it doubles with each that follows."""

    TEMPORARY = 10 * 60
    SOFT = 30 * 60
    HARD = 2 * 3600


_TEMPORARY = frozenset({FetchErrorCode.TIMEOUT, FetchErrorCode.CONNECT, FetchErrorCode.DNS})
_HARD = frozenset({FetchErrorCode.ADDRESS_REFUSED, FetchErrorCode.BLOCKED_BY_SITE, FetchErrorCode.ROBOTS})
_TEMPORARY_STATUSES = frozenset({408, 425, 429})
_HARD_STATUSES = frozenset({400, 401, 402, 403, 404, 405, 406})
_SERVER_ERRORS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """What bears on a source's next turn after a fetch that went well; `local` is the time where the source lives."""

    interval_s: int
    found_new: bool
    local: dt.datetime
    volume: Volume | None = None
    span_s: int | None = None  # in how long its list is renewed


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The interval to go on from, how long to wait this time, and why."""

    interval_s: int
    wait_s: int
    cause: NextCause


def next_turn(rhythm: Rhythm, jitter: int) -> Turn:
    """Decide the next turn; it comes up to a tenth later, so that sources do not come in step."""
    interval_s, cause = _wanted(rhythm)
    for most_s, why in _bounds(rhythm):
        if most_s < interval_s:
            interval_s, cause = most_s, why
    wait_s = interval_s
    if _is_night(rhythm.local):
        wait_s = _at_night(rhythm, interval_s)
        cause = NextCause.NIGHT if wait_s > interval_s else cause
    return Turn(interval_s=interval_s, wait_s=wait_s + wait_s * jitter // (10 * WHOLE), cause=cause)


def _wanted(rhythm: Rhythm) -> tuple[int, NextCause]:
    """Come twice as often after something new, a quarter later each time there was nothing."""
    if rhythm.found_new:
        return _bounded(rhythm.interval_s // 2), NextCause.NEWS
    return _bounded(rhythm.interval_s * 5 // 4), NextCause.NO_NEWS


def _bounds(rhythm: Rhythm) -> list[tuple[int, NextCause]]:
    """Give what the interval may not exceed."""
    bounds: list[tuple[int, NextCause]] = []
    expected = None if rhythm.volume is None else rhythm.volume.expected_on(rhythm.local.date())
    if expected and not _is_night(rhythm.local):
        bounds.append((MANY_S if expected >= MANY_A_DAY else SOME_S, NextCause.USUAL))
    if rhythm.span_s is not None:
        bounds.append((_bounded(rhythm.span_s // 2), NextCause.RENEWAL))
    return bounds


def _at_night(rhythm: Rhythm, interval_s: int) -> int:
    """Wait twice as long, no later than dawn where the day brings something, nor so long that anything is lost."""
    most_s = INTERVAL_MOST_S if rhythm.span_s is None else _bounded(rhythm.span_s // 2)
    dawn = _next_dawn(rhythm.local)
    if rhythm.volume is not None and rhythm.volume.expected_on(dawn.date()):
        most_s = min(most_s, max(INTERVAL_LEAST_S, int((dawn - rhythm.local).total_seconds())))
    return min(2 * interval_s, most_s)


def _is_night(local: dt.datetime) -> bool:
    return not DAWN <= local.time() < DUSK


def _next_dawn(local: dt.datetime) -> dt.datetime:
    dawn = local.replace(hour=DAWN.hour, minute=0, second=0, microsecond=0)
    return dawn if dawn > local else dawn + dt.timedelta(days=1)


def _bounded(seconds: int) -> int:
    return max(INTERVAL_LEAST_S, min(INTERVAL_MOST_S, seconds))


def pause_s(problem: FetchProblem, failures: int, jitter: int) -> int:
    """Give how long to wait after a failure.

    Full jitter below a bound that doubles, never under what Retry-After asks, never over a day: no source is given up.
    """
    if problem.code is FetchErrorCode.GONE:
        return DAY_S
    return min(DAY_S, max(_backoff_s(problem, failures, jitter), problem.retry_after_s or 0))


def pause_cause(problem: FetchProblem, failures: int, jitter: int) -> NextCause:
    """Tell why that long."""
    if problem.code is FetchErrorCode.GONE:
        return NextCause.DAILY
    is_asked = (problem.retry_after_s or 0) > _backoff_s(problem, failures, jitter)
    return NextCause.ASKED if is_asked else NextCause.BACKOFF


def _backoff_s(problem: FetchProblem, failures: int, jitter: int) -> int:
    bound = min(DAY_S, weigh(problem) << min(failures - 1, DOUBLINGS_MOST))
    return PAUSE_LEAST_S + (bound - PAUSE_LEAST_S) * jitter // WHOLE


def weigh(problem: FetchProblem) -> Weight:
    """Tell a failure that passes by itself from one that somebody must mend."""
    status = problem.http_status
    if problem.code in _TEMPORARY or (
        status is not None and (status in _TEMPORARY_STATUSES or status >= _SERVER_ERRORS)
    ):
        return Weight.TEMPORARY
    if problem.code in _HARD or (problem.code is FetchErrorCode.HTTP and status in _HARD_STATUSES):
        return Weight.HARD
    return Weight.SOFT
