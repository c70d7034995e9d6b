"""The history of claims: append-only steps, numbered within the claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tracker.domain.claim_records import HistoryStep
from tracker.domain.types import AccountId, ClaimId, MemberId
from tracker.store.claims_read import among
from tracker.store.tables.accounts import Account
from tracker.store.tables.claims import ReviewEvent
from tracker.store.tables.organisation import Member

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from tracker.store.db import Tx


def record(
    tx: Tx,
    claim_id: ClaimId,
    *,
    at: dt.datetime,
    actor: AccountId,
    action: str,
    from_state: str | None,
    to_state: str,
    reason: str | None = None,
) -> int:
    """Write the next step of a claim; the caller holds the claim's row. Give the step's number."""
    of_claim = (ReviewEvent.member_id == claim_id.member_id, ReviewEvent.number == claim_id.number)
    step: int = (tx.scalar(select(func.max(ReviewEvent.step)).where(*of_claim)) or 0) + 1
    row = {
        "member_id": claim_id.member_id,
        "number": claim_id.number,
        "step": step,
        "at": at,
        "actor_id": actor,
        "action": action,
        "reason": reason,
        "from_state": from_state,
        "to_state": to_state,
    }
    tx.execute(tx.insert(ReviewEvent), row)
    return step


def last_step(tx: Tx, claim_id: ClaimId) -> int:
    """Give the number of a claim's last step."""
    of_claim = (ReviewEvent.member_id == claim_id.member_id, ReviewEvent.number == claim_id.number)
    return tx.scalar(select(func.max(ReviewEvent.step)).where(*of_claim)) or 0


def list_history(tx: Tx, claim_ids: Collection[ClaimId]) -> dict[ClaimId, list[HistoryStep]]:
    """List the steps of claims, in order."""
    query = select(
        ReviewEvent.member_id,
        ReviewEvent.number,
        ReviewEvent.step,
        ReviewEvent.at,
        ReviewEvent.actor_id,
        ReviewEvent.action,
        ReviewEvent.reason,
        ReviewEvent.from_state,
        ReviewEvent.to_state,
    ).where(among(ReviewEvent.member_id, ReviewEvent.number, claim_ids))
    rows = tx.all(query.order_by(ReviewEvent.member_id, ReviewEvent.number, ReviewEvent.step))
    names = _list_names(tx, {r.actor_id for r in rows})
    found: dict[ClaimId, list[HistoryStep]] = {}
    for row in rows:
        step = HistoryStep(
            step=row.step,
            at=row.at,
            actor_id=AccountId(row.actor_id),
            actor_name=names.get(row.actor_id, ""),
            action=row.action,
            reason=row.reason,
            from_state=row.from_state,
            to_state=row.to_state,
        )
        found.setdefault(ClaimId(MemberId(row.member_id), row.number), []).append(step)
    return found


def _list_names(tx: Tx, account_ids: Collection[int]) -> dict[int, str]:
    """Name accounts, by a statement of their own: accounts live on one node, claims on several."""
    query = (
        select(Account.account_id, func.coalesce(Member.full_name, Account.login).label("name"))
        .outerjoin(Member, Member.member_id == Account.member_id)
        .where(Account.account_id.in_(account_ids))
    )
    return {row.account_id: row.name for row in tx.all(query)}
