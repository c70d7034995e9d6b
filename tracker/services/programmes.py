"""Programmes: registered by a unit for a time, new or continued; they bind the unit and all below it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.programmes import ProgrammeTotals
from tracker.domain.rights import Right
from tracker.services import scoped
from tracker.services.paging import cut
from tracker.services.restating_registers import restate_binding, running
from tracker.store import audit, programme_chains
from tracker.store import programmes as store
from tracker.store.programme_chains import ChainLink
from tracker.store.programmes import ProgrammeFilter, ProgrammeRow
from tracker.store.register_rows import columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tracker.domain.rights import Scope
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx

__all__ = ["ChainLink", "ProgrammeRow"]  # its callers know the rows, not the store


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProgramme:
    """A programme to be registered; without `from_on` it is older than known."""

    name: str
    unit_id: int
    is_new: bool
    from_on: dt.date | None = None
    until_on: dt.date | None = None
    continues_id: int | None = None
    wide_reach_clicks: int | None = None
    outcome_amount: int | None = None
    outcome_qualifier: str | None = None
    outcome_words: str | None = None
    measures: tuple[str, ...] = ()
    directive_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammePage:
    """A page of programmes with the totals over all that are asked for."""

    items: list[ProgrammeRow]
    after: int | None  # the last row's id, where more follow
    totals: ProgrammeTotals


def create(tx: Tx, viewer: Viewer, new: NewProgramme, *, now: dt.datetime, today: dt.date) -> ProgrammeRow:
    """Register a programme of a unit in one's scope."""
    rights.require(Right.OFFICER, viewer)
    scope = rights.officer_scope(viewer, today)
    scoped.require_unit(tx, new.unit_id, scope)
    values = columns_of(new)
    measures, directive_ids = values.pop("measures"), values.pop("directive_ids")
    _check(tx, values | {"directive_ids": directive_ids}, scope, today)
    made = store.add(tx, values | {"created_at": now}, measures=measures, directive_ids=directive_ids)
    _note(tx, viewer, "programme.create", made, now=now, unit_id=new.unit_id)
    row = get(tx, viewer, made, today=today)
    _restate(tx, viewer, None, row, now=now)
    return row


def get(tx: Tx, viewer: Viewer, programme_id: int, *, today: dt.date) -> ProgrammeRow:
    """Get a programme of one's scope, or of a unit above that binds it."""
    rights.require(Right.READ, viewer)
    return scoped.get_found(store.find(tx, programme_id, rights.officer_scope(viewer, today), binding=True, on=today))


def list_chain(tx: Tx, viewer: Viewer, programme: ProgrammeRow, *, today: dt.date) -> list[ChainLink]:
    """List what a programme continues and what continues it, earliest first."""
    rights.require(Right.READ, viewer)
    return programme_chains.list_chain(tx, programme.programme_id, rights.officer_scope(viewer, today))


def get_own(tx: Tx, viewer: Viewer, programme_id: int, *, today: dt.date) -> ProgrammeRow:
    """Get a programme that the viewer may change: of a unit in their scope."""
    rights.require(Right.OFFICER, viewer)
    return scoped.get_found(store.find(tx, programme_id, rights.officer_scope(viewer, today), binding=False, on=today))


def require_binding(tx: Tx, viewer: Viewer, programme_id: int | None, *, today: dt.date) -> None:
    """Refuse what is said to belong to a programme that does not bind one's scope; the programme stays meanwhile."""
    if programme_id is not None and not _binds(tx, programme_id, rights.officer_scope(viewer, today), today):
        raise AppError(Code.FIELD_INVALID, "programme_id: there is no such programme", field="programme_id")


def list_binding(tx: Tx, viewer: Viewer, *, limit: int, today: dt.date) -> list[ProgrammeRow]:
    """List the programmes of one's scope and those of units above that bind it."""
    rights.require(Right.READ, viewer)
    scope = rights.officer_scope(viewer, today)
    return store.list_page(tx, scope, ProgrammeFilter(binding=True), on=today, after=None, limit=limit)


def list_page(
    tx: Tx,
    viewer: Viewer,
    *,
    unit_id: int | None,
    year: int | None,
    new_only: bool = False,
    after: int | None,
    limit: int,
    today: dt.date,
) -> ProgrammePage:
    """List the programmes of a unit and all below it (or the new ones of them), with the totals of all.

    Units are named as at the year's end.
    """
    rights.require(Right.READ, viewer)
    scope = rights.officer_scope(viewer, today)
    scoped.require_asked(tx, unit_id, scope)
    asked = ProgrammeFilter(
        unit_id=unit_id,
        year_start=dt.date(year, 1, 1) if year else None,
        year_end=dt.date(year, 12, 31) if year else None,
    )
    on = min(asked.year_end or today, today)
    listed = replace(asked, new_only=new_only)
    found = store.list_page(tx, scope, listed, on=on, after=after, limit=limit + 1)
    rows, more = cut(found, limit, lambda row: row.programme_id)
    by_kind = tuple(sorted(store.tally(tx, scope, asked, on=on)))
    totals = ProgrammeTotals(
        count=sum(count for _, count, _ in by_kind), new=sum(new for _, _, new in by_kind), by_kind=by_kind
    )
    return ProgrammePage(items=rows, after=more, totals=totals)


