"""Units: made, changed on a day, ended with a successor, grouped; and which of them have a group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import rights, tree
from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text, fold
from tracker.domain.rights import Right, Scope
from tracker.domain.units import GroupRow
from tracker.services import restating, scoped
from tracker.store import audit
from tracker.store import units as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.domain.tree import Place, UnitVersion
    from tracker.domain.types import Viewer
    from tracker.domain.units import UnitKey, UnitRow
    from tracker.store.db import Tx

COUNTED_MOST = 100_000
GROUP_KINDS_MOST = 20
TREE_LOCK = "units.tree"  # who moves units waits here: two moves that are sound alone may be a circle together


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCard:
    """A unit as it stands on a day; `since` is when this name and place began, `history` all of them (get only)."""

    unit_id: int
    code: str
    version: int
    name: str
    kind: str
    parent_id: int | None
    parent_name: str | None
    since: dt.date
    valid_from: dt.date | None
    valid_to: dt.date | None
    successor_id: int | None
    groups: tuple[GroupRow, ...]
    history: tuple[UnitVersion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUnit:
    """A unit to be made; without `valid_from` it is older than known."""

    code: str
    name: str
    kind: str = ""
    parent_id: int | None = None
    valid_from: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitChange:
    """What to change from `since` on (today where absent); only the fields named in `given` are changed."""

    given: frozenset[str]
    since: dt.date | None = None
    code: str = ""
    name: str = ""
    kind: str = ""
    parent_id: int | None = None
    valid_to: dt.date | None = None
    successor_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many of the units directly below one have a group of a kind, and which have not."""

    with_group: int
    total: int
    missing: tuple[UnitRow, ...]

    @property
    def tenths_percent(self) -> int | None:
        """Give the share in tenths of a percent, halves up; None of nothing."""
        return (2000 * self.with_group + self.total) // (2 * self.total) if self.total else None


def create(tx: Tx, viewer: Viewer, new: NewUnit, *, now: dt.datetime, today: dt.date) -> UnitCard:
    """Make a unit below another, or at the top."""
    rights.require(Right.ADMIN, viewer)
    tx.lock(TREE_LOCK)
    begins = new.valid_from or tree.EARLIEST
    if new.parent_id is not None:
        check_parent(tx, new.parent_id, begins)
    made = store.record_units(tx, [clean_text(new.code)], now=now)
    if not made:
        raise AppError(Code.CODE_TAKEN, f"the code {new.code} is in use")
    (unit_id,) = made.values()
    version = tree.UnitVersion(
        valid_from=begins, valid_to=None, name=clean_text(new.name), kind=clean_text(new.kind), parent_id=new.parent_id
    )
    closed = restating.find_closed(tx, [])
    store.record_versions(tx, {unit_id: [version]})
    place(tx, [unit_id], _places_above(tx, unit_id, new.parent_id))
    restating.restate_units(tx, viewer, {}, {unit_id: [version]}, closed_before=closed, now=now)
    audit.record(tx, at=now, actor=viewer.account_id, action="unit.create", subject=f"unit:{unit_id}")
    return get(tx, viewer, unit_id, today=today)


def get(tx: Tx, viewer: Viewer, unit_id: int, *, today: dt.date, on: dt.date | None = None) -> UnitCard:
    """Get a unit as it stands today or on another day, with its history."""
    rights.require(Right.READ, viewer)
    key = scoped.get_found(store.find_key(tx, unit_id, _reading(viewer, today)))
    versions = store.list_versions(tx, [unit_id])[unit_id]
    now_so = tree.version_on(versions, on or today)
    above = store.list_names(tx, [now_so.parent_id], on or today) if now_so.parent_id is not None else {}
    return UnitCard(
        unit_id=unit_id,
        code=key.code,
        version=key.version,
        name=now_so.name,
        kind=now_so.kind,
        parent_id=now_so.parent_id,
        parent_name=above.get(now_so.parent_id) if now_so.parent_id is not None else None,
        since=now_so.valid_from,
        valid_from=known(versions[0].valid_from),
        valid_to=versions[-1].valid_to,
        successor_id=store.list_successors(tx, [unit_id]).get(unit_id),
        groups=tuple(store.list_groups(tx, [unit_id]).get(unit_id, ())),
        history=tuple(versions),
    )


