"""Moving a member to another unit or status, and leaving: how dated memberships follow from one another.

Pure. Memberships handed in are one member's of one sort (main, or temporary); these never overlap.
What a membership counts for stands in organisation.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tracker.domain.errors import AppError, Code
from tracker.domain.organisation import Membership

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from tracker.domain.organisation import MemberStatus
    from tracker.domain.types import UnitId


def stay_on(stays: Sequence[Membership], day: dt.date) -> Membership | None:
    """Find the membership of a day."""
    return next((s for s in stays if s.covers(day)), None)


def move(
    stays: Sequence[Membership], *, unit_id: UnitId, status: MemberStatus, since: dt.date, temporary: bool = False
) -> list[Membership]:
    """Let a member stand in a unit from a day on, until what was known to end or to follow; closes the stay before."""
    here = stay_on(stays, since)
    following = min((s.since for s in stays if s.since > since), default=None)
    until = here.until if here else following
    made = Membership(unit_id=unit_id, status=status, since=since, until=until, temporary=temporary)
    return _joined([*_cut(stays, here, since), made])


def leave(stays: Sequence[Membership], since: dt.date) -> list[Membership]:
    """End the stay of a day before that day; a member who stands nowhere on it cannot leave."""
    here = stay_on(stays, since)
    if here is None:
        raise AppError(Code.MEMBERSHIP_NONE, f"the member stands in no unit on {since}")
    return _joined(_cut(stays, here, since))


def _cut(stays: Sequence[Membership], here: Membership | None, since: dt.date) -> list[Membership]:
    """Cut the stay of a day where that day begins."""
    kept = [s for s in stays if s is not here]
    return [*kept, replace(here, until=since)] if here and here.since < since else kept


def _joined(stays: list[Membership]) -> list[Membership]:
    """Join neighbours that say the same."""
    out: list[Membership] = []
    for stay in sorted(stays, key=lambda s: s.since):
        last = out[-1] if out else None
        if last and (last.until, last.unit_id, last.status) == (stay.since, stay.unit_id, stay.status):
            out[-1] = replace(last, until=stay.until)
        else:
            out.append(stay)
    return out
