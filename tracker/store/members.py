"""Members as stored: the person, dated memberships, titles, tags, pen names, absences. Namesakes are never one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from tracker.domain.members import AbsenceRow, MemberRow, MemberWords, Person
from tracker.domain.names import fold, name_sort_key
from tracker.domain.organisation import Membership, MemberStatus
from tracker.domain.types import MemberId, UnitId
from tracker.store.db import is_duplicate
from tracker.store.scope import member_in_scope, units_below, valid_on
from tracker.store.tables.organisation import Absence, Member, MemberTag, MemberTitle, PenName, UnitVersion
from tracker.store.tables.organisation import Membership as Stay
from tracker.store.units import chunks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select

    from tracker.domain.rights import Scope
    from tracker.store.db import Tx


def list_members(
    tx: Tx,
    scope: Scope,
    *,
    on: dt.date,
    q: str | None = None,
    unit_id: int | None = None,
    tag: str | None = None,
    also: ColumnElement[bool] | None = None,
    after: tuple[str, int] | None = None,
    limit: int,
) -> list[MemberRow]:
    """List who stands somewhere on a day, by given name: in a unit and below it, temporary ones too, or in a scope.

    `also` is a condition of another module of the store.
    """
    query = _rows_on(on).where(*_asked(scope, on=on, q=q, unit_id=unit_id, tag=tag))
    if also is not None:
        query = query.where(also)
    if after is not None:
        query = query.where(
            or_(Member.name_sort > after[0], and_(Member.name_sort == after[0], Member.member_id > after[1]))
        )
    return [_row(r) for r in tx.all(query.order_by(Member.name_sort, Member.member_id).limit(limit))]


def count_members(
    tx: Tx,
    scope: Scope,
    *,
    on: dt.date,
    q: str | None = None,
    unit_id: int | None = None,
    tag: str | None = None,
    most: int,
) -> int:
    """Count who would be listed, at most so many."""
    asked = select(Member.member_id).where(*_asked(scope, on=on, q=q, unit_id=unit_id, tag=tag)).limit(most)
    found: int = tx.scalar(select(func.count()).select_from(asked.subquery()))
    return found


def find_member(tx: Tx, member_id: int, scope: Scope, *, on: dt.date) -> MemberRow | None:
    """Find a member of a scope, with where they stand on a day."""
    query = _rows_on(on).where(Member.member_id == member_id, member_in_scope(Member.member_id, scope))
    row = tx.first(query)
    return None if row is None else _row(row)


def list_ids(tx: Tx, codes: Iterable[str] | None = None) -> dict[str, int]:
    """Give the ids of members (all, or of some codes) by code."""
    query = select(Member.code, Member.member_id)
    listed = None if codes is None else list(codes)
    parts = [query] if listed is None else [query.where(Member.code.in_(part)) for part in _parts(listed)]
    return {row.code: row.member_id for part in parts for row in tx.all(part)}


def list_ids_by_short(tx: Tx, shorts: Iterable[str]) -> dict[str, int]:
    """Give the ids by code of members whose code, without the zeros before it, is one of these."""
    bare = func.ltrim(Member.code, "0")
    query = select(Member.code, Member.member_id)
    return {row.code: row.member_id for part in _parts(list(shorts)) for row in tx.all(query.where(bare.in_(part)))}


def list_people(tx: Tx, member_ids: Iterable[int]) -> dict[int, Person]:
    """Give people by id; erased ones are left out."""
    columns = (Member.member_id, Member.code, Member.full_name, Member.kind, Member.party_role)
    found: dict[int, Person] = {}
    for ids in chunks(member_ids):
        for row in tx.all(select(*columns).where(Member.member_id.in_(ids), Member.erased_at.is_(None))):
            found[row.member_id] = Person(
                code=row.code, full_name=row.full_name, kind=row.kind, party_role=row.party_role
            )
    return found


def list_words(tx: Tx, member_ids: Iterable[int]) -> dict[int, MemberWords]:
    """Give titles, tags and pen names of members, three statements for up to CHUNK of them."""
    titles: dict[int, list[str]] = {}
    tags: dict[int, list[str]] = {}
    names: dict[int, list[str]] = {}
    ids_all = list(member_ids)
    for ids in chunks(ids_all):
        of_title = select(MemberTitle.member_id, MemberTitle.title).where(MemberTitle.member_id.in_(ids))
        _gather(titles, tx.all(of_title.order_by(MemberTitle.member_id, MemberTitle.position)))
        of_tag = select(MemberTag.member_id, MemberTag.tag).where(MemberTag.member_id.in_(ids))
        _gather(tags, tx.all(of_tag.order_by(MemberTag.member_id, MemberTag.tag)))
        of_name = select(PenName.member_id, PenName.name).where(PenName.member_id.in_(ids))
        _gather(names, tx.all(of_name.order_by(PenName.member_id, PenName.name)))
    return {
        i: MemberWords(titles=tuple(titles.get(i, ())), tags=tuple(tags.get(i, ())), pen_names=tuple(names.get(i, ())))
        for i in ids_all
    }


def list_stays(tx: Tx, member_ids: Iterable[int]) -> dict[int, list[Membership]]:
    """Give the memberships of members, each in order of days."""
    columns = (Stay.member_id, Stay.unit_id, Stay.status, Stay.since, Stay.until, Stay.temporary)
    found: dict[int, list[Membership]] = {}
    for ids in chunks(member_ids):
        for row in tx.all(select(*columns).where(Stay.member_id.in_(ids)).order_by(Stay.member_id, Stay.since)):
            found.setdefault(row.member_id, []).append(
                Membership(
                    unit_id=UnitId(row.unit_id),
                    status=MemberStatus(row.status),
                    since=row.since,
                    until=row.until,
                    temporary=row.temporary,
                )
            )
    return found


def list_absences(tx: Tx, member_id: int) -> list[AbsenceRow]:
    """Give the absences of a member, in order."""
    columns = (Absence.absence_id, Absence.member_id, Absence.from_on, Absence.until_on, Absence.reason)
    query = select(*columns).where(Absence.member_id == member_id).order_by(Absence.from_on, Absence.absence_id)
    return [AbsenceRow(**row._mapping) for row in tx.all(query)]  # noqa: SLF001 - SQLAlchemy's public name


def record_people(tx: Tx, people: Sequence[Person], *, now: dt.datetime) -> dict[str, int]:
    """Put people down; give the id of each code that was not taken."""
    if not people:
        return {}
    statement = tx.insert(Member).on_conflict_do_nothing().returning(Member.member_id, Member.code)
    rows = tx.execute(statement, [_person_row(p) | {"created_at": now} for p in people]).all()
    return {row.code: row.member_id for row in rows}


def record_person(tx: Tx, member_id: int, person: Person) -> None:
    """Put what is known of a person in place of what was; counts the version up."""
    changed = update(Member).where(Member.member_id == member_id)
    tx.execute(changed.values(version=Member.version + 1, **_person_row(person)))


def try_person(tx: Tx, member_id: int, person: Person) -> bool:
    """Do the same; False, and nothing is changed, where somebody else took the code meanwhile."""
    try:
        with tx.savepoint():
            record_person(tx, member_id, person)
    except IntegrityError as error:
        if is_duplicate(error):
            return False
        raise
    return True


def record_words(tx: Tx, words: Mapping[int, MemberWords]) -> None:
    """Put titles, tags and pen names of members in place of those they had."""
    for table in (MemberTitle, MemberTag, PenName):
        for ids in chunks(words):
            tx.execute(delete(table).where(table.member_id.in_(ids)))
    tx.insert_rows(
        MemberTitle,
        ({"member_id": i, "position": n, "title": t} for i, w in words.items() for n, t in enumerate(w.titles)),
    )
    tx.insert_rows(MemberTag, ({"member_id": i, "tag": t} for i, w in words.items() for t in w.tags))
    tx.insert_rows(
        PenName,
        ({"member_id": i, "name": n, "name_folded": fold(n)} for i, w in words.items() for n in w.pen_names),
    )


def record_stays(tx: Tx, stays: Mapping[int, Sequence[Membership]]) -> None:
    """Put all memberships of members in place of those they had."""
    for ids in chunks(stays):
        tx.execute(delete(Stay).where(Stay.member_id.in_(ids)))
    tx.insert_rows(
        Stay,
        (
            {
                "member_id": member_id,
                "since": stay.since,
                "temporary": stay.temporary,
                "until": stay.until,
                "unit_id": stay.unit_id,
                "status": str(stay.status),
            }
            for member_id, listed in stays.items()
            for stay in listed
        ),
    )


def record_absence(tx: Tx, row: dict[str, Any]) -> int:
    """Put an absence down; give its id."""
    made: int = tx.scalar(tx.insert(Absence).values(row).returning(Absence.absence_id))
    return made


def change_absence(tx: Tx, had: AbsenceRow, *, from_on: dt.date, until_on: dt.date, reason: str, by: int) -> bool:
    """Change an absence; False, and nothing is changed, where it is not any more as it was read."""
    values = {"from_on": from_on, "until_on": until_on, "reason": reason, "entered_by": by}
    return tx.changed(update(Absence).where(*_as_read(had)).values(values)) == 1


def remove_absence(tx: Tx, had: AbsenceRow) -> bool:
    """Remove an absence; False, and nothing is removed, where it is not any more as it was read."""
    return tx.changed(delete(Absence).where(*_as_read(had))) == 1


def _as_read(had: AbsenceRow) -> tuple[ColumnElement[bool], ...]:
    return (
        Absence.absence_id == had.absence_id,
        Absence.member_id == had.member_id,
        Absence.from_on == had.from_on,
        Absence.until_on == had.until_on,
        Absence.reason == had.reason,
    )


def count_up(tx: Tx, member_id: int, version: int) -> bool:
    """Count a member's version up; False when someone else changed the member meanwhile."""
    at = update(Member).where(Member.member_id == member_id, Member.version == version)
    return tx.changed(at.values(version=version + 1)) == 1


