"""Progress: what was done against each target in each of its periods, for a unit and all below it, or for oneself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import month_sums as sums_rules
from tracker.domain.month_sums import months_of
from tracker.domain.organisation import deciding_day
from tracker.services.asked import get_asked
from tracker.services.ledgers import complete, open_frame, open_ledger
from tracker.services.month_sums import find_progress

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from tracker.domain.ledger import ProgrammeRecord
    from tracker.domain.month_sums import ProgressSums
    from tracker.domain.periods import Period
    from tracker.domain.programmes import Target
    from tracker.domain.progress import Coverage, ProgressRow, TargetProgress
    from tracker.domain.types import MemberId, ProgrammeId, UnitId, Viewer
    from tracker.services.asked import Asked
    from tracker.services.ledgers import Opened
    from tracker.store.db import Tx
    from tracker.store.freezes import CloseRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressView:
    """Progress with the names beside its ids; `close` where the rows are those of a closed period."""

    period: Period
    unit_id: UnitId | None
    items: list[tuple[Target, TargetProgress]]
    coverage: list[Coverage]
    names: Mapping[MemberId, str]
    unit_names: Mapping[UnitId, str]
    programmes: Mapping[ProgrammeId, ProgrammeRecord]
    close: CloseRow | None

    def name_of(self, row: ProgressRow) -> str:
        """Give whose row it is: a member's name, or a unit's."""
        if row.member_id is not None:
            return self.names.get(row.member_id, "")
        return self.unit_names.get(row.unit_id, "") if row.unit_id is not None else ""


def get(
    tx: Tx, viewer: Viewer, unit_id: int | None, period: Period, *, now: dt.datetime, zone: ZoneInfo
) -> ProgressView:
    """Get the progress of a period: one item a target and own period inside it; a member gets their own rows."""
    asked = get_asked(tx, viewer, unit_id, period, today=now.astimezone(zone).date())
    opened, sums = open_sums(tx, asked, period, now=now, zone=zone)
    return view_of(opened, asked, period, sums)


def open_sums(
    tx: Tx, asked: Asked, period: Period, *, now: dt.datetime, zone: ZoneInfo
) -> tuple[Opened, ProgressSums | None]:
    """Open what progress is reckoned from: sums beside who owes what, else a ledger of every claim, without figures."""
    if asked.member_id is None and months_of(period) is not None:
        frame = open_frame(tx, asked, period, now=now, zone=zone)
        if frame is not None:
            sums = find_progress(tx, frame.reckoner, period)
            return frame if sums is not None else complete(tx, frame, figures=False), sums
    return open_ledger(tx, asked, period, now=now, zone=zone, figures=False), None


def view_of(opened: Opened, asked: Asked, period: Period, sums: ProgressSums | None = None) -> ProgressView:
    """Reckon the progress of a period from what is open already: from sums where they are given, else from claims."""
    reckoner, ledger = opened.reckoner, opened.ledger
    return ProgressView(
        period=period,
        unit_id=asked.unit_id,
        items=reckoner.progresses(period) if sums is None else sums_rules.progresses(reckoner, period, sums),
        coverage=reckoner.coverages(period) if sums is None else sums_rules.coverages(reckoner, period, sums),
        names=ledger.names,
        unit_names=unit_names(opened, period),
        programmes=ledger.programmes,
        close=opened.close,
    )


def unit_names(opened: Opened, period: Period) -> dict[UnitId, str]:
    """Give what the units of a ledger were called at the end of a period."""
    day = deciding_day(period, opened.ledger.today)
    return {unit_id: opened.reckoner.unit_name(unit_id, day) for unit_id in opened.ledger.units}
