"""`lantoa report` and `lantoa period` as scripts call them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from lantoa import wiring
from lantoa.cli.reports import period, put, report
from tests import make
from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

pytestmark = pytest.mark.thorough


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANTOA_DATA", str(tmp_path / "data"))
    with wiring.open_house() as house, house.db.write() as tx:
        make.member(tx, make.unit(tx, "CB1", "Chi bộ 1"), "A")
    return tmp_path


def write(name: str, wanted: str, *, kind: str = "quarter", unit: str = "CB1") -> Result:
    options = ["--period", "2025-Q2", "--unit", unit, "--format", wanted, "-o", name]
    return CliRunner().invoke(report, [kind, *options])


def test_a_report_is_written_to_its_file_and_nothing_to_stdout(folder: Path) -> None:
    for wanted in ("json", "csv", "xlsx"):
        done = write(f"bc.{wanted}", wanted)
        assert (done.exit_code, done.stdout) == (0, ""), done.output
    told = json.loads((folder / "bc.json").read_bytes())
    assert (told["unit"]["code"], told["totals"]["members"], told["closed"]) == ("CB1", 1, False)
    assert (folder / "bc.json").read_bytes().isascii()
    assert "counter-robots" in told["bot_list"]
    assert sorted(p.name for p in folder.iterdir()) == ["bc.csv", "bc.json", "bc.xlsx", "data"]


def test_a_closed_period_is_written_alike_until_it_is_reopened(folder: Path) -> None:
    assert CliRunner().invoke(period, ["close", "2025-Q2", "--unit", "CB1"]).exit_code == 0
    again = CliRunner().invoke(period, ["close", "2025-Q2", "--unit", "CB1"])
    assert isinstance(again.exception, AppError)
    assert again.exception.code is Code.PERIOD_CLOSED
    write("a.json", "json")
    write("b.json", "json")
    assert (folder / "a.json").read_bytes() == (folder / "b.json").read_bytes()
    assert json.loads((folder / "a.json").read_bytes())["version"] == 1
    undone = CliRunner().invoke(period, ["reopen", "2025-Q2", "--unit", "CB1", "--reason", "Bổ sung"])
    assert undone.exit_code == 0, undone.output
    write("a.json", "json")
    assert json.loads((folder / "a.json").read_bytes())["closed"] is False


@pytest.mark.parametrize(
    ("wanted", "kind", "unit", "code"),
    [
        ("docx", "quarter", "CB1", Code.REPORT_FORMAT),
        ("pdf", "meeting", "CB1", Code.REPORT_FORMAT),
        ("json", "quarter", "CB9", Code.NOT_FOUND),
        ("json", "month", "CB1", Code.PERIOD_INVALID),
    ],
)
def test_what_cannot_be_written_is_refused_and_leaves_no_file(
    folder: Path, wanted: str, kind: str, unit: str, code: Code
) -> None:
    refused = write("bc", wanted, kind=kind, unit=unit)
    assert isinstance(refused.exception, AppError)
    assert refused.exception.code is code
    assert not (folder / "bc").exists()


def test_wrong_usage_exits_with_2(folder: Path) -> None:
    assert write("bc", "json", kind="nonsense").exit_code == 2
    assert write("bc", "odt").exit_code == 2


def test_a_file_that_cannot_be_written_is_refused_in_words(folder: Path) -> None:
    with pytest.raises(AppError) as refused:
        put(folder / "nowhere" / "bc.json", b"{}")
    assert refused.value.code is Code.FILE_UNREADABLE
    (folder / "taken").mkdir()
    with pytest.raises(AppError):
        put(folder / "taken", b"{}")
    assert sorted(p.name for p in folder.iterdir()) == ["data", "taken"]
