"""Each fact of the source documents is shown by a test that names it, or is excluded in words."""

from __future__ import annotations

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
HERE = Path(__file__).parent
FACTS = {"000": range(1, 15), "001": range(15, 23), "002": range(23, 30), "003": range(30, 42), "004": range(42, 72)}
ID = re.compile(r"\b00[0-4]-[0-9]{2}\b")


def known() -> set[str]:
    return {f"{document}-{number:02d}" for document, numbers in FACTS.items() for number in numbers}


def excluded() -> dict[str, str]:
    """Give the facts that the README excludes, with the reason."""
    rows = re.findall(
        r"^\| (00[0-4]-[0-9]{2}) \| (.+) \|$", (HERE / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    return dict(rows)


def shown() -> set[str]:
    """Give the facts that tests name."""
    return {found for path in TESTS.rglob("test_*.py") for found in ID.findall(path.read_text(encoding="utf-8"))}


def test_there_are_71_facts() -> None:
    assert len(known()) == 71


def test_every_fact_is_shown_by_a_test_or_excluded_with_a_reason() -> None:
    assert sorted(known() - shown() - excluded().keys()) == []
    assert all(len(reason) > 20 for reason in excluded().values())


def test_no_test_shows_a_fact_that_is_excluded_or_unknown() -> None:
    assert sorted(excluded().keys() & shown()) == []
    assert sorted((shown() | excluded().keys()) - known()) == []
