"""Accounts: made, changed, disabled; and the set-up of a new installation."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text
from tracker.domain.rights import Right
from tracker.domain.types import AccountId, MemberId, Page, Role, UnitId, Viewer
from tracker.services import passwords, sessions
from tracker.store import account_lists, audit, invitations, references
from tracker.store import accounts as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from tracker.domain.accounts import Account
    from tracker.store.db import Database, Tx

LOGIN_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account to be made. `password_hash` is made before the transaction (passwords.make_hash)."""

    login: str
    password_hash: str
    role: Role
    member_id: MemberId | None = None
    unit_id: UnitId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsBeside:
    """By account: the member's name (None: erased), and which cannot be used until a password is set."""

    member_names: Mapping[int, str | None]
    without_password: frozenset[int]


def prepare(login: str, password: str, role: Role, member_id: int | None, unit_id: int | None) -> NewAccount:
    """Check login and password and hash the password; no database, so that no lock waits for the hash."""
    if not 1 <= len(clean_text(login)) <= LOGIN_MOST:
        raise AppError(Code.FIELD_INVALID, f"a login has 1 to {LOGIN_MOST} characters")
    passwords.check_strength(password, login)
    return NewAccount(
        login=clean_text(login),
        password_hash=passwords.make_hash(password),
        role=role,
        member_id=None if member_id is None else MemberId(member_id),
        unit_id=None if unit_id is None else UnitId(unit_id),
    )


def create(tx: Tx, viewer: Viewer, new: NewAccount, *, now: dt.datetime) -> Account:
    """Make an account."""
    rights.require(Right.ADMIN, viewer)
    return _add(tx, new, actor=viewer.account_id, now=now)


def create_admin(tx: Tx, new: NewAccount, *, now: dt.datetime) -> Account:
    """Make an administrator from the machine itself (`lantoa admin create`, the set-up page)."""
    return _add(tx, new, actor=None, now=now)


def get(tx: Tx, viewer: Viewer, account_id: int) -> Account:
    """Get an account."""
    rights.require(Right.ADMIN, viewer)
    found = store.find(tx, account_id)
    if found is None:
        raise AppError(Code.NOT_FOUND)
    return found


def list_page(tx: Tx, viewer: Viewer, *, after: int | None, limit: int) -> Page[Account]:
    """List accounts in the order they were made."""
    rights.require(Right.ADMIN, viewer)
    rows = store.list_page(tx, after=after, limit=limit + 1)
    return Page(items=rows[:limit], next=str(rows[limit - 1].account_id) if len(rows) > limit else None)


def list_of_member(tx: Tx, viewer: Viewer, member_id: int) -> list[tuple[int, str]]:
    """List the accounts of a member for an administrator: id and user name."""
    rights.require(Right.ADMIN, viewer)
    return account_lists.list_of_member(tx, member_id)


def tell_beside(tx: Tx, viewer: Viewer, found: Sequence[Account]) -> AccountsBeside:
    """Give what is shown beside listed accounts."""
    rights.require(Right.ADMIN, viewer)
    ids = [account.account_id for account in found]
    return AccountsBeside(
        member_names=account_lists.list_member_names(tx, ids),
        without_password=frozenset(account_lists.list_without_password(tx, ids)),
    )


