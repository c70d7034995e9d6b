"""The rota board: who has which part in which period, what is still open, and who should be given what is open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from tracker.domain.programmes import AssignmentState, suggest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tracker.domain.periods import Period
    from tracker.domain.programmes import Assignment, Candidate
    from tracker.domain.types import MemberId

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell(Generic[T]):
    """One part of one period with those who have it; excused ones have made room."""

    period: Period
    slot: str | None
    turns: tuple[T, ...]
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Board(Generic[T]):
    """The cells of some periods, row by row, and how many are taken; not whole, where not all turns were read."""

    slots: tuple[str | None, ...]
    rows: tuple[tuple[Cell[T], ...], ...]
    is_whole: bool = True

    @property
    def total(self) -> int:
        """Count the cells."""
        return sum(len(row) for row in self.rows)

    @property
    def taken(self) -> int:
        """Count the cells that somebody has."""
        return sum(not cell.is_open for row in self.rows for cell in row)


def lay_board(periods: Sequence[Period], slots: Sequence[str], turns: Iterable[tuple[Assignment, T]]) -> Board[T]:
    """Lay turns out by period and part; a target without parts has one for each period."""
    parts: tuple[str | None, ...] = tuple(slots) or (None,)
    by_cell: dict[tuple[str, str | None], list[tuple[Assignment, T]]] = {}
    for turn, told in turns:
        by_cell.setdefault((str(turn.period), turn.slot if slots else None), []).append((turn, told))
    rows = tuple(
        tuple(_cell(period, slot, by_cell.get((str(period), slot), ())) for slot in parts) for period in periods
    )
    return Board(slots=parts, rows=rows)


def fill(
    open_slots: Sequence[str | None], candidates: Iterable[Candidate], period: Period, busy: Collection[MemberId]
) -> list[tuple[str | None, MemberId]]:
    """Choose for each open part who should have it: as the rota suggests, nobody twice while others are there.

    `busy` have a turn in this period already.
    """
    people, used = list(candidates), set(busy)
    chosen: list[tuple[str | None, MemberId]] = []
    for slot in open_slots:
        order = suggest(people)
        if not order:
            break
        one = next((c for c in order if c.member_id not in used), order[0])
        chosen.append((slot, one.member_id))
        used.add(one.member_id)
        after = replace(one, turn_count=one.turn_count + 1, last_on=period.last_day)
        people = [after if c.member_id == one.member_id else c for c in people]
    return chosen


def _cell(period: Period, slot: str | None, turns: Sequence[tuple[Assignment, T]]) -> Cell[T]:
    is_open = all(turn.state is AssignmentState.EXCUSED for turn, _ in turns)
    return Cell(period=period, slot=slot, turns=tuple(told for _, told in turns), is_open=is_open)
