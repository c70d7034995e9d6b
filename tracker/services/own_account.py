"""What a person changes of their own account: the password. Everything else is an administrator's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.rights import Right
from tracker.services import passwords, sessions
from tracker.store import accounts as store
from tracker.store import audit, invitations

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.accounts import Account
    from tracker.domain.types import Viewer
    from tracker.services.sessions import NewSession
    from tracker.store.db import Database


def change_password(
    db: Database, viewer: Viewer, account: Account, *, current: str, new: str, kind: str, now: dt.datetime
) -> NewSession:
    """Change one's own password, proven by the present one; every session ends, and a new one is opened.

    The present one is judged, and slowed, as any signing in. Hashing happens outside the transaction.
    """
    rights.require(Right.SIGNED_IN, viewer)
    passwords.check_strength(new, account.login)
    proven = sessions.sign_in(db, account.login, current, kind=kind, now=now)
    hashed = passwords.make_hash(new)
    with db.write() as tx:
        if not store.change(tx, account.account_id, proven.account.version, password_hash=hashed):
            raise AppError(Code.ETAG_STALE)
        store.end_sessions_of(tx, account.account_id)
        invitations.drop(tx, [account.account_id])
        audit.record(
            tx,
            at=now,
            actor=viewer.account_id,
            action="account.password",
            subject=f"account:{account.account_id}",
        )
        return sessions.open_session(tx, account.account_id, kind=kind, now=now)
