"""What a page prints of its own reach, read where a rule says, never over the whole page: pages carry other counters.

Reading an article's page raises its counter in some programs; the rows of a section page do not: `row_counters`.
"""

from __future__ import annotations

import dataclasses
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeVar

from crawler.links import absolute
from crawler.pages.counter_rules import COUNTED, RANK
from crawler.pages.families import known_lists, select
from crawler.pages.surround import loose_lines
from crawler.pages.tree import line_of
from crawler.pages.types import CounterReading, PageCounters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from lxml import html

    from crawler.pages.counter_rules import CounterRule
    from crawler.pages.families import Family

_ALONE = re.compile(r"\W*(?P<number>\d[\d.,]*)\W*")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d+")
_DIVIDER = re.compile(r"\s*[|•·]\s*|\s+[–—-]\s+")
_MOST = 2**31 - 1
_VIEWS = re.compile(
    r"\W*(?:(?:(?:số )?(?:lượt|lần) (?:xem|đọc)|đã (?:xem|đọc))\s*:?\s*(?P<number>\d[\d.,]*)(?:\s*(?:lượt|lần))?"
    r"|(?P<before>\d[\d.,]*)\s*(?:lượt|lần) (?:xem|đọc))\W*",
    re.IGNORECASE,
)
_GENERIC_RULE = "container_line"
_AVERAGE = re.compile(r"\d{1,3}(?:[.,]\d{1,2})?")
_ROUNDED: Final = Decimal("0.05")  # an average is printed with one decimal

N = TypeVar("N", int, Decimal)


def page_counters(
    root: html.HtmlElement,
    family: Family,
    *,
    container: html.HtmlElement | None,
    holder: html.HtmlElement | None,
    head_lines: Sequence[str],
) -> CounterReading:
    """Read the counters of an article's page, by its family's rules, or a labelled line of its own container."""
    own = next(iter(family.find_all(root, "container")), None) if "container" in family.selectors else container
    reading = _checked(_by_rules(root, own, family, head_lines), root, own, family)
    if "views" in family.counters or container is None or holder is None:
        return reading
    found = next(((v, line) for line in loose_lines(container, holder) if (v := _labelled(line)) is not None), None)
    if found is None:
        return reading
    return dataclasses.replace(
        reading,
        counters=dataclasses.replace(reading.counters, views=found[0]),
        rule=reading.rule or _GENERIC_RULE,
        raw=(f"views: {found[1]}", *reading.raw),
    )


def row_counters(root: html.HtmlElement, base: str, rules: tuple[Family, ...] = ()) -> dict[str, CounterReading]:
    """Read the counters in the rows of a section page, by the address of the article that each row links to."""
    read: dict[str, CounterReading] = {}
    for family in (*rules, *known_lists()):
        for row in next((rows for s in family.row if (rows := select(root, s))), []):
            link = next((e for s in family.link for e in select(row, s)), None)
            url = None if link is None else absolute(link.get("href", ""), base)
            reading = _by_rules(row, row, family, ())
            if url is not None and reading.rule is not None:
                read.setdefault(url, reading)
    return read


def _by_rules(
    root: html.HtmlElement, container: html.HtmlElement | None, family: Family, head_lines: Sequence[str]
) -> CounterReading:
    """Read each counter by the first of its rules that gives one."""
    values: dict[str, int] = {}
    raw: list[str] = []
    for name in COUNTED:
        told = (_read(rule, root, container, head_lines, number=_number) for rule in family.counters.get(name, ()))
        found = next((one for one in told if one is not None), None)
        if found is not None:
            values[name] = found[0]
            raw.append(f"{name}: {found[1]}")
    return CounterReading(counters=PageCounters(**values), rule=family.id if values else None, raw=tuple(raw))


def _checked(
    reading: CounterReading, root: html.HtmlElement, container: html.HtmlElement | None, family: Family
) -> CounterReading:
    """Read the average that the page prints of its rating, and tell whether sum and votes agree with it."""
    told = (_read(rule, root, container, (), number=_decimal) for rule in family.counters.get(RANK, ()))
    found = next((one for one in told if one is not None), None)
    if found is None:
        return reading
    rank, line = found
    rating, votes = reading.counters.rating, reading.counters.votes
    agrees = rating is None or votes is None or abs(rank * votes - rating) <= votes * _ROUNDED
    to_check = () if agrees else ("rating", "votes")
    return dataclasses.replace(reading, raw=(*reading.raw, f"{RANK}: {line}"), rank=str(rank), to_check=to_check)


def _read(
    rule: CounterRule,
    root: html.HtmlElement,
    container: html.HtmlElement | None,
    head_lines: Sequence[str],
    *,
    number: Callable[[str], N | None],
) -> tuple[N, str] | None:
    """Read one counter and the words it stood in."""
    if rule.head is not None:
        return _first(head_lines, rule.head, number)
    place = root if rule.page else container
    if place is None:
        return None
    return _first(map(line_of, select(place, rule.select)), rule.pattern or _ALONE, number)


def _first(lines: Iterable[str], pattern: re.Pattern[str], number: Callable[[str], N | None]) -> tuple[N, str] | None:
    """Give the number in the first line that is, as a whole, what the pattern says."""
    for line in lines:
        match = pattern.fullmatch(line)
        told = None if match is None else next((part for part in match.groups() if part), None)
        value = None if told is None else number(told)
        if value is not None:
            return value, line
    return None


def _labelled(line: str) -> int | None:
    """Read a line of which one part is nothing but a labelled count of views."""
    found = _first(_DIVIDER.split(line), _VIEWS, _number)
    return None if found is None else found[0]


def _number(text: str) -> int | None:
    """Read a count: digits, or groups of three parted by points or commas alike."""
    text = text.rstrip(".,")
    if not _GROUPED.fullmatch(text):
        return None
    value = int(re.sub(r"\D", "", text)[:12])
    return value if value <= _MOST else None


def _decimal(text: str) -> Decimal | None:
    """Read an average: whole, or with one or two decimals behind a point or a comma."""
    text = text.rstrip(".,")
    return Decimal(text.replace(",", ".")) if _AVERAGE.fullmatch(text) else None
