"""The annexes of the reports of registers: proposed awards with their grounds, a meeting's sheet, programmes.

Registers are read as they stand; claims, turns and names come from the ledger, frozen where the period is closed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.awards import AwardState, AwardTotals, AwardWho
from tracker.domain.ledger import narrow_to_unit
from tracker.domain.numbers import Qualifier
from tracker.domain.organisation import deciding_day
from tracker.domain.programmes import AssignmentState, ProgrammeTotals
from tracker.domain.progress import RowState
from tracker.domain.rights import Scope
from tracker.reports.contents import ReportKind
from tracker.reports.register_contents import (
    AwardLine,
    Commendation,
    DirectiveLine,
    DueLine,
    GroundLine,
    MeetingLine,
    MeetingSheet,
    ProgrammeLine,
    ProgrammeList,
    TurnLine,
)
from tracker.store import awards, directives, meetings, members, programmes
from tracker.store.awards import AwardFilter
from tracker.store.meetings import MeetingFilter
from tracker.store.programmes import ProgrammeFilter

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from tracker.domain.ledger import ClaimRecord, Ledger
    from tracker.domain.periods import Period
    from tracker.domain.reckoning import Reckoner
    from tracker.domain.types import MemberId, UnitId
    from tracker.reports.contents import ReportHead
    from tracker.reports.register_contents import Annex
    from tracker.store.awards import AwardRow, Ran
    from tracker.store.db import Tx
    from tracker.store.programmes import ProgrammeRow

MOST = 100_000  # programmes of one report: more than the whole country registers in a year


def build(tx: Tx, reckoner: Reckoner, head: ReportHead) -> Annex | None:
    """Give the annex of a report's kind; the usual kinds have none. The caller may read the unit."""
    match head.kind:
        case ReportKind.COMMENDATION:
            return _commendation(tx, reckoner, head)
        case ReportKind.MEETING:
            return _sheet(tx, reckoner, head)
        case ReportKind.PROGRAMMES:
            return _programmes(tx, head, reckoner.ledger.today)
        case _:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """The claims of a ledger, by who is credited and by the unit in which they count."""

    ledger: Ledger
    by_member: Mapping[MemberId, Sequence[ClaimRecord]]
    by_unit: Mapping[UnitId, Sequence[ClaimRecord]]

    def of_member(self, member_id: MemberId, period: Period) -> list[ClaimRecord]:
        """List what is credited to a member in a period."""
        return [c for c in self.by_member.get(member_id, ()) if period.contains_day(c.fact.happened_on)]

    def of_unit(self, unit_id: UnitId, period: Period) -> list[ClaimRecord]:
        """List what counts in a unit, or in one that stood below it on the claim's day, in a period."""
        part = self.ledger if unit_id == self.ledger.unit_id else narrow_to_unit(self.ledger, unit_id)
        found = {
            claim.fact.claim: claim
            for span in part.spans
            for claim in self.by_unit.get(span.unit_id, ())
            if span.covers(claim.fact.happened_on) and period.contains_day(claim.fact.happened_on)
        }
        return sorted(found.values(), key=lambda c: (c.fact.happened_on, c.fact.claim))


def _given(ledger: Ledger) -> _Given:
    by_member: dict[MemberId, list[ClaimRecord]] = defaultdict(list)
    by_unit: dict[UnitId, list[ClaimRecord]] = defaultdict(list)
    for claim in ledger.claims:
        by_unit[claim.fact.unit_id].append(claim)
        for member_id in claim.fact.credited_ids:
            by_member[member_id].append(claim)
    return _Given(ledger=ledger, by_member=by_member, by_unit=by_unit)


def _commendation(tx: Tx, reckoner: Reckoner, head: ReportHead) -> Commendation:
    scope = _scope(head, reckoner.ledger.today)
    asked = AwardFilter(unit_id=head.unit_id, period=head.period, state=AwardState.PROPOSED)
    rows = awards.list_page(tx, scope, asked, after=None, limit=None)
    given, titles = _given(reckoner.ledger), _programme_titles(tx, head, reckoner.ledger.today)
    collectives = {row.unit_id for row in rows if row.who is AwardWho.COLLECTIVE}
    ran = awards.list_unit_programmes(tx, collectives)
    people = members.list_people(tx, {row.member_id for row in rows if row.member_id is not None})
    lines = [
        AwardLine(
            award_id=row.award_id,
            who=row.who,
            unit_id=row.unit_id,
            unit_name=reckoner.unit_name(row.unit_id, row.period.last_day),
            member_id=row.member_id,
            full_name=people[row.member_id].full_name if row.member_id in people else "",
            party_role=people[row.member_id].party_role if row.member_id in people else None,
            period=row.period,
            title=row.title,
            rows=_grounds(row, given, ran, titles),
        )
        for row in rows
    ]
    whole = tuple(line for line in lines if line.who is AwardWho.COLLECTIVE)
    single = tuple(line for line in lines if line.who is AwardWho.INDIVIDUAL)
    totals = AwardTotals(collective=len(whole), individual=len(single))
    return Commendation(totals=totals, collectives=whole, individuals=single)


