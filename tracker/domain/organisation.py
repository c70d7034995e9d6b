"""Who belongs where and counts when: dated memberships, absences, and a member's standing in a period.

Rules of product.md, "Obligations" and its defaults. No names of people and no accounts; rows are loaded by the store.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.domain.periods import Period
    from tracker.domain.types import MemberId, UnitId


class MemberStatus(enum.StrEnum):
    """A person's Party status, dated with the membership."""

    OFFICIAL = "official"
    PROBATIONARY = "probationary"
    EXEMPT = "exempt"
    NON_MEMBER = "non_member"


class MemberKind(enum.StrEnum):
    """What a person is in the register."""

    PARTY = "party"
    YOUTH = "youth"
    OTHER = "other"


class PartyRole(enum.StrEnum):
    """A member's office in the unit."""

    SECRETARY = "secretary"
    DEPUTY = "deputy"
    COMMITTEE = "committee"
    MEMBER = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """Who belongs to the headcount, and how much of a period an absence covers (more than this) that excuses."""

    statuses: frozenset[MemberStatus] = frozenset({MemberStatus.OFFICIAL, MemberStatus.PROBATIONARY})
    excused_over_percent: int = 50

    def excuses(self, absent_days: int, period_days: int) -> bool:
        """Say whether so many days away excuse."""
        return 100 * absent_days > self.excused_over_percent * period_days


COUNTING = Counting()


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One stay in one unit at one status: local days from `since` to before `until` (None: still running).

    A temporary one (sinh hoạt tạm thời) is shown in its unit and counted at home.
    """

    unit_id: UnitId
    status: MemberStatus
    since: dt.date
    until: dt.date | None = None
    temporary: bool = False

    def covers(self, day: dt.date) -> bool:
        """Say whether it holds on a local day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Days away, both included; `reason` is a short word without health detail."""

    from_on: dt.date
    until_on: dt.date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberHistory:
    """What one member's standing in any period is read from."""

    memberships: Sequence[Membership]
    absences: Sequence[Absence] = ()


class StandingReason(enum.StrEnum):
    """Why a standing is what it is."""

    COUNTED = "counted"
    ABSENT = "absent"  # counted status, but away for so much of the period that it excuses
    STATUS = "status"  # belongs, at a status that is listed apart
    ELSEWHERE = "elsewhere"  # counted, but in a unit that the programme does not bind
    NO_MEMBERSHIP = "no_membership"  # not there on the day: not yet, or no longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a member stands in a period.

    `counted`: belongs to the headcount of `unit_id`. `excused`: owes nothing, and enters the ratio only having met all
    the same. `on` is the day that decided.
    """

    on: dt.date
    unit_id: UnitId | None
    status: MemberStatus | None
    counted: bool
    excused: bool
    why: StandingReason
    absent_days: int = 0


def default_status(kind: MemberKind) -> MemberStatus:
    """Give the status of somebody registered without one: only Party members enter Party ratios."""
    return MemberStatus.OFFICIAL if kind is MemberKind.PARTY else MemberStatus.NON_MEMBER


def deciding_day(period: Period, today: dt.date) -> dt.date:
    """Give the day whose membership counts: the period's last, or today while it runs."""
    return today if period.contains_day(today) else period.last_day


def main_membership(memberships: Iterable[Membership], day: dt.date) -> Membership | None:
    """Find the membership that counts on a day; of two the later begun."""
    held = (m for m in memberships if not m.temporary and m.covers(day))
    return max(held, key=lambda m: m.since, default=None)


def unit_on(memberships: Iterable[Membership], day: dt.date) -> UnitId | None:
    """Find the unit in which a claim of that day counts."""
    held = main_membership(memberships, day)
    return held.unit_id if held else None


def temporary_units(memberships: Iterable[Membership], day: dt.date) -> tuple[UnitId, ...]:
    """List the units where the member is shown on a day without being counted there."""
    return tuple(m.unit_id for m in memberships if m.temporary and m.covers(day))


def absent_day_count(absences: Iterable[Absence], period: Period) -> int:
    """Count the days of a period covered by absences, each day once."""
    days, reached = 0, period.start_on
    for away in sorted(absences, key=lambda a: a.from_on):
        start = max(reached, away.from_on)
        end = min(period.end_on, away.until_on + dt.timedelta(days=1))
        if start < end:
            days += (end - start).days
            reached = end
    return days


def standing(
    memberships: Iterable[Membership],
    absences: Iterable[Absence],
    period: Period,
    today: dt.date,
    counting: Counting = COUNTING,
) -> Standing:
    """Tell where a member stands in a period: unit and status of its deciding day, excused when away long enough."""
    on = deciding_day(period, today)
    held = main_membership(memberships, on)
    absent = absent_day_count(absences, period)
    why = _why(held, absent, period, counting)
    return Standing(
        on=on,
        unit_id=held.unit_id if held else None,
        status=held.status if held else None,
        counted=why in {StandingReason.COUNTED, StandingReason.ABSENT},
        excused=why is StandingReason.ABSENT,
        why=why,
        absent_days=absent,
    )


def standings(
    histories: Mapping[MemberId, MemberHistory], period: Period, today: dt.date, counting: Counting = COUNTING
) -> dict[MemberId, Standing]:
    """Tell the standing of many members in one period."""
    return {key: standing(past.memberships, past.absences, period, today, counting) for key, past in histories.items()}


def headcount(found: Iterable[Standing]) -> int:
    """Count who belongs on the deciding day, the excused included (the report's number of members)."""
    return sum(1 for one in found if one.counted)


def _why(held: Membership | None, absent: int, period: Period, counting: Counting) -> StandingReason:
    if held is None:
        return StandingReason.NO_MEMBERSHIP
    if held.status not in counting.statuses:
        return StandingReason.STATUS
    return StandingReason.ABSENT if counting.excuses(absent, period.day_count) else StandingReason.COUNTED
