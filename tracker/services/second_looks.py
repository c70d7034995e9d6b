"""Second looks: choosing a share of decisions, judging them anew without the first verdict, settling disagreements.

A second look changes no claim by itself. What an officer may see of it beforehand is the claim as it was filed.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.domain import rights
from tracker.domain.claims import Action, ClaimState, Verdict, check_reason
from tracker.domain.coauthors import CREDITED
from tracker.domain.errors import AppError, Code
from tracker.domain.office_rules import Rule
from tracker.domain.periods import local_date
from tracker.domain.rights import Right
from tracker.domain.second_looks import (
    LOOKED_AT,
    Agreement,
    SecondLook,
    Settlement,
    check_second,
    check_settlement,
    check_settler,
    is_chosen,
)
from tracker.domain.types import Role
from tracker.services import claim_steps, claims, office_rules
from tracker.store import audit, claims_read, coauthors, office_settings
from tracker.store import second_looks as store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.domain.claim_records import ClaimRecord
    from tracker.domain.coauthors import Coauthor
    from tracker.domain.types import ClaimId, Viewer
    from tracker.services.claims import ClaimView
    from tracker.store.db import Tx
    from tracker.store.second_looks import LookMark

KEY = "second_look.key"
KEY_BYTES = 32
TALLY_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class LookView:
    """A claim to be looked at, with its second look; pages of those who have not judged yet show the claim alone."""

    look: SecondLook
    view: ClaimView


@dataclass(frozen=True, slots=True, kw_only=True)
class LookPage:
    """A page of second looks; `after` marks its end where more may follow."""

    items: list[LookView]
    after: LookMark | None


def choose(tx: Tx, row: ClaimRecord, verdict: Verdict, *, step: int, by: Viewer, now: dt.datetime) -> None:
    """Put a decision that was just taken down for a second look, where its turn has come; nobody is told."""
    if verdict not in LOOKED_AT:
        return
    percent = get_percent(tx)
    if not percent or not is_chosen(_key(tx, now), row.claim_id, step, percent=percent):
        return
    look = SecondLook(claim_id=row.claim_id, step=step, first_verdict=verdict, first_by=by.account_id, first_at=now)
    store.add(tx, look, unit_id=row.unit_id)


def list_waiting(
    tx: Tx, viewer: Viewer, *, after: LookMark | None, limit: int, now: dt.datetime, today: dt.date
) -> LookPage:
    """List what the viewer may look at a second time, oldest first."""
    rights.require(Right.READ, viewer)
    scope = rights.officer_scope(viewer, today)
    found = store.list_waiting(
        tx, scope, account_id=viewer.account_id, member_id=viewer.member_id, after=after, limit=limit + 1
    )
    return _page(tx, viewer, found, limit, now=now, today=today)


def list_disagreed(
    tx: Tx, viewer: Viewer, *, after: LookMark | None, limit: int, now: dt.datetime, today: dt.date
) -> LookPage:
    """List the disagreements that the viewer may settle, oldest first."""
    rights.require(Right.READ, viewer)
    account_id = None if viewer.role is Role.ADMIN else viewer.account_id
    scope = rights.officer_scope(viewer, today)
    found = store.list_disagreed(
        tx, scope, account_id=account_id, member_id=viewer.member_id, after=after, limit=limit + 1
    )
    return _page(tx, viewer, found, limit, now=now, today=today)


def count_open(tx: Tx, viewer: Viewer, *, today: dt.date) -> int:
    """Count what the viewer may look at a second time or settle."""
    rights.require(Right.READ, viewer)
    return store.count_open(
        tx,
        rights.officer_scope(viewer, today),
        account_id=viewer.account_id,
        member_id=viewer.member_id,
        administers=viewer.role is Role.ADMIN,
    )


def record(
    tx: Tx,
    viewer: Viewer,
    claim_id: ClaimId,
    verdict: Verdict,
    reason: str | None,
    *,
    now: dt.datetime,
    zone: dt.tzinfo,
) -> bool:
    """Say what one would have decided; True where it is what the first officer decided."""
    look, row, people = _load(tx, viewer, claim_id, local_date(now, zone))
    actor = claims.actor_of(viewer, reviews_it=True)
    check_second(look, actor, claims.parties_of(row, people))
    if store.has_read(tx, look, viewer.account_id):
        raise AppError(Code.CLAIM_OWN, "who has read the first decision leaves the second look to another")
    if verdict not in LOOKED_AT:
        raise AppError(Code.FIELD_INVALID, "a second look accepts or rejects", field="verdict")
    told = check_reason(Action(verdict.value), reason)
    agreed = verdict is look.first_verdict
    if not store.record_second(tx, look, verdict, reason=told, by=viewer.account_id, at=now, agreed=agreed):
        raise AppError(Code.CLAIM_STATE, "somebody has looked at it a second time already")
    _note(tx, viewer, "second_look.record", look, now=now, agreed=agreed)
    return agreed


def settle(
    tx: Tx,
    viewer: Viewer,
    claim_id: ClaimId,
    settlement: Settlement,
    reason: str | None,
    *,
    now: dt.datetime,
    zone: dt.tzinfo,
) -> ClaimState:
    """End a disagreement: the first decision is kept, or an acceptance is reversed for a reason."""
    look, row, people = _load(tx, viewer, claim_id, local_date(now, zone))
    actor, administers = claims.actor_of(viewer, reviews_it=True), viewer.role is Role.ADMIN
    check_settler(look, actor, claims.parties_of(row, people), administers=administers)
    check_settlement(look, settlement)
    if not store.settle(tx, look, by=viewer.account_id, at=now):
        raise AppError(Code.CLAIM_STATE, "the disagreement was settled already")
    _note(tx, viewer, "second_look.settle", look, now=now, kept=settlement is Settlement.KEEP)
    if settlement is Settlement.KEEP:
        return row.state
    decided: dict[str, Any] = {"decided_at": now, "decided_by": viewer.account_id}
    credited = [(p.member_id, p.full_name) for p in people if p.state in CREDITED]
    return claim_steps.take(tx, viewer, row, credited, Action.REVERSE, reason=reason, now=now, **decided)


def is_disputed(tx: Tx, row: ClaimRecord) -> bool:
    """Tell whether a second officer would have accepted a rejected claim: its member is told that they may appeal."""
    return row.state is ClaimState.REJECTED and bool(store.list_disputed(tx, [row.claim_id]))


def tally(tx: Tx, viewer: Viewer, *, now: dt.datetime, today: dt.date) -> list[Agreement]:
    """Count, for an administrator, how often two officers agreed in the last year, by unit."""
    rights.require(Right.ADMIN, viewer)
    return store.tally(tx, rights.officer_scope(viewer, today), since=now - dt.timedelta(days=TALLY_DAYS))


def get_percent(tx: Tx) -> int:
    """Give the share of decisions that is looked at a second time, in percent."""
    return office_rules.latest(tx).second_look_percent


def set_percent(tx: Tx, viewer: Viewer, percent: int, *, now: dt.datetime, today: dt.date) -> None:
    """Set that share; 0 ends second looks."""
    office_rules.change(tx, viewer, Rule.SECOND_LOOK_PERCENT, percent, now=now, today=today)


def _key(tx: Tx, now: dt.datetime) -> bytes:
    """Give the office's key, made at its first decision; of two made at once one stays."""
    kept = office_settings.list_values(tx, (KEY,)).get(KEY)
    if kept is None:
        office_settings.add(tx, KEY, secrets.token_hex(KEY_BYTES), now=now)
        kept = office_settings.list_values(tx, (KEY,))[KEY]
    return bytes.fromhex(str(kept))