def _grounds(
    row: AwardRow, given: _Given, ran: Mapping[int, Sequence[Ran]], titles: Mapping[int, str]
) -> tuple[GroundLine, ...]:
    if row.member_id is not None:
        return tuple(_claim_line(claim) for claim in given.of_member(row.member_id, row.period))
    lines = [_claim_line(claim) for claim in given.of_unit(row.unit_id, row.period)]
    running = dict.fromkeys(one.programme_id for one in ran.get(row.unit_id, ()) if one.runs_in(row.period))
    lines += [
        GroundLine(claim_id=None, programme_id=p, kind=None, title=titles.get(p, ""), url=None, happened_on=None)
        for p in running
    ]
    return tuple(lines)


def _claim_line(claim: ClaimRecord) -> GroundLine:
    return GroundLine(
        claim_id=claim.fact.claim,
        programme_id=None,
        kind=claim.fact.kind,
        title=claim.title,
        url=claim.url,
        happened_on=claim.fact.happened_on,
    )


def _programme_titles(tx: Tx, head: ReportHead, today: dt.date) -> dict[int, str]:
    return {row.programme_id: row.name for row in _running(tx, head, today)}


def _running(tx: Tx, head: ReportHead, today: dt.date) -> list[ProgrammeRow]:
    """List the programmes of the unit and all below it that ran in the period."""
    days = ProgrammeFilter(unit_id=head.unit_id, year_start=head.period.start_on, year_end=head.period.last_day)
    day = deciding_day(head.period, today)
    return programmes.list_page(tx, _scope(head, today), days, on=min(day, today), after=None, limit=MOST)


def _sheet(tx: Tx, reckoner: Reckoner, head: ReportHead) -> MeetingSheet:
    ledger, following = reckoner.ledger, head.period.following()
    return MeetingSheet(
        following=following,
        due=tuple(_due(reckoner, head.period)),
        turns=tuple(_turns(reckoner, head.period, following)),
        meetings=tuple(_meetings(tx, reckoner, head, ledger.today)),
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
    """List the turns of the days that follow which are neither done nor excused."""
    ledger = reckoner.ledger
    targets = {target.target_id: target for target in ledger.targets}
    met = {
        (item.target_id, row.member_id, row.slot, item.period)
        for _, item in reckoner.progresses(period)
        for row in item.rows
        if row.state in {RowState.MET, RowState.EXCEEDED}
    }
    turns = [
        turn
        for turn in ledger.assignments
        if turn.period.start_on < following.end_on
        and turn.period.end_on > following.start_on
        and turn.state is AssignmentState.GIVEN
        and (turn.target_id, turn.member_id, turn.slot, turn.period) not in met
    ]
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


def _meetings(tx: Tx, reckoner: Reckoner, head: ReportHead, today: dt.date) -> list[MeetingLine]:
    asked = MeetingFilter(unit_id=head.unit_id, period=head.period)
    rows = meetings.list_page(tx, _scope(head, today), asked, after=None, limit=None)
    people = members.list_people(tx, {row.speaker_id for row in rows if row.speaker_id is not None})
    return [
        MeetingLine(
            meeting_id=row.meeting_id,
            unit_id=row.unit_id,
            unit_name=reckoner.unit_name(row.unit_id, row.held_on),
            held_on=row.held_on,
            periods=row.periods,
            title=row.title,
            speaker=people[row.speaker_id].full_name if row.speaker_id in people else None,
            lesson=row.lesson,
        )
        for row in rows
    ]


def _programmes(tx: Tx, head: ReportHead, today: dt.date) -> ProgrammeList:
    rows = _running(tx, head, today)
    cited = {
        d.directive_id: DirectiveLine(directive_id=d.directive_id, code=d.code, issued_on=d.issued_on)
        for d in directives.list_cited(tx, [row.programme_id for row in rows])
    }
    lines = tuple(_programme_line(row, head.period, cited) for row in rows)
    counts, new = Counter(line.unit_kind for line in lines), Counter(line.unit_kind for line in lines if line.new)
    by_kind = tuple((kind, counts[kind], new[kind]) for kind in sorted(counts))
    totals = ProgrammeTotals(count=counts.total(), new=new.total(), by_kind=by_kind)
    return ProgrammeList(totals=totals, programmes=lines, directives=tuple(cited.values()))


def _programme_line(row: ProgrammeRow, period: Period, cited: Mapping[int, DirectiveLine]) -> ProgrammeLine:
    years = range(period.start_on.year, period.last_day.year + 1)
    own = [cited[key] for key in row.directive_ids if key in cited]
    return ProgrammeLine(
        programme_id=row.programme_id,
        name=row.name,
        unit_id=row.unit_id,
        unit_name=row.unit_name,
        unit_kind=row.unit_kind,
        from_on=row.from_on,
        until_on=row.until_on,
        new=row.is_new and row.from_on is not None and row.from_on.year in years,
        measures=row.measures,
        amount=row.outcome_amount,
        qualifier=Qualifier(row.outcome_qualifier) if row.outcome_qualifier else None,
        words=row.outcome_words,
        directives=tuple(sorted(own, key=lambda d: (d.issued_on, d.directive_id))),
    )


def _scope(head: ReportHead, today: dt.date) -> Scope:
    """Give everything as it stood on the period's deciding day: whoever asks may read the report's unit."""
    return Scope(on=deciding_day(head.period, today), everything=True)
