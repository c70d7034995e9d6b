"""Accounts, their sessions, and the one-time set-up link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, select, update

from tracker.domain.accounts import Account as AccountSeen
from tracker.domain.types import AccountId, MemberId, Role, UnitId
from tracker.store.erasure import NO_PASSWORD
from tracker.store.tables.accounts import Account, Session, SetupLink

if TYPE_CHECKING:
    import datetime as dt

    from tracker.store.db import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What signing in is checked against."""

    account_id: AccountId
    password_hash: str
    disabled: bool
    failed_count: int
    slowed_until: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A session with the account it belongs to."""

    account: AccountSeen
    kind: str
    last_seen_at: dt.datetime
    expires_at: dt.datetime


_COLUMNS = (
    Account.account_id,
    Account.login,
    Account.role,
    Account.member_id,
    Account.unit_id,
    Account.language,
    Account.disabled,
    Account.version,
)
# Asked at each request: made once.
_SESSION = (
    select(*_COLUMNS, Session.kind, Session.last_seen_at, Session.expires_at)
    .join(Account, Account.account_id == Session.account_id)
    .where(Session.token_hash == bindparam("token_hash"))
)


def add(tx: Tx, row: dict[str, Any]) -> AccountId | None:
    """Add an account; None when its login or its member already has one."""
    statement = tx.insert(Account).values(row).on_conflict_do_nothing().returning(Account.account_id)
    found = tx.scalar(statement)
    return None if found is None else AccountId(found)


def find(tx: Tx, account_id: int) -> AccountSeen | None:
    """Find an account."""
    row = tx.first(select(*_COLUMNS).where(Account.account_id == account_id))
    return None if row is None else _account(row)


def list_page(tx: Tx, *, after: int | None, limit: int) -> list[AccountSeen]:
    """List accounts in the order they were made, above the id `after`."""
    query = select(*_COLUMNS).where(Account.account_id > (after or 0)).order_by(Account.account_id).limit(limit)
    return [_account(r) for r in tx.all(query)]


def change(tx: Tx, account_id: int, version: int, **values: Any) -> bool:
    """Change an account at a version; False when it has moved on."""
    statement = update(Account).where(Account.account_id == account_id, Account.version == version)
    return tx.changed(statement.values(version=Account.version + 1, **values)) == 1


def lock_admins(tx: Tx) -> None:
    """Wait until nobody else ends an administrator; asked for before any account is held, so that no ring waits."""
    tx.lock("administrators")


def count_active_admins(tx: Tx) -> int:
    """Count administrators who can sign in; the caller holds `lock_admins`, so that none goes meanwhile."""
    able = (Account.disabled.is_(False), Account.password_hash != NO_PASSWORD)
    query = select(func.count()).where(Account.role == Role.ADMIN, *able)
    return int(tx.scalar(query) or 0)


def has_any(tx: Tx) -> bool:
    """Tell whether there is any account yet."""
    return tx.first(select(Account.account_id).limit(1)) is not None


def find_credentials(tx: Tx, login_key: str) -> Credentials | None:
    """Find what a login's password is checked against."""
    query = select(
        Account.account_id, Account.password_hash, Account.disabled, Account.failed_count, Account.slowed_until
    )
    row = tx.first(query.where(Account.login_key == login_key))
    return None if row is None else Credentials(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def record_failure(tx: Tx, account_id: int) -> int:
    """Count a wrong password; give how many there are by now, those tried at the same moment too."""
    counted = update(Account).where(Account.account_id == account_id).values(failed_count=Account.failed_count + 1)
    return int(tx.scalar(counted.returning(Account.failed_count)) or 0)


def slow(tx: Tx, account_id: int, until: dt.datetime) -> None:
    """Let nobody sign in to an account before an instant."""
    tx.execute(update(Account).where(Account.account_id == account_id).values(slowed_until=until))


def record_success(tx: Tx, account_id: int) -> None:
    """Forget the wrong passwords before a right one."""
    values = {"failed_count": 0, "slowed_until": None}
    tx.execute(update(Account).where(Account.account_id == account_id, Account.failed_count > 0).values(values))


def add_session(tx: Tx, row: dict[str, Any]) -> None:
    """Open a session."""
    tx.execute(tx.insert(Session), row)


def find_session(tx: Tx, token_hash: bytes) -> SessionRow | None:
    """Find a session and its account by the hash of its token."""
    row = tx.first(_SESSION, {"token_hash": token_hash})
    if row is None:
        return None
    return SessionRow(account=_account(row), kind=row.kind, last_seen_at=row.last_seen_at, expires_at=row.expires_at)


def touch_session(tx: Tx, token_hash: bytes, at: dt.datetime) -> None:
    """Note that a session was used."""
    tx.execute(update(Session).where(Session.token_hash == token_hash).values(last_seen_at=at))


def end_session(tx: Tx, token_hash: bytes) -> bool:
    """End a session; False when there was none."""
    return tx.changed(delete(Session).where(Session.token_hash == token_hash)) == 1


def end_sessions_of(tx: Tx, account_id: int) -> None:
    """End every session of an account."""
    tx.execute(delete(Session).where(Session.account_id == account_id))


def purge_sessions(tx: Tx, now: dt.datetime) -> int:
    """Remove sessions past their end; give how many."""
    return tx.changed(delete(Session).where(Session.expires_at <= now))


def replace_setup_link(tx: Tx, token_hash: bytes, at: dt.datetime) -> None:
    """Make a new set-up link; older ones no longer work."""
    tx.execute(delete(SetupLink))
    tx.execute(tx.insert(SetupLink), {"token_hash": token_hash, "created_at": at})


def find_setup_link(tx: Tx, token_hash: bytes) -> bool:
    """Tell whether a set-up link is open."""
    query = select(SetupLink.token_hash).where(SetupLink.token_hash == token_hash, SetupLink.used_at.is_(None))
    return tx.first(query) is not None


def use_setup_link(tx: Tx, token_hash: bytes, at: dt.datetime) -> bool:
    """Use a set-up link up; False when it was not open."""
    statement = update(SetupLink).where(SetupLink.token_hash == token_hash, SetupLink.used_at.is_(None))
    return tx.changed(statement.values(used_at=at)) == 1


def _account(row: Any) -> AccountSeen:
    return AccountSeen(
        account_id=AccountId(row.account_id),
        login=row.login,
        role=Role(row.role),
        member_id=None if row.member_id is None else MemberId(row.member_id),
        unit_id=None if row.unit_id is None else UnitId(row.unit_id),
        language=row.language,
        disabled=row.disabled,
        version=row.version,
    )
