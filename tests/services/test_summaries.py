"""The overview of whole months from roll-ups: the same sums as the ledger's, in a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests import make, make_claims
from tracker.domain.errors import AppError, Code
from tracker.domain.periods import Period
from tracker.domain.reach import ReachBy
from tracker.domain.types import Role
from tracker.services import contributions, reach, rollups, summaries
from tracker.store.tables.links import Link, LinkDay

if TYPE_CHECKING:
    from tracker.domain.types import ArticleId, MemberId, UnitId, Viewer
    from tracker.store.db import Database, Tx

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
QUARTER = Period.parse("2026-Q2")


@pytest.fixture
def admin(db: Database) -> Viewer:
    with db.write() as tx:
        return make.account(tx, "admin", Role.ADMIN)


@pytest.fixture
def filled(db: Database, admin: Viewer) -> tuple[list[UnitId], list[MemberId], list[ArticleId]]:
    with db.write() as tx:
        units = [make.unit(tx, f"CB{n}") for n in range(2)]
        people = [make.member(tx, units[n % 2], f"M{n}", f"Người {n}") for n in range(4)]
        articles = [make.article(tx, n, f"Bài {n}") for n in range(1, 3)]
        for n, member_id in enumerate(people):
            for day in (dt.date(2026, 3, 31), dt.date(2026, 4, 1), dt.date(2026, 6, 30), dt.date(2026, 7, 1)):
                make_claims.claim(tx, member_id, units[n % 2], day, article_id=articles[n // 2])
                _clicked(tx, member_id, articles[n // 2], day, 10 + n)
        make_claims.claim(tx, people[0], units[0], dt.date(2026, 5, 5), kind="authored", coauthors=(people[1],))
    with db.write() as tx:
        rollups.rebuild(tx, admin, now=make.NOW)
    return units, people, articles


def _clicked(tx: Tx, member_id: MemberId, article_id: ArticleId, day: dt.date, count: int) -> None:
    slug = f"{member_id}-{article_id}"
    link = {
        "slug": slug,
        "member_id": member_id,
        "article_id": article_id,
        "channel": "zalo",
        "target_url": "https://x",
    }
    tx.execute(tx.insert(Link).values(link | {"created_at": make.NOW}).on_conflict_do_nothing())
    row = {"slug": slug, "day": day, "verdict": "counted", "method": "1"}
    tx.execute(tx.insert(LinkDay), row | {"request_count": count, "person_day_count": count})


def test_the_overview_agrees_with_contributions_and_reach(
    db: Database, admin: Viewer, filled: tuple[list[UnitId], list[MemberId], list[ArticleId]]
) -> None:
    units, people, articles = filled
    with db.read() as tx:
        seen = summaries.get_overview(tx, admin, QUARTER, today=make.TODAY)
        told = {"now": make.NOW, "zone": ZONE}
        given = {r.given.member_id: r for r in contributions.get(tx, admin, None, QUARTER, **told).rows}  # type: ignore[arg-type]  # an instant and a zone
        by_unit = reach.get(tx, admin, None, QUARTER, ReachBy.UNIT, **told).items  # type: ignore[arg-type]  # the same
        by_article = reach.get(tx, admin, None, QUARTER, ReachBy.ARTICLE, **told).items  # type: ignore[arg-type]  # the same
    assert [(m.member_id, m.shares, m.authored, m.clicks) for m in seen.members] == [
        (m, given[m].given.shares, given[m].given.authored, given[m].figures[0].value) for m in people
    ]
    assert {(u.unit_id, u.shares, u.clicks) for u in seen.units} == {(i.key, i.shares, i.clicks) for i in by_unit}
    assert [(a.article_id, a.title, a.clicks) for a in seen.articles] == [
        (i.key, i.title, i.clicks) for i in by_article if i.clicks
    ]
    assert [u.authored for u in seen.units] == [1, 0]
    assert {a.article_id for a in seen.articles} == set(articles)
    assert {u.unit_id for u in seen.units} == set(units)


def test_only_whole_months_and_only_for_who_sees_everything(db: Database, admin: Viewer) -> None:
    with db.write() as tx:
        officer = make.account(tx, "o", Role.OFFICER, unit_id=make.unit(tx, "A"))
        for viewer, period, code in (
            (officer, "2026-05", Code.RIGHT_MISSING),
            (admin, "2026-W20", Code.PERIOD_INVALID),
            (admin, "2026-05-02", Code.PERIOD_INVALID),
            (admin, "2026-05-02..2026-06-30", Code.PERIOD_INVALID),
        ):
            with pytest.raises(AppError) as refused:
                summaries.get_overview(tx, viewer, Period.parse(period), today=make.TODAY)
            assert refused.value.code is code
