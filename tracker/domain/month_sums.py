"""Contributions from what is kept by member and month, where that tells the same as every claim would. Pure.

A target by topic, by slot or by days asks for the claims themselves; so does a period that begins or ends inside a
month (reckoning.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.claims import ClaimKind
from tracker.domain.contribution import credited
from tracker.domain.periods import PeriodKind, periods_inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tracker.domain.contribution import Contribution
    from tracker.domain.periods import Period
    from tracker.domain.programmes import Target
    from tracker.domain.progress import RowState
    from tracker.domain.reckoning import Reckoner
    from tracker.domain.types import MemberId

    Wanted = tuple[ClaimKind, Period]

OF_MONTHS = frozenset({PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR})
SUMS_MOST = 100  # of one answer; whoever asks for decades by month is answered from the claims


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSums:
    """Accepted claims credited to members in some periods, by kind; valid clicks and person-days of their links."""

    claims: Mapping[Wanted, Mapping[MemberId, int]]
    clicks: Mapping[MemberId, tuple[int, int]]


def months_of(period: Period) -> tuple[str, ...] | None:
    """List the months that a period is made of; None where it begins or ends inside one."""
    if (period.start_on.day, period.end_on.day) != (1, 1):
        return None
    return tuple(str(month) for month in periods_inside(PeriodKind.MONTH, period))


def sums_wanted(reckoner: Reckoner, asked: Period) -> list[Wanted] | None:
    """List which sums the contributions of a period are reckoned from; None where months do not tell them."""
    owed = reckoner.owed(asked)
    if not all(_by_months(reckoner, target, period) for target, period in owed):
        return None
    wanted = dict.fromkeys((*((kind, asked) for kind in ClaimKind), *((t.what, period) for t, period in owed)))
    return list(wanted) if len(wanted) <= SUMS_MOST else None


def contributions(reckoner: Reckoner, asked: Period, sums: MemberSums) -> list[Contribution]:
    """Reckon what each member gave in a period and which obligations were met, from sums."""
    given = {kind: sums.claims[kind, asked] for kind in ClaimKind}
    return credited(reckoner.standings(asked), given, _judged(reckoner, asked, sums))


def _by_months(reckoner: Reckoner, target: Target, period: Period) -> bool:
    if target.topic_ids or target.slots or target.per not in OF_MONTHS:
        return False
    return all(turn.slot is None for turn in reckoner.turns(target, period))


def _judged(reckoner: Reckoner, asked: Period, sums: MemberSums) -> Iterator[tuple[MemberId, RowState]]:
    for target, period in reckoner.owed(asked):
        yield from reckoner.judged(target, period, sums.claims[target.what, period])
