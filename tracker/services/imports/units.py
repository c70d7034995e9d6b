"""Units from a spreadsheet: new ones, and dated changes of known ones; parents may stand further down the file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tracker.domain import tree
from tracker.domain.errors import AppError, Code
from tracker.domain.imports import Change
from tracker.services import restating
from tracker.services import units as service
from tracker.services.imports import cells, states
from tracker.services.imports.cells import CODE_MOST, CodeBook
from tracker.services.imports.outcomes import Outcome, Refused, Said, refused, taken
from tracker.store import units as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from tracker.domain.tree import Place, UnitVersion
    from tracker.services.imports.columns import Record, Table
    from tracker.services.imports.outcomes import Note
    from tracker.services.imports.plans import Stamp
    from tracker.store.db import Tx

KIND_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRecord:
    """One row as read; `parent` None: the row names none."""

    number: int
    code: str
    name: str
    kind: str
    parent: str
    valid_from: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a row makes of a unit: a new one has a negative id until it is made."""

    record: UnitRecord
    unit_id: int
    before: tuple[UnitVersion, ...]
    after: tuple[UnitVersion, ...]


@dataclass(slots=True, kw_only=True)
class UnitPlan:
    """The whole file against the tree as it stands."""

    outcomes: list[Outcome] = field(default_factory=list)
    notes: Sequence[Note] = ()
    wanted: dict[int, Wanted] = field(default_factory=dict)

    def apply(self, tx: Tx, stamp: Stamp) -> list[Change]:
        """Make new units, change known ones, and work the tree out anew below all of them."""
        new = {w.record.code: w for w in self.wanted.values() if not w.before}
        made = store.record_units(tx, list(new), now=stamp.now)
        if len(made) < len(new):
            raise AppError(Code.CODE_TAKEN, "a unit of this file was made by somebody else meanwhile")
        ids = {w.unit_id: made[code] for code, w in new.items()}
        changing = {
            ids.get(w.unit_id, w.unit_id): tuple(_named(v, ids) for v in w.after)
            for w in self.wanted.values()
            if w.after != w.before
        }
        closed = restating.find_closed(tx, changing)
        store.record_versions(tx, changing)
        store.count_up(tx, (unit_id for unit_id in changing if unit_id not in made.values()))
        service.replace_below(tx, changing)
        before = {ids.get(w.unit_id, w.unit_id): w.before for w in self.wanted.values()}
        restating.restate_units(tx, stamp.viewer, before, changing, closed_before=closed, now=stamp.now)
        return [
            Change(
                subject=f"unit:{ids.get(w.unit_id, w.unit_id)}",
                before=states.unit_json(w.before) if w.before else None,
                after=states.unit_json(changing[ids.get(w.unit_id, w.unit_id)]),
            )
            for w in self.wanted.values()
            if w.after != w.before
        ]


def plan(tx: Tx, table: Table, stamp: Stamp) -> UnitPlan:
    """Read every row against the units that are known and the other rows."""
    tx.lock(service.TREE_LOCK)
    book = CodeBook(store.list_codes(tx).items())
    refusals: dict[int, tuple[str, Refused]] = {}
    records = _records(table, book, refusals)
    named = CodeBook([*store.list_codes(tx).items(), *((r.code, i) for i, r in records.items())])
    known = states.load_units(tx, (i for i in records if i > 0))
    wanted = _wanted(records, known, named, stamp.today, refusals)
    _refuse_orphans(wanted, refusals)
    _refuse_circles(tx, wanted, refusals)
    _refuse_orphans(wanted, refusals)
    told = [refused(number, key, why) for number, (key, why) in refusals.items()]
    told += [taken(w.record.number, w.record.code, _changed(w)) for w in wanted.values()]
    return UnitPlan(outcomes=sorted(told, key=lambda o: o.row), wanted=wanted)


def _records(table: Table, book: CodeBook, refusals: dict[int, tuple[str, Refused]]) -> dict[int, UnitRecord]:
    """Read the rows by the unit they mean; new units are numbered down from -1."""
    found: dict[int, UnitRecord] = {}
    new: dict[str, int] = {}
    for row in table.records:
        try:
            record = _record(row)
            known = book.find(record.code, "code")
            unit_id = known[1] if known else new.setdefault(record.code, -len(new) - 1)
            if unit_id in found:
                raise Refused(Code.CODE_TAKEN, Said.REPEATED, value=record.code, row=found[unit_id].number)  # noqa: TRY301
            found[unit_id] = replace(record, code=known[0]) if known else record
        except Refused as why:
            refusals[row.number] = (row["code"], why)
    return found


