"""Reading well-formed feeds: our whole parse, in this process and through the sandbox, against feedparser's."""

from __future__ import annotations

import json
import statistics
from typing import TYPE_CHECKING

import feedparser

from bench import feeds
from bench.measure import insist, interleave, ratio, tell
from crawler.parse import PARSE_TASKS, parse_feed
from crawler.parse_worker import parse_feed as parse_in_process
from crawler.types import ParsedFeed
from sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FEEDS = 10
ROUNDS = 5
SHAPES: dict[str, tuple[Callable[[int], bytes], str]] = {
    "rss": (feeds.rss, "application/rss+xml; charset=utf-8"),
    "atom": (feeds.atom, "application/atom+xml; charset=utf-8"),
}


def main() -> None:
    with Sandbox(tasks=PARSE_TASKS) as sandbox:
        for shape, (make, content_type) in SHAPES.items():
            measure(sandbox, shape, make, content_type)


def measure(sandbox: Sandbox, shape: str, make: Callable[[int], bytes], content_type: str) -> None:
    """Compare the three on the same bytes; the first reading of each is not timed, and looked at."""
    bodies = [[make(turn * FEEDS + number) for number in range(FEEDS)] for turn in range(ROUNDS + 1)]
    works: dict[str, Callable[[int], int]] = {
        "feedparser": lambda turn: read_by_feedparser(bodies[turn]),
        "in_process": lambda turn: read_in_process(bodies[turn], content_type),
        "sandbox": lambda turn: read_in_sandbox(sandbox, bodies[turn], content_type),
    }
    for name, work in works.items():
        insist(work(ROUNDS) == FEEDS * feeds.ITEMS, f"{name} did not find all entries of {shape}")
    spent = interleave(ROUNDS, works)
    for name in ("in_process", "sandbox"):
        rate = FEEDS / statistics.median(spent[name])
        tell(
            f"parse_{shape}_{name}", rate, "feeds/s", times=ratio(spent["feedparser"], spent[name]), floor="feedparser"
        )


def read_by_feedparser(bodies: Sequence[bytes]) -> int:
    return sum(len(feedparser.parse(body).entries) for body in bodies)


def read_in_process(bodies: Sequence[bytes], content_type: str) -> int:
    options = {"content_type": content_type, "base_url": "https://bao.example.vn/rss", "whole": False}
    return sum(len(json.loads(parse_in_process(body, options))["feed"]["items"]) for body in bodies)


def read_in_sandbox(sandbox: Sandbox, bodies: Sequence[bytes], content_type: str) -> int:
    read = (parse_feed(sandbox, b, content_type=content_type, base_url="https://bao.example.vn/rss") for b in bodies)
    return sum(len(found.items) for found in read if isinstance(found, ParsedFeed))


if __name__ == "__main__":
    main()
