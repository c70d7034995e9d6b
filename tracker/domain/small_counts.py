"""Small click counts stay hidden also from who subtracts: a total that would give one away is told by bounds.

What is hidden one by one stands in figures.hide_small; this is about the rest of a sum. A total is kept from every
list that parts it, each by itself; lists of other periods or of parts of parts may still be compared by hand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.domain.figures import CLICK_MEASURES, SMALLEST_SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tracker.domain.figures import Figure

LARGEST_HIDDEN = SMALLEST_SHOWN - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """How a list parts a total: the sum of what it shows, and the counts that it hides."""

    shown: int
    hidden: Sequence[int]

    @property
    def gives_away(self) -> bool:
        """Say whether total minus shown leaves no choice: one hidden count, or each the least or the most it can be."""
        count, rest = len(self.hidden), sum(self.hidden)
        return count > 0 and (count == 1 or rest <= count or rest >= LARGEST_HIDDEN * count)


def parts_of(counts: Iterable[int], *, seen: Iterable[int] = ()) -> Parts:
    """Part counts into shown and hidden ones; `seen` are those that the reader may see whatever they are."""
    listed = list(counts)
    hidden = [n for n in listed if n < SMALLEST_SHOWN]
    return Parts(shown=sum(listed) - sum(hidden) + sum(seen), hidden=hidden)


def guard_total(total: Figure, lists: Iterable[Parts]) -> Figure:
    """Tell a total of clicks by bounds where one of the lists of its parts would give a hidden count away."""
    if total.measure not in CLICK_MEASURES or total.value is None:
        return total
    open_ones = [parts for parts in lists if parts.gives_away]
    if not open_ones:
        return total
    least = min(parts.shown for parts in open_ones)
    most = max(parts.shown + LARGEST_HIDDEN * len(parts.hidden) for parts in open_ones)
    return replace(total, value=None, at_least=least, at_most=most)
