"""The template of the impact assessment says what the program does: data, roles, times; and leaves no secret blank."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.rules.house import ROOT
from tracker.domain.audit_words import SECTIONS
from tracker.domain.office_rules import DEFAULTS
from tracker.domain.types import Role
from tracker.labels import label
from tracker.services import retention

if TYPE_CHECKING:
    from tracker.domain.privacy import Kept

TOLD = (ROOT / "docs" / "privacy-assessment.md").read_text(encoding="utf-8")


def row(name: str) -> str:
    (found,) = [line for line in TOLD.splitlines() if line.startswith(f"| {name} |")]
    return found


@pytest.mark.parametrize("line", retention.table(), ids=lambda line: line.what)
def test_each_time_of_keeping_is_told_as_it_is(line: Kept) -> None:
    told = row(label("kept", line.what, "vi"))
    if line.months is not None:
        assert f"{line.months} tháng" in told
    if line.days is not None:
        assert f"{line.days} ngày" in told


@pytest.mark.parametrize("section", SECTIONS)
def test_each_kind_of_data_about_a_person_is_named(section: str) -> None:
    assert row(label("record_section", section, "vi"))


@pytest.mark.parametrize("role", Role)
def test_each_role_is_told_with_what_it_sees(role: Role) -> None:
    assert row(label("role", role, "vi"))


def test_the_times_of_answering_are_those_of_the_rules() -> None:
    answer = f"trả lời {DEFAULTS.answer_working_days} ngày làm việc"
    assert f"{answer}, sửa xong {DEFAULTS.correction_days} ngày" in row("sửa")
    assert f"{answer}, xóa xong {DEFAULTS.erasure_days} ngày" in row("xóa")


def test_the_blanks_are_few_and_the_organisation_s_own() -> None:
    blanks = re.findall(r"\[([^\]]+)\](?!\()", TOLD.replace("`[…]`", ""))
    assert 10 < len(blanks) < 45
