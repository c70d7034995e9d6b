"""Sums of whole months tell what the ledger's rows tell, whoever moved, ended, shared credit or was away."""

from __future__ import annotations

import datetime as dt
import functools
import random  # noqa: TID251 - seeded: what people did is by chance, and the same in every run
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, func, insert, select, update

from tests import make, make_claims
from tracker.domain import reach as rules
from tracker.domain.figures import hide_small
from tracker.domain.month_sums import months_of
from tracker.domain.periods import Period
from tracker.domain.reach import ReachBy
from tracker.domain.types import Role, UnitId, Viewer
from tracker.services import contributions, progress, reach
from tracker.services.asked import Asked
from tracker.services.ledgers import open_ledger
from tracker.store.tables.claims import Republication
from tracker.store.tables.links import MemberLinkDay
from tracker.store.tables.organisation import Membership, UnitAncestry, UnitVersion
from tracker.store.tables.programmes import Assignment, Programme, Target, TargetTopic

if TYPE_CHECKING:
    from collections.abc import Callable

    from tracker.domain.types import MemberId
    from tracker.services.ledgers import Opened
    from tracker.store.db import Database, Tx

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FROM, DAYS = dt.date(2026, 3, 1), 200
CLAIMS, CLICKS, PEOPLE = 120, 90, 14
QUARTER = Period.parse("2026-Q2")
PERIODS = ("2026-Q2", "2026-05", "2026-H1", "2026-04..2026-06", "2026")
ROWS = "member_link_days"


@dataclass
class House:
    """An organisation of three branches: one began in the quarter, one ended in it; what people did is by chance."""

    db: Database
    top: UnitId
    branches: list[UnitId]
    people: list[MemberId]
    topic: int
    admin: Viewer
    officer: Viewer


@pytest.fixture(params=[1, 2])
def house(db: Database, request: pytest.FixtureRequest) -> House:
    chance = random.Random(request.param)  # noqa: S311 - the same
    with db.write() as tx:
        top = make.unit(tx, "DU")
        branches = [make.unit(tx, f"CB{n}", above=(top,), since=dt.date(2026, 1 + 3 * (n == 1), 20)) for n in range(3)]
        end(tx, branches[2], dt.date(2026, 6, 10))
        people = [make.member(tx, chance.choice([top, *branches]), f"M{n}", f"Người {n}") for n in range(PEOPLE)]
        settle(tx, chance, people, [top, *branches])
        do(tx, chance, people, [top, *branches])
        topic = make_claims.topic(tx, "Chuyên đề")
        owe(tx, top, branches[0], people)
        return House(
            db,
            top,
            branches,
            people,
            topic,
            make.account(tx, "admin", Role.ADMIN),
            make.account(tx, "officer", Role.OFFICER, unit_id=top, member_id=people[0]),
        )


def end(tx: Tx, unit_id: UnitId, day: dt.date) -> None:
    tx.execute(update(UnitVersion).where(UnitVersion.unit_id == unit_id).values(valid_to=day))
    tx.execute(update(UnitAncestry).where(UnitAncestry.unit_id == unit_id).values(valid_to=day))


def settle(tx: Tx, chance: random.Random, people: list[MemberId], units: list[UnitId]) -> None:
    """Let some move, be guests, be away, leave, or be of a status that does not count."""
    for member_id in people[:5]:
        make_claims.transfer(tx, member_id, chance.choice(units), FROM + dt.timedelta(days=chance.randrange(DAYS)))
    guest = {"unit_id": units[1], "since": dt.date(2026, 4, 3), "status": "official", "temporary": True}
    tx.execute(insert(Membership), {"member_id": people[5]} | guest)
    make_claims.absence(tx, people[6], dt.date(2026, 5, 2), dt.date(2026, 5, 30))
    for member_id, change in ((people[7], {"until": dt.date(2026, 5, 20)}), (people[8], {"status": "exempt"})):
        tx.execute(update(Membership).where(Membership.member_id == member_id).values(change))


