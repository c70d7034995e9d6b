"""Erasing a person: everything that says who they are goes; what they counted for stays, under a number.

What others wrote about them is replaced by scrub.py. Rules of who may, and the audit event, are the service's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from tracker.domain.types import Role
from tracker.store import imports, row_seals, scrub
from tracker.store.tables.accounts import Account, Invitation, Session
from tracker.store.tables.claims import (
    Claim,
    Coauthorship,
    Evidence,
    Reading,
    ReviewEvent,
    Suggestion,
    SuggestionCatchUp,
)
from tracker.store.tables.links import Link
from tracker.store.tables.operations import IdempotencyKey
from tracker.store.tables.organisation import Absence, Member, MemberTag, MemberTitle, PenName, PenNameProposal
from tracker.store.tables.periods import FrozenRow, Restatement
from tracker.store.tables.programmes import Assignment
from tracker.store.tables.second_looks import SecondLook

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.types import AccountId
    from tracker.store.db import Tx

NO_PASSWORD = "!"  # noqa: S105 - no hash of any password

Key = tuple[int, int]  # member and number of a claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure touched: whose account, which claims, and which files are to be removed from the folder."""

    account_id: int | None
    claims: tuple[Key, ...]
    file_names: tuple[str, ...]


def find(tx: Tx, member_id: int) -> bool | None:
    """Hold a member: whether erased already; None where there is no such member."""
    row = tx.first(select(Member.erased_at).where(Member.member_id == member_id).with_for_update())
    return None if row is None else row.erased_at is not None


def hold_administrator(tx: Tx, member_id: int) -> bool:
    """Hold a member's account until the transaction ends; tell whether an administrator can sign in with it."""
    query = select(Account.role, Account.disabled, Account.password_hash).where(Account.member_id == member_id)
    row = tx.first(query.with_for_update())
    return row is not None and row.role == Role.ADMIN and not row.disabled and row.password_hash != NO_PASSWORD


def erase(tx: Tx, member_id: int, *, now: dt.datetime, by: AccountId) -> Erased:
    """Take a person out of every table; give what is left to do outside of the database."""
    names = _names(tx, member_id)
    own = [(member_id, n) for n in tx.scalars(select(Claim.number).where(Claim.member_id == member_id))]
    _empty_person(tx, member_id, now)
    _empty_claims(tx, member_id)
    files = _empty_evidence(tx, member_id, now)
    _empty_obligations(tx, member_id)
    _empty_closes(tx, member_id)
    imports.forget(tx, f"member:{member_id}")
    live = (Link.member_id == member_id, Link.withdrawn_at.is_(None))
    tx.execute(update(Link).where(*live).values(withdrawn_at=now, withdrawn_by=by))
    account_id = _empty_account(tx, member_id)
    claims = sorted({*own, *scrub.replace_names(tx, names)})
    row_seals.forget_salts(tx, claims)
    return Erased(account_id=account_id, claims=tuple(claims), file_names=tuple(files))


def _names(tx: Tx, member_id: int) -> list[str]:
    full_name = tx.scalar(select(Member.full_name).where(Member.member_id == member_id))
    called = (select(table.name).where(table.member_id == member_id) for table in (PenName, PenNameProposal))
    return [full_name, *(name for query in called for name in tx.scalars(query))]


def _empty_person(tx: Tx, member_id: int, now: dt.datetime) -> None:
    nobody = {"full_name": "", "name_folded": "", "name_sort": "", "party_role": None, "erased_at": now}
    of_member = update(Member).where(Member.member_id == member_id)
    tx.execute(of_member.values(**nobody, version=Member.version + 1))
    words = (MemberTitle, MemberTag, PenName, PenNameProposal)
    for table in (*words, Suggestion, SuggestionCatchUp, Coauthorship):
        tx.execute(delete(table).where(table.member_id == member_id))
    tx.execute(update(Absence).where(Absence.member_id == member_id).values(reason=""))


