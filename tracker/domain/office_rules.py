"""The organisation's rules: defaults of product.md that an office may set otherwise, from a day on. Pure.

A rule that shapes figures (`by_period`) holds for periods that begin on its day or later, so that the past stays as it
was; any other holds from its day on. Which rules are fixed, and the words of all, stand in office_rule_words.py.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from tracker.domain.errors import AppError, Code
from tracker.domain.late_rules import LateRules
from tracker.domain.organisation import Counting, MemberStatus
from tracker.domain.periods import PeriodKind, containing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from tracker.domain.periods import Period


class Rule(enum.StrEnum):
    """Every rule that may be set; the name is also that of a field of OfficeRules."""

    LATE_AFTER_DAYS = "late_after_days"
    OLDEST_DAYS = "oldest_days"
    EXCUSED_OVER_PERCENT = "excused_over_percent"
    COUNTS_PROBATIONARY = "counts_probationary"
    COUNTS_EXEMPT = "counts_exempt"
    COUNTS_NON_MEMBERS = "counts_non_members"
    WIDE_REACH_CLICKS = "wide_reach_clicks"
    WIDE_REACH_PIECES = "wide_reach_pieces"
    COUNTERS_UNTIL_DAYS = "counters_until_days"
    UNCLAIMED_LINK_DAYS = "unclaimed_link_days"
    REVIEW_WORKING_DAYS = "review_working_days"
    SECOND_LOOK_PERCENT = "second_look_percent"
    EVIDENCE_MONTHS = "evidence_months"
    ARCHIVE_MONTHS = "archive_months"
    PHOTO_MONTHS = "photo_months"
    REFUSED_EVIDENCE_DAYS = "refused_evidence_days"
    MEMBER_SESSION_DAYS = "member_session_days"
    OFFICE_SESSION_DAYS = "office_session_days"
    FETCH_DAYS = "fetch_days"
    ANSWER_WORKING_DAYS = "answer_working_days"
    CORRECTION_DAYS = "correction_days"
    ERASURE_DAYS = "erasure_days"


class Unit(enum.StrEnum):
    """What the number of a rule counts."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    PERCENT = "percent"
    CLICKS = "clicks"
    PIECES = "pieces"
    YES_NO = "yes_no"  # 1 or 0


class RuleGroup(enum.StrEnum):
    """Under which heading a rule stands."""

    DECLARATIONS = "declarations"
    OBLIGATIONS = "obligations"
    REACH = "reach"
    REVIEW = "review"
    KEEPING = "keeping"
    REQUESTS = "requests"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRules:
    """All rules as they stand on one day."""

    late_after_days: int = 5  # the end of the month, before a declaration is marked late
    oldest_days: int = 400
    excused_over_percent: int = 50  # of a period: who is away for more is excused
    counts_probationary: int = 1
    counts_exempt: int = 0
    counts_non_members: int = 0
    wide_reach_clicks: int = 0  # where no programme says otherwise; 0: the most clicked pieces are listed
    wide_reach_pieces: int = 10  # how many of them
    counters_until_days: int = 30  # after the quarter of a piece
    unclaimed_link_days: int = 14
    review_working_days: int = 5  # longer than this, a waiting declaration is marked
    second_look_percent: int = 5
    evidence_months: int = 12  # pictures and documents, after the end of the year in which it happened
    archive_months: int = 60  # archives of public pages, the same way
    photo_months: int = 12  # photos of meetings, which show people: the same way
    refused_evidence_days: int = 90  # of what was withdrawn, rejected or reversed, after its last step
    member_session_days: int = 180
    office_session_days: int = 7
    fetch_days: int = 30
    answer_working_days: int = 2
    correction_days: int = 10
    erasure_days: int = 20

    def value(self, rule: Rule) -> int:
        """Give one rule's number."""
        found: int = getattr(self, rule.value)
        return found

    @property
    def late(self) -> LateRules:
        """Give what holds of lateness."""
        return LateRules(
            oldest_days=self.oldest_days,
            late_after_days=self.late_after_days,
            excused_over_percent=self.excused_over_percent,
        )

    @property
    def counting(self) -> Counting:
        """Give who counts, and whom an absence excuses."""
        also = {
            MemberStatus.PROBATIONARY: self.counts_probationary,
            MemberStatus.EXEMPT: self.counts_exempt,
            MemberStatus.NON_MEMBER: self.counts_non_members,
        }
        return Counting(
            statuses=frozenset({MemberStatus.OFFICIAL, *(status for status, counts in also.items() if counts)}),
            excused_over_percent=self.excused_over_percent,
        )


DEFAULTS: Final = OfficeRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleShape:
    """What a rule may be set to, and from when on a change holds."""

    group: RuleGroup
    unit: Unit
    least: int
    most: int
    by_period: bool = False  # shapes figures: holds for periods that begin on its day or later


def _shape(group: RuleGroup, unit: Unit, least: int, most: int) -> RuleShape:
    return RuleShape(group=group, unit=unit, least=least, most=most)


def _by_period(group: RuleGroup, unit: Unit, least: int, most: int) -> RuleShape:
    return RuleShape(group=group, unit=unit, least=least, most=most, by_period=True)


