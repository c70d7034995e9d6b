"""Members: put down, changed, moved between units, away for a while. An erased one keeps no name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.domain import rights, stays
from tracker.domain.errors import AppError, Code
from tracker.domain.members import NO_WORDS, AbsenceRow, MemberRow, MemberWords, Person
from tracker.domain.names import clean_text
from tracker.domain.organisation import MemberKind, Membership, MemberStatus, PartyRole, default_status, main_membership
from tracker.domain.periods import check_day
from tracker.domain.restatement import Days
from tracker.domain.rights import Right
from tracker.domain.types import UnitId
from tracker.services import catch_ups, closes, restating, scoped
from tracker.services.paging import cut
from tracker.store import audit
from tracker.store import members as store
from tracker.store import units as unit_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.domain.types import MemberId, Viewer
    from tracker.store.db import Tx

COUNTED_MOST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCard:
    """A member as answered: on a day, with words; memberships and absences where one member was asked for."""

    row: MemberRow
    words: MemberWords
    memberships: tuple[Membership, ...] = ()
    absences: tuple[AbsenceRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """A member to be put down with the first membership."""

    code: str
    full_name: str
    unit_id: int
    since: dt.date
    status: MemberStatus | None = None
    kind: MemberKind = MemberKind.PARTY
    party_role: PartyRole | None = None
    words: MemberWords = NO_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChange:
    """What to change of the person; None is «as it was», and `party_role` is changed where it is `given`."""

    code: str | None = None
    full_name: str | None = None
    kind: MemberKind | None = None
    party_role: PartyRole | None = None
    party_role_given: bool = False
    titles: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    pen_names: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A transfer (`unit_id` None: the member leaves), or a temporary stay elsewhere."""

    unit_id: int | None
    since: dt.date
    status: MemberStatus | None = None
    temporary: bool = False


def create(tx: Tx, viewer: Viewer, new: NewMember, *, now: dt.datetime, today: dt.date) -> MemberCard:
    """Put a member down; one more of the same name is one more person."""
    rights.require(Right.ADMIN, viewer)
    check_unit(tx, new.unit_id, new.since)
    person = Person(
        code=clean_text(new.code),
        full_name=clean_text(new.full_name),
        kind=str(new.kind),
        party_role=None if new.party_role is None else str(new.party_role),
    )
    made = store.record_people(tx, [person], now=now)
    if not made:
        raise AppError(Code.CODE_TAKEN, f"the code {person.code} is in use")
    (member_id,) = made.values()
    first = Membership(unit_id=UnitId(new.unit_id), status=new.status or default_status(new.kind), since=new.since)
    restating.record_stays(tx, viewer, {}, {member_id: [first]}, now=now)
    store.record_words(tx, {member_id: tidy(new.words)})
    _note(tx, viewer, "member.create", member_id, now=now, unit_id=new.unit_id)
    return get(tx, viewer, member_id, today=today)


def get(tx: Tx, viewer: Viewer, member_id: int, *, today: dt.date, on: dt.date | None = None) -> MemberCard:
    """Get a member with memberships and absences: by those in whose scope the member stands, or by the member."""
    rights.require(Right.READ_OR_SELF, viewer)
    row = _find(tx, viewer, member_id, today=today, on=on or today)
    return MemberCard(
        row=row,
        words=NO_WORDS if row.erased else store.list_words(tx, [member_id])[member_id],
        memberships=tuple(store.list_stays(tx, [member_id]).get(member_id, ())),
        absences=tuple(store.list_absences(tx, member_id)),
    )


def list_page(
    tx: Tx,
    viewer: Viewer,
    *,
    today: dt.date,
    limit: int,
    q: str | None = None,
    unit_id: int | None = None,
    tag: str | None = None,
    on: dt.date | None = None,
    after: tuple[str, int] | None = None,
) -> tuple[list[MemberCard], tuple[str, int] | None]:
    """List members by given name, of a tag; give also the sort values of the last row where more follow."""
    rights.require(Right.READ, viewer)
    scope = rights.officer_scope(viewer, today)
    rows = store.list_members(tx, scope, on=on or today, q=q, unit_id=unit_id, tag=tag, after=after, limit=limit + 1)
    shown, more = cut(rows, limit, lambda row: (row.name_sort, int(row.member_id)))
    words = store.list_words(tx, (r.member_id for r in shown if not r.erased))
    cards = [MemberCard(row=row, words=words.get(row.member_id, NO_WORDS)) for row in shown]
    return cards, more


