"""What is kept how long: every table stands in one line of it, and what nobody needs any more goes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

from lantoa.jobs import DUTIES
from tracker.domain.audit_words import KEPT
from tracker.domain.jobs import ATTEMPTS_MOST, DUE, JobKind
from tracker.domain.office_rules import Rule
from tracker.services import meetings, office_rules, retention
from tracker.store import evidence as evidence_store
from tracker.store import leftovers
from tracker.store.tables import Base
from tracker.store.tables.feeds import CookieJar, HostPause, RobotsFile
from tracker.store.tables.operations import AuditEvent, Job, OutboxMessage
from tracker.store.tables.registers import Meeting, MeetingPhoto

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse
    from tracker.store.db import Tx

DAY = dt.timedelta(days=1)


def test_every_table_stands_in_one_line_of_what_is_kept() -> None:
    placed = Counter(name for names in retention.TABLES.values() for name in names)
    assert [name for name, count in placed.items() if count > 1] == []
    assert sorted(placed) == sorted(Base.metadata.tables)
    assert set(retention.TABLES) <= set(KEPT)


def test_every_line_that_ends_by_itself_has_its_duty_and_every_duty_that_purges_its_line() -> None:
    lines = retention.table()
    assert {line.duty for line in lines if line.days or line.months} <= {str(kind) for kind in DUTIES}
    assert all(line.duty for line in lines if line.days or line.months)
    purging = {str(kind) for kind in DUTIES if "purge" in kind or "drop" in kind}
    assert purging == {line.duty for line in lines if line.duty}


def test_the_table_tells_what_the_office_set(house: ClaimsHouse) -> None:
    with house.db.write() as tx:
        office_rules.change(tx, house.admin, Rule.EVIDENCE_MONTHS, 6, now=house.now, today=house.today)
        lines, rules = retention.get_table(tx)
    assert rules.evidence_months == 6
    assert [line.months for line in lines if line.what == "evidence"] == [6]


def photo_of(house: ClaimsHouse, tx: Tx, held_on: dt.date) -> str:
    """Put in a meeting with a photo; give the name of its file."""
    row = {"unit_id": house.branch, "held_on": held_on, "created_at": house.now, "version": 1}
    meeting_id = tx.scalar(insert(Meeting).values(row).returning(Meeting.meeting_id))
    name = f"{held_on}.jpg"
    photo = {"file_name": name, "caption": "Chi bộ họp", "byte_count": 1, "sha256": "0", "added_at": house.now}
    tx.execute(insert(MeetingPhoto), photo | {"meeting_id": meeting_id})
    return name


def test_photos_of_meetings_go_with_their_captions_when_their_time_is_over(house: ClaimsHouse) -> None:
    days = (dt.date(2024, 12, 31), dt.date(2025, 1, 1), dt.date(2026, 11, 2))
    with house.db.write() as tx:
        old, kept, lately = (photo_of(house, tx, day) for day in days)
        assert meetings.purge_photos(tx, house.now, house.zone) == 1
        assert meetings.purge_photos(tx, house.now, house.zone) == 0
        assert set(tx.scalars(select(MeetingPhoto.file_name))) == {kept, lately}
        assert evidence_store.list_known(tx, [old, kept]) == {kept}  # the next sweep of the folder takes its file
        told = tx.all(select(AuditEvent.actor_id, AuditEvent.facts).where(AuditEvent.action == "meeting.photo_remove"))
        assert [(row.actor_id, row.facts["why"]) for row in told] == [(None, "retention")]
        assert len(tx.scalars(select(Meeting.meeting_id))) == len(days)  # what was held stays
        office_rules.change(tx, house.admin, Rule.PHOTO_MONTHS, 1, now=house.now, today=house.today)
        assert meetings.purge_photos(tx, house.now, house.zone) == 1
        assert set(tx.scalars(select(MeetingPhoto.file_name))) == {lately}


def job(house: ClaimsHouse, subject: str, **more: Any) -> dict[str, Any]:
    row = {"kind": "page.archive", "subject": subject, "slot": "x", "due_at": house.now, "done_at": None}
    return row | {"fence": 0, "attempts": 0} | more


def test_work_that_is_over_goes_and_standing_or_waiting_work_stays(house: ClaimsHouse) -> None:
    old = house.now - 91 * DAY
    rows = [
        job(house, "ended long ago", done_at=old),
        job(house, "given up long ago", due_at=old, attempts=ATTEMPTS_MOST),
        job(house, "ended lately", done_at=house.now - 89 * DAY),
        job(house, "waits since long", due_at=old),
        job(house, "of a paused source", kind=JobKind.FEED_FETCH, slot=DUE, done_at=old),
    ]
    message = {"kind": "x", "payload": {}, "made_at": old, "due_at": old, "attempts": 1}
    with house.db.write() as tx:
        tx.execute(insert(Job), rows)
        tx.execute(insert(OutboxMessage), [message | {"sent_at": old}, message | {"sent_at": None}])
        assert retention.purge_leftovers(tx, now=house.now) == 3
        assert retention.purge_leftovers(tx, now=house.now) == 0
    with house.db.read() as tx:
        assert set(tx.scalars(select(Job.subject))) == {"ended lately", "waits since long", "of a paused source"}
        assert tx.scalars(select(OutboxMessage.sent_at)) == [None]


def test_sites_that_are_asked_no_more_are_forgotten(house: ClaimsHouse) -> None:
    old, lately = house.now - 31 * DAY, house.now - 29 * DAY
    with house.db.write() as tx:
        for key, at, lease in (("gone", old, None), ("asked", old, house.now + DAY), ("known", lately, None)):
            tx.execute(insert(HostPause).values(host_key=key, slot=0, next_at=at, lease_until=lease))
            tx.execute(insert(CookieJar).values(host_key=key, cookies=[], updated_at=at))
            robots = {"state": "none", "body": "", "fetched_at": at, "until": at}
            tx.execute(insert(RobotsFile).values(host_key=key, **robots))
        retention.purge_leftovers(tx, now=house.now)
        assert set(tx.scalars(select(HostPause.host_key))) == {"asked", "known"}
        assert set(tx.scalars(select(CookieJar.host_key))) == {"known"}
        assert set(tx.scalars(select(RobotsFile.host_key))) == {"known"}


def test_a_turn_takes_so_many_rows_and_the_next_the_rest(house: ClaimsHouse) -> None:
    old = house.now - 91 * DAY
    message = {"kind": "x", "payload": {}, "made_at": old, "due_at": old, "attempts": 1, "sent_at": old}
    with house.db.write() as tx:
        tx.insert_rows(OutboxMessage, [message] * (leftovers.AT_ONCE + 1))
        pause = {"next_at": old, "lease_until": None}
        tx.insert_rows(HostPause, [pause | {"host_key": "gone", "slot": slot} for slot in range(3)])
        turns = [retention.purge_leftovers(tx, now=house.now) for _ in range(3)]
    assert turns == [leftovers.AT_ONCE, 4, 0]
    duty = DUTIES[JobKind.LEFTOVERS_PURGE]
    assert [duty.next_in(done) for done in turns] == [duty.while_busy, duty.every, duty.every]


@pytest.mark.parametrize("what", sorted(retention.TABLES))
def test_every_line_that_holds_tables_is_one_of_the_published_table(what: str) -> None:
    assert what in {line.what for line in retention.table()}
