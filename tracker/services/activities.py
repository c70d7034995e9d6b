"""The register of counted activities: study sessions, contests and the like of a unit in a period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text, fold
from tracker.domain.periods import Period
from tracker.domain.rights import Right
from tracker.services import programmes, scoped
from tracker.services.paging import cut
from tracker.services.restating_registers import Entry, restate_row
from tracker.store import activities as store
from tracker.store import audit, units
from tracker.store.activities import ActivityFilter, ActivityRow
from tracker.store.register_rows import columns_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tracker.domain.activities import ActivityTotal
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx

__all__ = ["ActivityRow"]  # its callers know the row, not the store

TOTALS_MOST = 200  # names that are summed


@dataclass(frozen=True, slots=True, kw_only=True)
class NewActivity:
    """An activity to be registered; participants None: not known, which is not zero."""

    unit_id: int
    name: str
    period: Period
    activity_count: int
    participant_count: int | None = None
    programme_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityPage:
    """A page of activities with the totals over all that are asked for; `after` where more follow.

    Of more than TOTALS_MOST names those that were counted most are summed: `totals_cut`.
    """

    items: list[ActivityRow]
    unit_names: Mapping[int, str]
    totals: list[ActivityTotal]
    totals_cut: bool
    after: int | None


def create(tx: Tx, viewer: Viewer, new: NewActivity, *, now: dt.datetime, today: dt.date) -> ActivityRow:
    """Register an activity of a unit in one's scope."""
    rights.require(Right.OFFICER, viewer)
    scoped.require_unit(tx, new.unit_id, rights.officer_scope(viewer, today))
    programmes.require_binding(tx, viewer, new.programme_id, today=today)
    stated = columns_of(new) | {"period": str(new.period), "name": _name(new.name)}
    made = store.add(tx, stated | {"created_at": now})
    _note(tx, viewer, "activity.create", made, now=now, unit_id=new.unit_id, count=new.activity_count)
    row = get(tx, viewer, made, today=today)
    restate_row(tx, viewer, f"activity:{made}", new.unit_id, _entry, None, row, now=now)
    return row


def get(tx: Tx, viewer: Viewer, activity_id: int, *, today: dt.date) -> ActivityRow:
    """Get an activity of one's scope."""
    rights.require(Right.READ, viewer)
    return scoped.get_found(store.find(tx, activity_id, rights.officer_scope(viewer, today)))


def list_page(
    tx: Tx,
    viewer: Viewer,
    *,
    unit_id: int | None,
    period: Period | None,
    name: str | None = None,
    after: int | None,
    limit: int,
    today: dt.date,
) -> ActivityPage:
    """List the activities of a unit and all below it, of a period or one inside it, with totals by name."""
    rights.require(Right.READ, viewer)
    scope = rights.officer_scope(viewer, today)
    scoped.require_asked(tx, unit_id, scope)
    asked = ActivityFilter(unit_id=unit_id, period=period, name=name)
    rows, more = cut(
        store.list_page(tx, scope, asked, after=after, limit=limit + 1), limit, lambda row: row.activity_id
    )
    totals = store.tally(tx, scope, asked, limit=TOTALS_MOST + 1)
    return ActivityPage(
        items=rows,
        unit_names=units.list_names(tx, {row.unit_id for row in rows}, today),
        totals=sorted(totals[:TOTALS_MOST], key=lambda total: (fold(total.name), total.name)),
        totals_cut=len(totals) > TOTALS_MOST,
        after=more,
    )


def change(
    tx: Tx, viewer: Viewer, current: ActivityRow, changes: Mapping[str, Any], *, now: dt.datetime, today: dt.date
) -> ActivityRow:
    """Change an activity; `changes` holds the fields of NewActivity that are to be different, but for the unit."""
    rights.require(Right.OFFICER, viewer)
    fields = dict(changes)
    if "name" in fields:
        fields["name"] = _name(fields["name"])
    if "period" in fields:
        fields["period"] = str(fields["period"])
    programmes.require_binding(tx, viewer, fields.get("programme_id"), today=today)
    if not store.change(tx, current.activity_id, current.version, fields):
        raise AppError(Code.ETAG_STALE)
    _note(tx, viewer, "activity.change", current.activity_id, now=now, fields=sorted(changes))
    row = get(tx, viewer, current.activity_id, today=today)
    restate_row(tx, viewer, f"activity:{current.activity_id}", current.unit_id, _entry, current, row, now=now)
    return row


def remove(tx: Tx, viewer: Viewer, current: ActivityRow, *, now: dt.datetime) -> None:
    """Remove an activity."""
    rights.require(Right.OFFICER, viewer)
    if not store.remove(tx, current.activity_id, current.version):
        raise AppError(Code.ETAG_STALE)
    _note(tx, viewer, "activity.remove", current.activity_id, now=now, unit_id=current.unit_id)
    restate_row(tx, viewer, f"activity:{current.activity_id}", current.unit_id, _entry, current, None, now=now)


def _name(text: str) -> str:
    """Give the name of an activity as it is summed by: single spaces."""
    return " ".join(clean_text(text).split())


def _entry(row: ActivityRow) -> Entry:
    counts = {"count": row.activity_count, "participants": row.participant_count}
    return Entry(periods=[Period.parse(row.period)], facts={"name": row.name, "period": row.period, **counts})


def _note(tx: Tx, viewer: Viewer, action: str, activity_id: int, *, now: dt.datetime, **facts: Any) -> None:
    audit.record(tx, at=now, actor=viewer.account_id, action=action, subject=f"activity:{activity_id}", **facts)
