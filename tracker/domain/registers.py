"""What stands in the registers of some units in a period, as reports print it: read live, frozen with a close.

Pure. A row belongs to whom its unit stands below on the day that decides the period asked about (today, while it
runs); one of a unit that has ended, to whom that unit stood below last. Claims and their figures are in the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tracker.domain.organisation import deciding_day
from tracker.domain.periods import Period
from tracker.domain.tree import version_on

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from tracker.domain.awards import AwardState, AwardWho
    from tracker.domain.channels import ChannelKind, MonthTotal
    from tracker.domain.figures import Figure
    from tracker.domain.ledger import Span, UnitRecord
    from tracker.domain.numbers import Qualifier
    from tracker.domain.types import Channel, MemberId, ProgrammeId, UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRecord:
    """An award, proposed or given; names stand apart, so that they can be erased alone."""

    award_id: int
    unit_id: UnitId
    period: Period
    who: AwardWho
    member_id: MemberId | None
    party_role: str | None
    title: str
    state: AwardState
    decision: str | None
    decided_on: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRecord:
    """A meeting with the periods it stands in."""

    meeting_id: int
    unit_id: UnitId
    held_on: dt.date
    periods: tuple[Period, ...]
    kind: str | None
    title: str | None
    speaker_id: MemberId | None
    lesson: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRecord:
    """A counted activity; participants None: nobody said."""

    activity_id: int
    unit_id: UnitId
    name: str
    period: Period
    activity_count: int
    participant_count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeCard:
    """A programme as its unit registered it, with measures, outcome and the directives it cites."""

    programme_id: ProgrammeId
    unit_id: UnitId
    name: str
    from_on: dt.date | None
    until_on: dt.date | None
    is_new: bool
    amount: int | None
    qualifier: Qualifier | None
    words: str | None
    measures: tuple[str, ...] = ()
    directive_ids: tuple[int, ...] = ()

    def runs_in(self, period: Period) -> bool:
        """Say whether it runs on some day of a period."""
        begun = self.from_on is None or self.from_on < period.end_on
        return begun and (self.until_on is None or self.until_on >= period.start_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveRecord:
    """A directive that a programme cites."""

    directive_id: int
    code: str
    issued_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDay:
    """The single posts of a channel on one day; `passed_on`: those that carry a collected article."""

    day: dt.date
    post_count: int
    passed_on: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRecord:
    """A page or group that a unit runs, with its stated months and, apart from them, its single posts by day."""

    channel_id: int
    unit_id: UnitId
    name: str
    platform: Channel
    kind: ChannelKind
    follower_count: int | None
    months: tuple[MonthTotal, ...] = ()
    days: tuple[PostDay, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Registers:
    """All rows of some units and days, with the names of who and what is named in them.

    `above` tells who stood above each of these units (itself included), and when.
    """

    awards: Sequence[AwardRecord] = ()
    meetings: Sequence[MeetingRecord] = ()
    activities: Sequence[ActivityRecord] = ()
    programmes: Sequence[ProgrammeCard] = ()
    directives: Sequence[DirectiveRecord] = ()
    channels: Sequence[ChannelRecord] = ()
    names: Mapping[MemberId, str] = field(default_factory=dict)
    units: Mapping[UnitId, UnitRecord] = field(default_factory=dict)
    above: Mapping[UnitId, Sequence[Span]] = field(default_factory=dict)

    @property
    def member_ids(self) -> set[MemberId]:
        """Give who is named: the awarded, and who spoke at a meeting."""
        awarded = {award.member_id for award in self.awards if award.member_id is not None}
        return awarded | {meeting.speaker_id for meeting in self.meetings if meeting.speaker_id is not None}

    @property
    def unit_ids(self) -> set[UnitId]:
        """Give the units whose rows these are."""
        dated = (
            {row.unit_id for row in self.awards}
            | {row.unit_id for row in self.meetings}
            | {row.unit_id for row in self.activities}
        )
        return dated | {row.unit_id for row in self.programmes} | {row.unit_id for row in self.channels}

    def unit_name(self, unit_id: UnitId, day: dt.date) -> str:
        """Give what a unit was called on a day."""
        unit = self.units.get(unit_id)
        return version_on(unit.versions, day).name if unit else ""

    def unit_kind(self, unit_id: UnitId, day: dt.date) -> str:
        """Give of what kind a unit was on a day."""
        unit = self.units.get(unit_id)
        return version_on(unit.versions, day).kind if unit else ""

    def has_below(self, ancestor_id: UnitId, unit_id: UnitId, day: dt.date) -> bool:
        """Say whether a unit is another or stands below it on a day; one ended by then, where it stood last."""
        spans = self.above.get(unit_id, ())
        own = [span.valid_to for span in spans if span.unit_id == unit_id]
        ended_on = None if None in own else max((end for end in own if end is not None), default=None)
        for span in spans:
            last = ended_on is not None and ended_on <= day and span.valid_to == ended_on
            if span.unit_id == ancestor_id and (last or span.covers(day)):
                return True
        return False


def narrow(registers: Registers, unit_id: UnitId, period: Period, *, today: dt.date) -> Registers:
    """Give the rows of a unit and all below it that stand in a period or in one inside it."""
    day = deciding_day(period, today)
    here = {one for one in registers.unit_ids if registers.has_below(unit_id, one, day)}
    return replace(
        registers,
        awards=[a for a in registers.awards if a.unit_id in here and a.period.lies_in(period)],
        meetings=[m for m in registers.meetings if m.unit_id in here and any(p.lies_in(period) for p in m.periods)],
        activities=[a for a in registers.activities if a.unit_id in here and a.period.lies_in(period)],
        programmes=[p for p in registers.programmes if p.unit_id in here and p.runs_in(period)],
        channels=[_channel(c, period) for c in registers.channels if c.unit_id in here],
    )


def _channel(channel: ChannelRecord, period: Period) -> ChannelRecord:
    return replace(
        channel,
        months=tuple(month for month in channel.months if Period.parse(month.month).lies_in(period)),
        days=tuple(day for day in channel.days if period.contains_day(day.day)),
    )
