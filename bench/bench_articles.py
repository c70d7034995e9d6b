"""The list of articles and its search with 22,000 of them, eight asking at once, against an empty database."""

from __future__ import annotations

import contextlib
import datetime as dt
import statistics
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from bench import prose
from bench.house import new_place, settle
from bench.measure import insist, tell
from bench.process import serving
from tests import make
from tests.postgres import free_port
from tracker.domain.articles import search_texts
from tracker.services import sessions
from tracker.store import article_lists, articles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lantoa.wiring import House
    from tracker.store.db import Tx

HERE = Path(__file__).parent
ARTICLES = 22_000
AT_ONCE = 2_000
CONNECTIONS = 8
TIMES = 20  # of each connection, in a round
ROUNDS = 3
DECIDED_EVERY = 40  # one article in so many is featured or hidden by some unit
RARE_EVERY = 4_000  # one article in so many has the rare word
RARE = "Chợ nổi Ngã Bảy"
QUERIES: dict[str, dict[str, str]] = {
    "articles_list": {},
    "articles_search_folded": {"q": "dang uy"},  # in very many articles
    "articles_search_marked": {"q": "Đảng ủy"},  # the same, those with these very marks first
    "articles_search_rare": {"q": "cho noi nga bay"},  # in a handful: the whole register is looked through
    "articles_search_none": {"q": "khong co bai nao nhu vay"},
}
FOUND = {"articles_list": 50, "articles_search_rare": ARTICLES // RARE_EVERY + 1, "articles_search_none": 0}


def main() -> None:
    with contextlib.ExitStack() as closing:
        asked = {which: closing.enter_context(served(count)) for which, count in (("full", ARTICLES), ("empty", 0))}
        for name, query in QUERIES.items():
            spent: dict[str, list[float]] = {which: [] for which in asked}
            for _ in range(ROUNDS):
                for which, (port, token) in asked.items():
                    ms, count = ask(port, token, query)
                    spent[which].append(ms)
                    insist(which == "empty" or count == FOUND.get(name, count), f"{name} found {count} articles")
            middle = {which: statistics.median(each) for which, each in spent.items()}
            times = middle["full"] / middle["empty"]
            tell(f"{name}_p50", middle["full"], "ms", times=times, floor="the same route on an empty database")


@contextlib.contextmanager
def served(count: int) -> Iterator[tuple[int, str]]:
    """Serve an installation with so many articles; give its port and the token of a member."""
    with new_place() as place:
        with place.open() as house:
            token = prepare(house, count)
        port = free_port()
        arguments = ("-m", "lantoa", "serve", "--port", str(port))
        with serving(*arguments, ready="Lantoa:", environment=place.environment(), folder=place.folder):
            yield port, token


def ask(port: int, token: str, query: Mapping[str, str]) -> tuple[float, int]:
    """Ask from eight connections at once; give the median of an answer in ms, and how many articles it held."""
    path = f"/api/v1/articles?{urlencode(query)}"
    command = [sys.executable, "-m", "bench.asking", str(port), path, token, str(CONNECTIONS), str(TIMES)]
    done = subprocess.run(command, cwd=HERE.parent, capture_output=True, text=True, check=False)
    insist(done.returncode == 0, f"the callers failed: {done.stderr}")
    ms, count = done.stdout.split()
    return float(ms), int(count)


def prepare(house: House, count: int) -> str:
    """Fill an installation and give the token of a member of it."""
    now = house.clock()
    with house.db.write() as tx:
        units, _, viewer = settle(tx)
        for first in range(0, count, AT_ONCE):
            add_articles(tx, range(first, min(first + AT_ONCE, count)))
        for number in range(DECIDED_EVERY, count, DECIDED_EVERY):
            choice = {"featured": True, "hidden": None} if number % 3 else {"featured": None, "hidden": True}
            unit_ids = [units[number // DECIDED_EVERY % len(units)]]
            article_lists.record_decision(tx, unit_ids, number, by=viewer.account_id, at=now, **choice)
        return sessions.open_session(tx, viewer.account_id, kind="api", now=now).token


def add_articles(tx: Tx, numbers: range) -> None:
    """Add articles as a fetch would, one every twenty minutes."""
    made = articles.add_all(tx, [article(number) for number in numbers])
    rows = [{"url_key": key, "url": key, "article_id": article_id} for key, article_id in made.items()]
    articles.record_addresses(tx, rows)


def article(number: int) -> dict[str, Any]:
    """Make one article."""
    host = f"bao{number % 100}.example.vn"
    url = f"https://{host}/bai-{number}-post{100_000 + number}.html"
    title, summary, author = prose.headline(number), prose.paragraph(2, number), prose.pick(prose.AUTHORS, number)
    if number % RARE_EVERY == 1:
        title = f"{RARE}: {title}"
    source = f"Báo số {number % 100}"
    texts = search_texts(title, summary, (author,), source)
    at = make.NOW - dt.timedelta(minutes=20 * number)
    return {
        "url": url,
        "url_key": url,
        "host": host,
        "source": source,
        "title": title,
        "summary": summary,
        "authors": [author],
        "image_url": f"https://{host}/anh/{number}.jpg",
        "published_at": at,
        "published_raw": "",
        "date_quality": "exact",
        "first_seen_at": at,
        "content_hash": f"{number:064x}",
        "search_text": texts.printed,
        "search_folded": texts.folded,
    }


if __name__ == "__main__":
    main()
