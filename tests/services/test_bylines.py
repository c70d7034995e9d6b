"""Whom collected pieces are offered to: names, units, outlets, consent, days, the press so far. On both databases."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, insert, select, update

from tests import make
from tests.services.claims_house import ZONE
from tracker.domain.names import fold
from tracker.services import bylines
from tracker.services.bylines import Collected
from tracker.store import suggestions as store
from tracker.store.tables.accounts import Consent
from tracker.store.tables.claims import Suggestion
from tracker.store.tables.feeds import Article, Outlet
from tracker.store.tables.organisation import Membership, PenName
from tracker.store.tables.registers import UnitChannel

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import ArticleId, MemberId

RARE = "Đỗ Thanh Hương"


class Desk:
    """The small organisation with a member of a rare name, and articles by whoever is named."""

    def __init__(self, house: ClaimsHouse) -> None:
        self.house, self.db = house, house.db
        self.number = 100
        self.huong = self.member("101", RARE)

    def member(self, code: str, name: str, unit_id: Any = None, *pen_names: str) -> MemberId:
        with self.db.write() as tx:
            member_id = make.member(tx, unit_id or self.house.branch, code, name)
            make.consents(tx, member_id)
            for pen in pen_names:
                tx.execute(insert(PenName), {"member_id": member_id, "name": pen, "name_folded": fold(pen)})
            return member_id

    def collect(self, *authors: str, unit: str | None = None, at: dt.datetime = make.NOW, **more: Any) -> ArticleId:
        self.number += 1
        with self.db.write() as tx:
            article_id = make.article(tx, self.number, f"Bài {self.number}", published_at=at)
            values = {"authors": list(authors)} | more
            tx.execute(update(Article).where(Article.article_id == article_id).values(**values))
            signed = Collected(article_id=article_id, authors=authors, unit=unit)
            bylines.offer(tx, [signed], now=self.house.now, zone=ZONE)
        return article_id

    def outlet(self, name: str, outlet_class: str) -> int:
        with self.db.write() as tx:
            row = {"name": name, "outlet_class": outlet_class}
            return int(tx.scalar(insert(Outlet).values(row).returning(Outlet.outlet_id)))

    def offered(self, member_id: MemberId) -> list[int]:
        with self.db.read() as tx:
            return [row.article_id for row in store.list_open(tx, member_id, limit=50)]

    def noted(self, member_id: MemberId) -> list[tuple[int, bool]]:
        with self.db.read() as tx:
            query = select(Suggestion.article_id, Suggestion.score_percent).order_by(Suggestion.article_id)
            return [
                (r.article_id, r.score_percent >= 75) for r in tx.all(query.where(Suggestion.member_id == member_id))
            ]


@pytest.fixture
def desk(house: ClaimsHouse) -> Desk:
    return Desk(house)


def test_a_unique_pen_name_is_offered_as_soon_as_the_article_is_collected(desk: Desk) -> None:
    giang = desk.member("102", "Phạm Văn Sơn", None, "Lam Giang")
    article_id = desk.collect("Lam Giang")
    assert desk.offered(giang) == [article_id]
    assert desk.offered(desk.huong) == []


def test_a_rare_full_name_is_offered_and_a_common_one_only_noted(desk: Desk) -> None:
    rare, common = desk.collect(RARE), desk.collect("Nguyễn Văn An")
    assert desk.offered(desk.huong) == [rare]
    assert desk.offered(desk.house.an) == []
    assert desk.noted(desk.house.an) == [(common, False)]


def test_the_unit_in_the_byline_makes_a_common_name_certain(desk: Desk) -> None:
    article_id = desk.collect("Nguyễn Văn An", unit="Chi bộ CB1")
    assert desk.offered(desk.house.an) == []
    with desk.db.write() as tx:
        signed = Collected(article_id=article_id, authors=("Nguyễn Văn An",), unit="Chi bộ 1")
        bylines.offer(tx, [signed], now=desk.house.now, zone=ZONE)
    assert desk.offered(desk.house.an) == [article_id]


def test_an_outlet_of_the_unit_by_name_or_registered_site_makes_it_certain(desk: Desk) -> None:
    own = desk.outlet("Trang thông tin Đảng ủy Chi bộ 1", "own")
    by_name = desk.collect("Nguyễn Văn An", outlet_id=own)
    with desk.db.write() as tx:
        row = {
            "unit_id": desk.house.branch,
            "name": "Trang của chi bộ",
            "platform": "web",
            "kind": "page",
            "url": "https://www.chibo1.vn/",
            "created_at": make.NOW,
        }
        tx.execute(insert(UnitChannel), row)
    by_site = desk.collect("Nguyễn Văn An", host="chibo1.vn")
    assert desk.offered(desk.house.an) == [by_site, by_name]


def test_the_end_of_a_name_is_offered_at_the_own_outlet_and_nowhere_else(desk: Desk) -> None:
    own = desk.outlet("Trang thông tin Chi bộ 1", "own")
    article_id = desk.collect("Thanh Hương", outlet_id=own)
    desk.collect("Thanh Hương")
    assert desk.offered(desk.huong) == [article_id]
    assert desk.noted(desk.huong) == [(article_id, True)]


def test_a_pen_name_of_one_word_is_offered_with_the_unit_and_not_even_noted_without(desk: Desk) -> None:
    son = desk.member("102", "Phạm Văn Sơn", None, "Hoài")
    desk.collect("Hoài")
    named = desk.collect("Hoài", unit="Chi bộ 1")
    assert desk.noted(son) == [(named, True)]


def test_nothing_is_compared_or_kept_of_members_who_did_not_consent(desk: Desk) -> None:
    with desk.db.write() as tx:
        tx.execute(delete(Consent).where(Consent.member_id == desk.huong))
    desk.collect(RARE)
    assert desk.noted(desk.huong) == []


def test_a_member_is_asked_only_about_days_on_which_they_stood_somewhere(desk: Desk) -> None:
    with desk.db.write() as tx:
        stays = update(Membership).where(Membership.member_id == desk.huong)
        tx.execute(stays.values(since=dt.date(2026, 11, 1), until=dt.date(2026, 12, 1)))
    desk.collect(RARE, at=make.NOW - dt.timedelta(days=40))
    inside = desk.collect(RARE)
    assert desk.offered(desk.huong) == [inside]


def test_a_name_met_often_in_the_press_is_offered_no_more(desk: Desk) -> None:
    ids = [desk.collect(RARE) for _ in range(9)]
    assert desk.offered(desk.huong) == ids[:6][::-1]


def test_pieces_a_member_said_were_theirs_do_not_make_them_a_journalist(desk: Desk) -> None:
    ids = []
    for _ in range(6):
        ids.append(desk.collect(RARE))
        with desk.db.write() as tx:
            store.answer(tx, desk.huong, ids[-1], mine=True, at=make.NOW)
    last = desk.collect(RARE)
    assert desk.offered(desk.huong) == [last]


def test_a_refused_piece_is_never_offered_again_and_speaks_for_another(desk: Desk) -> None:
    refused = desk.collect(RARE)
    with desk.db.write() as tx:
        assert store.answer(tx, desk.huong, refused, mine=False, at=make.NOW)
        signed = Collected(article_id=refused, authors=(RARE,), unit="Chi bộ 1")
        bylines.offer(tx, [signed], now=desk.house.now, zone=ZONE)
    assert desk.offered(desk.huong) == []
    with desk.db.read() as tx:
        row = tx.first(select(Suggestion.reasons, Suggestion.score_percent).where(Suggestion.article_id == refused))
    assert row == ([], 0)
    desk.collect(RARE)
    assert desk.offered(desk.huong) == []


def test_articles_that_stand_in_no_list_are_offered_to_nobody(desk: Desk) -> None:
    desk.collect(RARE, listed=False)
    assert desk.noted(desk.huong) == []


def test_initials_and_collectives_ask_nobody(desk: Desk) -> None:
    desk.member("103", "Trần Nam", None, "T.N", "PV")
    for name in ("T.N", "PV", "TTXVN", "Ban Biên tập"):
        desk.collect(name)
    with desk.db.read() as tx:
        assert tx.first(select(Suggestion.member_id)) is None
