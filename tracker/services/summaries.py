"""What was done in a month in a viewer's scope, in a fixed number of short statements: for the first page.

The same totals as progress and reports print, but nothing is reckoned person by person; as it is now, whatever was
closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.contribution import UnitTotal
from tracker.domain.organisation import deciding_day
from tracker.domain.rights import Right
from tracker.services import office_rules
from tracker.store import summaries as store

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.periods import Period
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How many count, and the distinct accepted claims of a period by kind."""

    member_count: int
    total: UnitTotal


def get_overview(tx: Tx, viewer: Viewer, period: Period, *, today: dt.date) -> Overview:
    """Get the overview of a period for the viewer's unit and all below it, or for the whole organisation."""
    rights.require(Right.READ, viewer)
    scope = rights.officer_scope(viewer, today)
    statuses = office_rules.book(tx).of(period).counting.statuses
    counts = store.count_claims(tx, scope, period.start_on, period.end_on)
    return Overview(
        member_count=store.count_members(tx, scope, deciding_day(period, today), statuses),
        total=UnitTotal(
            shares=counts.get("share", 0),
            authored=counts.get("authored", 0),
            presentations=counts.get("presentation", 0),
        ),
    )
