"""Servers in processes of their own: started until they listen, stopped as a service manager would."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from bench.measure import insist

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

STOP_S = 30


@contextlib.contextmanager
def serving(
    *arguments: str | Path, ready: str, environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> Iterator[str]:
    """Run `python ARGUMENTS`; give the line beginning with `ready` that says it listens. Stopped by SIGTERM."""
    process = subprocess.Popen(
        [sys.executable, *arguments], env=environment, cwd=folder, stderr=subprocess.PIPE, text=True
    )
    if process.stderr is None:
        raise AssertionError
    try:
        told = line = process.stderr.readline()
        while line and not line.startswith(ready):
            line = process.stderr.readline()
            told += line
        insist(line, f"{arguments[0]} did not start: {told}")
        yield line
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=STOP_S)
        insist(process.returncode in {0, -signal.SIGTERM}, f"it ended with {process.returncode}: {told}")
    except BaseException:
        process.kill()
        sys.stderr.write(process.communicate()[1])  # what it said before explains the most
        raise