def do(tx: Tx, chance: random.Random, people: list[MemberId], units: list[UnitId]) -> None:
    """Enter claims with credits, figures and republications, and clicks; few articles, so that they meet."""
    articles = [make.article(tx, n, f"Bài {n % 3}") for n in range(1, 7)]
    for n in range(CLAIMS):
        owner, kind = chance.choice(people), chance.choice(["share", "share", "share", "authored", "presentation"])
        of = None if kind == "presentation" or chance.random() < 0.2 else chance.choice(articles)
        day = FROM + dt.timedelta(days=chance.randrange(DAYS))
        shared = (chance.choice([m for m in people if m != owner]),) if kind == "authored" and n % 2 else ()
        more: dict[str, Any] = {"article_id": of, "state": "rejected" if n % 9 == 0 else "accepted"}
        topics = ("Chuyên đề",) if n % 4 == 0 else ()
        claim_id = make_claims.claim(
            tx, owner, chance.choice(units), day, kind=kind, coauthors=shared, topics=topics, **more
        )
        if n % 5 == 0:
            make_claims.reading(tx, claim_id, chance.choice(["engagements", "reach"]), n, grade=chance.choice("BC"))
        if kind == "authored" and of is not None:
            row = {"member_id": claim_id.member_id, "number": claim_id.number, "article_id": chance.choice(articles)}
            told = {"state": "confirmed", "similarity_percent": 90, "decided_at": make.NOW, "decided_by": 1}
            tx.execute(insert(Republication), row | told)
    keys = {
        (chance.choice(people), chance.choice(articles), FROM + dt.timedelta(days=chance.randrange(DAYS)))
        for _ in range(CLICKS)
    }
    for member_id, article_id, day in sorted(keys):
        make_claims.clicks(tx, member_id, article_id, day, chance.randrange(1, 9))


def owe(tx: Tx, top: UnitId, branch: UnitId, people: list[MemberId]) -> None:
    """Ask for shares by month and half-year, for pieces of who was assigned, and for presentations of the units."""
    of = {"is_new": True, "created_at": make.NOW}
    programmes = [
        tx.scalar(insert(Programme).values(of | more).returning(Programme.programme_id))
        for more in (
            {"unit_id": top, "name": "Mô hình", "from_on": dt.date(2026, 4, 15)},
            {"unit_id": branch, "name": "Mô hình chi bộ"},
        )
    ]
    asked = (
        {"programme_id": programmes[0], "who": "each_member", "what": "share", "per": "month", "aim": 3},
        {"programme_id": programmes[1], "who": "each_member", "what": "share", "per": "half"},
        {"programme_id": programmes[0], "who": "assigned", "what": "authored", "per": "quarter"},
        {"programme_id": programmes[0], "who": "unit", "what": "presentation", "per": "week"},
    )
    targets = [
        tx.scalar(
            insert(Target).values({"aim": None, "minimum": 1, "created_at": make.NOW} | row).returning(Target.target_id)
        )
        for row in asked
    ]
    for n, (member_id, state) in enumerate(((people[0], "given"), (people[9], "given"), (people[10], "excused"))):
        turn = {"member_id": member_id, "number": n + 1, "first_key": f"{member_id}-{n}", "target_id": targets[2]}
        told = {"unit_id": top, "period": "2026-Q2", "given_by": 1, "given_at": make.NOW, "version": 1}
        tx.execute(insert(Assignment), turn | told | {"state": state})


def by_rows(tx: Tx, unit_id: UnitId | None, period: Period) -> Opened:
    return open_ledger(tx, Asked(unit_id=unit_id), period, now=make.NOW, zone=ZONE, figures=True)


