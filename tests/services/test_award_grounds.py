"""What awards rest on, read part by part: no more rows leave the database than a page shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from tests import make, make_claims
from tracker.domain.awards import AwardWho
from tracker.domain.periods import Period
from tracker.services import award_grounds, awards
from tracker.services.awards import NewAward
from tracker.store import award_grounds as store
from tracker.store.tables.programmes import Programme

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import ClaimId
    from tracker.services.awards import AwardCard

FIRST = dt.date(2026, 7, 1)


@dataclass
class Deeds:
    """A member of a branch with 25 shares in summer, and four programmes of the branch."""

    house: ClaimsHouse
    shares: list[ClaimId]
    programmes: list[int]

    def propose(self, who: AwardWho = AwardWho.COLLECTIVE, *, unit_id: int | None = None, period: str) -> AwardCard:
        new = NewAward(
            unit_id=unit_id or self.house.branch,
            period=Period.parse(period),
            who=who,
            title="Giấy khen",
            member_id=self.house.an if who is AwardWho.INDIVIDUAL else None,
        )
        with self.house.db.write() as tx:
            return awards.create(tx, self.house.admin, new, now=self.house.now, today=self.house.today)

    def page(self, card: AwardCard, after: int | None, limit: int) -> tuple[list[Any], int | None]:
        with self.house.db.read() as tx:
            found = award_grounds.list_page(
                tx, self.house.admin, card, after=after, limit=limit, today=self.house.today
            )
        assert found.count == card.grounds.count
        return [row.claim_id or row.programme_id for row in found.items], found.after


@pytest.fixture
def deeds(house: ClaimsHouse) -> Deeds:
    runs = [(None, None), (dt.date(2026, 1, 1), dt.date(2026, 6, 30)), (FIRST, FIRST), (dt.date(2026, 10, 1), None)]
    with house.db.write() as tx:
        shares = [make_claims.claim(tx, house.an, house.branch, FIRST + dt.timedelta(days=n)) for n in range(25)]
        made = [
            {"unit_id": house.branch, "name": "Mô hình", "from_on": start, "until_on": end, "is_new": False}
            for start, end in runs
        ]
        ids = [
            tx.scalar(insert(Programme).values(row | {"created_at": make.NOW}).returning(Programme.programme_id))
            for row in made
        ]
    return Deeds(house=house, shares=shares, programmes=ids)


def test_an_award_holds_the_first_of_its_grounds_and_how_many_there_are(deeds: Deeds) -> None:
    card = deeds.propose(period="2026-Q3")
    assert card.grounds.claims == tuple(deeds.shares)
    assert card.grounds.programmes == (deeds.programmes[0], deeds.programmes[2])
    assert (card.grounds.claim_count, card.grounds.programme_count) == (25, 2)
    with deeds.house.db.read() as tx:
        first = store.list_first(tx, [awards.honoured(card.award)], most=3)[card.award.award_id]
    assert first.claims == tuple(deeds.shares[:3])
    assert (first.claim_count, first.count) == (25, 27)


def test_awards_of_one_list_rest_each_on_its_own_days(deeds: Deeds) -> None:
    periods = ("2026-07-02", "2026-07", "2026-10", "2026-Q2")
    people = [deeds.propose(AwardWho.INDIVIDUAL, period=period) for period in periods]
    assert [card.grounds.claim_count for card in people] == [1, 25, 0, 0]
    units = [deeds.propose(period=period) for period in periods]
    assert [(c.grounds.claim_count, c.grounds.programme_count) for c in units] == [(1, 1), (25, 2), (0, 2), (0, 2)]
    with deeds.house.db.read() as tx:
        listed = awards.list_page(
            tx, deeds.house.admin, unit_id=None, period=None, after=None, limit=50, today=deeds.house.today
        )
    assert [card.grounds.count for card in listed.items] == [card.grounds.count for card in (*people, *units)]
    assert max(len(card.grounds.claims) for card in listed.items) == awards.GROUNDS_LISTED


def test_pages_of_grounds_follow_each_other_over_programmes_and_claims(deeds: Deeds) -> None:
    card = deeds.propose(unit_id=deeds.house.committee, period="2026-Q3")
    wanted = [deeds.programmes[0], deeds.programmes[2], *(str(claim_id) for claim_id in deeds.shares)]
    for limit in (1, 4, 26, 27, 100):
        seen, after = deeds.page(card, None, limit)
        while after is not None:
            more, after = deeds.page(card, after, limit)
            seen += more
        assert seen == wanted
    assert deeds.page(card, 10**9, 10) == ([], None)


def test_more_awards_than_one_statement_names_are_read_all(deeds: Deeds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "AWARDS_AT_ONCE", 2)
    cards = [deeds.propose(who, period="2026-Q3") for who in (*AwardWho, *AwardWho, AwardWho.COLLECTIVE)]
    with deeds.house.db.read() as tx:
        found = store.list_first(tx, [awards.honoured(card.award) for card in cards], most=1)
    assert [found[card.award.award_id].claim_count for card in cards] == [25] * 5
