from __future__ import annotations

import dataclasses
import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from crawler.normalise import brief_summary, normalise
from crawler.types import ParsedFeed, ParsedItem
from tracker.domain.feeds import ArticleDraft, DateOrder, DateQuality, Skipped
from tracker.domain.identity import Identity

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)


def _item(number: int = 1, /, **changes: object) -> ParsedItem:
    item = ParsedItem(
        guid=f"guid-{number}",
        url=f"https://bao.example.vn/tin-{number}-post{1000 + number}.html",
        title=f"Tin {number}",
        summary="<p>Tóm tắt</p>",
        content="",
        authors=(),
        published_raw="Sat, 21 Nov 2026 06:30:00 +07",
        updated_raw="",
        image=None,
        categories=(),
        enclosures=(),
    )
    return dataclasses.replace(item, **changes)  # type: ignore[arg-type]


def _normalise(
    *items: ParsedItem, generator: str = "", order: DateOrder = DateOrder.AUTO
) -> list[ArticleDraft | Skipped]:
    feed = ParsedFeed(format="rss", title="T", link=None, language=None, items=items, generator=generator)
    return list(normalise(feed, zone=ZONE, now=NOW, order=order).drafts)


def _draft(item: ParsedItem) -> ArticleDraft:
    (draft,) = _normalise(item)
    assert isinstance(draft, ArticleDraft)
    return draft


def test_an_item_becomes_a_draft() -> None:
    item = _item(authors=("Lê Mai - Trần An",), image="https://i.example.vn/1.jpg", categories=("Xã hội",))
    draft = _draft(item)
    assert (draft.title, draft.summary, draft.authors) == ("Tin 1", "Tóm tắt", ("Lê Mai", "Trần An"))
    assert (draft.published_at, draft.date_quality) == (
        dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC),
        DateQuality.EXACT,
    )
    assert (draft.image_url, draft.categories, draft.guid) == ("https://i.example.vn/1.jpg", ("Xã hội",), "guid-1")
    assert len(draft.content_hash) == 64


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"url": None}, "no_link"), ({"url": "https://../"}, "bad_link"), ({"title": " \u200b"}, "no_title")],
)
def test_an_item_without_address_or_title_is_skipped_with_its_reason(changes: dict[str, object], reason: str) -> None:
    assert _normalise(_item(**changes)) == [Skipped(reason=reason)]


def test_items_of_one_address_are_one_article_whatever_their_guid_or_title() -> None:
    again = _item(
        guid="other", title="Tin một, cập nhật", url="http://www.bao.example.vn/tin-1-post1001.html?utm_source=rss"
    )
    drafts = _normalise(_item(1), again, _item(2))
    told = [draft.title if isinstance(draft, ArticleDraft) else draft for draft in drafts]
    assert told == ["Tin 1", Skipped(reason="duplicate"), "Tin 2"]


def test_one_guid_on_two_addresses_is_two_articles() -> None:
    assert len(_normalise(_item(1), _item(2, guid="guid-1"))) == 2


def test_a_new_slug_section_or_guid_leaves_an_article_what_it_is() -> None:
    first = _draft(_item(guid="a"))
    moved = _draft(_item(guid="b", url="https://bao.example.vn/kinh-te/ten-moi-post1001.html"))
    assert first.url_key == moved.url_key


def test_one_article_in_two_feeds_has_one_key_however_they_spell_its_address() -> None:
    spellings = (
        "https://bao.example.vn/xa-hoi/mua-lon-o-mien-trung",
        "http://www.bao.example.vn/xa-hoi/mua-lon-o-mien-trung/?utm_source=rss&utm_medium=feed",
        "https://m.bao.example.vn/xa-hoi/mua-lon-o-mien-trung",
        "https://bao.example.vn/xa-hoi/mua-lon-o-mien-trung/amp",
    )
    assert len({_draft(_item(url=url)).url_key for url in spellings}) == 1


def test_a_guid_used_again_for_another_address_is_a_new_article() -> None:
    keys = {_draft(_item(guid="g", url=f"https://bao.example.vn/tin-{word}")).url_key for word in ("mot", "hai")}
    assert len(keys) == 2


def test_articles_that_share_one_address_are_told_apart_by_their_guids() -> None:
    items = tuple(_item(n, url="https://bao.example.vn/thong-bao") for n in range(4))
    feed = ParsedFeed(format="rss", title="T", link="https://bao.example.vn", language=None, items=items)
    found = normalise(feed, zone=ZONE, now=NOW)
    assert found.identity is Identity.GUID
    keys = [draft.url_key for draft in found.drafts if isinstance(draft, ArticleDraft)]
    assert len(set(keys)) == 4
    again = normalise(dataclasses.replace(feed, items=items[1:]), zone=ZONE, now=NOW)
    assert [draft.url_key for draft in again.drafts if isinstance(draft, ArticleDraft)] == keys[1:]


def test_a_time_that_cannot_be_gives_way_to_that_of_the_last_change() -> None:
    draft = _draft(_item(published_raw="1970-01-01T00:00:00Z", updated_raw="2026-11-21T00:00:00Z"))
    assert (draft.published_at, draft.published_raw) == (
        dt.datetime(2026, 11, 21, tzinfo=dt.UTC),
        "1970-01-01T00:00:00Z",
    )


