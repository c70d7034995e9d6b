"""The unit in which each claim counts: that of its owner on its day. Written when claimed, and when stays change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from tracker.domain.claims import ClaimState
from tracker.store.tables.claims import Claim
from tracker.store.units import chunks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimHome:
    """Where one claim counts; `counted`: it is accepted."""

    member_id: int
    number: int
    happened_on: dt.date
    unit_id: int
    counted: bool


def list_homes(tx: Tx, member_ids: Iterable[int]) -> list[ClaimHome]:
    """List where the claims of members count, and hold them until the transaction ends."""
    columns = (Claim.member_id, Claim.number, Claim.happened_on, Claim.unit_id, Claim.state)
    found: list[ClaimHome] = []
    for ids in chunks(member_ids):
        query = select(*columns).where(Claim.member_id.in_(ids)).order_by(Claim.member_id, Claim.number)
        found += [
            ClaimHome(
                member_id=r.member_id,
                number=r.number,
                happened_on=r.happened_on,
                unit_id=r.unit_id,
                counted=r.state == ClaimState.ACCEPTED.value,
            )
            for r in tx.all(query.with_for_update())
        ]
    return found


def record_homes(tx: Tx, homes: Iterable[ClaimHome]) -> None:
    """Let claims count in these units from now on."""
    rows = [{"of_member": h.member_id, "of_number": h.number, "home": h.unit_id} for h in homes]
    if rows:
        here = (Claim.member_id == bindparam("of_member"), Claim.number == bindparam("of_number"))
        tx.connection.execute(update(Claim.__table__).where(*here).values(unit_id=bindparam("home")), rows)  # type: ignore[arg-type]  # a Table