def list_page(
    tx: Tx,
    viewer: Viewer,
    *,
    today: dt.date,
    limit: int,
    q: str | None = None,
    parent_id: int | None = None,
    on: dt.date | None = None,
    by_code: bool = False,
    after: tuple[str, int] | None = None,
) -> tuple[list[UnitCard], tuple[str, int] | None]:
    """List the units of a day, by name or code; give also the sort values of the last row where more follow."""
    rights.require(Right.READ, viewer)
    rows = store.list_units(
        tx,
        _reading(viewer, today),
        on=on or today,
        q=q,
        parent_id=parent_id,
        by_code=by_code,
        after=after,
        limit=limit + 1,
    )
    shown, last = rows[:limit], rows[limit - 1 : limit]
    groups = store.list_groups(tx, (r.unit_id for r in shown))
    successors = store.list_successors(tx, (r.unit_id for r in shown))
    cards = [_card(row, groups.get(row.unit_id, ()), successors.get(row.unit_id)) for row in shown]
    more = len(rows) > limit
    return cards, (last[0].code if by_code else last[0].name_sort, last[0].unit_id) if more else None


def change(
    tx: Tx, viewer: Viewer, unit_id: int, wanted: UnitChange, *, version: int, now: dt.datetime, today: dt.date
) -> UnitCard:
    """Change a unit from a day on: name, kind, parent, end, successor; its code at once."""
    rights.require(Right.ADMIN, viewer)
    tx.lock(TREE_LOCK)
    key = _key(tx, unit_id, viewer, today)
    versions = store.list_versions(tx, [unit_id])[unit_id]
    changed = _changed(tx, versions, wanted, wanted.since or today)
    code = clean_text(wanted.code) if "code" in wanted.given else key.code
    if code != key.code and store.find_id(tx, code) is not None:
        raise AppError(Code.CODE_TAKEN, f"the code {code} is in use")
    if "successor_id" in wanted.given:
        _set_successor(tx, unit_id, wanted, changed[-1].valid_to or wanted.since or today)
    if not store.record_change(tx, unit_id, version=version, code=code):
        raise AppError(Code.ETAG_STALE)
    if changed != versions:
        closed = restating.find_closed(tx, [unit_id])
        store.record_versions(tx, {unit_id: changed})
        if _places(changed) != _places(versions):
            replace_below(tx, [unit_id])
        told = {unit_id: versions}, {unit_id: changed}
        restating.restate_units(tx, viewer, *told, closed_before=closed, now=now)
    _note(tx, viewer, unit_id, wanted, now=now)
    return get(tx, viewer, unit_id, today=today)


def add_group(
    tx: Tx, viewer: Viewer, unit_id: int, *, kind: str, established_on: dt.date, now: dt.datetime, today: dt.date
) -> GroupRow:
    """Put down that a unit has set up a working group."""
    rights.require(Right.ADMIN, viewer)
    _key(tx, unit_id, viewer, today)
    group_id = store.record_group(tx, unit_id, kind=clean_text(kind), established_on=established_on)
    store.count_up(tx, [unit_id])
    audit.record(tx, at=now, actor=viewer.account_id, action="unit.group", subject=f"unit:{unit_id}", group_id=group_id)
    return GroupRow(group_id=group_id, unit_id=unit_id, kind=clean_text(kind), established_on=established_on)


def count(tx: Tx, viewer: Viewer, *, today: dt.date, q: str | None = None) -> int:
    """Count the units of one's scope that stand today, no further than COUNTED_MOST."""
    rights.require(Right.READ, viewer)
    return store.count_units(tx, _reading(viewer, today), on=today, q=q, most=COUNTED_MOST)


def list_group_kinds(tx: Tx, viewer: Viewer, *, today: dt.date) -> list[str]:
    """List the kinds of working groups in one's scope, the most frequent first, for choosing one."""
    rights.require(Right.READ, viewer)
    return store.list_group_kinds(tx, _reading(viewer, today), limit=GROUP_KINDS_MOST)


def tally_coverage(
    tx: Tx, viewer: Viewer, *, group: str, unit_id: int | None, on: dt.date | None, today: dt.date
) -> Coverage:
    """Count which units directly below one had a group of a kind on a day; without one, below the viewer's own."""
    rights.require(Right.READ, viewer)
    asked, day = unit_id if unit_id is not None else viewer.unit_id, on or today
    scope = _reading(viewer, today)
    if asked is None:
        raise AppError(Code.FIELD_INVALID, "name the unit whose units are counted (unit=)")
    scoped.get_found(store.find_key(tx, asked, scope))
    every = Scope(on=day, everything=True)  # what stood below the unit on that day, whatever stands there now
    below = store.list_units(tx, every, on=day, parent_id=asked)
    groups = store.list_groups(tx, (row.unit_id for row in below))
    wanted = fold(group)
    missing = [
        row
        for row in below
        if not any(fold(g.kind) == wanted and g.established_on <= day for g in groups.get(row.unit_id, ()))
    ]
    return Coverage(with_group=len(below) - len(missing), total=len(below), missing=tuple(missing))


