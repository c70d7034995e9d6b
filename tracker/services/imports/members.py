"""Members from a spreadsheet: new people, changes of known ones, transfers; accounts and paper consents beside them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tracker.domain import stays as domain_stays
from tracker.domain.errors import AppError, Code
from tracker.domain.imports import Change
from tracker.domain.members import NO_WORDS, MemberWords, Person
from tracker.domain.organisation import MemberKind, Membership, MemberStatus, default_status
from tracker.domain.types import Role, UnitId
from tracker.services import catch_ups, restating
from tracker.services.imports import cells, states
from tracker.services.imports.accounts import Access, AccountPlan
from tracker.services.imports.cells import CODE_MOST, CodeBook
from tracker.services.imports.outcomes import Note, Outcome, Refused, Said, refused, taken
from tracker.services.imports.states import MemberState
from tracker.services.members import Move, moved
from tracker.store import members as store
from tracker.store import units as unit_store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from tracker.services.imports.columns import Record, Table
    from tracker.services.imports.plans import Stamp
    from tracker.store.db import Tx

STATUSES = {
    MemberStatus.OFFICIAL: ("chinh thuc", "dang vien chinh thuc"),
    MemberStatus.PROBATIONARY: ("du bi", "dang vien du bi"),
    MemberStatus.EXEMPT: ("mien", "mien sinh hoat", "mien cong tac", "mien sinh hoat cong tac"),
    MemberStatus.NON_MEMBER: ("quan chung", "chua vao dang", "khong phai dang vien"),
}
KINDS = {
    MemberKind.PARTY: ("dang vien", "dang"),
    MemberKind.YOUTH: ("doan vien", "doan"),
    MemberKind.OTHER: ("khac", "quan chung"),
}
ROLES = {
    Role.MEMBER: ("dang vien", "thanh vien"),
    Role.OFFICER: ("can bo", "can bo phu trach", "bi thu"),
    Role.ADMIN: ("quan tri", "quan tri vien"),
    Role.AUDITOR: ("kiem tra", "giam sat", "kiem tra vien"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRecord:
    """One row as read; what is None or '' the row does not say."""

    number: int
    code: str
    full_name: str
    unit_id: UnitId
    since: dt.date | None
    status: MemberStatus | None
    kind: MemberKind | None
    titles: tuple[str, ...]
    pen_names: tuple[str, ...]
    access: Access


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a row makes of a member; `member_id` None: a new one."""

    record: MemberRecord
    member_id: int | None
    before: MemberState | None
    after: MemberState


@dataclass(slots=True, kw_only=True)
class MemberPlan:
    """The whole file against the members as they stand."""

    outcomes: list[Outcome] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)
    access: AccountPlan

    def apply(self, tx: Tx, stamp: Stamp) -> list[Change]:
        """Write people, words and memberships in batches; then accounts and consents."""
        new = [w for w in self.wanted if w.before is None]
        made = store.record_people(tx, [w.after.person for w in new], now=stamp.now)
        if len(made) < len(new):
            raise AppError(Code.CODE_TAKEN, "a member of this file was put down by somebody else meanwhile")
        ids = {w.record.number: w.member_id or made[w.record.code] for w in self.wanted}
        changing = [w for w in self.wanted if w.after != w.before]
        for w in changing:
            if w.before is not None:
                store.record_person(tx, ids[w.record.number], w.after.person)
        store.record_words(tx, {ids[w.record.number]: w.after.words for w in changing if _words_of(w) != w.after.words})
        moving = [w for w in changing if _stays_of(w) != w.after.stays]
        restating.record_stays(
            tx,
            stamp.viewer,
            {ids[w.record.number]: w.before.stays for w in moving if w.before is not None},
            {ids[w.record.number]: w.after.stays for w in moving},
            now=stamp.now,
        )
        changes = [
            Change(
                subject=f"member:{ids[w.record.number]}",
                before=None if w.before is None else states.member_json(w.before),
                after=states.member_json(w.after),
            )
            for w in changing
        ]
        changes += self.access.apply(tx, ids, stamp)
        agreed = [ids[number] for number in self.access.consents]
        catch_ups.ask(tx, [*(ids[w.record.number] for w in changing), *agreed], now=stamp.now)
        return changes


def plan(tx: Tx, table: Table, stamp: Stamp) -> MemberPlan:
    """Read every row against the members, units and accounts that are known."""
    units = CodeBook(unit_store.list_codes(tx).items())
    book = _book(tx, table)
    refusals: dict[int, tuple[str, Refused]] = {}
    records = list(_records(table, units, book, refusals))
    known = store.list_ids(tx, (r.code for r in records))
    before = states.load_members(tx, known.values())
    ended = _ends(tx, {r.unit_id for r in records})
    wanted: list[Wanted] = []
    for record in records:
        member_id = known.get(record.code)
        try:
            wanted.append(_want(record, member_id, before, ended, stamp.today))
        except Refused as why:
            refusals[record.number] = (record.code, why)
    access = AccountPlan.read(tx, {w.record.number: (w.member_id, w.record.access) for w in wanted}, stamp)
    refusals |= {
        w.record.number: (w.record.code, access.refusals[w.record.number])
        for w in wanted
        if w.record.number in access.refusals
    }
    kept = [w for w in wanted if w.record.number not in refusals]
    told = [refused(number, key, why) for number, (key, why) in refusals.items()]
    told += [taken(w.record.number, w.record.code, _changed(w, access)) for w in kept]
    notes = [Note(said=Said.ACCOUNTS_NEW, values={"count": n})] if (n := access.new_account_count) else []
    return MemberPlan(outcomes=sorted(told, key=lambda o: o.row), notes=notes, wanted=kept, access=access)


