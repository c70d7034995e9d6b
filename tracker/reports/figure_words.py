"""Figures as reports print them: the value or why there is none, its grade, and when it was read or stated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.figures import Grade, Measure
from tracker.domain.numbers import format_int
from tracker.domain.periods import format_day
from tracker.reports.words import Word, name, say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from tracker.domain.figures import Figure

# What the house counts by itself stands as of the cut-off, which every table prints.
COUNTED_HERE = frozenset({Measure.VALID_CLICKS, Measure.PERSON_DAYS, Measure.REPUBLICATIONS})
_READ = frozenset({Grade.MEASURED, Grade.VERIFIED})


def figure_words(figures: Iterable[Figure], zone: dt.tzinfo | None, *measures: Measure) -> str:
    """Print the figures of some measures, each with its grade and its time: grades are never put into one number."""
    told = [f"{figure_value(f)} ({_origin(f, zone)})" for f in figures if f.measure in measures]
    return "; ".join(told) or say(Word.UNKNOWN)


def figure_name(figure: Figure, zone: dt.tzinfo | None) -> str:
    """Name a figure put together from several, with its grade and the time of the last reading."""
    return f"{name('measure', figure.measure)} ({_origin(figure, zone, last=True)})"


def figure_value(figure: Figure) -> str:
    """Print one figure: a number, bounds, or why there is none."""
    if figure.value is not None:
        return format_int(figure.value)
    if figure.hidden:
        return say(Word.BELOW_FIVE)
    if figure.at_least is None and figure.at_most is None:
        return say(Word.UNKNOWN)
    return " – ".join("…" if n is None else format_int(n) for n in (figure.at_least, figure.at_most))


def _origin(figure: Figure, zone: dt.tzinfo | None, *, last: bool = False) -> str:
    grade = name("grade", figure.grade)
    if figure.measure in COUNTED_HERE or _is_unknown(figure):
        return grade
    read, stated = (Word.LAST_READ_AT, Word.LAST_STATED_AT) if last else (Word.READ_AT, Word.STATED_AT)
    at = figure.as_of.astimezone(zone)
    told = say(read if figure.grade in _READ else stated, at=f"{at:%H:%M} {format_day(at.date())}")
    return f"{grade}, {told}"


def _is_unknown(figure: Figure) -> bool:
    return figure.value is figure.at_least is figure.at_most is None
