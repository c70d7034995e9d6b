"""Reckoning from a ledger: progress by target and own period, coverage, contributions, totals. Pure and linear.

What was reached (figures of articles, units, days) stands in reach.py.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.domain.contribution import Contribution, UnitTotal, contributions
from tracker.domain.organisation import Standing, deciding_day, headcount, main_membership, standing
from tracker.domain.periods import Period, PeriodKind
from tracker.domain.programmes import Target, TargetWho, own_periods
from tracker.domain.progress import Coverage, TargetProgress, by_period, coverage, judged, pieces, progress
from tracker.domain.tree import version_on

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from tracker.domain.ledger import ClickDay, Ledger, PersonRecord
    from tracker.domain.organisation import Counting
    from tracker.domain.programmes import Assignment
    from tracker.domain.progress import ClaimFact, RowState
    from tracker.domain.types import MemberId, TargetId, UnitId

Standings = dict["MemberId", Standing]


@dataclass(slots=True)
class Reckoner:
    """Reads a ledger; what several figures need is worked out once and kept."""

    ledger: Ledger
    _units: dict[dt.date, frozenset[UnitId]] = field(default_factory=dict)
    _standings: dict[Period, Standings] = field(default_factory=dict)
    _parted: dict[PeriodKind, dict[Period, list[ClaimFact]]] = field(default_factory=dict)
    _facts: list[ClaimFact] = field(default_factory=list)
    _turns: dict[tuple[TargetId, Period], list[Assignment]] = field(default_factory=dict)
    _items: dict[tuple[TargetId, Period], TargetProgress | None] = field(default_factory=dict)
    _homes: dict[tuple[MemberId, dt.date], UnitId | None] = field(default_factory=dict)
    _steady: dict[Period, dict[MemberId, UnitId]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take the facts out of the claims, and part the assignments by target and period."""
        self._facts = [claim.fact for claim in self.ledger.claims]
        for turn in self.ledger.assignments:
            self._turns.setdefault((turn.target_id, turn.period), []).append(turn)

    @property
    def facts(self) -> Sequence[ClaimFact]:
        """Give the accepted claims of the ledger as far as they count."""
        return self._facts

    def units_on(self, day: dt.date) -> frozenset[UnitId]:
        """Give the units asked about that stood there on a day."""
        if day not in self._units:
            self._units[day] = frozenset(s.unit_id for s in self.ledger.spans if s.covers(day))
        return self._units[day]

    def steady_units(self, asked: Period) -> frozenset[UnitId]:
        """Give the units asked about that stood there on all days of a period, at one place."""
        return frozenset(s.unit_id for s in self.ledger.spans if s.covers(asked.start_on) and s.covers(asked.last_day))

    def steady_homes(self, asked: Period) -> dict[MemberId, UnitId]:
        """Give the unit of each member who stood in one that was there, and in no other, on all days of a period."""
        steady, found = self.steady_units(asked), {}
        for member_id, person in self.ledger.people.items():
            stays = [stay for stay in person.history.memberships if not stay.temporary]
            through = [s for s in stays if s.covers(asked.start_on) and s.covers(asked.last_day)]
            if len(stays) == len(through) == 1 and stays[0].unit_id in steady:
                found[member_id] = stays[0].unit_id
        return found

    def unit_name(self, unit_id: UnitId, day: dt.date) -> str:
        """Give what a unit was called on a day."""
        unit = self.ledger.units.get(unit_id)
        return version_on(unit.versions, day).name if unit else ""

    def standings(self, period: Period) -> Standings:
        """Tell where everybody stood in a period, in the order of their names; who stood outside is left out."""
        if period not in self._standings:
            units = self.units_on(deciding_day(period, self.ledger.today))
            counting = self.ledger.rules.of(period).counting
            found = _standings(self.ledger.people, period, self.ledger.today, counting)
            self._standings[period] = {m: s for m, s in found.items() if s.unit_id in units}
        return self._standings[period]

    def progresses(self, asked: Period, *, begun_only: bool = False) -> list[tuple[Target, TargetProgress]]:
        """Reckon every target in each of its own periods inside the asked one; only those that have begun, if so asked.

        One member's own ledger leaves out what is asked of whole units.
        """
        found = []
        for target, period in self.goals(asked):
            if not begun_only or period.start_on <= self.ledger.today:
                item = self._item(target, period)
                if item is not None:
                    found.append((target, item))
        return found

    def goals(self, asked: Period) -> list[tuple[Target, Period]]:
        """List every target with each of its own periods inside the asked one; of one member none of whole units."""
        return [(target, period) for target in self._targets() for period in self.own_periods(target, asked)]

    def coverages(self, asked: Period) -> list[Coverage]:
        """Tell for each target and unit with members in how many of the periods begun the minimum was reached."""
        return [
            row
            for target, periods, units in self.covering(asked)
            for row in coverage(target, periods, self._facts, units)
        ]

    def covering(self, asked: Period) -> Iterator[tuple[Target, list[Period], list[UnitId]]]:
        """Give each target with its periods that have begun and, by name, the units with members that it binds."""
        if self.ledger.member_id is not None:
            return
        day = deciding_day(asked, self.ledger.today)
        with_members = {s.unit_id for s in self.standings(asked).values() if s.counted and s.unit_id is not None}
        for target in self._targets():
            periods = [p for p in self.own_periods(target, asked) if p.start_on <= self.ledger.today]
            bound = self.bound_on(target, day)
            yield target, periods, sorted(with_members & bound, key=lambda u: (self.unit_name(u, day), u))

    def contributions(self, asked: Period) -> list[Contribution]:
        """Reckon what each member gave in a period and which obligations begun in it were met; those who count."""
        items = [item for _, item in self.progresses(asked, begun_only=True)]
        return contributions(asked, self._facts, self.standings(asked), items)

    def owed(self, asked: Period) -> list[tuple[Target, Period]]:
        """List the targets that members owe something of, each with its own periods inside the asked one that began."""
        return [
            (target, period)
            for target in self.ledger.targets
            if target.who is not TargetWho.UNIT
            for period in self.own_periods(target, asked)
            if period.start_on <= self.ledger.today
        ]

    def judged(
        self, target: Target, period: Period, done: Mapping[MemberId, int]
    ) -> Iterator[tuple[MemberId, RowState]]:
        """Judge who owes a target in one own period and counts, by how much each did."""
        _, standings = self.bound_standings(target, period)
        return judged(target, done, standings, self.turns(target, period))

    def turns(self, target: Target, period: Period) -> Sequence[Assignment]:
        """Give who was assigned a target in one own period."""
        return self._turns.get((target.target_id, period), ())

    def member_count(self, asked: Period) -> int:
        """Count who belonged to the units on the period's last day, or today while it runs."""
        return headcount(self.standings(asked).values())

    def facts_in(self, asked: Period) -> list[ClaimFact]:
        """List the claims of a period that count in the units asked about; for one member, the credited ones."""
        inside = (f for f in self._facts if asked.contains_day(f.happened_on))
        own = self.ledger.member_id
        if own is not None:
            return [f for f in inside if own in f.credited_ids]
        return [f for f in inside if f.unit_id in self.units_on(f.happened_on)]

    def total(self, asked: Period) -> UnitTotal:
        """Count the distinct claims of a period by kind."""
        kinds = [str(f.kind) for f in self.facts_in(asked)]
        return UnitTotal(
            shares=kinds.count("share"), authored=kinds.count("authored"), presentations=kinds.count("presentation")
        )

    def own_periods(self, target: Target, asked: Period) -> list[Period]:
        """List a target's own periods inside the asked one (else the containing), while its programme runs."""
        programme = self.ledger.programmes[target.programme_id]
        return own_periods(target, asked, from_on=programme.from_on, until_on=programme.until_on)

    def bound_on(self, target: Target, day: dt.date) -> frozenset[UnitId]:
        """Give the units asked about that a target's programme binds on a day."""
        units = self.units_on(day)
        binding = self.ledger.bindings.get(self.ledger.programmes[target.programme_id].unit_id)
        if binding is None:
            return frozenset()
        bound = {s.unit_id for s in binding.spans if s.covers(day)}
        if binding.whole:
            return units if bound else frozenset()
        return units & bound

    def unit_of(self, member_id: MemberId, day: dt.date) -> UnitId | None:
        """Find the unit asked about in which a member stood on a day."""
        key = (member_id, day)
        if key not in self._homes:
            self._homes[key] = self._unit_of(member_id, day)
        return self._homes[key]

    def units_of_clicks(self, clicks: Iterable[ClickDay], asked: Period) -> list[UnitId | None]:
        """Find for clicks of a period the units asked about in which their members stood on the day."""
        if asked not in self._steady:
            self._steady[asked] = self.steady_homes(asked)
        homes = self._steady[asked]
        return [homes.get(click.member_id) or self.unit_of(click.member_id, click.day) for click in clicks]

    def _unit_of(self, member_id: MemberId, day: dt.date) -> UnitId | None:
        person = self.ledger.people.get(member_id)
        held = main_membership(person.history.memberships, day) if person else None
        return held.unit_id if held and held.unit_id in self.units_on(day) else None

    def _targets(self) -> Sequence[Target]:
        own = self.ledger.member_id is not None
        return [t for t in self.ledger.targets if not own or t.who is not TargetWho.UNIT]

    def _item(self, target: Target, period: Period) -> TargetProgress | None:
        key = (target.target_id, period)
        if key not in self._items:
            self._items[key] = self._progress(target, period)
        return self._items[key]

    def _progress(self, target: Target, period: Period) -> TargetProgress | None:
        """Reckon one target in one own period; None where it binds no unit asked about."""
        bound, standings = self.bound_standings(target, period)
        if not bound:
            return None
        facts = self._parts(target.per).get(period, ())
        return progress(target, period, facts, standings, self.turns(target, period), unit_ids=bound)

    def bound_standings(self, target: Target, period: Period) -> tuple[frozenset[UnitId], Standings]:
        """Give the units that a target binds in one own period, and how those stood who belonged to them."""
        units = self.bound_on(target, deciding_day(period, self.ledger.today))
        return units, {m: stands for m, stands in self.standings(period).items() if stands.unit_id in units}

    def pieces(self, target: Target, period: Period) -> list[ClaimFact]:
        """List the claims that a target's `done` in one own period counts."""
        item = self._item(target, period)
        if item is None:
            return []
        bound = self.bound_on(target, deciding_day(period, self.ledger.today))
        return pieces(target, item, self._parts(target.per).get(period, ()), bound)

    def _parts(self, kind: PeriodKind) -> Mapping[Period, list[ClaimFact]]:
        if kind not in self._parted:
            self._parted[kind] = by_period(kind, self._facts)
        return self._parted[kind]