def count(
    tx: Tx,
    viewer: Viewer,
    *,
    today: dt.date,
    q: str | None = None,
    unit_id: int | None = None,
    tag: str | None = None,
) -> int:
    """Count who is listed with this asked for, no further than COUNTED_MOST."""
    rights.require(Right.READ, viewer)
    scope = rights.officer_scope(viewer, today)
    return store.count_members(tx, scope, on=today, q=q, unit_id=unit_id, tag=tag, most=COUNTED_MOST)


def change(
    tx: Tx, viewer: Viewer, member_id: int, wanted: MemberChange, *, version: int, now: dt.datetime, today: dt.date
) -> MemberCard:
    """Change what is known of a person."""
    rights.require(Right.ADMIN, viewer)
    if store.lock_version(tx, member_id) != version:
        raise AppError(Code.ETAG_STALE)
    card = get(tx, viewer, member_id, today=today)
    if card.row.erased:
        raise AppError(Code.FIELD_INVALID, "this member's data were erased at their own request")
    person = _changed(card.row, wanted)
    taken = store.list_ids(tx, [person.code]).get(person.code, member_id)
    if taken != member_id:
        raise AppError(Code.CODE_TAKEN, f"the code {person.code} is in use")
    if not store.try_person(tx, member_id, person):
        raise AppError(Code.CODE_TAKEN, f"the code {person.code} is in use")
    words = tidy(_changed_words(card.words, wanted))
    store.record_words(tx, {member_id: words})
    if (person.full_name, words.pen_names) != (card.row.full_name, card.words.pen_names):
        catch_ups.ask(tx, [member_id], now=now)
    _note(tx, viewer, "member.change", member_id, now=now)
    return get(tx, viewer, member_id, today=today)


def move(tx: Tx, viewer: Viewer, member_id: int, wanted: Move, *, now: dt.datetime, today: dt.date) -> MemberCard:
    """Transfer a member: closes the membership before; a temporary stay leaves the main one; leaving ends both."""
    rights.require(Right.ADMIN, viewer)
    closes.hold(tx)
    version = store.lock_version(tx, member_id)
    if version is None:
        raise AppError(Code.NOT_FOUND)
    had = _stays(tx, member_id)
    if wanted.unit_id is None:
        changed = leave(had, wanted.since, temporary=wanted.temporary)
    else:
        check_unit(tx, wanted.unit_id, wanted.since)
        changed = moved(had, UnitId(wanted.unit_id), wanted)
    if not store.count_up(tx, member_id, version):
        raise AppError(Code.ETAG_STALE)
    restating.record_stays(tx, viewer, {member_id: had}, {member_id: changed}, now=now)
    catch_ups.ask(tx, [member_id], now=now)
    facts = {"unit_id": wanted.unit_id, "since": wanted.since.isoformat(), "temporary": wanted.temporary}
    _note(tx, viewer, "member.move", member_id, now=now, **facts)
    return get(tx, viewer, member_id, today=today)


def record_absence(
    tx: Tx,
    viewer: Viewer,
    member_id: int,
    *,
    from_on: dt.date,
    until_on: dt.date,
    reason: str,
    now: dt.datetime,
    today: dt.date,
) -> AbsenceRow:
    """Put down that a member of the officer's scope is away, both days included."""
    rights.require(Right.OFFICER, viewer)
    require_in_scope(tx, viewer, member_id, today=today)
    check_away(from_on, until_on)
    row = {
        "member_id": member_id,
        "from_on": from_on,
        "until_on": until_on,
        "reason": clean_text(reason),
        "entered_by": viewer.account_id,
        "entered_at": now,
    }
    closes.hold(tx)
    absence_id = store.record_absence(tx, row)
    away = Days(from_on=from_on, until_on=until_on + dt.timedelta(days=1))
    restating.restate_absence(tx, viewer, member_id, _stays(tx, member_id), before=None, after=away, now=now)
    facts = {"absence_id": absence_id, "from": from_on.isoformat(), "until": until_on.isoformat()}
    _note(tx, viewer, "member.absence", member_id, now=now, **facts)
    return next(a for a in store.list_absences(tx, member_id) if a.absence_id == absence_id)


