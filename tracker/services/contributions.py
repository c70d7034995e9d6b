"""Contributions: what each member gave and which obligations were met. In the order of names: nobody is ranked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import month_sums as sums_rules
from tracker.domain import reach
from tracker.domain.figures import Figure, hide_small
from tracker.domain.types import Role
from tracker.services.asked import get_asked
from tracker.services.ledgers import complete, open_frame, open_ledger
from tracker.services.month_sums import find_members, get_total, list_stated
from tracker.services.progress import open_sums, unit_names, view_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from tracker.domain.contribution import Contribution, UnitTotal
    from tracker.domain.periods import Period
    from tracker.domain.types import MemberId, UnitId, Viewer
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
class Reckoned:
    """What was reckoned of a period, from a ledger's rows or from sums."""

    given: Sequence[Contribution]
    figures: Mapping[MemberId, Sequence[Figure]]
    total: UnitTotal


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
    if asked.member_id is None and sums_rules.months_of(period) is not None:
        frame = open_frame(tx, asked, period, now=now, zone=zone)
        if frame is not None:
            reckoned = _from_sums(tx, frame, period) or _from_ledger(complete(tx, frame, figures=True), period)
            return _view_of(frame, asked, period, viewer, reckoned)
    opened = open_ledger(tx, asked, period, now=now, zone=zone, figures=True)
    return _view_of(opened, asked, period, viewer, _from_ledger(opened, period))


def get_with_progress(
    tx: Tx, viewer: Viewer, unit_id: int | None, period: Period, *, now: dt.datetime, zone: ZoneInfo
) -> tuple[ProgressView, ContributionView]:
    """Get progress and contributions from one reading, for a page that shows both; without figures."""
    asked = get_asked(tx, viewer, unit_id, period, today=now.astimezone(zone).date())
    opened, sums = open_sums(tx, asked, period, now=now, zone=zone)
    if sums is None:
        reckoned = _from_ledger(opened, period)
    else:
        given = sums_rules.contributions(opened.reckoner, period, sums.members)
        reckoned = Reckoned(given=given, figures={}, total=get_total(tx, opened.reckoner, period))
    return view_of(opened, asked, period, sums), _view_of(opened, asked, period, viewer, reckoned)


def _from_sums(tx: Tx, frame: Opened, period: Period) -> Reckoned | None:
    """Reckon a period of whole months from sums; None where they do not tell what was asked for."""
    reckoner = frame.reckoner
    sums = find_members(tx, reckoner, period)
    if sums is None:
        return None
    stated = list_stated(tx, reckoner, period)
    return Reckoned(
        given=sums_rules.contributions(reckoner, period, sums),
        figures=reach.by_member_sums(sums.clicks, stated, frame.ledger.cut_off_at),
        total=get_total(tx, reckoner, period),
    )


def _from_ledger(opened: Opened, period: Period) -> Reckoned:
    reckoner = opened.reckoner
    return Reckoned(
        given=reckoner.contributions(period),
        figures=reach.by_member(reckoner, period),
        total=reckoner.total(period),
    )


def _view_of(opened: Opened, asked: Asked, period: Period, viewer: Viewer, reckoned: Reckoned) -> ContributionView:
    reckoner, names, units = opened.reckoner, opened.ledger.names, unit_names(opened, period)
    standings = reckoner.standings(period)
    rows = []
    for given in reckoned.given:
        sees_all = viewer.role is Role.ADMIN or viewer.member_id == given.member_id
        rows.append(
            ContributionRow(
                given=given,
                full_name=names.get(given.member_id, ""),
                unit_name=units.get(given.unit_id, "") if given.unit_id is not None else "",
                counted=standings[given.member_id].counted,
                figures=[hide_small(f, may_see_all=sees_all) for f in reckoned.figures.get(given.member_id, ())],
            )
        )
    return ContributionView(
        period=period,
        unit_id=asked.unit_id,
        rows=rows,
        total=reckoned.total,
        member_count=reckoner.member_count(period),
        close=opened.close,
    )
