"""Progress: what was done against each target in each of its periods, for a unit and all below it, or for oneself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.organisation import deciding_day
from tracker.services.asked import get_asked
from tracker.services.ledgers import open_ledger

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from tracker.domain.ledger import ProgrammeRecord
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
    return view_of(open_ledger(tx, asked, period, now=now, zone=zone, figures=False), asked, period)


def view_of(opened: Opened, asked: Asked, period: Period) -> ProgressView:
    """Reckon the progress of a period from a ledger that is open already."""
    reckoner, ledger = opened.reckoner, opened.ledger
    return ProgressView(
        period=period,
        unit_id=asked.unit_id,
        items=reckoner.progresses(period),
        coverage=reckoner.coverages(period),
        names=ledger.names,
        unit_names=unit_names(opened, period),
        programmes=ledger.programmes,
        close=opened.close,
    )


def unit_names(opened: Opened, period: Period) -> dict[UnitId, str]:
    """Give what the units of a ledger were called at the end of a period."""
    day = deciding_day(period, opened.ledger.today)
    return {unit_id: opened.reckoner.unit_name(unit_id, day) for unit_id in opened.ledger.units}
