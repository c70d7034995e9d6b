"""A unit's own pages, groups and associations: what is counted of them, and of which grade.

Pure. A month's total stands where posts are not itemised; it is never added to single posts, for nobody knows whether
those are among it. Reading a page's own export stands in insights.py.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.domain.figures import Figure, Grade, Measure, tally
from tracker.domain.numbers import Qualifier, format_amount

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from tracker.domain.types import ArticleId, Channel, UnitId

COUNT_MOST = 2**31 - 1  # posts of a month: a 32-bit column
_KEPT_FIGURES = 2
MONTH_MEASURES = (Measure.REACH, Measure.ENGAGEMENTS, Measure.REACH_ENGAGEMENTS)


class ChannelKind(enum.StrEnum):
    """What a unit runs; `Fanpage`, `hội`, `nhóm` are counted alike and named apart."""

    PAGE = "page"
    GROUP = "group"
    ASSOCIATION = "association"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTotals:
    """How much there is of what was asked; posts None: not added, for it would add what may be the same."""

    posts: int | None
    channels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthTotal:
    """What a unit states of one month of a channel; a measure it does not know is None."""

    channel_id: int
    month: str
    post_count: int
    entered_at: dt.datetime
    version: int
    values: Mapping[Measure, int | None] = field(default_factory=dict)

    def figures(self) -> list[Figure]:
        """Give what is known as declared figures."""
        return [
            Figure(measure=measure, grade=Grade.DECLARED, value=value, as_of=self.entered_at)
            for measure, value in self.values.items()
            if value is not None
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostReading:
    """A figure of one post as the page's own export states it; the export is the evidence."""

    measure: Measure
    value: int
    as_of: dt.datetime
    file_id: int

    def figure(self) -> Figure:
        """Give it as a verified figure."""
        return Figure(measure=self.measure, grade=Grade.VERIFIED, value=self.value, as_of=self.as_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFact:
    """What reach needs of a unit's own channel: one post with verified figures. Stated months never come in."""

    unit_id: UnitId
    platform: Channel
    on: dt.date
    article_id: ArticleId | None
    figures: tuple[Figure, ...]


def sum_months(months: Iterable[MonthTotal]) -> tuple[ChannelTotals, list[Figure]]:
    """Give the posts of all months, over how many channels, and what they reached: additive where it may be added."""
    listed = list(months)
    totals = ChannelTotals(posts=sum(m.post_count for m in listed), channels=len({m.channel_id for m in listed}))
    return totals, tally(figure for month in listed for figure in month.figures())


def say_about(number: int) -> str:
    """Print a sum as texts of offices do, to two figures: 5012 is `hơn 5.000`, 1590000 is `gần 1,6 triệu`."""
    step = 10 ** max(0, len(str(number)) - _KEPT_FIGURES)
    rounded = (number + step // 2) // step * step
    if rounded == number:
        return format_amount(number)
    return format_amount(rounded, Qualifier.MORE if number > rounded else Qualifier.LESS)


def followers_figure(count: int | None, at: dt.datetime) -> list[Figure]:
    """Give the stated followers as potential audience; nothing where nobody stated any."""
    if count is None:
        return []
    return [Figure(measure=Measure.FOLLOWERS, grade=Grade.POTENTIAL, value=count, as_of=at)]