@pytest.mark.parametrize("period", PERIODS)
def test_contributions_from_sums_are_those_of_every_row(house: House, period: str) -> None:
    asked = Period.parse(period)
    with house.db.read() as tx:
        for viewer, unit_id in ((house.admin, None), (house.officer, house.top), (house.admin, house.branches[2])):
            told = contributions.get(tx, viewer, unit_id, asked, now=make.NOW, zone=ZONE)
            reckoner = by_rows(tx, unit_id, asked).reckoner
            figures = rules.by_member(reckoner, asked)
            assert any(row.given.due and row.figures for row in told.rows) or unit_id == house.branches[2]
            assert [row.given for row in told.rows] == reckoner.contributions(asked)
            assert told.total == reckoner.total(asked)
            assert told.member_count == reckoner.member_count(asked)
            for row in told.rows:
                own = viewer.role is Role.ADMIN or viewer.member_id == row.given.member_id
                seen = [hide_small(f, may_see_all=own) for f in figures.get(row.given.member_id, [])]
                assert row.figures == seen


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("by_week", [False, True], ids=["by months", "one by weeks"])
def test_progress_from_sums_is_that_of_every_row(house: House, period: str, *, by_week: bool) -> None:
    """What is asked by weeks is reckoned from the claims, everything else from sums."""
    if not by_week:
        with house.db.write() as tx:
            tx.execute(update(Target).where(Target.per == "week").values(per="month"))
    asked = Period.parse(period)
    with house.db.read() as tx:
        for viewer, unit_id in ((house.admin, None), (house.officer, house.top), (house.admin, house.branches[0])):
            ask: dict[str, Any] = {"viewer": viewer, "unit_id": unit_id, "period": asked, "now": make.NOW, "zone": ZONE}
            said = statements(house, functools.partial(progress.get, **ask))
            assert any("claim_topics" in statement for statement in said) == by_week
            reckoner = by_rows(tx, unit_id, asked).reckoner
            told, given = contributions.get_with_progress(tx, **ask)
            assert progress.get(tx, **ask) == told
            assert told.items == reckoner.progresses(asked)
            assert any(item.done and item.rows for _, item in told.items)
            assert told.coverage == reckoner.coverages(asked)
            assert [row.given for row in given.rows] == reckoner.contributions(asked)
            assert (given.total, [row.figures for row in given.rows if row.figures]) == (reckoner.total(asked), [])
            assert all(told.name_of(row) for _, item in told.items for row in (*item.rows, *item.others))


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("at_home", [False, True], ids=["some stood elsewhere", "all stood below the top"])
def test_reach_from_sums_is_that_of_every_row(house: House, period: str, *, at_home: bool) -> None:
    if at_home:
        bring_home(house)
    asked = Period.parse(period)
    with house.db.read() as tx:
        for viewer, unit_id in (
            *((house.admin, None), (house.admin, house.top), (house.officer, house.top)),
            *((house.admin, house.branches[0]), (house.officer, house.branches[0]), (house.officer, house.branches[1])),
        ):
            reckoner = by_rows(tx, unit_id, asked).reckoner
            own, sees_all = viewer.member_id, viewer.role is Role.ADMIN
            for by in ReachBy:
                told = reach.get(tx, viewer, unit_id, asked, by, now=make.NOW, zone=ZONE)
                items = [
                    replace(i, figures=tuple(hide_small(f, may_see_all=sees_all or is_own(i, own)) for f in i.figures))
                    for i in rules.reach(reckoner, asked, by)
                ]
                assert told.items == items
                assert told.totals == rules.shown_totals(reckoner, asked, sees_all=sees_all, own=own)


def is_own(item: rules.ReachItem, own: MemberId | None) -> bool:
    return item.sharer_id is not None and item.sharer_id == own


def bring_home(house: House) -> None:
    """Let nobody have left, and no unit have ended: every click is then of somebody below the top unit."""
    with house.db.write() as tx:
        ended = (UnitVersion, UnitAncestry)
        for table in ended:
            tx.execute(update(table).values(valid_to=None))
        tx.execute(update(UnitVersion).values(valid_from=make.LONG_AGO))
        tx.execute(update(UnitAncestry).values(valid_from=make.LONG_AGO))
        stays = select(Membership.member_id).group_by(Membership.member_id).having(func.count() == 1)
        tx.execute(update(Membership).where(Membership.member_id.in_(stays)).values(until=None))


