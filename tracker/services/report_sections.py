"""The lines of activities, programmes and channels in reports, from registers as they were read or frozen."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tracker.domain.activities import ActivityTotal
from tracker.domain.channels import sum_months
from tracker.domain.figures import tally
from tracker.domain.names import fold
from tracker.domain.programmes import ProgrammeTotals
from tracker.reports.register_contents import ActivityLine, ChannelLine, DirectiveLine, ProgrammeLine, ProgrammeList

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tracker.domain.periods import Period
    from tracker.domain.registers import ChannelRecord, ProgrammeCard, Registers


def activity_lines(registers: Registers, day: dt.date) -> tuple[ActivityLine, ...]:
    """Give the counted activities in the order they were registered; units as they were called on a day."""
    return tuple(
        ActivityLine(
            activity_id=row.activity_id,
            unit_id=row.unit_id,
            unit_name=registers.unit_name(row.unit_id, day),
            name=row.name,
            period=row.period,
            activity_count=row.activity_count,
            participant_count=row.participant_count,
        )
        for row in registers.activities
    )


def activity_totals(registers: Registers) -> tuple[ActivityTotal, ...]:
    """Sum activities by name; participants where anybody said how many."""
    counts: Counter[str] = Counter()
    took_part: dict[str, int] = {}
    for row in registers.activities:
        counts[row.name] += row.activity_count
        if row.participant_count is not None:
            took_part[row.name] = took_part.get(row.name, 0) + row.participant_count
    return tuple(
        ActivityTotal(name=name, count=counts[name], participants=took_part.get(name))
        for name in sorted(counts, key=lambda name: (fold(name), name))
    )


def programme_list(registers: Registers, period: Period, day: dt.date) -> ProgrammeList:
    """Give the programmes that ran in a period with their totals by kind of unit."""
    known = _directives(registers)
    lines = tuple(_programme_line(card, registers, period, day, known) for card in registers.programmes)
    named = {d.directive_id for line in lines for d in line.directives}
    counts, new = Counter(line.unit_kind for line in lines), Counter(line.unit_kind for line in lines if line.new)
    by_kind = tuple((kind, counts[kind], new[kind]) for kind in sorted(counts))
    totals = ProgrammeTotals(count=counts.total(), new=new.total(), by_kind=by_kind)
    cited = tuple(line for line in known.values() if line.directive_id in named)
    return ProgrammeList(totals=totals, programmes=lines, directives=cited)


def channel_lines(registers: Registers, day: dt.date) -> tuple[ChannelLine, ...]:
    """Give the pages and groups for which something stands in the period."""
    return tuple(_channel_line(row, registers, day) for row in registers.channels if row.months or row.days)


def _programme_line(
    card: ProgrammeCard, registers: Registers, period: Period, day: dt.date, known: Mapping[int, DirectiveLine]
) -> ProgrammeLine:
    years = range(period.start_on.year, period.last_day.year + 1)
    own = [known[key] for key in card.directive_ids if key in known]
    return ProgrammeLine(
        programme_id=card.programme_id,
        name=card.name,
        unit_id=card.unit_id,
        unit_name=registers.unit_name(card.unit_id, day),
        unit_kind=registers.unit_kind(card.unit_id, day),
        from_on=card.from_on,
        until_on=card.until_on,
        new=card.is_new and card.from_on is not None and card.from_on.year in years,
        measures=card.measures,
        amount=card.amount,
        qualifier=card.qualifier,
        words=card.words,
        directives=tuple(sorted(own, key=lambda line: (line.issued_on, line.directive_id))),
    )


def _directives(registers: Registers) -> Mapping[int, DirectiveLine]:
    """Give the directives in the order of their days."""
    return {
        row.directive_id: DirectiveLine(directive_id=row.directive_id, code=row.code, issued_on=row.issued_on)
        for row in registers.directives
    }


def _channel_line(row: ChannelRecord, registers: Registers, day: dt.date) -> ChannelLine:
    totals, stated = sum_months(row.months)
    return ChannelLine(
        channel_id=row.channel_id,
        unit_id=row.unit_id,
        unit_name=registers.unit_name(row.unit_id, day),
        name=row.name,
        kind=row.kind,
        platform=row.platform,
        follower_count=row.follower_count,
        post_count=sum(one.post_count for one in row.days),
        passed_on=sum(one.passed_on for one in row.days),
        figures=tuple(tally(figure for one in row.days for figure in one.figures)),
        month_post_count=totals.posts if row.months else None,
        month_figures=tuple(stated),
    )
