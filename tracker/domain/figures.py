"""Figures with a grade: what each measure is, which grades it may bear, how figures are put together.

A Figure has no `+`: two figures meet only in `tally`, which keeps measures and grades apart. Unknown is None, never 0.
"""

from __future__ import annotations

import enum
import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence


class Grade(enum.StrEnum):
    """How far a figure can be trusted (product.md, Figures)."""

    MEASURED = "A"
    VERIFIED = "B"
    DECLARED = "C"
    POTENTIAL = "D"


class Measure(enum.StrEnum):
    """Everything that is counted (contract.md, Measures)."""

    VALID_CLICKS = "valid_clicks"
    PERSON_DAYS = "person_days"
    PAGE_VIEWS = "page_views"
    COMMENTS = "comments"
    RATING_SUM = "rating_sum"
    RATING_VOTES = "rating_votes"
    REPUBLICATIONS = "republications"
    REACH = "reach"
    IMPRESSIONS = "impressions"
    ENGAGEMENTS = "engagements"
    REACH_ENGAGEMENTS = "reach_engagements"  # only as a source states it, never computed
    POTENTIAL = "potential"
    FOLLOWERS = "followers"


_STATED = frozenset({Measure.REACH, Measure.IMPRESSIONS, Measure.ENGAGEMENTS, Measure.REACH_ENGAGEMENTS})
_AUDIENCES = frozenset({Measure.POTENTIAL, Measure.FOLLOWERS})
_NOT_ADDITIVE = frozenset({Measure.REACH, *_AUDIENCES})
CLICK_MEASURES = frozenset({Measure.VALID_CLICKS, Measure.PERSON_DAYS})
SMALLEST_SHOWN = 5


def allowed_grades(measure: Measure) -> frozenset[Grade]:
    """Give the grades that a measure may bear."""
    if measure in _STATED:
        return frozenset({Grade.VERIFIED, Grade.DECLARED})
    return frozenset({Grade.POTENTIAL if measure in _AUDIENCES else Grade.MEASURED})


_ALLOWED = {measure: allowed_grades(measure) for measure in Measure}
_ORDER = {key: place for place, key in enumerate(itertools.product(Measure, Grade))}


def is_additive(measure: Measure) -> bool:
    """Say whether figures of several subjects may be summed; of reach and audiences they may not."""
    return measure not in _NOT_ADDITIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure, of one subject or tallied. `value` None: not known, or between `at_least` and `at_most`, or `hidden`.

    `unknown_count` tells how many of the subjects have no figure: print "không đo được", never 0.
    """

    measure: Measure
    grade: Grade
    value: int | None
    as_of: dt.datetime
    at_least: int | None = None
    at_most: int | None = None
    unknown_count: int = 0
    hidden: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be: a grade its measure never bears, a figure below zero, bounds that cross."""
        if self.grade not in _ALLOWED[self.measure]:
            raise AppError(Code.FIELD_INVALID, f"{self.measure} is never of grade {self.grade}", field="grade")
        if self.value is not None and self.value < 0:
            raise AppError(Code.FIELD_INVALID, "a figure is not below zero", field="value")
        if self.at_least is not None or self.at_most is not None:
            self._check_bounds()

    def _check_bounds(self) -> None:
        if (self.at_least or 0) < 0 or (self.at_most or 0) < 0:
            raise AppError(Code.FIELD_INVALID, "a figure is not below zero", field="value")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise AppError(Code.FIELD_INVALID, "at_least is above at_most", field="at_least")


def declared_grade(measure: Measure, *, verified: bool) -> Grade:
    """Give the grade of what a member typed: C, or B once accepted with evidence; audiences stay D.

    What is only ever measured cannot be typed (FIELD_INVALID).
    """
    if measure in _AUDIENCES:
        return Grade.POTENTIAL
    if measure not in _STATED:
        raise AppError(Code.FIELD_INVALID, f"{measure} is measured, not declared", field="measure")
    return Grade.VERIFIED if verified else Grade.DECLARED


def tally(figures: Iterable[Figure]) -> list[Figure]:
    """Put figures of different subjects together, one for each measure and grade, in their order; order-free.

    Additive measures are summed over what is known. Several figures of the others have no value, only bounds: at least
    the largest, at most the sum. `as_of` is that of the latest. Hide small figures after, not before.
    """
    groups: dict[tuple[Measure, Grade], list[Figure]] = {}
    for figure in figures:
        groups.setdefault((figure.measure, figure.grade), []).append(figure)
    return [_together(groups[key]) for key in sorted(groups, key=_ORDER.__getitem__)]


def hide_small(figure: Figure, *, may_see_all: bool) -> Figure:
    """Hide a click figure under 5 from everybody but the sharer and the administrator."""
    if may_see_all or figure.measure not in CLICK_MEASURES or figure.value is None or figure.value >= SMALLEST_SHOWN:
        return figure
    return replace(figure, value=None, at_least=None, at_most=None, hidden=True)


def _together(group: Sequence[Figure]) -> Figure:
    known = [f for f in group if _is_known(f)]
    value, least, most = _combined(known)
    return Figure(
        measure=group[0].measure,
        grade=group[0].grade,
        value=value,
        as_of=max(f.as_of for f in group),
        at_least=least,
        at_most=most,
        unknown_count=sum(f.unknown_count if _is_known(f) else max(f.unknown_count, 1) for f in group),
        hidden=not known and any(f.hidden for f in group),
    )


def _combined(known: Sequence[Figure]) -> tuple[int | None, int | None, int | None]:
    """Give value, at_least and at_most of figures of one measure and grade, none of them unknown."""
    if not known:
        return None, None, None
    only = known[0]
    if len(known) == 1:
        return only.value, only.at_least, only.at_most
    additive = is_additive(only.measure)
    values = [f.value for f in known if f.value is not None]
    if additive and len(values) == len(known):
        return sum(values), None, None
    lows = [(f.at_least or 0) if f.value is None else f.value for f in known]
    highs = [high for f in known if (high := f.at_most if f.value is None else f.value) is not None]
    return None, sum(lows) if additive else max(lows), sum(highs) if len(highs) == len(known) else None


def _is_known(figure: Figure) -> bool:
    return not (figure.value is figure.at_least is figure.at_most is None)
