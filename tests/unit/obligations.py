"""Short makers of targets, facts and standings for the tests of obligations."""

from __future__ import annotations

import datetime as dt

from tracker.domain.claims import ClaimKind
from tracker.domain.organisation import Membership, MemberStatus, Standing, standing
from tracker.domain.periods import Period, PeriodKind
from tracker.domain.programmes import Target, TargetWho
from tracker.domain.progress import ClaimFact
from tracker.domain.types import ClaimId, MemberId, ProgrammeId, TargetId, TopicId, UnitId

D = dt.date
A, B = UnitId(1), UnitId(2)
TODAY = D(2026, 1, 1)
MAY = Period.parse("2025-05")


def target(
    who: str = "each_member",
    what: str = "share",
    per: str = "month",
    minimum: int = 1,
    aim: int | None = None,
    *,
    topics: tuple[int, ...] = (),
    slots: tuple[str, ...] = (),
) -> Target:
    return Target(
        target_id=TargetId(1),
        programme_id=ProgrammeId(1),
        who=TargetWho(who),
        what=ClaimKind(what),
        minimum=minimum,
        aim=aim,
        per=PeriodKind(per),
        topic_ids=frozenset(TopicId(t) for t in topics),
        slots=slots,
    )


class Facts:
    """Accepted claims, each with the next number of its member."""

    def __init__(self) -> None:
        self.all: list[ClaimFact] = []

    def add(
        self,
        member: int,
        day: dt.date,
        kind: str = "share",
        unit: UnitId = A,
        *,
        topics: tuple[int, ...] = (),
        slot: str | None = None,
        coauthors: tuple[int, ...] = (),
    ) -> ClaimFact:
        fact = ClaimFact(
            claim=ClaimId(MemberId(member), len(self.all) + 1),
            member_id=MemberId(member),
            kind=ClaimKind(kind),
            unit_id=unit,
            happened_on=day,
            topic_ids=frozenset(TopicId(t) for t in topics),
            slot=slot,
            coauthor_ids=tuple(MemberId(c) for c in coauthors),
        )
        self.all.append(fact)
        return fact


def belongs(
    unit: UnitId = A, since: dt.date | None = None, until: dt.date | None = None, status: str = "official"
) -> Membership:
    return Membership(unit_id=unit, status=MemberStatus(status), since=since or D(2020, 1, 1), until=until)


def cell(count: int, period: Period = MAY) -> dict[MemberId, Standing]:
    """Give the standings of a cell of so many official members."""
    return {MemberId(n): standing([belongs()], [], period, TODAY) for n in range(1, count + 1)}
