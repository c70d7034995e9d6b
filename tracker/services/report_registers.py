"""The annexes that registers give to reports: awards with their grounds, a meeting's sheet, programmes, sections.

Reckoned from the registers and the ledger, both frozen where the period is closed; no database here.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.awards import AwardState, AwardTotals, AwardWho
from tracker.domain.ledger import narrow_to_unit
from tracker.domain.organisation import deciding_day
from tracker.domain.periods import PeriodKind, containing
from tracker.domain.programmes import AssignmentState
from tracker.domain.progress import RowState
from tracker.reports.contents import ReportKind
from tracker.reports.register_contents import (
    AwardLine,
    Commendation,
    DueLine,
    GroundLine,
    MeetingLine,
    MeetingSheet,
    Sections,
    TurnLine,
)
from tracker.services import report_sections

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.domain.ledger import ClaimRecord, Ledger, Span
    from tracker.domain.periods import Period
    from tracker.domain.reckoning import Reckoner
    from tracker.domain.registers import AwardRecord, Registers
    from tracker.domain.types import MemberId, UnitId
    from tracker.reports.contents import ReportHead
    from tracker.reports.register_contents import Annex


def build(registers: Registers, reckoner: Reckoner, head: ReportHead) -> Annex:
    """Give what the registers add to a report of its kind."""
    period, day = head.period, deciding_day(head.period, reckoner.ledger.today)
    match head.kind:
        case ReportKind.COMMENDATION:
            return _commendation(registers, reckoner)
        case ReportKind.MEETING:
            return _sheet(registers, reckoner, period)
        case ReportKind.PROGRAMMES:
            return report_sections.programme_list(registers, period, day)
        case _:
            return _sections(registers, reckoner, head)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """The claims of a ledger, by who is credited and by the unit in which they count; who stood below whom."""

    ledger: Ledger
    by_member: Mapping[MemberId, Sequence[ClaimRecord]]
    by_unit: Mapping[UnitId, Sequence[ClaimRecord]]
    below: dict[UnitId, Sequence[Span]]

    def of_member(self, member_id: MemberId, period: Period) -> list[ClaimRecord]:
        """List what is credited to a member in a period."""
        return [c for c in self.by_member.get(member_id, ()) if period.contains_day(c.fact.happened_on)]

    def of_unit(self, unit_id: UnitId, period: Period) -> list[ClaimRecord]:
        """List what counts in a unit, or in one that stood below it on the claim's day, in a period."""
        found = {
            claim.fact.claim: claim
            for span in self._spans(unit_id)
            for claim in self.by_unit.get(span.unit_id, ())
            if span.covers(claim.fact.happened_on) and period.contains_day(claim.fact.happened_on)
        }
        return sorted(found.values(), key=lambda c: (c.fact.happened_on, c.fact.claim))

    def programmes_of(self, unit_id: UnitId, period: Period) -> list[GroundLine]:
        """List the programmes of a unit and of all below it that ran there on some day of a period."""
        days: dict[UnitId, list[Span]] = defaultdict(list)
        for span in self._spans(unit_id):
            days[span.unit_id].append(span)
        return [
            GroundLine(claim_id=None, programme_id=p.programme_id, kind=None, title=p.name, url=None, happened_on=None)
            for p in sorted(self.ledger.programmes.values(), key=lambda p: p.programme_id)
            if any(_meet(span, p.from_on, p.until_on, period) for span in days.get(p.unit_id, ()))
        ]

    def _spans(self, unit_id: UnitId) -> Sequence[Span]:
        if unit_id not in self.below:
            whole = unit_id == self.ledger.unit_id
            self.below[unit_id] = (self.ledger if whole else narrow_to_unit(self.ledger, unit_id)).spans
        return self.below[unit_id]


def _given(ledger: Ledger) -> _Given:
    by_member: dict[MemberId, list[ClaimRecord]] = defaultdict(list)
    by_unit: dict[UnitId, list[ClaimRecord]] = defaultdict(list)
    for claim in ledger.claims:
        by_unit[claim.fact.unit_id].append(claim)
        for member_id in claim.fact.credited_ids:
            by_member[member_id].append(claim)
    return _Given(ledger=ledger, by_member=by_member, by_unit=by_unit, below={})


def _meet(span: Span, from_on: dt.date | None, until_on: dt.date | None, period: Period) -> bool:
    """Say whether a programme ran on a day of a period on which its unit stood there."""
    start = max(day for day in (span.valid_from, from_on, period.start_on) if day is not None)
    after = None if until_on is None else until_on + dt.timedelta(days=1)
    end = min(day for day in (span.valid_to, after, period.end_on) if day is not None)
    return start < end


def _commendation(registers: Registers, reckoner: Reckoner) -> Commendation:
    proposed = [award for award in registers.awards if award.state is AwardState.PROPOSED]
    lines = _award_lines(proposed, registers, reckoner)
    return Commendation(
        totals=_award_totals(lines),
        collectives=tuple(line for line in lines if line.who is AwardWho.COLLECTIVE),
        individuals=tuple(line for line in lines if line.who is AwardWho.INDIVIDUAL),
    )


def _award_lines(awards: Iterable[AwardRecord], registers: Registers, reckoner: Reckoner) -> list[AwardLine]:
    """Give awards as lines, collectives before individuals."""
    given = _given(reckoner.ledger)
    lines = [
        AwardLine(
            award_id=award.award_id,
            who=award.who,
            unit_id=award.unit_id,
            unit_name=registers.unit_name(award.unit_id, award.period.last_day),
            member_id=award.member_id,
            full_name=registers.names.get(award.member_id, "") if award.member_id is not None else "",
            party_role=award.party_role,
            period=award.period,
            title=award.title,
            state=award.state,
            decision=award.decision,
            decided_on=award.decided_on,
            rows=_grounds(award, given),
        )
        for award in awards
    ]
    return sorted(lines, key=lambda line: line.who is AwardWho.INDIVIDUAL)


