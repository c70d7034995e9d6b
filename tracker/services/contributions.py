"""Contributions: what each member gave and which obligations were met. In the order of names: nobody is ranked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import reach
from tracker.domain.figures import Figure, hide_small
from tracker.domain.types import Role
from tracker.services.asked import get_asked
from tracker.services.ledgers import open_ledger
from tracker.services.progress import unit_names, view_of

if TYPE_CHECKING:
    import datetime as dt
    from zoneinfo import ZoneInfo

    from tracker.domain.contribution import Contribution, UnitTotal
    from tracker.domain.periods import Period
    from tracker.domain.types import UnitId, Viewer
    from tracker.services.asked import Asked
    from tracker.services.ledgers import Opened
    from tracker.services.progress import ProgressView
    from tracker.store.db import Tx
    from tracker.store.freezes import CloseRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionRow:
    """One member's contribution; `counted` False: of a status listed apart."""

    given: Contribution
    full_name: str
    unit_name: str
    counted: bool
    figures: list[Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionView:
    """The contributions of a period, and the unit's total: each claim once."""

    period: Period
    unit_id: UnitId | None
    rows: list[ContributionRow]
    total: UnitTotal
    member_count: int
    close: CloseRow | None


def get(
    tx: Tx, viewer: Viewer, unit_id: int | None, period: Period, *, now: dt.datetime, zone: ZoneInfo
) -> ContributionView:
    """Get the contributions of a period; a member gets their own."""
    asked = get_asked(tx, viewer, unit_id, period, today=now.astimezone(zone).date())
    return _view_of(open_ledger(tx, asked, period, now=now, zone=zone, figures=True), asked, period, viewer)


def get_with_progress(
    tx: Tx, viewer: Viewer, unit_id: int | None, period: Period, *, now: dt.datetime, zone: ZoneInfo
) -> tuple[ProgressView, ContributionView]:
    """Get progress and contributions from one ledger, for a page that shows both; without figures."""
    asked = get_asked(tx, viewer, unit_id, period, today=now.astimezone(zone).date())
    opened = open_ledger(tx, asked, period, now=now, zone=zone, figures=False)
    return view_of(opened, asked, period), _view_of(opened, asked, period, viewer)


def _view_of(opened: Opened, asked: Asked, period: Period, viewer: Viewer) -> ContributionView:
    reckoner = opened.reckoner
    figures, standings = reach.by_member(reckoner, period), reckoner.standings(period)
    names, units = opened.ledger.names, unit_names(opened, period)
    rows = []
    for given in reckoner.contributions(period):
        sees_all = viewer.role is Role.ADMIN or viewer.member_id == given.member_id
        shown = [hide_small(f, may_see_all=sees_all) for f in figures.get(given.member_id, ())]
        rows.append(
            ContributionRow(
                given=given,
                full_name=names.get(given.member_id, ""),
                unit_name=units.get(given.unit_id, "") if given.unit_id is not None else "",
                counted=standings[given.member_id].counted,
                figures=shown,
            )
        )
    return ContributionView(
        period=period,
        unit_id=asked.unit_id,
        rows=rows,
        total=reckoner.total(period),
        member_count=reckoner.member_count(period),
        close=opened.close,
    )
