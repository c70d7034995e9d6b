"""`lantoa run`: a small parent that keeps its children alive. It imports nothing of the house."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lantoa.signals import stop_event

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence

POLL_S = 0.2
GRACE_S = 20  # what a child has to finish its requests; then it is killed
PAUSE_FIRST_S = 1.0
PAUSE_MOST_S = 30.0
STEADY_S = 60.0  # a child that lived so long starts again at once
REFUSED = 1


@dataclass
class _Child:
    """One kept process, and when it may be started again."""

    arguments: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause_s: float = PAUSE_FIRST_S
    not_before: float = field(default=0.0)


def supervise(*, first: Sequence[Sequence[str]], kept: Sequence[Sequence[str]]) -> None:
    """Run the first commands in turn, then keep the others alive until a signal; exit if a first one fails."""
    stop = stop_event()
    for arguments in first:
        status = subprocess.run(_command(arguments), check=False).returncode  # noqa: S603 - our own program
        if status != 0:
            sys.exit(status if status > 0 else REFUSED)
    children = [_Child(arguments) for arguments in kept]
    try:
        _keep(children, stop)
    finally:
        _end(children)


def _command(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "lantoa", *arguments]


def _keep(children: list[_Child], stop: threading.Event) -> None:
    while not stop.is_set():
        now = time.monotonic()
        for child in children:
            _tend(child, now)
        time.sleep(POLL_S)  # not stop.wait(): its lock would be held when the signal sets the event, in this thread


def _tend(child: _Child, now: float) -> None:
    """Start a child that is not running; one that keeps dying is started ever more slowly."""
    if child.process is not None and child.process.poll() is None:
        return
    if child.process is not None:
        steady = now - child.started >= STEADY_S
        child.pause_s = PAUSE_FIRST_S if steady else min(child.pause_s * 2, PAUSE_MOST_S)
        child.not_before = now + (0.0 if steady else child.pause_s)
        print(f"lantoa {child.arguments[0]} ended with {child.process.returncode}; starting it again", file=sys.stderr)  # noqa: T201
        child.process = None
    if now >= child.not_before:
        child.process = subprocess.Popen(_command(child.arguments), start_new_session=True)  # noqa: S603 - our own program
        child.started = now


def _end(children: list[_Child]) -> None:
    running = [child.process for child in children if child.process is not None and child.process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + GRACE_S
    for process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
