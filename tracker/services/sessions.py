"""Signing in and out. Sessions live in the database: signing out, disabling and a new password end them at once."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.errors import AppError, Code
from tracker.domain.names import clean_text
from tracker.domain.types import Role, Viewer
from tracker.services import office_rules, passwords
from tracker.store import accounts as store
from tracker.store import audit, invitations

if TYPE_CHECKING:
    from tracker.domain.accounts import Account
    from tracker.store.db import Database, Tx

TOKEN_BYTES = 32
TOUCH_EVERY = dt.timedelta(minutes=5)
FREE_TRIES = 5  # wrong passwords of one account before it is slowed
SLOWED_MOST_S = 30  # so that the real owner can still enter
# Members live on their phones and hate signing in; who decides about others signs in each working day.
IDLE = {Role.MEMBER: dt.timedelta(days=30)}
IDLE_OTHERS = dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A live session: for whom, and by which hash it is known."""

    viewer: Viewer
    account: Account
    kind: str
    token_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session just opened; the token is shown this once."""

    token: str
    expires_at: dt.datetime
    account: Account


def sign_in(db: Database, login: str, password: str, *, kind: str, now: dt.datetime) -> NewSession:
    """Open a session, or refuse alike for an unknown login, a wrong password and a disabled account.

    The password is hashed between two transactions: no lock is held for it.
    """
    with db.read() as tx:
        found = store.find_credentials(tx, login_key(login))
    refuse_slowed(None if found is None else found.slowed_until, now)
    right = passwords.verify(None if found is None else found.password_hash, password)
    if found is None or not right or found.disabled:
        if found is not None:
            record_failure(db, found.account_id, action="session.refused", now=now)
        raise AppError(Code.SIGN_IN_WRONG)
    with db.write() as tx:
        store.record_success(tx, found.account_id)
        return open_session(tx, found.account_id, kind=kind, now=now)


def record_failure(db: Database, account_id: int, *, action: str, now: dt.datetime) -> None:
    """Count a wrong password, or a wrong link, of an account; after a few it is slowed."""
    with db.write() as tx:
        failed_count = store.record_failure(tx, account_id)
        over = min(failed_count - FREE_TRIES, SLOWED_MOST_S)
        if over >= 0:
            store.slow(tx, account_id, now + dt.timedelta(seconds=min(2**over, SLOWED_MOST_S)))
        subject = f"account:{account_id}"
        audit.record(tx, at=now, actor=None, action=action, subject=subject, failed_count=failed_count)


def refuse_slowed(slowed_until: dt.datetime | None, now: dt.datetime) -> None:
    """Refuse whoever tries an account before the time it was slowed until."""
    if slowed_until is not None and slowed_until > now:
        raise AppError(Code.SIGN_IN_SLOWED, retry_after_s=int((slowed_until - now).total_seconds()) + 1)


def open_session(tx: Tx, account_id: int, *, kind: str, now: dt.datetime) -> NewSession:
    """Open a session of an account under a new random token."""
    account = store.find(tx, account_id)
    if account is None or account.disabled:
        raise AppError(Code.SIGN_IN_WRONG)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    rules = office_rules.latest(tx)
    days = rules.member_session_days if account.role is Role.MEMBER else rules.office_session_days
    expires_at = now + dt.timedelta(days=days)
    row = {
        "token_hash": hash_token(token),
        "account_id": account_id,
        "kind": kind,
        "created_at": now,
        "last_seen_at": now,
        "expires_at": expires_at,
    }
    store.add_session(tx, row)
    audit.record(tx, at=now, actor=account.account_id, action="session.open", subject=f"account:{account_id}")
    return NewSession(token=token, expires_at=expires_at, account=account)


def find_signed_in(db: Database, token: str, *, now: dt.datetime) -> SignedIn | None:
    """Find the live session of a token; idle or ended ones are none."""
    token_hash = hash_token(token)
    with db.read() as tx:
        found = store.find_session(tx, token_hash)
    if found is None or found.account.disabled or found.expires_at <= now:
        return None
    if found.last_seen_at + IDLE.get(found.account.role, IDLE_OTHERS) <= now:
        return None
    if found.last_seen_at + TOUCH_EVERY <= now:
        with db.write() as tx:
            store.touch_session(tx, token_hash, now)
    return SignedIn(viewer=viewer_of(found.account), account=found.account, kind=found.kind, token_hash=token_hash)


def sign_out(tx: Tx, viewer: Viewer, token_hash: bytes, *, now: dt.datetime) -> None:
    """End a session."""
    store.end_session(tx, token_hash)
    audit.record(tx, at=now, actor=viewer.account_id, action="session.end", subject=f"account:{viewer.account_id}")


def purge_ended(tx: Tx, now: dt.datetime) -> int:
    """Forget sessions and one-time links past their end; give how many."""
    return store.purge_sessions(tx, now) + invitations.purge(tx, now)


def viewer_of(account: Account) -> Viewer:
    """Give an account as a viewer."""
    return Viewer(
        account_id=account.account_id, role=account.role, member_id=account.member_id, unit_id=account.unit_id
    )


def login_key(login: str) -> str:
    """Give the form under which a login is unique: clean, lower case."""
    return clean_text(login).casefold()


def hash_token(token: str) -> bytes:
    """Give the SHA-256 under which a token is kept."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
