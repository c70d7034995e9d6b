"""Commands called with what no command can take: wrong usage or a refusal in one line, never a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from lantoa import wiring
from lantoa.cli import cli
from lantoa.cli.reports import put
from tracker.domain.errors import AppError, Code

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANTOA_DATA", str(tmp_path / "data"))
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ["feeds", "add", "http://\udcff.vn"],
        ["feeds", "probe", "http://\udcff.vn"],
        ["admin", "create", "--login", "a\udcff"],
        ["report", "month", "--period", "2026-10", "--unit", "\udcff", "--format", "csv", "-o", "x"],
        ["period", "close", "2026-10", "--unit", "\udcff"],
        ["period", "reopen", "2026-10", "--unit", "A", "--reason", "\udcff"],
        ["serve", "--host", "\udcff"],
        ["fetch", "--feed", str(2**63)],
        ["import", "undo", str(2**63)],
    ],
)
def test_what_no_database_takes_is_wrong_usage(words: list[str]) -> None:
    assert CliRunner().invoke(cli, words).exit_code == 2


def test_a_password_that_is_no_text_is_wrong_usage() -> None:
    told = CliRunner().invoke(
        cli, ["admin", "create", "--login", "a", "--password-stdin"], input=b"\xff\xfe-12345678\n"
    )
    assert (told.exit_code, "no UTF-8" in told.stderr) == (2, True)


@pytest.mark.parametrize("url", ["postgresql://u:geheim@h:abc/n", "postgresql:///n?port=abc"])
def test_a_database_address_that_cannot_be_read_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("LANTOA_DATABASE_URL", url)
    with pytest.raises(AppError) as refused, wiring.open_house():
        pass
    assert (refused.value.code, "geheim" in refused.value.detail) == (Code.SETTINGS_INVALID, False)


def test_a_report_in_a_place_that_is_none_is_refused(folder: Path) -> None:
    (folder / "file").touch()
    with pytest.raises(AppError) as refused:
        put(folder / "file" / "report.csv", b"")
    assert refused.value.code is Code.FILE_UNREADABLE


def test_the_crawler_names_itself_whatever_the_office_s_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANTOA_BASE_URL", "https://lantỏa.vn")
    with wiring.open_house() as house:
        assert house.crawler.check_address("bao.vn") == "https://bao.vn"
        with pytest.raises(AppError) as refused:  # by the guard, before anything is asked
            house.crawler.look("http://10.0.0.1")
    assert refused.value.code is Code.FEED_ADDRESS
