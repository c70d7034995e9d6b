"""Requests a second of a tracked link, counted, against a constant redirect of FastAPI on the same server.

After a normal stop every redirect must stand in the counters, whatever its verdict; else the figure is not printed.
"""

from __future__ import annotations

import contextlib
import itertools
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bench.house import databases, new_place, settle
from bench.material import lay
from bench.measure import Floor, insist, note, tell_against
from bench.process import serving
from lantoa import wiring
from tests import make
from tests.postgres import free_port
from tracker.domain.feeds import FeedKind
from tracker.domain.sources import NewFeed
from tracker.domain.types import Channel
from tracker.services import feeds, links
from tracker.store.tables.links import LinkDay

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.house import Place

HERE = Path(__file__).parent
CONNECTIONS = 64
REQUESTS = 12_000  # a round: long enough that its counts are written within it
WARM_UP = 500
ROUNDS = 3
HOSTS = 20
CRAWLS = {"LANTOA_ALLOW_PRIVATE_HOSTS": "127.0.0.1", "LANTOA_HOST_DELAY_S": "0"}
PACED_S = 10
LATE_MOST_MS = 25.0
LEAST = 1.5
PLAIN = Floor(name="constant FastAPI route", least=LEAST)
IN_TIME = Floor(name="25 ms", most=1)


def main() -> None:
    plain_port = free_port()
    with serving(HERE / "plain_redirect.py", str(plain_port), ready="Listening"):
        load(plain_port, "/s/a", WARM_UP)
        reached = {database: measure(database, plain_port) for database in databases()}
    for database, (ours, wanted) in reached.items():
        tell_late(f"redirect_late_{database}", database, ours / 2)
        tell_late(f"redirect_late_wanted_{database}", database, wanted / 2)


def measure(database: str, plain_port: int) -> tuple[float, float]:
    """Load both in turn, stop ours, look what was counted; give what we reach and what is wanted, requests/s."""
    with new_place(database, **CRAWLS) as place:
        path, port = f"/s/{seed(place)}", free_port()
        ours, plain = [], []
        arguments = ("-m", "lantoa", "serve", "--port", str(port))
        with serving(*arguments, ready="Lantoa:", environment=place.environment(), folder=place.folder):
            load(port, path, WARM_UP)
            for _ in range(ROUNDS):
                ours.append(load(port, path, REQUESTS))
                plain.append(load(plain_port, path, REQUESTS))
        answered, counted = WARM_UP + ROUNDS * REQUESTS, count(place)
        insist(counted == answered, f"{answered} redirects on {database}, {counted} counted")
    times = statistics.median(a / b for a, b in zip(ours, plain, strict=True))
    tell_against(f"redirect_{database}", statistics.median(ours), "requests/s", times=times, floor=PLAIN)
    return statistics.median(ours), statistics.median(plain) * LEAST


def tell_late(name: str, database: str, rate: float) -> None:
    """Tell how long the slowest hundredth took at a steady rate beside a crawl: the median of some runs."""
    late_ms = statistics.median(measure_late(database, rate) for _ in range(ROUNDS))
    note(f"{name}: {rate:.0f} requests a second")
    tell_against(name, late_ms, "ms", times=late_ms / LATE_MOST_MS, floor=IN_TIME)


def measure_late(database: str, rate: float) -> float:
    """Ask at a steady rate while a worker collects a thousand new feeds beside; give the 99th percentile, ms."""
    with (
        new_place(database, **CRAWLS) as place,
        tempfile.TemporaryDirectory() as folder,
        contextlib.ExitStack() as running,
    ):
        path, port = f"/s/{seed(place)}", free_port()
        lay(Path(folder))
        told = running.enter_context(serving(HERE / "site.py", folder, str(HOSTS), ready="Serving:"))
        add_feeds(place, [f"http://127.0.0.1:{one}/" for one in told.split()[1:]], Path(folder))
        web = ("-m", "lantoa", "serve", "--port", str(port))
        running.enter_context(serving(*web, ready="Lantoa:", environment=place.environment(), folder=place.folder))
        running.enter_context(crawling(place))
        load(port, path, WARM_UP)
        return pace(port, path, rate)


@contextlib.contextmanager
def crawling(place: Place) -> Iterator[None]:
    """Let a worker fetch whatever is due, without a listener to its log."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lantoa", "work"],
        env=place.environment(),
        cwd=place.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
        insist(process.poll() is None, "the worker ended by itself")
    finally:
        process.terminate()
        process.wait()


def pace(port: int, path: str, rate: float) -> float:
    """Send requests at a steady pace from a process of its own; give the 99th percentile of their time, ms."""
    command = [sys.executable, "-m", "bench.paced", str(port), path, str(rate), str(PACED_S)]
    done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=False)
    insist(done.returncode == 0, f"the paced load failed: {done.stderr}")
    return float(done.stdout.split()[2])


def add_feeds(place: Place, hosts: Sequence[str], folder: Path) -> None:
    """Give the worker something to crawl all the while: a thousand feeds, spread over the hosts."""
    files = sorted(folder.glob("*.xml"))
    sources = [
        NewFeed(url=f"{host}{file.name}", kind=FeedKind.FEED) for file, host in zip(files, itertools.cycle(hosts))
    ]
    with place.open() as house, house.db.write() as tx:
        feeds.add_all(tx, wiring.console_viewer(), sources, now=house.clock())


def load(port: int, path: str, requests: int) -> float:
    """Send so many requests from a process of its own; give how many were answered a second."""
    command = [sys.executable, str(HERE / "load.py"), str(port), path, str(requests), str(CONNECTIONS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    insist(done.returncode == 0, f"the load generator failed: {done.stderr}")
    seconds, redirects = done.stdout.split()
    insist(int(redirects) == requests, f"{requests} requests, {redirects} redirects")
    return requests / float(seconds)


def seed(place: Place) -> str:
    """Lay the database and put in one member's link; give its slug."""
    with place.open() as house, house.db.write() as tx:
        _, _, viewer = settle(tx)
        article_id = make.article(tx)
        given = links.get_link(
            tx, viewer, article_id, Channel.FACEBOOK, secret=house.secret, now=house.clock(), today=house.today()
        )
        return given.link.slug


def count(place: Place) -> int:
    """Sum the counters over all verdicts."""
    with place.open() as house, house.db.read() as tx:
        return int(tx.scalar(select(func.sum(LinkDay.request_count))) or 0)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
