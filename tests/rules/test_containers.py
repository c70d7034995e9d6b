"""The container files hold together: what they copy, run and ask for exists, and no secret stands in them."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from config.settings import variables
from lantoa.cli import COMMANDS
from tests.rules.house import ROOMS, ROOT

if TYPE_CHECKING:
    from pathlib import Path


def instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    return [
        (word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line.strip())
    ]


def of_kind(kind: str) -> list[str]:
    return [rest for word, rest in instructions() if word == kind]


def compose() -> dict[str, Any]:
    loaded = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def ours() -> dict[str, dict[str, Any]]:
    return {name: service for name, service in compose()["services"].items() if service["image"] == "lantoa"}


def copied() -> set[str]:
    words = [shlex.split(rest) for rest in of_kind("COPY") if not rest.startswith("--from")]
    return {source for each in words for source in each[:-1]}


def test_everything_that_is_copied_exists() -> None:
    assert [source for source in copied() if not (ROOT / source).exists()] == []


def test_the_image_gets_every_room_and_what_building_needs() -> None:
    assert copied() >= {*ROOMS, "pyproject.toml", "README.md", "LICENSE", "requirements/run.txt"}


def test_what_is_copied_is_not_ignored_and_nothing_else_is_sent() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in lines
    assert {line.removeprefix("!").rstrip("/") for line in lines if line.startswith("!")} == copied()


def test_installing_asks_for_hashes_and_only_shipped_files() -> None:
    installs = [step for step in of_kind("RUN") if "pip install" in step]
    assert len(installs) == 2
    assert "--require-hashes -r requirements/run.txt" in installs[0]
    assert shlex.split(installs[1])[-3:] == ["--no-deps", "--no-build-isolation", "."]
    assert not any(
        word in step for step in of_kind("RUN") for word in ("curl", "wget", "http://", "https://", "apt-get")
    )


@pytest.mark.thorough
def test_what_is_copied_is_enough_to_install_and_to_run(tmp_path: Path) -> None:
    source, target = tmp_path / "src", tmp_path / "installed"
    for name in copied():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    step = shlex.split(of_kind("RUN")[2])[3:]  # after: python -m pip
    run([sys.executable, "-m", "pip", *step, "--quiet", "--target", str(target)], source, {})
    shown = run(
        [sys.executable, "-c", "import sys, lantoa.cli as c; print(c.__file__); c.main()", "--version"],
        tmp_path,
        {"PYTHONPATH": str(target)},
    )
    assert shown.splitlines()[0] == str(target / "lantoa" / "cli" / "__init__.py")
    assert shown.splitlines()[1].startswith("lantoa ")


def run(command: list[str], folder: Path, environ: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=folder, env=os.environ | environ, capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_image_does_not_run_as_root_and_keeps_its_data_apart() -> None:
    words = [word for word, _ in instructions()]
    assert of_kind("USER") == ["lantoa"]
    assert words.index("USER") < words.index("CMD")
    (data,) = of_kind("VOLUME")
    assert f"LANTOA_DATA={data}" in " ".join(of_kind("ENV"))


def test_the_image_is_of_the_oldest_python_that_is_supported() -> None:
    assert {rest.split()[0] for rest in of_kind("FROM")} == {"python:3.11-slim"}


def test_what_the_image_runs_is_a_command() -> None:
    program, command, *_ = json.loads(of_kind("CMD")[0])
    assert (program, command in COMMANDS) == ("lantoa", True)
    assert "/healthz" in of_kind("HEALTHCHECK")[0]


@pytest.mark.parametrize("name", ["migrate", "web", "worker"])
def test_what_a_service_runs_is_a_command(name: str) -> None:
    program, command, *_ = ours()[name]["command"]
    assert (program, command in COMMANDS) == ("lantoa", True)


def test_services_are_told_only_settings_that_exist() -> None:
    told = {key for service in ours().values() for key in service["environment"]}
    assert told - {"PGPASSWORD"} <= set(variables())


def test_web_and_worker_share_one_data_volume() -> None:
    (data,) = of_kind("VOLUME")
    assert {tuple(service["volumes"]) for service in ours().values()} == {(f"data:{data}",)}
    assert {"data", "database"} <= set(compose()["volumes"])


def test_no_secret_stands_in_the_compose_file() -> None:
    services = compose()["services"]
    secrets = [value for each in services.values() for key, value in each["environment"].items() if "PASSWORD" in key]
    assert len(secrets) == len(services)
    assert all(value.startswith("${POSTGRES_PASSWORD:?") for value in secrets)
    assert not any("SECRET_KEY" in key for each in services.values() for key in each["environment"])


def test_every_service_says_how_it_is_and_waits_for_what_it_needs() -> None:
    services = compose()["services"]
    assert services["database"]["image"] == "postgres:15"
    assert services["database"]["healthcheck"]["test"]
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    for name in ("web", "worker"):
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert services["worker"]["healthcheck"]["test"][1:] == ["lantoa", "migrate", "--check"]


def test_the_web_is_published_on_loopback_only() -> None:
    assert ours()["web"]["ports"] == ["127.0.0.1:8000:8000"]
    assert [name for name, service in compose()["services"].items() if "ports" in service] == ["web"]