@pytest.mark.parametrize(
    ("raw", "published_at", "quality"),
    [
        ("21/11/2026 06:30", dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC), DateQuality.LOCAL),
        ("21/11/2026", dt.datetime(2026, 11, 20, 17, 0, tzinfo=dt.UTC), DateQuality.DAY),
        ("03/11/2026 06:30", dt.datetime(2026, 11, 2, 23, 30, tzinfo=dt.UTC), DateQuality.ORDER),
        ("2026-11-23T02:00:00Z", dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC), DateQuality.EXACT),
        ("2026-11-24T00:00:00Z", None, DateQuality.CLAMPED),
        ("9999-12-31T00:00:00Z", None, DateQuality.CLAMPED),
        ("1999-12-31T00:00:00Z", None, DateQuality.CLAMPED),
        ("", None, DateQuality.NONE),
        ("hôm qua", None, DateQuality.NONE),
    ],
)
def test_a_time_is_believed_only_between_2000_and_tomorrow(
    raw: str, published_at: dt.datetime | None, quality: DateQuality
) -> None:
    draft = _draft(_item(published_raw=raw))
    assert (draft.published_at, draft.date_quality, draft.published_raw) == (published_at, quality, raw)


def test_without_a_time_of_publication_the_last_change_stands_in() -> None:
    draft = _draft(_item(published_raw="", updated_raw="2026-11-21T00:00:00Z"))
    assert (draft.published_at, draft.published_raw) == (
        dt.datetime(2026, 11, 21, tzinfo=dt.UTC),
        "2026-11-21T00:00:00Z",
    )


def test_the_order_of_a_source_is_obeyed() -> None:
    (draft,) = _normalise(_item(published_raw="3/11/2026 06:30"), order=DateOrder.MDY)
    assert isinstance(draft, ArticleDraft)
    assert draft.published_at == dt.datetime(2026, 3, 10, 23, 30, tzinfo=dt.UTC)


def test_a_site_that_prints_the_month_as_minutes_is_believed_to_the_hour() -> None:
    raws = ("Wed, 11 Nov 2026 22:11:31 GMT", "Tue, 3 Nov 2026 01:11:02 GMT", "Sat, 31 Oct 2026 09:10:44 GMT")
    items = [_item(n, published_raw=raw) for n, raw in enumerate(raws)]
    for generator, minutes in (("NukeViet v4.0", [0, 0, 0]), ("Another", [11, 11, 10])):
        drafts = [d for d in _normalise(*items, generator=generator) if isinstance(d, ArticleDraft)]
        assert [draft.published_at.minute for draft in drafts if draft.published_at] == minutes
        assert {draft.date_quality for draft in drafts} == {DateQuality.EXACT if any(minutes) else DateQuality.DAY}
    honest = [*items[:2], _item(9, published_raw="Sat, 31 Oct 2026 09:44:44 GMT")]
    assert all(
        d.date_quality is DateQuality.EXACT
        for d in _normalise(*honest, generator="NukeViet")
        if isinstance(d, ArticleDraft)
    )


@pytest.mark.parametrize(
    ("markup", "summary"),
    [
        ("(Chinhphu.vn) - Thủ tướng ký.", "Thủ tướng ký."),
        ("(Chinhphu.vn) – Thủ tướng ký.", "Thủ tướng ký."),
        ("VOV.VN - Sáng nay.", "Sáng nay."),
        ("<p>VTV.vn - Sáng nay.</p>", "Sáng nay."),
        ("(Dân trí) - Sáng nay.", "Sáng nay."),
        ("TTO - Sáng nay.", "Sáng nay."),
        ("Sáng nay - trời mưa.", "Sáng nay - trời mưa."),
        ("(Chinhphu.vn) - ", "(Chinhphu.vn) -"),
        ("Tin một", ""),
    ],
)
def test_a_summary_loses_its_outlets_mark(markup: str, summary: str) -> None:
    assert brief_summary(markup, "Tin một") == summary


def test_a_summary_is_plain_and_at_most_300_characters_long() -> None:
    summary = brief_summary("<p>" + "<b>một</b> &amp; hai " * 100 + "</p>")
    assert 280 < len(summary) <= 300
    assert "<" not in summary
    assert summary.endswith("…")
    assert _draft(_item(summary="", content="<p>Từ nội dung</p>")).summary == "Từ nội dung"


@pytest.mark.parametrize(
    ("told", "authors"),
    [
        (("Lê Mai",), ("Lê Mai",)),
        (("Lê Mai, Trần An và Hà",), ("Lê Mai", "Trần An", "Hà")),
        (("Lê Mai;Trần An", "LÊ MAI"), ("Lê Mai", "Trần An")),
        (("Y-Moan Êban",), ("Y-Moan Êban",)),
        (("toasoan@bao.example (Trần Thị An)",), ("Trần Thị An",)),
        (("Theo TTXVN", "PV", "admin", " - "), ()),
    ],
)
def test_a_draft_holds_the_names_in_its_bylines_and_nothing_else(
    told: tuple[str, ...], authors: tuple[str, ...]
) -> None:
    assert _draft(_item(authors=told)).authors == authors


def test_an_edit_changes_the_content_hash_and_a_new_guid_does_not() -> None:
    hashes = {_draft(_item(**changes)).content_hash for changes in ({}, {"guid": "x"}, {"image": "https://a.vn/1"})}
    assert len(hashes) == 1
    for changes in ({"title": "Khác"}, {"summary": "Khác"}, {"authors": ("An",)}, {"published_raw": "2026"}):
        assert _draft(_item(**changes)).content_hash not in hashes
