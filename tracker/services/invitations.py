"""One-time links on slips of paper: an administrator makes them, and who holds one sets the account's own password.

A secret is given back once, by what makes it; kept is its hash. Passwords are judged in passwords.py.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.invitations import SECRET_BYTES, VALID_DAYS, read_token, spell, token_of
from tracker.domain.rights import Right
from tracker.domain.types import Role
from tracker.services import passwords, scoped, sessions
from tracker.store import accounts as account_store
from tracker.store import audit, import_accounts, members
from tracker.store import invitations as store
from tracker.store.erasure import NO_PASSWORD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.domain.accounts import Account
    from tracker.domain.members import MemberRow
    from tracker.domain.types import Viewer
    from tracker.services.sessions import NewSession
    from tracker.store.db import Database, Tx
    from tracker.store.invitations import Invitable, InvitationRow

SLIPS_MOST: Final = 200
VALID: Final = dt.timedelta(days=VALID_DAYS)
_LOGIN_BASE_MOST: Final = 90  # of a code, so that a number fits behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What is printed for one account; the token is told this once."""

    login: str
    token: str
    expires_at: dt.datetime
    full_name: str
    unit_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The slips made for a unit, and how many members are left for the next ones."""

    slips: tuple[Slip, ...]
    left_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Who cannot sign in yet, and how many of these have no slip that holds."""

    member_count: int
    slipless_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Whom an open link is for; `full_name` None: an account that is no member's."""

    account: Account
    full_name: str | None


def tally_waiting(tx: Tx, viewer: Viewer, unit_id: int, *, now: dt.datetime, today: dt.date) -> Waiting:
    """Count who of a unit and all below cannot sign in yet."""
    rights.require(Right.ADMIN, viewer)
    scoped.require_unit(tx, unit_id, rights.officer_scope(viewer, today))
    member_count, slipless_count = store.count_waiting(tx, unit_id, on=today, now=now)
    return Waiting(member_count=member_count, slipless_count=slipless_count)


def make_for_unit(
    tx: Tx, viewer: Viewer, unit_id: int, *, renew_before: dt.datetime | None = None, now: dt.datetime, today: dt.date
) -> Batch:
    """Make slips for those of a unit and all below who cannot sign in, at most SLIPS_MOST; accounts too, where missing.

    Who has a slip that still holds keeps it, unless it was made before `renew_before`: asking twice makes none twice.
    """
    rights.require(Right.ADMIN, viewer)
    scope = rights.officer_scope(viewer, today)
    scoped.require_unit(tx, unit_id, scope)
    store.lock(tx)
    people = store.list_waiting(tx, scope, unit_id, on=today, now=now, renew_before=renew_before, limit=SLIPS_MOST)
    held = _accounts_of(tx, viewer, people, now=now)
    pairs = [(held[p.member_id], p) for p in people if not held[p.member_id].disabled]
    slips = _make(tx, viewer, [pair for pair in pairs if not pair[0].has_password], now=now)
    _, left_count = store.count_waiting(tx, unit_id, on=today, now=now, renew_before=renew_before)
    return Batch(slips=tuple(slips), left_count=left_count)


def make_for_member(
    tx: Tx, viewer: Viewer, member_id: int, *, asked_at: dt.datetime, now: dt.datetime, today: dt.date
) -> Slip:
    """Make a slip for one member, and an account where there is none; a password they have holds until its use."""
    rights.require(Right.ADMIN, viewer)
    store.lock(tx)
    person = scoped.get_found(members.find_member(tx, member_id, rights.officer_scope(viewer, today), on=today))
    if person.erased:
        raise AppError(Code.FIELD_INVALID, "this member's data were erased at their own request")
    return _make_one(tx, viewer, _accounts_of(tx, viewer, [person], now=now)[member_id], person, asked_at, now=now)


def make_for_account(
    tx: Tx, viewer: Viewer, account_id: int, *, asked_at: dt.datetime, now: dt.datetime, today: dt.date
) -> Slip:
    """Make a slip for an account, also one of an officer who is no member."""
    rights.require(Right.ADMIN, viewer)
    store.lock(tx)
    account, person = scoped.get_found(store.find_account(tx, account_id)), None
    if account.member_id is not None:
        person = members.find_member(tx, account.member_id, rights.officer_scope(viewer, today), on=today)
    return _make_one(tx, viewer, account, person, asked_at, now=now)


def get(db: Database, token: str, *, now: dt.datetime) -> Invited:
    """Get whom a link is for; looking uses nothing up. Wrong ones count against their account as passwords do."""
    account_id, secret_hash = _read(token)
    with db.read() as tx:
        row = store.find(tx, account_id)
    _judge(db, row, secret_hash, now)
    with db.read() as tx:
        account = scoped.get_found(account_store.find(tx, account_id))
        people = [] if account.member_id is None else members.list_people(tx, [account.member_id]).values()
    return Invited(account=account, full_name=next((p.full_name for p in people), None))


