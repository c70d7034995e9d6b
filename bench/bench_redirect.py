"""Requests a second of a tracked link, counted, against a constant redirect of FastAPI on the same server.

After a normal stop every redirect must stand in the counters, whatever its verdict; else the figure is not printed.
"""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from bench.house import databases, new_place, settle
from bench.measure import insist, tell
from bench.process import serving
from tests import make
from tests.postgres import free_port
from tracker.domain.types import Channel
from tracker.services import links
from tracker.store.tables.links import LinkDay

if TYPE_CHECKING:
    from bench.house import Place

HERE = Path(__file__).parent
CONNECTIONS = 64
REQUESTS = 12_000  # a round: long enough that its counts are written within it
WARM_UP = 500
ROUNDS = 3


def main() -> None:
    plain_port = free_port()
    with serving(HERE / "plain_redirect.py", str(plain_port), ready="Listening"):
        load(plain_port, "/s/a", WARM_UP)
        for database in databases():
            with new_place(database) as place:
                measure(place, plain_port)


def measure(place: Place, plain_port: int) -> None:
    """Load both in turn, stop ours, and look what was counted."""
    path, port = f"/s/{seed(place)}", free_port()
    ours, plain = [], []
    arguments = ("-m", "lantoa", "serve", "--port", str(port))
    with serving(*arguments, ready="Lantoa:", environment=place.environment(), folder=place.folder):
        load(port, path, WARM_UP)
        for _ in range(ROUNDS):
            ours.append(load(port, path, REQUESTS))
            plain.append(load(plain_port, path, REQUESTS))
    answered, counted = WARM_UP + ROUNDS * REQUESTS, count(place)
    insist(counted == answered, f"{answered} redirects on {place.database}, {counted} counted")
    times = statistics.median(a / b for a, b in zip(ours, plain, strict=True))
    tell(
        f"redirect_{place.database}", statistics.median(ours), "requests/s", times=times, floor="constant FastAPI route"
    )


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