def change(tx: Tx, viewer: Viewer, current: Account, changes: dict[str, Any], *, now: dt.datetime) -> Account:
    """Change role, scope, disabled or password_hash of an account; its sessions end when its rights change."""
    rights.require(Right.ADMIN, viewer)
    role, unit_id = Role(changes.get("role", current.role)), changes.get("unit_id", current.unit_id)
    if "unit_id" in changes:
        invitations.lock(tx)
    _check_scope(tx, role, member_id=current.member_id, unit_id=unit_id)
    loses_admin = current.role is Role.ADMIN and (
        changes.get("role", Role.ADMIN) != Role.ADMIN or changes.get("disabled")
    )
    if loses_admin:
        store.lock_admins(tx)
        # One without a password keeps nobody in; a password set after this look makes the version stale.
        loses_admin = not (current.disabled or account_lists.list_without_password(tx, [current.account_id]))
    if not store.change(tx, current.account_id, current.version, **changes):
        raise AppError(Code.ETAG_STALE)
    if loses_admin and not store.count_active_admins(tx):
        raise AppError(Code.LAST_ADMIN)
    if {"password_hash", "role", "unit_id"} & changes.keys() or changes.get("disabled"):
        store.end_sessions_of(tx, current.account_id)
    if "password_hash" in changes or changes.get("disabled"):
        invitations.drop(tx, [current.account_id])
    told = {k: v for k, v in changes.items() if k in ("role", "unit_id", "disabled")}
    audit.record(
        tx,
        at=now,
        actor=viewer.account_id,
        action="account.change",
        subject=f"account:{current.account_id}",
        password="password_hash" in changes,
        **told,
    )
    return get(tx, viewer, current.account_id)


def is_new(db: Database) -> bool:
    """Tell an installation that has no account yet."""
    with db.read() as tx:
        return not store.has_any(tx)


def make_setup_link(db: Database, *, now: dt.datetime) -> str | None:
    """Make the one-time token that lets the first administrator set up; None once there are accounts."""
    token = secrets.token_urlsafe(24)
    with db.write() as tx:
        if store.has_any(tx):
            return None
        store.replace_setup_link(tx, sessions.hash_token(token), now)
    return token


def check_setup_link(tx: Tx, token: str) -> None:
    """Refuse a token that opens no set-up: the installation is set up already, or the link is another."""
    if store.has_any(tx):
        raise AppError(Code.SETUP_DONE)
    if not store.find_setup_link(tx, sessions.hash_token(token)):
        raise AppError(Code.SETUP_LINK)


def set_up(tx: Tx, token: str, new: NewAccount, *, now: dt.datetime) -> Account:
    """Make the first administrator with the set-up link, which is used up by it."""
    check_setup_link(tx, token)
    if not store.use_setup_link(tx, sessions.hash_token(token), now):
        raise AppError(Code.SETUP_DONE)
    return create_admin(tx, new, now=now)


def _add(tx: Tx, new: NewAccount, *, actor: AccountId | None, now: dt.datetime) -> Account:
    invitations.lock(tx)  # an import that is taken back ends, with its members and units, before they are looked for
    _check_scope(tx, new.role, member_id=new.member_id, unit_id=new.unit_id)
    if new.member_id is not None and not references.has_member(tx, new.member_id):
        raise AppError(Code.FIELD_INVALID, "there is no such member")
    row = {
        "login": new.login,
        "login_key": sessions.login_key(new.login),
        "password_hash": new.password_hash,
        "role": str(new.role),
        "member_id": new.member_id,
        "unit_id": new.unit_id,
        "created_at": now,
    }
    account_id = store.add(tx, row)
    if account_id is None:
        raise AppError(Code.LOGIN_TAKEN)
    audit.record(
        tx,
        at=now,
        actor=actor,
        action="account.create",
        subject=f"account:{account_id}",
        role=str(new.role),
        unit_id=new.unit_id,
        member_id=new.member_id,
    )
    made = store.find(tx, account_id)
    if made is None:
        raise AssertionError
    return made


def _check_scope(tx: Tx, role: Role, *, member_id: int | None, unit_id: int | None) -> None:
    if role is Role.MEMBER and member_id is None:
        raise AppError(Code.FIELD_INVALID, "a member's account names its member")
    if role in (Role.OFFICER, Role.AUDITOR) and unit_id is None:
        raise AppError(Code.FIELD_INVALID, "an officer's or auditor's account names the unit of its scope")
    if unit_id is not None and not references.has_unit(tx, unit_id):
        raise AppError(Code.FIELD_INVALID, "there is no such unit")
