"""The organisation's rules: read by whoever judges, shown to everybody, changed by administrators."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain import rights
from tracker.domain.errors import AppError, Code
from tracker.domain.office_rules import DEFAULTS, SHAPES, Rule, RuleBook, RuleEntry, check_change
from tracker.domain.rights import Right
from tracker.store import audit
from tracker.store import office_rules as store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.domain.office_rules import OfficeRules, RuleShape
    from tracker.domain.types import Viewer
    from tracker.store.db import Tx
    from tracker.store.office_rules import RuleRow


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """A rule as it stands: its number today, what is planned, and when it was changed last (by an account's number)."""

    rule: Rule
    shape: RuleShape
    value: int
    default: int
    planned: tuple[RuleEntry, ...]
    version: int
    changed_at: dt.datetime | None
    changed_by: int | None


def book(tx: Tx) -> RuleBook:
    """Give what the organisation set; for a service, not for a person."""
    return store.read(tx)


def on(tx: Tx, day: dt.date) -> OfficeRules:
    """Give the rules of a local day; for a service, not for a person."""
    return store.read(tx).on(day)


def latest(tx: Tx) -> OfficeRules:
    """Give the rules as they were set last: for those that hold from the day they are set, so that none lies ahead."""
    return store.read(tx).on(dt.date.max)


def list_rules(tx: Tx, viewer: Viewer, *, today: dt.date) -> list[RuleView]:
    """List all rules in the order of their groups."""
    rights.require(Right.SIGNED_IN, viewer)
    rows = store.list_rows(tx)
    rules = RuleBook.made_of(row.entry for row in rows).on(today)
    return [_view(rule, rules, [row for row in rows if row.entry.rule is rule], today) for rule in SHAPES]


def get(tx: Tx, viewer: Viewer, name: str, *, today: dt.date) -> RuleView:
    """Get one rule by its name."""
    found = {view.rule.value: view for view in list_rules(tx, viewer, today=today)}
    if name not in found:
        raise AppError(Code.NOT_FOUND)
    return found[name]


def change(
    tx: Tx,
    viewer: Viewer,
    rule: Rule,
    value: int,
    *,
    valid_from: dt.date | None = None,
    version: int | None = None,
    now: dt.datetime,
    today: dt.date,
) -> RuleView:
    """Set a rule from a day on (today, where none is named), in place of what was planned from then on.

    `version`: that of what was looked at; another refuses with ETAG_STALE.
    """
    rights.require(Right.ADMIN, viewer)
    start = valid_from or today
    check_change(rule, value, start, today)
    standing = store.find_version(tx, rule)
    if version is not None and version != standing:
        raise AppError(Code.ETAG_STALE)
    store.put(tx, RuleEntry(start, rule, value), version=standing + 1, now=now, by=viewer.account_id)
    facts = {"value": value, "valid_from": start.isoformat()}
    audit.record(tx, at=now, actor=viewer.account_id, action="setting.change", subject=f"setting:{rule}", **facts)
    return get(tx, viewer, rule.value, today=today)


def _view(rule: Rule, rules: OfficeRules, rows: Sequence[RuleRow], today: dt.date) -> RuleView:
    last = max(rows, key=lambda row: row.version, default=None)
    return RuleView(
        rule=rule,
        shape=SHAPES[rule],
        value=rules.value(rule),
        default=DEFAULTS.value(rule),
        planned=tuple(row.entry for row in rows if row.entry.valid_from > today),
        version=0 if last is None else last.version,
        changed_at=None if last is None else last.changed_at,
        changed_by=None if last is None else last.changed_by,
    )
