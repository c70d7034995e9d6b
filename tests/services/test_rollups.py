"""Roll-ups are compared with what they sum, and a row that was altered is named."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, update

from tests import make
from tracker.domain.clicks import ClickVerdict
from tracker.domain.errors import AppError, Code
from tracker.domain.types import Role, UnitId
from tracker.services import rollups
from tracker.store import clicks
from tracker.store.tables.links import ArticleDay, Link, LinkDay, MemberLinkDay, MemberMonth

if TYPE_CHECKING:
    from tracker.store.db import Database

DAYS = (dt.date(2026, 10, 31), dt.date(2026, 11, 1))


@pytest.fixture
def counted(db: Database) -> Database:
    with db.write() as tx:
        member_id = make.member(tx, make.unit(tx, "CB"), "DV1")
        article_id = make.article(tx)
        link = {
            "slug": "abc",
            "member_id": member_id,
            "article_id": article_id,
            "channel": "facebook",
            "target_url": "https://nhandan.vn/x",
            "created_at": make.NOW,
        }
        tx.execute(tx.insert(Link), link)
        for day in DAYS:
            for verdict in (ClickVerdict.COUNTED, ClickVerdict.ROBOT):
                count = clicks.ClickCount(
                    slug="abc",
                    member_id=member_id,
                    article_id=article_id,
                    channel="facebook",
                    day=day,
                    verdict=str(verdict),
                    method="1",
                    valid=verdict is ClickVerdict.COUNTED,
                    request_count=7,
                    person_day_count=3 if verdict is ClickVerdict.COUNTED else 0,
                )
                clicks.record(tx, [count])
    return db


def test_what_was_counted_equals_its_sums(counted: Database) -> None:
    with counted.read() as tx:
        assert rollups.compare(tx) == []


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (update(LinkDay).values(request_count=99).where(LinkDay.verdict == "counted"), "member-day"),
        (update(MemberLinkDay).values(click_count=0), "member-day"),
        (update(ArticleDay).values(person_day_count=1), "article-day"),
        (update(MemberMonth).values(click_count=1), "member-month clicks"),
        (update(MemberMonth).values(share_count=1), "member-month claims"),
    ],
)
def test_an_altered_sum_is_named(counted: Database, statement: object, named: str) -> None:
    with counted.write() as tx:
        tx.execute(statement)  # type: ignore[arg-type]  # each is an UPDATE
        differences = rollups.compare(tx)
    assert differences
    assert any(line.startswith(named) for line in differences)
    with counted.write() as tx:
        assert rollups.rebuild(tx, make.account(tx, "a", Role.ADMIN), now=make.NOW)
        assert rollups.compare(tx) == []


def test_missing_rows_are_made_anew_and_a_second_rebuild_finds_nothing(counted: Database) -> None:
    with counted.write() as tx:
        for table in (MemberLinkDay, ArticleDay, MemberMonth):
            tx.execute(delete(table))
        viewer = make.account(tx, "a", Role.ADMIN)
        assert len(rollups.rebuild(tx, viewer, now=make.NOW)) == 6  # two days of each, and two months
        assert rollups.rebuild(tx, viewer, now=make.NOW) == []
        assert rollups.compare(tx) == []


def test_only_an_administrator_rebuilds(counted: Database) -> None:
    with counted.write() as tx, pytest.raises(AppError) as refused:
        rollups.rebuild(tx, make.account(tx, "o", Role.OFFICER, unit_id=UnitId(1)), now=make.NOW)
    assert refused.value.code is Code.RIGHT_MISSING
