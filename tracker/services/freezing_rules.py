"""The organisation's rules among the frozen rows of a close; a close without them was made by the defaults."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from tracker.domain.office_rules import DEFAULTS, Rule, RuleBook, RuleEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

_KNOWN = frozenset(rule.value for rule in Rule)


def rules_out(book: RuleBook) -> list[list[Any]]:
    """Give all numbers as plain values, those that nobody set too: a later version may come with others."""
    unset = (RuleEntry(dt.date.min, rule, getattr(DEFAULTS, rule.value)) for rule in Rule)
    return [[entry.rule.value, entry.valid_from.isoformat(), entry.value] for entry in (*unset, *book.entries)]


def rules_in(rows: Sequence[tuple[int, Any]]) -> RuleBook:
    """Read the row of `rules_out`, where there is one; numbers stand as they were, whatever the bounds are now."""
    entries = (
        RuleEntry(dt.date.fromisoformat(valid_from), Rule(name), value)
        for _, listed in rows
        for name, valid_from, value in listed
        if name in _KNOWN
    )
    return RuleBook(tuple(sorted(entries)))
