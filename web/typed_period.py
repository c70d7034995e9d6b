"""Periods as people here write them in a field: `5/2023`, `quý II/2023`, `2023`; also in the form of the addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tracker.domain.errors import AppError
from tracker.domain.names import fold
from tracker.domain.periods import Period, PeriodKind
from web.words import mark

if TYPE_CHECKING:
    from web.forms import Fields

NOT_TYPED = mark("Write a period such as 5/2023, II/2023 or 2023")
PERIODS_MOST = 12
_MONTH = re.compile(r"(?:thang )?(1[0-2]|0?[1-9])[/-]([0-9]{4})")
_QUARTER = re.compile(r"(?:quy )?(iv|i{1,3})[/-]([0-9]{4})|quy ([1-4])[/-]([0-9]{4})")
_YEAR = re.compile(r"nam ([0-9]{4})")
_HALF = re.compile(r"6 thang (dau|cuoi) nam ([0-9]{4})")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


def read_period(text: str) -> Period | None:
    """Read a period; None for what is none."""
    try:
        return Period.parse(_as_address(fold(text)) or text.strip())
    except AppError:
        return None


def typed(period: Period) -> str:
    """Write a period as it is typed."""
    year, month = period.start_on.year, period.start_on.month
    if period.kind is PeriodKind.MONTH:
        return f"{month}/{year}"
    if period.kind is PeriodKind.QUARTER:
        return f"{('I', 'II', 'III', 'IV')[(month - 1) // 3]}/{year}"
    return str(period)


def one_of(form: Fields, name: str, *, needed: bool = False) -> Period | None:
    """Read the one period of a field."""
    text = form.text(name, needed=needed)
    found = read_period(text) if text else None
    if text and found is None:
        form.errors[name] = NOT_TYPED
    return found


def all_of(form: Fields, name: str) -> tuple[Period, ...]:
    """Read the periods of a field, parted by semicolons, commas or lines; each once."""
    parts = [part for part in re.split(r"[\n;,]", form.text(name, needed=True)) if part.strip()]
    found = [read_period(part) for part in parts]
    if None in found or len(found) > PERIODS_MOST:
        form.errors[name] = NOT_TYPED
    return tuple(dict.fromkeys(period for period in found if period is not None))


def _as_address(folded: str) -> str | None:
    if found := _MONTH.fullmatch(folded):
        return f"{found[2]}-{int(found[1]):02d}"
    if found := _QUARTER.fullmatch(folded):
        nth, year = (_ROMAN[found[1]], found[2]) if found[1] else (int(found[3]), found[4])
        return f"{year}-Q{nth}"
    if found := _YEAR.fullmatch(folded):
        return found[1]
    if found := _HALF.fullmatch(folded):
        return f"{found[2]}-H{1 if found[1] == 'dau' else 2}"
    return None
