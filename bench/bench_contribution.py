"""A quarter of 4,000 members, 200,000 claims and 5 million clicks: the services' answers beside DuckDB on raw rows.

Each answer is the whole one that a route cuts its pages from: contributions of all members with obligations and
figures, reach of all units, reach of all articles. Then the quarter's report of the whole organisation and its close,
from the ledger.
"""

from __future__ import annotations

import csv
import datetime as dt
import gc
import json
import os
import statistics
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.house import new_place
from bench.measure import Floor, insist, note, ratio, tell, tell_against, timed
from tests import make
from tracker.domain.figures import Measure
from tracker.domain.periods import Period
from tracker.domain.reach import ReachBy
from tracker.domain.types import Role
from tracker.services import closing, contributions, reach, reports, rollups
from tracker.store.tables.claims import Claim, ClaimCredit
from tracker.store.tables.feeds import Article
from tracker.store.tables.links import ArticleDay, Link, LinkDay, MemberLinkDay, MemberMonth
from tracker.store.tables.programmes import Programme, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lantoa.wiring import House
    from tracker.domain.figures import Figure
    from tracker.domain.types import UnitId, Viewer
    from tracker.services.contributions import ContributionView
    from tracker.services.reach import ReachView
    from tracker.store.db import Tx

HERE = Path(__file__).resolve().parent
PEERS = Path(os.environ.get("BENCH_PEERS", HERE.parent / ".venv" / "peers"))
MEMBERS, UNITS, ARTICLES = 4_000, 80, 20_000
QUARTER = Period.parse("2026-Q3")
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
            top, people = fill(house, place.folder)
            note(f"{made['claims']} claims and {made['clicks']} clicks as raw rows of DuckDB and in roll-ups of SQLite")
            compare(house, peer, people)
            whole(house, top, people[Role.ADMIN])
        finally:
            if peer.stdin is not None:
                peer.stdin.close()
            peer.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a service is asked, which order to DuckDB asks the same, and how to read the answer as its rows."""

    name: str
    order: str
    ask: Callable[[Tx], Any]
    rows: Callable[[Any], list[list[int]]]


def questions(house: House, people: Mapping[Role, Viewer]) -> list[Question]:
    """List what is asked; an officer's reach keeps small counts from being worked out, an administrator sees all."""
    told: dict[str, Any] = {"now": make.NOW, "zone": house.zone}

    def reached(who: Role, by: ReachBy) -> Callable[[Tx], Any]:
        return lambda tx: reach.get(tx, people[who], None, QUARTER, by, **told)

    def given(who: Role) -> Callable[[Tx], Any]:
        return lambda tx: contributions.get(tx, people[who], None, QUARTER, **told)

    admin, officer = Role.ADMIN, Role.OFFICER
    return [
        Question(name="members", order="members", ask=given(admin), rows=member_rows),
        Question(name="units", order="units", ask=reached(admin, ReachBy.UNIT), rows=unit_rows),
        Question(name="articles", order="articles", ask=reached(admin, ReachBy.ARTICLE), rows=article_rows),
        Question(name="units_officer", order="units", ask=reached(officer, ReachBy.UNIT), rows=unit_rows),
        Question(name="articles_officer", order="articles", ask=reached(officer, ReachBy.ARTICLE), rows=article_rows),
    ]


def compare(house: House, peer: subprocess.Popen[str], people: Mapping[Role, Viewer]) -> None:
    """Ask both the same in turn; what they answer is the same."""
    gc.collect()
    gc.freeze()  # as the server does once it stands
    for question in questions(house, people):
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(ROUNDS):
            answers: list[Any] = []
            with house.db.read() as tx:
                ours.append(timed(lambda tx=tx, q=question, told=answers: told.append(q.ask(tx))))  # type: ignore[misc]
            told = order(peer, question.order)
            theirs.append(told["seconds"])
            rows = question.rows(answers[0])
            insist(rows[: len(told["rows"])] == told["rows"], f"{question.name}: the two do not give the same rows")
        tell_against(
            f"quarter_{question.name}",
            statistics.median(ours) * 1000,
            "ms",
            times=ratio(ours, theirs),
            floor=Floor(name="DuckDB on the raw rows", most=1),
        )


def member_rows(view: ContributionView) -> list[list[int]]:
    """Give who gave anything, by number: shares, pieces, presentations, obligations met, clicks."""
    rows = [
        [g.member_id, g.shares, g.authored, g.presentations, g.met, clicks_of(row.figures)]
        for row in view.rows
        for g in (row.given,)
    ]
    return sorted(row for row in rows if any(row[1:]))


def unit_rows(view: ReachView) -> list[list[int]]:
    """Give shares and clicks of units by number."""
    return sorted([int(item.key), item.shares, clicks_of(item.figures)] for item in view.items)


def article_rows(view: ReachView) -> list[list[int]]:
    """Give articles with their clicks, the most clicked first; of equals the first entered."""
    rows = [[int(item.key), clicks_of(item.figures)] for item in view.items]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def clicks_of(figures: Iterable[Figure]) -> int:
    """Give the clicks among figures; 0 where there are none."""
    return next((f.value or 0 for f in figures if f.measure is Measure.VALID_CLICKS), 0)


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


def fill(house: House, folder: Path) -> tuple[UnitId, dict[Role, Viewer]]:
    """Put members who owe a share a month, claims and what is kept of clicks into the house."""
    with house.db.write() as tx:
        top = make.unit(tx, "T")
        units = [make.unit(tx, f"U{n}", above=(top,)) for n in range(UNITS)]
        for n in range(MEMBERS):
            make.member(tx, units[n % UNITS], f"M{n}", f"Nguyễn Văn {n}")
        insist((top, units[0]) == (1, 2), "units are numbered otherwise")
        put(tx, Article, (_article(n) for n in range(1, ARTICLES + 1)))
        people = {
            Role.ADMIN: make.account(tx, "a", Role.ADMIN),
            Role.OFFICER: make.account(tx, "o", Role.OFFICER, unit_id=top),
        }
        owe_a_share_a_month(tx, top)
        months: dict[tuple[int, str], dict[str, int]] = {}
        put_claims(tx, folder / "claims.csv", months)
        put_days(tx, folder / "days.csv", months)
        zero = {"click_count": 0, "person_day_count": 0, "share_count": 0, "authored_count": 0, "presentation_count": 0}
        put(tx, MemberMonth, ({"member_id": m, "month": month} | zero | c for (m, month), c in months.items()))
    return top, people


def owe_a_share_a_month(tx: Tx, unit_id: UnitId) -> None:
    """Set up a programme of a unit that asks everybody below it for a share a month."""
    tx.insert_rows(
        Programme,
        [{"programme_id": 1, "unit_id": unit_id, "name": "Mô hình", "is_new": True, "created_at": make.NOW}],
    )
    asked = {"who": "each_member", "what": "share", "per": "month", "minimum": 1, "created_at": make.NOW}
    tx.insert_rows(Target, [{"programme_id": 1} | asked])


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
