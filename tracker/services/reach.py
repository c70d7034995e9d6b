"""Reach: the figures of a unit's period by article, unit, channel, day, source or claim. Sharers are never listed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.domain import reach, rights
from tracker.domain.figures import Figure, hide_small
from tracker.domain.month_sums import months_of
from tracker.domain.reach import ReachBy
from tracker.domain.reach_sums import SUMMED
from tracker.domain.rights import Right
from tracker.domain.types import Role
from tracker.services import reach_months
from tracker.services.asked import get_asked
from tracker.services.ledgers import open_frame, open_ledger

if TYPE_CHECKING:
    import datetime as dt
    from zoneinfo import ZoneInfo

    from tracker.domain.periods import Period
    from tracker.domain.reach import ReachItem
    from tracker.domain.types import UnitId, Viewer
    from tracker.services.asked import Asked
    from tracker.store.db import Tx
    from tracker.store.freezes import CloseRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachView:
    """Figures by subject, and over all of them; measures and grades stay apart."""

    period: Period
    unit_id: UnitId | None
    items: list[ReachItem]
    totals: list[Figure]
    close: CloseRow | None


def get(
    tx: Tx,
    viewer: Viewer,
    unit_id: int | None,
    period: Period,
    by: ReachBy,
    *,
    now: dt.datetime,
    zone: ZoneInfo,
) -> ReachView:
    """Get the reach of a period; an administrator sees every value, others none of clicks below five but their own.

    Nor one that total and list would give away: then the total has bounds in place of a value.
    """
    rights.require(Right.READ, viewer)
    asked = get_asked(tx, viewer, unit_id, period, today=now.astimezone(zone).date())
    sees_all = viewer.role is Role.ADMIN
    found = None
    if asked.member_id is None and by in SUMMED and months_of(period) is not None:
        people = by is ReachBy.UNIT or asked.unit_id is not None
        frame = open_frame(tx, asked, period, now=now, zone=zone, people=people)
        if frame is not None:
            found = reach_months.find(tx, frame.reckoner, period, by, sees_all=sees_all, own=viewer.member_id)
    if found is not None:
        return _view(asked, period, viewer, *found, close=None)
    opened = open_ledger(tx, asked, period, now=now, zone=zone, figures=True)
    items = reach.reach(opened.reckoner, period, by)
    totals = reach.shown_totals(opened.reckoner, period, sees_all=sees_all, own=viewer.member_id)
    return _view(asked, period, viewer, items, totals, close=opened.close)


def _view(
    asked: Asked, period: Period, viewer: Viewer, items: list[ReachItem], totals: list[Figure], close: CloseRow | None
) -> ReachView:
    shown = [_shown(item, viewer) for item in items]
    return ReachView(period=period, unit_id=asked.unit_id, items=shown, totals=totals, close=close)


def _shown(item: ReachItem, viewer: Viewer) -> ReachItem:
    sees_all = viewer.role is Role.ADMIN or (item.sharer_id is not None and item.sharer_id == viewer.member_id)
    return replace(item, figures=tuple(hide_small(f, may_see_all=sees_all) for f in item.figures))
