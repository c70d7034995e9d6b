"""The late rules as one value: how long a claim may be filed, from when on it is marked late, what becomes of surplus.

Whoever judges asks this; whoever explains prints its words. What the organisation set stands in office_rules.py.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.periods import PeriodKind, containing

if TYPE_CHECKING:
    from tracker.domain.periods import Lang

_HALF = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRules:
    """When a claim comes too late, and when only late.

    A late one counts all the same; a close ends filing at once. What goes beyond a target stays in its own period.
    """

    oldest_days: int = 400
    late_after_days: int = 5
    excused_over_percent: int = 50

    def __post_init__(self) -> None:
        """Refuse rules by which a claim would be too old before it is late."""
        if not 0 <= self.late_after_days <= self.oldest_days:
            raise ValueError(self)

    def earliest_on(self, today: dt.date) -> dt.date:
        """Give the first day whose claims may still be filed."""
        return today - dt.timedelta(days=self.oldest_days)

    def in_time_until(self, happened_on: dt.date) -> dt.date:
        """Give the last day on which a claim of a day is filed in time: some days after the end of its local month."""
        return containing(PeriodKind.MONTH, happened_on).last_day + dt.timedelta(days=self.late_after_days)

    def is_late(self, happened_on: dt.date, filed_on: dt.date) -> bool:
        """Say whether a claim is marked late."""
        return filed_on > self.in_time_until(happened_on)

    def words(self, lang: Lang) -> str:
        """Say the rules."""
        oldest, days = self.oldest_days, self.late_after_days
        half = {"vi": "nửa", "en": "half"}[lang]
        away = half if self.excused_over_percent == _HALF else f"{self.excused_over_percent}%"
        if lang == "vi":
            return (
                f"Được khai đến khi khóa kỳ, chậm nhất {oldest} ngày sau ngày thực hiện. Khai sau khi hết tháng quá"
                f" {days} ngày thì ghi là khai muộn và vẫn được tính. Số vượt chỉ tiêu không chuyển sang kỳ sau."
                f" Vắng có lý do quá {away} kỳ thì được miễn; nếu vẫn hoàn thành thì tính cả vào số phải đạt và số đạt."
            )
        return (
            f"Filed until the period is closed, at most {oldest} days after the day. Filed more than {days} days after"
            " the end of the month it is marked late and counts all the same. What goes beyond a target is not carried"
            f" over. Who is away for more than {away} of a period is excused; having met it all the same, they count in"
            " both numbers."
        )


LATE_RULES = LateRules()
