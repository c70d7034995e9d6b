"""Bylines collected before a member could be asked: looked through step by step, once, and not too far back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from lantoa.jobs import DUTIES
from tests import make
from tests.services.claims_house import ZONE
from tests.services.importing import load, undo
from tracker.domain.articles import search_texts
from tracker.domain.jobs import JobKind
from tracker.domain.names import fold
from tracker.domain.pen_names import PenNameVerdict
from tracker.domain.types import Role
from tracker.services import bylines, catch_ups, consents, members, pen_names
from tracker.services.bylines import Collected
from tracker.services.members import MemberChange
from tracker.store import suggestions as store
from tracker.store.tables.accounts import Consent
from tracker.store.tables.claims import Suggestion, SuggestionCatchUp
from tracker.store.tables.feeds import Article
from tracker.store.tables.organisation import PenName

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import ArticleId, MemberId

RARE = "Đỗ Thanh Hương"


class Archive:
    """Articles collected while nobody could be asked about them."""

    def __init__(self, house: ClaimsHouse) -> None:
        self.house, self.db, self.number = house, house.db, 100
        with self.db.write() as tx:
            self.huong = make.member(tx, house.branch, "101", RARE)

    def collect(self, *authors: str, unit: str | None = None, at: dt.datetime = make.NOW) -> ArticleId:
        self.number += 1
        with self.db.write() as tx:
            article_id = make.article(tx, self.number, f"Bài {self.number}", published_at=at)
            texts = search_texts(f"Bài {self.number}", "", authors, "Báo")
            values = {"authors": list(authors), "search_text": texts.printed, "search_folded": texts.folded}
            tx.execute(update(Article).where(Article.article_id == article_id).values(**values))
            signed = Collected(article_id=article_id, authors=authors, unit=unit)
            bylines.offer(tx, [signed], now=self.house.now, zone=ZONE)
        return article_id

    def consent(self, member_id: MemberId) -> None:
        with self.db.write() as tx:
            make.consents(tx, member_id)
            catch_ups.ask(tx, [member_id], now=self.house.now)

    def step(self) -> int:
        with self.db.write() as tx:
            return catch_ups.work(tx, self.house.now, ZONE)

    def work_off(self) -> int:
        steps = 0
        while self.step():
            steps += 1
        return steps

    def offered(self, member_id: MemberId) -> list[int]:
        with self.db.read() as tx:
            return [row.article_id for row in store.list_open(tx, member_id, limit=50)]

    def waiting(self) -> int:
        with self.db.read() as tx:
            return int(tx.scalar(select(func.count()).select_from(SuggestionCatchUp)) or 0)


@pytest.fixture
def archive(house: ClaimsHouse) -> Archive:
    return Archive(house)


def test_a_consent_brings_what_was_collected_before(archive: Archive) -> None:
    article_id = archive.collect(RARE)
    archive.collect("Lê Văn Bé")
    assert archive.offered(archive.huong) == []
    with archive.db.write() as tx:
        viewer = make.account(tx, "huong", Role.MEMBER, member_id=archive.huong)
        today = archive.house.today
        consents.give(tx, viewer, kind="processing", version=2, now=archive.house.now, today=today)
    archive.work_off()
    assert archive.offered(archive.huong) == [article_id]
    assert archive.waiting() == 0


def test_who_did_not_consent_is_not_looked_for(archive: Archive) -> None:
    archive.collect(RARE)
    with archive.db.write() as tx:
        catch_ups.ask(tx, [archive.huong], now=archive.house.now)
    assert archive.waiting() == 0
    archive.consent(archive.huong)
    with archive.db.write() as tx:
        tx.execute(delete(Consent).where(Consent.member_id == archive.huong))
    archive.work_off()
    assert (archive.offered(archive.huong), archive.waiting()) == ([], 0)


def test_nothing_older_than_400_days_is_offered(archive: Archive) -> None:
    archive.collect(RARE, at=make.NOW - dt.timedelta(days=401))
    inside = archive.collect(RARE, at=make.NOW - dt.timedelta(days=399))
    archive.consent(archive.huong)
    archive.work_off()
    assert archive.offered(archive.huong) == [inside]


def test_a_confirmed_pen_name_of_one_word_is_looked_for_with_the_unit_that_its_byline_named(archive: Archive) -> None:
    archive.collect("Hoài")
    named = archive.collect("Hoài", unit="Chi bộ 1")
    with archive.db.write() as tx:
        pen_names.propose(tx, archive.house.as_an, "Hoài", now=archive.house.now)
    archive.work_off()
    assert archive.offered(archive.house.an) == []
    with archive.db.write() as tx:
        pen_names.decide(
            tx,
            archive.house.officer,
            archive.house.an,
            "Hoài",
            PenNameVerdict.CONFIRM,
            now=archive.house.now,
            today=archive.house.today,
        )
    archive.work_off()
    assert archive.offered(archive.house.an) == [named]


def test_a_pen_name_that_an_administrator_enters_is_looked_for_too(archive: Archive) -> None:
    article_id = archive.collect("Lam Giang")
    with archive.db.write() as tx:
        card = members.get(tx, archive.house.admin, archive.house.an, today=archive.house.today)
        for pens in (("Lam Giang",), ("Lam Giang",)):
            wanted = MemberChange(pen_names=pens)
            version, now, today = card.row.version, archive.house.now, archive.house.today
            card = members.change(
                tx, archive.house.admin, archive.house.an, wanted, version=version, now=now, today=today
            )
    assert archive.waiting() == 1
    archive.work_off()
    assert archive.offered(archive.house.an) == [article_id]


def test_a_long_search_goes_on_where_it_ended_and_a_step_that_was_cut_off_is_taken_again(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catch_ups, "ARTICLES_MOST", 2)
    for _ in range(5):
        archive.collect("Lê Thanh Hương", unit="Chi bộ 9")
    wanted = [archive.collect(RARE, unit="Chi bộ 1")]
    archive.consent(archive.huong)
    with pytest.raises(ZeroDivisionError):
        cut_off(archive)
    assert archive.offered(archive.huong) == []
    assert archive.work_off() > 2
    assert (archive.offered(archive.huong), archive.waiting()) == (wanted, 0)


def cut_off(archive: Archive) -> None:
    with archive.db.write() as tx:
        assert catch_ups.work(tx, archive.house.now, ZONE)
        raise ZeroDivisionError


def test_a_step_weighs_a_bounded_number_of_bylines_and_a_kill_repeats_and_loses_none(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catch_ups, "WORK_MOST", 5)
    wanted = [archive.collect(RARE, unit="Chi bộ 1") for _ in range(8)][::-1]
    archive.consent(archive.huong)
    for weighed in (3, 6):
        with pytest.raises(ZeroDivisionError):
            cut_off(archive)
        assert archive.offered(archive.huong) == wanted[: weighed - 3]
        archive.step()
        assert archive.offered(archive.huong) == wanted[:weighed]
    archive.work_off()
    assert (archive.offered(archive.huong), archive.waiting()) == (wanted, 0)


def test_members_of_whom_nothing_was_collected_cost_a_step_too(archive: Archive) -> None:
    with archive.db.write() as tx:
        several = [make.member(tx, archive.house.branch, f"2{n:02}", f"Cao Thị {n}") for n in range(30)]
        for member_id in several:
            make.consents(tx, member_id)
        catch_ups.ask(tx, several, now=archive.house.now)
    archive.step()
    assert archive.waiting() > len(several) - catch_ups.WORK_MOST // catch_ups.SEARCH_WORK
    archive.work_off()
    assert archive.waiting() == 0


def test_a_search_with_more_to_do_has_its_next_turn_soon() -> None:
    duty = DUTIES[JobKind.SUGGESTIONS_CATCH_UP]
    assert duty.next_in(1) < duty.next_in(0) == duty.every


def test_a_search_asked_for_anew_while_one_is_under_way_begins_again(archive: Archive, monkeypatch: Any) -> None:
    monkeypatch.setattr(catch_ups, "ARTICLES_MOST", 1)
    pen, rare = archive.collect("Lam Giang"), archive.collect(RARE)
    archive.consent(archive.huong)
    archive.step()
    archive.house.now += dt.timedelta(minutes=1)
    with archive.db.write() as tx:
        tx.execute(insert(PenName), {"member_id": archive.huong, "name": "Lam Giang", "name_folded": fold("Lam Giang")})
        catch_ups.ask(tx, [archive.huong], now=archive.house.now)
    archive.work_off()
    assert archive.offered(archive.huong) == [rare, pen]


def test_a_name_met_often_in_the_press_is_offered_no_oftener_than_day_by_day(archive: Archive) -> None:
    for _ in range(12):
        archive.collect(RARE)
    archive.consent(archive.huong)
    archive.work_off()
    assert len(archive.offered(archive.huong)) == 6


def test_what_was_answered_stays_answered(archive: Archive) -> None:
    archive.consent(archive.huong)
    article_id = archive.collect(RARE)
    with archive.db.write() as tx:
        assert store.answer(tx, archive.huong, article_id, mine=False, at=make.NOW)
    with archive.db.write() as tx:
        catch_ups.ask(tx, [archive.huong], now=archive.house.now)
    archive.work_off()
    assert archive.offered(archive.huong) == []
    with archive.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(Suggestion)) == 1


def rename(archive: Archive, **wanted: Any) -> None:
    house = archive.house
    with archive.db.write() as tx:
        card = members.get(tx, house.admin, archive.huong, today=house.today)
        change = MemberChange(**wanted)
        members.change(
            tx, house.admin, archive.huong, change, version=card.row.version, now=house.now, today=house.today
        )


def test_what_is_offered_under_a_name_that_was_taken_away_is_withdrawn_at_once(archive: Archive) -> None:
    archive.consent(archive.huong)
    rename(archive, pen_names=("Hương Quê",))
    signed, by_pen = archive.collect(RARE, unit="Chi bộ 1"), archive.collect("Hương Quê", unit="Chi bộ 1")
    assert archive.offered(archive.huong) == [by_pen, signed]
    rename(archive, pen_names=())
    assert archive.offered(archive.huong) == [signed]
    rename(archive, full_name="Đỗ Thanh Xuân")
    assert archive.offered(archive.huong) == []
    archive.work_off()
    assert archive.offered(archive.huong) == []


def test_a_name_given_back_brings_back_what_was_withdrawn_and_not_what_was_answered(archive: Archive) -> None:
    archive.consent(archive.huong)
    waiting, refused = archive.collect(RARE, unit="Chi bộ 1"), archive.collect(RARE, unit="Chi bộ 1")
    with archive.db.write() as tx:
        store.answer(tx, archive.huong, refused, mine=False, at=archive.house.now)
    rename(archive, full_name="Đỗ Thanh Xuân")
    rename(archive, full_name=RARE)
    archive.work_off()
    assert archive.offered(archive.huong) == [waiting]


def test_an_import_that_renamed_somebody_and_is_undone_withdraws_what_its_name_brought(archive: Archive) -> None:
    archive.consent(archive.huong)
    sheet = "code,full_name,unit_code\n101,Đỗ Thanh Xuân,CB1\n"
    renamed = load(archive.db, archive.house.admin, "members", sheet)
    under_new = archive.collect("Đỗ Thanh Xuân", unit="Chi bộ 1")
    archive.work_off()
    assert archive.offered(archive.huong) == [under_new]
    undo(archive.db, archive.house.admin, renamed)
    assert archive.offered(archive.huong) == []
