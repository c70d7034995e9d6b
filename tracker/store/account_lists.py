"""What stands beside accounts in their list: the names of their members, and which nobody can use yet.

Reading only; accounts themselves stand in accounts.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.store.erasure import NO_PASSWORD
from tracker.store.tables.accounts import Account
from tracker.store.tables.organisation import Member

if TYPE_CHECKING:
    from collections.abc import Collection

    from tracker.store.db import Tx


def list_member_names(tx: Tx, account_ids: Collection[int]) -> dict[int, str | None]:
    """Give the member's name for those accounts that are a member's; None where it was erased."""
    query = select(Account.account_id, Member.full_name).join(Member, Member.member_id == Account.member_id)
    return {row.account_id: row.full_name for row in tx.all(query.where(Account.account_id.in_(account_ids)))}


def list_of_member(tx: Tx, member_id: int) -> list[tuple[int, str]]:
    """List the accounts of a member: id and user name."""
    query = select(Account.account_id, Account.login).where(Account.member_id == member_id).order_by(Account.account_id)
    return [(row.account_id, row.login) for row in tx.all(query)]


def list_without_password(tx: Tx, account_ids: Collection[int]) -> set[int]:
    """List which accounts have no password yet: those an import made."""
    query = select(Account.account_id).where(Account.account_id.in_(account_ids))
    return {row.account_id for row in tx.all(query.where(Account.password_hash == NO_PASSWORD))}
