"""Timing side by side, and the one line in which a benchmark says what it found. No figure is judged here."""

from __future__ import annotations

import functools
import statistics
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def interleave(rounds: int, works: Mapping[str, Callable[[int], object]]) -> dict[str, list[float]]:
    """Run all works in turn, round after round, so that a noisy moment meets each; give the seconds of every run.

    A work is handed the number of its round, so that no round need repeat what the one before may have remembered.
    """
    spent: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(rounds):
        for name, work in works.items():
            spent[name].append(timed(functools.partial(work, turn)))
    return spent


def timed(work: Callable[[], object]) -> float:
    """Run once; give the seconds it took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """Give the median of the ratios round by round: what slows a whole round down slows both alike."""
    return statistics.median(a / b for a, b in zip(over, under, strict=True))


def tell(name: str, value: float, unit: str, *, times: float, floor: str) -> None:
    """Print the line: the value of this machine and moment, and what counts, the ratio."""
    sys.stdout.write(f"{name} {value:.{_digits(value)}f} {unit} ({times:.{_digits(times)}f} x {floor})\n")
    sys.stdout.flush()


def insist(fact: object, words: str) -> None:
    """End the benchmark where it measured something else than it says."""
    if not fact:
        sys.exit(f"error: {words}")


def _digits(value: float) -> int:
    """Show three figures, not more than the noise allows."""
    return max(0, 3 - len(str(int(abs(value)))))
