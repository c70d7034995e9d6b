"""A year of plausible sharing: who shares how often in which month, and what becomes of it. Arithmetic, no chance."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.types import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator

CHANNELS = (Channel.FACEBOOK, Channel.ZALO, Channel.FACEBOOK, Channel.ZALO, Channel.TELEGRAM)
MONTH_COUNT = 12
PENDING_DAYS = 4  # the newest claims still wait for the officer


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One share: by which person (index), on which local day, where, and how many valid clicks its link had."""

    person: int
    day: dt.date
    channel: Channel
    click_count: int


def months_up_to(today: dt.date) -> list[tuple[int, int]]:
    """Give the last twelve months as (year, month), oldest first, the running one last."""
    last = today.year * 12 + today.month - 1
    return [divmod(n, 12) for n in range(last - MONTH_COUNT + 1, last + 1)]


def acts_of_month(year: int, month0: int, today: dt.date) -> Iterator[Act]:
    """Give a month's shares up to a day: seven members share once, two twice, one not at all, by turns."""
    turn = year * 12 + month0
    days = calendar.monthrange(year, month0 + 1)[1]
    for person in range(10):
        place = (person + turn) % 10
        for n in range(0 if place == 0 else 2 if place in (1, 2) else 1):
            day = dt.date(year, month0 + 1, 1 + (person * 3 + n * 11 + turn) % days)
            if day <= today:
                seed = person * 7 + turn * 3 + n
                yield Act(person=person, day=day, channel=CHANNELS[seed % len(CHANNELS)], click_count=seed % 23)
