from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from crawler.date_feed import FeedTimes, is_believable, read_times
from crawler.date_signs import looks_vietnamese
from crawler.types import ParsedFeed, ParsedItem
from tracker.domain.feeds import DateOrder, DateQuality

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
FOREIGN, OURS = "https://news.example.org/rss", "https://bao.example.vn/rss"


def _item(
    published: str = "", updated: str = "", *, url: str = "https://a.example/1", title: str = "News"
) -> ParsedItem:
    return ParsedItem(
        guid=None,
        url=url,
        title=title,
        summary="",
        content="",
        authors=(),
        published_raw=published,
        updated_raw=updated,
        image=None,
        categories=(),
        enclosures=(),
    )


def _feed(*items: ParsedItem, title: str = "News", language: str | None = None, generator: str = "") -> ParsedFeed:
    return ParsedFeed(format="rss", title=title, link=None, language=language, items=items, generator=generator)


def _read(feed: ParsedFeed, *, base_url: str | None = FOREIGN, order: DateOrder = DateOrder.AUTO) -> FeedTimes:
    return read_times(feed, zone=ZONE, now=NOW, order=order, base_url=base_url)


def _published(times: FeedTimes) -> list[str | None]:
    return [told.published.at.strftime("%m-%d %H:%M") if told.published else None for told in times.items]


@pytest.mark.parametrize(
    ("feed", "base_url", "is_ours"),
    [
        (_feed(_item()), OURS, True),
        (_feed(_item(), language="vi-VN"), FOREIGN, True),
        (_feed(_item(), title="Báo Điện tử"), FOREIGN, True),
        (_feed(_item(title="Thời tiết hôm nay"), _item(), _item()), FOREIGN, True),
        (_feed(_item(title="Thời tiết hôm nay"), _item(), _item(), _item()), FOREIGN, False),
        (_feed(_item(title="Élections à Paris"), language="fr"), FOREIGN, False),
        (_feed(_item(url="https://bao.example.vn/1")), FOREIGN, False),  # where links lead says nothing of the clock
        (_feed(), None, False),
        (_feed(_item()), "https://[", False),
    ],
)
def test_a_vietnamese_feed_is_known_by_language_host_or_letters(
    feed: ParsedFeed, base_url: str | None, *, is_ours: bool
) -> None:
    assert looks_vietnamese(feed, base_url) is is_ours


def test_an_outlets_stamps_without_zone_are_local_and_anothers_are_utc() -> None:
    feed = _feed(_item("2026-11-21 08:00:00"), _item("21/11/2026 07:00"))
    assert _published(_read(feed, base_url=OURS)) == ["11-21 01:00", "11-21 00:00"]
    assert _published(_read(feed)) == ["11-21 08:00", "11-21 00:00"]


def test_a_feed_whose_days_all_pass_for_months_is_read_by_its_addresses() -> None:
    american = [
        _item("8/7/2026 5:20:00 AM", url="https://bao.example.vn/tin-102260807051900123.htm"),
        _item("8/6/2026 9:20:00\u202fPM", url="https://bao.example.vn/tin-102260806211900123.htm"),
    ]
    assert _published(_read(_feed(*american), order=DateOrder.DMY)) == ["08-06 22:20", "08-06 14:20"]
    ours = [_item("7/8/2026 05:20:00", url="https://bao.example.vn/2026/08/07/tin.html")]
    assert _published(_read(_feed(*ours), order=DateOrder.MDY)) == ["08-06 22:20"]


def test_a_month_printed_as_minutes_is_dropped_from_both_times() -> None:
    raws = ("Wed, 11 Nov 2026 22:11:31 GMT", "Tue, 3 Nov 2026 01:11:02 GMT", "Sat, 31 Oct 2026 09:10:44 GMT")
    times = _read(_feed(*(_item(raw, raw) for raw in raws), generator="NukeViet v4.5"))
    assert _published(times) == ["11-11 22:00", "11-03 01:00", "10-31 09:00"]
    assert {told.updated.quality for told in times.items if told.updated} == {DateQuality.DAY}
    assert times.warnings == ("dates_to_the_hour",)


@pytest.mark.parametrize(
    ("raws", "order", "warnings"),
    [
        (["Sat, 21 Nov 2026 06:30:00 +07"] * 10, DateOrder.AUTO, ()),
        (["Sat, 21 Nov 2026 06:30:00 +07"] * 10 + ["hôm qua"] * 3, DateOrder.AUTO, ("dates_unread",)),
        (["Sat, 21 Nov 2026 06:30:00 +07"] * 20 + ["hôm qua"] * 3, DateOrder.AUTO, ()),
        (["hôm qua"] * 2, DateOrder.AUTO, ()),  # too few to say anything
        ([""] * 9, DateOrder.AUTO, ()),
        (["21/11/2027 06:30"] * 3, DateOrder.AUTO, ("dates_ahead",)),
        (["11/21/2026 06:30"] + ["11/2/2026 06:30"] * 3, DateOrder.DMY, ("dates_swapped",)),
    ],
)
def test_an_administrator_is_told_when_many_dates_are_odd(
    raws: list[str], order: DateOrder, warnings: tuple[str, ...]
) -> None:
    assert _read(_feed(*map(_item, raws)), order=order).warnings == warnings


def test_what_programs_print_for_no_time_is_none() -> None:
    times = _read(
        _feed(_item("Mon, 01 Jan 0001 00:00:00 +0000", "2026-11-21T00:00:00Z"), _item("1970-01-01T00:00:00Z"))
    )
    assert _published(times) == [None, "01-01 00:00"]
    told = times.items[1].published
    assert told is not None
    assert not is_believable(told, NOW)
