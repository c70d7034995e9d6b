"""Counters of members' own pages: read daily, history kept, lower ones marked, unknown never 0. On both databases."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tests.services.claims_house import ZONE
from tracker.domain.claims import ClaimKind
from tracker.domain.feeds import FetchErrorCode, FetchProblem
from tracker.domain.figures import Grade, Measure
from tracker.domain.filing import ClaimDraft
from tracker.services import claim_steps, erasure, page_archives, page_counters
from tracker.services.page_counters import Printed
from tracker.store.tables.claims import Reading

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import ClaimId
    from tracker.services.page_counters import CounterErrand

PIECE = "https://xabensong.gov.vn/tin-tuc/Hoi-thi-dan-ca-o-xa-ben-song-1234.html"
DAY = dt.timedelta(days=1)

NOT_ASKED = FetchProblem(
    code=FetchErrorCode.HTTP, message="Not asked.", http_status=429, retry_after_s=3600, was_asked=False
)


def file(house: ClaimsHouse, **more: Any) -> ClaimId:
    return house.file(house.as_an, ClaimDraft(kind=ClaimKind.AUTHORED, url=PIECE, title="Hội thi dân ca", **more))


def lease(house: ClaimsHouse, owner: str = "a") -> CounterErrand | None:
    with house.db.write() as tx:
        return page_counters.lease(tx, owner, now=house.now, zone=ZONE)


def read(house: ClaimsHouse, errand: CounterErrand, **values: int | None) -> bool:
    lines = "\n".join(f"{name}: {value}" for name, value in values.items())
    with house.db.write() as tx:
        return page_counters.record(tx, errand, Printed(values=values, rule="nukeviet", raw_text=lines), now=house.now)


def a_day_later(house: ClaimsHouse, **values: int | None) -> None:
    errand = lease(house)
    assert errand is not None
    assert read(house, errand, **values)
    house.now += DAY


def figures(house: ClaimsHouse, claim_id: ClaimId) -> dict[Measure, int | None]:
    return {f.measure: f.value for f in house.show(house.as_an, claim_id).figures if f.grade is Grade.MEASURED}


def test_what_a_page_prints_becomes_a_measured_figure_with_its_time_and_words(house: ClaimsHouse) -> None:
    claim_id = file(house)
    errand = lease(house)
    assert errand is not None
    assert (errand.claim_id, errand.url) == (claim_id, PIECE)
    read(house, errand, views=99, comments=0, rating=4, votes=2)
    assert figures(house, claim_id) == {
        Measure.PAGE_VIEWS: 99,
        Measure.COMMENTS: 0,
        Measure.RATING_SUM: 4,
        Measure.RATING_VOTES: 2,
    }
    with house.db.read() as tx:
        told = page_counters.list_of(tx, house.officer, claim_id, today=house.today)
    views = next(one for one in told if one.measure is Measure.PAGE_VIEWS)
    assert (views.rule, views.read_at, views.is_lower) == ("nukeviet", house.now, False)
    assert "views: 99" in (views.raw_text or "")


def test_what_is_not_printed_stays_unknown(house: ClaimsHouse) -> None:
    claim_id = file(house)
    a_day_later(house, views=None, comments=None, rating=None, votes=None)
    assert figures(house, claim_id) == {}
    a_day_later(house, views=7, votes=None)
    a_day_later(house, views=None, votes=None)
    assert figures(house, claim_id) == {Measure.PAGE_VIEWS: 7}


def test_it_is_read_once_a_day_and_every_reading_is_kept(house: ClaimsHouse) -> None:
    claim_id = file(house)
    for views in (10, 12, 12, 8, 9, 13):
        a_day_later(house, views=views)
        house.now -= dt.timedelta(minutes=1)
        assert lease(house) is None
        house.now += dt.timedelta(minutes=1)
    with house.db.read() as tx:
        told = page_counters.list_of(tx, house.as_an, claim_id, today=house.today)
    assert [(one.value, one.is_lower) for one in told] == [
        (13, False),
        (9, True),
        (8, True),
        (12, False),
        (12, False),
        (10, False),
    ]
    assert figures(house, claim_id) == {Measure.PAGE_VIEWS: 13}


def test_a_rating_that_does_not_agree_with_its_average_is_kept_and_marked(house: ClaimsHouse) -> None:
    claim_id = file(house)
    for rating, to_check in ((9, frozenset[str]()), (7, frozenset({"rating", "votes"}))):
        errand = lease(house)
        assert errand is not None
        values = {"views": 99, "rating": rating, "votes": 2}
        told = Printed(values=values, rule="nukeviet", raw_text="", to_check=to_check)
        with house.db.write() as tx:
            page_counters.record(tx, errand, told, now=house.now)
        house.now += DAY
    assert figures(house, claim_id) == {Measure.PAGE_VIEWS: 99, Measure.RATING_SUM: 7, Measure.RATING_VOTES: 2}
    with house.db.read() as tx:
        told_of = page_counters.list_of(tx, house.as_an, claim_id, today=house.today)
    marks = [(one.measure, one.is_lower, one.to_check) for one in told_of[:3]]
    assert sorted(marks) == [
        (Measure.PAGE_VIEWS, False, False),
        (Measure.RATING_SUM, True, True),
        (Measure.RATING_VOTES, False, True),
    ]
    assert not any(one.to_check for one in told_of[3:])


def test_reading_ends_thirty_days_after_the_quarter(house: ClaimsHouse) -> None:
    file(house)
    house.now = dt.datetime(2027, 1, 30, 12, tzinfo=ZONE)
    a_day_later(house, views=1)
    house.now = dt.datetime(2027, 1, 31, 12, tzinfo=ZONE)
    assert lease(house) is None
    house.now = dt.datetime(2027, 1, 30, 13, tzinfo=ZONE)
    assert lease(house) is None  # for good


def test_a_claim_that_is_over_is_read_no_more(house: ClaimsHouse) -> None:
    claim_id = file(house)
    house.decide(house.officer, claim_id, "reject", "Không phải bài của đồng chí")
    assert lease(house) is None


def test_the_page_of_an_erased_author_is_read_no_more_and_nothing_more_is_kept_of_it(house: ClaimsHouse) -> None:
    file(house)
    a_day_later(house, views=10)
    under_way = lease(house)
    assert under_way is not None
    with house.db.write() as tx:
        erasure.carry_out(tx, house.admin, house.an, now=house.now)
    assert not read(house, under_way, views=99)
    house.now += DAY
    assert lease(house) is None
    with house.db.read() as tx:
        kept = tx.all(select(Reading.value, Reading.raw_text).where(Reading.member_id == house.an))
    assert [(row.value, row.raw_text) for row in kept] == [(10, None)]


def test_only_pieces_on_pages_of_publishers_are_read(house: ClaimsHouse) -> None:
    house.file(house.as_an)
    house.file(
        house.as_an, ClaimDraft(kind=ClaimKind.AUTHORED, url="https://www.facebook.com/an/posts/1234567890123456")
    )
    assert lease(house) is None


def test_of_two_workers_one_reads_and_a_replaced_one_leaves_nothing(house: ClaimsHouse) -> None:
    claim_id = file(house)
    first = lease(house)
    assert first is not None
    assert lease(house, "b") is None
    house.now += dt.timedelta(minutes=5)  # its lease ran out
    second = lease(house, "b")
    assert second is not None
    assert not read(house, first, views=1)
    assert read(house, second, views=2)
    assert figures(house, claim_id) == {Measure.PAGE_VIEWS: 2}


def test_a_page_that_fails_is_tried_the_next_day_and_a_gone_one_no_more(house: ClaimsHouse) -> None:
    claim_id = file(house)
    for code, comes_again in ((FetchErrorCode.TIMEOUT, True), (FetchErrorCode.GONE, False)):
        errand = lease(house)
        assert errand is not None
        with house.db.write() as tx:
            page_counters.record_failure(tx, errand, FetchProblem(code=code, message="x"), now=house.now)
        house.now += DAY
        if not comes_again:
            assert lease(house) is None
    assert figures(house, claim_id) == {}


def test_a_page_whose_host_asked_all_to_wait_is_asked_for_when_that_is_over(house: ClaimsHouse) -> None:
    file(house)
    hour = dt.timedelta(hours=1)
    with house.db.write() as tx:
        errand = page_counters.lease(tx, "a", now=house.now, zone=ZONE)
        archive = page_archives.lease(tx, "a", now=house.now)
        assert errand is not None
        assert archive is not None
        page_counters.record_failure(tx, errand, NOT_ASKED, now=house.now)
        page_archives.record_failure(tx, archive, NOT_ASKED, now=house.now)
        early = house.now + hour / 2
        assert page_counters.lease(tx, "a", now=early, zone=ZONE) is None
        assert page_archives.lease(tx, "a", now=early) is None
        counting = page_counters.lease(tx, "a", now=house.now + hour, zone=ZONE)
        archiving = page_archives.lease(tx, "a", now=house.now + hour)
    assert counting is not None
    assert archiving is not None
    assert counting.held.attempts == archiving.held.attempts == 1  # the one before counted for neither


def test_a_rejected_piece_is_read_again_once_its_member_appeals(house: ClaimsHouse) -> None:
    claim_id = file(house)
    house.decide(house.officer, claim_id, "reject", "Không phải bài của đồng chí")
    assert lease(house) is None
    with house.db.write() as tx:
        claim_steps.appeal(tx, house.as_an, claim_id, "Bài này của tôi", now=house.now, zone=ZONE)
    errand = lease(house)
    assert errand is not None
    assert read(house, errand, views=5)
    house.decide(house.admin, claim_id, "accept")
    assert figures(house, claim_id) == {Measure.PAGE_VIEWS: 5}


def test_claims_that_are_over_do_not_hold_up_the_reading_of_others(house: ClaimsHouse) -> None:
    other = ClaimDraft(kind=ClaimKind.AUTHORED, url=PIECE.replace("1234", "1235"), title="Bài khác")
    over = [file(house), house.file(house.as_an, other)]
    wanted = house.file(house.as_binh, ClaimDraft(kind=ClaimKind.AUTHORED, url=PIECE, title="Bài của Bình"))
    with house.db.write() as tx:
        for claim_id in over:
            claim_steps.withdraw(tx, house.as_an, claim_id, now=house.now, zone=ZONE)
    errand = lease(house)
    assert errand is not None
    assert errand.claim_id == wanted