def lock_version(tx: Tx, member_id: int) -> int | None:
    """Find a member's version and keep the row to oneself until the transaction ends."""
    found: int | None = tx.scalar(select(Member.version).where(Member.member_id == member_id).with_for_update())
    return found


def _asked(
    scope: Scope, *, on: dt.date, q: str | None, unit_id: int | None, tag: str | None
) -> list[ColumnElement[bool]]:
    wanted = [member_in_scope(Member.member_id, scope), stands(on, unit_id)]
    if tag is not None:
        wanted.append(Member.member_id.in_(select(MemberTag.member_id).where(MemberTag.tag == tag)))
    if q is not None:
        wanted.append(_matches(q))
    return wanted


def _rows_on(on: dt.date) -> Select[*tuple[Any, ...]]:
    main = aliased(Stay)
    at_home = and_(main.member_id == Member.member_id, main.temporary.is_(False), valid_on(main.since, main.until, on))
    of_day = and_(UnitVersion.unit_id == main.unit_id, valid_on(UnitVersion.valid_from, UnitVersion.valid_to, on))
    return (
        select(
            Member.member_id,
            Member.code,
            Member.version,
            Member.full_name,
            Member.name_sort,
            Member.kind,
            Member.party_role,
            Member.erased_at,
            main.unit_id,
            UnitVersion.name.label("unit_name"),
            main.since,
            main.status,
        )
        .outerjoin(main, at_home)
        .outerjoin(UnitVersion, of_day)
    )


