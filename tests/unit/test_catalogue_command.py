"""`lantoa feeds catalogue` and `lantoa feeds install`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from lantoa.cli import cli
from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANTOA_DATA", str(tmp_path))


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["feeds", *words], catch_exceptions=False)


def told(*words: str) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    assert result.stdout.isascii()
    return json.loads(result.stdout)


@pytest.mark.usefixtures("house")
def test_an_outlet_is_found_installed_and_shown_as_installed() -> None:
    (entry,) = told("catalogue", "--find", "quan doi nhan dan")
    assert (entry["key"], entry["outlet_id"]) == ("qdnd", None)
    done = told("install", "qdnd", "--feed", "1", "--feed", "3")
    assert len(done["added"]) == 2
    assert told("install", "qdnd", "--feed", "1")["added"] == []
    lines = run("catalogue", "--find", "qdnd").stdout.splitlines()
    assert lines[0] == "qdnd\tcentral\t2 collected\tBáo Quân đội nhân dân"
    assert [line[:4].strip() for line in lines[1:4]] == ["+1", "2", "+3"]
    assert [feed["id"] for feed in told("list")] == done["added"]


@pytest.mark.usefixtures("house")
def test_an_ended_outlet_is_installed_with_a_warning() -> None:
    result = run("install", "baobinhphuoc", "--feed", "1")
    assert "warning: this outlet ended on 2025-06-30; «baodongnai» has taken its place" in result.stderr
    assert "1 sources added" in result.stdout


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("install", "x"), Code.NOT_FOUND),
        (("install", "qdnd", "--feed", "99"), Code.FIELD_INVALID),
        (("install", "vks-tinh"), Code.FIELD_INVALID),
    ],
)
def test_what_cannot_be_installed_is_refused(words: tuple[str, ...], code: Code) -> None:
    with pytest.raises(AppError) as refused:
        run(*words)
    assert refused.value.code is code


def test_a_number_that_is_none_is_wrong_usage() -> None:
    assert run("install", "qdnd", "--feed", "0").exit_code == 2
