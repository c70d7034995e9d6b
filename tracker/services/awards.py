"""The register of awards, proposed and given, each with what it rests on: accepted claims and programmes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.domain import rights
from tracker.domain.awards import AwardState, AwardTotals, AwardWho, Grounds, check_award
from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text
from tracker.domain.periods import check_day
from tracker.domain.rights import Right
from tracker.services import scoped
from tracker.services.paging import cut
from tracker.services.restating_registers import Entry, restate_row
from tracker.store import audit, award_grounds, members, units
from tracker.store import awards as store
from tracker.store.award_grounds import Honoured
from tracker.store.awards import AwardFilter, AwardRow
from tracker.store.register_rows import columns_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from tracker.domain.periods import Period
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx

__all__ = ["AwardRow"]  # its callers know the row, not the store

GROUNDS_LISTED = 20  # of each award in a list; the others stand under the award
GROUNDS_TOLD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAward:
    """An award to be registered: of a unit as a collective, or of one member."""

    unit_id: int
    period: Period
    who: AwardWho
    title: str
    member_id: int | None = None
    state: AwardState = AwardState.PROPOSED
    decision: str | None = None
    decided_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardCard:
    """An award with the first of its grounds, and what its unit and member are called; who was erased has no name."""

    award: AwardRow
    unit_name: str
    member_name: str
    grounds: Grounds


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardPage:
    """A page of awards with the totals over all that are asked for; `after` where more follow."""

    items: list[AwardCard]
    totals: AwardTotals
    after: int | None


def create(tx: Tx, viewer: Viewer, new: NewAward, *, now: dt.datetime, today: dt.date) -> AwardCard:
    """Register an award of a unit, or of a member, in one's scope."""
    rights.require(Right.OFFICER, viewer)
    scope = rights.officer_scope(viewer, today)
    scoped.require_unit(tx, new.unit_id, scope)
    _check(new.who, new.member_id, new.state, new.decided_on)
    if new.member_id is not None:
        scoped.require_member(tx, new.member_id, scope)
    made = store.add(tx, _plain(columns_of(new)) | {"created_at": now})
    _note(tx, viewer, "award.create", made, now=now, unit_id=new.unit_id, who=new.who.value, state=new.state.value)
    card = get(tx, viewer, made, today=today)
    restate_row(tx, viewer, f"award:{made}", new.unit_id, _entry, None, card.award, now=now)
    return card


def get(tx: Tx, viewer: Viewer, award_id: int, *, today: dt.date) -> AwardCard:
    """Get an award of one's scope."""
    rights.require(Right.READ, viewer)
    found = scoped.get_found(store.find(tx, award_id, rights.officer_scope(viewer, today)))
    return _cards(tx, [found], today, most=GROUNDS_TOLD)[0]


def list_page(
    tx: Tx,
    viewer: Viewer,
    *,
    unit_id: int | None,
    period: Period | None,
    state: AwardState | None = None,
    who: AwardWho | None = None,
    after: int | None,
    limit: int,
    today: dt.date,
) -> AwardPage:
    """List the awards of a unit and all below it, of a period or one inside it, with their first grounds and totals."""
    rights.require(Right.READ, viewer)
    scope = rights.officer_scope(viewer, today)
    scoped.require_asked(tx, unit_id, scope)
    asked = AwardFilter(unit_id=unit_id, period=period, state=state, who=who)
    rows, more = cut(store.list_page(tx, scope, asked, after=after, limit=limit + 1), limit, lambda row: row.award_id)
    return AwardPage(
        items=_cards(tx, rows, today, most=GROUNDS_LISTED), totals=store.tally(tx, scope, asked), after=more
    )


def change(
    tx: Tx, viewer: Viewer, current: AwardRow, changes: Mapping[str, Any], *, now: dt.datetime, today: dt.date
) -> AwardCard:
    """Change an award; `changes` holds title, period, state, decision and day that are to be different.

    Whom it honours stays: that would be another award.
    """
    rights.require(Right.OFFICER, viewer)
    _check(
        current.who,
        current.member_id,
        changes.get("state", current.state),
        changes.get("decided_on", current.decided_on),
    )
    if not store.change(tx, current.award_id, current.version, _plain(changes)):
        raise AppError(Code.ETAG_STALE)
    facts = {"state": changes["state"].value} if "state" in changes else {}
    _note(tx, viewer, "award.change", current.award_id, now=now, fields=sorted(changes), **facts)
    card = get(tx, viewer, current.award_id, today=today)
    restate_row(tx, viewer, f"award:{current.award_id}", current.unit_id, _entry, current, card.award, now=now)
    return card


def remove(tx: Tx, viewer: Viewer, current: AwardRow, *, now: dt.datetime) -> None:
    """Remove an award."""
    rights.require(Right.OFFICER, viewer)
    if not store.remove(tx, current.award_id, current.version):
        raise AppError(Code.ETAG_STALE)
    _note(tx, viewer, "award.remove", current.award_id, now=now, unit_id=current.unit_id)
    restate_row(tx, viewer, f"award:{current.award_id}", current.unit_id, _entry, current, None, now=now)


def _check(who: AwardWho, member_id: int | None, state: AwardState, decided_on: dt.date | None) -> None:
    check_award(who, member_id, state, decided_on)
    if decided_on is not None:
        check_day(decided_on, "decided_on")


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give fields as the store keeps them."""
    plain = dict(values)
    for name in ("period", "who", "state"):
        if name in plain:
            plain[name] = str(plain[name])
    for name in ("title", "decision"):
        if plain.get(name) is not None:
            plain[name] = clean_text(plain[name]) or None
    return plain


def _cards(tx: Tx, rows: Sequence[AwardRow], today: dt.date, *, most: int) -> list[AwardCard]:
    """Give awards with their names and first grounds: a fixed number of statements, whatever their number."""
    if not rows:
        return []
    grounds = award_grounds.list_first(tx, [honoured(row) for row in rows], most=most)
    people = members.list_people(tx, {row.member_id for row in rows if row.member_id is not None})
    names = units.list_names(tx, {row.unit_id for row in rows}, today)
    return [
        AwardCard(
            award=row,
            unit_name=names.get(row.unit_id, ""),
            member_name=people[row.member_id].full_name if row.member_id in people else "",
            grounds=grounds[row.award_id],
        )
        for row in rows
    ]


def honoured(row: AwardRow) -> Honoured:
    """Say whose deeds of which days an award honours."""
    return Honoured(
        award_id=row.award_id,
        unit_id=row.unit_id,
        member_id=None if row.who is AwardWho.COLLECTIVE else row.member_id,
        start_on=row.period.start_on,
        end_on=row.period.end_on,
    )


def _entry(row: AwardRow) -> Entry:
    facts = {
        "title": row.title,
        "period": str(row.period),
        "who": row.who.value,
        "member_id": row.member_id,
        "state": row.state.value,
        "decision": row.decision,
        "decided_on": None if row.decided_on is None else row.decided_on.isoformat(),
    }
    return Entry(periods=[row.period], facts=facts)


def _note(tx: Tx, viewer: Viewer, action: str, award_id: int, *, now: dt.datetime, **facts: Any) -> None:
    audit.record(tx, at=now, actor=viewer.account_id, action=action, subject=f"award:{award_id}", **facts)
