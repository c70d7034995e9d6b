"""Units as they are read: on a day, with their groups. How they change stands in tree.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """A unit as it stands on one day; `valid_from` and `valid_to` bound the whole unit, `since` this name and place."""

    unit_id: int
    code: str
    version: int
    name: str
    name_sort: str
    kind: str
    parent_id: int | None
    parent_name: str | None
    since: dt.date
    valid_from: dt.date
    valid_to: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """A working group of a unit."""

    group_id: int
    unit_id: int
    kind: str
    established_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitKey:
    """A unit's identity and state of change."""

    unit_id: int
    code: str
    version: int
