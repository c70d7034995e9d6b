"""Progress as pages show it: one target by own period, by unit and period, and row by row. Adding up, no rules."""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.domain.explain_words import rule_words
from tracker.domain.numbers import format_percent
from tracker.domain.programmes import TargetWho
from tracker.domain.progress import RowState

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.periods import Lang, Period
    from tracker.domain.programmes import Target
    from tracker.domain.progress import Coverage, ProgressRow, TargetProgress
    from tracker.domain.types import UnitId
    from tracker.services.progress import ProgressView

_DONE = frozenset({RowState.MET, RowState.EXCEEDED})


@dataclass(slots=True)
class Cell:
    """Of those who counted in a unit and period, how many met the target."""

    met: int = 0
    counted: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """One unit with its cells by period."""

    unit_id: UnitId | None
    name: str
    cells: dict[Period, Cell]


class Show(enum.StrEnum):
    """Which rows of a board are asked for."""

    BELOW = "below"
    MET = "met"
    AIM = "aim"
    EXCUSED = "excused"
    COUNTED = "counted"
    ALL = "all"
    OTHERS = "others"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRow:
    """One obligation with whose it is."""

    row: ProgressRow
    period: Period
    name: str
    unit_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Regularity:
    """One unit with how many of a target's periods it covered, and which not."""

    coverage: Coverage
    name: str

    @property
    def percent(self) -> str:
        """Print the share of periods covered."""
        return format_percent(self.coverage.covered, self.coverage.period_count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One target: its rule, its own periods in order, a line of cells for each unit, and the rows."""

    target: Target
    rule: str
    programme: str
    items: list[TargetProgress]
    units: list[UnitLine] = field(default_factory=list)
    rows: list[NamedRow] = field(default_factory=list)
    others: list[NamedRow] = field(default_factory=list)
    regularity: list[Regularity] = field(default_factory=list)

    @property
    def below(self) -> list[NamedRow]:
        """Give the obligations that are not met yet."""
        return self.shown(Show.BELOW)

    def shown(self, show: Show, own: Period | None = None) -> list[NamedRow]:
        """Give the rows that are asked for, of one own period or all."""
        listed = self.others if show is Show.OTHERS else self.rows
        states = _STATES.get(show)
        return [one for one in listed if own in {None, one.period} and (states is None or one.row.state in states)]


_STATES = {
    Show.BELOW: frozenset({RowState.BELOW}),
    Show.MET: _DONE,
    Show.AIM: frozenset({RowState.EXCEEDED}),
    Show.EXCUSED: frozenset({RowState.EXCUSED}),
    Show.COUNTED: frozenset(RowState) - {RowState.EXCUSED},
}


def boards(view: ProgressView, language: Lang, today: dt.date, *, target_id: int | None = None) -> list[Board]:
    """Give a board for each target (or the one), in the order of the reckoning; what has not begun is left out."""
    parted: dict[int, list[tuple[Target, TargetProgress]]] = defaultdict(list)
    for target, item in view.items:
        if item.period.start_on <= today and target_id in {None, target.target_id}:
            parted[target.target_id].append((target, item))
    return [_board(view, found[0][0], [item for _, item in found], language) for found in parted.values()]


def _board(view: ProgressView, target: Target, items: list[TargetProgress], language: Lang) -> Board:
    programme = view.programmes.get(target.programme_id)
    made = Board(
        target=target,
        rule=rule_words(target, language),
        programme=programme.name if programme else "",
        items=items,
        units=_by_unit(view, items),
        regularity=_regularity(view, target) if len(items) > 1 else [],
    )
    for item in items:
        made.rows.extend(_named(view, item, row) for row in item.rows)
        made.others.extend(_named(view, item, row) for row in item.others)
    return made


def _by_unit(view: ProgressView, items: list[TargetProgress]) -> list[UnitLine]:
    found: dict[UnitId | None, dict[Period, Cell]] = {}
    for item in items:
        for row in item.rows:
            cell = found.setdefault(row.unit_id, {}).setdefault(item.period, Cell())
            cell.counted += row.state is not RowState.EXCUSED
            cell.met += row.state in _DONE
    lines = [UnitLine(unit_id=key, name=_unit(view, key), cells=cells) for key, cells in found.items()]
    return sorted(lines, key=lambda line: (line.name, line.unit_id or 0))


def _regularity(view: ProgressView, target: Target) -> list[Regularity]:
    """Tell what is asked of units; of single members their own rows tell it."""
    if target.who is not TargetWho.UNIT:
        return []
    found = [c for c in view.coverage if c.target_id == target.target_id]
    return [Regularity(coverage=c, name=_unit(view, c.unit_id)) for c in found]


def _named(view: ProgressView, item: TargetProgress, row: ProgressRow) -> NamedRow:
    return NamedRow(row=row, period=item.period, name=view.name_of(row), unit_name=_unit(view, row.unit_id))


def _unit(view: ProgressView, unit_id: UnitId | None) -> str:
    return "" if unit_id is None else view.unit_names.get(unit_id, "")
