"""What a draft of a claim says by itself: what it lacks, its channel, its day."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tracker.domain.claims import ClaimKind
from tracker.domain.errors import AppError, Code
from tracker.domain.figures import Measure
from tracker.domain.filing import ClaimDraft, ReadDraft, StatedFigure, check_figures, read_draft
from tracker.domain.types import ArticleId, Channel, MemberId

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = dt.date(2026, 11, 22)
OWNER = MemberId(1)
FACEBOOK = "https://www.facebook.com/nguyen.van.a/posts/1234567890123456"
SHARE = ClaimDraft(kind=ClaimKind.SHARE, article_id=ArticleId(1), channel=Channel.ZALO)


def read(draft: ClaimDraft, **more: Any) -> ReadDraft:
    return read_draft(draft, owner_id=OWNER, today=TODAY, zone=ZONE, **more)


def refused(code: Code, field: str) -> pytest.RaisesExc[AppError]:
    return pytest.raises(AppError, check=lambda e: e.code is code and e.extra.get("field") == field)


def test_a_share_of_today_needs_article_and_channel_only() -> None:
    found = read(SHARE)
    assert (found.happened_on, found.channel, found.post, found.article) == (TODAY, Channel.ZALO, None, None)


@pytest.mark.parametrize(
    ("url", "chosen", "channel"),
    [
        (FACEBOOK, None, Channel.FACEBOOK),
        (FACEBOOK, Channel.ZALO, Channel.FACEBOOK),
        ("https://dienbien.gov.vn/trang/bai-1", None, Channel.WEB),
        ("https://dienbien.gov.vn/trang/bai-1", Channel.VIBER, Channel.VIBER),
    ],
)
def test_the_posts_address_knows_its_channel(url: str, chosen: Channel | None, channel: Channel) -> None:
    assert read(ClaimDraft(kind=ClaimKind.SHARE, url=url, channel=chosen)).channel is channel


def test_a_piece_keeps_the_channel_it_was_given() -> None:
    assert read(ClaimDraft(kind=ClaimKind.AUTHORED, title="Bài")).channel is None


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (ClaimDraft(kind=ClaimKind.SHARE), "article_id"),
        (ClaimDraft(kind=ClaimKind.SHARE, article_id=ArticleId(1)), "channel"),
        (ClaimDraft(kind=ClaimKind.AUTHORED, title=" "), "url"),
        (ClaimDraft(kind=ClaimKind.SHARE, url=FACEBOOK, coauthor_ids=(MemberId(2),)), "coauthor_ids"),
        (ClaimDraft(kind=ClaimKind.AUTHORED, title="Bài", coauthor_ids=(OWNER,)), "coauthor_ids"),
        (
            ClaimDraft(kind=ClaimKind.AUTHORED, title="Bài", coauthor_ids=tuple(MemberId(n) for n in range(2, 30))),
            "coauthor_ids",
        ),
        (
            ClaimDraft(kind=ClaimKind.AUTHORED, title="Bài", happened_at=dt.datetime(2026, 11, 1)),  # noqa: DTZ001
            "happened_at",
        ),
        (
            ClaimDraft(
                kind=ClaimKind.AUTHORED,
                title="Bài",
                happened_on=dt.date(2026, 11, 1),
                happened_at=dt.datetime(2026, 11, 1, 17, tzinfo=dt.UTC),
            ),
            "happened_on",
        ),
    ],
)
def test_what_a_draft_lacks_is_named(draft: ClaimDraft, field: str) -> None:
    with refused(Code.FIELD_INVALID, field):
        read(draft)


def test_the_day_of_an_instant_is_the_local_one() -> None:
    at = dt.datetime(2026, 10, 31, 17, tzinfo=dt.UTC)
    draft = ClaimDraft(kind=ClaimKind.AUTHORED, title="Bài", happened_on=dt.date(2026, 11, 1), happened_at=at)
    assert read(draft).happened_on == dt.date(2026, 11, 1)


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "ftp://x.vn/1", "khong phai duong dan", "https://www.facebook.com/a.b"]
)
@pytest.mark.parametrize("field", ["url", "article_url"])
def test_what_names_no_post_is_refused(text: str, field: str) -> None:
    given: dict[str, Any] = {"kind": ClaimKind.SHARE, "channel": Channel.WEB, field: text}
    with refused(Code.CLAIM_LINK, field):
        read(ClaimDraft(**given))


def test_a_day_that_was_let_through_once_is_not_judged_again() -> None:
    old = ClaimDraft(kind=ClaimKind.AUTHORED, title="Bài", happened_on=dt.date(2020, 1, 1))
    with pytest.raises(AppError, match=r"claim\.date"):
        read(old)
    assert read(old, new_day=False).happened_on == dt.date(2020, 1, 1)


def test_a_presentation_needs_its_lesson() -> None:
    with pytest.raises(AppError, match="lesson"):
        read(ClaimDraft(kind=ClaimKind.PRESENTATION, title="Câu chuyện"))
    assert read(ClaimDraft(kind=ClaimKind.PRESENTATION, title="Câu chuyện", lesson="Bài học")).happened_on == TODAY


def test_figures_that_are_only_measured_or_stand_twice_are_refused() -> None:
    reach = StatedFigure(measure=Measure.REACH, value=1)
    check_figures([reach, StatedFigure(measure=Measure.POTENTIAL, value=1)])
    with refused(Code.FIELD_INVALID, "figures"):
        check_figures([reach, reach])
    with refused(Code.FIELD_INVALID, "measure"):
        check_figures([StatedFigure(measure=Measure.PAGE_VIEWS, value=1)])
