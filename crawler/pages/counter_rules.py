"""Where a rule says that a page prints a counter, read and judged before anything is looked for. Pure: no parser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

COUNTED: Final = ("views", "comments", "rating", "votes")
RANK: Final = "rank"  # the average that a page prints beside a rating: it checks the others, and is no counter
PATTERN_MOST: Final = 500
_NAMES: Final = frozenset({"select", "pattern", "page", "head"})


class RuleError(ValueError):
    """A rule that cannot be used; the text names the family, the counter and what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterRule:
    """One place of a counter: by selector, or as a whole line between title and body (`head`).

    Each pattern has a group around the number; where it has several, the first that took part gives it.
    """

    select: str = ""
    pattern: re.Pattern[str] | None = None
    page: bool = False  # anywhere on the page: for what stands once, beside the article
    head: re.Pattern[str] | None = None


def read_counters(family: Mapping[str, Any]) -> dict[str, tuple[CounterRule, ...]]:
    """Read the counters of one family as families.toml writes it; refuses what cannot be used with RuleError."""
    told = family.get("counters", {})
    unknown = sorted(set(told) - {*COUNTED, RANK})
    if unknown:
        raise _refused(family, unknown[0], f"no counter; there are {', '.join((*COUNTED, RANK))}")
    return {name: tuple(_counter(family, name, row) for row in rows) for name, rows in told.items()}


def check_rules(families: Iterable[Mapping[str, Any]]) -> None:
    """Refuse families whose counters cannot be used."""
    for family in families:
        read_counters(family)


def _counter(family: Mapping[str, Any], name: str, row: Mapping[str, Any]) -> CounterRule:
    unknown = sorted(set(row) - _NAMES)
    if unknown:
        raise _refused(family, name, f"there is no «{unknown[0]}»")
    if not row.get("select") and "head" not in row:
        raise _refused(family, name, "«select» or «head» says where it stands")
    patterns = {part: _pattern(family, name, str(row[part])) for part in ("pattern", "head") if part in row}
    return CounterRule(select=str(row.get("select", "")), page=bool(row.get("page")), **patterns)


def _pattern(family: Mapping[str, Any], name: str, text: str) -> re.Pattern[str]:
    if len(text) > PATTERN_MOST:
        raise _refused(family, name, f"a pattern of more than {PATTERN_MOST} characters")
    try:
        pattern = re.compile(text)
    except re.error as error:
        raise _refused(family, name, f"«{text}» is no pattern: {error}") from error
    if not pattern.groups:
        raise _refused(family, name, f"«{text}» has no group: the number stands in one, as in (\\d+)")
    return pattern


def _refused(family: Mapping[str, Any], name: str, words: str) -> RuleError:
    return RuleError(f"{family.get('id', '')}: {name}: {words}")
