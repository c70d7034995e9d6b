"""The units a viewer may choose from in a form or a filter, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.services import units

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.types import Viewer
    from tracker.services.units import UnitCard
    from tracker.store.db import Tx

MOST = 1_000
LISTED_MOST = 100  # above this many, units are searched for
FOUND_MOST = 20


def find_report_unit(tx: Tx, viewer: Viewer, *, today: dt.date) -> int | None:
    """Find the unit whose report is meant where none was named: the viewer's own, else the only one at the top."""
    if viewer.unit_id is not None:
        return viewer.unit_id
    found, _ = units.list_page(tx, viewer, today=today, limit=MOST)
    tops = [unit.unit_id for unit in found if unit.parent_id is None]
    return tops[0] if len(tops) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChoice:
    """How a unit is chosen: from a list, or, where there are too many, by searching; `found` are the matches."""

    options: list[tuple[int, str]]
    found: list[tuple[int, str]]
    searched: bool
    chosen: str

    @property
    def many(self) -> bool:
        """Tell whether there is more than one unit to choose from."""
        return self.searched or len(self.options) > 1


def find_choice(tx: Tx, viewer: Viewer, q: str | None, *, chosen: str, today: dt.date) -> UnitChoice:
    """Give the choice of a unit in a viewer's scope; `chosen` is the name of the one chosen already, '' for none."""
    listed, more = units.list_page(tx, viewer, today=today, limit=LISTED_MOST)
    options = [] if more else [_option(unit) for unit in listed]
    found = []
    if more and q:
        found = [_option(unit) for unit in units.list_page(tx, viewer, today=today, limit=FOUND_MOST, q=q)[0]]
    return UnitChoice(options=options, found=found, searched=more is not None, chosen=chosen)


def _option(unit: UnitCard) -> tuple[int, str]:
    return unit.unit_id, f"{unit.name} ({unit.code})"


def unit_options(tx: Tx, viewer: Viewer, *, today: dt.date) -> list[tuple[int, str]]:
    """Give id and name, with the code, of the units that stand today."""
    found, _ = units.list_page(tx, viewer, today=today, limit=MOST)
    return [_option(unit) for unit in found]
