"""The overview of some months for whoever sees the whole organisation: by member, by unit, and what was read most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.organisation import deciding_day
from tracker.domain.periods import PeriodKind, periods_inside
from tracker.domain.rights import Right
from tracker.store import summaries as store

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.periods import Period
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx
    from tracker.store.summaries import ArticleSums, MemberSums, UnitSums

TOP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Sums of a period from roll-ups."""

    members: list[MemberSums]
    units: list[UnitSums]
    articles: list[ArticleSums]


def get_overview(tx: Tx, viewer: Viewer, period: Period, *, today: dt.date) -> Overview:
    """Get the overview of a period of whole months, for an administrator; as it is now, whatever was closed."""
    rights.require(Right.ADMIN, viewer)
    months = [m for m in periods_inside(PeriodKind.MONTH, period) if m.lies_in(period)]
    if not months or (months[0].start_on, months[-1].end_on) != (period.start_on, period.end_on):
        raise AppError(Code.PERIOD_INVALID, f"{period} is not made of whole months", value=str(period))
    names = [str(month) for month in months]
    return Overview(
        members=store.sum_members(tx, names),
        units=store.sum_units(tx, names, deciding_day(period, today)),
        articles=store.list_top_articles(tx, period.start_on, period.end_on, most=TOP),
    )