def _book(tx: Tx, table: Table) -> CodeBook:
    """Know the codes of the file that stand already, and the longer ones that its numeric codes may have been."""
    codes = {code for r in table.records if (code := r["code"])}
    known = store.list_ids(tx, sorted(codes))
    numeric = sorted(c for c in codes - known.keys() if c.isascii() and c.isdigit())
    return CodeBook([*known.items(), *store.list_ids_by_short(tx, [cells.short(c) for c in numeric]).items()])


def _records(
    table: Table, units: CodeBook, book: CodeBook, refusals: dict[int, tuple[str, Refused]]
) -> Iterable[MemberRecord]:
    rows: dict[str, int] = {}
    for row in table.records:
        try:
            record = _record(row, units)
            known = book.find(record.code, "code")
            if known:
                record = replace(record, code=known[0])
            first = rows.setdefault(record.code, row.number)
            if first != row.number:
                raise Refused(Code.CODE_TAKEN, Said.REPEATED, value=record.code, row=first)  # noqa: TRY301 - the row says no like the others
        except Refused as why:
            refusals[row.number] = (row["code"], why)
        else:
            yield record


def _record(row: Record, units: CodeBook) -> MemberRecord:
    code = cells.read_words(row, "code", needed=True, most=CODE_MOST)
    full_name = cells.read_words(row, "full_name", needed=True)
    unit_id = UnitId(units.get(cells.read_words(row, "unit_code", needed=True, most=CODE_MOST), "unit_code"))
    status, kind = cells.read_word(row, "status", STATUSES), cells.read_word(row, "kind", KINDS)
    role = cells.read_word(row, "role", ROLES)
    return MemberRecord(
        number=row.number,
        code=code,
        full_name=full_name,
        unit_id=unit_id,
        since=cells.read_day(row, "since"),
        status=status,
        kind=kind,
        titles=tuple(dict.fromkeys((*cells.read_listed(row, "titles"), *cells.read_listed(row, "office")))),
        pen_names=cells.read_listed(row, "pen_names"),
        access=Access(
            login=cells.read_words(row, "login", most=CODE_MOST),
            role=role,
            unit_id=unit_id,
            consent_on=cells.read_day(row, "consent_on"),
        ),
    )


def _ends(tx: Tx, unit_ids: Iterable[int]) -> dict[int, dt.date]:
    """Give when units ended that did."""
    stood = unit_store.list_places(tx, unit_ids)
    return {i: end for i, places in stood.items() if (end := places[-1].valid_to) is not None}


def _want(
    record: MemberRecord,
    member_id: int | None,
    known: Mapping[int, MemberState],
    ended: Mapping[int, dt.date],
    today: dt.date,
) -> Wanted:
    before = None if member_id is None else known.get(member_id)
    if member_id is not None and before is None:
        raise Refused(Code.IN_USE, Said.ERASED)
    since = record.since or today
    end = ended.get(record.unit_id)
    if end is not None and end <= since:
        raise Refused(Code.DATE_ORDER, Said.UNIT_ENDED, column="unit_code", value=end.isoformat())
    after = _first(record, since) if before is None else _next(record, before, since)
    return Wanted(record=record, member_id=member_id, before=before, after=after)


def _first(record: MemberRecord, since: dt.date) -> MemberState:
    kind = record.kind or MemberKind.PARTY
    return MemberState(
        person=Person(code=record.code, full_name=record.full_name, kind=str(kind), party_role=None),
        words=MemberWords(titles=record.titles, pen_names=record.pen_names),
        stays=(Membership(unit_id=record.unit_id, status=record.status or default_status(kind), since=since),),
    )


def _next(record: MemberRecord, before: MemberState, since: dt.date) -> MemberState:
    """Give a known member after a row; an empty cell says nothing."""
    person = replace(before.person, full_name=record.full_name, kind=str(record.kind or before.person.kind))
    names = record.pen_names
    words = replace(
        before.words,
        titles=record.titles or before.words.titles,
        pen_names=names if names and set(names) != set(before.words.pen_names) else before.words.pen_names,
    )
    return MemberState(person=person, words=words, stays=_moved(record, before, since))


def _moved(record: MemberRecord, before: MemberState, since: dt.date) -> tuple[Membership, ...]:
    """Give the memberships after a row; a row that says what stood on its day changes nothing."""
    main = [s for s in before.stays if not s.temporary]
    here = domain_stays.stay_on(main, since)
    if here and here.unit_id == record.unit_id and record.status in (None, here.status):
        return before.stays
    near = here or next((s for s in main if s.unit_id == record.unit_id), None)
    status = record.status or (near.status if near else default_status(MemberKind(before.person.kind)))
    after = moved(before.stays, record.unit_id, Move(unit_id=record.unit_id, since=since, status=status))
    return tuple(sorted(after, key=lambda s: (s.since, s.temporary)))


def _words_of(wanted: Wanted) -> MemberWords:
    return NO_WORDS if wanted.before is None else wanted.before.words


def _stays_of(wanted: Wanted) -> tuple[Membership, ...]:
    return () if wanted.before is None else wanted.before.stays


def _changed(wanted: Wanted, access: AccountPlan) -> Sequence[str] | None:
    """Name the columns that change; None for a new member."""
    if wanted.before is None:
        return None
    old, new = wanted.before, wanted.after
    pairs = {
        "full_name": (old.person.full_name, new.person.full_name),
        "kind": (old.person.kind, new.person.kind),
        "titles": (old.words.titles, new.words.titles),
        "pen_names": (old.words.pen_names, new.words.pen_names),
        "unit_code": (old.stays, new.stays),
    }
    changed = [column for column, (was, becomes) in pairs.items() if was != becomes]
    return changed + access.changed_columns(wanted.record.number)
