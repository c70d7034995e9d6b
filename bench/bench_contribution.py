"""A quarter of 4,000 members, 200,000 claims and 5 million clicks: the services' answers beside DuckDB on raw rows.

First the sums that these answers rest on, as their services ask the store for them: what DuckDB does on the raw rows.
Then the whole answers that a route cuts its pages from: contributions of all members with names, obligations and
figures, reach of all units, reach of all articles. Then the quarter's report of the whole organisation and its close,
from the ledger.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.contribution_house import FIRST_UNIT, UNITS, fill
from bench.house import new_place
from bench.measure import Floor, insist, note, ratio, tell, tell_against, timed
from tests import make
from tracker.domain.claims import ClaimKind
from tracker.domain.figures import Measure
from tracker.domain.periods import Period
from tracker.domain.reach import ReachBy
from tracker.domain.types import Role, UnitId
from tracker.services import closing, contributions, reach, reports, rollups
from tracker.store import sums
from tracker.store.standings import Territory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lantoa.wiring import House
    from tracker.domain.figures import Figure
    from tracker.domain.month_sums import MemberSums
    from tracker.domain.types import MemberId, Viewer
    from tracker.services.contributions import ContributionView
    from tracker.services.reach import ReachView
    from tracker.store.db import Tx

HERE = Path(__file__).resolve().parent
PEERS = Path(os.environ.get("BENCH_PEERS", HERE.parent / ".venv" / "peers"))
QUARTER = Period.parse("2026-Q3")
ROUNDS = 15
PEER = "DuckDB on the raw rows"


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
    """What is asked of ours, which order to DuckDB asks the same, and how to read the answer as its rows."""

    name: str
    order: str
    ask: Callable[[Tx], Any]
    rows: Callable[[Any], list[list[int]]]
    but: int | None = None  # a column of DuckDB's rows that was not asked of ours
    does_more: bool = False  # names, obligations, grades and hidden counts beside the sums: no floor, a ratio to know


def questions(house: House, people: Mapping[Role, Viewer]) -> list[Question]:
    """List what is asked; an officer's reach keeps small counts from being worked out, an administrator sees all."""
    told: dict[str, Any] = {"now": make.NOW, "zone": house.zone}

    def reached(who: Role, by: ReachBy) -> Callable[[Tx], Any]:
        return lambda tx: reach.get(tx, people[who], None, QUARTER, by, **told)

    def given(who: Role) -> Callable[[Tx], Any]:
        return lambda tx: contributions.get(tx, people[who], None, QUARTER, **told)

    admin, officer = Role.ADMIN, Role.OFFICER
    everybody = Territory(unit_id=None, member_id=None, start_on=QUARTER.start_on, end_on=QUARTER.end_on)
    kinds = [(kind, QUARTER) for kind in ClaimKind]
    return [
        Question(
            name="members_sums",
            order="members",
            ask=lambda tx: sums.sum_members(tx, everybody, QUARTER, kinds),
            rows=member_sum_rows,
            but=4,
        ),
        Question(
            name="units_sums",
            order="units",
            ask=lambda tx: (
                sums.count_claims(tx, everybody, but=()),
                sums.sum_members(tx, everybody, QUARTER, ()).clicks,
            ),
            rows=unit_sum_rows,
        ),
        Question(
            name="articles_sums",
            order="articles",
            ask=lambda tx: sums.sum_articles(tx, QUARTER.start_on, QUARTER.end_on),
            rows=lambda found: sorted(([a, n] for a, (n, _) in found.items()), key=lambda row: (-row[1], row[0])),
        ),
        Question(name="members", does_more=True, order="members", ask=given(admin), rows=member_rows),
        Question(name="units", does_more=True, order="units", ask=reached(admin, ReachBy.UNIT), rows=unit_rows),
        Question(
            name="articles", does_more=True, order="articles", ask=reached(admin, ReachBy.ARTICLE), rows=article_rows
        ),
        Question(
            name="units_officer", does_more=True, order="units", ask=reached(officer, ReachBy.UNIT), rows=unit_rows
        ),
        Question(
            name="articles_officer",
            does_more=True,
            order="articles",
            ask=reached(officer, ReachBy.ARTICLE),
            rows=article_rows,
        ),
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
            asked = [[n for at, n in enumerate(row) if at != question.but] for row in told["rows"]]
            insist(rows[: len(asked)] == asked, f"{question.name}: the two do not give the same rows")
        name, spent, times = f"quarter_{question.name}", statistics.median(ours) * 1000, ratio(ours, theirs)
        if question.does_more:
            tell(name, spent, "ms", times=times, floor=PEER)
        else:
            tell_against(name, spent, "ms", times=times, floor=Floor(name=PEER, most=1))


def member_sum_rows(found: MemberSums) -> list[list[int]]:
    """Give who gave anything, by number: shares, pieces, presentations, clicks."""
    counts = [found.claims[kind, QUARTER] for kind in (ClaimKind.SHARE, ClaimKind.AUTHORED, ClaimKind.PRESENTATION)]
    known = sorted({*found.clicks, *(m for given in counts for m in given)})
    return [[m, *(given.get(m, 0) for given in counts), found.clicks.get(m, (0, 0))[0]] for m in known]


def unit_sum_rows(
    found: tuple[list[tuple[UnitId, ClaimKind, int]], dict[MemberId, tuple[int, int]]],
) -> list[list[int]]:
    """Give shares and clicks of units by number; each member has stood in one unit all the time."""
    claims, clicks = found
    sums_of = {unit_id: [0, 0] for unit_id, _, _ in claims}
    for unit_id, kind, count in claims:
        sums_of[unit_id][0] += count if kind is ClaimKind.SHARE else 0
    for member_id, (count, _) in clicks.items():
        sums_of[UnitId((member_id - 1) % UNITS + FIRST_UNIT)][1] += count
    return [[unit_id, *sums_of[unit_id]] for unit_id in sorted(sums_of)]


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


if __name__ == "__main__":
    main()
