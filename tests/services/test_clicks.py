"""Counting the requests of tracked links: each once, under its verdict, with the roll-ups in step."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, select, text
from structlog.testing import capture_logs

from tests.services.counting import PHONE, Counting, counting_on
from tracker.domain.types import MemberId
from tracker.services import click_judging
from tracker.services.click_judging import Request
from tracker.services.clicks import BATCH_MOST, SESSIONS_MOST
from tracker.store.clicks import count_requests
from tracker.store.tables.links import (
    ArticleDay,
    ClickBurst,
    ClickReader,
    ClickSecret,
    Link,
    LinkDay,
    MemberLinkDay,
    MemberMonth,
)

if TYPE_CHECKING:
    from tests.services.claims_house import ClaimsHouse


@pytest.fixture
def counting(house: ClaimsHouse) -> Counting:
    return counting_on(house)


def test_each_request_is_counted_once_under_its_verdict(counting: Counting) -> None:
    counting.follow()
    counting.follow(after_s=29)
    counting.follow(after_s=31)
    counting.follow(agent="facebookexternalhit/1.1")
    counting.follow(agent="Googlebot/2.1")
    counting.follow(agent="")
    counting.follow(method="HEAD")
    counting.follow(method="POST")
    counting.follow(prefetch=True)
    expected = {"counted": 2, "repeat": 1, "preview": 1, "robot": 1, "empty": 1, "method": 2, "prefetch": 1}
    assert counting.counts() == expected
    assert counting.counts() == expected


def test_the_rollups_hold_the_valid_clicks_only(counting: Counting) -> None:
    counting.follow()
    counting.follow(after_s=40)
    counting.follow(address="113.160.9.9")
    counting.follow(agent="Googlebot/2.1")
    assert counting.counts() == {"counted": 3, "robot": 1}
    for column in (MemberLinkDay.click_count, MemberMonth.click_count, ArticleDay.click_count):
        assert counting.total(column) == 3
    for column in (MemberLinkDay.person_day_count, MemberMonth.person_day_count, ArticleDay.person_day_count):
        assert counting.total(column) == 2
    assert counting.total(LinkDay.person_day_count) == 2


def test_a_click_before_and_one_after_midnight_fall_on_two_days_and_months(counting: Counting) -> None:
    counting.now = dt.datetime(2026, 11, 30, 16, 59, 59, tzinfo=dt.UTC)
    counting.follow()
    counting.follow(after_s=1)
    assert counting.counts() == {"counted": 2}
    with counting.db.read() as tx:
        assert tx.scalars(select(MemberLinkDay.day).order_by(MemberLinkDay.day)) == [
            dt.date(2026, 11, 30),
            dt.date(2026, 12, 1),
        ]
        assert tx.scalars(select(MemberMonth.month).order_by(MemberMonth.month)) == ["2026-11", "2026-12"]


def test_the_sharers_own_session_is_told_apart_and_others_are_not(counting: Counting) -> None:
    counting.sessions["mine"] = counting.link.member_id
    counting.sessions["other"] = MemberId(10**6)
    counting.follow(credentials="mine")
    counting.follow(credentials="other", address="113.160.2.1")
    counting.follow(credentials="forged", address="113.160.3.1")
    assert counting.counts() == {"own": 1, "counted": 2}


def test_a_burst_of_one_network_is_held_and_shown(counting: Counting) -> None:
    for n in range(25):
        counting.follow(address=f"113.160.1.{n}", after_s=1)
    assert counting.counts() == {"counted": 20, "held": 5}


def test_counts_name_the_method_and_the_lists(counting: Counting) -> None:
    counting.follow()
    counting.counts()
    with counting.db.read() as tx:
        assert tx.scalar(select(LinkDay.method)) == f"{click_judging.METHOD}; test 1"


def test_what_the_database_did_not_take_is_written_later(counting: Counting) -> None:
    counting.away = True
    counting.follow()
    assert not counting.counter.flush()
    counting.follow(after_s=40)
    assert not counting.counter.flush()
    counting.away = False
    assert counting.counts() == {"counted": 2}


def test_while_sessions_cannot_be_looked_up_nothing_is_judged(counting: Counting) -> None:
    counting.sessions["mine"] = counting.link.member_id
    counting.away = True
    counting.follow(credentials="mine")
    assert not counting.counter.flush()
    counting.away = False
    assert counting.counts() == {"own": 1}
    assert set(counting.asked) == {"mine"}


def test_more_than_can_wait_is_judged_at_once_and_nothing_is_lost(counting: Counting) -> None:
    counting.counter = counting.make(waiting_most=10)
    for n in range(50):
        counting.follow(address=f"113.{n}.1.1")
    assert len(counting.counter._unread) + len(counting.counter._read) <= 10
    assert counting.counts() == {"counted": 50}


def test_a_link_that_is_gone_meanwhile_does_not_stop_the_others(counting: Counting, house: ClaimsHouse) -> None:
    with counting.db.write() as tx:
        tx.execute(delete(Link))
    counting.follow()
    assert counting.counts() == {"counted": 1}
    assert house.month(house.an)["click_count"] == 1


def test_a_started_counter_writes_by_itself_and_stopping_writes_the_rest(counting: Counting) -> None:
    counting.counter = counting.make(flush_every_s=0.01)
    counting.counter.start()
    counting.counter.start()
    for n in range(100):
        counting.follow(address=f"113.{n}.1.1")
    counting.counter.stop()
    with counting.db.read() as tx:
        assert count_requests(tx, "abcdefgh") == {"counted": 100}


def test_stopping_ends_and_counts_what_a_clock_set_back_over_midnight_left_unread(counting: Counting) -> None:
    counting.counts()
    counting.follow(after_s=86_400)
    counting.now -= dt.timedelta(days=1)
    counting.follow(address="113.160.2.1")
    counting.counter.stop()
    assert not counting.counter._holds_any()
    assert counting.counts() == {"counted": 2}


def test_a_bug_in_the_last_writing_is_logged_and_stopping_ends(counting: Counting) -> None:
    counting.follow()
    counting.broken = True
    with capture_logs() as logged:
        counting.counter.stop()
    assert [entry["event"] for entry in logged] == ["clicks.failed"]
    counting.broken = False
    assert counting.counts() == {"counted": 1}


def test_several_processes_count_a_reader_once(counting: Counting) -> None:
    if counting.dialect != "postgresql":
        return  # one web process: nobody to share with
    other = counting.make()
    counting.follow()
    counting.counts()
    counting.counter, own = other, counting.counter
    counting.follow(after_s=20)
    counting.counts()
    counting.counter = own
    counting.follow(after_s=40)
    for n in range(19):
        counting.follow(address=f"113.160.1.{n + 2}")
    counting.counts()
    counting.counter = other
    counting.follow(address="113.160.1.200")
    assert counting.counts() == {"counted": 20, "repeat": 1, "held": 2}
    assert counting.total(LinkDay.person_day_count) == 18 + 1


def test_what_processes_share_dies_at_local_midnight(counting: Counting) -> None:
    counting.follow()
    counting.counts()
    counting.now = dt.datetime(2026, 11, 22, 17, 0, tzinfo=dt.UTC)
    counting.counts()
    with counting.db.read() as tx:
        for table in (ClickSecret, ClickReader, ClickBurst):
            past = select(func.count()).select_from(table).where(table.day < dt.date(2026, 11, 23))
            assert tx.scalar(past) == 0
    late = counting.now - dt.timedelta(seconds=1)
    counting.counter.take(
        Request(link=counting.link, at=late, method="GET", address="1.1.1.1", agent=PHONE, prefetch=False)
    )
    assert counting.counts() == {"counted": 2}
    with counting.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(ClickReader)) == 0


def test_the_shared_memory_is_unlogged_and_holds_no_address(counting: Counting) -> None:
    counting.follow(address="113.160.77.88")
    counting.counts()
    if counting.dialect != "postgresql":
        return
    with counting.db.read() as tx:
        kinds = text(
            "SELECT relname, relpersistence::text FROM pg_class WHERE relname LIKE 'click_%s' AND relkind = 'r'"
        )
        assert {(r.relname, r.relpersistence) for r in tx.all(kinds)} == {
            ("click_bursts", "u"),
            ("click_readers", "u"),
            ("click_secrets", "u"),
        }
        stored = [bytes(b) for b in (*tx.scalars(select(ClickReader.token)), *tx.scalars(select(ClickBurst.network)))]
    assert len(stored) == 2
    assert not any(part in b for b in stored for part in (b"113.160", bytes([113, 160])))


def test_nothing_of_a_reader_is_stored(counting: Counting) -> None:
    counting.follow(address="113.160.77.88", agent=PHONE + " marked-reader", credentials="secret-token")
    counting.counts()
    with counting.db.read() as tx:
        rows = [
            str(tuple(r))
            for t in (LinkDay, MemberLinkDay, MemberMonth, ArticleDay)
            for r in tx.all(select(t.__table__))
        ]
    text = " ".join(rows)
    assert rows
    assert not any(word in text for word in ("113.160", "marked-reader", "secret-token", "CUBOT"))


def test_what_waited_for_its_sessions_is_judged_in_its_order_and_counted_exactly(counting: Counting) -> None:
    counting.sessions["mine"] = counting.link.member_id
    counting.away = True
    for _ in range(6):  # judged in another order, the earlier ones of the reader would be repeats
        counting.follow(after_s=40, credentials="other")
        counting.follow(after_s=1, credentials="mine", address="113.160.2.1")
        assert not counting.counter.flush()
    counting.away, counting.commits = False, False
    assert not counting.counter.flush()
    assert not counting.counter.flush()
    counting.follow(after_s=40, credentials="other")
    counting.commits = True
    assert counting.counts() == {"counted": 7, "own": 6}
    assert counting.counts() == {"counted": 7, "own": 6}
    assert counting.total(MemberMonth.click_count) == 7
    assert counting.total(LinkDay.person_day_count) == 1


def test_a_secret_that_was_not_kept_tells_no_reader_from_themselves(counting: Counting) -> None:
    counting.follow()
    counting.commits = False
    assert not counting.counter.flush()
    counting.commits = True
    counting.follow(after_s=5)
    assert counting.counts() == {"counted": 1, "repeat": 1}
    counting.follow(after_s=5)
    assert counting.counts() == {"counted": 1, "repeat": 2}


def test_what_was_not_read_by_midnight_counts_for_its_own_day_and_leaves_nothing(counting: Counting) -> None:
    counting.counts()
    counting.now = dt.datetime(2026, 11, 30, 16, 59, 58, tzinfo=dt.UTC)
    counting.follow(credentials="other")
    counting.follow(address="113.160.2.1")
    counting.follow(after_s=4, credentials="other")
    assert counting.counts() == {"counted": 3}
    with counting.db.read() as tx:
        days = select(LinkDay.day, func.sum(LinkDay.request_count).label("number")).group_by(LinkDay.day)
        assert {r.day: r.number for r in tx.all(days)} == {dt.date(2026, 11, 30): 2, dt.date(2026, 12, 1): 1}
        past = select(func.count()).select_from(ClickReader).where(ClickReader.day < dt.date(2026, 12, 1))
        assert tx.scalar(past) == 0
    assert not counting.counter._unread


def test_more_than_one_writing_takes_is_written_by_those_after_it(counting: Counting) -> None:
    for n in range(BATCH_MOST + 3):
        counting.follow(address=f"113.{n // 250}.{n % 250}.1")
    at_once = BATCH_MOST if counting.dialect == "postgresql" else BATCH_MOST + 3
    assert counting.counts() == {"counted": at_once}
    counting.counter.stop()
    assert counting.counts() == {"counted": BATCH_MOST + 3}
    assert counting.total(MemberMonth.click_count) == BATCH_MOST + 3


def test_made_up_sessions_keep_nobody_waiting_and_each_is_looked_up_once(counting: Counting) -> None:
    for n in range(SESSIONS_MOST + 3):
        counting.follow(address=f"113.{n // 250}.{n % 250}.1", credentials=f"forged {n}")
    assert counting.counts() == {"counted": SESSIONS_MOST}
    assert counting.counts() == {"counted": SESSIONS_MOST + 3}
    assert len(counting.asked) == SESSIONS_MOST + 3


def test_what_no_person_asked_for_waits_for_nobody_and_is_asked_for_no_session(counting: Counting) -> None:
    counting.counts()
    counting.away = True
    counting.follow(agent="Googlebot/2.1", credentials="mine")
    counting.follow(method="HEAD", credentials="mine")
    assert not counting.counter._unread
    assert not counting.counter._read
    assert not counting.counter.flush()
    counting.away = False
    assert counting.counts() == {"robot": 1, "method": 1}
    assert counting.asked == []


def test_a_link_is_born_with_its_first_request_whoever_it_was(counting: Counting) -> None:
    counting.counts()
    counting.follow(speaks=False)
    counting.follow(after_s=5, agent="facebookexternalhit/1.1", speaks=False)
    counting.follow(after_s=10, address="113.160.9.9", speaks=False)
    counting.counts()
    with counting.db.read() as tx:
        link = tx.first(select(Link.first_at, Link.birth_count).where(Link.slug == counting.link.slug))
    assert link is not None
    assert (link.first_at, link.birth_count) == (counting.now - dt.timedelta(seconds=15), 2)


def test_a_link_is_not_born_again_with_each_flush(counting: Counting) -> None:
    counting.counts()
    born_at = counting.now
    counting.follow(agent="facebookexternalhit/1.1", speaks=False)
    counting.follow(after_s=60, speaks=False)
    counting.counts()
    counting.follow(after_s=60, address="113.160.9.9", speaks=False)
    counting.counts()
    with counting.db.read() as tx:
        link = tx.first(select(Link.first_at, Link.birth_count).where(Link.slug == counting.link.slug))
    assert link is not None
    assert (link.first_at, link.birth_count) == (born_at, 0)


def test_a_printed_request_tells_nothing_of_its_reader(counting: Counting) -> None:
    request = Request(
        link=counting.link,
        at=counting.now,
        method="GET",
        address="113.160.77.88",
        agent="marked-reader",
        prefetch=False,
        credentials="secret-token",
    )
    assert not any(word in repr(request) for word in ("113.160", "marked-reader", "secret-token"))
