"""Worker processes that tests share: one for reading feeds, one for taking in files; a failed job ends its own.

What tries limits or kills workers opens a sandbox of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox import Sandbox
from tests.corpus.house import open_sandbox
from tracker.services.evidence_files import UPLOAD_TASKS

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """Give the worker processes that feeds are read in."""
    with open_sandbox() as opened:
        yield opened


@pytest.fixture(scope="session")
def upload_sandbox() -> Iterator[Sandbox]:
    """Give the worker processes that pictures and documents are taken in by."""
    with Sandbox(tasks=UPLOAD_TASKS) as opened:
        yield opened
