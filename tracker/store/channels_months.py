"""Stated monthly totals of channels as stored: one row a channel and month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from tracker.domain.channels import MONTH_MEASURES, MonthTotal
from tracker.domain.period_ranges import range_inside
from tracker.domain.periods import PeriodKind
from tracker.store.tables.registers import ChannelMonth

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from typing import Any

    from tracker.domain.figures import Measure
    from tracker.domain.periods import Period
    from tracker.domain.types import AccountId
    from tracker.store.db import Tx

_OWN = (
    *(ChannelMonth.channel_id, ChannelMonth.month, ChannelMonth.post_count, ChannelMonth.reach),
    *(ChannelMonth.engagements, ChannelMonth.reach_engagements, ChannelMonth.entered_at, ChannelMonth.version),
)


def put(
    tx: Tx,
    channel_id: int,
    month: str,
    *,
    post_count: int,
    values: Mapping[Measure, int | None],
    at: dt.datetime,
    by: AccountId,
) -> int:
    """State a month's total, in place of what was stated before; give the version it stands at."""
    stated = {
        "post_count": post_count,
        "entered_at": at,
        "entered_by": by,
        **{measure.value: values.get(measure) for measure in MONTH_MEASURES},
    }
    statement = tx.insert(ChannelMonth).values(channel_id=channel_id, month=month, version=1, **stated)
    put_over = statement.on_conflict_do_update(
        index_elements=[ChannelMonth.channel_id, ChannelMonth.month],
        set_=stated | {"version": ChannelMonth.version + 1},
    )
    version: int = tx.scalar(put_over.returning(ChannelMonth.version))
    return version


def find(tx: Tx, channel_id: int, month: str) -> MonthTotal | None:
    """Find what is stated of a month."""
    row = tx.first(select(*_OWN).where(ChannelMonth.channel_id == channel_id, ChannelMonth.month == month))
    return None if row is None else _total(row)


def list_all(tx: Tx, channel_id: int, asked: Period | None) -> list[MonthTotal]:
    """List the months of a channel, or those inside a period, in their order; few, for there are twelve a year."""
    query = select(*_OWN).where(ChannelMonth.channel_id == channel_id).order_by(ChannelMonth.month)
    if asked is not None:
        bounds = range_inside(PeriodKind.MONTH, asked)
        if bounds is None:
            return []
        query = query.where(ChannelMonth.month >= str(bounds[0]), ChannelMonth.month <= str(bounds[1]))
    return [_total(row) for row in tx.all(query)]


def remove(tx: Tx, channel_id: int, month: str, version: int) -> bool:
    """Take back what is stated of a month; False when someone else changed it meanwhile."""
    at = (ChannelMonth.channel_id == channel_id, ChannelMonth.month == month, ChannelMonth.version == version)
    return tx.changed(delete(ChannelMonth).where(*at)) == 1


def _total(row: Any) -> MonthTotal:
    return MonthTotal(
        channel_id=row.channel_id,
        month=row.month,
        post_count=row.post_count,
        entered_at=row.entered_at,
        version=row.version,
        values={measure: getattr(row, measure.value) for measure in MONTH_MEASURES},
    )
