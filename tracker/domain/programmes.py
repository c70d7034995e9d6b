"""Programmes and their targets: who owes what per which period, assignments, and the fair rota.

What was done against a target is in progress.py. A programme binds its unit and all below; the caller knows which.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.errors import AppError, Code
from tracker.domain.periods import PeriodKind, periods_inside

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tracker.domain.claims import ClaimKind
    from tracker.domain.periods import Period
    from tracker.domain.types import MemberId, ProgrammeId, TargetId, TopicId


class TargetWho(enum.StrEnum):
    """Who owes what a target asks."""

    EACH_MEMBER = "each_member"
    ASSIGNED = "assigned"
    UNIT = "unit"


class AssignmentState(enum.StrEnum):
    """What an officer says of an assignment; only an accepted claim meets it."""

    GIVEN = "given"
    DONE = "done"
    EXCUSED = "excused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Who, what, how many, per what period; `topic_ids`, where any, alone meet it; `slots` are parts of a rotation."""

    target_id: TargetId
    programme_id: ProgrammeId
    who: TargetWho
    what: ClaimKind
    minimum: int
    per: PeriodKind
    aim: int | None = None
    topic_ids: frozenset[TopicId] = frozenset()
    slots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One member's obligation of one target in one period; `topic_id` is advice, `slot` binds."""

    target_id: TargetId
    member_id: MemberId
    period: Period
    slot: str | None = None
    topic_id: TopicId | None = None
    due_on: dt.date | None = None
    state: AssignmentState = AssignmentState.GIVEN


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeTotals:
    """How many programmes stand in a year and how many are new; `by_kind` of unit, in alphabetical order."""

    count: int
    new: int
    by_kind: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who might be given a turn: their turns in this target, the last day of one, `sort_key` of their name."""

    member_id: MemberId
    turn_count: int
    last_on: dt.date | None
    sort_key: str
    absent: bool = False


_MOST = 1000


def check_target(target: Target) -> None:
    """Refuse with FIELD_INVALID a target that cannot be: 1 ≤ minimum ≤ aim, a plain period, slots told apart."""
    if not 1 <= target.minimum <= _MOST:
        raise AppError(Code.FIELD_INVALID, f"minimum is 1 to {_MOST}", field="minimum")
    if target.aim is not None and not target.minimum <= target.aim <= _MOST:
        raise AppError(Code.FIELD_INVALID, f"aim is minimum to {_MOST}", field="aim")
    if target.per is PeriodKind.SPAN:
        raise AppError(Code.FIELD_INVALID, "a target recurs by day, week, month, quarter, half or year", field="per")
    if len(set(target.slots)) < len(target.slots) or not all(slot.strip() for slot in target.slots):
        raise AppError(Code.FIELD_INVALID, "slots have names of their own", field="slots")


def check_assignment(target: Target, assignment: Assignment) -> None:
    """Refuse with FIELD_INVALID an assignment that its target does not ask for: not its who, period or slot."""
    if target.who is not TargetWho.ASSIGNED:
        raise AppError(Code.FIELD_INVALID, "this target is not given to single members", field="target_id")
    if assignment.period.kind is not target.per:
        raise AppError(Code.FIELD_INVALID, f"this target is given per {target.per}", field="period")
    if assignment.slot is not None and assignment.slot not in target.slots:
        raise AppError(Code.FIELD_INVALID, "this target has no such slot", field="slot")


def check_not_given(assignment: Assignment, given: Iterable[Assignment], *, override: bool) -> None:
    """Refuse with ASSIGNMENT_ALREADY_GIVEN a second turn of one target, period and slot unless overridden.

    `given` are those of the unit; excused ones have made room.
    """
    if override:
        return
    for other in given:
        same = (other.target_id, other.period, other.slot) == (assignment.target_id, assignment.period, assignment.slot)
        if same and other.state is not AssignmentState.EXCUSED:
            raise AppError(
                Code.ASSIGNMENT_ALREADY_GIVEN, "already given to somebody in this period", member_id=other.member_id
            )


def own_periods(
    target: Target, asked: Period, *, from_on: dt.date | None = None, until_on: dt.date | None = None
) -> list[Period]:
    """List a target's own periods inside the asked one (else those it touches), while its programme runs."""
    inside = periods_inside(target.per, asked)
    first, last = from_on or dt.date.min, until_on or dt.date.max
    return [period for period in inside if period.start_on <= last and period.last_day >= first]


def suggest(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Order who should be given the next turn: longest ago first (never before all), then fewest turns, then by name.

    The absent are left out.
    """
    present = (c for c in candidates if not c.absent)
    return sorted(present, key=lambda c: (c.last_on or dt.date.min, c.turn_count, c.sort_key, c.member_id))
