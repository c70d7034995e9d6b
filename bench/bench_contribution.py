"""A quarter of 4,000 members, 200,000 claims and 5 million clicks: sums from roll-ups beside DuckDB on raw rows.

Then the quarter's report of the whole organisation and its close, from the ledger.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import statistics
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.house import new_place
from bench.measure import Floor, insist, note, ratio, tell, tell_against, timed
from tests import make
from tracker.domain.periods import Period
from tracker.domain.types import Role
from tracker.services import closing, reports, rollups
from tracker.store import summaries
from tracker.store.tables.claims import Claim, ClaimCredit
from tracker.store.tables.feeds import Article
from tracker.store.tables.links import ArticleDay, Link, LinkDay, MemberLinkDay, MemberMonth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lantoa.wiring import House
    from tracker.domain.types import UnitId, Viewer
    from tracker.store.db import Tx

HERE = Path(__file__).resolve().parent
PEERS = Path(os.environ.get("BENCH_PEERS", HERE.parent / ".venv" / "peers"))
MEMBERS, UNITS, ARTICLES = 4_000, 80, 20_000
QUARTER = Period.parse("2026-Q3")
MONTHS = ("2026-07", "2026-08", "2026-09")
ROUNDS = 15


def main() -> None:
    python = PEERS / "bin" / "python"
    insist(python.exists(), "the peers are not installed (`make bench` does)")
    with new_place() as place, place.open() as house:
        peer = subprocess.Popen(
            [python, HERE / "contribution_duckdb.py", place.folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            made = heard(peer)
            top, viewer = fill(house, place.folder)
            note(f"{made['claims']} claims and {made['clicks']} clicks as raw rows of DuckDB and in roll-ups of SQLite")
            compare(house, peer)
            whole(house, top, viewer)
        finally:
            if peer.stdin is not None:
                peer.stdin.close()
            peer.wait()


def compare(house: House, peer: subprocess.Popen[str]) -> None:
    """Ask both the same in turn; what they answer is the same."""
    on = QUARTER.last_day
    ours: dict[str, Callable[[Tx], list[list[Any]]]] = {
        "members": lambda tx: [
            [m.member_id, m.shares, m.authored, m.presentations, m.clicks] for m in summaries.sum_members(tx, MONTHS)
        ],
        "units": lambda tx: [
            [u.unit_id, u.shares, u.authored, u.presentations, u.clicks] for u in summaries.sum_units(tx, MONTHS, on)
        ],
        "articles": lambda tx: [
            [a.article_id, a.clicks] for a in summaries.list_top_articles(tx, QUARTER.start_on, QUARTER.end_on, most=10)
        ],
    }
    for name, work in ours.items():
        spent: dict[str, list[float]] = {"ours": [], "theirs": []}
        for _ in range(ROUNDS):
            rows: list[list[list[Any]]] = []
            with house.db.read() as tx:
                spent["ours"].append(timed(lambda tx=tx, work=work, rows=rows: rows.append(work(tx))))  # type: ignore[misc]
            theirs = order(peer, name)
            spent["theirs"].append(theirs["seconds"])
            insist(rows[0] == theirs["rows"], f"{name}: the two do not give the same rows")
        tell_against(
            f"quarter_{name}",
            statistics.median(spent["ours"]) * 1000,
            "ms",
            times=ratio(spent["ours"], spent["theirs"]),
            floor=Floor(name="DuckDB on the raw rows", most=1),
        )


def whole(house: House, top: UnitId, viewer: Viewer) -> None:
    """Check the roll-ups, make the quarter's report of everybody, close the quarter, and print the report once more."""
    now, zone, method = make.NOW, house.zone, _method()
    with house.db.read() as tx:
        checked = timed(lambda: insist(rollups.compare(tx) == [], "roll-ups do not equal what they sum"))

    def report() -> None:
        with house.db.read() as tx:
            reports.make_file(tx, viewer, "quarter", QUARTER, top, "xlsx", method=method, now=now, zone=zone)

    def close() -> None:
        with house.db.write() as tx:
            closing.close_period(tx, viewer, top, QUARTER, method=method, now=now, today=make.TODAY)

    floor = timed(lambda: _sum_of_all(house))
    for name, work in (("quarter_report_open", report), ("quarter_close", close), ("quarter_report_closed", report)):
        spent = timed(work)
        tell(name, spent, "s", times=spent / floor, floor="reading the quarter's days of links")
    tell("rollups_compared", checked, "s", times=checked / floor, floor="the same")


def fill(house: House, folder: Path) -> tuple[UnitId, Viewer]:
    """Put members, claims and what is kept of clicks into the house."""
    with house.db.write() as tx:
        top = make.unit(tx, "T")
        units = [make.unit(tx, f"U{n}", above=(top,)) for n in range(UNITS)]
        for n in range(MEMBERS):
            make.member(tx, units[n % UNITS], f"M{n}", f"Nguyễn Văn {n}")
        insist((top, units[0]) == (1, 2), "units are numbered otherwise")
        put(tx, Article, (_article(n) for n in range(1, ARTICLES + 1)))
        viewer = make.account(tx, "a", Role.ADMIN)
        months: dict[tuple[int, str], dict[str, int]] = {}
        put_claims(tx, folder / "claims.csv", months)
        put_days(tx, folder / "days.csv", months)
        zero = {"click_count": 0, "person_day_count": 0, "share_count": 0, "authored_count": 0, "presentation_count": 0}
        put(tx, MemberMonth, ({"member_id": m, "month": month} | zero | c for (m, month), c in months.items()))
    return top, viewer


