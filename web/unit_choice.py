"""The units a viewer may choose from in a form or a filter, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.services import units

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.types import Viewer
    from tracker.store.db import Tx

MOST = 1_000


def find_report_unit(tx: Tx, viewer: Viewer, *, today: dt.date) -> int | None:
    """Find the unit whose report is meant where none was named: the viewer's own, else the only one at the top."""
    if viewer.unit_id is not None:
        return viewer.unit_id
    found, _ = units.list_page(tx, viewer, today=today, limit=MOST)
    tops = [unit.unit_id for unit in found if unit.parent_id is None]
    return tops[0] if len(tops) == 1 else None


def unit_options(tx: Tx, viewer: Viewer, *, today: dt.date) -> list[tuple[int, str]]:
    """Give id and name, with the code, of the units that stand today."""
    found, _ = units.list_page(tx, viewer, today=today, limit=MOST)
    return [(unit.unit_id, f"{unit.name} ({unit.code})") for unit in found]
