"""The review queue as officers see it: claims of one article together, and how long one may wait."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.domain.types import ArticleId

_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleGroup:
    """The claims of one article that wait; `article_id` None: of no collected article."""

    article_id: ArticleId | None
    title: str
    source: str
    count: int
    oldest_at: dt.datetime


def working_days(since: dt.date, until: dt.date) -> int:
    """Count the days from Monday to Friday after a day, up to another; holidays are not known here."""
    weeks, rest = divmod(max((until - since).days, 0), 7)
    days = (since + dt.timedelta(days=n) for n in range(1, rest + 1))
    return weeks * 5 + sum(day.weekday() < _SATURDAY for day in days)


def is_overdue(filed_on: dt.date, today: dt.date, most: int) -> bool:
    """Tell whether a claim has waited for more working days than the office set."""
    return working_days(filed_on, today) > most


def overdue_before(today: dt.date, most: int) -> dt.date:
    """Give the first day on which a claim that still waits was not yet filed too long ago."""
    day = today
    while not is_overdue(day, today, most):
        day -= dt.timedelta(days=1)
    return day + dt.timedelta(days=1)