def _record(row: Record) -> UnitRecord:
    return UnitRecord(
        number=row.number,
        code=cells.read_words(row, "code", needed=True, most=CODE_MOST),
        name=cells.read_words(row, "name", needed=True),
        kind=cells.read_words(row, "kind", most=KIND_MOST),
        parent=cells.read_words(row, "parent_code", most=CODE_MOST),
        valid_from=cells.read_day(row, "valid_from"),
    )


def _wanted(
    records: Mapping[int, UnitRecord],
    known: Mapping[int, list[UnitVersion]],
    book: CodeBook,
    today: dt.date,
    refusals: dict[int, tuple[str, Refused]],
) -> dict[int, Wanted]:
    found: dict[int, Wanted] = {}
    for unit_id, record in records.items():
        before = tuple(known.get(unit_id, ()))
        try:
            parent_id = book.get(record.parent, "parent_code") if record.parent else None
            after = _changed_versions(before, record, parent_id, today) if before else [_first(record, parent_id)]
        except Refused as why:
            refusals[record.number] = (record.code, why)
        else:
            found[unit_id] = Wanted(record=record, unit_id=unit_id, before=before, after=tuple(after))
    return found


def _first(record: UnitRecord, parent_id: int | None) -> UnitVersion:
    return tree.UnitVersion(
        valid_from=record.valid_from or tree.EARLIEST,
        valid_to=None,
        name=record.name,
        kind=record.kind,
        parent_id=parent_id,
    )


def _changed_versions(
    before: Sequence[UnitVersion], record: UnitRecord, parent_id: int | None, today: dt.date
) -> list[UnitVersion]:
    """Change a known unit from the row's day on (today where it names none); an empty cell says nothing."""
    since = record.valid_from or max(today, before[0].valid_from)
    begun = tree.begin_versions(before, since)
    try:
        return tree.change_version(
            begun,
            since,
            name=record.name,
            kind=record.kind or None,
            parent=None if parent_id is None else (parent_id,),
        )
    except AppError as error:
        raise Refused(Code.DATE_ORDER, Said.DATE_ORDER, value=since.isoformat()) from error


def _refuse_orphans(wanted: dict[int, Wanted], refusals: dict[int, tuple[str, Refused]]) -> None:
    """Refuse the rows of new units whose parent's row is refused, and theirs in turn."""
    while True:
        orphans = [
            w for w in wanted.values() if any((v.parent_id or 0) < 0 and v.parent_id not in wanted for v in w.after)
        ]
        if not orphans:
            return
        for orphan in orphans:
            record = orphan.record
            why = Refused(Code.NOT_FOUND, Said.PARENT_REFUSED, column="parent_code", value=record.parent)
            refusals[record.number] = (record.code, why)
            del wanted[orphan.unit_id]


def _refuse_circles(tx: Tx, wanted: dict[int, Wanted], refusals: dict[int, tuple[str, Refused]]) -> None:
    """Refuse the rows that would put a unit below itself."""
    places: dict[int, Sequence[Place]] = dict(store.list_places(tx))
    places |= {unit_id: _places(w.after) for unit_id, w in wanted.items()}
    moved = tree.descendants((i for i, w in wanted.items() if _places(w.after) != _places(w.before)), places)
    for unit_id in [i for i in wanted if i in moved]:
        try:
            tree.ancestry(unit_id, places)
        except AppError as error:
            record = wanted.pop(unit_id).record
            refusals[record.number] = (record.code, Refused(error.code, Said.CIRCLE))


def _places(versions: Sequence[UnitVersion]) -> list[Place]:
    return [tree.Place(valid_from=v.valid_from, valid_to=v.valid_to, parent_id=v.parent_id) for v in versions]


def _named(version: UnitVersion, ids: Mapping[int, int]) -> UnitVersion:
    """Give a version with its parent's real id."""
    return (
        version
        if version.parent_id is None
        else replace(version, parent_id=ids.get(version.parent_id, version.parent_id))
    )


def _changed(wanted: Wanted) -> list[str] | None:
    """Name the columns that change; None for a new unit."""
    if not wanted.before:
        return None
    if wanted.after == wanted.before:
        return []
    day = wanted.record.valid_from or wanted.after[-1].valid_from
    old, new = tree.version_on(wanted.before, day), tree.version_on(wanted.after, day)
    pairs = {"name": (old.name, new.name), "kind": (old.kind, new.kind), "parent_code": (old.parent_id, new.parent_id)}
    changed = [column for column, (was, becomes) in pairs.items() if was != becomes]
    return changed or ["valid_from"]
