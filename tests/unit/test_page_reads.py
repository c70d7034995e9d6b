"""What of a page is better than its feed's, and what becomes of a try: the pure rules."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from tests.make import NOW
from tests.texts import print_of, words
from tracker.domain.feeds import DateQuality, FetchErrorCode, FetchProblem
from tracker.domain.page_reads import (
    AGAIN_AFTER,
    TRIES_MOST,
    WAIT_MOST,
    PageFacts,
    PublishedTime,
    ReadCause,
    ReadState,
    SourceTold,
    authors_of_page,
    better_authors,
    better_time,
    covers,
    find_canonical,
    is_publishers,
    is_same_piece,
    judge_failure,
    names_a_page,
    next_read_at,
    read_told,
)
from tracker.domain.urls import url_key

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HOUR = dt.timedelta(hours=1)
URL = "https://baomau.vn/xa-ben-song-mo-hoi-thi-dan-ca-123456.html"
FACTS = PageFacts(
    url_key=url_key(URL) or "",
    canonical_url=URL,
    title="Xã bên sông mở hội thi dân ca",
    authors=(),
    byline="",
    section="",
    image_url=None,
    published_at=None,
    date_quality=DateQuality.NONE,
    updated_at=None,
    fingerprint=None,
)


def problem(code: str, status: int | None = None, wait: int | None = None) -> FetchProblem:
    return FetchProblem(code=FetchErrorCode(code), message="", http_status=status, retry_after_s=wait)


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (problem("robots"), ReadState.REFUSED),
        (problem("robots", wait=600), ReadState.DUE),
        (problem("http", 404), ReadState.FAILED),
        (problem("gone", 410), ReadState.FAILED),
        (problem("unreadable"), ReadState.FAILED),
        (problem("too_large"), ReadState.FAILED),
        (problem("address.refused"), ReadState.FAILED),
        (problem("http", 500), ReadState.DUE),
        (problem("http", 403), ReadState.DUE),
        (problem("timeout"), ReadState.DUE),
        (problem("dns"), ReadState.DUE),
        (problem("blocked_by_site"), ReadState.DUE),
    ],
)
def test_a_first_failure_is_final_only_where_nothing_will_change(found: FetchProblem, state: ReadState) -> None:
    end = judge_failure(found, 1, now=NOW)
    assert end.state is state
    assert end.code is found.code
    assert (end.due_at is not None) == (state is ReadState.DUE)


def test_every_wait_is_longer_than_the_one_before_and_the_fifth_failure_is_the_last() -> None:
    ends = [judge_failure(problem("timeout"), n, now=NOW) for n in range(1, TRIES_MOST + 1)]
    dues = [end.due_at for end in ends[:-1]]
    assert dues == sorted(set(filter(None, dues)))
    assert ends[-1].state is ReadState.FAILED


def test_a_site_that_asks_for_longer_gets_it_within_a_week() -> None:
    assert judge_failure(problem("http", 429, 7200), 1, now=NOW).due_at == NOW + 2 * HOUR
    assert judge_failure(problem("http", 503, 10**9), 1, now=NOW).due_at == NOW + WAIT_MOST
    assert judge_failure(problem("http", 503, 1), 1, now=NOW).due_at == NOW + dt.timedelta(minutes=10)


@pytest.mark.parametrize(
    ("now", "page", "shown"),
    [
        ((), ("Lê Hạ",), ("Lê Hạ",)),
        ((), (), ()),
        (("Lê Hạ",), (), ("Lê Hạ",)),
        (("Thu Hà",), ("Nguyễn Thu Hà",), ("Nguyễn Thu Hà",)),
        (("Lê Hạ",), ("Lê Hạ", "Trần Bắc"), ("Lê Hạ", "Trần Bắc")),
        (("LÊ HẠ",), ("Lê Hạ",), ("Lê Hạ",)),
        (("Lê Hạ",), ("Trần Bắc",), ("Lê Hạ",)),
        (("Lê Hạ", "Trần Bắc"), ("Lê Hạ",), ("Lê Hạ", "Trần Bắc")),
        (("Nguyễn Thu Hà",), ("Thu Hà",), ("Nguyễn Thu Hà",)),
        (("Hà",), ("Nguyễn Khà",), ("Hà",)),
    ],
)
def test_a_pages_authors_are_taken_where_they_add_to_the_feeds(
    now: tuple[str, ...], page: tuple[str, ...], shown: tuple[str, ...]
) -> None:
    assert better_authors(now, page) == shown


def test_a_feed_that_names_somebody_else_is_no_repeat_of_what_is_shown() -> None:
    assert covers(("Nguyễn Thu Hà", "Lê Hạ"), ("Thu Hà",))
    assert covers(("Lê Hạ",), ())
    assert not covers(("Lê Hạ",), ("Trần Bắc",))
    assert not covers((), ("Trần Bắc",))


DAY = dt.datetime(2026, 11, 20, 17, 0, tzinfo=dt.UTC)  # 21 November in Hà Nội
MINUTE = dt.datetime(2026, 11, 21, 2, 17, tzinfo=dt.UTC)


@pytest.mark.parametrize("known", list(DateQuality))
@pytest.mark.parametrize("page", list(DateQuality))
def test_a_time_is_never_replaced_by_a_worse_one(known: DateQuality, page: DateQuality) -> None:
    rank = {DateQuality.NONE: 0, DateQuality.CLAMPED: 0, DateQuality.DAY: 1, DateQuality.ORDER: 1}
    found = better_time(
        PublishedTime(at=DAY, quality=known), PublishedTime(at=MINUTE, quality=page), first_seen_at=NOW, zone=ZONE
    )
    assert (found is not None) == (rank.get(page, 2) > rank.get(known, 2))


@pytest.mark.parametrize(
    ("known", "quality", "page", "taken"),
    [
        (DAY, DateQuality.DAY, MINUTE + 30 * HOUR, True),  # the next day: a feed's day may be of another zone
        (DAY, DateQuality.DAY, MINUTE - 24 * 400 * HOUR, False),
        (dt.datetime(2026, 3, 11, tzinfo=dt.UTC), DateQuality.ORDER, dt.datetime(2026, 11, 3, 5, tzinfo=dt.UTC), True),
        (dt.datetime(2026, 3, 11, tzinfo=dt.UTC), DateQuality.ORDER, dt.datetime(2026, 6, 3, 5, tzinfo=dt.UTC), False),
        (DAY, DateQuality.ORDER, MINUTE, True),
        (NOW, DateQuality.NONE, MINUTE - 24 * 900 * HOUR, True),
        (NOW, DateQuality.NONE, NOW + 30 * HOUR, False),
        (NOW, DateQuality.CLAMPED, NOW + 30 * HOUR, False),
    ],
)
def test_a_pages_minute_must_agree_with_the_day_that_the_feed_told(
    known: dt.datetime, quality: DateQuality, page: dt.datetime, *, taken: bool
) -> None:
    told = PublishedTime(at=page, quality=DateQuality.LOCAL)
    found = better_time(PublishedTime(at=known, quality=quality), told, first_seen_at=NOW, zone=ZONE)
    assert found == (told if taken else None)


def test_a_page_without_a_time_changes_none() -> None:
    known = PublishedTime(at=NOW, quality=DateQuality.NONE)
    assert better_time(known, None, first_seen_at=NOW, zone=ZONE) is None


@pytest.mark.parametrize(
    ("canonical", "taken"),
    [
        ("https://www.baomau.vn/van-hoa/xa-ben-song-mo-hoi-thi-777777.html", True),
        ("https://m.baomau.vn/van-hoa/xa-ben-song-mo-hoi-thi-777777.html", True),
        (URL, False),
        ("https://baomau.vn/", False),
        ("https://baomau.vn/van-hoa/", False),
        ("https://baokhac.vn/van-hoa/xa-ben-song-mo-hoi-thi-777777.html", False),
        ("https://www.facebook.com/baomau/posts/1234567890", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_a_canonical_address_is_believed_where_it_is_an_article_of_the_same_site(
    canonical: str, *, taken: bool
) -> None:
    assert (find_canonical(URL, canonical) is not None) == taken


def test_another_page_in_an_articles_place_is_told_by_its_title() -> None:
    elsewhere = replace(FACTS, url_key="web:baomau.vn/")
    assert is_same_piece(FACTS.url_key, "Tên khác hẳn", FACTS)
    assert is_same_piece(FACTS.url_key, "Xã bên sông mở hội thi", elsewhere)
    assert not is_same_piece(FACTS.url_key, "Giá xăng dầu hôm nay", elsewhere)
    assert not is_same_piece(FACTS.url_key, "", elsewhere)
    assert not is_same_piece(FACTS.url_key, "Xã bên sông mở hội thi", replace(elsewhere, title=""))


@pytest.mark.parametrize(
    "url",
    [
        "https://www.facebook.com/groups/1/posts/2",
        "https://zalo.me/g/abc",
        "https://youtu.be/abcdefghijk",
        "https://www.tiktok.com/@ai/video/1234567890123456789",
        "https://t.me/kenh/12",
        "ftp://baomau.vn/a",
        "không phải địa chỉ",
    ],
)
def test_no_page_of_a_social_network_is_ever_read(url: str) -> None:
    assert not is_publishers(url)
    assert not names_a_page(url)


def test_a_member_names_a_page_and_not_a_sites_front() -> None:
    assert names_a_page(URL)
    assert names_a_page("https://xa.gov.vn/tin/1")
    assert not names_a_page("https://baomau.vn/")
    assert not names_a_page("https://baomau.vn")


def test_a_page_is_read_again_at_once_but_never_within_a_day_of_the_last_try() -> None:
    assert next_read_at(None, now=NOW) == NOW
    assert next_read_at(NOW - AGAIN_AFTER - HOUR, now=NOW) == NOW
    assert next_read_at(NOW - HOUR, now=NOW) == NOW - HOUR + AGAIN_AFTER


@pytest.mark.parametrize("time", [None, PublishedTime(at=NOW, quality=DateQuality.DAY)])
def test_what_a_source_told_is_kept_and_read_back(time: PublishedTime | None) -> None:
    told = SourceTold(authors=("Thu Hà",), time=time)
    assert read_told(json.loads(json.dumps(told.as_json()))) == told
    assert read_told(None) is None


@pytest.mark.parametrize(
    ("told", "page", "shown"),
    [
        ((), ("Lê Văn Mới",), ("Lê Văn Mới",)),  # the page's own name is the page's to change
        (("Thu Hà",), ("Nguyễn Thu Hà", "Lê Văn Mới"), ("Nguyễn Thu Hà", "Lê Văn Mới")),
        (("Thu Hà",), ("Lê Văn Mới",), ("Thu Hà",)),  # the source's is not
        (("Thu Hà",), (), ("Thu Hà",)),
        ((), (), ()),
    ],
)
def test_a_page_read_again_is_judged_by_what_its_source_tells_now(
    told: tuple[str, ...], page: tuple[str, ...], shown: tuple[str, ...]
) -> None:
    facts = replace(FACTS, authors=page, fingerprint=print_of(words(300, seed=1)))
    before = ("Nguyễn Thu Hà",)
    assert authors_of_page(before, SourceTold(authors=told, time=None), facts) == shown


def test_a_page_of_which_nothing_was_found_changes_no_author() -> None:
    before = ("Nguyễn Thu Hà",)
    assert not FACTS.is_whole
    assert authors_of_page(before, SourceTold(authors=(), time=None), FACTS) == before


def test_only_what_a_person_did_comes_before_what_sources_bring() -> None:
    assert {cause for cause in ReadCause if not cause.is_persons} == {ReadCause.SOURCE, ReadCause.CHANGED}