_G, _U = RuleGroup, Unit
SHAPES: Final[Mapping[Rule, RuleShape]] = {
    Rule.LATE_AFTER_DAYS: _by_period(_G.DECLARATIONS, _U.DAYS, 0, 60),
    Rule.OLDEST_DAYS: _shape(_G.DECLARATIONS, _U.DAYS, 62, 1100),
    Rule.UNCLAIMED_LINK_DAYS: _shape(_G.DECLARATIONS, _U.DAYS, 1, 90),
    Rule.EXCUSED_OVER_PERCENT: _by_period(_G.OBLIGATIONS, _U.PERCENT, 10, 95),
    Rule.COUNTS_PROBATIONARY: _by_period(_G.OBLIGATIONS, _U.YES_NO, 0, 1),
    Rule.COUNTS_EXEMPT: _by_period(_G.OBLIGATIONS, _U.YES_NO, 0, 1),
    Rule.COUNTS_NON_MEMBERS: _by_period(_G.OBLIGATIONS, _U.YES_NO, 0, 1),
    Rule.WIDE_REACH_CLICKS: _by_period(_G.REACH, _U.CLICKS, 0, 1_000_000),
    Rule.WIDE_REACH_PIECES: _by_period(_G.REACH, _U.PIECES, 1, 50),
    Rule.COUNTERS_UNTIL_DAYS: _shape(_G.REACH, _U.DAYS, 0, 365),
    Rule.REVIEW_WORKING_DAYS: _shape(_G.REVIEW, _U.WORKING_DAYS, 1, 30),
    Rule.SECOND_LOOK_PERCENT: _shape(_G.REVIEW, _U.PERCENT, 0, 100),
    Rule.EVIDENCE_MONTHS: _shape(_G.KEEPING, _U.MONTHS, 1, 60),
    Rule.ARCHIVE_MONTHS: _shape(_G.KEEPING, _U.MONTHS, 12, 240),
    Rule.PHOTO_MONTHS: _shape(_G.KEEPING, _U.MONTHS, 1, 60),
    Rule.REFUSED_EVIDENCE_DAYS: _shape(_G.KEEPING, _U.DAYS, 30, 365),
    Rule.MEMBER_SESSION_DAYS: _shape(_G.KEEPING, _U.DAYS, 1, 365),
    Rule.OFFICE_SESSION_DAYS: _shape(_G.KEEPING, _U.DAYS, 1, 30),
    Rule.FETCH_DAYS: _shape(_G.KEEPING, _U.DAYS, 7, 365),
    # No longer than the law leaves (Law 91/2025/QH15, Decree 356/2025).
    Rule.ANSWER_WORKING_DAYS: _shape(_G.REQUESTS, _U.WORKING_DAYS, 1, DEFAULTS.answer_working_days),
    Rule.CORRECTION_DAYS: _shape(_G.REQUESTS, _U.DAYS, 1, DEFAULTS.correction_days),
    Rule.ERASURE_DAYS: _shape(_G.REQUESTS, _U.DAYS, 1, DEFAULTS.erasure_days),
}


@dataclass(frozen=True, slots=True, order=True)
class RuleEntry:
    """A rule's number from a local day on."""

    valid_from: dt.date
    rule: Rule
    value: int


@dataclass(frozen=True, slots=True)
class RuleBook:
    """What the organisation set its rules to, and when; without entries, the defaults hold."""

    entries: tuple[RuleEntry, ...] = field(default=())

    @classmethod
    def made_of(cls, entries: Iterable[RuleEntry]) -> RuleBook:
        """Make a book of entries in any order; a number outside of today's bounds is left out."""
        sound = (e for e in entries if SHAPES[e.rule].least <= e.value <= SHAPES[e.rule].most)
        return cls(tuple(sorted(sound)))

    def on(self, day: dt.date) -> OfficeRules:
        """Give the rules of a local day; of a period, its first."""
        held = {entry.rule.value: entry.value for entry in self.entries if entry.valid_from <= day}
        return replace(DEFAULTS, **held) if held else DEFAULTS

    def of(self, period: Period) -> OfficeRules:
        """Give the rules of a period: those of its first day."""
        return self.on(period.start_on)

    def is_late(self, happened_on: dt.date, filed_on: dt.date) -> bool:
        """Say whether a claim is marked late, by the rules of the local month it counts in."""
        return self.of(containing(PeriodKind.MONTH, happened_on)).late.is_late(happened_on, filed_on)


NOTHING_SET: Final = RuleBook()


def check_change(rule: Rule, value: int, valid_from: dt.date, today: dt.date) -> None:
    """Refuse a number outside of a rule's bounds, and a day that is past or, where none may be chosen, not today."""
    shape = SHAPES[rule]
    if not shape.least <= value <= shape.most:
        told = f"{rule} is {shape.least} to {shape.most}"
        raise AppError(Code.FIELD_INVALID, told, field="value", least=shape.least, most=shape.most)
    if valid_from < today:
        raise AppError(Code.FIELD_INVALID, "the past stays as it was", field="valid_from", earliest=today.isoformat())
    if not shape.by_period and valid_from > today:
        raise AppError(Code.FIELD_INVALID, f"{rule} holds from today on", field="valid_from")
