"""Requests about one's own data: due in time, in the right inbox, ended once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from tests.services.test_claim_races import at_once
from tracker.domain import privacy
from tracker.domain.errors import AppError, Code
from tracker.domain.privacy import Outcome, PersonalRequest, RequestKind
from tracker.services import requests

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import Viewer

FRIDAY, SATURDAY, SUNDAY = dt.date(2026, 11, 20), dt.date(2026, 11, 21), dt.date(2026, 11, 22)


def ask(house: ClaimsHouse, viewer: Viewer, kind: RequestKind, words: str | None = None) -> PersonalRequest:
    with house.db.write() as tx:
        return requests.ask(tx, viewer, kind, words, now=house.now, today=house.today)


def inbox(house: ClaimsHouse, viewer: Viewer) -> list[tuple[str, str]]:
    with house.db.read() as tx:
        found, _ = requests.list_open(tx, viewer, today=house.today, after=None, limit=50)
    return [(str(r.kind), r.member_code) for r in found]


def end(house: ClaimsHouse, viewer: Viewer, made: PersonalRequest, outcome: Outcome, reply: str | None = None) -> None:
    with house.db.write() as tx:
        found = requests.get(tx, viewer, made.member_id, made.number, today=house.today)
        requests.end(tx, viewer, found, outcome, reply, now=house.now)


@pytest.mark.parametrize(
    ("asked_on", "answer_by"),
    [
        (FRIDAY, dt.date(2026, 11, 24)),
        (SATURDAY, dt.date(2026, 11, 24)),
        (SUNDAY, dt.date(2026, 11, 24)),
        (dt.date(2026, 11, 23), dt.date(2026, 11, 25)),
        (dt.date(2026, 11, 26), dt.date(2026, 11, 30)),
    ],
)
def test_an_answer_is_due_two_working_days_later(asked_on: dt.date, answer_by: dt.date) -> None:
    assert privacy.answer_due_on(asked_on) == answer_by


def test_a_request_is_overdue_once_unanswered_or_past_its_day(house: ClaimsHouse) -> None:
    made = ask(house, house.as_an, RequestKind.ERASURE)
    assert (made.due_on - house.today).days == 20
    assert not made.is_overdue(dt.date(2026, 11, 24))
    assert made.is_overdue(dt.date(2026, 11, 25))
    with house.db.write() as tx:
        requests.answer(tx, house.admin, made, now=house.now)
        ((answered,), _) = requests.list_own(tx, house.as_an, limit=9)
    assert not answered.is_overdue(made.due_on)
    assert answered.is_overdue(made.due_on + dt.timedelta(days=1))


def test_erasures_are_the_administrators_and_corrections_the_officers_of_the_unit(house: ClaimsHouse) -> None:
    ask(house, house.as_an, RequestKind.ERASURE)
    ask(house, house.as_an, RequestKind.CORRECTION, "Ngày vào Đảng sai")
    ask(house, house.as_binh, RequestKind.CORRECTION, "Bút danh sai")
    assert inbox(house, house.admin) == [("correction", "001"), ("correction", "002"), ("erasure", "001")]
    assert inbox(house, house.officer) == [("correction", "001"), ("correction", "002")]
    assert inbox(house, house.stranger) == []


@pytest.mark.parametrize("who", ["stranger", "officer"])
def test_what_is_outside_of_the_inbox_is_not_found(house: ClaimsHouse, who: str) -> None:
    made = ask(house, house.as_an, RequestKind.ERASURE)
    with pytest.raises(AppError) as refused:
        end(house, getattr(house, who), made, Outcome.REFUSED, "không")
    assert refused.value.code is Code.NOT_FOUND


def test_a_correction_is_ended_once_and_told_in_words(house: ClaimsHouse) -> None:
    made = ask(house, house.as_an, RequestKind.CORRECTION, "Tên đệm sai")
    end(house, house.officer, made, Outcome.DONE, "Đã sửa")
    with house.db.read() as tx:
        ((kept,), _) = requests.list_own(tx, house.as_an, limit=9)
    assert (kept.outcome, kept.reply, kept.answered_at) == (Outcome.DONE, "Đã sửa", house.now)
    with pytest.raises(AppError) as refused:
        end(house, house.officer, made, Outcome.DONE)
    assert refused.value.code is Code.ETAG_STALE


def test_a_refusal_needs_words_and_an_erasure_is_not_done_by_a_word(house: ClaimsHouse) -> None:
    made = ask(house, house.as_an, RequestKind.ERASURE)
    for outcome, code in ((Outcome.REFUSED, Code.REASON_MISSING), (Outcome.DONE, Code.FIELD_INVALID)):
        with pytest.raises(AppError) as refused:
            end(house, house.admin, made, outcome)
        assert refused.value.code is code


def test_a_correction_says_what_is_wrong(house: ClaimsHouse) -> None:
    with pytest.raises(AppError) as refused:
        ask(house, house.as_an, RequestKind.CORRECTION, "  ")
    assert refused.value.code is Code.FIELD_INVALID


def test_many_taps_at_once_are_one_request(house: ClaimsHouse) -> None:
    made: list[Any] = at_once(*(lambda: ask(house, house.as_an, RequestKind.ERASURE) for _ in range(12)))
    assert {r.request_id for r in made} == {f"{house.an}-1"}


def test_what_one_asked_for_comes_in_pages_the_latest_first_and_the_same_words_again_once_ended(
    house: ClaimsHouse,
) -> None:
    made = [ask(house, house.as_an, RequestKind.CORRECTION, f"Sai {n}") for n in range(5)]
    assert ask(house, house.as_an, RequestKind.CORRECTION, "Sai 0").number == made[0].number
    ask(house, house.as_binh, RequestKind.CORRECTION, "Sai 0")
    pages: list[list[int]] = []
    after = None
    with house.db.read() as tx:
        while not pages or after is not None:
            page, after = requests.list_own(tx, house.as_an, after=after, limit=2)
            pages.append([one.number for one in page])
    assert pages == [[5, 4], [3, 2], [1]]
    end(house, house.officer, made[0], Outcome.DONE)
    assert ask(house, house.as_an, RequestKind.CORRECTION, "Sai 0").number == 6
