"""Contributions and progress from what is kept by member and month, where it tells the same as every claim. Pure.

A target by topic, by slot or by days asks for the claims themselves; so does a period that begins or ends inside a
month (reckoning.py).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.domain.claims import ClaimKind
from tracker.domain.contribution import credited
from tracker.domain.periods import PeriodKind, periods_inside
from tracker.domain.programmes import TargetWho
from tracker.domain.progress import coverage_of, progress_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from tracker.domain.contribution import Contribution
    from tracker.domain.periods import Period
    from tracker.domain.programmes import Target
    from tracker.domain.progress import Coverage, ProgressRow, RowState, TargetProgress
    from tracker.domain.reckoning import Reckoner
    from tracker.domain.types import ClaimId, MemberId, UnitId

    Wanted = tuple[ClaimKind, Period]

OF_MONTHS = frozenset({PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR})
SUMS_MOST = 100  # of one answer; whoever asks for decades by month is answered from the claims
ASSIGNED_MOST = 2_000  # whose claims are read one by one; more, and all of them are


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSums:
    """Accepted claims credited to members in some periods, by kind; valid clicks and person-days of their links."""

    claims: Mapping[Wanted, Mapping[MemberId, int]]
    clicks: Mapping[MemberId, tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """An accepted claim that is credited to a member, its own or shared."""

    claim: ClaimId
    kind: ClaimKind
    happened_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressWanted:
    """What progress is reckoned from: sums by member, sums by unit, and the claims of those who were assigned."""

    members: Sequence[Wanted]
    units: Sequence[Wanted]
    assigned: Sequence[MemberId]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressSums:
    """Accepted claims by member and by unit in some periods, each counted once in its unit; those of the assigned."""

    members: MemberSums
    units: Mapping[Wanted, Mapping[UnitId, int]]
    credits: Mapping[MemberId, Sequence[Credit]]


def months_of(period: Period) -> tuple[str, ...] | None:
    """List the months that a period is made of; None where it begins or ends inside one."""
    if (period.start_on.day, period.end_on.day) != (1, 1):
        return None
    return tuple(str(month) for month in periods_inside(PeriodKind.MONTH, period))


def sums_wanted(reckoner: Reckoner, asked: Period) -> list[Wanted] | None:
    """List which sums the contributions of a period are reckoned from; None where months do not tell them."""
    owed = reckoner.owed(asked)
    if months_of(asked) is None or not all(_by_months(reckoner, target, period) for target, period in owed):
        return None
    wanted = dict.fromkeys((*((kind, asked) for kind in ClaimKind), *((t.what, period) for t, period in owed)))
    return list(wanted) if len(wanted) <= SUMS_MOST else None


def contributions(reckoner: Reckoner, asked: Period, sums: MemberSums) -> list[Contribution]:
    """Reckon what each member gave in a period and which obligations were met, from sums."""
    given = {kind: sums.claims[kind, asked] for kind in ClaimKind}
    return credited(reckoner.standings(asked), given, _judged(reckoner, asked, sums))


def progress_wanted(reckoner: Reckoner, asked: Period) -> ProgressWanted | None:
    """List what the progress and the contributions of a period are reckoned from; None where months do not tell it."""
    members, goals = sums_wanted(reckoner, asked), reckoner.goals(asked)
    if members is None or not all(_by_months(reckoner, target, period) for target, period in goals):
        return None
    units = dict.fromkeys((target.what, period) for target, period in goals)
    more = dict.fromkeys((t.what, period) for t, period in goals if t.who is not TargetWho.UNIT)
    assigned = {turn.member_id for t, p in goals if t.who is TargetWho.ASSIGNED for turn in reckoner.turns(t, p)}
    wanted = dict.fromkeys((*members, *more))
    if max(len(wanted), len(units)) > SUMS_MOST or len(assigned) > ASSIGNED_MOST:
        return None
    return ProgressWanted(members=list(wanted), units=list(units), assigned=sorted(assigned))


def progresses(reckoner: Reckoner, asked: Period, sums: ProgressSums) -> list[tuple[Target, TargetProgress]]:
    """Reckon every target in each of its own periods inside the asked one, from sums."""
    found = []
    for target, period in reckoner.goals(asked):
        bound, standings = reckoner.bound_standings(target, period)
        if bound:
            done = functools.partial(_done, target, period, sums, bound)
            by_row, given = _by_row(target, period, sums, reckoner), reckoner.turns(target, period)
            found.append((target, progress_of(target, period, by_row, done, standings, given)))
    return found


def coverages(reckoner: Reckoner, asked: Period, sums: ProgressSums) -> list[Coverage]:
    """Tell for each target and unit with members in how many of the periods begun the minimum was reached."""
    found: list[Coverage] = []
    for target, periods, units in reckoner.covering(asked):
        done = {(u, period): n for period in periods for u, n in sums.units[target.what, period].items()}
        found += coverage_of(target, periods, done, units)
    return found


def _by_row(target: Target, period: Period, sums: ProgressSums, reckoner: Reckoner) -> Mapping[Any, int]:
    if target.who is TargetWho.UNIT:
        return sums.units[target.what, period]
    done = sums.members.claims[target.what, period]
    if target.who is TargetWho.EACH_MEMBER:
        return done
    return {(turn.member_id, turn.slot): done.get(turn.member_id, 0) for turn in reckoner.turns(target, period)}


def _done(
    target: Target, period: Period, sums: ProgressSums, bound: Collection[UnitId], rows: Iterable[ProgressRow]
) -> int:
    """Count the claims that meet a target, each once: of the units it binds, or of the assigned."""
    if target.who is not TargetWho.ASSIGNED:
        return sum(count for unit_id, count in sums.units[target.what, period].items() if unit_id in bound)
    own = (credit for row in rows if row.member_id is not None for credit in sums.credits.get(row.member_id, ()))
    return len({c.claim for c in own if c.kind is target.what and period.contains_day(c.happened_on)})


def _by_months(reckoner: Reckoner, target: Target, period: Period) -> bool:
    if target.topic_ids or target.slots or target.per not in OF_MONTHS:
        return False
    return all(turn.slot is None for turn in reckoner.turns(target, period))


def _judged(reckoner: Reckoner, asked: Period, sums: MemberSums) -> Iterator[tuple[MemberId, RowState]]:
    for target, period in reckoner.owed(asked):
        yield from reckoner.judged(target, period, sums.claims[target.what, period])
