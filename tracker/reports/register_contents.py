"""What registers add to a report: awards with their grounds, a meeting's sheet, programmes, sections. No words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.activities import ActivityTotal
    from tracker.domain.awards import AwardState, AwardTotals, AwardWho
    from tracker.domain.channels import ChannelKind
    from tracker.domain.claims import ClaimKind
    from tracker.domain.figures import Figure
    from tracker.domain.numbers import Qualifier
    from tracker.domain.periods import Period
    from tracker.domain.programmes import ProgrammeTotals
    from tracker.domain.types import Channel, ClaimId, MemberId, ProgrammeId, TargetId, UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundLine:
    """One accepted claim or one programme that an award rests on."""

    claim_id: ClaimId | None
    programme_id: ProgrammeId | None
    kind: ClaimKind | None
    title: str
    url: str | None
    happened_on: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardLine:
    """An award, proposed or given, with the rows behind it."""

    award_id: int
    who: AwardWho
    unit_id: UnitId
    unit_name: str
    member_id: MemberId | None
    full_name: str
    party_role: str | None
    period: Period
    title: str
    state: AwardState
    decision: str | None
    decided_on: dt.date | None
    rows: tuple[GroundLine, ...]

    def count(self, kind: ClaimKind) -> int:
        """Count the claims of a kind among the rows."""
        return sum(1 for row in self.rows if row.kind is kind)

    @property
    def programme_count(self) -> int:
        """Count the programmes among the rows."""
        return sum(1 for row in self.rows if row.programme_id is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commendation:
    """Who is proposed for an award, collectives before individuals."""

    totals: AwardTotals
    collectives: tuple[AwardLine, ...]
    individuals: tuple[AwardLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLine:
    """Who has not yet met what."""

    target_id: TargetId
    member_id: MemberId | None
    full_name: str
    unit_id: UnitId | None
    unit_name: str
    what: ClaimKind
    period: Period
    slot: str | None
    done: int
    wanted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnLine:
    """Who was given which turn in the period that follows."""

    target_id: TargetId
    member_id: MemberId
    full_name: str
    what: ClaimKind
    period: Period
    slot: str | None
    topic: str | None
    due_on: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLine:
    """A meeting that stands in the period."""

    meeting_id: int
    unit_id: UnitId
    unit_name: str
    held_on: dt.date
    periods: tuple[Period, ...]
    kind: str | None
    title: str | None
    speaker: str | None
    lesson: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingSheet:
    """The page for a meeting: who is still due, who has a turn next, which meetings were held."""

    following: Period
    due: tuple[DueLine, ...]
    turns: tuple[TurnLine, ...]
    meetings: tuple[MeetingLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectiveLine:
    """A document that a programme cites."""

    directive_id: int
    code: str
    issued_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeLine:
    """A programme that ran in the period; `new`: registered as new in one of its years."""

    programme_id: ProgrammeId
    name: str
    unit_id: UnitId
    unit_name: str
    unit_kind: str
    from_on: dt.date | None
    until_on: dt.date | None
    new: bool
    measures: tuple[str, ...]
    amount: int | None
    qualifier: Qualifier | None
    words: str | None
    directives: tuple[DirectiveLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeList:
    """The programmes of a period with their totals by kind of unit; `directives`: all they cite, by day."""

    totals: ProgrammeTotals
    programmes: tuple[ProgrammeLine, ...]
    directives: tuple[DirectiveLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityLine:
    """A counted activity of a unit; participants None: nobody said."""

    activity_id: int
    unit_id: UnitId
    unit_name: str
    name: str
    period: Period
    activity_count: int
    participant_count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLine:
    """A page or group: its single posts, and apart from them what was stated of whole months (None: nothing was)."""

    channel_id: int
    unit_id: UnitId
    unit_name: str
    name: str
    kind: ChannelKind
    platform: Channel
    follower_count: int | None
    post_count: int
    passed_on: int
    figures: tuple[Figure, ...]
    month_post_count: int | None
    month_figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    """What the report of a month, quarter, half-year or year prints of the registers beside members' claims."""

    meetings: tuple[MeetingLine, ...]
    activities: tuple[ActivityLine, ...]
    activity_totals: tuple[ActivityTotal, ...]
    programmes: ProgrammeList
    awards: tuple[AwardLine, ...]
    proposed: AwardTotals
    awarded: AwardTotals
    channels: tuple[ChannelLine, ...]


Annex = Commendation | MeetingSheet | ProgrammeList | Sections