def _load(tx: Tx, viewer: Viewer, claim_id: ClaimId, today: dt.date) -> tuple[SecondLook, ClaimRecord, list[Coauthor]]:
    rights.require(Right.OFFICER, viewer)
    row = claims_read.find(tx, claim_id, rights.officer_scope(viewer, today))
    look = None if row is None else store.find(tx, claim_id)
    if row is None or look is None:
        raise AppError(Code.NOT_FOUND)
    return look, row, coauthors.list_named(tx, [claim_id]).get(claim_id, [])


def _page(
    tx: Tx, viewer: Viewer, found: Sequence[SecondLook], limit: int, *, now: dt.datetime, today: dt.date
) -> LookPage:
    looks = {look.claim_id: look for look in found[:limit]}
    rows = claims_read.list_rows(tx, list(looks), rights.officer_scope(viewer, today))
    views = {v.claim.claim_id: v for v in claims.show(tx, viewer, rows, now=now, today=today)}
    items = [LookView(look=look, view=views[key]) for key, look in looks.items() if key in views]
    last = found[limit - 1] if len(found) > limit else None
    after = None if last is None else (last.first_at, int(last.claim_id.member_id), last.claim_id.number)
    return LookPage(items=items, after=after)


def _note(tx: Tx, viewer: Viewer, action: str, look: SecondLook, *, now: dt.datetime, **facts: bool) -> None:
    audit.record(tx, at=now, actor=viewer.account_id, action=action, subject=f"claim:{look.claim_id}", **facts)
