"""The ledger: the same numbers live and frozen, for a unit, one below it and one member, in as many statements."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, insert, update

from tests import make, make_claims
from tracker.domain.errors import AppError, Code
from tracker.domain.methods import MethodVersions
from tracker.domain.periods import Period
from tracker.domain.reach import ReachBy
from tracker.domain.types import Role, Viewer
from tracker.services import closing, contributions, explain, progress, reach, reports
from tracker.store.tables.organisation import UnitAncestry, UnitVersion
from tracker.store.tables.programmes import Assignment, Programme, Target

if TYPE_CHECKING:
    from tracker.domain.types import ClaimId, MemberId, UnitId
    from tracker.store.db import Database, Tx

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
METHOD = MethodVersions(bot_list="một danh sách")
QUARTER = Period.parse("2026-Q2")
MOST_STATEMENTS = 30  # of one answer, BEGIN and the like included


@dataclass
class House:
    """A committee with two branches; one member moves between them, two write together."""

    db: Database
    committee: UnitId
    first: UnitId
    second: UnitId
    stays: MemberId
    moves: MemberId
    other: MemberId
    pieces: list[ClaimId]
    share_target: int
    unit_target: int
    admin: Viewer
    officer: Viewer
    as_stays: Viewer
    as_moves: Viewer

    def everything(self) -> dict[str, Any]:
        """Give all that can be asked about the quarter and its months, by everybody."""
        return {
            f"{name} {period} {viewer.account_id} {unit_id}": self.ask(name, viewer, unit_id, period)
            for period in ("2026-Q2", "2026-05", "2026-05-14")
            for viewer, unit_id in (
                *((self.admin, unit) for unit in (self.committee, self.first, self.second)),
                *((self.officer, self.first), (self.as_stays, None), (self.as_moves, None)),
            )
            for name in ("progress", "contributions", "reach", "explain")
            if name in {"progress", "contributions"} or viewer.role is not Role.MEMBER
        }

    def ask(self, name: str, viewer: Viewer, unit_id: UnitId | None, period: str) -> Any:
        asked, told = Period.parse(period), {"now": make.NOW, "zone": ZONE}
        with self.db.read() as tx:
            match name:
                case "progress":
                    found = progress.get(tx, viewer, unit_id, asked, **told)  # type: ignore[arg-type]
                    return found.items, found.coverage, [found.name_of(r) for _, i in found.items for r in i.rows]
                case "contributions":
                    given = contributions.get(tx, viewer, unit_id, asked, **told)  # type: ignore[arg-type]
                    return given.rows, given.total, given.member_count
                case "reach":
                    figures = [reach.get(tx, viewer, unit_id, asked, by, **told) for by in ReachBy]  # type: ignore[arg-type]
                    return [(f.items, f.totals) for f in figures]
                case _:
                    why = explain.get(tx, viewer, self.stays, self.share_target, asked, lang="vi", **told)  # type: ignore[arg-type]
                    return why.why, why.claims

    def close(self, unit_id: UnitId, period: Period = QUARTER, viewer: Viewer | None = None) -> None:
        with self.db.write() as tx:
            closing.close_period(
                tx, viewer or self.admin, unit_id, period, method=METHOD, now=make.NOW, today=make.TODAY
            )


@pytest.fixture
def house(db: Database) -> House:
    with db.write() as tx:
        committee = make.unit(tx, "DU", "Đảng ủy")
        first, second = (make.unit(tx, f"CB{n}", above=(committee,)) for n in (1, 2))
        stays, moves = make.member(tx, first, "A", "An"), make.member(tx, first, "B", "Bình")
        other = make.member(tx, second, "C", "Cúc")
        make_claims.transfer(tx, moves, second, dt.date(2026, 5, 10))
        make_claims.absence(tx, other, dt.date(2026, 4, 1), dt.date(2026, 4, 28))
        pieces = _claims(tx, first, second, (stays, moves, other))
        targets = _targets(tx, committee, first, stays)
        viewers = (
            make.account(tx, "admin", Role.ADMIN),
            make.account(tx, "officer", Role.OFFICER, unit_id=first),
            make.account(tx, "stays", Role.MEMBER, member_id=stays),
            make.account(tx, "moves", Role.MEMBER, member_id=moves),
        )
    return House(db, committee, first, second, stays, moves, other, pieces, *targets, *viewers)


def _claims(tx: Tx, first: UnitId, second: UnitId, people: tuple[MemberId, ...]) -> list[ClaimId]:
    stays, moves, other = people
    article = make.article(tx)
    make_claims.claim(tx, stays, first, dt.date(2026, 5, 4), article_id=article, topics=("Thời sự",))
    make_claims.claim(tx, moves, first, dt.date(2026, 5, 4), article_id=article)
    make_claims.claim(tx, moves, second, dt.date(2026, 5, 14), article_url="https://bao.example.vn/1")
    alone = make_claims.claim(tx, other, second, dt.date(2026, 6, 1), kind="authored", url="https://dai.example.vn/2")
    shared = make_claims.claim(tx, other, second, dt.date(2026, 6, 2), kind="authored", coauthors=(stays,))
    make_claims.reading(tx, alone, "page_views", 99, grade="A")
    make_claims.reading(tx, shared, "engagements", 12)
    for member_id, day in ((stays, 5), (moves, 6), (moves, 20)):
        make_claims.clicks(tx, member_id, article, dt.date(2026, 5, day), 7)
    return [alone, shared]


def _targets(tx: Tx, committee: UnitId, first: UnitId, stays: MemberId) -> tuple[int, int]:
    """Set a share and a unit target of the committee, and a presentation of one member in the first branch."""
    of = {"name": "Mô hình", "is_new": True, "created_at": make.NOW}
    ids = [
        tx.scalar(insert(Programme).values(of | {"unit_id": unit}).returning(Programme.programme_id))
        for unit in (committee, first)
    ]
    goals = [
        {"programme_id": ids[0], "who": "each_member", "what": "share", "per": "month"},
        {"programme_id": ids[0], "who": "unit", "what": "share", "per": "week"},
        {"programme_id": ids[1], "who": "assigned", "what": "presentation", "per": "quarter"},
    ]
    found = [
        tx.scalar(insert(Target).values(goal | {"minimum": 1, "created_at": make.NOW}).returning(Target.target_id))
        for goal in goals
    ]
    turn = {"member_id": stays, "number": 1, "first_key": f"{stays}-1", "target_id": found[2], "unit_id": first}
    told = {"period": "2026-Q2", "state": "given", "given_by": 1, "given_at": make.NOW, "version": 1}
    tx.execute(insert(Assignment), turn | told)
    return found[0], found[1]


@pytest.mark.thorough
def test_a_close_freezes_every_answer_of_every_unit_below_and_period_inside(house: House) -> None:
    before = house.everything()
    house.close(house.committee)
    assert house.everything() == before
    with house.db.write() as tx:
        make_claims.claim(tx, house.stays, house.first, dt.date(2026, 5, 20))
        make_claims.transfer(tx, house.other, house.first, dt.date(2026, 4, 2))
        make_claims.absence(tx, house.moves, dt.date(2026, 4, 1), dt.date(2026, 6, 30))
        tx.execute(update(Target).values(minimum=5))
    assert house.everything() == before


def test_what_is_not_closed_is_reckoned_anew(house: House) -> None:
    house.close(house.first)
    before = house.ask("contributions", house.admin, house.second, "2026-Q2")
    with house.db.write() as tx:
        make_claims.claim(tx, house.other, house.second, dt.date(2026, 5, 20))
        make_claims.claim(tx, house.stays, house.first, dt.date(2026, 7, 20))
    after = house.ask("contributions", house.admin, house.second, "2026-Q2")
    assert (after[1].shares, before[1].shares) == (2, 1)
    assert house.ask("contributions", house.admin, house.first, "2026-Q3")[1].shares == 1


def test_a_coauthor_is_credited_and_the_piece_counts_once_in_its_unit(house: House) -> None:
    rows, total, _ = house.ask("contributions", house.admin, house.committee, "2026-Q2")
    assert {row.full_name: row.given.authored for row in rows} == {"An": 1, "Bình": 0, "Cúc": 2}
    assert (total.authored, total.shares) == (2, 3)
    assert house.ask("contributions", house.admin, house.first, "2026-Q2")[1].authored == 0
    assert house.ask("contributions", house.as_stays, None, "2026-Q2")[0][0].given.authored == 1


def test_a_unit_is_the_sum_of_its_parts(house: House) -> None:
    whole, first, second = (
        house.ask("contributions", house.admin, unit, "2026-Q2")[1]
        for unit in (house.committee, house.first, house.second)
    )
    assert whole.shares == first.shares + second.shares
    assert whole.authored == first.authored + second.authored
    clicks = [house.ask("reach", house.admin, u, "2026-Q2")[0][1][0].value for u in (house.committee, house.first)]
    assert clicks == [21, 14]  # the mover's clicks since the tenth of May are the second branch's


def test_who_asks_outside_their_scope_finds_nothing(house: House) -> None:
    for viewer, unit_id in ((house.officer, house.second), (house.officer, house.committee), (house.as_stays, 10**6)):
        with pytest.raises(AppError) as refused:
            house.ask("progress", viewer, unit_id, "2026-Q2")  # type: ignore[arg-type]
        assert refused.value.code is Code.NOT_FOUND
    with pytest.raises(AppError) as refused:
        house.close(house.first, viewer=house.as_stays)
    assert refused.value.code is Code.RIGHT_MISSING


def test_an_administrator_asks_about_everybody_without_naming_a_unit(house: House) -> None:
    items, coverage, _ = house.ask("progress", house.admin, None, "2026-05")
    assert [(target.who.value, item.counted) for target, item in items if target.per.value == "month"] == [
        ("each_member", 3)
    ]
    assert {row.unit_id for row in coverage} == {house.first, house.second}


def test_a_target_of_the_unit_is_explained_by_the_unit_s_claims_to_its_officer_alone(house: House) -> None:
    def explained(viewer: Viewer) -> tuple[str, int]:
        with house.db.read() as tx:
            week = Period.parse("2026-W19")
            why = explain.get(tx, viewer, house.stays, house.unit_target, week, lang="vi", now=make.NOW, zone=ZONE)
        return why.why.result.value, len(why.claims)

    assert explained(house.officer) == ("of_the_unit", 2)
    assert explained(house.as_stays) == ("of_the_unit", 1)


def test_a_unit_that_ended_is_still_reported_by_its_old_name(house: House) -> None:
    with house.db.write() as tx:
        ended = dt.date(2026, 7, 1)
        tx.execute(update(UnitVersion).where(UnitVersion.unit_id == house.second).values(valid_to=ended))
        tx.execute(update(UnitAncestry).where(UnitAncestry.unit_id == house.second).values(valid_to=ended))
        viewer = make.account(tx, "above", Role.OFFICER, unit_id=house.committee)
    with house.db.read() as tx:
        data = reports.get_data(
            tx, viewer, reports.ReportKind.QUARTER, QUARTER, house.second, method=METHOD, now=make.NOW, zone=ZONE
        )
    assert (data.head.unit_name, data.totals.members, data.totals.authored) == ("Chi bộ CB2", 2, 2)


@pytest.mark.parametrize("name", ["progress", "contributions", "reach", "explain"])
def test_the_number_of_statements_does_not_grow_with_the_members(house: House, name: str) -> None:
    def count() -> int:
        statements = []

        def note(*told: object) -> None:
            statements.append(told)

        event.listen(house.db.engine, "before_cursor_execute", note)
        house.ask(name, house.admin, house.committee, "2026-Q2")
        event.remove(house.db.engine, "before_cursor_execute", note)
        return len(statements)

    before = count()
    assert before <= MOST_STATEMENTS * (len(ReachBy) if name == "reach" else 1)
    with house.db.write() as tx:
        for n in range(30):
            member_id = make.member(tx, house.first, f"N{n}", f"Người {n}")
            make_claims.claim(tx, member_id, house.first, dt.date(2026, 5, 5), coauthors=(house.other,))
    assert count() == before


def test_the_whole_organisation_and_a_unit_of_no_day_are_refused_a_report(house: House) -> None:
    with house.db.write() as tx:
        make.unit(tx, "TOP2")
    with house.db.read() as tx, pytest.raises(AppError) as refused:
        reports.make_file(tx, house.admin, "quarter", QUARTER, None, "json", method=METHOD, now=make.NOW, zone=ZONE)
    assert refused.value.code is Code.FIELD_INVALID


def test_what_spread_names_the_members_who_wrote_it_and_nobody_who_shared_it(house: House) -> None:
    with house.db.write() as tx:
        article, day = make.article(tx, 2, "Bài của chi bộ"), dt.date(2026, 6, 3)
        make_claims.claim(tx, house.other, house.second, day, kind="authored", article_id=article)
        make_claims.claim(tx, house.stays, house.first, day, kind="authored", article_id=article)
        make_claims.claim(tx, house.moves, house.second, day, article_id=article)
    with house.db.read() as tx:
        data = reports.get_data(
            tx,
            house.admin,
            reports.ReportKind.QUARTER,
            QUARTER,
            house.committee,
            method=METHOD,
            now=make.NOW,
            zone=ZONE,
        )
    assert {line.article_id: (set(line.authors), line.shares) for line in data.wide}[article] == ({"An", "Cúc"}, 1)
