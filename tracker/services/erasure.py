"""Erasing a person at their own request: names go everywhere, closed reports included; numbers stay.

The database is emptied in one transaction; files and what SQLite keeps in its log follow it (`finish`). What a backup
holds that was made before goes when that backup does (docs/privacy.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.rights import Right
from tracker.services.requests import list_handed_out
from tracker.store import accounts, audit, claims, evidence, requests
from tracker.store import erasure as store

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.types import Viewer
    from tracker.services.evidence_files import FileRoom
    from tracker.store.db import Database, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """An erasure that stands: how much it touched, and the files that go now; again: nothing was left."""

    member_id: int
    claim_count: int
    request_count: int
    file_names: tuple[str, ...]


def carry_out(tx: Tx, viewer: Viewer, member_id: int, *, now: dt.datetime) -> Carried:
    """Erase a person; a second time changes nothing. The last administrator is not erased (`account.last_admin`)."""
    rights.require(Right.ADMIN, viewer)
    _hold(tx, member_id)
    erased = store.find(tx, member_id)
    if erased is None:
        raise AppError(Code.NOT_FOUND)
    if erased:
        return Carried(member_id=member_id, claim_count=0, request_count=0, file_names=())
    _keep_an_administrator(tx, member_id)
    gone = store.erase(tx, member_id, now=now, by=viewer.account_id)
    handed_out = list_handed_out(tx, member_id)
    request_count = requests.end_all(tx, member_id, handed_out=handed_out, at=now, by=viewer.account_id)
    facts = {"account_id": gone.account_id, "claims": len(gone.claims), "files": len(gone.file_names)}
    audit.record(tx, at=now, actor=viewer.account_id, action="member.erase", subject=f"member:{member_id}", **facts)
    for owner, number in gone.claims:  # each claim's link of the chain holds what it comes to from now on
        subject = f"claim:{owner}-{number}"
        audit.record(tx, at=now, actor=viewer.account_id, action="claim.erase", subject=subject)
    return Carried(
        member_id=member_id,
        claim_count=len(gone.claims),
        request_count=request_count,
        file_names=gone.file_names,
    )


def finish(db: Database, room: FileRoom | None, carried: Carried) -> bool:
    """Remove files and empty the log of SQLite, once the erasure is committed; False where the log is in use.

    A log in use is emptied by the next erasure, the next start, or as it is written over; files that stay because the
    process dies here go with the next sweep of the folder.
    """
    if room is not None:
        for name in carried.file_names:
            room.remove(name)
    return db.forget_log()


def _hold(tx: Tx, member_id: int) -> None:
    """Let the person's own acts under way end first: what they file, send or ask for afterwards finds them gone."""
    claims.lock_filing(tx, member_id)
    evidence.lock(tx, member_id)
    requests.lock(tx, member_id)


def _keep_an_administrator(tx: Tx, member_id: int) -> None:
    accounts.lock_admins(tx)
    if store.hold_administrator(tx, member_id) and accounts.count_active_admins(tx) <= 1:
        raise AppError(Code.LAST_ADMIN)
