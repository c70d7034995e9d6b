"""The office of the quarter's figures: its members, claims and what it keeps of clicks, from the rows DuckDB made."""

from __future__ import annotations

import csv
import datetime as dt
from typing import TYPE_CHECKING, Any

from bench.measure import insist, note
from tests import make
from tracker.domain.types import Role
from tracker.store.tables.claims import Claim, ClaimCredit
from tracker.store.tables.feeds import Article
from tracker.store.tables.links import ArticleDay, Link, LinkDay, MemberLinkDay, MemberMonth
from tracker.store.tables.programmes import Programme, Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from lantoa.wiring import House
    from tracker.domain.types import UnitId, Viewer
    from tracker.store.db import Tx

MEMBERS, UNITS, ARTICLES = 4_000, 80, 20_000
FIRST_UNIT = 2  # the top is 1


def fill(house: House, folder: Path) -> tuple[UnitId, dict[Role, Viewer]]:
    """Put members who owe a share a month, claims and what is kept of clicks into the house."""
    with house.db.write() as tx:
        top = make.unit(tx, "T")
        units = [make.unit(tx, f"U{n}", above=(top,)) for n in range(UNITS)]
        for n in range(MEMBERS):
            make.member(tx, units[n % UNITS], f"M{n}", f"Nguyễn Văn {n}")
        insist((top, units[0]) == (1, FIRST_UNIT), "units are numbered otherwise")
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