def _empty_claims(tx: Tx, member_id: int) -> None:
    """Take away what the member wrote and where they posted it; article, kind, day, unit and state stay."""
    said = {"lesson": None, "witness": None, "note": None}
    tx.execute(update(Claim).where(Claim.member_id == member_id).values(**said))
    posts = select(Claim.number).where(Claim.member_id == member_id, Claim.kind == "share")
    for number in tx.scalars(posts):
        here = (Claim.member_id == member_id, Claim.number == number)
        nowhere = {"url": None, "url_key": None, "live_key": f"erased:{number}"}
        tx.execute(update(Claim).where(*here).values(**nowhere))
    tx.execute(update(ReviewEvent).where(ReviewEvent.member_id == member_id).values(reason=None))
    tx.execute(update(Reading).where(Reading.member_id == member_id).values(raw_text=None))
    tx.execute(update(SecondLook).where(SecondLook.member_id == member_id).values(second_reason=None))


def _empty_evidence(tx: Tx, member_id: int, now: dt.datetime) -> list[str]:
    """Leave of each file that there was one; give the names of those in the folder."""
    of_member = Evidence.member_id == member_id
    files = list(tx.scalars(select(Evidence.file_name).where(of_member, Evidence.purged_at.is_(None))))
    tx.execute(update(Evidence).where(of_member, Evidence.purged_at.is_(None)).values(purged_at=now))
    nothing = {"original_name": "", "facts": {"why": "erased"}, "source_sha256": None, "pixels_sha256": None}
    tx.execute(update(Evidence).where(of_member).values(**nothing))
    return files


def _empty_obligations(tx: Tx, member_id: int) -> None:
    nothing = {"reason": None, "override_reason": None}
    tx.execute(update(Assignment).where(Assignment.member_id == member_id).values(**nothing))


def _empty_closes(tx: Tx, member_id: int) -> None:
    """Take the name, reasons of absence and addresses of posts out of what was frozen; numbers stay."""
    name = (FrozenRow.kind == "name", FrozenRow.position == member_id)
    tx.execute(update(FrozenRow).where(*name).values(payload=""))
    who = (FrozenRow.kind.startswith("person@"), FrozenRow.payload["id"].as_integer() == member_id)
    for row in tx.all(select(FrozenRow).where(*who)):
        away = [[start, end, ""] for start, end, *_ in row.payload["absences"]]
        _refreeze(tx, row, row.payload | {"absences": away, "role": None})
    shares = (FrozenRow.kind.startswith("claim@"), FrozenRow.payload["id"].as_string().startswith(f"{member_id}-"))
    for row in tx.all(select(FrozenRow).where(*shares)):
        if row.payload["kind"] == "share":
            _refreeze(tx, row, row.payload | {"url": None})
    said = Restatement.subject.startswith(f"claim:{member_id}-")
    tx.execute(update(Restatement).where(said).values(reason=None))


def _refreeze(tx: Tx, row: Any, payload: dict[str, Any]) -> None:
    here = (FrozenRow.close_id == row.close_id, FrozenRow.kind == row.kind, FrozenRow.position == row.position)
    tx.execute(update(FrozenRow).where(*here).values(payload=payload))


def _empty_account(tx: Tx, member_id: int) -> int | None:
    """Close the account under a name of no meaning, so that its login is free, and end its sessions and links."""
    account_id: int | None = tx.scalar(select(Account.account_id).where(Account.member_id == member_id))
    if account_id is None:
        return None
    login = f"erased-{account_id}"
    closed = {"login": login, "login_key": login, "password_hash": NO_PASSWORD, "disabled": True}
    of_account = update(Account).where(Account.account_id == account_id)
    tx.execute(of_account.values(**closed, version=Account.version + 1))
    for opened in (Session, Invitation):
        tx.execute(delete(opened).where(opened.account_id == account_id))
    tx.execute(delete(IdempotencyKey).where(IdempotencyKey.account_id == account_id))
    return account_id
