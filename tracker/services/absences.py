"""An absence that was typed wrong: changed or removed by an officer; the log and closed periods tell of it.

Putting one down stands in members.py.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text
from tracker.domain.restatement import Days
from tracker.domain.rights import Right
from tracker.services import closes, members, restating
from tracker.store import audit
from tracker.store import members as store

if TYPE_CHECKING:
    from tracker.domain.members import AbsenceRow
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx


def get(tx: Tx, viewer: Viewer, member_id: int, absence_id: int, *, today: dt.date) -> AbsenceRow:
    """Get an absence of a member of the officer's scope."""
    rights.require(Right.OFFICER, viewer)
    members.require_in_scope(tx, viewer, member_id, today=today)
    found = [row for row in store.list_absences(tx, member_id) if row.absence_id == absence_id]
    if not found:
        raise AppError(Code.NOT_FOUND)
    return found[0]


def change(
    tx: Tx,
    viewer: Viewer,
    had: AbsenceRow,
    *,
    from_on: dt.date,
    until_on: dt.date,
    reason: str,
    now: dt.datetime,
    today: dt.date,
) -> None:
    """Change an absence that still is as it was read."""
    get(tx, viewer, had.member_id, had.absence_id, today=today)
    members.check_away(from_on, until_on)
    closes.hold(tx)
    told = clean_text(reason)
    if not store.change_absence(tx, had, from_on=from_on, until_on=until_on, reason=told, by=viewer.account_id):
        raise AppError(Code.ETAG_STALE)
    _tell(tx, viewer, had, (from_on, until_on), now=now)


def remove(tx: Tx, viewer: Viewer, had: AbsenceRow, *, now: dt.datetime, today: dt.date) -> None:
    """Remove an absence that still is as it was read."""
    get(tx, viewer, had.member_id, had.absence_id, today=today)
    closes.hold(tx)
    if not store.remove_absence(tx, had):
        raise AppError(Code.ETAG_STALE)
    _tell(tx, viewer, had, None, now=now)


def _tell(tx: Tx, viewer: Viewer, had: AbsenceRow, after: tuple[dt.date, dt.date] | None, *, now: dt.datetime) -> None:
    """Write down what was changed, in the log and in the closed periods that hold one of the days."""
    stays = store.list_stays(tx, [had.member_id]).get(had.member_id, [])
    before = _days(had.from_on, had.until_on)
    new = None if after is None else _days(*after)
    restating.restate_absence(tx, viewer, had.member_id, stays, before=before, after=new, now=now)
    action = "member.absence_remove" if after is None else "member.absence_change"
    from_on, until_on = after or (had.from_on, had.until_on)
    facts = {"absence_id": had.absence_id, "from": from_on.isoformat(), "until": until_on.isoformat()}
    audit.record(tx, at=now, actor=viewer.account_id, action=action, subject=f"member:{had.member_id}", **facts)


def _days(from_on: dt.date, until_on: dt.date) -> Days:
    return Days(from_on=from_on, until_on=until_on + dt.timedelta(days=1))
