"""What a close would freeze, for the officer who is about to sign it; and whose names stand behind restatements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.progress import RowState
from tracker.domain.rights import Right
from tracker.domain.types import ClaimId, MemberId, Role, UnitId
from tracker.services.asked import Asked, get_unit
from tracker.services.ledgers import open_ledger
from tracker.services.progress import view_of
from tracker.store import scoping, standings, subject_names, units

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from tracker.domain.contribution import UnitTotal
    from tracker.domain.periods import Period
    from tracker.domain.types import Viewer
    from tracker.services.progress import ProgressView
    from tracker.store.db import Tx
    from tracker.store.freezes import CloseRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosePreview:
    """One unit's period as it stands (or was closed): counts, progress by target, and what still waits.

    `close` is the close that holds it: its own, or of a unit above or a longer period. `may_act`: the viewer may close
    and reopen here. `late_count`: accepted claims that were filed late.
    """

    period: Period
    unit_id: UnitId
    unit_name: str
    member_count: int
    total: UnitTotal
    late_count: int
    waiting_count: int
    progress: ProgressView
    close: CloseRow | None
    closable_on: dt.date
    may_close: bool
    may_act: bool

    @property
    def is_own(self) -> bool:
        """Tell whether exactly this unit and period is closed, so that it can be reopened here."""
        return self.close is not None and (self.close.unit_id, self.close.period) == (self.unit_id, str(self.period))

    @property
    def below_count(self) -> int:
        """Count the obligations not met in what has begun."""
        return sum(row.state is RowState.BELOW for _, item in self.progress.items for row in item.rows)


def get(
    tx: Tx, viewer: Viewer, unit_id: int | None, period: Period, *, now: dt.datetime, zone: ZoneInfo
) -> ClosePreview:
    """Get what a close of a unit's period would freeze now, or what the close that holds it froze."""
    rights.require(Right.READ, viewer)
    today = now.astimezone(zone).date()
    asked = Asked(unit_id=get_unit(tx, viewer, unit_id, period, today=today))
    opened = open_ledger(tx, asked, period, now=now, zone=zone, figures=False)
    reckoner, ledger = opened.reckoner, opened.ledger
    view = view_of(opened, asked, period)
    home = UnitId(asked.unit_id or 0)
    counted = {fact.claim for fact in reckoner.facts_in(period)}
    acts = viewer.role in {Role.OFFICER, Role.ADMIN}
    return ClosePreview(
        period=period,
        unit_id=home,
        unit_name=view.unit_names.get(home, ""),
        member_count=reckoner.member_count(period),
        total=reckoner.total(period),
        late_count=sum(claim.late for claim in ledger.claims if claim.fact.claim in counted),
        waiting_count=sum(
            w.count for w in ledger.waiting if period.contains_day(w.day) and w.unit_id in reckoner.units_on(w.day)
        ),
        progress=view,
        close=opened.close,
        closable_on=period.closable_on,
        may_close=opened.close is None and today >= period.closable_on,
        may_act=acts and scoping.has_unit(tx, home, rights.officer_scope(viewer, today)),
    )


def name_subjects(tx: Tx, subjects: Iterable[str], *, today: dt.date) -> dict[str, str]:
    """Give the names behind the subjects of restatements: a member's, a claim's owner's, a unit's; erased ones ''.

    Of other things what they are called in their register; what was removed meanwhile is left out.
    """
    people: dict[str, int] = {}
    others: dict[str, dict[str, int]] = {}
    for subject in set(subjects):
        sort, _, key = subject.partition(":")
        claim_id = ClaimId.parse(key) if sort == "claim" else None
        if claim_id is not None:
            people[subject] = claim_id.member_id
        elif sort == "member" and key.isdigit():
            people[subject] = int(key)
        elif key.isdigit():
            others.setdefault(sort, {})[subject] = int(key)
    names = standings.list_names(tx, people.values())
    found = {subject: names.get(MemberId(member_id), "") for subject, member_id in people.items()}
    for sort, keys in others.items():
        called = _list_called(tx, sort, list(keys.values()), today)
        found |= {subject: called[key] for subject, key in keys.items() if key in called}
    return found


def _list_called(tx: Tx, sort: str, ids: list[int], today: dt.date) -> dict[int, str]:
    if sort == "unit":
        return dict(units.list_names(tx, ids, today))
    return subject_names.list_names(tx, sort, ids) if sort in subject_names.SORTS else {}
