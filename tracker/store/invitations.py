"""One-time links of accounts: made in batches, found, used up; and who stands in a unit and cannot sign in yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, exists, func, or_, select, update

from tracker.store import members
from tracker.store.erasure import NO_PASSWORD
from tracker.store.tables.accounts import Account, Invitation
from tracker.store.tables.organisation import Member
from tracker.store.units import chunks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement

    from tracker.domain.members import MemberRow
    from tracker.domain.rights import Scope
    from tracker.domain.types import AccountId
    from tracker.store.db import Tx

LOCK = "invitations"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRow:
    """A link with what of its account decides whether it opens."""

    account_id: AccountId
    token_hash: bytes
    expires_at: dt.datetime
    used_at: dt.datetime | None
    disabled: bool
    slowed_until: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitable:
    """An account as a slip tells it."""

    account_id: AccountId
    login: str
    member_id: int | None
    disabled: bool
    has_password: bool


def lock(tx: Tx) -> None:
    """Let one maker of links at a time choose for whom: nobody replaces what another has just made."""
    tx.lock(LOCK)


def list_waiting(
    tx: Tx, scope: Scope, unit_id: int, *, on: dt.date, now: dt.datetime, renew_before: dt.datetime | None, limit: int
) -> list[MemberRow]:
    """List by given name who stands in a unit or below it, cannot sign in yet and has no link that counts."""
    also = and_(_cannot_sign_in(), _without_link(now, renew_before))
    return members.list_members(tx, scope, on=on, unit_id=unit_id, also=also, limit=limit)


def count_waiting(
    tx: Tx, unit_id: int, *, on: dt.date, now: dt.datetime, renew_before: dt.datetime | None = None
) -> tuple[int, int]:
    """Count who stands in a unit or below it and cannot sign in yet, and who of them has no link that counts."""
    lacking = func.count().filter(_without_link(now, renew_before))
    query = (
        select(func.count().label("total"), lacking.label("lacking"))
        .select_from(Member)
        .where(members.stands(on, unit_id), _cannot_sign_in())
    )
    row = tx.execute(query).one()
    return row.total, row.lacking


def _without_link(now: dt.datetime, renew_before: dt.datetime | None) -> ColumnElement[bool]:
    """The member has no link that is still open; one made before `renew_before` counts as none."""
    still_open = [Account.member_id == Member.member_id, Invitation.used_at.is_(None), Invitation.expires_at > now]
    if renew_before is not None:
        still_open.append(Invitation.created_at >= renew_before)
    links = select(Invitation.account_id).join(Account, Account.account_id == Invitation.account_id)
    return ~exists(links.where(*still_open))


def _cannot_sign_in() -> ColumnElement[bool]:
    """The member has no account or one without a password; a closed account was closed on purpose."""
    settled = or_(Account.password_hash != NO_PASSWORD, Account.disabled)
    accounts = select(Account.account_id).where(Account.member_id == Member.member_id, settled)
    return and_(Member.erased_at.is_(None), ~exists(accounts))


def list_of_members(tx: Tx, member_ids: Iterable[int]) -> dict[int, Invitable]:
    """Give the accounts of members and hold them until the transaction ends."""
    found: dict[int, Invitable] = {}
    for ids in chunks(member_ids):
        found |= {a.member_id: a for a in _held(tx, Account.member_id.in_(ids)) if a.member_id is not None}
    return found


def find_account(tx: Tx, account_id: int) -> Invitable | None:
    """Find an account and hold it until the transaction ends."""
    return next(iter(_held(tx, Account.account_id == account_id)), None)


def list_taken(tx: Tx, login_keys: Sequence[str]) -> set[str]:
    """Tell which logins are in use."""
    return set(tx.scalars(select(Account.login_key).where(Account.login_key.in_(login_keys))))


def record(tx: Tx, rows: Sequence[dict[str, Any]]) -> None:
    """Put links down, each in place of the one its account had."""
    if not rows:
        return
    insert = tx.insert(Invitation)
    anew = {name: insert.excluded[name] for name in ("token_hash", "created_at", "expires_at", "used_at")}
    tx.execute(insert.on_conflict_do_update(index_elements=[Invitation.account_id], set_=anew), list(rows))


def find(tx: Tx, account_id: int, *, held: bool = False) -> InvitationRow | None:
    """Find the link of an account; `held`: nobody else uses, replaces or closes it until the transaction ends."""
    if held:
        tx.execute(select(Account.account_id).where(Account.account_id == account_id).with_for_update())
    columns = (Invitation.account_id, Invitation.token_hash, Invitation.expires_at, Invitation.used_at)
    query = select(*columns, Account.disabled, Account.slowed_until)
    row = tx.first(
        query.join(Account, Account.account_id == Invitation.account_id).where(Invitation.account_id == account_id)
    )
    return None if row is None else InvitationRow(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def has_made_since(tx: Tx, account_id: int, since: dt.datetime) -> bool:
    """Tell whether an account's link is not older than an instant."""
    query = select(Invitation.account_id).where(Invitation.account_id == account_id, Invitation.created_at >= since)
    return tx.first(query) is not None


def use(tx: Tx, account_id: int, *, password_hash: str, at: dt.datetime) -> None:
    """Use a held link up: its account has a password from then on."""
    tx.execute(update(Invitation).where(Invitation.account_id == account_id).values(used_at=at))
    now_so = {"password_hash": password_hash, "version": Account.version + 1, "failed_count": 0, "slowed_until": None}
    tx.execute(update(Account).where(Account.account_id == account_id).values(now_so))


def drop(tx: Tx, account_ids: Iterable[int]) -> None:
    """Remove the links of accounts."""
    for ids in chunks(account_ids):
        tx.execute(delete(Invitation).where(Invitation.account_id.in_(ids)))


def purge(tx: Tx, now: dt.datetime) -> int:
    """Remove links past their end, used or not; give how many."""
    return tx.changed(delete(Invitation).where(Invitation.expires_at <= now))


def _held(tx: Tx, condition: ColumnElement[bool]) -> list[Invitable]:
    columns = (Account.account_id, Account.login, Account.member_id, Account.disabled)
    query = select(*columns, (Account.password_hash != NO_PASSWORD).label("has_password")).where(condition)
    rows = tx.all(query.order_by(Account.account_id).with_for_update())
    return [Invitable(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name
