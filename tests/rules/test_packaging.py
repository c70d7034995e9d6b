"""What is shipped and installed: the wheel, the lock files, and what a command costs to start."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.rules.house import ROOMS, ROOT

if TYPE_CHECKING:
    from pathlib import Path

LOCKS = ("run.txt", "test.txt", "lock.txt")
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==(\S+)", re.MULTILINE)
HEAVY = (
    "sqlalchemy",
    "alembic",
    "fastapi",
    "starlette",
    "uvicorn",
    "httpx",
    "httpcore",
    "feedparser",
    "lxml",
    "pydantic",
)
HEAVY_TOO = ("structlog", "apscheduler", "jinja2", "openpyxl", "xlsxwriter", "psycopg", "asyncio", "babel")


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / "requirements" / name).read_text(encoding="utf-8")))


def wanted(words: list[str]) -> set[str]:
    return {re.split(r"[<>=~! \[;]", word, maxsplit=1)[0].lower() for word in words}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter
    assert done.returncode == 0, done.stdout + done.stderr
    return zipfile.ZipFile(next(folder.glob("lantoa-*.whl")))


@pytest.mark.thorough
def test_the_wheel_holds_every_file_of_every_room(wheel: zipfile.ZipFile) -> None:
    packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    on_disk = {
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and not _left_behind(path)
    }
    assert packed == on_disk


def _left_behind(path: Path) -> bool:
    return "__pycache__" in path.parts or path.suffix in {".pyc", ".orig", ".tmp"}


def test_the_wheel_holds_the_licence_and_the_command(wheel: zipfile.ZipFile) -> None:
    names = {name.partition(".dist-info/")[2] for name in wheel.namelist()}
    assert {"licenses/LICENSE", "METADATA", "entry_points.txt"} <= names
    entry = next(name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "lantoa = lantoa.cli:main" in wheel.read(entry).decode()


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_of_a_lock_file_carries_hashes(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    assert [block.partition(" ")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert len(blocks) == len(PIN.findall(text))


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_names_no_index(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host", text)


def test_what_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    run, test = pins("run.txt"), pins("test.txt")
    build = (ROOT / "requirements" / "build.in").read_text(encoding="utf-8").split()
    assert wanted(project["project"]["dependencies"]) | wanted(build) <= set(run)
    assert wanted(project["dependency-groups"]["test"]) <= set(test)
    assert project["build-system"]["requires"] == [f"hatchling=={run['hatchling']}"]


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    run, test = pins("run.txt"), pins("test.txt")
    assert {name: test.get(name) for name in run} == run


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_a_command_imports_only_what_it_runs(argument: str) -> None:
    program = (
        "import contextlib, json, sys\n"
        f"sys.argv = ['lantoa', '{argument}']\n"
        "from lantoa.cli import main\n"
        "with contextlib.suppress(SystemExit):\n    main()\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    loaded = set(json.loads(done.stderr.splitlines()[-1]))
    assert done.stdout
    assert loaded.isdisjoint({*HEAVY, *HEAVY_TOO})
    assert {name for name in loaded if name.partition(".")[0] in ROOMS} <= {
        *("lantoa", "lantoa.cli", "lantoa.cli.lazy", "tracker", "tracker.domain", "tracker.domain.errors")
    }
