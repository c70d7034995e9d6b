"""What holds for every test: loopback only, a fixed time zone, Hypothesis without deadlines, no unnoticed skip.

Fixtures of a room live in that room's own conftest.py.
"""

from __future__ import annotations

import gc
import io
import os
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from config.logging import configure_logging
from tests import ground
from tests.database import db, postgres_clones, postgres_db, sqlite_db, sqlite_image
from tests.postgres import postgres_url
from tests.sandboxes import sandbox, upload_sandbox

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

__all__ = [
    "db",
    "postgres_clones",
    "postgres_db",
    "postgres_url",
    "sandbox",
    "sqlite_db",
    "sqlite_image",
    "upload_sandbox",
]

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

# The machine's own zone says nothing; `make test` runs the tests once more with TZ=America/St_Johns.
os.environ.setdefault("TZ", "UTC")
time.tzset()

for name in [name for name in os.environ if name.upper().startswith("LANTOA_")]:
    del os.environ[name]  # the maker's own installation is no part of a test

settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True)
settings.load_profile("ci" if IN_CI else "local")
settings.register_profile("quick", settings(), max_examples=20)

ground.close_outside()

# As in operation, into nowhere: drawing a failure for a terminal takes seconds, and nobody reads it.
configure_logging(stream=io.StringIO(), console=False)


def pytest_configure(config: pytest.Config) -> None:
    """Try fewer examples in the fast loop; `make test` tries all of them beside what is thorough."""
    if "not thorough" in config.option.markexpr:
        settings.load_profile("quick")


def pytest_report_header() -> str:
    """Show what a run depends on."""
    return f"time zone: {os.environ['TZ']}; {'CI: a part that cannot run fails the run' if IN_CI else 'not CI'}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark whatever asks for PostgreSQL, however indirectly, before `-m` chooses."""
    for item in items:
        if "postgres_url" in getattr(item, "fixturenames", ()):
            item.add_marker("postgres")


def pytest_collection_finish() -> None:
    """Set aside what stays until the end, so that collecting garbage does not go through it thousands of times."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, Any, Any]:
    """Fail a test that tried to reach another machine, even where the code under test swallowed the refusal."""
    ground.outside.clear()
    result = yield
    if ground.outside:
        pytest.fail(f"reached for {', '.join(ground.outside)}")
    return result


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Turn a run with missing parts into a failed one, in CI."""
    if IN_CI and exitstatus == pytest.ExitCode.OK and _missing(session.config, needed=True):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(config: pytest.Config) -> None:
    """Name each part that could not run, before the closing line."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    for needed, fails in ((False, ""), (True, " (so this run fails)" if IN_CI else "")):
        parts = _missing(config, needed=needed)
        if reporter is None or not parts:
            continue
        reporter.section(
            "parts that could not run here" + fails if needed else "left out: what may stand beside a checkout"
        )
        for words, count in sorted(parts.items()):
            reporter.write_line(f"{words} ({count} test{'s' if count > 1 else ''})")


def _missing(config: pytest.Config, *, needed: bool) -> dict[str, int]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return ground.missing_parts(reporter.stats.get("skipped", []), needed=needed) if reporter else {}
