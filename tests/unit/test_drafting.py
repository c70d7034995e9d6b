from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from typing_extensions import override

from crawler.draft_worker import draft_feed
from crawler.drafting import DRAFT_FEED, Drafted, adraft_feed
from crawler.types import FeedUnreadable, Fetched
from sandbox import FailureKind, Sandbox, SandboxFailed
from tests.corpus.site import Item, rss
from tests.make import NOW
from tracker.domain.feeds import ArticleDraft, DateOrder, DateQuality, FetchErrorCode, Skipped
from tracker.domain.identity import Identity

if TYPE_CHECKING:
    from collections.abc import Mapping

OPTIONS = {
    "content_type": "application/rss+xml",
    "base_url": "https://bao.example/rss",
    "zone": "Asia/Ho_Chi_Minh",
    "now": NOW.isoformat(),
    "order": "auto",
}
FEED = rss("https://bao.example", [Item(path="/bai-1-post100001.html", title="Đoàn viên"), Item(path="/2", title="")])


class Given(Sandbox):
    """A sandbox that answers what it is given."""

    def __init__(self, answer: bytes | SandboxFailed) -> None:
        super().__init__(tasks=[DRAFT_FEED])
        self._answer = answer

    @override
    async def acall(self, task: str, payload: bytes, options: Mapping[str, Any] | None = None) -> bytes | SandboxFailed:
        return self._answer


def draft(answer: bytes | SandboxFailed) -> Drafted | FeedUnreadable:
    fetched = Fetched(
        url="https://bao.example/rss",
        status=200,
        body=FEED,
        content_type="",
        etag=None,
        last_modified=None,
        body_hash="h",
        permanent_url=None,
        duration_ms=1,
    )
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    return asyncio.run(adraft_feed(Given(answer), fetched, zone=zone, now=NOW, order=DateOrder.AUTO))


def test_what_the_worker_tells_comes_back_as_drafts_and_reasons() -> None:
    read = draft(draft_feed(FEED, OPTIONS))
    assert isinstance(read, Drafted)
    first, second = read.drafts
    assert isinstance(first, ArticleDraft)
    assert (read.title, first.title, first.date_quality) == ("Báo Mẫu", "Đoàn viên", DateQuality.EXACT)
    assert first.published_at is not None
    assert second == Skipped(reason="no_title")
    assert read.identity is Identity.ADDRESS


def test_what_is_no_feed_comes_back_with_its_reason_and_links() -> None:
    page = b"<html><head><link rel='alternate' type='application/rss+xml' href='/rss'></head></html>"
    read = draft(draft_feed(page, OPTIONS))
    assert isinstance(read, FeedUnreadable)
    assert (read.problem.code, read.links) == (FetchErrorCode.NOT_A_FEED, ("https://bao.example/rss",))


@pytest.mark.parametrize(
    "answer",
    [
        SandboxFailed(kind=FailureKind.CPU),
        b"",
        b"[]",
        b"{}",
        json.dumps({"title": "", "warnings": [], "drafts": [{"url": 1}]}).encode(),
        json.dumps({"code": "nonsense", "message": "", "links": []}).encode(),
    ],
)
def test_an_answer_that_does_not_fit_counts_as_unreadable(answer: bytes | SandboxFailed) -> None:
    read = draft(answer)
    assert isinstance(read, FeedUnreadable)
    assert read.problem.code is FetchErrorCode.UNREADABLE
