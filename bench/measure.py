"""Timing side by side, and the one line in which a benchmark says what it found. No figure is judged here."""

from __future__ import annotations

import functools
import statistics
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """What a figure is held against, and the least or the most that its ratio to it should be."""

    name: str
    least: float | None = None
    most: float | None = None

    def words(self, times: float) -> str:
        """Say what is wanted, and where it is missed."""
        missed = (self.least is not None and times < self.least) or (self.most is not None and times > self.most)
        wanted = f"at least {self.least:g}" if self.least is not None else f"at most {self.most:g}"
        return f"{self.name}, {wanted}{': MISSED' if missed else ''}"


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


def tell_against(name: str, value: float, unit: str, *, times: float, floor: Floor) -> None:
    """Print the line of a figure that should reach something; where it does not, the line says so."""
    tell(name, value, unit, times=times, floor=floor.words(times))


def note(words: str) -> None:
    """Say on standard error what a benchmark stands on."""
    sys.stderr.write(f"note: {words}\n")


def insist(fact: object, words: str) -> None:
    """End the benchmark where it measured something else than it says."""
    if not fact:
        sys.exit(f"error: {words}")


def _digits(value: float) -> int:
    """Show three figures, not more than the noise allows."""
    return max(0, 3 - len(str(int(abs(value)))))
