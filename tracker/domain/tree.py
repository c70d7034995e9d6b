"""The dated tree of units: changing what a unit is called and where it stands, and who stands above whom on which days.

Pure. All spans are half-open local days [valid_from, valid_to) with an open end as None; rows are the store's.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

EARLIEST = dt.date(1900, 1, 1)  # the beginning of a unit of which no beginning is known; periods begin there too


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitVersion:
    """Name, kind and parent of a unit on some days."""

    valid_from: dt.date
    valid_to: dt.date | None
    name: str
    kind: str
    parent_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a unit stands on some days."""

    valid_from: dt.date
    valid_to: dt.date | None
    parent_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ancestor:
    """A unit below another (or itself, depth 0) on some days."""

    ancestor_id: int
    unit_id: int
    valid_from: dt.date
    valid_to: dt.date | None
    depth: int


def is_valid_on(valid_from: dt.date, valid_to: dt.date | None, day: dt.date) -> bool:
    """Tell whether a day lies in a span."""
    return valid_from <= day and (valid_to is None or day < valid_to)


def version_on(versions: Sequence[UnitVersion], day: dt.date) -> UnitVersion:
    """Give the version of a day; before the beginning the first, after the end the last."""
    begun = [v for v in versions if v.valid_from <= day]
    return begun[-1] if begun else versions[0]


def change_version(
    versions: Sequence[UnitVersion],
    since: dt.date,
    *,
    name: str | None = None,
    kind: str | None = None,
    parent: tuple[int | None] | None = None,
) -> list[UnitVersion]:
    """Change a unit from a day on; what was stays before it. `parent` is a one-tuple, for None is a parent too.

    A change in the past reaches as far as the old value did: a later change of the same thing stays.
    """
    if since < versions[0].valid_from or not is_valid_on(versions[0].valid_from, versions[-1].valid_to, since):
        raise AppError(Code.DATE_ORDER, f"the unit does not exist on {since}")
    after = _split(versions, since)
    if name is not None:
        after = _carry(after, since, "name", name)
    if kind is not None:
        after = _carry(after, since, "kind", kind)
    if parent is not None:
        after = _carry(after, since, "parent_id", parent[0])
    return _joined(after)


def end_versions(versions: Sequence[UnitVersion], valid_to: dt.date | None) -> list[UnitVersion]:
    """End a unit before a day, or (None) let it go on."""
    last = versions[-1]
    if valid_to is not None and valid_to <= last.valid_from:
        raise AppError(Code.DATE_ORDER, f"the unit cannot end before what it has been since {last.valid_from}")
    return [*versions[:-1], replace(last, valid_to=valid_to)]


def begin_versions(versions: Sequence[UnitVersion], valid_from: dt.date) -> list[UnitVersion]:
    """Let a unit begin earlier than was known."""
    return [replace(versions[0], valid_from=min(valid_from, versions[0].valid_from)), *versions[1:]]


def ancestry(unit_id: int, places: Mapping[int, Sequence[Place]]) -> list[Ancestor]:
    """Give a unit's rows of the closure, itself first; a unit that would stand below itself is refused.

    `places` holds the unit and all above it, whenever.
    """
    rows: list[Ancestor] = []
    open_spans: list[tuple[dt.date, dt.date | None, tuple[int, ...]]] = [
        (place.valid_from, place.valid_to, (unit_id,)) for place in places[unit_id]
    ]
    while open_spans:
        start, end, path = open_spans.pop()
        for place in places.get(path[-1], ()):
            span = _overlap(start, end, place)
            if span is None:
                continue
            rows.append(
                Ancestor(
                    ancestor_id=path[-1], unit_id=unit_id, valid_from=span[0], valid_to=span[1], depth=len(path) - 1
                )
            )
            if place.parent_id is None:
                continue
            if place.parent_id in path:
                raise AppError(Code.UNIT_CIRCLE, f"unit {place.parent_id} would stand below itself on {span[0]}")
            open_spans.append((*span, (*path, place.parent_id)))
    return _joined_rows(rows)


def descendants(unit_ids: Iterable[int], places: Mapping[int, Sequence[Place]]) -> set[int]:
    """Give units and all that ever stand below them."""
    children: dict[int, set[int]] = {}
    for child, stands in places.items():
        for place in stands:
            if place.parent_id is not None:
                children.setdefault(place.parent_id, set()).add(child)
    found: set[int] = set()
    waiting = list(unit_ids)
    while waiting:
        unit_id = waiting.pop()
        if unit_id not in found:
            found.add(unit_id)
            waiting.extend(children.get(unit_id, ()))
    return found


def _split(versions: Sequence[UnitVersion], since: dt.date) -> list[UnitVersion]:
    out: list[UnitVersion] = []
    for version in versions:
        if version.valid_from < since and is_valid_on(version.valid_from, version.valid_to, since):
            out += [replace(version, valid_to=since), replace(version, valid_from=since)]
        else:
            out.append(version)
    return out


def _carry(versions: list[UnitVersion], since: dt.date, field: str, value: str | int | None) -> list[UnitVersion]:
    """Set a field from a day on, as far as its old value reached."""
    changed: dict[str, Any] = {field: value}
    old = getattr(next(v for v in versions if v.valid_from >= since), field)
    out: list[UnitVersion] = []
    carrying = True
    for version in versions:
        if version.valid_from >= since:
            carrying = carrying and getattr(version, field) == old
        set_here = carrying and version.valid_from >= since
        out.append(replace(version, **changed) if set_here else version)
    return out


def _joined(versions: list[UnitVersion]) -> list[UnitVersion]:
    """Join neighbours that say the same."""
    out = versions[:1]
    for version in versions[1:]:
        if version == replace(out[-1], valid_from=version.valid_from, valid_to=version.valid_to):
            out[-1] = replace(out[-1], valid_to=version.valid_to)
        else:
            out.append(version)
    return out


def _joined_rows(rows: list[Ancestor]) -> list[Ancestor]:
    out: list[Ancestor] = []
    for row in sorted(rows, key=lambda r: (r.depth, r.ancestor_id, r.valid_from)):
        last = out[-1] if out else None
        if last and (last.ancestor_id, last.depth, last.valid_to) == (row.ancestor_id, row.depth, row.valid_from):
            out[-1] = replace(last, valid_to=row.valid_to)
        else:
            out.append(row)
    return out


def _overlap(start: dt.date, end: dt.date | None, place: Place) -> tuple[dt.date, dt.date | None] | None:
    """Give the days that a span shares with a place."""
    begin = max(start, place.valid_from)
    ends = [e for e in (end, place.valid_to) if e is not None]
    finish = min(ends) if ends else None
    return (begin, finish) if finish is None or begin < finish else None
