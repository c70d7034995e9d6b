"""How much a source brings: counts of past days, what is usual for a weekday, silence and drops against it. Pure.

A day is local. A day on which nobody asked the source is not known, and not known is not zero.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WEEKDAYS: Final = 7
DAYS_KEPT: Final = 8 * WEEKDAYS
SAMPLES_LEAST: Final = 2  # known days of a weekday, from which on something is usual for it
MISSED_LEAST: Final = 2  # one missing day is no fault
SILENT_DAYS: Final = 14  # for a source of which nothing is known
DROP_DAYS: Final = 3
DROP_SHARE: Final = 4  # under a quarter of what is usual
DROP_USUAL_LEAST: Final = 8  # of fewer articles in three days chance may take most

Count = int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What a source brings on one weekday: the median, and between what half of the days lie."""

    median: int
    least: int
    most: int
    samples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """What a source brought on each of the last days, oldest first; the last is `last_on`; None is not known."""

    last_on: dt.date
    counts: tuple[Count, ...]
    usual: tuple[Usual | None, ...] = field(init=False)  # Monday first

    def __post_init__(self) -> None:
        """Reckon what is usual once; what a silence that still lasts leaves empty does not make silence usual."""
        days = list(self._days())
        told = max((n for n, (_, count) in enumerate(days, 1) if count), default=0)
        of_weekday: list[list[int]] = [[] for _ in range(WEEKDAYS)]
        for day, count in days[:told]:
            if count is not None:
                of_weekday[day.weekday()].append(count)
        object.__setattr__(self, "usual", tuple(map(_usual, of_weekday)))

    def _days(self) -> Iterator[tuple[dt.date, Count]]:
        first = self.last_on - dt.timedelta(days=len(self.counts) - 1)
        return ((first + dt.timedelta(days=n), count) for n, count in enumerate(self.counts))

    def latest(self, most: int) -> list[tuple[dt.date, Count]]:
        """Give the last days, newest first."""
        return list(self._days())[::-1][:most]

    def expected_on(self, day: dt.date) -> Count:
        """Give how many articles are usual for a day; None where it is not known yet."""
        usual = self.usual[day.weekday()]
        return None if usual is None else usual.median

    def missed_days(self, last_new_on: dt.date, today: dt.date) -> int:
        """Count the whole days since something came on which something usually comes."""
        between = (last_new_on + dt.timedelta(days=n) for n in range(1, (today - last_new_on).days))
        return sum(bool(self.expected_on(day)) for day in between)

    def allowed_missed(self) -> int:
        """Give how many such days in a row are nothing unusual: as many as there were before something came again."""
        runs = self._ended_runs([(day, count) for day, count in self._days() if self.expected_on(day)])
        return max(MISSED_LEAST - 1, *runs)

    def allowed_silence_days(self) -> int:
        """Give how long a source may be silent of which no weekday is expected to bring anything."""
        return max(SILENT_DAYS, *(2 * run for run in self._ended_runs(list(self._days()))))

    @staticmethod
    def _ended_runs(days: Sequence[tuple[dt.date, Count]]) -> list[int]:
        """Give the lengths of silences that ended; of one that lasts nothing can be learnt yet."""
        runs = [(empty, len(list(run))) for empty, run in groupby(days, key=lambda day: day[1] == 0)]
        return [0, *(length for empty, length in runs[:-1] if empty)]

    def drop(self) -> tuple[int, int] | None:
        """Give what came and what is usual, where each of the last three days stayed under a quarter of its usual."""
        last = [(count, self.expected_on(day)) for day, count in self.latest(DROP_DAYS)]
        sound = [(count, expected) for count, expected in last if count is not None and expected]
        usual = sum(expected for _, expected in sound)
        if len(sound) < DROP_DAYS or usual < DROP_USUAL_LEAST:
            return None
        if any(count * DROP_SHARE >= expected for count, expected in sound):
            return None
        return sum(count for count, _ in sound), usual

    def with_days(self, counts: Sequence[Count]) -> Volume:
        """Give the volume with the days that followed; the oldest are forgotten."""
        return Volume(
            last_on=self.last_on + dt.timedelta(days=len(counts)), counts=(*self.counts, *counts)[-DAYS_KEPT:]
        )

    def as_json(self) -> dict[str, Any]:
        """Give what is kept."""
        return {"last_on": self.last_on.isoformat(), "counts": list(self.counts)}


def read_volume(kept: Any) -> Volume | None:
    """Read what was kept; None where there is nothing yet."""
    if not kept:
        return None
    return Volume(last_on=dt.date.fromisoformat(kept["last_on"]), counts=tuple(kept["counts"]))


def _usual(counts: Sequence[int]) -> Usual | None:
    """Give median and quartiles, each a count that occurred."""
    if len(counts) < SAMPLES_LEAST:
        return None
    ordered, last = sorted(counts), len(counts) - 1
    return Usual(
        median=ordered[last // 2], least=ordered[last // 4], most=ordered[last - last // 4], samples=len(counts)
    )
