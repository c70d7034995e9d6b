"""Counted activities (study sessions, contests) of units, and their totals by name."""

from __future__ import annotations

from dataclasses import dataclass

COUNT_MOST = 2**31 - 1  # a 32-bit column


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityTotal:
    """All activities of one name; `participants` None: nobody said how many took part in any of them."""

    name: str
    count: int
    participants: int | None

    @property
    def tenths_each(self) -> int | None:
        """Give how many took part in one, in tenths, halves up; None where that is not known."""
        if self.participants is None or self.count == 0:
            return None
        return (20 * self.participants + self.count) // (2 * self.count)
