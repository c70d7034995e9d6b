"""The organisation's rules as they were set, by day; what may be set stands in tracker.domain.office_rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from tracker.domain.office_rules import Rule, RuleBook, RuleEntry
from tracker.store.tables.office import OrganisationRule

if TYPE_CHECKING:
    import datetime as dt

    from tracker.domain.types import AccountId
    from tracker.store.db import Tx

_KNOWN = frozenset(rule.value for rule in Rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """One entry of the book with who made it and when."""

    entry: RuleEntry
    version: int
    changed_at: dt.datetime
    changed_by: int | None


def read(tx: Tx) -> RuleBook:
    """Read the whole book, in one statement."""
    return RuleBook.made_of(row.entry for row in list_rows(tx))


def list_rows(tx: Tx) -> list[RuleRow]:
    """List what was set of the rules that are known, in the order of their days."""
    table = OrganisationRule
    columns = (table.name, table.valid_from, table.value, table.version, table.changed_at, table.changed_by)
    return [
        RuleRow(
            entry=RuleEntry(row.valid_from, Rule(row.name), row.value),
            version=row.version,
            changed_at=row.changed_at,
            changed_by=row.changed_by,
        )
        for row in tx.all(select(*columns).order_by(table.valid_from, table.name))
        if row.name in _KNOWN
    ]


def find_version(tx: Tx, rule: Rule) -> int:
    """Hold the rules until the transaction ends and give how often one was changed; 0: never."""
    tx.lock("office.rules")
    return int(tx.scalar(select(func.max(OrganisationRule.version)).where(OrganisationRule.name == rule.value)) or 0)


def put(tx: Tx, entry: RuleEntry, *, version: int, now: dt.datetime, by: AccountId | None) -> None:
    """Set a rule from a day on, in place of whatever was planned from that day on."""
    table = OrganisationRule
    tx.execute(delete(table).where(table.name == entry.rule.value, table.valid_from >= entry.valid_from))
    row = {"name": entry.rule.value, "valid_from": entry.valid_from, "value": entry.value, "version": version}
    tx.execute(tx.insert(table), row | {"changed_at": now, "changed_by": by})
