"""Requests about one's own data that came on paper: entered by an administrator, due from the day of receipt."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests import make
from tests.services.claims_house import ZONE
from tests.services.test_claim_races import at_once
from tracker.domain.errors import AppError, Code
from tracker.domain.privacy import Outcome, PersonalRequest, RequestKind
from tracker.services import erasure, record, requests
from tracker.services.requests import Paper
from tracker.store.tables.operations import AuditEvent

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.domain.types import MemberId, Viewer

RECEIVED = make.TODAY - dt.timedelta(days=3)
ERASURE = Paper(kind=RequestKind.ERASURE, received_on=RECEIVED)
COPY = Paper(kind=RequestKind.EXPORT, received_on=RECEIVED)


def enter(
    house: ClaimsHouse, paper: Paper = ERASURE, *, of: int | None = None, by: Viewer | None = None
) -> PersonalRequest:
    member_id, viewer = of or house.an, by or house.admin
    with house.db.write() as tx:
        return requests.enter_paper(tx, viewer, member_id, paper, now=house.now, today=house.today, zone=ZONE)


def hand_out(house: ClaimsHouse, made: PersonalRequest) -> bytes:
    with house.db.write() as tx:
        requests.note_hand_out(tx, house.admin, made, now=house.now)
    with house.db.read() as tx:
        return record.get_handed_out(tx, house.admin, made).as_json()


def end(house: ClaimsHouse, made: PersonalRequest, outcome: Outcome, reply: str | None = None) -> PersonalRequest:
    with house.db.write() as tx:
        requests.end(tx, house.admin, made, outcome, reply, now=house.now)
        return requests.get(tx, house.admin, made.member_id, made.number, today=house.today)


def without_account(house: ClaimsHouse) -> MemberId:
    with house.db.write() as tx:
        return make.member(tx, house.branch, "090", "Lâm Thị Giấy")


def events(house: ClaimsHouse) -> list[tuple[str, str, int | None]]:
    with house.db.read() as tx:
        query = select(AuditEvent.action, AuditEvent.subject, AuditEvent.facts).order_by(AuditEvent.event_id)
        return [(row.action, row.subject, row.facts.get("number")) for row in tx.all(query)]


@pytest.mark.parametrize(
    ("kind", "words", "days"),
    [(RequestKind.ERASURE, None, 20), (RequestKind.CORRECTION, "Tên đệm sai", 10), (RequestKind.EXPORT, None, 10)],
)
def test_a_request_on_paper_is_due_from_the_day_it_was_received(
    house: ClaimsHouse, kind: RequestKind, words: str | None, days: int
) -> None:
    member_id = without_account(house)
    made = enter(house, Paper(kind=kind, received_on=RECEIVED, words=words), of=member_id)
    assert made.due_on == RECEIVED + dt.timedelta(days=days)
    assert made.answer_due_on == dt.date(2026, 11, 23)  # received on a Thursday
    assert made.made_at.astimezone(ZONE).date() == RECEIVED
    assert made.entered_by == house.admin.account_id
    assert events(house)[-1] == (f"{kind}.enter", f"member:{member_id}", 1)


@pytest.mark.parametrize("day", [dt.date.min, dt.date.max])
def test_a_day_that_nobody_reckons_with_is_refused(house: ClaimsHouse, day: dt.date) -> None:
    with pytest.raises(AppError, check=lambda error: error.code is Code.FIELD_INVALID):
        enter(house, replace(ERASURE, received_on=day))


def test_a_member_with_an_account_sees_it_among_their_requests(house: ClaimsHouse) -> None:
    made = enter(house)
    with house.db.read() as tx:
        ((seen,), _) = requests.list_own(tx, house.as_an, limit=9)
    assert (seen.request_id, seen.entered_by) == (made.request_id, house.admin.account_id)


def test_what_is_asked_for_on_paper_and_here_is_one_request(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        own = requests.ask(tx, house.as_an, RequestKind.ERASURE, now=house.now, today=house.today)
    assert enter(house).request_id == own.request_id
    assert {r.request_id for r in at_once(*(lambda: enter(house, of=house.binh) for _ in range(6)))} == {
        f"{house.binh}-1"
    }


def test_a_person_without_account_who_asked_on_paper_is_erased(house: ClaimsHouse) -> None:
    member_id = without_account(house)
    enter(house, of=member_id)
    with house.db.write() as tx:
        carried = erasure.carry_out(tx, house.admin, member_id, now=house.now)
    assert carried.request_count == 1
    with house.db.read() as tx:
        ended = requests.get(tx, house.admin, member_id, 1, today=house.today)
    assert (ended.outcome, ended.member_name) == (Outcome.DONE, "")
    with pytest.raises(AppError) as refused:
        enter(house, COPY, of=member_id)
    assert refused.value.code is Code.FIELD_INVALID


@pytest.mark.parametrize("who", ["officer", "auditor", "as_an"])
def test_only_administrators_enter_requests_and_hand_out_records(house: ClaimsHouse, who: str) -> None:
    made = enter(house, COPY)
    with pytest.raises(AppError) as refused:
        enter(house, by=getattr(house, who))
    assert refused.value.code is Code.RIGHT_MISSING
    with pytest.raises(AppError) as refused, house.db.write() as tx:
        requests.note_hand_out(tx, getattr(house, who), made, now=house.now)
    assert refused.value.code is Code.RIGHT_MISSING
    with pytest.raises(AppError) as refused, house.db.read() as tx:
        record.get_handed_out(tx, getattr(house, who), made)
    assert refused.value.code is Code.RIGHT_MISSING


@pytest.mark.parametrize(
    ("paper", "of", "code"),
    [
        (replace(ERASURE, received_on=make.TODAY + dt.timedelta(days=1)), None, Code.FIELD_INVALID),
        (replace(ERASURE, kind=RequestKind.CORRECTION), None, Code.FIELD_INVALID),
        (ERASURE, 999_999, Code.NOT_FOUND),
    ],
)
def test_what_cannot_have_been_asked_for_is_refused(
    house: ClaimsHouse, paper: Paper, of: int | None, code: Code
) -> None:
    with pytest.raises(AppError) as refused:
        enter(house, paper, of=of)
    assert refused.value.code is code


def test_a_copy_is_handed_out_while_it_is_asked_for_and_each_time_is_noted(house: ClaimsHouse) -> None:
    member_id = without_account(house)
    made, others = enter(house, COPY, of=member_id), enter(house)
    held = json.loads(hand_out(house, made))
    assert (held["member_id"], held["account_id"]) == (member_id, None)
    assert held["member"][0]["full_name"] == "Lâm Thị Giấy"
    assert not held["account"]
    assert {e["subject"] for e in held["audit"]} == {f"member:{member_id}"}
    assert events(house)[-1] == ("member.hand_out", f"member:{member_id}", 1)
    with house.db.write() as tx:
        requests.end(tx, house.admin, made, Outcome.DONE, None, now=house.now)
        ended = requests.get(tx, house.admin, member_id, 1, today=house.today)
        for refused_one in (ended, others):
            with pytest.raises(AppError) as refused:
                requests.note_hand_out(tx, house.admin, refused_one, now=house.now)
            assert refused.value.code is Code.NOT_FOUND


def test_a_copy_of_a_member_with_an_account_is_what_they_would_read_themselves(house: ClaimsHouse) -> None:
    house.file(house.as_an)
    made = enter(house, COPY)
    handed = hand_out(house, made)
    with house.db.read() as tx:
        assert record.get(tx, house.as_an).as_json() == handed


def test_no_copy_is_read_before_it_is_noted_that_it_is_handed_out(house: ClaimsHouse) -> None:
    made = enter(house, COPY)
    with pytest.raises(AppError, check=lambda error: error.code is Code.NOT_FOUND), house.db.read() as tx:
        record.get_handed_out(tx, house.admin, made)


def test_a_copy_is_called_handed_over_only_once_it_was_handed_out_and_may_be_refused_before(house: ClaimsHouse) -> None:
    hand_out(house, enter(house, COPY, of=house.binh))  # another's, under the same number
    made = enter(house, COPY)
    with pytest.raises(AppError, check=lambda error: error.code is Code.COPY_MISSING):
        end(house, made, Outcome.DONE)
    end(house, made, Outcome.REFUSED, "Không có mặt tại văn phòng")
    again = enter(house, COPY)
    with pytest.raises(AppError, check=lambda error: error.code is Code.COPY_MISSING):
        end(house, again, Outcome.DONE)
    hand_out(house, again)
    assert end(house, again, Outcome.DONE).outcome is Outcome.DONE


def test_nobody_says_that_a_request_has_lapsed(house: ClaimsHouse) -> None:
    with pytest.raises(AppError, check=lambda error: error.code is Code.FIELD_INVALID):
        end(house, enter(house, COPY), Outcome.LAPSED)


def test_an_erasure_ends_each_open_request_as_what_became_of_it(house: ClaimsHouse) -> None:
    member_id = without_account(house)
    asked = [
        enter(house, paper, of=member_id)
        for paper in (
            ERASURE,
            COPY,
            replace(COPY, words="Bản in"),
            replace(ERASURE, kind=RequestKind.CORRECTION, words="Sai"),
        )
    ]
    hand_out(house, asked[1])
    with house.db.write() as tx:
        assert erasure.carry_out(tx, house.admin, member_id, now=house.now).request_count == len(asked)
    with house.db.read() as tx:
        ended = [requests.get(tx, house.admin, member_id, one.number, today=house.today).outcome for one in asked]
    assert ended == [Outcome.DONE, Outcome.DONE, Outcome.LAPSED, Outcome.LAPSED]
