"""What was done against a target in one of its periods: rows, ratios, coverage. Linear in the facts handed in.

Only accepted claims come here, as ClaimFacts. Which rows to load and how to print them is decided elsewhere.
"""

from __future__ import annotations

import enum
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.domain.periods import containing
from tracker.domain.programmes import AssignmentState, TargetWho

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from tracker.domain.claims import ClaimKind
    from tracker.domain.organisation import Standing
    from tracker.domain.periods import Period, PeriodKind
    from tracker.domain.programmes import Assignment, Target
    from tracker.domain.types import ClaimId, MemberId, TargetId, TopicId, UnitId

    Rows = tuple["ProgressRow", ...]
    Turn = tuple[MemberId, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFact:
    """An accepted claim as far as it counts: `unit_id` of the owner on the local day it happened."""

    claim: ClaimId
    member_id: MemberId
    kind: ClaimKind
    unit_id: UnitId
    happened_on: dt.date
    topic_ids: frozenset[TopicId] = frozenset()
    slot: str | None = None
    coauthor_ids: tuple[MemberId, ...] = ()

    @property
    def credited_ids(self) -> tuple[MemberId, ...]:
        """Give whose obligation it meets: the owner and each co-author, each once."""
        return tuple(dict.fromkeys((self.member_id, *self.coauthor_ids)))


class RowState(enum.StrEnum):
    """How an obligation was met; MET from the minimum on, EXCEEDED from the aim on."""

    BELOW = "below"
    MET = "met"
    EXCEEDED = "exceeded"
    EXCUSED = "excused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressRow:
    """One obligation: a member's (with a slot where one was assigned) or, without `member_id`, a unit's."""

    member_id: MemberId | None
    unit_id: UnitId | None
    slot: str | None
    done: int
    wanted: int
    state: RowState


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetProgress:
    """One target in one of its periods.

    `counted`: the denominator; `met` and `aim_met` its parts. `done`: distinct claims that count in the units asked
    about (for an assigned target, those of the assigned). `others` are listed apart and enter no ratio.
    """

    target_id: TargetId
    period: Period
    counted: int
    met: int
    aim_met: int
    done: int
    wanted: int
    rows: tuple[ProgressRow, ...]
    others: tuple[ProgressRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How regularly a unit met a target's minimum: `covered` of `period_count` periods, the others in order."""

    target_id: TargetId
    unit_id: UnitId
    per: PeriodKind
    period_count: int
    missing: tuple[Period, ...]

    @property
    def covered(self) -> int:
        """Give the number of periods with at least the minimum."""
        return self.period_count - len(self.missing)


def fits(target: Target, fact: ClaimFact) -> bool:
    """Say whether a claim is what a target asks for: kind, one of its topics, one of its slots."""
    if fact.kind is not target.what or (target.topic_ids and not target.topic_ids & fact.topic_ids):
        return False
    return not target.slots or fact.slot is None or fact.slot in target.slots


def by_period(kind: PeriodKind, facts: Iterable[ClaimFact]) -> dict[Period, list[ClaimFact]]:
    """Part facts by the period of a kind in which they happened, so that each is read once for all periods."""
    periods: dict[dt.date, Period] = {}
    parted: dict[Period, list[ClaimFact]] = defaultdict(list)
    for fact in facts:
        if fact.happened_on not in periods:
            periods[fact.happened_on] = containing(kind, fact.happened_on)
        parted[periods[fact.happened_on]].append(fact)
    return parted


def progress(
    target: Target,
    period: Period,
    facts: Iterable[ClaimFact],
    standings: Mapping[MemberId, Standing],
    assignments: Iterable[Assignment] = (),
    *,
    unit_ids: Collection[UnitId] | None = None,
) -> TargetProgress:
    """Reckon one target in one of its periods for the members handed in, in their order.

    `standings` are of that period, of everybody who belongs to the units asked about. `facts` are the claims of these
    members, wherever made, and the claims made in those units; others do no harm. `unit_ids` are those units, where
    left out the members' own.
    """
    fitting = _fitting(target, period, facts)
    given = [a for a in assignments if a.target_id == target.target_id and a.period == period]
    units = {s.unit_id for s in standings.values()} if unit_ids is None else unit_ids
    by_row = _by_row(target, fitting, given)
    return progress_of(target, period, by_row, lambda rows: len(_done(target, fitting, rows, units)), standings, given)


def progress_of(
    target: Target,
    period: Period,
    by_row: Mapping[Any, int],
    done: Callable[[Rows], int],
    standings: Mapping[MemberId, Standing],
    given: Sequence[Assignment],
) -> TargetProgress:
    """Reckon one target in one of its periods from how much was done by whom each row is of.

    `by_row`: by member, by member and slot of those assigned, or by unit; `done`: how many claims that were, each once.
    """
    rows, others = _rows(target, by_row, standings, given)
    return _summed(target, period, done((*rows, *others)), rows, others)


def judged(
    target: Target, done: Mapping[MemberId, int], standings: Mapping[MemberId, Standing], given: Iterable[Assignment]
) -> Iterator[tuple[MemberId, RowState]]:
    """Judge everybody who owes a target and counts by how much each did: the rows of `progress`, of no slot."""
    owing: dict[MemberId, bool] = {}
    if target.who is TargetWho.EACH_MEMBER:
        owing = dict.fromkeys(standings, False)
    elif target.who is TargetWho.ASSIGNED:
        owing = {turn.member_id: turn.state is AssignmentState.EXCUSED for turn in given}
    for member_id, excused in owing.items():
        stands = standings.get(member_id)
        if stands is not None and stands.counted and stands.unit_id is not None:
            yield member_id, _state(target, done.get(member_id, 0), excused=excused or stands.excused)


def pieces(
    target: Target, reckoned: TargetProgress, facts: Iterable[ClaimFact], unit_ids: Collection[UnitId]
) -> list[ClaimFact]:
    """List the claims that a reckoned `done` counts: of those units, or of the assigned."""
    fitting = _fitting(target, reckoned.period, facts)
    return _done(target, fitting, (*reckoned.rows, *reckoned.others), unit_ids)


def coverage(
    target: Target, periods: Sequence[Period], facts: Iterable[ClaimFact], unit_ids: Iterable[UnitId]
) -> list[Coverage]:
    """Tell for each unit in how many of a target's own periods at least the minimum was done, and in which not."""
    fitting = {fact.claim: fact for fact in facts if fits(target, fact)}.values()
    done = Counter(
        (fact.unit_id, period) for period, parted in by_period(target.per, fitting).items() for fact in parted
    )
    return coverage_of(target, periods, done, unit_ids)


def coverage_of(
    target: Target, periods: Sequence[Period], done: Mapping[tuple[UnitId, Period], int], unit_ids: Iterable[UnitId]
) -> list[Coverage]:
    """Tell the same from how much was done in each unit and period."""
    return [
        Coverage(
            target_id=target.target_id,
            unit_id=unit_id,
            per=target.per,
            period_count=len(periods),
            missing=tuple(period for period in periods if done.get((unit_id, period), 0) < target.minimum),
        )
        for unit_id in unit_ids
    ]


def _done(
    target: Target, fitting: Iterable[ClaimFact], rows: Rows, unit_ids: Collection[UnitId | None]
) -> list[ClaimFact]:
    if target.who is TargetWho.ASSIGNED:
        assigned = {row.member_id for row in rows}
        return [fact for fact in fitting if not assigned.isdisjoint(fact.credited_ids)]
    return [fact for fact in fitting if fact.unit_id in unit_ids]


def _fitting(target: Target, period: Period, facts: Iterable[ClaimFact]) -> list[ClaimFact]:
    """Keep each fitting claim of the period once."""
    kept = {f.claim: f for f in facts if period.contains_day(f.happened_on) and fits(target, f)}
    return list(kept.values())


def _by_row(target: Target, facts: Sequence[ClaimFact], given: Sequence[Assignment]) -> Mapping[Any, int]:
    """Count what was done by whom each row is of."""
    match target.who:
        case TargetWho.EACH_MEMBER:
            return Counter(member_id for fact in facts for member_id in fact.credited_ids)
        case TargetWho.ASSIGNED:
            return _done_in_turns(facts, {(a.member_id, a.slot) for a in given})
        case TargetWho.UNIT:  # pragma: no branch - a closed union, mypy watches it
            return Counter(fact.unit_id for fact in facts)


def _rows(
    target: Target, done: Mapping[Any, int], standings: Mapping[MemberId, Standing], given: Sequence[Assignment]
) -> tuple[Rows, Rows]:
    """Give the rows that count and the others."""
    match target.who:
        case TargetWho.EACH_MEMBER:
            return _member_rows(target, done, standings)
        case TargetWho.ASSIGNED:
            return _assigned_rows(target, done, standings, given)
        case TargetWho.UNIT:  # pragma: no branch - a closed union, mypy watches it
            return _unit_rows(target, done, standings), ()


def _member_rows(
    target: Target, done: Mapping[MemberId, int], standings: Mapping[MemberId, Standing]
) -> tuple[Rows, Rows]:
    rows: list[ProgressRow] = []
    others: list[ProgressRow] = []
    for member_id, stands in standings.items():
        if stands.unit_id is not None:
            (rows if stands.counted else others).append(_row(target, member_id, stands, done.get(member_id, 0)))
    return tuple(rows), tuple(others)


def _assigned_rows(
    target: Target, done: Mapping[Turn, int], standings: Mapping[MemberId, Standing], given: Sequence[Assignment]
) -> tuple[Rows, Rows]:
    turns = {(a.member_id, a.slot): a for a in given}
    rows: list[ProgressRow] = []
    others: list[ProgressRow] = []
    for (member_id, slot), turn in turns.items():
        stands = standings.get(member_id)
        if stands is not None and stands.unit_id is not None:
            excused = turn.state is AssignmentState.EXCUSED
            row = _row(target, member_id, stands, done.get((member_id, slot), 0), slot=slot, excused=excused)
            (rows if stands.counted else others).append(row)
    return tuple(rows), tuple(others)


def _done_in_turns(facts: Sequence[ClaimFact], turns: Collection[Turn]) -> Counter[Turn]:
    """Count what meets each turn: any fitting claim one without a slot, only that slot's one with.

    A claim that names no slot meets a slot only where the member has no other turn.
    """
    slots: dict[MemberId, list[str | None]] = defaultdict(list)
    for member_id, slot in turns:
        slots[member_id].append(slot)
    done: Counter[Turn] = Counter()
    for fact in facts:
        for member_id in fact.credited_ids:
            own = slots.get(member_id, [])
            done.update((member_id, s) for s in own if s in {None, fact.slot} or (fact.slot is None and len(own) == 1))
    return done


def _unit_rows(target: Target, done: Mapping[UnitId, int], standings: Mapping[MemberId, Standing]) -> Rows:
    units = dict.fromkeys(s.unit_id for s in standings.values() if s.counted and s.unit_id is not None)
    return tuple(
        ProgressRow(
            member_id=None,
            unit_id=unit_id,
            slot=None,
            done=done.get(unit_id, 0),
            wanted=target.minimum,
            state=_state(target, done.get(unit_id, 0), excused=False),
        )
        for unit_id in units
    )


def _row(
    target: Target, member_id: MemberId, stands: Standing, done: int, *, slot: str | None = None, excused: bool = False
) -> ProgressRow:
    return ProgressRow(
        member_id=member_id,
        unit_id=stands.unit_id,
        slot=slot,
        done=done,
        wanted=target.minimum,
        state=_state(target, done, excused=excused or stands.excused),
    )


def _state(target: Target, done: int, *, excused: bool) -> RowState:
    """Judge an obligation; who was excused and met it all the same has met it."""
    if target.aim is not None and done >= target.aim:
        return RowState.EXCEEDED
    if done >= target.minimum:
        return RowState.MET
    return RowState.EXCUSED if excused else RowState.BELOW


def _summed(target: Target, period: Period, done: int, rows: Rows, others: Rows) -> TargetProgress:
    states = Counter(row.state for row in rows)
    counted = len(rows) - states[RowState.EXCUSED]
    return TargetProgress(
        target_id=target.target_id,
        period=period,
        counted=counted,
        met=states[RowState.MET] + states[RowState.EXCEEDED],
        aim_met=states[RowState.EXCEEDED],
        done=done,
        wanted=counted * target.minimum,
        rows=rows,
        others=others,
    )
