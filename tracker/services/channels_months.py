"""Monthly totals of channels whose posts are not itemised: stated, stated anew, taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.channels import ChannelTotals, MonthTotal, sum_months
from tracker.domain.errors import AppError, Code
from tracker.domain.periods import Period, PeriodKind
from tracker.domain.rights import Right
from tracker.services import channels, scoped
from tracker.services.restating_registers import Entry, restate_row
from tracker.store import channels_months as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tracker.domain.figures import Figure, Measure
    from tracker.domain.types import Viewer
    from tracker.services.channels import ChannelRow
    from tracker.store.db import Tx

__all__ = ["MonthTotal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMonth:
    """What is stated of a month; a measure that is left out is not known, which is not zero."""

    month: Period
    post_count: int
    values: Mapping[Measure, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthPage:
    """The months of a channel with their sums; reach of several is between bounds."""

    items: list[MonthTotal]
    totals: ChannelTotals
    figures: list[Figure]


def put(tx: Tx, viewer: Viewer, channel: ChannelRow, new: NewMonth, *, now: dt.datetime, today: dt.date) -> MonthTotal:
    """State a month's total of a channel, in place of what was stated before."""
    rights.require(Right.OFFICER, viewer)
    if new.month.kind is not PeriodKind.MONTH:
        raise AppError(Code.PERIOD_INVALID, "month: a month such as 2024-05", field="month")
    if new.month.start_on > today:
        raise AppError(Code.FIELD_INVALID, "month: this one has not begun", field="month")
    month = str(new.month)
    before = store.find(tx, channel.channel_id, month)
    if before is not None and _says_the_same(before, new):
        return before
    version = store.put(
        tx,
        channel.channel_id,
        month,
        post_count=new.post_count,
        values=new.values,
        at=now,
        by=viewer.account_id,
    )
    facts = {"month": month, "count": new.post_count, "version": version}
    channels.note(tx, viewer, "channel.month", channel.channel_id, now=now, **facts)
    stated = get(tx, viewer, channel, month)
    restate_row(tx, viewer, f"channel:{channel.channel_id}", channel.unit_id, _entry, before, stated, now=now)
    return stated


def get(tx: Tx, viewer: Viewer, channel: ChannelRow, month: str) -> MonthTotal:
    """Get what is stated of a month."""
    rights.require(Right.READ, viewer)
    return scoped.get_found(store.find(tx, channel.channel_id, month))


def list_all(tx: Tx, viewer: Viewer, channel: ChannelRow, period: Period | None) -> MonthPage:
    """List the months of a channel, or those inside a period, with what they come to."""
    rights.require(Right.READ, viewer)
    months = store.list_all(tx, channel.channel_id, period)
    totals, figures = sum_months(months)
    return MonthPage(items=months, totals=totals, figures=figures)


def remove(tx: Tx, viewer: Viewer, channel: ChannelRow, current: MonthTotal, *, now: dt.datetime) -> None:
    """Take back what is stated of a month."""
    rights.require(Right.OFFICER, viewer)
    if not store.remove(tx, current.channel_id, current.month, current.version):
        raise AppError(Code.ETAG_STALE)
    channels.note(tx, viewer, "channel.month_remove", current.channel_id, now=now, month=current.month)
    restate_row(tx, viewer, f"channel:{channel.channel_id}", channel.unit_id, _entry, current, None, now=now)


def _says_the_same(before: MonthTotal, new: NewMonth) -> bool:
    stated = {measure: new.values.get(measure) for measure in before.values}
    return before.post_count == new.post_count and dict(before.values) == stated


def _entry(row: MonthTotal) -> Entry:
    values, named = {measure.value: value for measure, value in row.values.items()}, {"month": row.month}
    return Entry(periods=[Period.parse(row.month)], facts={"posts": row.post_count, **values}, named=named)