def test_the_officer_of_all_is_answered_from_sums_too(house: House) -> None:
    bring_home(house)
    for by in (ReachBy.ARTICLE, ReachBy.UNIT):
        ask = functools.partial(
            reach.get, viewer=house.officer, unit_id=house.top, period=QUARTER, by=by, now=make.NOW, zone=ZONE
        )
        assert not any("claim_topics" in statement for statement in statements(house, ask))  # read with every claim


@pytest.mark.parametrize("who", ["admin", "officer"])
def test_a_unit_among_others_is_answered_from_sums_too(house: House, who: str) -> None:
    """Of a middle unit, from which some moved and beside which others click."""
    for by in (ReachBy.ARTICLE, ReachBy.UNIT):
        ask = functools.partial(
            reach.get,
            viewer=getattr(house, who),
            unit_id=house.branches[0],
            period=QUARTER,
            by=by,
            now=make.NOW,
            zone=ZONE,
        )
        assert not any("claim_topics" in statement for statement in statements(house, ask))  # read with every claim


def test_neither_is_read_click_by_click(house: House) -> None:
    said = statements(house, lambda tx: contributions.get(tx, house.admin, None, QUARTER, now=make.NOW, zone=ZONE))
    assert not any(ROWS in statement for statement in said)
    for by in (ReachBy.ARTICLE, ReachBy.UNIT):
        ask = functools.partial(
            reach.get, viewer=house.admin, unit_id=None, period=QUARTER, by=by, now=make.NOW, zone=ZONE
        )
        read = [statement for statement in statements(house, ask) if ROWS in statement]
        assert len(read) == (by is ReachBy.UNIT)  # of those who moved


def test_a_target_by_topic_is_answered_from_the_claims(house: House) -> None:
    with house.db.write() as tx:
        target_id = tx.scalar(
            update(Target).where(Target.per == "half").values(per="month").returning(Target.target_id)
        )
        tx.execute(insert(TargetTopic), {"target_id": target_id, "topic_id": house.topic})
    said = statements(house, lambda tx: contributions.get(tx, house.admin, None, QUARTER, now=make.NOW, zone=ZONE))
    assert any(ROWS in statement for statement in said)
    test_contributions_from_sums_are_those_of_every_row(house, "2026-Q2")


def test_a_row_put_right_to_zero_is_no_row(house: House) -> None:
    with house.db.write() as tx:
        make_claims.clicks(tx, house.people[-1], make.article(tx, 9), dt.date(2026, 5, 3), 0)
        tx.execute(update(MemberLinkDay).where(MemberLinkDay.click_count == 0).values(person_day_count=0))
    test_reach_from_sums_is_that_of_every_row(house, "2026-05", at_home=True)


@pytest.mark.parametrize(
    ("period", "months"),
    [
        ("2026-05", ("2026-05",)),
        ("2026-Q1", ("2026-01", "2026-02", "2026-03")),
        ("2026-05-01..2026-06-30", ("2026-05", "2026-06")),
        ("2026-05-01..2026-06-29", None),
        ("2026-05-01", None),
        ("2026-W22", None),
    ],
)
def test_a_period_is_made_of_months_where_it_begins_and_ends_with_one(
    period: str, months: tuple[str, ...] | None
) -> None:
    assert months_of(Period.parse(period)) == months


def statements(house: House, ask: Callable[[Tx], object]) -> list[str]:
    """Give the statements of an answer."""
    said: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_more: Any) -> None:
        said.append(statement)

    event.listen(house.db.engine, "before_cursor_execute", note)
    with house.db.read() as tx:
        ask(tx)
    event.remove(house.db.engine, "before_cursor_execute", note)
    return said
