"""Accounts and paper consents of an import: read, made and taken back in batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, func, or_, select, update

from tracker.store import consents
from tracker.store.tables.accounts import Account, Consent, Invitation, Session
from tracker.store.units import chunks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Select

    from tracker.store.db import Tx

LOGINS_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountKey:
    """An account as an import compares it."""

    account_id: int
    login_key: str
    role: str
    member_id: int | None
    unit_id: int | None
    version: int


_COLUMNS = (
    Account.account_id,
    Account.login_key,
    Account.role,
    Account.member_id,
    Account.unit_id,
    Account.version,
)


def list_by_login(tx: Tx, login_keys: Sequence[str]) -> dict[str, AccountKey]:
    """Give accounts by login."""
    found: dict[str, AccountKey] = {}
    for start in range(0, len(login_keys), LOGINS_AT_ONCE):
        part = login_keys[start : start + LOGINS_AT_ONCE]
        found |= {a.login_key: a for a in _rows(tx, Account.login_key.in_(part))}
    return found


def list_by_member(tx: Tx, member_ids: Iterable[int]) -> dict[int, AccountKey]:
    """Give the accounts of members."""
    found: dict[int, AccountKey] = {}
    for ids in chunks(member_ids):
        found |= {a.member_id: a for a in _rows(tx, Account.member_id.in_(ids)) if a.member_id is not None}
    return found


def list_by_id(tx: Tx, account_ids: Iterable[int]) -> dict[int, AccountKey]:
    """Give accounts by id."""
    found: dict[int, AccountKey] = {}
    for ids in chunks(account_ids):
        found |= {a.account_id: a for a in _rows(tx, Account.account_id.in_(ids))}
    return found


def hold(tx: Tx, account_ids: Iterable[int]) -> dict[int, AccountKey]:
    """Give accounts by id and hold them until the transaction ends: a link used meanwhile is seen, or finds none."""
    found: dict[int, AccountKey] = {}
    for ids in chunks(sorted(account_ids)):
        query = select(*_COLUMNS).where(Account.account_id.in_(ids)).order_by(Account.account_id)
        found |= {a.account_id: a for a in _keys(tx, query.with_for_update())}
    return found


def record_accounts(tx: Tx, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Make accounts; give the id of each login that was not taken."""
    if not rows:
        return {}
    statement = tx.insert(Account).on_conflict_do_nothing().returning(Account.account_id, Account.login_key)
    return {row.login_key: row.account_id for row in tx.execute(statement, list(rows)).all()}


def remove_accounts(tx: Tx, account_ids: Iterable[int]) -> None:
    """Take held accounts back that nobody has used."""
    for ids in chunks(account_ids):
        for opened in (Session, Invitation):
            tx.execute(delete(opened).where(opened.account_id.in_(ids)))
        tx.execute(delete(Account).where(Account.account_id.in_(ids)))


def list_standing(tx: Tx, member_ids: Iterable[int]) -> set[tuple[int, str, int]]:
    """Give (member, kind, version) of the consents that stand."""
    found: set[tuple[int, str, int]] = set()
    for ids in chunks(member_ids):
        query = select(Consent.member_id, Consent.kind, Consent.version)
        rows = tx.all(query.where(Consent.member_id.in_(ids), Consent.withdrawn_at.is_(None)))
        found |= {(r.member_id, r.kind, r.version) for r in rows}
    return found


def record_consents(
    tx: Tx, given: Sequence[tuple[int, str, int, dt.date]], *, at: dt.datetime, account_id: int
) -> list[tuple[int, str, int]]:
    """Put down paper consents (member, kind, version, day), ending older ones; give (member, kind, number)."""
    consents.lock_all(tx)  # a tap of a member at the same time waits, and then finds the paper
    last: dict[tuple[int, str], int] = {}
    for ids in chunks({member_id for member_id, *_ in given}):
        of_ids = Consent.member_id.in_(ids)
        counted = select(Consent.member_id, Consent.kind, func.max(Consent.number).label("last"))
        for row in tx.all(counted.where(of_ids).group_by(Consent.member_id, Consent.kind)):
            last[row.member_id, row.kind] = row.last
    for member_id, kind, _, _ in given:
        if (member_id, kind) in last:
            older = and_(Consent.member_id == member_id, Consent.kind == kind, Consent.withdrawn_at.is_(None))
            tx.execute(update(Consent).where(older).values(withdrawn_at=at))
    rows: list[dict[str, Any]] = [
        {
            "member_id": member_id,
            "kind": kind,
            "number": last.get((member_id, kind), 0) + 1,
            "version": version,
            "given_at": at,
            "given_on": day,
            "on_paper": True,
            "entered_by": account_id,
        }
        for member_id, kind, version, day in given
    ]
    tx.insert_rows(Consent, rows)
    return [(r["member_id"], r["kind"], r["number"]) for r in rows]


def list_withdrawn(tx: Tx, keys: Iterable[tuple[int, str, int]]) -> dict[tuple[int, str, int], bool]:
    """Tell of consents (member, kind, number) whether they were withdrawn; what is gone is left out."""
    wanted = set(keys)
    found: dict[tuple[int, str, int], bool] = {}
    for ids in chunks({member_id for member_id, *_ in wanted}):
        query = select(Consent.member_id, Consent.kind, Consent.number, Consent.withdrawn_at)
        for row in tx.all(query.where(Consent.member_id.in_(ids))):
            found[row.member_id, row.kind, row.number] = row.withdrawn_at is not None
    return {key: value for key, value in found.items() if key in wanted}


def remove_consents(tx: Tx, keys: Sequence[tuple[int, str, int]]) -> None:
    """Take consents (member, kind, number) back."""
    for start in range(0, len(keys), 200):
        part = keys[start : start + 200]
        tx.execute(
            delete(Consent).where(
                or_(
                    *(
                        and_(Consent.member_id == member_id, Consent.kind == kind, Consent.number == number)
                        for member_id, kind, number in part
                    )
                )
            )
        )


def _rows(tx: Tx, condition: Any) -> list[AccountKey]:
    return _keys(tx, select(*_COLUMNS).where(condition))


def _keys(tx: Tx, query: Select[*tuple[Any, ...]]) -> list[AccountKey]:
    return [AccountKey(**row._mapping) for row in tx.all(query)]  # noqa: SLF001 - SQLAlchemy's public name
