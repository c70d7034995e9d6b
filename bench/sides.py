"""What is compared in a refresh: programs in processes of their own that take orders, and what they used for each."""

from __future__ import annotations

import contextlib
import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.measure import insist
from bench.processes import MemoryWatch, cpu_s

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one order took: seconds by the clock, and of processors; the most memory at once; what it brought."""

    seconds: float
    cpu_s: float
    peak_mb: float
    status: dict[str, int]
    new: int


class Side:
    """A running program; `database_pid` is the server whose processor time counts as its own."""

    def __init__(self, process: subprocess.Popen[str], database_pid: int | None) -> None:
        self._process, self._database_pid = process, database_pid

    def add(self, urls: Sequence[str]) -> None:
        """Let it take up feeds."""
        insist(self._order("add", list(urls)) == len(urls), "not all feeds were taken up")

    def fetch(self, places: int) -> Spent:
        """Let it fetch all feeds."""
        roots = [pid for pid in (self._process.pid, self._database_pid) if pid is not None]
        before = cpu_s(*roots)
        with MemoryWatch(self._process.pid) as memory:
            told = self._order("fetch", places)
        return Spent(
            seconds=told["seconds"],
            cpu_s=cpu_s(*roots) - before,
            peak_mb=memory.peak_mb,
            status=told["status"],
            new=told["new"],
        )

    def _order(self, order: str, given: Any) -> Any:
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError
        self._process.stdin.write(json.dumps([order, given]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        insist(line, f"{self._process.args!r} ended")
        return json.loads(line)


@contextlib.contextmanager
def running(
    *arguments: str | Path, environment: Mapping[str, str], folder: Path, database_pid: int | None = None
) -> Iterator[Side]:
    """Run a program as a side until the block ends."""
    process = subprocess.Popen(
        arguments, env=environment, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Side(process, database_pid)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        process.wait()
