"""`lantoa import` as scripts call it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from lantoa.cli.imports import import_
from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

UNITS = "code,name,kind,parent_code\n01,Đảng ủy xã,đảng ủy,\n02,Chi bộ 2,chi bộ,01\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANTOA_DATA", str(tmp_path / "data"))
    return tmp_path


def call(folder: Path, what: str, text: str, *options: str) -> Result:
    file = folder / f"{what}.csv"
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(import_, [what, str(file), *options])


def test_a_file_is_imported_once_and_then_is_the_same(folder: Path) -> None:
    first = call(folder, "units", UNITS, "--json")
    assert (first.exit_code, first.stdout.isascii()) == (0, True)
    told = json.loads(first.stdout)
    assert (told["applied"], told["totals"]["new"], len(told["rows"])) == (True, 2, 2)
    again = call(folder, "units", UNITS, "--json", "--language", "vi")
    assert again.exit_code == 0
    assert {r["status"]: r["words"] for r in json.loads(again.stdout)["rows"]} == {"same": "Không có thay đổi"}
    undone = CliRunner().invoke(import_, ["undo", str(told["id"])])
    assert (undone.exit_code, undone.stdout) == (0, "")


def test_refused_rows_fail_the_command_only_when_nothing_was_applied(folder: Path) -> None:
    bad = UNITS + "03,Chi bộ 3,,99\n"
    dry = call(folder, "units", bad, "--json", "--dry-run")
    assert (dry.exit_code, json.loads(dry.stdout)["totals"]["refused"]) == (0, 1)
    whole = call(folder, "units", bad, "--json")
    assert whole.exit_code == 1
    assert json.loads(whole.stdout)["applied"] is False
    assert whole.stderr.splitlines()[-1].startswith("error: thing.not_found: row 4: ")
    part = call(folder, "units", bad, "--partial")
    assert part.exit_code == 0
    assert "4\trefused\t03" in part.stdout


def test_a_file_that_is_no_table_is_a_refusal(folder: Path) -> None:
    result = call(folder, "members", "a,b\n1,2\n")
    assert isinstance(result.exception, AppError)
    assert result.exception.code is Code.IMPORT_COLUMNS
    assert CliRunner().invoke(import_, ["units", str(folder / "none.csv")]).exit_code == 2
