"""Which audit events tell of something in a scope: of a member, claim, evidence, link, unit or account there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from tracker.store.scope import member_in_scope, unit_in_scope
from tracker.store.tables.accounts import Account
from tracker.store.tables.claims import Claim
from tracker.store.tables.links import Link
from tracker.store.tables.organisation import Member, Unit
from tracker.store.tables.periods import PeriodClose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.domain.rights import Scope
    from tracker.store.audit import AuditRow
    from tracker.store.db import Tx

OF_CLAIMS = ("claim", "evidence", "assignment", "republication")


def within(tx: Tx, rows: Iterable[AuditRow], scope: Scope) -> list[AuditRow]:
    """Keep the events that were done by an account of the scope or tell of something in it, in a few statements."""
    listed = list(rows)
    if scope.everything or not listed:
        return listed
    named = [(row, *_named(row.subject)) for row in listed]
    accounts = _accounts(tx, {row.actor_id for row in listed if row.actor_id} | _ids(named, "account"), scope)
    members = _members(tx, _ids(named, "member"), scope)
    claims = _claims(tx, {n for _, kind, n in named if kind in OF_CLAIMS}, scope)
    units = _some(tx, select(Unit.unit_id).where(unit_in_scope(Unit.unit_id, scope)), Unit.unit_id, _ids(named, "unit"))
    closes = _some(
        tx,
        select(PeriodClose.close_id).where(unit_in_scope(PeriodClose.unit_id, scope)),
        PeriodClose.close_id,
        _ids(named, "close"),
    )
    links = _links(tx, {n for _, kind, n in named if kind == "link"}, scope)
    seen = {"account": accounts, "member": members, "unit": units, "close": closes}
    return [
        row
        for row, kind, name in named
        if row.actor_id in accounts
        or (name.isdecimal() and int(name) in seen.get(kind, ()))
        or (kind in OF_CLAIMS and _claim(name) in claims)
        or (kind == "link" and name in links)
    ]


def _named(subject: str) -> tuple[str, str]:
    kind, _, name = subject.partition(":")
    return kind, name


def _ids(named: list[tuple[AuditRow, str, str]], kind: str) -> set[int]:
    return {int(name) for _, k, name in named if k == kind and name.isdecimal()}


def _claim(name: str) -> tuple[int, int] | None:
    parts = name.split("-")
    whole = len(parts) > 1 and parts[0].isdecimal() and parts[1].isdecimal()
    return (int(parts[0]), int(parts[1])) if whole else None


def _some(tx: Tx, query: Any, column: Any, ids: set[int]) -> set[int]:
    return set(tx.scalars(query.where(column.in_(ids)))) if ids else set()


def _members(tx: Tx, ids: set[int], scope: Scope) -> set[int]:
    return _some(tx, select(Member.member_id).where(member_in_scope(Member.member_id, scope)), Member.member_id, ids)


def _accounts(tx: Tx, ids: set[int], scope: Scope) -> set[int]:
    there = or_(unit_in_scope(Account.unit_id, scope), member_in_scope(Account.member_id, scope))
    return _some(tx, select(Account.account_id).where(there), Account.account_id, ids)


def _claims(tx: Tx, names: set[str], scope: Scope) -> set[tuple[int, int]]:
    keys = {key for name in names if (key := _claim(name)) is not None}
    if not keys:
        return set()
    query = select(Claim.member_id, Claim.number).where(
        Claim.member_id.in_({m for m, _ in keys}), unit_in_scope(Claim.unit_id, scope)
    )
    return {(r.member_id, r.number) for r in tx.all(query)} & keys


def _links(tx: Tx, slugs: set[str], scope: Scope) -> set[str]:
    if not slugs:
        return set()
    query = select(Link.slug).where(Link.slug.in_(slugs), member_in_scope(Link.member_id, scope))
    return set(tx.scalars(query))
