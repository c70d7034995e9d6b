"""The rota of a target: its board over a year, and giving everything that is open to whom the rota suggests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.programmes import TargetWho, own_periods
from tracker.domain.rights import Right
from tracker.domain.rota import Board, fill, lay_board
from tracker.services import assignments, targets
from tracker.services.assignments import NewAssignment

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from tracker.domain.periods import Period
    from tracker.domain.types import Viewer
    from tracker.services.assignments import AssignmentRow
    from tracker.services.targets import TargetRow
    from tracker.store.db import Tx

TURNS_MOST = 2_000
AHEAD_MOST = 53  # periods that are filled at once: the weeks of a year


def get_board(
    tx: Tx, viewer: Viewer, row: TargetRow, period: Period, *, unit_id: int | None, today: dt.date
) -> Board[AssignmentRow]:
    """Lay out the turns of a target in a unit and all below it, over its own periods inside another one.

    Of more than TURNS_MOST turns the board is not whole: what it holds as open may be taken.
    """
    rights.require(Right.READ, viewer)
    periods = own_periods(row.target, period, from_on=row.from_on, until_on=row.until_on)
    turns, more = assignments.list_page(
        tx,
        viewer,
        target_id=row.target.target_id,
        unit_id=unit_id,
        period=period,
        after=None,
        limit=TURNS_MOST,
        today=today,
    )
    board = lay_board(periods, row.target.slots, [(t.turn, t) for t in turns])
    return replace(board, is_whole=more is None)


def get_cells(row: TargetRow, period: Period, given: Iterable[AssignmentRow]) -> Board[AssignmentRow]:
    """Lay out one period's turns that were read already."""
    return lay_board([period], row.target.slots, [(t.turn, t) for t in given])


def has_open_ahead(row: TargetRow, board: Board[AssignmentRow], today: dt.date) -> bool:
    """Tell whether `fill_ahead` would find something open on a board."""
    ahead = [line for line in board.rows if line[0].period.last_day >= today][:AHEAD_MOST]
    return row.target.who is TargetWho.ASSIGNED and any(cell.is_open for line in ahead for cell in line)


def fill_ahead(
    tx: Tx, viewer: Viewer, target_id: int, outer: Period, *, unit_id: int | None, now: dt.datetime, today: dt.date
) -> int:
    """Give what is open inside a longer period, one after the other but for what is over; give how many turns."""
    rights.require(Right.OFFICER, viewer)
    row = targets.get(tx, viewer, target_id, today=today)
    periods = own_periods(row.target, outer, from_on=row.from_on, until_on=row.until_on)
    ahead = [period for period in periods if period.last_day >= today][:AHEAD_MOST]
    return sum(fill_open(tx, viewer, target_id, period, unit_id=unit_id, now=now, today=today) for period in ahead)


def fill_open(
    tx: Tx, viewer: Viewer, target_id: int, period: Period, *, unit_id: int | None, now: dt.datetime, today: dt.date
) -> int:
    """Give what is open in one period to whom the rota suggests; give how many turns that were."""
    rights.require(Right.OFFICER, viewer)
    row = targets.get(tx, viewer, target_id, today=today)
    if row.target.who is not TargetWho.ASSIGNED:
        raise AppError(Code.FIELD_INVALID, "this target is not given to single members", field="target_id")
    board = get_board(tx, viewer, row, period, unit_id=unit_id, today=today)
    if not board.is_whole:
        raise AppError(Code.FIELD_INVALID, "choose a unit: not all turns were read", field="unit")
    cells = [cell for line in board.rows for cell in line]
    busy = {t.turn.member_id for cell in cells for t in cell.turns}
    people = assignments.list_suggestions(tx, viewer, target_id, period, unit_id=unit_id, today=today)
    open_slots = [cell.slot for cell in cells if cell.is_open]
    chosen = fill(open_slots, [p.candidate for p in people], period, busy)
    for slot, member_id in chosen:
        new = NewAssignment(target_id=target_id, member_id=member_id, period=period, slot=slot)
        assignments.create(tx, viewer, new, now=now, today=today)
    return len(chosen)
