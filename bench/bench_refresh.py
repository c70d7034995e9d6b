"""Refreshing 1,000 feeds of 100 hosts, everything on, beside the feed library `reader` in the same run.

Where the machine has the feed reader `newsboat`, it runs in turn with them too.

First refresh, all unchanged (304), the same bodies again (200), all unchanged from hosts that take 200 ms. Rounds are
run in turn; what is told are medians. Processor time is that of the program and all it started, the database's too.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from bench.house import databases, new_place, server_pid
from bench.material import FEEDS, lay
from bench.measure import Floor, insist, note, tell, tell_against
from bench.process import serving
from bench.processes import is_counted
from bench.sides import running
from bench.site import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.sides import Side, Spent

HERE = Path(__file__).parent
HOSTS = 100
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "2"))
PEERS = Path(os.environ.get("BENCH_PEERS", HERE.parent / ".venv" / "peers"))
SETTINGS = {"LANTOA_HOST_DELAY_S": "0", "LANTOA_ALLOW_PRIVATE_HOSTS": "127.0.0.0/8"}
MEMORY_MB = 200
READER, NEWSBOAT = "reader", "newsboat"
# `rich` comes only with what the tests need; structlog would take it up, and its memory would count as ours.
AS_INSTALLED = "import runpy, sys; sys.modules['rich'] = None; runpy.run_path(sys.argv[1], run_name='__main__')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One refresh: how the site behaves, how many connections at once, what it must bring and how fast it should be."""

    name: str
    orders: tuple[str, ...]
    places: int
    status: str
    bodies: int
    times_reader: dict[str, float]
    cpu_ms: float | None


STEPS = (
    Step(
        name="first",
        orders=("heed/yes", "delay/0"),
        places=50,
        status="ok",
        bodies=FEEDS,
        times_reader={"sqlite": 5, "postgresql": 4},
        cpu_ms=25,
    ),
    Step(
        name="unchanged",
        orders=(),
        places=50,
        status="not_modified",
        bodies=0,
        times_reader={"sqlite": 1, "postgresql": 1},
        cpu_ms=3,
    ),
    Step(
        name="same_body",
        orders=("heed/no",),
        places=50,
        status="not_modified",
        bodies=FEEDS,
        times_reader={"sqlite": 12, "postgresql": 12},
        cpu_ms=4,
    ),
    Step(
        name="unchanged_200ms",
        orders=("heed/yes", "delay/200"),
        places=100,
        status="not_modified",
        bodies=0,
        times_reader={"sqlite": 5, "postgresql": 5},
        cpu_ms=None,
    ),
)


class Outlets:
    """The running site."""

    def __init__(self, folder: Path, ports: list[str]) -> None:
        self._base = f"http://{HOST}:{ports[0]}/control/"
        names = sorted(path.name for path in folder.glob("*.xml"))
        self.urls = [f"http://{HOST}:{ports[number % HOSTS]}/{name}" for number, name in enumerate(names)]

    def tell(self, order: str) -> int:
        """Tell it how to behave; give how many bodies it has sent meanwhile."""
        return int(httpx.get(self._base + order, trust_env=False).text)


def main() -> None:
    sides = list_peers() + databases()
    if READER not in sides:
        note("the peers are not installed (`make bench` does): ratios are to the floors in figures alone")
    spent: dict[str, dict[str, list[Spent]]] = {side: {step.name: [] for step in STEPS} for side in sides}
    with tempfile.TemporaryDirectory(prefix="lantoa-bench-feeds-") as folder:
        note(lay(Path(folder)))
        with serving(HERE / "site.py", folder, str(HOSTS), ready="Serving: ") as line:
            outlets = Outlets(Path(folder), line.split()[1:])
            for _ in range(ROUNDS):
                for name in sides:
                    with side_of(name) as side:
                        for step, one in zip(
                            STEPS, run(side, outlets, ours=name not in {READER, NEWSBOAT}), strict=True
                        ):
                            spent[name][step.name].append(one)
    for database in databases():
        report(database, spent)


def list_peers() -> list[str]:
    """List the peers that are installed."""
    found = {READER: (PEERS / "bin" / "python").exists(), NEWSBOAT: shutil.which(NEWSBOAT) is not None}
    return [name for name, is_there in found.items() if is_there]


def run(side: Side, outlets: Outlets, *, ours: bool) -> Iterator[Spent]:
    """Run all steps on a fresh database; what did something else than it is called ends the benchmark."""
    side.add(outlets.urls)
    for step in STEPS:
        for order in step.orders:
            outlets.tell(order)
        outlets.tell("count")
        spent = side.fetch(step.places)
        bodies = outlets.tell("count")
        if ours:
            insist(spent.status == {step.status: FEEDS}, f"{step.name}: {spent.status}")
            insist(bodies == step.bodies, f"{step.name}: {bodies} bodies were sent")
        insist((spent.new > 0) == (step.name == "first"), f"{step.name}: {spent.new} new articles")
        yield spent
    outlets.tell("delay/0")


@contextlib.contextmanager
def side_of(name: str) -> Iterator[Side]:
    """Start one side in a place of its own."""
    with contextlib.ExitStack() as closing:
        command: list[str | Path]
        ours = name not in {READER, NEWSBOAT}
        place = closing.enter_context(new_place(name, **SETTINGS) if ours else new_place())
        if name == READER:
            command = [PEERS / "bin" / "python", "-W", "ignore", HERE / "refresh_reader.py", place.folder / "reader.db"]
        elif name == NEWSBOAT:
            program = shutil.which(NEWSBOAT) or NEWSBOAT
            command = [sys.executable, HERE / "refresh_newsboat.py", program, place.folder / NEWSBOAT]
        else:
            command = [sys.executable, "-c", AS_INSTALLED, HERE / "refresh_ours.py"]
        environment = place.environment() | {"PYTHONPATH": str(HERE.parent) if ours else ""}
        yield closing.enter_context(
            running(*command, environment=environment, folder=place.folder, database_pid=server_pid(name))
        )


def report(database: str, spent: dict[str, dict[str, list[Spent]]]) -> None:
    """Print the lines of one database."""
    for step in STEPS:
        ours, peer = spent[database][step.name], spent.get(READER, {}).get(step.name)
        rate = FEEDS / statistics.median(one.seconds for one in ours)
        if peer is not None:
            times = statistics.median(a.seconds / b.seconds for a, b in zip(peer, ours, strict=True))
            floor = Floor(name=READER, least=step.times_reader[database])
            tell_against(f"refresh_{step.name}_{database}", rate, "feeds/s", times=times, floor=floor)
        other = spent.get(NEWSBOAT, {}).get(step.name)
        if other is not None:
            times = statistics.median(a.seconds / b.seconds for a, b in zip(other, ours, strict=True))
            tell(f"refresh_{step.name}_{database}_{NEWSBOAT}", rate, "feeds/s", times=times, floor=NEWSBOAT)
        if is_counted() and step.cpu_ms is not None:
            cpu_ms = statistics.median(one.cpu_s for one in ours) / FEEDS * 1000
            floor = Floor(name=f"{step.cpu_ms:g} ms", most=1)
            name = f"refresh_{step.name}_{database}_cpu"
            tell_against(name, cpu_ms, "ms/feed", times=cpu_ms / step.cpu_ms, floor=floor)
    if is_counted():
        peak_mb = max(one.peak_mb for found in spent[database].values() for one in found)
        floor = Floor(name=f"{MEMORY_MB} MB", most=1)
        tell_against(f"refresh_memory_{database}", peak_mb, "MB", times=peak_mb / MEMORY_MB, floor=floor)


if __name__ == "__main__":
    main()
