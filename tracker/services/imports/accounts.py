"""Accounts and paper consents that a file of members brings along. An imported account opens to no password."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tracker.domain import notices
from tracker.domain.errors import AppError, Code
from tracker.domain.imports import Change
from tracker.domain.types import Role
from tracker.services.imports.outcomes import Refused, Said
from tracker.services.sessions import login_key
from tracker.store import import_accounts as store

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from tracker.services.imports.plans import Stamp
    from tracker.store.db import Tx
    from tracker.store.import_accounts import AccountKey

NO_PASSWORD = "!"  # noqa: S105 - no hash of any password; its owner sets one with a slip
SCOPED = frozenset({Role.OFFICER, Role.AUDITOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a row says of the member's account and consent."""

    login: str
    role: Role | None
    unit_id: int
    consent_on: dt.date | None


@dataclass(slots=True, kw_only=True)
class AccountPlan:
    """Accounts and consents to be made, by row; rows whose account cannot be are refused."""

    refusals: dict[int, Refused] = field(default_factory=dict)
    accounts: dict[int, Access] = field(default_factory=dict)
    consents: dict[int, list[tuple[str, int, dt.date]]] = field(default_factory=dict)

    @classmethod
    def read(cls, tx: Tx, rows: Mapping[int, tuple[int | None, Access]], stamp: Stamp) -> AccountPlan:
        """Compare what rows (member id, what they say) ask for with what stands."""
        known_ids = [member_id for member_id, _ in rows.values() if member_id is not None]
        asked = [login_key(access.login) for _, access in rows.values() if access.login]
        by_login = store.list_by_login(tx, asked)
        by_member = store.list_by_member(tx, known_ids) if asked else {}
        gives = any(access.consent_on for _, access in rows.values())
        standing = store.list_standing(tx, known_ids) if gives else set()
        plan, seen = cls(), set[str]()
        for number, (member_id, access) in rows.items():
            try:
                plan._read_row(number, member_id, access, by_login, by_member, seen, stamp.today)
            except Refused as why:
                plan.refusals[number] = why
            else:
                plan._read_consent(number, member_id, access, standing)
        return plan

    @property
    def new_account_count(self) -> int:
        """Count the accounts to be made."""
        return len(self.accounts)

    def changed_columns(self, number: int) -> list[str]:
        """Name the columns of a row that bring something new."""
        columns = ["login"] if number in self.accounts else []
        return columns + (["consent_on"] if self.consents.get(number) else [])

    def apply(self, tx: Tx, member_ids: Mapping[int, int], stamp: Stamp) -> list[Change]:
        """Make accounts and consents of the rows that are taken."""
        return self._make_accounts(tx, member_ids, stamp) + self._make_consents(tx, member_ids, stamp)

    def _read_row(
        self,
        number: int,
        member_id: int | None,
        access: Access,
        by_login: Mapping[str, AccountKey],
        by_member: Mapping[int, AccountKey],
        seen: set[str],
        today: dt.date,
    ) -> None:
        if access.consent_on is not None and access.consent_on > today:
            raise Refused(Code.FIELD_INVALID, Said.FUTURE, column="consent_on", value=access.consent_on.isoformat())
        if not access.login:
            return
        key = login_key(access.login)
        named, own = by_login.get(key), None if member_id is None else by_member.get(member_id)
        if key in seen or (named is not None and (member_id is None or named.member_id != member_id)):
            raise Refused(Code.LOGIN_TAKEN, Said.LOGIN_TAKEN, value=access.login)
        seen.add(key)
        if own is not None and own.login_key != key:
            raise Refused(Code.LOGIN_TAKEN, Said.LOGIN_OTHER)
        if own is not None and access.role is not None and own.role != access.role:
            raise Refused(Code.FIELD_INVALID, Said.ROLE_OTHER)
        if own is None:
            self.accounts[number] = access

    def _read_consent(
        self, number: int, member_id: int | None, access: Access, standing: set[tuple[int, str, int]]
    ) -> None:
        if access.consent_on is None:
            return
        self.consents[number] = [
            (n.kind, n.version, access.consent_on)
            for n in notices.CURRENT
            if n.required and (member_id is None or (member_id, n.kind, n.version) not in standing)
        ]

    def _make_accounts(self, tx: Tx, member_ids: Mapping[int, int], stamp: Stamp) -> list[Change]:
        rows = [
            {
                "login": access.login,
                "login_key": login_key(access.login),
                "password_hash": NO_PASSWORD,
                "role": str(access.role or Role.MEMBER),
                "member_id": member_ids[number],
                "unit_id": access.unit_id if access.role in SCOPED else None,
                "created_at": stamp.now,
            }
            for number, access in self.accounts.items()
            if number in member_ids
        ]
        made = store.record_accounts(tx, rows)
        if len(made) < len(rows):
            raise AppError(Code.LOGIN_TAKEN, "an account of this file was made by somebody else meanwhile")
        accounts = store.list_by_id(tx, made.values())
        return [Change(subject=f"account:{i}", before=None, after=account_json(a)) for i, a in accounts.items()]

    def _make_consents(self, tx: Tx, member_ids: Mapping[int, int], stamp: Stamp) -> list[Change]:
        given = [
            (member_ids[number], kind, version, day)
            for number, consents in self.consents.items()
            if number in member_ids
            for kind, version, day in consents
        ]
        made = store.record_consents(tx, given, at=stamp.now, account_id=stamp.viewer.account_id)
        return [
            Change(subject=f"consent:{member_id}:{kind}:{number}", before=None, after={"withdrawn": False})
            for member_id, kind, number in made
        ]


def account_json(account: AccountKey) -> dict[str, object]:
    """Give what tells whether an account was touched since; a new password counts its version up."""
    return {"role": account.role, "unit_id": account.unit_id, "version": account.version}
