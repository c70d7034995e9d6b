"""The claims behind a total that progress or contributions print, from the same ledger: frozen where it is closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import reach, rights
from tracker.domain.errors import AppError, Code
from tracker.services.asked import get_asked
from tracker.services.ledgers import open_ledger
from tracker.services.progress import unit_names

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from tracker.domain.claims import ClaimKind
    from tracker.domain.ledger import ClaimRecord
    from tracker.domain.periods import Period
    from tracker.domain.programmes import Target
    from tracker.domain.types import ClaimId, MemberId, UnitId, Viewer
    from tracker.services.ledgers import Opened
    from tracker.store.db import Tx
    from tracker.store.freezes import CloseRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsAsked:
    """Which claims of a period are asked for: those a target counts, of a kind, credited to a member, filed late.

    `own`: of one of the target's own periods alone.
    """

    target_id: int | None = None
    own: Period | None = None
    kind: ClaimKind | None = None
    member_id: int | None = None
    late: bool = False

    def wants(self, claim: ClaimRecord) -> bool:
        """Say whether a claim is of that kind and member, and late where only late ones are asked for."""
        credited = self.member_id is None or self.member_id in claim.fact.credited_ids
        return credited and self.kind in {None, claim.fact.kind} and (claim.late or not self.late)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsBehind:
    """Claims in the order of their days, with the names beside their ids; `target` where one counts them.

    `known`: those whose own page the viewer may open; what a member gave before coming here is another unit's.
    """

    claims: Sequence[ClaimRecord]
    known: frozenset[ClaimId]
    target: Target | None
    names: Mapping[MemberId, str]
    unit_names: Mapping[UnitId, str]
    close: CloseRow | None


def list_claims(
    tx: Tx,
    viewer: Viewer,
    unit_id: int | None,
    period: Period,
    asked: ClaimsAsked,
    *,
    now: dt.datetime,
    zone: ZoneInfo,
) -> ClaimsBehind:
    """List the claims behind a total of a unit and all below it; a member gets the ones credited to them.

    Of a member who belongs to the unit: all that is credited to them, wherever they stood on its day.
    """
    today = now.astimezone(zone).date()
    whose = get_asked(tx, viewer, unit_id, period, today=today)
    opened = open_ledger(tx, whose, period, now=now, zone=zone, figures=False)
    target = None if asked.target_id is None else _target(opened, asked.target_id)
    here = reach.claims_in(opened.reckoner, period)
    if target is not None:
        found = _counted(opened, target, period, asked.own)
    elif asked.member_id in opened.reckoner.standings(period):
        found = [claim for claim in opened.ledger.claims if period.contains_day(claim.fact.happened_on)]
    else:
        found = here
    listed = [claim for claim in found if asked.wants(claim)]
    open_to = listed if rights.officer_scope(viewer, today).everything else here
    return ClaimsBehind(
        claims=listed,
        known=frozenset(claim.fact.claim for claim in open_to),
        target=target,
        names=opened.ledger.names,
        unit_names=unit_names(opened, period),
        close=opened.close,
    )


def _target(opened: Opened, target_id: int) -> Target:
    found = next((target for target in opened.ledger.targets if target.target_id == target_id), None)
    if found is None:
        raise AppError(Code.NOT_FOUND)
    return found


def _counted(opened: Opened, target: Target, period: Period, own: Period | None) -> list[ClaimRecord]:
    items = opened.reckoner.progresses(period, begun_only=True)
    periods = [item.period for of, item in items if of is target and own in {None, item.period}]
    counted = {fact.claim for one in periods for fact in opened.reckoner.pieces(target, one)}
    return [claim for claim in opened.ledger.claims if claim.fact.claim in counted]
