"""What each member gave in a period and which obligations it met; why a result is what it is.

Contribution is obligations met: nobody is ranked, clicks weigh nothing. No reach here (figures.py).
"""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.domain.claims import ClaimKind
from tracker.domain.explain_words import result_words, rule_words
from tracker.domain.organisation import COUNTING, StandingReason, standing
from tracker.domain.programmes import TargetWho
from tracker.domain.progress import ClaimFact, RowState, fits, progress

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from tracker.domain.organisation import Absence, Counting, MemberHistory, Membership, Standing
    from tracker.domain.periods import Lang, Period
    from tracker.domain.programmes import Assignment, Target
    from tracker.domain.progress import TargetProgress
    from tracker.domain.types import ClaimId, MemberId, UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One member in one period: accepted claims credited to them, obligations due and met."""

    member_id: MemberId
    unit_id: UnitId | None
    shares: int
    authored: int
    presentations: int
    due: int
    met: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTotal:
    """What was done in units in one period: each claim once, however many share its credit."""

    shares: int
    authored: int
    presentations: int


class Result(enum.StrEnum):
    """How one member stands to one target in one period."""

    BELOW = "below"
    MET = "met"
    EXCEEDED = "exceeded"
    EXCUSED = "excused"
    NOT_COUNTED = "not_counted"  # of a status listed apart, or not there on the deciding day
    NOT_ASSIGNED = "not_assigned"
    OF_THE_UNIT = "of_the_unit"  # the obligation is the unit's, not the member's


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why this result: the rule in words, and every row it was read from."""

    result: Result
    rule: str
    standing: Standing
    done: int
    wanted: int
    membership: tuple[Membership, ...]
    absences: tuple[Absence, ...]
    claims: tuple[ClaimId, ...]
    words: str


def contributions(
    period: Period,
    facts: Iterable[ClaimFact],
    standings: Mapping[MemberId, Standing],
    progresses: Iterable[TargetProgress],
) -> list[Contribution]:
    """Reckon what each member gave, in the order of `standings` (of the asked period).

    `progresses` are those of every target in each of its own periods inside the asked one. An obligation from which a
    member was excused is not due, unless met all the same.
    """
    given: dict[ClaimKind, Counter[MemberId]] = {kind: Counter() for kind in ClaimKind}
    for fact in _distinct(period, facts):
        given[fact.kind].update(fact.credited_ids)
    rows = (row for item in progresses for row in item.rows)
    return credited(standings, given, ((row.member_id, row.state) for row in rows if row.member_id is not None))


def credited(
    standings: Mapping[MemberId, Standing],
    given: Mapping[ClaimKind, Mapping[MemberId, int]],
    judged: Iterable[tuple[MemberId, RowState]],
) -> list[Contribution]:
    """Put together what each member gave, by kind, and how each of their obligations was judged."""
    due: Counter[MemberId] = Counter()
    met: Counter[MemberId] = Counter()
    for member_id, state in judged:
        if state is not RowState.EXCUSED:
            due[member_id] += 1
            met[member_id] += state is not RowState.BELOW
    shares, authored, presentations = (
        given[kind] for kind in (ClaimKind.SHARE, ClaimKind.AUTHORED, ClaimKind.PRESENTATION)
    )
    return [
        Contribution(
            member_id=member_id,
            unit_id=stands.unit_id,
            shares=shares.get(member_id, 0),
            authored=authored.get(member_id, 0),
            presentations=presentations.get(member_id, 0),
            due=due.get(member_id, 0),
            met=met.get(member_id, 0),
        )
        for member_id, stands in standings.items()
    ]


def unit_total(period: Period, facts: Iterable[ClaimFact], unit_ids: Collection[UnitId] | None = None) -> UnitTotal:
    """Count the distinct claims that count in the units (in all, when none are named)."""
    units = None if unit_ids is None else set(unit_ids)
    kinds = Counter(f.kind for f in _distinct(period, facts) if units is None or f.unit_id in units)
    return UnitTotal(
        shares=kinds[ClaimKind.SHARE], authored=kinds[ClaimKind.AUTHORED], presentations=kinds[ClaimKind.PRESENTATION]
    )


def explain(
    member_id: MemberId,
    target: Target,
    period: Period,
    history: MemberHistory,
    facts: Sequence[ClaimFact],
    assignments: Sequence[Assignment],
    *,
    today: dt.date,
    counting: Counting = COUNTING,
    bound: bool = True,
    lang: Lang = "vi",
) -> Explanation:
    """Explain one member's result for one target in one of its own periods, from the rows that made it.

    `facts` are the member's, and for a target of the unit the unit's; `bound` says that the target's programme binds
    the unit in which the member stood on the deciding day.
    """
    stands = standing(history.memberships, history.absences, period, today, counting)
    if stands.counted and not bound:
        stands = replace(stands, counted=False, excused=False, why=StandingReason.ELSEWHERE)
    item = progress(target, period, facts, {member_id: stands}, assignments)
    done, wanted = sum(row.done for row in item.rows), sum(row.wanted for row in item.rows)
    result = _result(target, stands, item)
    return Explanation(
        result=result,
        rule=rule_words(target, lang),
        standing=stands,
        done=done,
        wanted=wanted,
        membership=tuple(m for m in history.memberships if _touches(m, period)),
        absences=tuple(a for a in history.absences if a.from_on < period.end_on and a.until_on >= period.start_on),
        claims=tuple(sorted({f.claim for f in _distinct(period, facts) if _meets(target, f, member_id, stands)})),
        words=result_words(target, period, stands, result, (done, wanted), lang),
    )


def _distinct(period: Period, facts: Iterable[ClaimFact]) -> list[ClaimFact]:
    """Keep each claim of the period once."""
    return list({f.claim: f for f in facts if period.contains_day(f.happened_on)}.values())


def _meets(target: Target, fact: ClaimFact, member_id: MemberId, stands: Standing) -> bool:
    if target.who is TargetWho.UNIT:
        return fits(target, fact) and fact.unit_id == stands.unit_id
    return fits(target, fact) and member_id in fact.credited_ids


def _touches(held: Membership, period: Period) -> bool:
    return held.since < period.end_on and (held.until is None or held.until > period.start_on)


def _result(target: Target, stands: Standing, item: TargetProgress) -> Result:
    """Give the worst of the member's rows, or why there is none."""
    if target.who is TargetWho.UNIT:
        return Result.OF_THE_UNIT
    if not stands.counted:
        return Result.NOT_COUNTED
    states = {row.state for row in item.rows}
    for state in (RowState.BELOW, RowState.EXCUSED, RowState.MET, RowState.EXCEEDED):
        if state in states:
            return Result(state.value)
    return Result.NOT_ASSIGNED