def accept(db: Database, token: str, password: str, *, kind: str, now: dt.datetime) -> NewSession:
    """Set the password of the account that a link is for and sign in; the link opens nothing any more.

    The password is hashed between two transactions: no lock is held for it, and none is made for a wrong link.
    """
    invited = get(db, token, now=now)
    passwords.check_strength(password, invited.account.login)
    hashed = passwords.make_hash(password)
    account_id, secret_hash = _read(token)
    with db.write() as tx:
        _check(store.find(tx, account_id, held=True), secret_hash, now)
        store.use(tx, account_id, password_hash=hashed, at=now)
        account_store.end_sessions_of(tx, account_id)
        subject = f"account:{account_id}"
        audit.record(tx, at=now, actor=invited.account.account_id, action="account.invite_use", subject=subject)
        return sessions.open_session(tx, account_id, kind=kind, now=now)


def _read(token: str) -> tuple[int, bytes]:
    told = read_token(token)
    if told is None:
        raise AppError(Code.INVITATION_LINK)
    return told[0], sessions.hash_token(told[1])


def _judge(db: Database, row: InvitationRow | None, secret_hash: bytes, now: dt.datetime) -> None:
    """Refuse what does not open, slowed as signing in is; only a link that is open can be guessed, so only there."""
    if row is not None and row.used_at is None and row.expires_at > now and not row.disabled:
        sessions.refuse_slowed(row.slowed_until, now)
        if not hmac.compare_digest(row.token_hash, secret_hash):
            sessions.record_failure(db, row.account_id, action="account.invite_refused", now=now)
    _check(row, secret_hash, now)


def _check(row: InvitationRow | None, secret_hash: bytes, now: dt.datetime) -> None:
    if row is None or row.disabled or row.expires_at <= now or not hmac.compare_digest(row.token_hash, secret_hash):
        raise AppError(Code.INVITATION_LINK)
    if row.used_at is not None:
        raise AppError(Code.INVITATION_USED)


def _make_one(
    tx: Tx, viewer: Viewer, account: Invitable, person: MemberRow | None, asked_at: dt.datetime, *, now: dt.datetime
) -> Slip:
    if account.disabled:
        raise AppError(Code.ACCOUNT_CLOSED)
    if store.has_made_since(tx, account.account_id, asked_at):
        raise AppError(Code.INVITATION_MADE)
    (slip,) = _make(tx, viewer, [(account, person)], now=now)
    return slip


def _make(
    tx: Tx, viewer: Viewer, pairs: Sequence[tuple[Invitable, MemberRow | None]], *, now: dt.datetime
) -> list[Slip]:
    """Make links of held accounts, each in place of the one before it."""
    rows, slips = [], []
    for account, person in pairs:
        secret = spell(secrets.token_bytes(SECRET_BYTES))
        times = {"created_at": now, "expires_at": now + VALID, "used_at": None}
        rows.append({"account_id": account.account_id, "token_hash": sessions.hash_token(secret)} | times)
        slips.append(
            Slip(
                login=account.login,
                token=token_of(account.account_id, secret),
                expires_at=now + VALID,
                full_name="" if person is None else person.full_name,
                unit_name=None if person is None else person.unit_name,
            )
        )
        subject = f"account:{account.account_id}"
        facts = {} if account.member_id is None else {"member_id": account.member_id}
        audit.record(tx, at=now, actor=viewer.account_id, action="account.invite", subject=subject, **facts)
    store.record(tx, rows)
    return slips


def _accounts_of(tx: Tx, viewer: Viewer, people: Sequence[MemberRow], *, now: dt.datetime) -> dict[int, Invitable]:
    """Give and hold the accounts of members; who has none gets one, called as the member's code is."""
    ids = [int(p.member_id) for p in people]
    found = store.list_of_members(tx, ids)
    lacking = [p for p in people if p.member_id not in found]
    if not lacking:
        return found
    rows = [
        {
            "login": login,
            "login_key": sessions.login_key(login),
            "password_hash": NO_PASSWORD,
            "role": str(Role.MEMBER),
            "member_id": person.member_id,
            "unit_id": None,
            "created_at": now,
        }
        for person, login in zip(lacking, _free_logins(tx, [p.code for p in lacking]), strict=True)
    ]
    made = import_accounts.record_accounts(tx, rows)
    if len(made) < len(rows):
        raise AppError(Code.LOGIN_TAKEN, "an account was made by somebody else meanwhile")
    for row in rows:
        facts = {"role": row["role"], "unit_id": None, "member_id": row["member_id"]}
        subject = f"account:{made[str(row['login_key'])]}"
        audit.record(tx, at=now, actor=viewer.account_id, action="account.create", subject=subject, **facts)
    return store.list_of_members(tx, ids)


def _free_logins(tx: Tx, codes: Sequence[str]) -> list[str]:
    """Derive from each code a login that is free: the code, or with the first number behind it that makes it so."""
    found: dict[int, str] = {}
    taken: set[str] = set()
    number = 1
    while len(found) < len(codes):
        asked = {i: _login_of(code, number) for i, code in enumerate(codes) if i not in found}
        taken |= store.list_taken(tx, [sessions.login_key(login) for login in asked.values()])
        for i, login in asked.items():
            if (key := sessions.login_key(login)) not in taken:
                taken.add(key)
                found[i] = login
        number += 1
    return [found[i] for i in range(len(codes))]


def _login_of(code: str, number: int) -> str:
    base = code[:_LOGIN_BASE_MOST].strip()
    return base if number == 1 else f"{base}-{number}"
