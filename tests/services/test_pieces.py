"""A piece that two declare: joined before or after a second filing, counted once. On both databases."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from tests.services.claims_house import ZONE
from tests.services.test_coauthors import AGREE, OBJECT, credited, judge, piece, refused, say, stands
from tracker.domain.coauthors import CoauthorState
from tracker.domain.errors import AppError, Code
from tracker.services import filing, pieces
from tracker.store.tables.claims import counted_claims

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import ClaimId, Viewer


def join(house: ClaimsHouse, viewer: Viewer) -> ClaimId:
    with house.db.write() as tx:
        return pieces.join(tx, viewer, piece(), now=house.now, zone=ZONE)


def join_instead(house: ClaimsHouse, viewer: Viewer, claim_id: ClaimId) -> ClaimId:
    with house.db.write() as tx:
        return pieces.join_instead(tx, viewer, claim_id, now=house.now, zone=ZONE)


def test_who_files_a_piece_that_a_colleague_has_claimed_may_join_it_and_an_officer_decides(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, piece())
    for _ in range(2):
        assert join(house, house.as_binh) == claim_id
    assert stands(house, claim_id, house.binh) is CoauthorState.ASKED
    house.decide(house.officer, claim_id, "accept")
    assert credited(house, claim_id) == {house.an}
    assert judge(house, house.officer, claim_id, house.binh, "accept") is CoauthorState.AGREED
    assert house.month(house.an)["authored_count"] == house.month(house.binh)["authored_count"] == 1
    with refused(Code.CLAIM_STATE):
        join(house, house.as_binh)


def test_the_author_who_names_somebody_who_asked_credits_them(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, piece())
    join(house, house.as_binh)
    with house.db.write() as tx:
        row = filing.get_for_edit(tx, house.as_an, claim_id, today=house.today)
        filing.edit(tx, house.as_an, row, {"coauthor_ids": (house.binh,)}, now=house.now, zone=ZONE)
    assert stands(house, claim_id, house.binh) is CoauthorState.AGREED
    assert credited(house, claim_id) == {house.an, house.binh}


def test_who_stands_there_by_their_own_word_reads_what_the_piece_is_and_nothing_its_author_said(
    house: ClaimsHouse,
) -> None:
    claim_id = house.file(house.as_an, replace(piece(), note="chỉ cán bộ đọc"))
    join(house, house.as_binh)
    house.decide(house.officer, claim_id, "return", "thiếu ảnh")
    asked, own = house.show(house.as_binh, claim_id), house.show(house.as_an, claim_id)
    assert (asked.claim.note, asked.history, asked.evidence, asked.figures) == (None, (), (), ())
    assert asked.claim.title == own.claim.title
    assert own.claim.note == "chỉ cán bộ đọc"
    assert own.history


def test_who_takes_back_what_only_they_said_has_nothing_to_do_with_it_any_more(house: ClaimsHouse) -> None:
    claim_id = house.file(house.as_an, piece())
    join(house, house.as_binh)
    say(house, house.as_binh, claim_id, OBJECT)
    assert stands(house, claim_id, house.binh) is None
    with refused(Code.NOT_FOUND):
        say(house, house.as_binh, claim_id, AGREE)


def test_a_piece_counts_once_though_two_declared_it_apart(house: ClaimsHouse) -> None:
    first, second = house.file(house.as_an, piece()), house.file(house.as_binh, piece())
    assert "url.shared" in {check.code for check in house.show(house.officer, second).checks}
    house.decide(house.officer, first, "accept")
    with pytest.raises(AppError, check=lambda e: e.code is Code.PIECE_COUNTED and e.extra["claim_id"] == str(first)):
        house.decide(house.officer, second, "accept")
    assert join_instead(house, house.as_binh, second) == first
    assert (house.state(first), house.state(second)) == ("accepted", "withdrawn")
    judge(house, house.officer, first, house.binh, "accept")
    assert credited(house, first) == {house.an, house.binh}
    with house.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(counted_claims)) == 1


def test_a_piece_whose_acceptance_was_reversed_may_be_accepted_of_another(house: ClaimsHouse) -> None:
    first, second = house.file(house.as_an, piece()), house.file(house.as_binh, piece())
    house.decide(house.officer, first, "accept")
    house.decide(house.officer, first, "reverse", "Không phải bài của đồng chí")
    house.decide(house.officer, second, "accept")
    assert house.state(second) == "accepted"


def test_of_two_declarations_accepted_at_the_same_moment_one_counts(house: ClaimsHouse) -> None:
    filed = [house.file(house.as_an, piece()), house.file(house.as_binh, piece())]
    barrier, refusals = threading.Barrier(2), []

    def accept(claim_id: ClaimId) -> None:
        barrier.wait()
        try:
            house.decide(house.officer, claim_id, "accept")
        except AppError as refusal:
            refusals.append(refusal.code)

    threads = [threading.Thread(target=accept, args=(claim_id,)) for claim_id in filed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refusals == [Code.PIECE_COUNTED]
    assert sorted(house.state(claim_id) for claim_id in filed) == ["accepted", "pending"]


def test_who_joins_nothing_is_told_so_and_files_nothing(house: ClaimsHouse) -> None:
    own = house.file(house.as_an, piece())
    with refused(Code.CLAIM_STATE):
        join(house, house.as_an)
    with refused(Code.CLAIM_STATE):
        join_instead(house, house.as_an, own)
    assert house.state(own) == "pending"