def check_parent(tx: Tx, parent_id: int, since: dt.date) -> None:
    """Refuse a parent that does not exist or has ended before a day."""
    stood = store.list_places(tx, [parent_id]).get(parent_id)
    if stood is None:
        raise AppError(Code.FIELD_INVALID, "parent_id: there is no such unit")
    ended = stood[-1].valid_to
    if ended is not None and ended <= since:
        raise AppError(Code.DATE_ORDER, f"parent_id: that unit ended on {ended}")


def place(tx: Tx, unit_ids: Sequence[int], places: Mapping[int, Sequence[Place]]) -> None:
    """Work out anew who stands above units; `places` holds them and all above them."""
    rows = [row for unit_id in unit_ids for row in tree.ancestry(unit_id, places)]
    store.record_ancestry(tx, unit_ids, rows)


def replace_below(tx: Tx, unit_ids: Iterable[int]) -> None:
    """Work out anew who stands above units and above all that ever stand below them."""
    places = store.list_places(tx)
    place(tx, sorted(tree.descendants(unit_ids, places)), places)


def _key(tx: Tx, unit_id: int, viewer: Viewer, today: dt.date) -> UnitKey:
    return scoped.get_found(store.find_key(tx, unit_id, rights.officer_scope(viewer, today)))


def _reading(viewer: Viewer, today: dt.date) -> Scope:
    return rights.officer_scope(viewer, today)


def _changed(tx: Tx, versions: list[UnitVersion], wanted: UnitChange, since: dt.date) -> list[UnitVersion]:
    """Give the versions after a change; an end without a day of its own is `since`."""
    out = versions
    if {"name", "kind", "parent_id"} & wanted.given:
        moved = "parent_id" in wanted.given
        if moved and wanted.parent_id is not None:
            check_parent(tx, wanted.parent_id, since)
        out = tree.change_version(
            out,
            since,
            name=clean_text(wanted.name) if "name" in wanted.given else None,
            kind=clean_text(wanted.kind) if "kind" in wanted.given else None,
            parent=(wanted.parent_id,) if moved else None,
        )
    if "valid_to" in wanted.given:
        return tree.end_versions(out, wanted.valid_to)
    if wanted.since is not None and wanted.given == {"successor_id"} and wanted.successor_id is not None:
        return tree.end_versions(out, wanted.since)
    return out


def _set_successor(tx: Tx, unit_id: int, wanted: UnitChange, since: dt.date) -> None:
    if wanted.successor_id == unit_id:
        raise AppError(Code.UNIT_CIRCLE, "a unit does not follow upon itself")
    if wanted.successor_id is not None and not store.list_places(tx, [wanted.successor_id]):
        raise AppError(Code.FIELD_INVALID, "successor_id: there is no such unit")
    store.record_successor(tx, unit_id, wanted.successor_id, since=since)


def _places_above(tx: Tx, unit_id: int, parent_id: int | None) -> dict[int, list[Place]]:
    above = store.list_ancestors(tx, parent_id) if parent_id is not None else []
    return store.list_places(tx, [unit_id, *above])


def _places(versions: Sequence[UnitVersion]) -> list[tuple[dt.date, dt.date | None, int | None]]:
    return [(v.valid_from, v.valid_to, v.parent_id) for v in versions]


def _note(tx: Tx, viewer: Viewer, unit_id: int, wanted: UnitChange, *, now: dt.datetime) -> None:
    audit.record(
        tx,
        at=now,
        actor=viewer.account_id,
        action="unit.change",
        subject=f"unit:{unit_id}",
        fields=sorted(wanted.given),
        since=wanted.since.isoformat() if wanted.since else None,
        parent_id=wanted.parent_id,
        successor_id=wanted.successor_id,
    )


def known(valid_from: dt.date) -> dt.date | None:
    """Give a beginning, None where none is known."""
    return None if valid_from == tree.EARLIEST else valid_from


def _card(row: UnitRow, groups: Sequence[GroupRow], successor_id: int | None) -> UnitCard:
    return UnitCard(
        unit_id=row.unit_id,
        code=row.code,
        version=row.version,
        name=row.name,
        kind=row.kind,
        parent_id=row.parent_id,
        parent_name=row.parent_name,
        since=row.since,
        valid_from=known(row.valid_from),
        valid_to=row.valid_to,
        successor_id=successor_id,
        groups=tuple(groups),
    )
