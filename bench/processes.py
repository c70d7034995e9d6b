"""What a process and all it started have used, as the system counts it; nothing where the system has no /proc."""

from __future__ import annotations

import contextlib
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PROC = Path("/proc")
EVERY_S = 0.1
_PARENT, _USED = 1, slice(11, 15)  # fields of stat after the name in brackets


@dataclass(frozen=True, slots=True, kw_only=True)
class _Process:
    pid: int
    parent: int
    ticks: int  # of its own and of the children it has waited for


def is_counted() -> bool:
    """Tell whether the system says what processes use."""
    return (PROC / "self" / "stat").exists() and hasattr(os, "sysconf")


def cpu_s(*roots: int) -> float:
    """Give the processor time of processes and of all they started, ended ones too."""
    ticks = sum(one.ticks for one in _family(roots))
    return ticks / os.sysconf("SC_CLK_TCK")


def parent_of(pid: int, name: str) -> int | None:
    """Give the parent of a process of this machine that is so called."""
    try:
        called = (PROC / str(pid) / "comm").read_text().strip()
    except OSError:
        return None
    found = [one.parent for one in _list_processes() if one.pid == pid] if called == name else []
    return found[0] if found else None


class MemoryWatch:
    """Looks, while it is open, how much memory a process and all it started hold together; `peak_mb` is the most."""

    def __init__(self, root: int) -> None:
        self._root, self.peak_mb = root, 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        if is_counted():
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(EVERY_S):
            held_kb = sum(_held_kb(one.pid) for one in _family([self._root]))
            self.peak_mb = max(self.peak_mb, held_kb * 1024 / 1e6)


def _family(roots: Iterable[int]) -> list[_Process]:
    """Give processes with all below them."""
    every = list(_list_processes())
    wanted = set(roots)
    found: list[_Process] = []
    while True:
        new = [one for one in every if (one.pid in wanted or one.parent in wanted) and one not in found]
        if not new:
            return found
        found += new
        wanted |= {one.pid for one in new}


def _list_processes() -> Iterator[_Process]:
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError, IndexError):  # it has just ended
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                ticks = sum(int(field) for field in fields[_USED])
                yield _Process(pid=int(folder.name), parent=int(fields[_PARENT]), ticks=ticks)


def _held_kb(pid: int) -> int:
    """Give what a process holds; a page that several share counts for each in part, so that sums are true."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
