"""Which audit events tell of something in a scope: of a person, a claim, or what a unit there registered.

Every kind of subject stands in one of the lists below; a test compares them with what services write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select

from tracker.store.scope import member_in_scope, unit_in_scope
from tracker.store.tables.accounts import Account
from tracker.store.tables.claims import Claim
from tracker.store.tables.links import Link
from tracker.store.tables.organisation import Member, Unit
from tracker.store.tables.periods import PeriodClose
from tracker.store.tables.programmes import Assignment, Programme, Target
from tracker.store.tables.registers import Activity, Award, Meeting, UnitChannel

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from tracker.domain.rights import Scope
    from tracker.store.audit import AuditRow
    from tracker.store.db import Tx

OF_CLAIMS: Final = ("claim", "evidence")
OF_UNITS: Final[Mapping[str, tuple[Any, Any]]] = {  # the number of a thing, and the unit it belongs to
    "activity": (Activity.activity_id, Activity.unit_id),
    "award": (Award.award_id, Award.unit_id),
    "channel": (UnitChannel.channel_id, UnitChannel.unit_id),
    "close": (PeriodClose.close_id, PeriodClose.unit_id),
    "meeting": (Meeting.meeting_id, Meeting.unit_id),
    "programme": (Programme.programme_id, Programme.unit_id),
    "unit": (Unit.unit_id, Unit.unit_id),
}
OF_PEOPLE: Final = ("account", "assignment", "link", "member", "target")  # each in its own way below
# The whole installation's: told to those who see everything, and to others as an act of an account of their scope.
OF_ALL: Final = (
    *("agent", "article", "directive", "feed", "import", "outlet", "report", "rollups", "setting", "topic_rule"),
)


def within(tx: Tx, rows: Iterable[AuditRow], scope: Scope) -> list[AuditRow]:
    """Keep the events that were done by an account of the scope or tell of something in it, in a few statements."""
    listed = list(rows)
    if scope.everything or not listed:
        return listed
    named = [(row, *_named(row.subject)) for row in listed]
    accounts = _accounts(tx, {row.actor_id for row in listed if row.actor_id} | _ids(named, "account"), scope)
    seen: dict[str, Collection[Any]] = {
        "account": accounts,
        "member": _members(tx, _ids(named, "member"), scope),
        "target": _targets(tx, _ids(named, "target"), scope),
        "link": _links(tx, _names(named, "link"), scope),
        "assignment": _assignments(tx, _names(named, "assignment"), scope),
    }
    for kind, (key, unit) in OF_UNITS.items():
        seen[kind] = _some(tx, select(key).where(unit_in_scope(unit, scope)), key, _ids(named, kind))
    claims = _claims(tx, set().union(*(_names(named, kind) for kind in OF_CLAIMS)), scope)
    return [
        row
        for row, kind, name in named
        if row.actor_id in accounts
        or name in seen.get(kind, ())
        or (name.isdecimal() and int(name) in seen.get(kind, ()))
        or (kind in OF_CLAIMS and _claim(name) in claims)
    ]


def _named(subject: str) -> tuple[str, str]:
    kind, _, name = subject.partition(":")
    return kind, name


def _ids(named: list[tuple[AuditRow, str, str]], kind: str) -> set[int]:
    return {int(name) for _, k, name in named if k == kind and name.isdecimal()}


def _names(named: list[tuple[AuditRow, str, str]], kind: str) -> set[str]:
    return {name for _, k, name in named if k == kind}


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


def _targets(tx: Tx, ids: set[int], scope: Scope) -> set[int]:
    query = select(Target.target_id).join(Programme, Programme.programme_id == Target.programme_id)
    return _some(tx, query.where(unit_in_scope(Programme.unit_id, scope)), Target.target_id, ids)


def _assignments(tx: Tx, names: set[str], scope: Scope) -> set[str]:
    """Give the assignments of units of the scope; one that was removed belongs where its member stands."""
    if not names:
        return set()
    there = or_(unit_in_scope(Assignment.unit_id, scope), member_in_scope(Assignment.member_id, scope))
    known = set(tx.scalars(select(Assignment.first_key).where(Assignment.first_key.in_(names), there)))
    owners = {name: key[0] for name in names if (key := _claim(name)) is not None}
    members = _members(tx, set(owners.values()), scope)
    return known | {name for name, member_id in owners.items() if member_id in members}