def check_away(from_on: dt.date, until_on: dt.date) -> None:
    """Refuse days of an absence that nobody means."""
    check_day(from_on, "from")
    check_day(until_on, "until")
    if until_on < from_on:
        raise AppError(Code.DATE_ORDER, "until lies before from")


def require_in_scope(tx: Tx, viewer: Viewer, member_id: int, *, today: dt.date) -> None:
    """Refuse an officer a member who stands outside their scope (`thing.not_found`)."""
    scoped.get_found(store.find_member(tx, member_id, rights.officer_scope(viewer, today), on=today))


def moved(had: Sequence[Membership], unit_id: UnitId, wanted: Move) -> list[Membership]:
    """Give a member's memberships after a move; without a status the former one is kept."""
    kept, changing = _parted(had, temporary=wanted.temporary)
    before = stays.stay_on(changing, wanted.since) or main_membership(had, wanted.since) or _latest(had, wanted.since)
    status = wanted.status or (before.status if before else MemberStatus.OFFICIAL)
    after = stays.move(changing, unit_id=unit_id, status=status, since=wanted.since, temporary=wanted.temporary)
    return [*kept, *after]


def leave(had: Sequence[Membership], since: dt.date, *, temporary: bool) -> list[Membership]:
    """Give a member's memberships after leaving the organisation, or only a temporary stay."""
    kept, ending = _parted(had, temporary=temporary)
    after = stays.leave(ending, since)
    if temporary or stays.stay_on(kept, since) is None:
        return [*kept, *after]
    return [*stays.leave(kept, since), *after]


def check_unit(tx: Tx, unit_id: int, since: dt.date) -> None:
    """Refuse a unit that does not exist or has ended by a day."""
    stood = unit_store.list_places(tx, [unit_id]).get(unit_id)
    if stood is None:
        raise AppError(Code.FIELD_INVALID, "unit_id: there is no such unit")
    ended = stood[-1].valid_to
    if ended is not None and ended <= since:
        raise AppError(Code.DATE_ORDER, f"unit_id: that unit ended on {ended}")


def listed_words(titles: Sequence[str], tags: Sequence[str], pen_names: Sequence[str]) -> MemberWords:
    """Gather what is written of a person beside the name."""
    return MemberWords(titles=tuple(titles), tags=tuple(tags), pen_names=tuple(pen_names))


def tidy(words: MemberWords) -> MemberWords:
    """Give words cleaned, each once; titles keep their order."""
    return MemberWords(titles=_tidy(words.titles), tags=_tidy(words.tags), pen_names=_tidy(words.pen_names))


def _stays(tx: Tx, member_id: int) -> list[Membership]:
    return store.list_stays(tx, [member_id]).get(member_id, [])


def _find(tx: Tx, viewer: Viewer, member_id: int, *, today: dt.date, on: dt.date) -> MemberRow:
    return scoped.get_found(store.find_member(tx, member_id, rights.scope_of(viewer, today), on=on))


def _changed(row: MemberRow, wanted: MemberChange) -> Person:
    role = wanted.party_role if wanted.party_role_given else row.party_role
    return Person(
        code=row.code if wanted.code is None else clean_text(wanted.code),
        full_name=row.full_name if wanted.full_name is None else clean_text(wanted.full_name),
        kind=row.kind if wanted.kind is None else str(wanted.kind),
        party_role=None if role is None else str(role),
    )


def _changed_words(words: MemberWords, wanted: MemberChange) -> MemberWords:
    return replace(
        words,
        titles=words.titles if wanted.titles is None else wanted.titles,
        tags=words.tags if wanted.tags is None else wanted.tags,
        pen_names=words.pen_names if wanted.pen_names is None else wanted.pen_names,
    )


def _parted(had: Sequence[Membership], *, temporary: bool) -> tuple[list[Membership], list[Membership]]:
    """Part memberships into those of the other sort and those of this one."""
    return [s for s in had if s.temporary != temporary], [s for s in had if s.temporary == temporary]


def _latest(had: Sequence[Membership], before: dt.date) -> Membership | None:
    earlier = [s for s in had if not s.temporary and s.since < before]
    return max(earlier, key=lambda s: s.since, default=None)


def _tidy(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(w for w in map(clean_text, words) if w))


def _note(tx: Tx, viewer: Viewer, action: str, member_id: MemberId | int, *, now: dt.datetime, **facts: object) -> None:
    audit.record(tx, at=now, actor=viewer.account_id, action=action, subject=f"member:{member_id}", **facts)