def stands(on: dt.date, unit_id: int | None) -> ColumnElement[bool]:
    """The member stands somewhere on a day, or in a unit and below it."""
    there = [Stay.member_id == Member.member_id, valid_on(Stay.since, Stay.until, on)]
    if unit_id is not None:
        there.append(Stay.unit_id.in_(units_below(unit_id, on)))
    return exists(select(Stay.member_id).where(*there))


def _matches(q: str) -> ColumnElement[bool]:
    """Every word stands in the name, whatever its marks, or the code begins so."""
    words = [Member.name_folded.contains(word, autoescape=True) for word in fold(q).split()]
    return or_(and_(*words), func.lower(Member.code).startswith(q.lower(), autoescape=True))


def _row(row: Any) -> MemberRow:
    erased = row.erased_at is not None
    return MemberRow(
        member_id=MemberId(row.member_id),
        code=row.code,
        version=row.version,
        full_name="" if erased else row.full_name,
        name_sort=row.name_sort,
        kind=row.kind,
        party_role=row.party_role,
        erased=erased,
        unit_id=None if row.unit_id is None else UnitId(row.unit_id),
        unit_name=row.unit_name,
        since=row.since,
        status=row.status,
    )


def _person_row(person: Person) -> dict[str, Any]:
    return {
        "code": person.code,
        "full_name": person.full_name,
        "name_folded": fold(person.full_name),
        "name_sort": name_sort_key(person.full_name),
        "kind": person.kind,
        "party_role": person.party_role,
    }


def _parts(codes: list[str]) -> list[list[str]]:
    return [codes[start : start + 500] for start in range(0, len(codes), 500)]


def _gather(found: dict[int, list[str]], rows: Iterable[Any]) -> None:
    for member_id, words in rows:
        found.setdefault(member_id, []).append(words)
