"""The periods a person may choose from: some before and after the one that runs."""

from __future__ import annotations

import datetime as dt

from tracker.domain.periods import Lang, Period, PeriodKind, containing

_ONE_DAY = dt.timedelta(days=1)
_REPORTED = ((PeriodKind.MONTH, 13), (PeriodKind.QUARTER, 5), (PeriodKind.HALF, 3), (PeriodKind.YEAR, 3))


def around(kind: PeriodKind, day: dt.date, *, before: int, after: int = 0) -> list[Period]:
    """Give the period of a kind that holds a day, with its neighbours, in order."""
    found = [containing(kind, day)]
    for _ in range(before):
        found.insert(0, containing(kind, found[0].start_on - _ONE_DAY))
    for _ in range(after):
        found.append(found[-1].following())
    return found


def report_periods(today: dt.date, chosen: Period, language: Lang) -> list[tuple[str, str]]:
    """Give months, quarters, halves and years up to the running ones, latest first, with the chosen one among them."""
    found = [p for kind, count in _REPORTED for p in reversed(around(kind, today, before=count - 1))]
    if chosen not in found:
        found.insert(0, chosen)
    return [(str(p), p.label(language)) for p in found]