def put_claims(tx: Tx, path: Path, months: dict[tuple[int, str], dict[str, int]]) -> None:
    """Put accepted claims in, and count them."""
    rows: list[dict[str, Any]] = []
    for member, number, kind, unit, day, article in read(path):
        rows.append(_claim(int(member), int(number), kind, int(unit), dt.date.fromisoformat(day), int(article)))
        count = months.setdefault((int(member), day[:7]), {})
        count[f"{kind}_count"] = count.get(f"{kind}_count", 0) + 1
    put(tx, Claim, rows)
    put(
        tx,
        ClaimCredit,
        (
            {"member_id": r["member_id"], "owner_id": r["member_id"], "number": r["number"], "role": "owner"}
            for r in rows
        ),
    )


def put_days(tx: Tx, path: Path, months: dict[tuple[int, str], dict[str, int]]) -> None:
    """Put the days of links in, with what sums them."""
    days: list[dict[str, Any]] = []
    links: dict[tuple[int, int], str] = {}
    articles: dict[tuple[int, str], list[int]] = {}
    for m, day, a, clicks, people in read(path):
        member, article, count, persons = int(m), int(a), int(clicks), int(people)
        links.setdefault((member, article), f"{member}-{article}")
        days.append(
            {
                "member_id": member,
                "day": dt.date.fromisoformat(day),
                "article_id": article,
                "channel": "zalo",
                "click_count": count,
                "person_day_count": persons,
            }
        )
        sums = articles.setdefault((article, day), [0, 0])
        sums[0] += count
        sums[1] += persons
        month = months.setdefault((member, day[:7]), {})
        month["click_count"] = month.get("click_count", 0) + count
        month["person_day_count"] = month.get("person_day_count", 0) + persons
    note(f"{len(days)} days of links, {len(articles)} days of articles")
    put(
        tx,
        Link,
        (
            {
                "slug": s,
                "member_id": m,
                "article_id": a,
                "channel": "zalo",
                "target_url": "https://x.vn/",
                "created_at": make.NOW,
                "birth_count": 0,
            }
            for (m, a), s in links.items()
        ),
    )
    put(tx, MemberLinkDay, days)
    put(
        tx,
        LinkDay,
        (
            {
                "slug": links[d["member_id"], d["article_id"]],
                "day": d["day"],
                "verdict": "counted",
                "method": "1",
                "request_count": d["click_count"],
                "person_day_count": d["person_day_count"],
            }
            for d in days
        ),
    )
    put(
        tx,
        ArticleDay,
        (
            {"article_id": a, "day": dt.date.fromisoformat(d), "click_count": s[0], "person_day_count": s[1]}
            for (a, d), s in articles.items()
        ),
    )


def put(tx: Tx, table: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows, many at once."""
    part: list[Mapping[str, Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == 50_000:
            tx.insert_rows(table, part)
            part = []
    tx.insert_rows(table, part)


def read(path: Path) -> Iterable[list[str]]:
    """Read the rows of a file."""
    with path.open(newline="") as file:
        yield from csv.reader(file)


def order(peer: subprocess.Popen[str], name: str) -> Any:
    """Ask the peer."""
    if peer.stdin is None:
        raise AssertionError
    peer.stdin.write(json.dumps(name) + "\n")
    peer.stdin.flush()
    return heard(peer)


def heard(peer: subprocess.Popen[str]) -> Any:
    """Read the peer's answer."""
    if peer.stdout is None:
        raise AssertionError
    line = peer.stdout.readline()
    insist(line, "DuckDB ended")
    return json.loads(line)


def _sum_of_all(house: House) -> None:
    with house.db.read() as tx:
        tx.connection.exec_driver_sql(
            "SELECT member_id, day, article_id, click_count FROM member_link_days WHERE day >= ? AND day < ?",
            (QUARTER.start_on.isoformat(), QUARTER.end_on.isoformat()),
        ).fetchall()


def _method() -> Any:
    from tracker.domain.methods import MethodVersions  # noqa: PLC0415 - only here

    return MethodVersions(bot_list="bench")


def _article(n: int) -> dict[str, Any]:
    url = f"https://nhandan.vn/bai-{n}.html"
    told = {
        "article_id": n,
        "url": url,
        "url_key": url,
        "host": "nhandan.vn",
        "source": "Nhân Dân",
        "title": f"Bài {n}",
    }
    told |= {"summary": "", "authors": [], "published_at": make.NOW, "published_raw": "", "date_quality": "exact"}
    return told | {"first_seen_at": make.NOW, "content_hash": "0", "search_text": "", "search_folded": ""}


def _claim(member: int, number: int, kind: str, unit: int, day: dt.date, article: int) -> dict[str, Any]:
    told = {"member_id": member, "number": number, "kind": kind, "state": "accepted", "live_key": str(number)}
    told |= {"unit_id": unit, "title": "Bài", "channel": "zalo" if kind == "share" else None, "happened_on": day}
    told |= {"article_id": article, "month": f"{day:%Y-%m}", "late": False, "appealed": False, "filed_at": make.NOW}
    return told | {"decided_at": make.NOW, "decided_by": 1, "version": 1}


if __name__ == "__main__":
    main()
