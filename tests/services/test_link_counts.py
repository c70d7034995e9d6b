"""What was counted on links is shown beside what was not; held bursts count once somebody who knows says so."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests import make
from tests.services.claims_house import MONTH
from tests.services.test_links import give, refused
from tracker.domain.clicks import ClickVerdict
from tracker.domain.errors import Code
from tracker.domain.periods import Period
from tracker.services import link_counts, links, rollups
from tracker.store.clicks import ClickCount, record
from tracker.store.tables.operations import AuditEvent
from tracker.store.tables.periods import PeriodClose

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import Viewer

DAY = make.NOW.date()


def count(house: ClaimsHouse, slug: str, verdict: ClickVerdict, requests: int, day: dt.date = DAY) -> None:
    counts = [
        ClickCount(
            slug=slug,
            member_id=house.an,
            article_id=house.articles[0],
            channel="zalo",
            day=day,
            verdict=verdict.value,
            method="1; test",
            valid=verdict is ClickVerdict.COUNTED,
            request_count=requests,
            person_day_count=0,
        )
    ]
    with house.db.write() as tx:
        record(tx, counts)


def shown(house: ClaimsHouse, viewer: Viewer) -> dict[ClickVerdict, int | None]:
    with house.db.read() as tx:
        tally = link_counts.tally_requests(tx, viewer, None, Period.parse(MONTH), today=house.today)
    return {row.verdict: row.requests for row in tally if row.requests != 0}


def release(house: ClaimsHouse, viewer: Viewer, slug: str, day: dt.date = DAY) -> int:
    with house.db.write() as tx:
        return link_counts.release(tx, viewer, slug, day, now=house.now, today=house.today)


@pytest.fixture
def slug(house: ClaimsHouse) -> str:
    return give(house, house.as_an).link.slug


def test_what_was_not_counted_stands_beside_what_was(house: ClaimsHouse, slug: str) -> None:
    count(house, slug, ClickVerdict.COUNTED, 12)
    count(house, slug, ClickVerdict.ROBOT, 30)
    count(house, slug, ClickVerdict.OWN, 2)
    told = {ClickVerdict.COUNTED: 12, ClickVerdict.ROBOT: 30, ClickVerdict.OWN: 2}
    assert shown(house, house.admin) == told
    assert shown(house, house.officer) == told | {ClickVerdict.OWN: None}
    assert shown(house, house.stranger) == {}
    with house.db.read() as tx:
        own = link_counts.list_own(tx, house.as_an, house.articles[0])
        assert link_counts.list_own(tx, house.as_binh, house.articles[0]) == []
    assert [(link.slug, link.requests) for link in own] == [(slug, {"counted": 12, "robot": 30, "own": 2})]


def test_a_held_burst_counts_once_an_officer_lets_it(house: ClaimsHouse, slug: str) -> None:
    count(house, slug, ClickVerdict.COUNTED, 20)
    count(house, slug, ClickVerdict.HELD, 7)
    with house.db.read() as tx:
        page = link_counts.list_holds(tx, house.officer, None, after=None, limit=10, today=house.today)
        elsewhere = link_counts.list_holds(tx, house.stranger, None, after=None, limit=10, today=house.today)
    assert [(hold.slug, hold.day, hold.held) for hold in page.items] == [(slug, DAY, 7)]
    assert elsewhere.items == []
    assert release(house, house.officer, slug) == 7
    assert shown(house, house.admin) == {ClickVerdict.COUNTED: 27}
    with house.db.read() as tx:
        assert rollups.compare(tx) == []
        events = tx.all(AuditEvent.__table__.select().where(AuditEvent.action == "click.release"))
    assert [event.facts for event in events] == [{"day": str(DAY), "count": 7}]
    with refused(Code.NOT_FOUND):
        release(house, house.officer, slug)


def test_a_hold_is_only_for_those_who_may_and_not_for_its_own_sharer(house: ClaimsHouse, slug: str) -> None:
    count(house, slug, ClickVerdict.HELD, 7)
    for viewer, code in (
        (house.as_an, Code.RIGHT_MISSING),
        (house.auditor, Code.RIGHT_MISSING),
        (house.stranger, Code.NOT_FOUND),
        (replace(house.officer, member_id=house.an), Code.CLAIM_OWN),
    ):
        with refused(code):
            release(house, viewer, slug)
    assert shown(house, house.admin) == {ClickVerdict.HELD: 7}


def test_a_burst_of_a_closed_period_or_of_long_ago_stays_held(house: ClaimsHouse, slug: str) -> None:
    count(house, slug, ClickVerdict.HELD, 7, DAY - dt.timedelta(days=40))
    with refused(Code.NOT_FOUND):
        release(house, house.officer, slug, DAY - dt.timedelta(days=40))
    count(house, slug, ClickVerdict.HELD, 7)
    close = {"unit_id": house.branch, "period": MONTH, "start_on": "2026-11-01", "end_on": "2026-12-01", "version": 1}
    by = {"method": "1", "bot_list": "1", "cut_off_at": house.now, "closed_at": house.now, "closed_by": 1}
    with house.db.write() as tx:
        tx.execute(tx.insert(PeriodClose), close | by)
    with refused(Code.PERIOD_CLOSED):
        release(house, house.officer, slug)


def test_a_link_that_an_administrator_withdrew_does_not_come_back(house: ClaimsHouse, slug: str) -> None:
    with house.db.write() as tx:
        links.withdraw_link(tx, house.as_an, slug, now=house.now)
    assert give(house, house.as_an).link.withdrawn_at is None
    with house.db.write() as tx:
        links.withdraw_link(tx, house.admin, slug, now=house.now)
    with refused(Code.LINK_WITHDRAWN):
        give(house, house.as_an)