def _award_totals(lines: Iterable[AwardLine], state: AwardState = AwardState.PROPOSED) -> AwardTotals:
    counted = [line.who for line in lines if line.state is state]
    return AwardTotals(collective=counted.count(AwardWho.COLLECTIVE), individual=counted.count(AwardWho.INDIVIDUAL))


def _grounds(award: AwardRecord, given: _Given) -> tuple[GroundLine, ...]:
    if award.member_id is not None:
        return tuple(_claim_line(claim, given.ledger) for claim in given.of_member(award.member_id, award.period))
    claims = [_claim_line(claim, given.ledger) for claim in given.of_unit(award.unit_id, award.period)]
    return (*claims, *given.programmes_of(award.unit_id, award.period))


def _claim_line(claim: ClaimRecord, ledger: Ledger) -> GroundLine:
    article = None if claim.article_id is None else ledger.articles.get(claim.article_id)
    return GroundLine(
        claim_id=claim.fact.claim,
        programme_id=None,
        kind=claim.fact.kind,
        title=claim.title or ("" if article is None else article.title),
        url=claim.url or claim.article_url,
        happened_on=claim.fact.happened_on,
    )


def _sections(registers: Registers, reckoner: Reckoner, head: ReportHead) -> Sections:
    day = deciding_day(head.period, reckoner.ledger.today)
    awards = _award_lines(registers.awards, registers, reckoner)
    return Sections(
        meetings=_meetings(registers),
        activities=report_sections.activity_lines(registers, day),
        activity_totals=report_sections.activity_totals(registers),
        programmes=report_sections.programme_list(registers, head.period, day),
        awards=tuple(awards),
        proposed=_award_totals(awards),
        awarded=_award_totals(awards, AwardState.AWARDED),
        channels=report_sections.channel_lines(registers, day),
    )


def _sheet(registers: Registers, reckoner: Reckoner, period: Period) -> MeetingSheet:
    following = period.following()
    return MeetingSheet(
        following=following,
        due=tuple(_due(reckoner, period)),
        turns=tuple(_turns(reckoner, period, following)),
        meetings=_meetings(registers),
    )


def _due(reckoner: Reckoner, period: Period) -> list[DueLine]:
    """List who has not yet met what was asked of them in the periods begun."""
    names = reckoner.ledger.names
    return [
        DueLine(
            target_id=target.target_id,
            member_id=row.member_id,
            full_name=names.get(row.member_id, "") if row.member_id is not None else "",
            unit_id=row.unit_id,
            unit_name=reckoner.unit_name(row.unit_id, period.last_day) if row.unit_id is not None else "",
            what=target.what,
            period=item.period,
            slot=row.slot,
            done=row.done,
            wanted=row.wanted,
        )
        for target, item in reckoner.progresses(period, begun_only=True)
        for row in item.rows
        if row.state is RowState.BELOW
    ]


def _turns(reckoner: Reckoner, period: Period, following: Period) -> list[TurnLine]:
    """List the turns of the periods that come next which are neither done nor excused.

    A running one's are due, not next: of a month the next quarter is the one that begins after its own.
    """
    ledger = reckoner.ledger
    targets = {target.target_id: target for target in ledger.targets}
    given = [
        turn
        for turn in ledger.assignments
        if turn.state is AssignmentState.GIVEN and _comes_next(turn.period, period, following)
    ]
    begun = {turn.period for turn in given if turn.period.start_on <= ledger.today}
    met = {
        (item.target_id, row.member_id, row.slot, item.period)
        for asked in begun
        for _, item in reckoner.progresses(asked)
        for row in item.rows
        if row.state in {RowState.MET, RowState.EXCEEDED}
    }
    turns = [turn for turn in given if (turn.target_id, turn.member_id, turn.slot, turn.period) not in met]
    order = {member_id: place for place, member_id in enumerate(ledger.people)}
    turns.sort(key=lambda t: (t.period.start_on, t.target_id, t.slot or "", order.get(t.member_id, 0)))
    return [
        TurnLine(
            target_id=turn.target_id,
            member_id=turn.member_id,
            full_name=ledger.names.get(turn.member_id, ""),
            what=targets[turn.target_id].what,
            period=turn.period,
            slot=turn.slot,
            topic=ledger.topics.get(turn.topic_id) if turn.topic_id is not None else None,
            due_on=turn.due_on,
        )
        for turn in turns
        if turn.target_id in targets
    ]


def _comes_next(turn: Period, period: Period, following: Period) -> bool:
    """Say whether a turn's period begins in the days that follow, or is the next of its kind."""
    if turn.start_on < period.end_on:
        return False
    in_days = turn.start_on < following.end_on
    return in_days or (turn.kind is not PeriodKind.SPAN and turn == containing(turn.kind, period.last_day).following())


def _meetings(registers: Registers) -> tuple[MeetingLine, ...]:
    return tuple(
        MeetingLine(
            meeting_id=row.meeting_id,
            unit_id=row.unit_id,
            unit_name=registers.unit_name(row.unit_id, row.held_on),
            held_on=row.held_on,
            periods=row.periods,
            kind=row.kind,
            title=row.title,
            speaker=None if row.speaker_id is None else registers.names.get(row.speaker_id, ""),
            lesson=row.lesson,
        )
        for row in registers.meetings
    )
