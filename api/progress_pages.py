"""Pages of progress: its rows and coverages in one order, a bounded number an answer, each item with its own totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from api.http import Call
    from tracker.domain.programmes import Target
    from tracker.domain.progress import Coverage, ProgressRow, TargetProgress
    from tracker.services.progress import ProgressView

T = TypeVar("T")

ROWS_MOST = 10_000  # of one answer to who asks for no page: twice the largest committee there is


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of an item (none: the item has no rows), or one coverage; `key` tells it from all others."""

    key: str
    place: int
    row: ProgressRow | None = None
    other: bool = False
    coverage: Coverage | None = None


@dataclass(slots=True)
class ItemPart:
    """An item with those of its rows that stand on a page."""

    target: Target
    item: TargetProgress
    rows: list[ProgressRow]
    others: list[ProgressRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressPage:
    """The items and coverages of one page; `after` where more follow."""

    items: list[ItemPart]
    coverage: list[Coverage]
    after: tuple[Any] | None


def page_of(call: Call, view: ProgressView) -> ProgressPage:
    """Give the page of progress that a caller asks for."""
    shown, after = part_of(call, _entries(view), lambda entry: entry.key)
    parts: dict[int, ItemPart] = {}
    coverage = []
    for entry in shown:
        if entry.coverage is not None:
            coverage.append(entry.coverage)
            continue
        if entry.place not in parts:
            target, item = view.items[entry.place]
            parts[entry.place] = ItemPart(target, item, [], [])
        if entry.row is not None:
            (parts[entry.place].others if entry.other else parts[entry.place].rows).append(entry.row)
    return ProgressPage(items=list(parts.values()), coverage=coverage, after=after)


def part_of(call: Call, rows: Sequence[T], key_of: Callable[[T], int | str]) -> tuple[Sequence[T], tuple[Any] | None]:
    """Give a page of reckoned rows where the caller asks for one (`limit`, `cursor`), else as many as fit an answer."""
    asked = call.query("limit") is not None or call.query("cursor") is not None
    page = call.page()
    limit, start = page.limit if asked else ROWS_MOST, 0
    if page.after is not None:
        keys = [key_of(row) for row in rows]
        if len(page.after) != 1 or page.after[0] not in keys:
            raise AppError(Code.CURSOR_INVALID)
        start = keys.index(page.after[0]) + 1
    shown = rows[start : start + limit]
    return shown, (key_of(shown[-1]),) if start + limit < len(rows) else None


def _entries(view: ProgressView) -> list[Entry]:
    found = []
    for place, (target, item) in enumerate(view.items):
        here = f"{target.target_id} {item.period}"
        rows = [(row, False) for row in item.rows] + [(row, True) for row in item.others]
        found += [Entry(key=f"{here} {_who(row)}", place=place, row=row, other=other) for row, other in rows]
        if not rows:
            found.append(Entry(key=here, place=place))
    found += [Entry(key=f"{c.target_id} of unit {c.unit_id}", place=-1, coverage=c) for c in view.coverage]
    return found


def _who(row: ProgressRow) -> str:
    whose = f"unit {row.unit_id}" if row.member_id is None else str(row.member_id)
    return whose if row.slot is None else f"{whose} {row.slot}"
