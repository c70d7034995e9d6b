"""Meetings: held on one day, counted in each of their periods (the May meeting may be held in June)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.errors import AppError, Code
from tracker.domain.periods import PeriodKind, check_day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from tracker.domain.periods import Period

PERIODS_MOST = 12
PHOTOS_MOST = 50
CAPTION_MOST = 500


def check_meeting(held_on: dt.date, periods: Sequence[Period]) -> None:
    """Refuse with `field.invalid` a meeting that stands in no period, twice in one, or on a day nobody reckons with."""
    check_day(held_on, "held_on")
    if not 1 <= len(periods) <= PERIODS_MOST or len(set(periods)) < len(periods):
        raise AppError(Code.FIELD_INVALID, f"periods: 1 to {PERIODS_MOST}, each once", field="periods")


def in_order(periods: Sequence[Period]) -> list[Period]:
    """Give the periods of a meeting as they are named: the shorter first, spans last, each kind in order of days."""
    kinds = list(PeriodKind)
    return sorted(periods, key=lambda p: (kinds.index(p.kind), p.start_on))
