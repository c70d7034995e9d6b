"""The organisation's rules: names, bounds, days, and what is reckoned by them."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from pathlib import Path

import pytest

from tracker.domain.errors import AppError
from tracker.domain.late_rules import LATE_RULES
from tracker.domain.office_rule_words import FIXED, GROUPS, RULES, UNITS
from tracker.domain.office_rules import (
    DEFAULTS,
    SHAPES,
    OfficeRules,
    Rule,
    RuleBook,
    RuleEntry,
    RuleGroup,
    Unit,
    check_change,
)
from tracker.domain.organisation import (
    COUNTING,
    Absence,
    Membership,
    MemberStatus,
    StandingReason,
    standing,
)
from tracker.domain.periods import Period
from tracker.domain.types import UnitId
from tracker.services.freezing_rules import rules_in, rules_out

ROOT = Path(__file__).parents[2]
D = dt.date
TODAY = D(2026, 11, 22)
BY_PERIOD = [rule for rule, shape in SHAPES.items() if shape.by_period]


def test_every_rule_has_a_number_a_shape_and_words() -> None:
    assert {field.name for field in fields(OfficeRules)} == {rule.value for rule in Rule} == set(SHAPES)
    assert set(RULES) == set(Rule)
    assert set(UNITS) == set(Unit)
    assert set(GROUPS) == set(RuleGroup)
    assert all(FIXED.values())


@pytest.mark.parametrize("rule", Rule)
def test_a_default_lies_within_its_bounds(rule: Rule) -> None:
    assert SHAPES[rule].least <= DEFAULTS.value(rule) <= SHAPES[rule].most


def test_the_defaults_are_those_that_the_rules_of_counting_and_lateness_begin_with() -> None:
    assert DEFAULTS.late == LATE_RULES
    assert DEFAULTS.counting == COUNTING
    assert RuleBook().on(TODAY) is DEFAULTS


def test_no_bounds_let_a_claim_be_too_old_before_it_is_late() -> None:
    extreme = replace(
        DEFAULTS, late_after_days=SHAPES[Rule.LATE_AFTER_DAYS].most, oldest_days=SHAPES[Rule.OLDEST_DAYS].least
    )
    assert extreme.late.late_after_days < extreme.late.oldest_days


def test_a_rule_holds_from_its_day_until_the_next() -> None:
    book = RuleBook.made_of(
        [
            RuleEntry(D(2027, 1, 1), Rule.LATE_AFTER_DAYS, 3),
            RuleEntry(D(2026, 6, 1), Rule.LATE_AFTER_DAYS, 10),
            RuleEntry(D(2026, 6, 1), Rule.OLDEST_DAYS, 1),  # of a version with other bounds: left out
        ]
    )
    days = [D(2026, 5, 31), D(2026, 6, 1), D(2026, 12, 31), D(2027, 1, 1)]
    assert [book.on(day).late_after_days for day in days] == [5, 10, 10, 3]
    assert book.on(D(2027, 1, 1)).oldest_days == DEFAULTS.oldest_days


def test_lateness_is_judged_by_the_rules_of_the_month_it_happened_in() -> None:
    book = RuleBook.made_of([RuleEntry(D(2026, 12, 1), Rule.LATE_AFTER_DAYS, 0)])
    assert not book.is_late(D(2026, 11, 30), D(2026, 12, 5))
    assert book.is_late(D(2026, 11, 30), D(2026, 12, 6))
    assert book.is_late(D(2026, 12, 1), D(2027, 1, 1))
    assert not book.is_late(D(2026, 12, 1), D(2026, 12, 31))


@pytest.mark.parametrize(("rule", "value", "valid_from"), [
    (Rule.LATE_AFTER_DAYS, 61, TODAY),
    (Rule.EXCUSED_OVER_PERCENT, 9, TODAY),
    (Rule.LATE_AFTER_DAYS, 3, TODAY - dt.timedelta(days=1)),
    (Rule.OLDEST_DAYS, 100, TODAY + dt.timedelta(days=1)),
    (Rule.ERASURE_DAYS, 21, TODAY),
])  # fmt: skip
def test_a_change_out_of_bounds_or_of_the_past_is_refused(rule: Rule, value: int, valid_from: dt.date) -> None:
    with pytest.raises(AppError):
        check_change(rule, value, valid_from, TODAY)


@pytest.mark.parametrize("rule", BY_PERIOD)
def test_what_shapes_figures_may_be_planned(rule: Rule) -> None:
    check_change(rule, DEFAULTS.value(rule), TODAY + dt.timedelta(days=40), TODAY)


def one(status: MemberStatus) -> Membership:
    return Membership(unit_id=UnitId(1), status=status, since=D(2020, 1, 1))


def test_who_counts_and_whom_an_absence_excuses_is_as_the_office_set_it() -> None:
    april = Period.parse("2026-04")
    away = [Absence(from_on=D(2026, 4, 1), until_on=D(2026, 4, 12), reason="công tác")]  # 12 of 30 days
    rules = replace(DEFAULTS, excused_over_percent=39, counts_probationary=0, counts_exempt=1).counting
    seen = {
        status: standing([one(status)], away, april, TODAY, rules).why
        for status in MemberStatus
    }  # fmt: skip
    assert seen == {
        MemberStatus.OFFICIAL: StandingReason.ABSENT,
        MemberStatus.PROBATIONARY: StandingReason.STATUS,
        MemberStatus.EXEMPT: StandingReason.ABSENT,
        MemberStatus.NON_MEMBER: StandingReason.STATUS,
    }
    exactly = replace(DEFAULTS, excused_over_percent=40).counting
    assert standing([one(MemberStatus.OFFICIAL)], away, april, TODAY, exactly).why is StandingReason.COUNTED


def test_the_words_of_lateness_tell_the_part_that_excuses() -> None:
    assert "half" in LATE_RULES.words("en")
    assert "quá nửa kỳ" in LATE_RULES.words("vi")
    other = replace(DEFAULTS, excused_over_percent=60).late
    assert "60%" in other.words("en")
    assert "60%" in other.words("vi")


def test_the_document_lists_every_rule_as_it_is() -> None:
    told = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8").splitlines()
    for rule, shape in SHAPES.items():
        holds = "periods" if shape.by_period else "from its day"
        line = f"| `{rule}` | {DEFAULTS.value(rule)} {shape.unit} | {shape.least} to {shape.most} | {holds}"
        assert [row for row in told if row.startswith(line)], line


def test_a_close_keeps_the_numbers_that_nobody_set() -> None:
    frozen = rules_in([(0, rules_out(RuleBook()))])
    assert {entry.rule for entry in frozen.entries} == set(Rule)
    assert frozen.on(dt.date(2026, 1, 1)) == DEFAULTS
