"""The list of articles and its search with 22,000 of them, eight asking at once, against an empty database."""

from __future__ import annotations

import asyncio
import datetime as dt
import statistics
import time
from typing import TYPE_CHECKING, Any, cast

import httpx

from bench import prose
from bench.house import new_place, settle
from bench.measure import insist, tell
from tests import make
from tracker.domain.articles import search_texts
from tracker.services import sessions
from tracker.store import article_lists, articles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lantoa.wiring import House
    from tracker.store.db import Tx

ARTICLES = 22_000
AT_ONCE = 2_000
CONNECTIONS = 8
ROUNDS = 10
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
    with new_place() as large, large.open() as full, new_place() as small, small.open() as empty:
        callers = {"full": prepared(full, ARTICLES), "empty": prepared(empty, 0)}
        for name, query in QUERIES.items():
            spent, count = asyncio.run(measure(callers, query))
            insist(count == FOUND.get(name, count), f"{name} found {count} articles")
            middle = {which: statistics.median(seconds) for which, seconds in spent.items()}
            times = middle["full"] / middle["empty"]
            tell(f"{name}_p50", middle["full"] * 1000, "ms", times=times, floor="the same route on an empty database")


async def measure(
    callers: Mapping[str, httpx.AsyncClient], query: Mapping[str, str]
) -> tuple[dict[str, list[float]], int]:
    """Ask both in turn; give the seconds of each answer, and how many articles the full one found."""
    spent: dict[str, list[float]] = {which: [] for which in callers}
    found = 0
    for turn in range(ROUNDS + 1):
        for which, caller in callers.items():
            answers = await asyncio.gather(*(ask(caller, query) for _ in range(CONNECTIONS)))
            if turn:  # the first finds nothing prepared
                spent[which] += [seconds for seconds, _ in answers]
            found = max(found, *(count for _, count in answers))
    return spent, found


async def ask(caller: httpx.AsyncClient, query: Mapping[str, str]) -> tuple[float, int]:
    """Ask once; give the seconds until the answer was there, and how many articles it holds."""
    began = time.perf_counter()
    answer = await caller.get("/api/v1/articles", params=query)
    seconds = time.perf_counter() - began
    insist(answer.status_code == httpx.codes.OK, f"the list of articles answered {answer.status_code}")
    return seconds, len(answer.json()["items"])


def prepared(house: House, count: int) -> httpx.AsyncClient:
    """Fill an installation and give a caller signed in as a member of it."""
    now = house.clock()
    with house.db.write() as tx:
        units, _, viewer = settle(tx)
        for first in range(0, count, AT_ONCE):
            add_articles(tx, range(first, min(first + AT_ONCE, count)))
        for number in range(DECIDED_EVERY, count, DECIDED_EVERY):
            choice = {"featured": True, "hidden": None} if number % 3 else {"featured": None, "hidden": True}
            unit_ids = [units[number // DECIDED_EVERY % len(units)]]
            article_lists.record_decision(tx, unit_ids, number, by=viewer.account_id, at=now, **choice)
        token = sessions.open_session(tx, viewer.account_id, kind="api", now=now).token
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(cast("Any", house.application())),  # the same protocol, typed twice
        base_url=house.settings.base_url,
        headers={"Authorization": f"Bearer {token}"},
    )


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