def change(
    tx: Tx, viewer: Viewer, current: ProgrammeRow, changes: Mapping[str, Any], *, now: dt.datetime, today: dt.date
) -> ProgrammeRow:
    """Change a programme; `changes` holds the fields of NewProgramme that are to be different, but for the unit."""
    rights.require(Right.OFFICER, viewer)
    dates = {"from_on": current.from_on, "until_on": current.until_on}
    _check(tx, dates | dict(changes), rights.officer_scope(viewer, today), today, itself=current.programme_id)
    if not store.change(tx, current.programme_id, current.version, dict(changes)):
        raise AppError(Code.ETAG_STALE)
    _note(tx, viewer, "programme.change", current.programme_id, now=now, fields=sorted(changes))
    row = get(tx, viewer, current.programme_id, today=today)
    _restate(tx, viewer, current, row, now=now)
    return row


def remove(tx: Tx, viewer: Viewer, current: ProgrammeRow, *, now: dt.datetime) -> None:
    """Remove a programme that nothing names."""
    rights.require(Right.OFFICER, viewer)
    if store.is_used(tx, current.programme_id):
        raise AppError(Code.IN_USE, "targets or entries belong to this programme")
    if not store.remove(tx, current.programme_id, current.version):
        raise AppError(Code.ETAG_STALE)
    _note(tx, viewer, "programme.remove", current.programme_id, now=now, unit_id=current.unit_id)
    _restate(tx, viewer, current, None, now=now)


def _check(tx: Tx, values: Mapping[str, Any], scope: Scope, today: dt.date, *, itself: int | None = None) -> None:
    first, last = values.get("from_on"), values.get("until_on")
    if first is not None and last is not None and last < first:
        raise AppError(Code.DATE_ORDER, "a programme does not end before it begins", field="until")
    continued = values.get("continues_id")
    if continued is not None and (continued == itself or not _binds(tx, continued, scope, today)):
        raise AppError(Code.FIELD_INVALID, "continues_id: there is no such programme", field="continues_id")
    if continued is not None and itself is not None and _goes_round(tx, continued, itself, scope):
        raise AppError(Code.FIELD_INVALID, "continues_id: that programme continues this one", field="continues_id")
    directives = values.get("directive_ids")
    if directives and not store.hold_directives(tx, directives):
        raise AppError(Code.FIELD_INVALID, "directive_ids: there is no such directive", field="directive_ids")


def _binds(tx: Tx, programme_id: int, scope: Scope, today: dt.date) -> bool:
    """Tell whether a programme binds the scope; if so, it stays until the transaction ends."""
    return store.find(tx, programme_id, scope, binding=True, on=today) is not None and store.hold(tx, programme_id)


def _goes_round(tx: Tx, continued: int, itself: int, scope: Scope) -> bool:
    """Tell whether a programme would in the end continue itself."""
    before = (link for link in programme_chains.list_chain(tx, continued, scope) if link.place < 0)
    return any(link.programme_id == itself for link in before)


def _restate(
    tx: Tx, viewer: Viewer, before: ProgrammeRow | None, after: ProgrammeRow | None, *, now: dt.datetime
) -> None:
    """Tell the closed periods in which the programme ran or runs."""
    rows = [row for row in (before, after) if row is not None]
    told = [None if row is None else _told(row) for row in (before, after)]
    reaches = [running(row.unit_id, row.from_on, row.until_on) for row in rows]
    restate_binding(tx, viewer, f"programme:{rows[0].programme_id}", reaches, *told, now=now)


def _told(row: ProgrammeRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "from": None if row.from_on is None else row.from_on.isoformat(),
        "until": None if row.until_on is None else row.until_on.isoformat(),
        "is_new": row.is_new,
        "wide_reach_clicks": row.wide_reach_clicks,
        "amount": row.outcome_amount,
        "qualifier": row.outcome_qualifier,
        "outcome": row.outcome_words,
        "measures": list(row.measures),
        "directive_ids": list(row.directive_ids),
    }


def _note(tx: Tx, viewer: Viewer, action: str, programme_id: int, *, now: dt.datetime, **facts: Any) -> None:
    audit.record(tx, at=now, actor=viewer.account_id, action=action, subject=f"programme:{programme_id}", **facts)
