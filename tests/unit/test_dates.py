from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.dates import Zones, read_date, read_dates
from tracker.domain.feeds import DateOrder, DateQuality

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def _instant(text: str, order: DateOrder = DateOrder.AUTO) -> str | None:
    date = read_date(text, zone=ZONE, order=order)
    return None if date is None else date.at.strftime(FORMAT)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        # zone stated
        ("Sat, 21 Nov 2026 06:30:00 +0700", "2026-11-20T23:30:00Z"),
        ("Sat, 21 Nov 2026 06:30:00 +07:00", "2026-11-20T23:30:00Z"),
        ("Sat, 21 Nov 2026 06:30:00 +07", "2026-11-20T23:30:00Z"),
        ("Sat, 21 Nov 2026 06:30:00 GMT+7", "2026-11-20T23:30:00Z"),
        ("Thứ bảy, 21/11/2026, 06:30 (GMT+7)", "2026-11-20T23:30:00Z"),
        ("Sat, 21 Nov 2026 06:30:00 ICT", "2026-11-20T23:30:00Z"),
        ("Sat, 21 Nov 26 06:30:00 +0700", "2026-11-20T23:30:00Z"),
        ("Sat, 21 Nov 2026 06:30 GMT", "2026-11-21T06:30:00Z"),
        ("Sat, 21 Nov 2026 06:30:00 EST", "2026-11-21T11:30:00Z"),
        ("Sat Nov 21 06:30:00 PST 2026", "2026-11-21T14:30:00Z"),
        ("Sat Nov 21 2026 06:30:00 +0200", "2026-11-21T04:30:00Z"),
        ("Sat, 21 Nov 2026 06:30:00 -01:30", "2026-11-21T08:00:00Z"),
        ("2026-11-21T06:30:00Z", "2026-11-21T06:30:00Z"),
        ("2026-11-21T06:30:00.123456+07:00", "2026-11-20T23:30:00Z"),
        ("2026-11-21T06:30+0700", "2026-11-20T23:30:00Z"),
        ("2026-11-21T06:30:00-05:00Z", "2026-11-21T11:30:00Z"),
        ("20261121T063000Z", "2026-11-21T06:30:00Z"),
        ("2026-11-21T24:00:00Z", "2026-11-22T00:00:00Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ("sam., 21 déc. 2026 06:30:00 +0000", "2026-12-21T06:30:00Z"),
        ("mar., 01 déc. 2026 06:30:00 +0000", "2026-12-01T06:30:00Z"),
        ("2026년 11월 21일 오후 06:30:00 KST", "2026-11-21T09:30:00Z"),
        ("1795242600", "2026-11-21T06:30:00Z"),
        ("1795242600123", "2026-11-21T06:30:00Z"),
        # local time
        ("21/11/2026 06:30", "2026-11-20T23:30:00Z"),
        ("21-11-2026 06h30", "2026-11-20T23:30:00Z"),
        ("06:30 | 21/11/2026", "2026-11-20T23:30:00Z"),
        ("06:30 GMT+7 | 21/11/2026", "2026-11-20T23:30:00Z"),
        ("Cập nhật lúc 6 giờ 30, 21/11/2026", "2026-11-20T23:30:00Z"),
        ("Thứ 7, ngày 21/11/2026 6:30 SA", "2026-11-20T23:30:00Z"),
        ("T7, 21.11.2026 6:30 CH", "2026-11-21T11:30:00Z"),
        ("21/11/2026 12:05:00 SA", "2026-11-20T17:05:00Z"),
        ("11/21/2026 12:05:00 AM", "2026-11-20T17:05:00Z"),
        ("11/21/2026 12:05:00\u202fPM", "2026-11-21T05:05:00Z"),
        ("Nov. 21, 2026, 6:30 p.m.", "2026-11-21T11:30:00Z"),
        ("Friday, November 21, 2026 - 3:09pm", "2026-11-21T08:09:00Z"),
        ("2026/11/21 06:30:00", "2026-11-20T23:30:00Z"),
        ("21/11/2026 8h", "2026-11-21T01:00:00Z"),
        ("Thứ hai - 21/11/2026 06:30", "2026-11-20T23:30:00Z"),
        ("Chủ Nhật, 22/11/2026 - 06:30", "2026-11-21T23:30:00Z"),
        ("20 thg 11, 2026 09:15", "2026-11-20T02:15:00Z"),
        ("T6, 20 Th11 2026 09:15:00 +0700", "2026-11-20T02:15:00Z"),
        ("20 Tháng Mười Một 2026 09:15", "2026-11-20T02:15:00Z"),
        ("Ngày 5 tháng 10 năm 2026 lúc 15 giờ 42 phút", "2026-10-05T08:42:00Z"),
        ("09:15 ngày 20/11/2026", "2026-11-20T02:15:00Z"),
        ("Fri, 20 Nov 2026 09:15:00 Etc/GMT", "2026-11-20T09:15:00Z"),
        ("Fri, 20 Nov 2026 09:15:00 AT", "2026-11-20T13:15:00Z"),
        ("2026년 11월 20일 09:15:00", "2026-11-20T00:15:00Z"),  # a language with one zone
        ("20261120T09:15+0700", "2026-11-20T02:15:00Z"),
        # a day, a month, a year
        ("5 tháng năm năm 2026", "2026-05-04T17:00:00Z"),
        ("2026-324", "2026-11-19T17:00:00Z"),
        ("26324", "2026-11-19T17:00:00Z"),
        ("261120", "2026-11-19T17:00:00Z"),
        ("-26-11", "2026-10-31T17:00:00Z"),
        ("Phụng Hiệp, ngày 05 tháng 02 năm 2026", "2026-02-04T17:00:00Z"),
        ("5 tháng 2, 2026", "2026-02-04T17:00:00Z"),
        ("21/11/2026 | 604", "2026-11-20T17:00:00Z"),
        ("21st November 2026", "2026-11-20T17:00:00Z"),
        ("2026-11", "2026-10-31T17:00:00Z"),
        ("Nov. 2026", "2026-10-31T17:00:00Z"),
        ("11/2026", "2026-10-31T17:00:00Z"),
        ("2026", "2025-12-31T17:00:00Z"),
        ("20261121", "2026-11-20T17:00:00Z"),
        ("21/11/98", "1998-11-20T17:00:00Z"),
    ],
)
def test_what_outlets_print_is_read_to_the_instant(text: str, instant: str) -> None:
    assert _instant(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hôm qua",
        "31/02/2026",
        "29/02/2026 08:00",
        "2026-13-01",
        "2026-11-21T25:00:00Z",
        "2026-11-21T06:61:00Z",
        "2026-11-21T24:30:00Z",
        "2026-11-21T06:xx:00Z",
        "Sat, 21 Nov 2026 06:30:00 +00:zz",
        "Sat, 21 Nov 2026 06:30:00 +99:99",
        "Sat, 21 Nov 2026 1:2:3:4 GMT",
        "Sat, 21 Xyz 2026 06:30:00 GMT",
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "0001-01-01T00:00:00+15:00",
        "9999-12-31T23:59:59-10:00",
        "013",
        "2026-366",
        "2026-000",
        "0000-001",
        "261320",
        "21/11/2026 7 8 9",
        "1" * 200,
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert _instant(text) is None


@pytest.mark.parametrize(
    ("text", "order", "instant"),
    [
        ("8/7/2026 5:20:00 AM", DateOrder.MDY, "2026-08-06T22:20:00Z"),
        ("8/7/2026 5:20:00 AM", DateOrder.DMY, "2026-07-07T22:20:00Z"),
        ("8/7/2026 5:20:00 AM", DateOrder.AUTO, "2026-08-06T22:20:00Z"),  # bare numbers with AM
        ("8/7/2026 5:20:00 SA", DateOrder.AUTO, "2026-07-07T22:20:00Z"),  # the same in Vietnamese
        ("08/07/2026 05:20", DateOrder.AUTO, "2026-07-07T22:20:00Z"),
        ("22/11/2026 05:20", DateOrder.MDY, "2026-11-21T22:20:00Z"),  # admits one order only
        ("8/22/2026 05:20", DateOrder.DMY, "2026-08-21T22:20:00Z"),
    ],
)
def test_day_and_month_are_told_apart(text: str, order: DateOrder, instant: str) -> None:
    assert _instant(text, order) == instant


def _days(*texts: str, not_after: dt.datetime | None = None) -> list[str]:
    dates = read_dates(texts, zone=ZONE, not_after=not_after)
    return [date.at.astimezone(ZONE).date().isoformat() if date else "" for date in dates]


def test_a_date_that_admits_one_order_decides_for_its_neighbours() -> None:
    assert _days("8/13/2026 1:00:00 AM", "8/12/2026 9:00:00 PM") == ["2026-08-13", "2026-08-12"]
    assert _days("13/08/2026 01:00", "12/08/2026 21:00", "12/08/2026 11:00") == [
        "2026-08-13",
        "2026-08-12",
        "2026-08-12",
    ]


def test_the_order_that_keeps_a_feed_together_is_taken() -> None:
    assert _days("8/12/2026 01:00", "8/11/2026 21:00", "8/10/2026 20:00") == ["2026-08-12", "2026-08-11", "2026-08-10"]
    assert _days("12/8/2026 01:00", "11/8/2026 21:00") == ["2026-08-12", "2026-08-11"]
    assert _days("Sat, 21 Nov 2026 06:30:00 +07", "11/2/2026 5:20:00 AM") == ["2026-11-21", "2026-11-02"]


def test_the_order_that_leaves_nothing_in_the_future_is_taken() -> None:
    now = dt.datetime(2026, 8, 8, tzinfo=dt.UTC)
    assert _days("08/07/2026 05:20", not_after=now) == ["2026-07-08"]
    assert _days("07/12/2026 05:20", not_after=now) == ["2026-07-12"]


def test_the_days_inside_the_articles_addresses_decide_where_the_dates_leave_it_open() -> None:
    texts = ("8/7/2026 5:20:00", "8/6/2026 23:10:00", "8/6/2026 9:00:00")
    for days, told in (
        ((dt.date(2026, 8, 7), None, dt.date(2026, 8, 5)), ["2026-08-07", "2026-08-06", "2026-08-06"]),
        ((dt.date(2026, 7, 8), dt.date(2026, 6, 8), None), ["2026-07-08", "2026-06-08", "2026-06-08"]),
    ):
        dates = read_dates(texts, zone=ZONE, days=days, order=DateOrder.DMY)
        assert [date.at.astimezone(ZONE).date().isoformat() for date in dates if date] == told


def test_what_is_known_of_a_source_yields_to_proof_and_says_so() -> None:
    proved = read_dates(["8/13/2026 1:00", "8/12/2026 21:00"], zone=ZONE, order=DateOrder.DMY)
    assert [date.at.astimezone(ZONE).date().isoformat() for date in proved if date] == ["2026-08-13", "2026-08-12"]
    assert [date.flags for date in proved if date] == [("naive",), ("naive", "order_inferred", "order_swapped")]
    ahead = read_date("8/7/2026 1:00", zone=ZONE, order=DateOrder.DMY)
    assert ahead is not None
    assert (ahead.quality, ahead.flags) == (DateQuality.LOCAL, ("naive",))
    now = dt.datetime(2026, 8, 8, tzinfo=dt.UTC)
    (fetched,) = read_dates(["7/12/2026 1:00"], zone=ZONE, order=DateOrder.DMY, not_after=now)
    assert fetched is not None
    assert fetched.at.astimezone(ZONE).date() == dt.date(2026, 7, 12)


def test_a_year_of_two_digits_stands_first_where_as_the_last_it_lies_ahead() -> None:
    assert _days("03-12-31", not_after=dt.datetime(2026, 11, 22, tzinfo=dt.UTC)) == ["2003-12-31"]
    assert _days("21-11-26", not_after=dt.datetime(2026, 11, 22, tzinfo=dt.UTC)) == ["2026-11-21"]
    assert _days("03-12-31") == ["2031-12-03"]


@pytest.mark.parametrize(
    ("text", "instant", "zone_flags"),
    [
        ("Sun Jan  4 16:29:06 2026", "2026-01-04T16:29:06Z", {"naive", "naive_as_utc"}),
        ("Thu, 01 Jan 2026", "2026-01-01T00:00:00Z", {"naive", "naive_as_utc"}),
        ("2026-01-02 15:04:05", "2026-01-02T15:04:05Z", {"naive", "naive_as_utc"}),
        ("2026-01-02", "2026-01-02T00:00:00Z", {"naive", "naive_as_utc"}),
        ("2026-01-02T15:04:05", "2026-01-02T08:04:05Z", {"naive"}),  # ISO: local time
        ("2026-01-02 15:04", "2026-01-02T08:04:00Z", {"naive"}),  # to the minute: for people
        ("22/01/2026 15:04:05", "2026-01-22T08:04:05Z", {"naive"}),
        ("2 tháng 1 năm 2026", "2026-01-01T17:00:00Z", {"naive"}),
        ("2026-01-02 15:04:05 +0700", "2026-01-02T08:04:05Z", set()),
    ],
)
def test_a_programs_stamp_without_zone_has_a_zone_of_its_own(text: str, instant: str, zone_flags: set[str]) -> None:
    (date,) = read_dates([text], zone=Zones(people=ZONE, stamps=dt.UTC))
    assert date is not None
    assert date.at.strftime(FORMAT) == instant
    assert set(date.flags) - {"date_only"} == zone_flags


def test_dates_written_otherwise_decide_only_when_nothing_else_does() -> None:
    mixed = ("22/11/2026 08:15:00 AM", "Sat, 21 Nov 2026 19:41:53 GMT+7", "11/2/2026 5:20:00 AM")
    assert _days(*mixed) == ["2026-11-22", "2026-11-21", "2026-11-02"]
    assert _days("22/11/2026 08:15", "", "1/1/2026 8:15") == ["2026-11-22", "", "2026-01-01"]


@pytest.mark.parametrize(
    ("text", "quality", "flags"),
    [
        ("Sat, 21 Nov 2026 06:30:00 +07", DateQuality.EXACT, ()),
        ("21/11/2026 06:30", DateQuality.LOCAL, ("naive",)),
        ("21/11/2026", DateQuality.DAY, ("naive", "date_only")),
        ("08/07/2026 06:30", DateQuality.ORDER, ("naive", "order_inferred")),
        ("1795242600", DateQuality.EXACT, ()),
    ],
)
def test_what_was_supplied_is_told(text: str, quality: DateQuality, flags: tuple[str, ...]) -> None:
    date = read_date(text, zone=ZONE)
    assert date is not None
    assert (date.quality, date.flags) == (quality, flags)


@given(st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2090, 1, 1)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001 - zone added
def test_every_written_form_of_an_instant_gives_it_back(naive: dt.datetime, offset: int) -> None:
    at = naive.replace(microsecond=0, tzinfo=dt.timezone(dt.timedelta(minutes=offset)))
    sign, (hours, minutes) = "-" if offset < 0 else "+", divmod(abs(offset), 60)
    zone = f"{sign}{hours:02}{minutes:02}"
    for text in (
        at.isoformat(),
        f"{at:%a, %d %b %Y %H:%M:%S} {zone}",
        f"{at:%d %B %Y %I:%M:%S %p} {zone}",
        f"{at:%Y-%m-%d %H:%M:%S}{zone}",
        f"{at:%A, %B %d, %Y, %H:%M:%S} GMT{sign}{hours}:{minutes:02}",
    ):
        date = read_date(text, zone=ZONE)
        assert date is not None, text
        assert date.at == at, text


@given(st.text(alphabet=st.sampled_from("0123456789 /-:.,+TZamphngàytháJuneGMT|()"), max_size=60))
def test_no_text_raises(text: str) -> None:
    date = read_date(text, zone=ZONE)
    assert date is None or date.at.tzinfo is dt.UTC
