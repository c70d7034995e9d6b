"""Documents that cannot lie: settings, commands and decision records are compared with what stands."""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING

import click
import pytest

from config.settings import Settings, variables
from lantoa.cli import COMMANDS
from tests.rules.house import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PROMISED_SETTINGS = (
    *("LANTOA_DATABASE_URL", "LANTOA_DATA", "LANTOA_SECRET_KEY", "LANTOA_BASE_URL", "LANTOA_TIMEZONE"),
    *("LANTOA_ALLOW_PRIVATE_HOSTS", "LANTOA_HOST_DELAY_S", "LANTOA_HOST_CONCURRENCY", "LANTOA_HANDBOOK_URL"),
    "LANTOA_TRUSTED_PROXIES",
)
PROMISED_COMMANDS = {  # scripts outside rely on these; more may stand beside them
    *("run", "serve", "work", "migrate", "admin create", "feeds add", "feeds list", "feeds probe", "feeds import"),
    *("feeds export", "feeds health", "fetch", "verify", "doctor", "openapi", "inspect feed", "inspect url"),
    *("inspect agent", "inspect html", "inspect address", "inspect fold"),
}
PROMISED_TARGETS = ("run", "test", "install", "check", "demo", "bench")
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
NAMED_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def documented_commands() -> set[str]:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `lantoa ([a-z]+(?: [a-z]+)?)", text, flags=re.MULTILINE))


def existing_commands() -> set[str]:
    """List the commands as they are called, groups by their members."""
    found: set[str] = set()
    for name, (target, _) in COMMANDS.items():
        module, _, attribute = target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        found |= {f"{name} {inner}" for inner in members(command)} or {name}
    return found


def members(command: click.Command) -> list[str]:
    return command.list_commands(click.Context(command)) if isinstance(command, click.Group) else []


def test_the_promised_settings_are_the_settings() -> None:
    assert set(variables()) == set(PROMISED_SETTINGS)


@pytest.mark.parametrize("variable", PROMISED_SETTINGS)
def test_every_setting_is_documented_with_its_default(variable: str) -> None:
    rows = [line.split("|") for line in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8").splitlines()]
    row = next(row for row in rows if len(row) > 3 and row[1].strip() == f"`{variable}`")
    default = Settings.model_fields[variables()[variable]].default
    if isinstance(default, str | int | float):
        assert row[2].strip(" `") == f"{default:g}" if isinstance(default, float) else str(default)
    assert row[3].strip()


def test_no_setting_is_documented_that_does_not_exist() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in documents())
    assert set(re.findall(r"\bLANTOA_[A-Z_]+", text)) <= set(PROMISED_SETTINGS)


def test_every_command_is_documented_and_no_other() -> None:
    assert documented_commands() == existing_commands()


def test_the_promised_commands_stand() -> None:
    assert existing_commands() >= PROMISED_COMMANDS


@pytest.mark.parametrize("target", PROMISED_TARGETS)
def test_what_make_promises_it_makes(target: str) -> None:
    assert re.search(rf"^{target}:.* ## \S", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_one_screen_and_names_what_enforces_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+", path.stem)
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## Context",
        "## Decision",
        "## Consequences",
        "## Enforced by",
    ]
    assert len(text.splitlines()) <= 60


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_test_that_a_decision_names_exists(path: Path) -> None:
    for file, test in NAMED_TEST.findall(path.read_text(encoding="utf-8")):
        assert (ROOT / file).is_file(), file
        assert not test or f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), test


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(path.stem[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_every_link_between_documents_leads_somewhere() -> None:
    for path in documents():
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
