"""What a change of dated things changes: the days on which one value held before and another holds after. Pure."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Hashable, Iterable, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Something that holds on the days [valid_from, valid_to); an open end is None."""

    valid_from: dt.date
    valid_to: dt.date | None
    what: Hashable

    def covers(self, day: dt.date) -> bool:
        """Say whether it holds on a local day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The local days [from_on, until_on); an open end is None."""

    from_on: dt.date
    until_on: dt.date | None

    def meet(self, start_on: dt.date, end_on: dt.date | None) -> Days | None:
        """Give the days that also lie in [start_on, end_on); None where there is none."""
        start = max(self.from_on, start_on)
        ends = [end for end in (self.until_on, end_on) if end is not None]
        end = min(ends, default=None)
        return Days(from_on=start, until_on=end) if end is None or start < end else None


def changed_days(before: Iterable[Holding], after: Iterable[Holding]) -> list[Days]:
    """Give the days on which not the same holds before and after, in order."""
    old, new = list(before), list(after)
    edges = sorted({edge for h in (*old, *new) for edge in (h.valid_from, h.valid_to) if edge is not None})
    return [
        Days(from_on=start, until_on=end)
        for start, end in itertools.zip_longest(edges, edges[1:])
        if _held(old, start) != _held(new, start)
    ]


def _held(holdings: Sequence[Holding], day: dt.date) -> frozenset[Hashable]:
    return frozenset(h.what for h in holdings if h.covers(day))
