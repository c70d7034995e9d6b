"""Why a member's result is what it is: the rule, the standing, and the rows it was read from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.domain import contribution, rights
from tracker.domain.errors import AppError, Code
from tracker.domain.organisation import MemberHistory, deciding_day, unit_on
from tracker.domain.programmes import TargetWho
from tracker.domain.rights import Right
from tracker.domain.types import MemberId, Role
from tracker.services import scoped
from tracker.services.asked import Asked, reads_unit
from tracker.services.ledgers import open_ledger
from tracker.services.progress import unit_names
from tracker.store import claims_read

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from tracker.domain.contribution import Explanation
    from tracker.domain.ledger import ClaimRecord, Ledger
    from tracker.domain.periods import Lang, Period
    from tracker.domain.programmes import Target
    from tracker.domain.reckoning import Reckoner
    from tracker.domain.types import ClaimId, UnitId, Viewer
    from tracker.services.ledgers import Opened
    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainView:
    """An explanation with the names beside its ids; `period` is the target's own, `policy` what holds of lateness.

    `known`: claims whose own page the viewer may open; what a member gave before coming here is another unit's.
    """

    member_id: MemberId
    full_name: str
    target: Target
    period: Period
    why: Explanation
    claims: list[ClaimRecord]
    known: frozenset[ClaimId]
    unit_names: Mapping[UnitId, str]
    closed: bool
    policy: str

    @property
    def aimed(self) -> int | None:
        """Give how many are aimed at over the rows that are asked for, where the target names an aim."""
        return None if self.target.aim is None else self.target.aim * self.why.wanted // self.target.minimum


def get(
    tx: Tx,
    viewer: Viewer,
    member_id: int,
    target_id: int,
    period: Period,
    *,
    lang: Lang,
    now: dt.datetime,
    zone: ZoneInfo,
) -> ExplainView:
    """Explain one member's result for one target; of several own periods inside the asked one, the first not met.

    An officer explains the results of those who stand in their scope, or stood there in the period; a member their own.
    """
    rights.require(Right.READ_OR_SELF, viewer)
    today = now.astimezone(zone).date()
    member = _get_member(tx, viewer, member_id, period, today)
    opened = open_ledger(tx, Asked(unit_id=None, member_id=member), period, now=now, zone=zone, figures=False)
    target = next((t for t in opened.ledger.targets if t.target_id == target_id), None)
    if target is None:
        raise AppError(Code.NOT_FOUND)
    periods = [p for p in opened.reckoner.own_periods(target, period) if p.start_on <= opened.ledger.today]
    if not periods:
        raise AppError(Code.NOT_FOUND, "the target asks nothing in this period")
    if target.who is TargetWho.UNIT:
        opened = _of_unit(tx, viewer, opened, member, periods[-1], now=now, zone=zone)
    found = [(p, _explain(opened.reckoner, member, target, p, lang)) for p in periods]
    own, why = next(((p, w) for p, w in found if w.result is contribution.Result.BELOW), found[-1])
    claims = {claim.fact.claim: claim for claim in opened.ledger.claims}
    counted = [claims[claim_id] for claim_id in why.claims]
    return ExplainView(
        member_id=member,
        full_name=opened.ledger.names.get(member, ""),
        target=target,
        period=own,
        why=why,
        claims=counted,
        known=_known(tx, viewer, counted, today),
        unit_names=unit_names(opened, own),
        closed=opened.close is not None,
        policy=_policy(opened.ledger, own, lang),
    )


def _known(tx: Tx, viewer: Viewer, claims: list[ClaimRecord], today: dt.date) -> frozenset[ClaimId]:
    """Give those of some claims that lie in the viewer's scope or are credited to them."""
    units = claims_read.units_in_scope(tx, {c.fact.unit_id for c in claims}, rights.scope_of(viewer, today))
    facts = (claim.fact for claim in claims)
    return frozenset(f.claim for f in facts if f.unit_id in units or viewer.member_id in f.credited_ids)


def _get_member(tx: Tx, viewer: Viewer, member_id: int, period: Period, today: dt.date) -> MemberId:
    """Refuse with `thing.not_found` a member who is neither oneself nor, today or at the period's end, in scope."""
    scope = rights.officer_scope(viewer, today)
    if member_id != viewer.member_id:
        scoped.require_member(tx, member_id, scope, replace(scope, on=deciding_day(period, today)))
    return MemberId(member_id)


def _of_unit(
    tx: Tx, viewer: Viewer, opened: Opened, member_id: MemberId, period: Period, *, now: dt.datetime, zone: ZoneInfo
) -> Opened:
    """Open the ledger of the member's unit, whose claims a target of the unit is met by; for officers only."""
    today = opened.ledger.today
    person = opened.ledger.people.get(member_id)
    unit_id = unit_on(person.history.memberships, deciding_day(period, today)) if person else None
    if unit_id is None or viewer.role is Role.MEMBER or not reads_unit(tx, viewer, unit_id, period, today=today):
        return opened
    return open_ledger(tx, Asked(unit_id=unit_id), period, now=now, zone=zone, figures=False)


def _explain(reckoner: Reckoner, member_id: MemberId, target: Target, period: Period, lang: Lang) -> Explanation:
    ledger = reckoner.ledger
    person = ledger.people.get(member_id)
    history = person.history if person else MemberHistory(memberships=())
    return contribution.explain(
        member_id,
        target,
        period,
        history,
        reckoner.facts,
        ledger.assignments,
        today=ledger.today,
        counting=ledger.rules.of(period).counting,
        bound=_is_bound(reckoner, history, target, period),
        lang=lang,
    )


def _is_bound(reckoner: Reckoner, history: MemberHistory, target: Target, period: Period) -> bool:
    """Tell whether the target's programme binds the unit in which the member stood on the deciding day."""
    day = deciding_day(period, reckoner.ledger.today)
    unit_id = unit_on(history.memberships, day)
    return unit_id is None or unit_id in reckoner.bound_on(target, day)


def _policy(ledger: Ledger, period: Period, lang: Lang) -> str:
    """Say what holds of lateness in a period; how far back one may file is asked of the day of filing."""
    oldest_days = ledger.rules.on(ledger.today).oldest_days
    return replace(ledger.rules.of(period).late, oldest_days=oldest_days).words(lang)