def reading_days(targets: Collection[Target], asked: Period, *, whole: bool = False) -> tuple[dt.date, dt.date]:
    """Give the days [start, end) whose rows a period's reckoning reads: those of its targets' own periods too.

    `whole`: also those of the own periods of every period inside it, as a close needs them.
    """
    start, end = asked.start_on, asked.end_on
    for target in targets:
        periods = own_periods(target, asked)
        if whole:
            ends = (asked.start_on, asked.last_day)
            periods += [p for day in ends for p in own_periods(target, _day(day))]
        start = min([start, *(p.start_on for p in periods)])
        end = max([end, *(p.end_on for p in periods)])
    return start, end


def _day(day: dt.date) -> Period:
    return Period(kind=PeriodKind.DAY, start_on=day, end_on=day + dt.timedelta(days=1))


def _standings(
    people: Mapping[MemberId, PersonRecord], period: Period, today: dt.date, counting: Counting
) -> Standings:
    """Tell everybody's standing in a period; those of one stay alike and no absence share theirs."""
    on = deciding_day(period, today)
    shared: dict[tuple[UnitId, str], Standing] = {}
    found: Standings = {}
    for member_id, person in people.items():
        stays, away = person.history.memberships, person.history.absences
        if len(stays) == 1 and not away and not stays[0].temporary and stays[0].covers(on):
            key = (stays[0].unit_id, stays[0].status.value)
            if key not in shared:
                shared[key] = standing(stays, (), period, today, counting)
            found[member_id] = shared[key]
        else:
            found[member_id] = standing(stays, away, period, today, counting)
    return found
